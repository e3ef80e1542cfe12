/**
 * Removes what a daemon that is gone left behind: containers, shims, mounts, sockets.
 *
 * Works without the daemon, so that it is the same after a stop and after a crash.
 *
 * @module
 */
import { DavitError } from "../errors/errors.ts";
import { removeDeadSockets, shimSocket } from "../host/shim_sockets.ts";
import type { Layout } from "./layout.ts";
import { unmountUnder } from "./mounts.ts";
import {
  descendants,
  endProcesses,
  listProcesses,
  type ProcessInfo,
  type ProcessRef,
} from "./processes.ts";

/** A task's folder below containerd's `state`; see containerd's `docs/runtime-v2.md`. */
interface Bundle {
  readonly namespace: string;
  readonly id: string;
  readonly path: string;
}

/** How many containers are removed at once. */
const PARALLEL = 8;

/**
 * Ends every container and shim of the daemon at `layout`, unmounts what is left below its folders
 * and removes its state and sockets. The daemon must not run.
 *
 * @param layout The daemon's paths.
 * @param path PATH for shims and runtimes.
 * @throws {DavitError} Something could not be removed; what could be is gone all the same.
 */
export async function cleanUp(layout: Layout, path: string): Promise<void> {
  const processes = listProcesses();
  const shims = processes.filter((process) => isShimOf(process, layout.address));
  // Taken now: a container whose shim is gone cannot be told from any other process.
  const contained = descendants(processes, shims);
  const bundles = listBundles(layout.state);
  const sockets = [
    ...bundles.flatMap(bundleSockets),
    ...await Promise.all(shims.map((shim) => argvSocket(shim, layout.address))),
  ];

  const fallback = shims.map((shim) => shim.argv[0]!)[0];
  const queue = [...bundles];
  const worker = async (): Promise<void> => {
    for (let bundle = queue.pop(); bundle; bundle = queue.pop()) {
      await deleteTask(bundle, layout.address, path, fallback);
    }
  };
  // The shims still live while their containers end, and so take in the dead.
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  const left = [
    ...await endProcesses(contained, 0),
    ...await endProcesses(shims, 0),
  ];

  const mounts = await unmountUnder([layout.root, layout.state]);
  for (const socket of [...sockets, layout.address, `${layout.address}.ttrpc`]) {
    await removeIfThere(socket);
  }
  // Of shims that were killed earlier, whose folders the daemon has removed since.
  await removeDeadSockets();
  if (mounts.length === 0) await removeIfThere(layout.state);
  if (mounts.length > 0 || left.length > 0) throw leftovers(layout, mounts, left);
}

function leftovers(layout: Layout, mounts: string[], left: ProcessRef[]): DavitError {
  const parts: string[] = [];
  if (left.length > 0) parts.push(`processes ${left.map((ref) => ref.pid).join(", ")} do not end`);
  if (mounts.length > 0) parts.push(`${mounts.map((m) => `"${m}"`).join(", ")} stay mounted`);
  return new DavitError(
    `Cannot clean up after the containerd in "${layout.dir}": ${parts.join(", and ")}; ` +
      "see what holds them (ps, fuser -m), then start or stop it again",
    "failed_precondition",
  );
}

/** Whether a process is a shim that reports to the daemon at `address`. */
export function isShimOf(process: ProcessInfo, address: string): boolean {
  const [program = "", ...args] = process.argv;
  const name = program.slice(program.lastIndexOf("/") + 1);
  const at = args.indexOf("-address");
  return name.startsWith("containerd-shim") && at >= 0 && args[at + 1] === address;
}

function listBundles(state: string): Bundle[] {
  const tasks = `${state}/io.containerd.runtime.v2.task`;
  const found: Bundle[] = [];
  for (const namespace of listFolders(tasks)) {
    for (const id of listFolders(`${tasks}/${namespace}`)) {
      found.push({ namespace, id, path: `${tasks}/${namespace}/${id}` });
    }
  }
  return found;
}

function listFolders(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].filter((entry) => entry.isDirectory)
      .map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/**
 * The socket that a shim listens at. It lies in `/run/containerd/s`, whatever the daemon's folders
 * are. `address` holds it up to containerd 1.7, `bootstrap.json` from 1.7 on.
 */
function bundleSockets(bundle: Bundle): string[] {
  const found: string[] = [];
  for (const name of ["address", "bootstrap.json"]) {
    const path = /unix:\/\/(\/[^"\s]+)/.exec(readIfThere(`${bundle.path}/${name}`))?.[1];
    if (path) found.push(path);
  }
  return found;
}

/** The socket of a shim that the daemon has forgotten, and the folder with it. */
function argvSocket({ argv }: ProcessInfo, address: string): Promise<string> {
  const value = (flag: string) => argv[argv.indexOf(flag) + 1] ?? "";
  return shimSocket(address, value("-namespace"), value("-id"));
}

/**
 * Has the shim's program delete a task the way containerd does after a shim's death: the runtime
 * kills what is inside, runs the container's `poststop` hooks and removes its cgroup; the root file
 * system is unmounted. Failure is no end: processes and mounts are looked after next.
 */
async function deleteTask(
  bundle: Bundle,
  address: string,
  path: string,
  fallback = "containerd-shim-runc-v2",
): Promise<void> {
  const program = readIfThere(`${bundle.path}/shim-binary-path`).trim() || fallback;
  const args = ["-namespace", bundle.namespace, "-id", bundle.id, "-address", address];
  try {
    await new Deno.Command(program, {
      args: [...args, "-bundle", bundle.path, "delete"],
      cwd: bundle.path,
      env: { PATH: path },
      stdin: "null",
      stdout: "null",
      stderr: "null",
      signal: AbortSignal.timeout(15_000),
    }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** Removes a file or a folder with all that is in it. */
async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
