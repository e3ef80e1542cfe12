/**
 * A containerd of our own: started when a script needs it, and gone without a trace afterwards.
 *
 * @module
 */
import {
  CanceledError,
  DavitError,
  FailedPreconditionError,
  PermissionError,
  TimeoutError,
  UnavailableError,
} from "../errors/errors.ts";
import { findBinary, inspectBinary } from "./binary.ts";
import { removeBridges } from "./bridges.ts";
import { cleanUp } from "./cleanup.ts";
import { type DaemonConfig, renderConfig } from "./config.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { withLock } from "./lock.ts";
import { probeVersion } from "./probe.ts";
import { endProcesses, type ProcessRef } from "./processes.ts";
import { findDaemon, type Serving, spawnDaemon, tooSlow } from "./spawn.ts";
import { addUser, hasLiveUsers, removeUser } from "./users.ts";

/** How to start a private daemon. */
export interface StartDaemonOptions {
  /**
   * The folder for all of the daemon's files, made when it is missing. One folder is one daemon:
   * scripts that name the same folder share it. Default: `/var/lib/davit`, with sockets and state
   * in `/run/davit`.
   */
  readonly dir?: string;
  /** containerd: a path or a name on PATH. Default: `$DAVIT_CONTAINERD`, else `"containerd"`. */
  readonly containerd?: string;
  /** Folders to put in front of PATH for the daemon, where its shims and runtimes are. */
  readonly path?: readonly string[];
  /** More of containerd's configuration: tables are merged with ours, the rest replaces it. */
  readonly config?: DaemonConfig;
  /** `stop()` removes images, snapshots and logs too. Default: they are kept for the next start. */
  readonly ephemeral?: boolean;
  /** Ends the start; a daemon that was about to start is ended. */
  readonly signal?: AbortSignal;
  /** How long the start may take, in milliseconds. Default: 30000. */
  readonly startTimeoutMs?: number;
}

/** A containerd that runs for this script. */
export interface Daemon extends AsyncDisposable {
  /** Path of its gRPC socket. */
  readonly address: string;
  /** Its process id. */
  readonly pid: number;
  /** What it says of its version, such as `"2.1.9"`. */
  readonly version: string;
  /** The folder that it lives in. */
  readonly dir: string;
  /**
   * Gives the daemon up. The last script to do so ends it, its containers and shims, unmounts what
   * is left and removes its sockets and state; images stay, unless it is `ephemeral`. Twice is
   * fine.
   *
   * @throws {DavitError} Something could not be ended or unmounted; the message names it.
   */
  stop(): Promise<void>;
}

/** How long a daemon may take to end by itself. It needs some 10 ms; a busy disk may need more. */
const GRACE_MS = 10_000;

/** How long `stop()` waits for another script that starts or stops the same daemon. */
const STOP_LOCK_MS = 60_000;

/**
 * Starts a containerd with a root, state, socket and configuration of its own, or joins the one
 * that runs in the same folder already.
 *
 * What a killed script left running is taken over; what a killed daemon left behind (shims,
 * containers, mounts, sockets) is removed first. Needs root, or a user namespace in which the
 * script is root, and the permissions that `--allow-all` gives.
 *
 * Container ids must differ from those of other daemons on the machine: runc keeps its state by
 * namespace and id in one folder for all, unless `root` in its options says otherwise.
 *
 * @param options Where and what to start.
 * @throws {NotFoundError} There is no containerd; the message says what to install.
 * @throws {PermissionError} The script is not root, or the program cannot be executed.
 * @throws {InvalidArgumentError} The folder's path is too long for a socket, or `config` is wrong.
 * @throws {FailedPreconditionError} containerd ended at once (the message has the end of its log),
 *   or other scripts use the folder's daemon with another program or configuration.
 * @throws {TimeoutError} It did not serve in time.
 *
 * @example
 * ```ts
 * import { startDaemon } from "@davit/sdk/daemon";
 *
 * await using daemon = await startDaemon({ dir: "/tmp/my-daemon", ephemeral: true });
 * console.log(daemon.version, daemon.address);
 * ```
 */
