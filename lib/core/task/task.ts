/**
 * Tasks: the processes of containers, by container id.
 *
 * @module
 */
import type { Mount as MountMessage } from "../../gen/containerd/types/mount_pb.ts";
import {
  DavitError,
  FailedPreconditionError,
  NotFoundError,
  UnavailableError,
} from "../../errors/errors.ts";
import { ExitStatusLostError } from "../../errors/process_errors.ts";
import { LocalHost } from "../../host/local.ts";
import { pause } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { type ExitStatus, exitStatus } from "../process/exit_status.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { startError } from "../process/start_error.ts";
import { toDate } from "../time.ts";

/**
 * How long the runtime may take to create or start a process. Cancelling such a call half-way can
 * leave a shim behind, so it is never tied to the caller's signal.
 */
export const START_TIMEOUT_MS = 120_000;
/** How long {@linkcode waitTask} looks for a daemon that went away. */
const RECONNECT_MS = 30_000;

/** Where a task's streams go: paths on the daemon's host, empty for none. */
export interface TaskIo {
  /** Standard input. */
  readonly stdin: string;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error; empty for a terminal. */
  readonly stderr: string;
  /** Whether the process gets a terminal. */
  readonly terminal: boolean;
}

/**
 * Creates the task of a container.
 *
 * @returns The process id of its init, on the daemon's host.
 * @throws {StartError} when the runtime refuses.
 */
export async function createTask(
  context: Context,
  id: string,
  rootfs: readonly MountMessage[],
  io: TaskIo,
  argv: readonly string[],
): Promise<number> {
  try {
    const { pid } = await context.api.tasks.create(
      { containerId: id, rootfs: [...rootfs], ...io },
      { timeoutMs: START_TIMEOUT_MS },
    );
    return pid;
  } catch (error) {
    if (error instanceof DavitError && /\bhooks?\b/i.test(error.message)) {
      const { networkStartError } = await import("../network/start_error.ts");
      throw await networkStartError(context, id, startError(error, argv));
    }
    throw startError(error, argv);
  }
}

/**
 * Starts a created task.
 *
 * @throws {StartError} when the runtime cannot execute the process.
 */
export async function startTask(
  context: Context,
  id: string,
  argv: readonly string[],
): Promise<void> {
  try {
    await context.api.tasks.start({ containerId: id }, { timeoutMs: START_TIMEOUT_MS });
  } catch (error) {
    throw startError(error, argv);
  }
}

/**
 * Waits until a task has ended. A daemon that restarts meanwhile is waited for, for 30 s.
 *
 * @throws {ExitStatusLostError} when the task ended while the daemon was away, or its shim was killed.
 */
export async function waitTask(
  context: Context,
  id: string,
  options: { execId?: string; signal?: AbortSignal } = {},
): Promise<ExitStatus> {
  const request = { containerId: id, execId: options.execId ?? "" };
  let lostSince: number | undefined;
  for (let delay = 50;; delay = Math.min(delay * 2, 2000)) {
    try {
      const { exitStatus: status, exitedAt } = await context.api.tasks.wait(request, {
        signal: options.signal,
      });
      return exitStatus(status, toDate(exitedAt));
    } catch (error) {
      if (error instanceof NotFoundError && lostSince !== undefined) {
        throw new ExitStatusLostError(
          `Cannot tell how the task of container "${id}" ended: it ended while containerd at ` +
            `"${context.session.address}" was not running`,
          { cause: error },
        );
      }
      if (isShimGone(error)) {
        throw new ExitStatusLostError(
          `Cannot tell how the task of container "${id}" ended: its shim ended before it`,
          { cause: error },
        );
      }
      if (!(error instanceof UnavailableError)) throw error;
      lostSince ??= Date.now();
      if (Date.now() - lostSince > RECONNECT_MS) throw error;
      await pause(delay, options.signal);
    }
  }
}

/**
 * Sends a signal to a task; to all of its processes with `all`.
 *
 * @throws {NotFoundError} when there is no such task or it has ended.
 */
export async function killTask(
  context: Context,
  id: string,
  signal: number,
  options: { all?: boolean; signal?: AbortSignal } = {},
): Promise<void> {
  try {
    await context.api.tasks.kill(
      { containerId: id, signal, all: options.all ?? false },
      { signal: options.signal },
    );
  } catch (error) {
    if (!/process already finished|not found|no such process/i.test(String(error))) throw error;
    throw new NotFoundError(`Cannot signal the task of container "${id}": it has ended`, {
      cause: error,
    });
  }
}

/** Deletes a task that has ended, and with it the shim. One that is gone is fine. */
export async function deleteTask(context: Context, id: string): Promise<void> {
  const limit = Date.now() + TEARDOWN_TIMEOUT_MS;
  while (true) {
    try {
      await context.api.tasks.delete({ containerId: id }, { timeoutMs: TEARDOWN_TIMEOUT_MS });
      return;
    } catch (error) {
      if (error instanceof NotFoundError) return await removeSocket(context, id);
      // The daemon itself clears away what belonged to a shim that was killed; that takes a moment.
      if (!isShimGone(error) || Date.now() > limit) throw error;
      await pause(50, undefined);
    }
  }
}

/** Removes what the daemon itself leaves of a shim that was killed. */
async function removeSocket(context: Context, id: string): Promise<void> {
  const { address, host } = context.session;
  if (!(host instanceof LocalHost)) return;
  const { removeDeadSocket, shimSocket } = await import("../../host/shim_sockets.ts");
  await removeDeadSocket(await shimSocket(address, context.namespace, id));
}

/**
 * Whether a call failed because the shim ended. The connection between daemon and shim is called
 * ttrpc.
 */
export function isShimGone(error: unknown): boolean {
  return error instanceof DavitError && /\bttrpc: closed\b/.test(error.message);
}

/** Ends a task whatever it does, and deletes it. None there is fine. Has its own deadline. */
export async function endTask(context: Context, id: string): Promise<void> {
  const signal = AbortSignal.timeout(TEARDOWN_TIMEOUT_MS);
  try {
    await context.api.tasks.get({ containerId: id }, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return await removeSocket(context, id);
    throw error;
  }
  const ended = waitTask(context, id, { signal });
  ended.catch(() => {});
  const SIGKILL = 9;
  await killTask(context, id, SIGKILL, { all: true, signal }).catch((error) => {
    const ended = error instanceof NotFoundError || error instanceof FailedPreconditionError;
    if (!ended && !isShimGone(error)) throw error;
  });
  await ended.catch((error) => {
    if (!(error instanceof NotFoundError || error instanceof ExitStatusLostError)) throw error;
  });
  await deleteTask(context, id);
}
