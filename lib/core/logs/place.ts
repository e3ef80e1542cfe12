/**
 * Where the files of a container are kept: as nerdctl keeps them, so that each finds the other's.
 *
 * @module
 */
import { socketPath } from "../../host/ssh/address.ts";
import type { Context } from "../context.ts";

/**
 * The folder below which files of a daemon's containers are kept: nerdctl's for a daemon of the
 * system (`/var/lib/nerdctl`) and for a rootless one (`~/.local/share/nerdctl`), else a folder
 * beside the daemon's socket, so that what belongs to a private daemon goes with it.
 *
 * @param address The path of the daemon's socket.
 * @param env Finds an environment variable.
 */
export function dataRootOf(
  address: string,
  env: (name: string) => string | undefined,
): string {
  if (address.startsWith("/run/user/")) {
    const data = env("XDG_DATA_HOME") || `${env("HOME") ?? "/root"}/.local/share`;
    return `${data}/nerdctl`;
  }
  // Of the private daemon in its default place, whose socket is not where the rest of it is.
  if (address.startsWith("/run/davit/")) return "/var/lib/davit/nerdctl";
  if (/^(\/var)?\/run\//.test(address)) return "/var/lib/nerdctl";
  return `${address.slice(0, address.lastIndexOf("/"))}/nerdctl`;
}

/** Tells one daemon's files from another's: the start of the SHA-256 of its socket's path. */
export async function addressHash(address: string): Promise<string> {
  const bytes = new TextEncoder().encode(address);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.toHex().slice(0, 8);
}

/** The folder of what belongs to one daemon: its containers' files, names, hosts and volumes. */
export async function dataStore(context: Context): Promise<string> {
  const address = realAddress(context);
  const { host } = context.session;
  return `${dataRootOf(address, (name) => host.env(name))}/${await addressHash(address)}`;
}

/** The path of the daemon's socket on its machine, links followed. */
export function realAddress({ session: { address, host } }: Context): string {
  const path = socketPath(address);
  // Of another machine it was followed there.
  return host.remote ? path : realPath(path);
}

/** The folder of one container's files. */
export async function stateFolder(context: Context, id: string): Promise<string> {
  return `${await dataStore(context)}/containers/${context.namespace}/${id}`;
}

/** The log of a container, below its folder. */
export function logFile(folder: string, id: string): string {
  return `${folder}/${id}-json.log`;
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}
