/**
 * Starts containers.
 *
 * @module
 */
import { AlreadyExistsError, FailedPreconditionError } from "../../errors/errors.ts";
import { Status } from "../../gen/containerd/types/task_pb.ts";
import { prepareStdin } from "../attach/stdin.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { markOf } from "../logs/files.ts";
import { logFile, stateFolder } from "../logs/place.ts";
import { LOG_URI_LABEL, prepareLogs } from "../logs/setup.ts";
import type { Checkpoint } from "../task/checkpoint.ts";
import { createTask, deleteTask, endTask, startTask } from "../task/task.ts";
import type { ContainerHandle } from "./handle.ts";
import { keepRunning } from "./restart_policy.ts";
import { rootfsMounts } from "./rootfs.ts";
import { RunningContainer } from "./running.ts";

/**
 * Starts the process of a container. What is left of one that has ended is cleared away first.
 *
 * @throws {FailedPreconditionError} when it runs already.
 * @throws {StartError} when the process cannot be started.
 */
export function startContainer(
  handle: ContainerHandle,
  options: { signal?: AbortSignal } = {},
): Promise<RunningContainer> {
  return handle.context.session.whileOpen(options, (options) => start(handle, options));
}

async function start(
  handle: ContainerHandle,
  options: { readonly signal: AbortSignal },
): Promise<RunningContainer> {
  const { context, record } = handle;
  const { id, argv } = record;
  throwIfAborted(options.signal, `starting container "${id}"`);
  const mark = await logMark(context, id, record.labels);
  let pid: number;
  try {
    pid = await create(handle);
  } catch (error) {
    if (!isThere(error)) throw error;
    const made = await clearAway(handle, error);
    throwIfAborted(options.signal, `starting container "${id}"`);
    pid = made ?? await create(handle);
  }
  try {
    await startTask(context, id, argv);
  } catch (error) {
    await endTask(context, id).catch(() => {/* the first error counts */});
    throw error;
  }
  handle.logMark = mark;
  await keepRunning(context, id, record.labels);
  return new RunningContainer(handle, pid);
}

/** Makes the task. Returns its process id. */
async function create({ context, record }: ContainerHandle): Promise<number> {
  const { id, argv, terminal, labels } = record;
  const mounts = await rootfsMounts(context, record);
  const log = labels[LOG_URI_LABEL] ?? "";
  if (labels["nerdctl/networks"]?.includes('"container:')) {
    const { joinAgain } = await import("../network/join.ts");
    await joinAgain(context, id, labels);
  }
  if (log) await prepareLogs(context, id, labels);
  const stdin = await prepareStdin(context, labels);
  const io = { stdin, stdout: log, stderr: terminal ? "" : log, terminal };
  return await createTask(context, id, mounts, io, argv);
}

/** Where the log of an earlier process ends. */
async function logMark(context: Context, id: string, labels: Readonly<Record<string, string>>) {
  if (!labels[LOG_URI_LABEL]) return undefined;
  return await markOf(context.session.host, logFile(await stateFolder(context, id), id));
}

function isThere(error: unknown): boolean {
  return error instanceof AlreadyExistsError || /already exists/.test(String(error));
}

/**
 * Deletes a task that has ended. Returns the process id of one that was made and not started.
 *
 * @throws {FailedPreconditionError} when there is one that runs.
 */
async function clearAway(
  { context, record: { id } }: ContainerHandle,
  cause: unknown,
): Promise<number | undefined> {
  const { process } = await context.api.tasks.get({ containerId: id });
  switch (process?.status) {
    case Status.STOPPED:
      await deleteTask(context, id);
      return undefined;
    case Status.CREATED:
      return process.pid;
    default:
      throw new FailedPreconditionError(
        `Cannot start container "${id}": it runs already; restart() stops it first`,
        { cause },
      );
  }
}

/** Starts a container from a saved state; see `IdleContainer.restore()`. */
export async function restoreContainer(
  handle: ContainerHandle,
  checkpoint: Checkpoint,
): Promise<RunningContainer> {
  const { context, record: { id, snapshotter, snapshotKey = id } } = handle;
  const { restoreTask } = await import("../task/checkpoint.ts");
  const pid = await restoreTask(context, { id, snapshotter, snapshotKey }, checkpoint);
  return new RunningContainer(handle, pid);
}
