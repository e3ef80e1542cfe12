/**
 * Networks as nerdctl writes them: from options to a CNI configuration, and back.
 *
 * @module
 */

import type { CniConfig, CniPlugin } from "./cni_config.ts";
import { badNetwork as bad, gatewayOf, rangesOf, type WantedSubnet } from "./cni_ranges.ts";
import { formatIp, parseIp, parseSubnet } from "./ip_address.ts";

/** The kinds of networks that can be made. */
export type NetworkDriver = "bridge" | "macvlan" | "ipvlan";

/** A subnet of a network. */
export interface NetworkSubnet {
  /** Such as `"10.5.0.0/24"`. */
  readonly subnet: string;
  /** The address of the host in it; the first one by default. */
  readonly gateway?: string;
  /** The part from which containers get their addresses; all of it by default. */
  readonly ipRange?: string;
  /** Addresses that no container is given, by what they are for. */
  readonly reserved?: Readonly<Record<string, string>>;
}

/** Whom the containers of a network ask for names. */
export interface NetworkResolver {
  /** Addresses of name servers. */
  readonly servers?: readonly string[];
  /** Domains in which short names are looked for. */
  readonly searches?: readonly string[];
  /** Options of resolv.conf(5). */
  readonly options?: readonly string[];
}

/**
 * What a network's DHCP client says and asks. Options are named `dhcp-client-identifier`,
 * `host-name`, `user-class` and `vendor-class-identifier`, the others by number.
 */
export interface DhcpOptions {
  /** What the server is told, besides the container's host name: `{ "user-class": "ci" }`. */
  readonly provide?: Readonly<Record<string, string>>;
  /** What the server is asked for, besides the usual: `["42"]` for NTP servers. */
  readonly request?: readonly string[];
  /** The socket of the plugin's daemon on the daemon's host; `/run/cni/dhcp.sock` by default. */
  readonly socket?: string;
}

/** What a network is to be. */
export interface NetworkOptions {
  /** Its kind, `"bridge"` by default. */
  readonly driver?: NetworkDriver;
  /** Its subnets, at most one of IPv4 and one of IPv6. IPv4 gets a free one by default. */
  readonly subnets?: readonly (string | NetworkSubnet)[];
  /** Whether containers get addresses of IPv4; `true` by default. */
  readonly ipv4?: boolean;
  /** Whether containers get addresses of IPv6: needs a subnet of it. True when there is one. */
  readonly ipv6?: boolean;
  /** Whether its containers reach each other alone, and nothing outside; `false` by default. */
  readonly internal?: boolean;
  /** The largest packet, in bytes; the kernel's choice by default. */
  readonly mtu?: number;
  /** Bridge: whether containers go out under the host's address; `true` by default. */
  readonly masquerade?: boolean;
  /** Bridge: whether containers reach each other; `true` by default. */
  readonly icc?: boolean;
  /** macvlan and ipvlan: the host's interface that it is on; that of the default route by default. */
  readonly parent?: string;
  /** `"bridge"` for macvlan; `"l2"` or `"l3"` for ipvlan. */
  readonly mode?: "bridge" | "l2" | "l3";
  /** Who gives addresses: `"host-local"` by default; `"dhcp"` takes its daemon on the host. */
  readonly ipam?: "host-local" | "dhcp";
  /** What is said to the DHCP server and asked of it. */
  readonly dhcp?: DhcpOptions;
  /**
   * Whom its containers ask for names, unless they are told otherwise; the servers of the host by
   * default. `true` for the network's gateways, where `Networks.serveDns()` listens.
   */
  readonly dns?: boolean | NetworkResolver;
  /** Labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Options by their names of Docker and nerdctl, such as `com.docker.network.driver.mtu`. */
  readonly options?: Readonly<Record<string, string>>;
}

/** The argument by which plugins are told the container's host name. */
export const DHCP_HOSTNAME = "NERDCTL_CNI_DHCP_HOSTNAME";

const RESERVED_LABEL = "nerdctl/network-aux-addresses";

