/**
 * The sockets at which shims listen. A shim that ends well removes its own; of one that was killed
 * it stays, since containerd forgets it with the shim.
 *
 * @module
 */
import { isGranted } from "./granted.ts";

/** Where they are, whatever their daemon's folders are (containerd, `pkg/shim/util_unix.go`). */
const FOLDER = "/run/containerd/s";

/** A younger socket may be one whose owner is about to listen. */
const MIN_AGE_MS = 1_000;

/**
 * The path of a shim's socket.
 *
 * @param address The path of the daemon's socket, as the daemon knows it.
 * @param id The container that the shim was started for.
 */
export async function shimSocket(address: string, namespace: string, id: string): Promise<string> {
  const name = new TextEncoder().encode(`${address}/${namespace}/${id}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", name)).toHex();
  return `${FOLDER}/${hash}`;
}

/**
 * Removes a socket of this machine, if it is there, nobody listens at it, and this script may.
 *
 * @returns Whether somebody listens.
 */
export async function removeDeadSocket(path: string): Promise<boolean> {
  const net: Deno.PermissionDescriptor = { name: "net", host: `unix:${path}` };
  const may = ([{ name: "read", path }, { name: "write", path }, net] as const).every(isGranted);
  if (!may || !isSocket(path)) return false;
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionRefused)) return false;
  }
  try {
    Deno.removeSync(path);
  } catch {
    // Others clean up too, or it is not ours to remove.
  }
  return false;
}

/**
 * Removes all sockets of shims on this machine at which nobody listens any more. Whose they were
 * cannot be told from them; they are of no use to anybody.
 */
export async function removeDeadSockets(): Promise<void> {
  if (!isGranted({ name: "read", path: FOLDER })) return;
  const bound = new Set(readLines("/proc/net/unix").map((line) => line.split(" ").at(-1)));
  const limit = Date.now() - MIN_AGE_MS;
  for (const name of list(FOLDER)) {
    const path = `${FOLDER}/${name}`;
    // That table is of one network namespace; what is not in it is asked.
    if (bound.has(path) || !isOlder(path, limit)) continue;
    await removeDeadSocket(path);
  }
}

function isSocket(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSocket === true;
  } catch {
    return false;
  }
}

function isOlder(path: string, limit: number): boolean {
  try {
    const { mtime } = Deno.lstatSync(path);
    return mtime !== null && mtime.getTime() < limit;
  } catch {
    return false;
  }
}

function list(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

function readLines(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n");
  } catch {
    return [];
  }
}
