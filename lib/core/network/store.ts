/**
 * The files of networks' configurations on the daemon's host.
 *
 * @module
 */
import {
  type DavitError,
  InvalidArgumentError,
  NotFoundError,
  PermissionError,
} from "../../errors/errors.ts";
import type { Host } from "../../host/host.ts";
import { type CniConfig, parseCniConfig } from "../../oci/cni_config.ts";
import type { Context } from "../context.ts";
import { type NetworkPlace, networkPlace } from "./place.ts";

/** The network that is there by itself. */
export const DEFAULT_NETWORK = "bridge";

/** The label of the network that is used when none is named; nerdctl's. */
export const DEFAULT_NETWORK_LABEL = "nerdctl/default-network";

/** A network's configuration, and where it is. */
export interface StoredNetwork {
  /** The file. */
  readonly file: string;
  /** What is in it. */
  readonly config: CniConfig;
}

/** A file that is no configuration. */
export interface BrokenNetwork {
  /** The file. */
  readonly file: string;
  /** What is wrong with it. */
  readonly error: DavitError;
}

/** What is in the folders of configurations. */
export interface StoredNetworks {
  /** The networks, those for all namespaces first. */
  readonly networks: readonly StoredNetwork[];
  /** What is no network. */
  readonly broken: readonly BrokenNetwork[];
}

/** Reads the networks that a namespace sees: those for all, and its own. */
export async function readNetworks(
  context: Context,
  place: NetworkPlace,
  namespace: string = context.namespace,
): Promise<StoredNetworks> {
  const { host } = context.session;
  const networks: StoredNetwork[] = [];
  const broken: BrokenNetwork[] = [];
  for (const folder of [place.confDir, `${place.confDir}/${namespace}`]) {
    for (const name of await namesIn(host, folder)) {
      if (!/\.(conf|conflist|json)$/.test(name)) continue;
      const file = `${folder}/${name}`;
      if ((await host.lstat(file))?.kind === "directory") continue;
      try {
        networks.push({ file, config: parseCniConfig(await host.readFile(file), file) });
      } catch (error) {
        if (error instanceof InvalidArgumentError) broken.push({ file, error });
        // It was removed just now.
        else if (await host.lstat(file)) throw error;
      }
    }
  }
  return { networks, broken };
}

/** The names in a folder of the host; none where there is no such folder. */
export async function namesIn(host: Host, folder: string): Promise<string[]> {
  const info = await host.lstat(folder);
  if (info === undefined || info.kind === "file") return [];
  return await host.readDir(folder);
}

/** Where the configuration of a network is written; nerdctl's place. */
export function fileOfNetwork(place: NetworkPlace, namespace: string, name: string): string {
  const folder = name === DEFAULT_NETWORK ? place.confDir : `${place.confDir}/${namespace}`;
  return `${folder}/nerdctl-${name}.conflist`;
}

/** Finds a network by its name, or by the start of nerdctl's id for it. */
export function findNetwork(
  { networks }: StoredNetworks,
  name: string,
): StoredNetwork | undefined {
  const byName = networks.findLast(({ config }) => config.name === name);
  if (byName || !/^[0-9a-f]{12,64}$/.test(name)) return byName;
  return networks.find(({ config }) => config.nerdctlID?.startsWith(name));
}

/**
 * Finds a network.
 *
 * @throws {NotFoundError} when there is none of this name.
 * @throws {InvalidArgumentError} when its configuration is broken.
 */
export async function needNetwork(
  context: Context,
  name: string,
  place?: NetworkPlace,
): Promise<StoredNetwork> {
  const where = place ?? await networkPlace(context);
  const stored = await readNetworks(context, where);
  const found = findNetwork(stored, name);
  if (found) return found;
  const own = fileOfNetwork(where, context.namespace, name);
  const broken = stored.broken.find(({ file }) => file === own) ?? stored.broken[0];
  if (broken?.file === own) throw broken.error;
  const names = stored.networks.map(({ config }) => `"${config.name}"`).join(", ");
  throw new NotFoundError(
    `Cannot find network "${name}" in namespace "${context.namespace}": there ` +
      `${names ? `are ${names}` : `is none in "${where.confDir}"`}` +
      (broken ? `; "${broken.file}" cannot be read` : ""),
    broken && { cause: broken.error },
  );
}

/**
 * What is thrown where this script may not read or write files of networks; other errors as they are.
 *
 * @param what What was tried, to follow "Cannot".
 */
export function permissionError(error: unknown, what: string, place: NetworkPlace): unknown {
  const refused = error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable;
  if (!refused) return error;
  return new PermissionError(
    `Cannot ${what}: files in "${place.confDir}" and "${place.store}" are not to be reached; run as ` +
      "the user of the daemon, and grant --allow-read and --allow-write for these folders",
    { cause: error },
  );
}
