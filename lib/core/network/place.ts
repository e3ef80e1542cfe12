/**
 * Where networks are kept on the daemon's host: where nerdctl keeps them, so that each finds the
 * other's.
 *
 * @module
 */
import { isResolverWord, type NetworkResolver } from "../../oci/cni_network.ts";
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
  /** Whom containers ask for names unless they or their networks say so: as `nerdctl.toml` has it. */
  readonly resolver: NetworkResolver;
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

/** What nerdctl's own configuration says of the places. */
interface NerdctlPlaces {
  readonly cni_path?: string;
  readonly cni_netconfpath?: string;
  readonly dns?: string[];
  readonly dns_search?: string[];
  readonly dns_opts?: string[];
}

/**
 * The places of a daemon. `$NETCONFPATH` and `$CNI_PATH` say otherwise, as they do for nerdctl, and
 * so does its `nerdctl.toml`; a private daemon has its own folder, since networks of another daemon
 * are not there for it.
 */
export async function networkPlace(context: Context): Promise<NetworkPlace> {
  const address = realAddress(context);
  const { session } = context;
  const config = await session.memo(`network\0config`, () => nerdctlPlaces(context, address));
  return {
    ...folders(address, (name) => session.host.env(name), config),
    store: await dataStore(context),
    resolver: {
      servers: config.dns?.filter(isResolverWord),
      searches: config.dns_search?.filter(isResolverWord),
      options: config.dns_opts?.filter(isResolverWord),
    },
    salt: isSystem(address) ? "" : await addressHash(address),
  };
}

/**
 * The folders of a daemon's networks.
 *
 * @param address The path of its socket.
 * @param env Finds an environment variable.
 * @param config What `nerdctl.toml` says.
 */
export function folders(
  address: string,
  env: (name: string) => string | undefined,
  config: NerdctlPlaces,
): Pick<NetworkPlace, "confDir" | "pluginDirs" | "path" | "dataDir"> {
  const root = dataRootOf(address, env);
  const rootless = address.startsWith("/run/user/");
  const home = env("HOME") ?? "/root";
  const ownConfDir = rootless
    ? `${env("XDG_CONFIG_HOME") || `${home}/.config`}/cni/net.d`
    : isSystem(address)
    ? "/etc/cni/net.d"
    : `${root}/cni/net.d`;
  const named = (env("CNI_PATH") || config.cni_path)?.split(":").filter((dir) =>
    dir.startsWith("/")
  );
  const own = rootless ? [`${home}/.local/libexec/cni`, `${home}/opt/cni/bin`] : [];
  const pluginDirs = named?.length ? named : [...own, ...PLUGIN_DIRS];
  return {
    confDir: env("NETCONFPATH") || config.cni_netconfpath || ownConfDir,
    pluginDirs,
    path: [PATH, ...pluginDirs].join(":"),
    dataDir: isSystem(address) ? undefined : `${root}/cni/networks`,
  };
}

/** Whether a daemon is the system's or a user's, and not a script's. */
function isSystem(address: string): boolean {
  return /^(\/var)?\/run\//.test(address) && !address.startsWith("/run/davit/");
}

/** Reads `nerdctl.toml`, for daemons that nerdctl would talk to. */
async function nerdctlPlaces(context: Context, address: string): Promise<NerdctlPlaces> {
  if (!isSystem(address)) return {};
  const { host } = context.session;
  const home = host.env("XDG_CONFIG_HOME") || `${host.env("HOME") ?? "/root"}/.config`;
  const file = host.env("NERDCTL_TOML") ||
    `${address.startsWith("/run/user/") ? home : "/etc"}/nerdctl/nerdctl.toml`;
  let data: Uint8Array;
  try {
    data = await host.readFile(file);
  } catch {
    return {}; // it is not there, or not to be read
  }
  const { parseNerdctlConfig } = await import("../../config/nerdctl.ts");
  return parseNerdctlConfig(new TextDecoder().decode(data));
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