export async function startDaemon(options: StartDaemonOptions = {}): Promise<Daemon> {
  const timeoutMs = options.startTimeoutMs ?? 30_000;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const named = layoutOf(options.dir);
  const path = [...(options.path ?? []), Deno.env.get("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin"]
    .join(":");
  const program = findBinary({
    containerd: options.containerd,
    fromEnv: Deno.env.get("DAVIT_CONTAINERD"),
    path,
  });
  if (Deno.uid() !== 0) {
    throw new PermissionError(
      `Cannot start containerd in "${named.dir}": that takes root; run the script as root, or set ` +
        "up rootless containerd (containerd-rootless-setuptool.sh install) and connect to that",
    );
  }
  try {
    const { major } = await inspectBinary(program, signal);
    const layout = prepare(named, options.dir);
    const settings = {
      program,
      // The shims of the same version lie beside the daemon.
      path: `${program.slice(0, program.lastIndexOf("/"))}:${path}`,
      config: renderConfig(layout, major, options.config),
      ephemeral: options.ephemeral ?? false,
    };
    return await withLock(layout.lock, signal, async () => {
      const serving = await joinOrStart(layout, settings, signal);
      const user = addUser(layout);
      return daemonOf(layout, serving, user, settings);
    });
  } catch (error) {
    if (error instanceof DavitError) throw error;
    if (options.signal?.aborted) throw aborted(named, options.signal.reason);
    if (timeout.aborted) throw tooSlow(named, timeoutMs, error);
    throw error;
  }
}

/** Makes the folders, and resolves links: the kernel names mounts by their real paths. */
function prepare(named: Layout, dir: string | undefined): Layout {
  try {
    Deno.mkdirSync(named.dir, { recursive: true, mode: 0o711 });
    const layout = dir === undefined ? named : layoutOf(Deno.realPathSync(named.dir));
    Deno.mkdirSync(layout.volatile, { recursive: true, mode: 0o711 });
    return layout;
  } catch (error) {
    if (error instanceof DavitError) throw error;
    throw new PermissionError(`Cannot make the daemon's folder "${named.dir}"`, { cause: error });
  }
}

function aborted(layout: Layout, reason: unknown): DavitError {
  const timedOut = reason instanceof DOMException && reason.name === "TimeoutError";
  const message = `Cannot start containerd in "${layout.dir}": the caller's signal ended it`;
  return timedOut
    ? new TimeoutError(message, { cause: reason })
    : new CanceledError(message, { cause: reason });
}

/** What to run, and what becomes of it. */
interface Settings {
  readonly program: string;
  /** PATH for it, its shims and runtimes. */
  readonly path: string;
  readonly config: string;
  readonly ephemeral: boolean;
}

async function joinOrStart(
  layout: Layout,
  settings: Settings,
  signal: AbortSignal,
): Promise<Serving> {
  // Whoever held the lock before may have removed them.
  for (const folder of [layout.dir, layout.volatile]) {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o711 });
  }
  const running = findDaemon(layout);
  const inUse = hasLiveUsers(layout);
  if (running) {
    const same = running.argv[0] === settings.program && readConfig(layout) === settings.config;
    const version = same ? await answer(layout, signal) : undefined;
    if (version !== undefined) return { process: running, version };
    if (inUse) throw occupied(layout, running, same);
    await endDaemon(running, layout);
  }
  // With its scripts still alive, a crashed daemon gets its running containers back instead.
  if (!inUse) await cleanUp(layout, settings.path);
  Deno.writeTextFileSync(layout.config, settings.config, { mode: 0o600 });
  try {
    return await spawnDaemon(settings.program, layout, settings.path, signal);
  } catch (error) {
    if (!inUse) {
      await cleanUp(layout, settings.path);
      removeFiles(layout, settings.ephemeral);
    }
    throw error;
  }
}

function readConfig(layout: Layout): string | undefined {
  try {
    return Deno.readTextFileSync(layout.config);
  } catch {
    return undefined;
  }
}

/** The version of a daemon that runs, or `undefined` when it does not answer in five seconds. */
async function answer(layout: Layout, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await probeVersion(
      layout.address,
      AbortSignal.any([signal, AbortSignal.timeout(5000)]),
    );
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function occupied(layout: Layout, record: ProcessRef, same: boolean): DavitError {
  const where = `the containerd in "${layout.dir}" (process ${record.pid})`;
  if (same) {
    return new UnavailableError(
      `Cannot join ${where}: it does not answer, and other scripts use it; see "${layout.log}"`,
    );
  }
  return new FailedPreconditionError(
    `Cannot join ${where}: other scripts use it with another program or configuration; ` +
      'give another "dir", or the same options',
  );
}

async function endDaemon(process: ProcessRef, layout: Layout): Promise<void> {
  if ((await endProcesses([process], GRACE_MS)).length === 0) return;
  throw new FailedPreconditionError(
    `Cannot stop the containerd in "${layout.dir}": process ${process.pid} outlives SIGKILL; ` +
      "it waits for a device or a file system",
  );
}

function daemonOf(layout: Layout, serving: Serving, user: string, settings: Settings): Daemon {
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    // A failed stop may be tried again, a good one is remembered.
    stopped ??= stopDaemon(layout, user, settings).catch((error) => {
      stopped = undefined;
      throw error;
    });
    return stopped;
  };
  return {
    address: layout.address,
    pid: serving.process.pid,
    version: serving.version,
    dir: layout.dir,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function stopDaemon(layout: Layout, user: string, settings: Settings): Promise<void> {
  const deadline = AbortSignal.timeout(STOP_LOCK_MS);
  let locked = false;
  try {
    await withLock(layout.lock, deadline, async () => {
      locked = true;
      removeUser(layout, user);
      if (hasLiveUsers(layout)) return;
      const running = findDaemon(layout);
      if (running) await endDaemon(running, layout);
      await cleanUp(layout, settings.path);
      await removeBridges(`${layout.dir}/nerdctl/cni/net.d`, settings.path);
      removeFiles(layout, settings.ephemeral);
    });
  } catch (error) {
    if (locked || !deadline.aborted) throw error;
    throw new TimeoutError(
      `Cannot stop the containerd in "${layout.dir}": another script holds "${layout.lock}" for ` +
        `${STOP_LOCK_MS / 1000} s`,
      { cause: error },
    );
  }
}

/** Removes our own files by name: the folder may hold others, which are not ours to remove. */
function removeFiles(layout: Layout, ephemeral: boolean): void {
  remove(layout.users);
  if (ephemeral) {
    // Logs of containers are kept in nerdctl's folder beside the socket.
    const folders = [layout.root, `${layout.dir}/opt`, `${layout.dir}/nerdctl`];
    for (const path of [...folders, layout.config, layout.log]) remove(path);
  }
  if (layout.dir !== layout.volatile) removeIfEmpty(layout.dir);
  // Last of all: from then on others may start here.
  remove(layout.lock);
  removeIfEmpty(layout.volatile);
}

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    Deno.removeSync(folder);
  } catch {
    // It holds something, or another script made it its own.
  }
}
