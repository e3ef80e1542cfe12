/**
 * What networks there are, and who is on them.
 *
 * @module
 */
import { subnetsOf, userLabels } from "../../oci/cni_network.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { NetworkDetails, NetworkInfo, NetworkMember } from "./networks.ts";
import { type NetworkPlace, networkPlace } from "./place.ts";
import { namesIn, needNetwork, readNetworks, type StoredNetwork } from "./store.ts";

/** A network as it is shown. */
export function networkInfo({ file, config }: StoredNetwork): NetworkInfo {
  const [first] = config.plugins;
  const ipam = first?.ipam;
  const hasRoutes = typeof ipam === "object" && ipam !== null && "routes" in ipam;
  return {
    name: config.name,
    id: config.nerdctlID,
    driver: first?.type ?? "",
    subnets: subnetsOf(config),
    internal: first?.type === "bridge" && first.isGateway !== true && !hasRoutes,
    labels: userLabels(config),
    file,
    config,
  };
}

/** Lists the networks that a namespace sees. */
export async function listNetworks(
  context: Context,
  signal?: AbortSignal,
): Promise<NetworkInfo[]> {
  throwIfAborted(signal, "listing networks");
  const { networks } = await readNetworks(context, await networkPlace(context));
  return networks.map(networkInfo);
}

/** Files that are no configurations. */
export async function brokenNetworks(context: Context): Promise<{ file: string; error: Error }[]> {
  return [...(await readNetworks(context, await networkPlace(context))).broken];
}

/** A network with its containers. */
export async function inspectNetwork(
  context: Context,
  name: string,
  signal?: AbortSignal,
): Promise<NetworkDetails> {
  throwIfAborted(signal, `inspecting network "${name}"`);
  const place = await networkPlace(context);
  const stored = await needNetwork(context, name, place);
  return {
    ...networkInfo(stored),
    containers: await membersOf(context, place, stored.config.name),
  };
}

/** A container that has addresses, as the hosts files know it. */
interface Meta {
  readonly Networks?: Readonly<Record<string, CniResult>>;
}

/** What plugins answer. */
interface CniResult {
  readonly interfaces?: readonly { readonly mac?: string; readonly sandbox?: string }[];
  readonly ips?: readonly { readonly address?: string; readonly interface?: number }[];
}

async function membersOf(
  context: Context,
  place: NetworkPlace,
  name: string,
): Promise<NetworkMember[]> {
  const { host } = context.session;
  const members: NetworkMember[] = [];
  const root = `${place.store}/etchosts`;
  // Those of other namespaces may be on it too, if it is for all.
  for (const namespace of await namesIn(host, root)) {
    for (const id of await namesIn(host, `${root}/${namespace}`)) {
      const file = `${root}/${namespace}/${id}/meta.json`;
      if (!await host.lstat(file)) continue;
      let meta: Meta;
      try {
        meta = JSON.parse(new TextDecoder().decode(await host.readFile(file)));
      } catch {
        continue; // it was removed, or is somebody else's
      }
      const result = meta.Networks?.[name];
      if (!result) continue;
      const inside = (result.interfaces ?? []).find(({ sandbox }) => sandbox);
      members.push({
        namespace,
        id,
        addresses: (result.ips ?? []).flatMap(({ address }) => address ?? []),
        mac: inside?.mac,
      });
    }
  }
  return members;
}
