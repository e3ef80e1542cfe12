/**
 * What a container is to have of networks, as data that builders extend.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { checkIdentifier } from "../../oci/names.ts";
import { parseIp, tryParseIp } from "../../oci/ip_address.ts";
import type { PortRequest } from "../../oci/ports.ts";

/** How a container is connected to a network. */
export interface AttachOptions {
  /** Its address of IPv4; a free one by default. */
  readonly ip?: string;
  /** Its address of IPv6; a free one by default. */
  readonly ip6?: string;
  /** Its hardware address, such as `"02:42:ac:11:00:02"`; a random one by default. */
  readonly mac?: string;
  /** Names by which others on the network find it, besides its id and its host name. */
  readonly aliases?: readonly string[];
}

/** Whom a container asks for names. */
export interface DnsOptions {
  /** Addresses of name servers; those of the daemon's host by default. */
  readonly servers?: readonly string[];
  /** Domains in which short names are looked for; those of the daemon's host by default. */
  readonly searches?: readonly string[];
  /** Options of resolv.conf(5), such as `"ndots:2"`; those of the daemon's host by default. */
  readonly options?: readonly string[];
}

/** A network that was asked for. */
export interface WantedNetwork extends AttachOptions {
  /** Its name, or `host`, `none`, `container:ID`, `ns:PATH`. */
  readonly name: string;
}

/** What a container is to have of networks. */
export interface NetworkPlan {
  /** Networks, in the order of their interfaces. */
  readonly networks: readonly WantedNetwork[];
  /** What is published. */
  readonly ports: readonly PortRequest[];
  /** Whether the ports that the image listens on are published, too. */
  readonly imagePorts?: boolean;
  /** Names with addresses of their own. */
  readonly extraHosts: readonly (readonly [name: string, address: string])[];
  /** Whom it asks for names. */
  readonly dns: DnsOptions;
  /** Its domain. */
  readonly domainname?: string;
}

/** Nothing was asked for. */
export const NO_NETWORK: NetworkPlan = { networks: [], ports: [], extraHosts: [], dns: {} };

/** What a container's network is instead of networks. */
export type SpecialNetwork =
  | { readonly kind: "host" }
  | { readonly kind: "none" }
  | { readonly kind: "container"; readonly id: string }
  | { readonly kind: "ns"; readonly path: string };

/** Reads a name that stands for something else than a network; `undefined` when it does not. */
export function specialNetwork(name: string): SpecialNetwork | undefined {
  if (name === "host" || name === "none") return { kind: name };
  if (name.startsWith("container:")) {
    return { kind: "container", id: checkIdentifier(name.slice("container:".length), "container") };
  }
  if (!name.startsWith("ns:")) return undefined;
  const path = name.slice("ns:".length);
  if (path.startsWith("/") && !path.includes("\0")) return { kind: "ns", path };
  throw new InvalidArgumentError(
    `Cannot use ${JSON.stringify(name)} as network: after "ns:" comes an absolute path of the host`,
  );
}

/** Checks how a container is to be connected. */
export function checkAttachOptions(name: string, options: AttachOptions): WantedNetwork {
  const { ip, ip6, mac, aliases = [] } = options;
  const special = specialNetwork(name) !== undefined;
  if (special && (ip ?? ip6 ?? mac ?? aliases[0]) !== undefined) {
    throw new InvalidArgumentError(
      `Cannot give an address or a name on "${name}": it is no network of containers`,
    );
  }
  for (const [address, family] of [[ip, 4], [ip6, 6]] as const) {
    if (address !== undefined && parseIp(address).family !== family) {
      throw new InvalidArgumentError(
        `Cannot use "${address}" as address of IPv${family}: it is none`,
      );
    }
  }
  if (mac !== undefined && !/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i.test(mac)) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(mac)} as hardware address: use six bytes such as ` +
        '"02:42:ac:11:00:02", the first of them even',
    );
  }
  for (const alias of aliases) checkHostName(alias);
  return { name, ...options };
}

/** Checks a name of a host. */
export function checkHostName(name: string): string {
  if (
    /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/
      .test(name)
  ) {
    return name;
  }
  throw new InvalidArgumentError(
    `Cannot use ${JSON.stringify(name)} as name of a host: use letters, digits, "-" and "."`,
  );
}

/** Checks names with addresses. */
export function checkExtraHosts(hosts: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(hosts).map(([name, address]) => {
    checkHostName(name);
    if (address !== "host-gateway") parseIp(address, `address of "${name}"`);
    return [name, address];
  });
}

/** Checks whom to ask for names. */
export function checkDns(dns: DnsOptions): DnsOptions {
  for (const server of dns.servers ?? []) {
    if (!tryParseIp(server.replace(/%[\w.-]+$/, ""))) parseIp(server, "name server");
  }
  for (const search of dns.searches ?? []) if (search !== ".") checkHostName(search);
  for (const option of dns.options ?? []) {
    if (!/^[a-z0-9-]+(:\d+)?$/.test(option)) {
      throw new InvalidArgumentError(
        `Cannot use ${JSON.stringify(option)} as option of resolv.conf: it is none`,
      );
    }
  }
  return dns;
}