/** Names of options, as Docker and nerdctl have them, and what they are here. */
const ALIASES: Readonly<Record<string, keyof NetworkOptions>> = {
  "mtu": "mtu",
  "com.docker.network.driver.mtu": "mtu",
  "ip-masq": "masquerade",
  "com.docker.network.bridge.enable_ip_masquerade": "masquerade",
  "icc": "icc",
  "com.docker.network.bridge.enable_icc": "icc",
  "parent": "parent",
  "mode": "mode",
  "macvlan_mode": "mode",
  "ipvlan_mode": "mode",
};

/**
 * Checks options, and fills in those that have another name.
 *
 * @throws {InvalidArgumentError} When one is unknown, of a wrong form, or of another driver.
 */
export function checkNetworkOptions(options: NetworkOptions): NetworkOptions {
  const given: Record<string, unknown> = { ...options };
  for (const [name, value] of Object.entries(options.options ?? {})) {
    const own = Object.hasOwn(ALIASES, name) ? ALIASES[name]! : undefined;
    if (own === undefined) bad(`there is no option "${name}"`);
    given[own!] = own === "mtu"
      ? Number(value)
      : own === "icc" || own === "masquerade"
      ? asBoolean(name, value)
      : value;
  }
  const result = given as NetworkOptions;
  checkResolver(result);
  checkDhcp(result);
  const { driver = "bridge", mtu, mode, parent, icc, masquerade, internal } = result;
  if (!["bridge", "macvlan", "ipvlan"].includes(driver)) {
    bad(`there is no driver "${driver}"; use bridge, macvlan or ipvlan`);
  }
  if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= 68 && mtu <= 65535)) {
    bad(`"mtu" is ${mtu}; use a number from 68 to 65535`);
  }
  if (result.ipam !== undefined && !["host-local", "dhcp"].includes(result.ipam)) {
    bad(`"ipam" is "${result.ipam}"; use host-local or dhcp`);
  }
  if (driver === "bridge") {
    if (parent !== undefined || mode !== undefined) bad("a bridge has no parent and no mode");
  } else {
    if (icc !== undefined || masquerade !== undefined || internal) {
      bad(`"icc", "masquerade" and "internal" are for bridges`);
    }
    const modes = driver === "macvlan" ? ["bridge"] : ["l2", "l3"];
    if (mode !== undefined && !modes.includes(mode)) bad(`${driver} has no mode "${mode}"`);
    if (parent !== undefined && !/^[^\s/]{1,15}$/.test(parent)) {
      bad(`"${parent}" is no name of an interface`);
    }
  }
  return result;
}

function checkDhcp({ dhcp, ipam }: NetworkOptions): void {
  if (dhcp === undefined) return;
  if (ipam !== "dhcp") bad('"dhcp" is for networks with "ipam" of that name');
  const { provide = {}, request = [], socket = "/" } = dhcp;
  for (const option of [...Object.keys(provide), ...request]) {
    if (!/^[a-z0-9-]{1,64}$/.test(option)) bad(`${JSON.stringify(option)} is no option of DHCP`);
  }
  if (!socket.startsWith("/") || socket.includes("\0")) {
    bad(`${JSON.stringify(socket)} is no absolute path`);
  }
}

