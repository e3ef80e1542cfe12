/**
 * The tasks of a namespace: the processes of its containers.
 *
 * @module
 */
import { NotFoundError, ProtocolError } from "../../errors/errors.ts";
import type { Process } from "../../gen/containerd/types/task_pb.ts";
import { formatFilter } from "../../oci/filter.ts";
import type { LinuxResources } from "../../oci/runtime_resources.ts";
import { type ResourceLimits, resourceLimits } from "../../oci/spec_resources.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { TaskMetrics } from "./metrics.ts";
import type { Checkpoint, CheckpointOptions } from "./checkpoint.ts";
import { taskError } from "./error.ts";
import { type ContainerState, stateOf } from "./state.ts";
import { toDate } from "../time.ts";

/** A container's own process. */
export interface TaskInfo {
  /** The container. */
  readonly id: string;
  /** The process id on the daemon's host; `undefined` once it has ended. */
  readonly pid: number | undefined;
  /** What it does. */
  readonly state: ContainerState;
  /** Its exit code, as shells report it; `undefined` before it has ended. */
  readonly exitCode: number | undefined;
  /** When it ended. */
  readonly exitedAt: Date | undefined;
  /** Whether it has a terminal. */
  readonly terminal: boolean;
}

/** A process in a container. */
export interface ContainerProcess {
  /** Its id on the daemon's host. */
  readonly pid: number;
  /** The exec that it was started by; `undefined` for the container's own, and for children. */
  readonly execId: string | undefined;
}

/** The tasks of a namespace: the processes of its containers, by the containers' ids. */
export class Tasks {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /** Lists the tasks, by container id. Containers that do not run have none. */
  async list(options: { signal?: AbortSignal } = {}): Promise<TaskInfo[]> {
    const { tasks } = await this.#context.api.tasks.list({}, options);
    return tasks.map(taskInfo).sort((a, b) => a.id < b.id ? -1 : 1);
  }

  /**
   * The task of a container.
   *
   * @throws {NotFoundError} when there is no such container, or it does not run.
   */
  async get(id: string, options: { signal?: AbortSignal } = {}): Promise<TaskInfo> {
    const { process } = await this.#on(
      "look at",
      id,
      () => this.#context.api.tasks.get({ containerId: id }, options),
    );
    if (!process) throw new ProtocolError(`Tasks.Get answered nothing for "${id}"`);
    return taskInfo(process);
  }

  /**
   * The processes in a container, with the execs that they belong to.
   *
   * @throws {NotFoundError} when there is no such container, or it does not run.
   */
  async pids(id: string, options: { signal?: AbortSignal } = {}): Promise<ContainerProcess[]> {
    const { processes } = await this.#on(
      "list the processes of",
      id,
      () => this.#context.api.tasks.listPids({ containerId: id }, options),
    );
    const { unpackMessage } = await import("../../api/any.ts");
    const { ProcessDetailsSchema } = await import("../../gen/containerd/runc/options_pb.ts");
    return processes.map(({ pid, info }) => {
      const details = info && unpackMessage(ProcessDetailsSchema, info);
      return { pid, execId: details?.execId || undefined };
    });
  }

  /**
   * Stops the processes of a container where they are.
   *
   * @throws {FailedPreconditionError} when it does not run, or is paused already.
   */
  async pause(id: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    throwIfAborted(options.signal, `pausing container "${id}"`);
    const timeoutMs = CHANGE_TIMEOUT_MS;
    await this.#on(
      "pause",
      id,
      () => this.#context.api.tasks.pause({ containerId: id }, { timeoutMs }),
    );
  }

  /**
   * Lets the processes of a paused container go on.
   *
   * @throws {FailedPreconditionError} when it is not paused.
   */
  async resume(id: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    throwIfAborted(options.signal, `resuming container "${id}"`);
    const timeoutMs = CHANGE_TIMEOUT_MS;
    await this.#on(
      "resume",
      id,
      () => this.#context.api.tasks.resume({ containerId: id }, { timeoutMs }),
    );
  }

  /**
   * What a container uses.
   *
   * @throws {NotFoundError} when there is no such container, or it does not run.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const { memory, cpu } = await davit.namespace("ci").tasks.metrics("web");
   * console.log(memory?.workingSetBytes, cpu?.usageMicros);
   * ```
   */
  async metrics(id: string, options: { signal?: AbortSignal } = {}): Promise<TaskMetrics> {
    const filters = [formatFilter({ field: "id", is: id })];
    const { metrics: [metric] } = await this.#context.api.tasks.metrics({ filters }, options);
    const { taskMetrics } = await import("./metrics.ts");
    if (metric) return taskMetrics(metric);
    const none = new NotFoundError(`Tasks.Metrics answered nothing for "${id}"`);
    throw taskError(this.#context, none, "measure", id);
  }

  /** What every container uses that runs, in one call. */
  async allMetrics(options: { signal?: AbortSignal } = {}): Promise<TaskMetrics[]> {
    const { metrics } = await this.#context.api.tasks.metrics({ filters: [] }, options);
    const { taskMetrics } = await import("./metrics.ts");
    return metrics.map(taskMetrics).sort((a, b) => a.id < b.id ? -1 : 1);
  }

  /**
   * Changes the limits of a container: at once if it runs, and in its spec, for when it is started
   * again. Limits that are left out stay.
   *
   * @throws {InvalidArgumentError} when a value is out of range.
   * @throws {NotFoundError} when there is no such container.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await davit.namespace("ci").tasks.update("web", { memory: "512MiB", cpus: 2 });
   * ```
   */
  async update(
    id: string,
    limits: ResourceLimits,
    options: { signal?: AbortSignal } = {},
  ): Promise<LinuxResources> {
    const { updateTask } = await import("./update.ts");
    return await updateTask(this.#context, id, resourceLimits(limits), options.signal);
  }

  /**
   * Saves the state of a container's processes, with criu. It goes on afterwards, unless `exit` is
   * set. `Container.restore()` starts a container from there.
   *
   * @throws {UnsupportedError} when criu is missing on the daemon's host, or does not work there.
   * @throws {FailedPreconditionError} when criu cannot save these processes, or none runs.
   */
  async checkpoint(id: string, options: CheckpointOptions = {}): Promise<Checkpoint> {
    const { checkpointTask } = await import("./checkpoint.ts");
    return await checkpointTask(this.#context, id, options);
  }

  async #on<T>(what: string, id: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw taskError(this.#context, error, what, id);
    }
  }
}

/** What a task says of itself. */
export function taskInfo(process: Process): TaskInfo {
  const state = stateOf(process.status);
  const ended = state === "stopped";
  return {
    id: process.id || process.containerId,
    pid: ended ? undefined : process.pid || undefined,
    state,
    exitCode: ended ? process.exitStatus : undefined,
    exitedAt: ended ? toDate(process.exitedAt) : undefined,
    terminal: process.terminal,
  };
}
