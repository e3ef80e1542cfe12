/**
 * Where networks are kept on the daemon's host: where nerdctl keeps them, so that each finds the
 * other's.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { addressHash, dataRootOf, dataStore, realAddress } from "../logs/place.ts";

/** Places of a daemon's networks. All are paths on its host. */
export interface NetworkPlace {
  /** Folder of the networks' configurations; those of a namespace are in one below, of its name. */
  readonly confDir: string;
  /** Folders of CNI's plugins, in the order in which they are looked at. */
  readonly pluginDirs: readonly string[];
  /** `PATH` for plugins, which call iptables. */
  readonly path: string;
  /** The daemon's folder of containers' files. */
  readonly store: string;
  /** Where addresses are booked; `undefined` for host-local's own place. */
  readonly dataDir: string | undefined;
  /** What tells this daemon's bridges from another's on the same host; empty for the system's. */
  readonly salt: string;
}

const PLUGIN_DIRS = [
  "/opt/cni/bin",
  "/usr/libexec/cni",
  "/usr/lib/cni",
  "/usr/local/libexec/cni",
  "/usr/local/lib/cni",
];

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The places of a daemon. `$NETCONFPATH` and `$CNI_PATH` say otherwise, as they do for nerdctl; a
 * private daemon has its own folder, since networks of another daemon are not there for it.
 */
export async function networkPlace(context: Context): Promise<NetworkPlace> {
  const address = realAddress(context);
  const root = dataRootOf(address);
  const rootless = address.startsWith("/run/user/");
  const system = /^(\/var)?\/run\//.test(address) && !address.startsWith("/run/davit/");
  const home = readEnv("HOME") ?? "/root";
  const ownConfDir = rootless
    ? `${readEnv("XDG_CONFIG_HOME") || `${home}/.config`}/cni/net.d`
    : system
    ? "/etc/cni/net.d"
    : `${root}/cni/net.d`;
  const named = readEnv("CNI_PATH")?.split(":").filter((dir) => dir.startsWith("/"));
  const own = rootless ? [`${home}/.local/libexec/cni`, `${home}/opt/cni/bin`] : [];
  const pluginDirs = named?.length ? named : [...own, ...PLUGIN_DIRS];
  return {
    confDir: readEnv("NETCONFPATH") || ownConfDir,
    pluginDirs,
    path: [PATH, ...pluginDirs].join(":"),
    store: await dataStore(context),
    dataDir: system ? undefined : `${root}/cni/networks`,
    salt: system ? "" : await addressHash(address),
  };
}

/** The folder of what is known of a container's networks while it has them. */
export function attachmentFolder(place: NetworkPlace, namespace: string, id: string): string {
  return `${attachmentsFolder(place, namespace)}/${id}`;
}

/** The folder of those folders. */
export function attachmentsFolder(place: NetworkPlace, namespace: string): string {
  return `${place.store}/attachments/${namespace}`;
}

/** The folder of the hosts files of a namespace's containers. */
export function hostsFolder(place: NetworkPlace, namespace: string): string {
  return `${place.store}/etchosts/${namespace}`;
}

/** The name by which a container is known to plugins; nerdctl's. */
export function cniId(namespace: string, id: string): string {
  return `${namespace}-${id}`;
}

function readEnv(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}
