/**
 * The labels of a container that tell of its networks; nerdctl's, so that it knows them too.
 *
 * @module
 */
import type { PortRequest } from "../../oci/ports.ts";
import type { Context } from "../context.ts";
import type { HookParts } from "./hook.ts";
import type { NetworkPlan } from "./plan.ts";

/** The names of a container's networks, as JSON. */
export const NETWORKS_LABEL = "nerdctl/networks";
/** The folder of a container's files. */
export const STATE_FOLDER_LABEL = "nerdctl/state-dir";
/** What is published, as JSON; without ports that are chosen at each start. */
export const PORTS_LABEL = "nerdctl/ports";
/** Where the hooks' parts are kept in the spec. */
export const PARTS_ANNOTATION = "davit/network";

/** What hooks are made from, besides where they run. */
export type SavedNetwork = Pick<
  HookParts,
  "hostname" | "domainname" | "ports" | "extraHosts" | "dns" | "attachments"
>;

/** The labels that come of a plan. */
export function networkLabels(parts: {
  context: Context;
  id: string;
  folder: string;
  names: readonly string[];
  hostname?: string;
  plan?: NetworkPlan;
}): Record<string, string> {
  const { context, id, folder, names, hostname, plan } = parts;
  const ports = plan?.ports ?? [];
  const known = ports.length > 0 &&
    ports.every(({ hostPort, hostPortEnd }) => hostPort > 0 && hostPort === hostPortEnd);
  const [first] = plan?.networks ?? [];
  const some = (name: string, value: string | undefined) =>
    value === undefined ? {} : { [name]: value };
  return {
    "nerdctl/namespace": context.namespace,
    "nerdctl/name": id,
    [STATE_FOLDER_LABEL]: folder,
    [NETWORKS_LABEL]: JSON.stringify(names),
    "nerdctl/extraHosts": JSON.stringify(
      (plan?.extraHosts ?? []).map(([name, address]) => `${name}:${address}`),
    ),
    ...some("nerdctl/hostname", hostname),
    ...some("nerdctl/domainname", plan?.domainname),
    ...some("nerdctl/ip", first?.ip),
    ...some("nerdctl/ip6", first?.ip6),
    ...some("nerdctl/mac-address", first?.mac),
    ...(plan && Object.keys(plan.dns).length > 0
      ? {
        "nerdctl/dns": JSON.stringify({
          DNSServers: plan.dns.servers ?? [],
          DNSResolvConfOptions: plan.dns.options ?? [],
          DNSSearchDomains: plan.dns.searches ?? [],
        }),
      }
      : {}),
    ...(known ? { [PORTS_LABEL]: shorten(JSON.stringify(ports.map(portRecord))) } : {}),
  };
}

/** A published port as nerdctl writes it. */
function portRecord(port: PortRequest): Record<string, string | number> {
  return {
    HostPort: port.hostPort,
    ContainerPort: port.containerPort,
    Protocol: port.protocol,
    HostIP: port.hostIp,
  };
}

/** A label has room for 4 KiB; nerdctl reads the file, and this only where there is none. */
function shorten(text: string): string {
  return text.length > 3900 ? "" : text;
}
