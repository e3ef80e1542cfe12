/**
 * Which of its states a container is in.
 *
 * @module
 */
import { NotFoundError, ProtocolError } from "../../errors/errors.ts";
import type { Container as ContainerMessage } from "../../gen/containerd/services/containers_pb.ts";
import type { Process } from "../../gen/containerd/types/task_pb.ts";
import type { Context } from "../context.ts";
import { type ExitStatus, exitStatus, parseExit } from "../process/exit_status.ts";
import { type ContainerState, stateOf } from "../task/state.ts";
import { Tasks } from "../task/tasks.ts";
import { toDate } from "../time.ts";
import { ActiveContainer, PausedContainer } from "./active.ts";
import { HANDLE } from "./container.ts";
import { ContainerHandle, recordOf } from "./handle.ts";
import { CreatedContainer, StoppedContainer } from "./idle.ts";
import { RunningContainer } from "./running.ts";
import { startContainer } from "./start.ts";
import { EXIT_LABEL, type StopOptions } from "./stop.ts";

/** A container in one of its states; `state` tells which, for the compiler too. */
export type AnyContainer =
  | CreatedContainer
  | RunningContainer
  | PausedContainer
  | StoppedContainer;

/** The object for a container that runs. */
export function running(handle: ContainerHandle, pid: number): RunningContainer {
  return new RunningContainer(handle, pid);
}

/** The object for what a record and a task say. */
export function containerOf(
  context: Context,
  message: ContainerMessage,
  task: Process | undefined,
): AnyContainer {
  return inState(new ContainerHandle(context, recordOf(message)), task);
}

/** What a container without a task does: it was never started, or its task was cleared away. */
export function restingState(
  labels: Readonly<Record<string, string>>,
): Extract<ContainerState, "stopped"> | undefined {
  return parseExit(labels[EXIT_LABEL]) && "stopped";
}

/** How the process of a container ended, if it has and somebody knows. */
export function exitOf(
  labels: Readonly<Record<string, string>>,
  task: Process | undefined,
): ExitStatus | undefined {
  if (!task) return parseExit(labels[EXIT_LABEL]);
  if (stateOf(task.status) !== "stopped") return undefined;
  return exitStatus(task.exitStatus, toDate(task.exitedAt));
}

function inState(handle: ContainerHandle, task: Process | undefined): AnyContainer {
  const { labels } = handle.record;
  const state = task ? stateOf(task.status) : restingState(labels) ?? "created";
  switch (state) {
    case "created":
      return new CreatedContainer(handle);
    case "running":
      return new RunningContainer(handle, task?.pid ?? 0);
    case "paused":
    case "pausing":
      return new PausedContainer(handle, task?.pid ?? 0);
    default:
      // The daemon says "unknown" of one whose shim is gone, and its processes with it.
      return new StoppedContainer(handle, exitOf(labels, task));
  }
}

/**
 * A container as it is now.
 *
 * @throws {NotFoundError} when it is gone.
 */
export async function currentState(
  handle: ContainerHandle,
  options: { signal?: AbortSignal } = {},
): Promise<AnyContainer> {
  const { context, record: { id, owned } } = handle;
  const [message, task] = await look(context, id, options);
  const fresh = new ContainerHandle(context, { ...recordOf(message), owned });
  fresh.logMark = handle.logMark;
  if (owned) context.session.disown(handle);
  return await withOom(context, inState(fresh, task));
}

/** The record and the task of a container. */
export async function look(
  context: Context,
  id: string,
  options: { signal?: AbortSignal },
): Promise<[ContainerMessage, Process | undefined]> {
  const [{ container }, task] = await Promise.all([
    context.api.containers.get({ id }, options),
    taskOf(context, id, options),
  ]);
  if (!container) throw new ProtocolError(`Containers.Get answered nothing for "${id}"`);
  return [container, task];
}

/** The task of a container, if it has one. */
export async function taskOf(
  context: Context,
  id: string,
  options: { signal?: AbortSignal },
): Promise<Process | undefined> {
  try {
    return (await context.api.tasks.get({ containerId: id }, options)).process;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Completes the end of one that was killed by the kernel, which its cgroup counts. */
export async function withOom(context: Context, container: AnyContainer): Promise<AnyContainer> {
  if (container.state !== "stopped" || container.signal !== "SIGKILL") return container;
  const { exitCode, signal, exitedAt } = container;
  if (exitCode === undefined || container.oomKilled !== undefined) return container;
  try {
    const { memory } = await new Tasks(context).metrics(container.id);
    if (!memory) return container;
    const exit = { exitCode, signal, exitedAt, oomKilled: memory.oomKills > 0 };
    return new StoppedContainer(container[HANDLE], exit);
  } catch {
    // The cgroup is gone, and nobody knows.
    return container;
  }
}

/** Stops a container if it runs, and starts it. */
export async function restartContainer(
  handle: ContainerHandle,
  options: StopOptions,
): Promise<RunningContainer> {
  const now = await currentState(handle, { signal: options.signal });
  const idle = now instanceof ActiveContainer ? await now.stop(options) : now;
  return await startContainer(idle[HANDLE], { signal: options.signal });
}
