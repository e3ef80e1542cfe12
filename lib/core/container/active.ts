/**
 * Containers that have a process, whether it goes on or is paused.
 *
 * @module
 */
import { parseSignal, type Signal } from "../../oci/signals.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import type { Checkpoint, CheckpointOptions } from "../task/checkpoint.ts";
import type { TaskMetrics } from "../task/metrics.ts";
import { killTask, waitTask } from "../task/task.ts";
import { type ContainerProcess, Tasks } from "../task/tasks.ts";
import { Container, HANDLE } from "./container.ts";
import type { ContainerHandle } from "./handle.ts";
import type { StoppedContainer } from "./idle.ts";
import type { ContainerStats, StatsOptions } from "./stats.ts";
import type { RunningContainer } from "./running.ts";
import type { StopOptions } from "./stop.ts";
import type { TopProcess } from "./top.ts";

/** A container that has a process. */
export abstract class ActiveContainer extends Container {
  /** The process id on the daemon's host. */
  readonly pid: number;

  /** For {@linkcode IdleContainer.start} and {@linkcode Containers}. */
  constructor(handle: ContainerHandle, pid: number) {
    super(handle);
    this.pid = pid;
  }

  /**
   * Waits until the process has ended.
   *
   * @throws {ExitStatusLostError} when it ended while the daemon was not running.
   */
  async wait(options: { signal?: AbortSignal } = {}): Promise<ExitStatus> {
    const { context } = this[HANDLE];
    const status = await waitTask(context, this.id, options);
    const { withOomKilled } = await import("../process/oom.ts");
    return await withOomKilled(context, this.id, status);
  }

  /**
   * Sends a signal to the process. A paused one gets it when it goes on.
   *
   * @param signal A name or a number; `SIGTERM` by default.
   * @param options `all`: to all processes of the container, not to its first one alone.
   * @throws {NotFoundError} when the process has ended.
   */
  async kill(
    signal: Signal = "SIGTERM",
    options: { all?: boolean; signal?: AbortSignal } = {},
  ): Promise<void> {
    await killTask(this[HANDLE].context, this.id, parseSignal(signal), options);
  }

  /**
   * Asks the process to end, and kills it when it does not. The container stays, and the daemon
   * does not start it again by itself, whatever its restart policy.
   *
   * @param options `with`: the signal; by default what the image or the container's labels say, else
   * `SIGTERM`. `timeout`: how long it has, `"10s"` by default.
   */
  async stop(options: StopOptions = {}): Promise<StoppedContainer> {
    const { stopContainer } = await import("./stop.ts");
    return await stopContainer(this[HANDLE], options);
  }

  /** Its processes, with the execs that they belong to. */
  pids(options: { signal?: AbortSignal } = {}): Promise<ContainerProcess[]> {
    return new Tasks(this[HANDLE].context).pids(this.id, options);
  }

  /** What it uses, again and again, until it ends. The first sample comes after one interval. */
  async *stats(options: StatsOptions = {}): AsyncGenerator<ContainerStats, void, undefined> {
    const { followStats } = await import("./stats.ts");
    yield* followStats(this[HANDLE].context, this, options);
  }

  /** Its processes, as the daemon's host sees them. */
  async top(options: { signal?: AbortSignal } = {}): Promise<TopProcess[]> {
    const { topProcesses } = await import("./top.ts");
    return await topProcesses(this[HANDLE].context, this.id, options);
  }

  /** What it uses: CPU, memory, processes, block devices. */
  metrics(options: { signal?: AbortSignal } = {}): Promise<TaskMetrics> {
    return new Tasks(this[HANDLE].context).metrics(this.id, options);
  }

  /**
   * Saves the state of its processes, which go on afterwards unless `exit` is set.
   * {@linkcode IdleContainer.restore} starts it from there.
   *
   * @throws {UnsupportedError} when criu is missing on the daemon's host, or does not work there.
   * @throws {FailedPreconditionError} when criu cannot save these processes.
   */
  checkpoint(options: CheckpointOptions = {}): Promise<Checkpoint> {
    return new Tasks(this[HANDLE].context).checkpoint(this.id, options);
  }
}

/** A container whose processes are stopped where they are. */
export class PausedContainer extends ActiveContainer {
  /** What it does. */
  override readonly state = "paused";

  /**
   * Lets its processes go on.
   *
   * @throws {FailedPreconditionError} when it is not paused any more.
   */
  async resume(options: { signal?: AbortSignal } = {}): Promise<RunningContainer> {
    await new Tasks(this[HANDLE].context).resume(this.id, options);
    const { running } = await import("./states.ts");
    return running(this[HANDLE], this.pid);
  }
}
