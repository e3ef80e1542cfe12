/**
 * Ends shims that the daemon has forgotten.
 *
 * When a script dies while the runtime creates a process for it, containerd gives up on the shim and
 * clears away after it, but a busy machine's shim lives through that (seen with 1.7 and 2.1). No
 * call reaches it any more; only its process can be found.
 *
 * @module
 */
import { LocalHost } from "../../host/local.ts";
import { removeDeadSocket, removeDeadSockets, shimSocket } from "../../host/shim_sockets.ts";
import { pause } from "../call/abort.ts";
import { containerExists } from "../container/exists.ts";
import type { Context } from "../context.ts";

/** How long a shim has to end by itself after its task was deleted, in milliseconds. */
const GRACE_MS = 1_000;
/** Names of containers that this library made up. */
const OWN_ID = /^davit-[0-9a-f]{16}$/;

/** A process: the pid alone may be given to another one. */
interface Shim {
  readonly pid: number;
  readonly startTicks: string;
  readonly id: string;
}

/**
 * Ends the shims of containers that are no more, on this machine only.
 *
 * @param gone By id: containers that were removed because their owner is gone.
 * @returns The ids of the shims' containers.
 */
export async function sweepShims(
  context: Context,
  gone: ReadonlyMap<string, unknown>,
): Promise<string[]> {
  if (!(context.session.host instanceof LocalHost)) return [];
  let left = await orphans(context, gone);
  const limit = Date.now() + GRACE_MS;
  while (left.length > 0 && Date.now() < limit) {
    await pause(50, undefined);
    left = left.filter(isRunning);
  }
  // Somebody may have made a container of that name meanwhile.
  const still = new Set((await orphans(context, gone)).map(keyOf));
  const ended: string[] = [];
  for (const shim of left.filter((shim) => still.has(keyOf(shim)))) {
    if (hasOtherContainers(shim, context.namespace)) continue;
    try {
      for (const pid of [...childrenOf(shim.pid), shim.pid]) Deno.kill(pid, "SIGKILL");
      ended.push(shim.id);
    } catch (error) {
      // It ended just now, or it is not ours to end.
      const harmless = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied ||
        error instanceof TypeError;
      if (!harmless) throw error;
    }
  }
  await removeSockets(context, new Set([...gone.keys(), ...ended]));
  return ended;
}

/** Removes the sockets of shims. One that is just ending may be killed before it has done so. */
async function removeSockets(context: Context, ids: Iterable<string>): Promise<void> {
  const { session, namespace } = context;
  const limit = Date.now() + GRACE_MS;
  for (const id of ids) {
    if (await containerExists(context, id)) continue;
    const path = await shimSocket(session.address, namespace, id);
    while (await removeDeadSocket(path) && Date.now() < limit) await pause(20, undefined);
  }
  await removeDeadSockets();
}

/** Shims of this daemon and namespace whose container has no record, and should have had one. */
async function orphans(
  context: Context,
  gone: ReadonlyMap<string, unknown>,
): Promise<Shim[]> {
  const { address } = context.session;
  const found: Shim[] = [];
  for (const pid of pids()) {
    const argv = read(`/proc/${pid}/cmdline`).split("\0");
    if (!argv[0]?.split("/").at(-1)?.startsWith("containerd-shim")) continue;
    const value = (flag: string) => argv[argv.indexOf(flag) + 1];
    const id = value("-id");
    if (value("-address") !== address || value("-namespace") !== context.namespace) continue;
    if (id === undefined || !gone.has(id) && !OWN_ID.test(id)) continue;
    if (await containerExists(context, id)) continue;
    found.push({ pid, startTicks: startTicks(pid), id });
  }
  return found;
}

/** One shim can serve the containers of a group: they are below it, in control groups of theirs. */
function hasOtherContainers(shim: Shim, namespace: string): boolean {
  const own = new RegExp(`/${namespace}/${shim.id}(/|$)`, "m");
  const mounts = link(`/proc/${shim.pid}/ns/mnt`);
  return childrenOf(shim.pid).some((pid) => {
    // What logs for it is in the shim's own mount namespace; no container is.
    if (link(`/proc/${pid}/ns/mnt`) === mounts) return false;
    return !own.test(read(`/proc/${pid}/cgroup`));
  });
}

function keyOf({ pid, startTicks }: Shim): string {
  return `${pid} ${startTicks}`;
}

function isRunning(shim: Shim): boolean {
  return startTicks(shim.pid) === shim.startTicks;
}

function pids(): number[] {
  try {
    return [...Deno.readDirSync("/proc")].flatMap(({ name }) =>
      /^\d+$/.test(name) ? [Number(name)] : []
    );
  } catch {
    // Without the permission to look there is nothing to be done.
    return [];
  }
}

function childrenOf(parent: number): number[] {
  return pids().filter((pid) => fields(pid)[1] === String(parent));
}

function startTicks(pid: number): string {
  return fields(pid)[19] ?? "";
}

/** The fields of /proc/PID/stat from the third on; the name before may hold spaces. */
function fields(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

function link(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}
