/**
 * The `/etc/resolv.conf` of a container: the host's, but for what was asked for.
 *
 * @module
 */
import type { NetworkResolver } from "../../oci/cni_network.ts";
import type { DnsOptions } from "./plan.ts";

/** Public servers, for hosts whose own listen on a loopback address alone; those of Docker. */
const PUBLIC_SERVERS = ["8.8.8.8", "8.8.4.4"];

/** Whom a container asks for names, whole. */
export interface Resolver {
  /** Addresses of servers. */
  readonly servers: readonly string[];
  /** Domains. */
  readonly searches: readonly string[];
  /** Options. */
  readonly options: readonly string[];
}

/**
 * Fills in what was not asked for by what the container's networks say, else by what the host
 * has and is configured to.
 *
 * @param dns What was asked for.
 * @param host The host's `resolv.conf`.
 * @param shared Whether the container has the host's network, and so reaches its loopback.
 * @param networks What its networks say, in their order.
 * @param configured What is configured for all containers.
 */
export function resolverOf(
  dns: DnsOptions,
  host: string,
  shared: boolean,
  networks: readonly NetworkResolver[],
  configured: NetworkResolver,
): Resolver {
  const words = (keyword: string) =>
    host.split("\n").map((line) => line.replace(/[#;].*/, "").trim().split(/\s+/))
      .filter(([first]) => first === keyword).map((line) => line.slice(1));
  const loopback = (server: string) => /^(127\.|::1$)/.test(server);
  const theirs = words("nameserver").flatMap((line) => line.slice(0, 1))
    .filter((server) => shared || !loopback(server));
  const said = (key: keyof NetworkResolver) => {
    const all = networks.flatMap((network) => network[key] ?? []);
    const said = all.length > 0 ? [...new Set(all)] : configured[key] ?? [];
    return said.length > 0 ? said : undefined;
  };
  return {
    servers: dns.servers ?? said("servers") ??
      (theirs.length > 0 ? theirs : shared ? [] : PUBLIC_SERVERS),
    searches: dns.searches ?? said("searches") ?? words("search").at(-1) ?? [],
    options: dns.options ?? said("options") ?? words("options").flat(),
  };
}

/** The text of the file. */
export function formatResolver({ servers, searches, options }: Resolver): string {
  const domains = searches.filter((search) => search !== ".");
  return [
    ...(domains.length > 0 ? [`search ${domains.join(" ")}`] : []),
    ...servers.map((server) => `nameserver ${server}`),
    ...(options.length > 0 ? [`options ${options.join(" ")}`] : []),
    "",
  ].join("\n");
}
