/**
 * What networks there are, and who is on them.
 *
 * @module
 */
import { subnetsOf, userLabels } from "../../oci/cni_network.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { insideOf, readMetas } from "./metas.ts";
import type { NetworkDetails, NetworkInfo, NetworkMember } from "./networks.ts";
import { type NetworkPlace, networkPlace } from "./place.ts";
import { needNetwork, readNetworks, type StoredNetwork } from "./store.ts";

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

async function membersOf(
  context: Context,
  place: NetworkPlace,
  name: string,
): Promise<NetworkMember[]> {
  return (await readMetas(context, place)).flatMap(({ namespace, id, file }) => {
    const result = file.Networks?.[name];
    if (!result) return [];
    const addresses = (result.ips ?? []).flatMap(({ address }) => address ?? []);
    return { namespace, id, addresses, mac: insideOf(result)?.mac };
  });
}