/** Whether a word can stand in resolv.conf without becoming something else. */
export function isResolverWord(word: string): boolean {
  return /^[^\s#;]{1,253}$/.test(word);
}

function checkResolver({ dns, driver = "bridge", internal }: NetworkOptions): void {
  if (dns === true && (driver !== "bridge" || internal)) {
    bad('with "dns" its gateway is asked, which is the host\'s for bridges that are not internal');
  }
  if (typeof dns !== "object") return;
  for (const server of dns.servers ?? []) parseIp(server, "name server");
  for (const word of [...dns.searches ?? [], ...dns.options ?? []]) {
    if (!isResolverWord(word)) bad(`${JSON.stringify(word)} is nothing for resolv.conf`);
  }
}

/**
 * The subnets that were asked for.
 *
 * @throws {InvalidArgumentError} When one is malformed, or they do not fit the other options.
 */
export function wantedSubnets(options: NetworkOptions): WantedSubnet[] {
  const wanted = (options.subnets ?? []).map((given) => {
    const one = typeof given === "string" ? { subnet: given } : given;
    return { subnet: parseSubnet(one.subnet), options: one };
  });
  const of = (family: 4 | 6) => wanted.filter(({ subnet }) => subnet.family === family).length;
  if (options.ipam === "dhcp" && wanted.length > 0) {
    bad('with "dhcp" the server decides on subnets');
  }
  if (of(4) > 1 || of(6) > 1) bad("it can have one subnet of IPv4 and one of IPv6");
  if (options.ipv4 === false && of(4) > 0) bad('it has a subnet of IPv4, but "ipv4" is false');
  if (options.ipv6 === false && of(6) > 0) bad('it has a subnet of IPv6, but "ipv6" is false');
  if (options.ipv6 && of(6) === 0) bad('IPv6 needs a subnet, such as "fd00:4::/64"');
  if (options.ipv4 === false && of(6) === 0 && options.ipam !== "dhcp") {
    bad("without IPv4 it needs a subnet of IPv6");
  }
  for (const { subnet, options: one } of wanted) {
    if (subnet.last - subnet.first < 3n) bad(`"${one.subnet}" has less than four addresses`);
  }
  return wanted;
}

/** What the configuration of a network is made of. */
export interface NetworkParts {
  /** Its name. */
  readonly name: string;
  /** What it is to be, checked. */
  readonly options: NetworkOptions;
  /** Its subnets. */
  readonly subnets: readonly WantedSubnet[];
  /** The name of its bridge. */
  readonly bridge: string;
  /** The SHA-256 of its name. */
  readonly id: string;
  /** Where addresses are booked; host-local's own place by default. */
  readonly dataDir?: string | undefined;
}

/** The configuration of a network, as nerdctl writes it. */
export function networkConfig(parts: NetworkParts): Record<string, unknown> {
  const { name, options, id } = parts;
  const labels: Record<string, string> = { ...options.labels };
  const reserved = Object.fromEntries(
    parts.subnets.filter(({ options }) => Object.keys(options.reserved ?? {}).length > 0)
      .map(({ options }) => [options.subnet, options.reserved]),
  );
  if (Object.keys(reserved).length > 0) labels[RESERVED_LABEL] = JSON.stringify(reserved);
  return {
    cniVersion: "1.0.0",
    name,
    nerdctlID: id,
    nerdctlLabels: labels,
    plugins: pluginsOf(parts),
  };
}

function pluginsOf(parts: NetworkParts): Record<string, unknown>[] {
  const { options } = parts;
  const { driver = "bridge", internal = false, mtu } = options;
  const ipam = ipamOf(parts);
  const size = mtu === undefined ? {} : { mtu };
  const hasSix = parts.subnets.some(({ subnet }) => subnet.family === 6);
  const capabilities = hasSix ? { capabilities: { ips: true } } : {};
  const dns = resolverPart(parts);
  if (driver !== "bridge") {
    const { parent, mode } = options;
    return [{
      type: driver,
      ...(parent === undefined ? {} : { master: parent }),
      ...(mode === undefined ? {} : { mode }),
      ...size,
      ipam,
      ...dns,
      ...capabilities,
    }];
  }
  return [
    {
      type: "bridge",
      bridge: parts.bridge,
      ...(internal ? {} : { isGateway: true }),
      ...(!internal && options.masquerade !== false ? { ipMasq: true } : {}),
      ...size,
      hairpinMode: true,
      ipam,
      ...dns,
      ...capabilities,
    },
    ...(internal ? [] : [{ type: "portmap", capabilities: { portMappings: true } }]),
    { type: "firewall", ingressPolicy: options.icc === false ? "isolated" : "same-bridge" },
    { type: "tuning" },
  ];
}

/** Whom containers ask for names, in CNI's words. */
function resolverPart({ options: { dns }, subnets }: NetworkParts): Record<string, unknown> {
  if (dns === undefined || dns === false) return {};
  const { servers = [], searches = [], options = [] } = dns === true
    ? { servers: subnets.map((wanted) => formatIp(gatewayOf(wanted))) }
    : dns;
  return {
    dns: {
      nameservers: servers,
      ...(searches.length > 0 ? { search: searches } : {}),
      ...(options.length > 0 ? { options } : {}),
    },
  };
}

/** Whom the containers of a network are to ask for names, as far as its configuration says so. */
export function resolverOfNetwork({ plugins: [first] }: CniConfig): NetworkResolver {
  const dns = isRecord(first?.dns) ? first.dns : {};
  const texts = (value: unknown) => {
    const list: unknown[] = Array.isArray(value) ? value : [];
    return list.filter((text) => typeof text === "string").filter(isResolverWord);
  };
  return {
    servers: texts(dns.nameservers),
    searches: [...texts([dns.domain]), ...texts(dns.search)],
    options: texts(dns.options),
  };
}

function ipamOf({ options, subnets, dataDir }: NetworkParts): object {
  if (options.ipam === "dhcp") return dhcpPart(options.dhcp);
  const families = new Set(subnets.map(({ subnet }) => subnet.family));
  const routes = [
    ...(families.has(4) ? [{ dst: "0.0.0.0/0" }] : []),
    ...(families.has(6) ? [{ dst: "::/0" }] : []),
  ];
  return {
    type: "host-local",
    ...(options.internal ? {} : { routes }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ranges: subnets.map(rangesOf),
  };
}

/** The host name is told as hooks tell it; the name of the argument is nerdctl's. */
function dhcpPart({ provide = {}, request = [], socket }: DhcpOptions = {}): object {
  const { "host-name": own, ...others } = provide;
  return {
    type: "dhcp",
    ...(socket === undefined ? {} : { daemonSocketPath: socket }),
    provide: [
      { option: "host-name", ...own === undefined ? { fromArg: DHCP_HOSTNAME } : { value: own } },
      ...Object.entries(others).map(([option, value]) => ({ option, value })),
    ],
    ...(request.length > 0 ? { request: request.map((option) => ({ option })) } : {}),
  };
}

/** What a network's configuration says of its subnets. */
export function subnetsOf(config: CniConfig): NetworkSubnet[] {
  const [first] = config.plugins;
  const ipam = isRecord(first?.ipam) ? first.ipam : {};
  const sets: unknown[] = Array.isArray(ipam.ranges) ? ipam.ranges : [];
  if (typeof ipam.subnet === "string") sets.push([ipam]);
  let reserved: Record<string, Record<string, string>> = {};
  try {
    reserved = JSON.parse(config.nerdctlLabels?.[RESERVED_LABEL] ?? "{}");
  } catch { /* somebody else's label */ }
  return sets.flatMap((set): NetworkSubnet[] => {
    const range: unknown = Array.isArray(set) ? set[0] : undefined;
    if (!isRecord(range) || typeof range.subnet !== "string") return [];
    const { subnet, gateway, ipRange } = range;
    return [{
      subnet,
      ...(typeof gateway === "string" ? { gateway } : {}),
      ...(typeof ipRange === "string" ? { ipRange } : {}),
      ...(reserved[subnet] ? { reserved: reserved[subnet] } : {}),
    }];
  });
}

/** Labels of a network that people gave it. */
export function userLabels(config: CniConfig): Record<string, string> {
  const { [RESERVED_LABEL]: _, ...labels } = config.nerdctlLabels ?? {};
  return labels;
}

/** The bridge of a network, where it has one. */
export function bridgeOf(plugins: readonly CniPlugin[]): string | undefined {
  const [first] = plugins;
  if (first?.type !== "bridge") return undefined;
  return typeof first.bridge === "string" ? first.bridge : "cni0";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asBoolean(name: string, value: string): boolean {
  if (!/^(true|false|1|0)$/i.test(value)) bad(`option "${name}" is "${value}"; use true or false`);
  return /^(true|1)$/i.test(value);
}
