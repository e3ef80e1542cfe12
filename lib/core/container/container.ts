/**
 * A container, and a container that runs. What a container without a process cannot do, such as
 * being signalled, it has no method for.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import type { LinuxResources } from "../../oci/runtime_resources.ts";
import type { ResourceLimits } from "../../oci/spec_resources.ts";
import { parseSignal, type Signal } from "../../oci/signals.ts";
import type { Attachment } from "../attach/attach.ts";
import { prepareStdin } from "../attach/stdin.ts";
import { discardContainer } from "./create.ts";
import type { Context } from "../context.ts";
import { inNamespacesOf } from "./debug.ts";
import { ExecBuilder } from "../exec/exec.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import type { HealthStatus } from "../health/health.ts";
import type { Image } from "../image/image.ts";
import type { LogOptions } from "../logs/logs.ts";
import type { LogEntry } from "../logs/record.ts";
import { LOG_URI_LABEL, prepareLogs } from "../logs/setup.ts";
import type { TaskMetrics } from "../task/metrics.ts";
import { RunBuilder } from "../run/run.ts";
import type { ContainerStats, StatsOptions } from "./stats.ts";
import { createTask, deleteTask, endTask, killTask, startTask, waitTask } from "../task/task.ts";
import type { Checkpoint, CheckpointOptions } from "../task/checkpoint.ts";
import { type ContainerProcess, Tasks } from "../task/tasks.ts";
import type { TopProcess } from "./top.ts";
import type { ReadyCondition, UntilOptions } from "./until.ts";

/** What a container object knows of its container. */
interface ContainerRecord {
  readonly id: string;
  readonly argv: readonly string[];
  readonly snapshotter: string;
  readonly snapshotKey?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether its process gets a terminal. */
  readonly terminal: boolean;
  /** Whether it goes with the client that made it. */
  readonly owned?: boolean;
}

/** How long a process has to end by itself when it is asked to stop: as long as Docker gives. */
const STOP_TIMEOUT: Duration = "10s";

/** A container that exists. It may run or not; this object is for what can be done either way. */
export class Container implements AsyncDisposable {
  readonly #context: Context;
  readonly #record: ContainerRecord;
  #removed: Promise<void> | undefined;

  /** For {@linkcode Containers} and {@linkcode ContainerBuilder}. */
  constructor(context: Context, record: ContainerRecord) {
    this.#context = context;
    this.#record = record;
    if (record.owned) context.session.own(this);
  }

  /** Its id. */
  get id(): string {
    return this.#record.id;
  }

  /**
   * Starts its process. Its output goes to the container's log, if it has one.
   *
   * @throws {FailedPreconditionError} when it runs already.
   * @throws {StartError} when the process cannot be started.
   */
  async start(): Promise<RunningContainer> {
    const { id, argv, snapshotter, terminal, labels } = this.#record;
    const key = this.#record.snapshotKey ?? id;
    const { mounts } = await this.#context.api.snapshots.mounts({ snapshotter, key });
    const log = labels[LOG_URI_LABEL] ?? "";
    if (log) await prepareLogs(this.#context, id, labels);
    const stdin = await prepareStdin(this.#context, labels);
    const io = { stdin, stdout: log, stderr: terminal ? "" : log, terminal };
    let pid: number;
    try {
      pid = await createTask(this.#context, id, mounts, io, argv);
    } catch (error) {
      if (!/already exists/.test(String(error))) throw error;
      throw new FailedPreconditionError(
        `Cannot start container "${id}": it runs, or ended and was not stopped; stop it first`,
        { cause: error },
      );
    }
    try {
      await startTask(this.#context, id, argv);
    } catch (error) {
      await endTask(this.#context, id).catch(() => {/* the first error counts */});
      throw error;
    }
    this.#context.session.disown(this);
    return new RunningContainer(this.#context, this.#record, pid);
  }

  /**
   * Reads its log, line by line: all of it so far, or a part of it, or what is yet to come. Any
   * number of readers may do so at once. Lines of the two streams are told apart.
   *
   * @throws {FailedPreconditionError} when it has no log.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.get("web");
   * for await (const { time, stream, text } of web.logs({ follow: true, tail: 10 })) {
   *   console.log(time.toISOString(), stream, text);
   * }
   * ```
   */
  async *logs(options: LogOptions = {}): AsyncGenerator<LogEntry, void, undefined> {
    const { readLogs } = await import("../logs/logs.ts");
    yield* readLogs(this.#context, this.id, options);
  }

  /**
   * Starts it from a saved state, see {@linkcode RunningContainer.checkpoint}: its own, or that of
   * a container with the same files. Its output is not kept.
   *
   * @throws {UnsupportedError} when criu is missing on the daemon's host, or does not work there.
   */
  async restore(checkpoint: Checkpoint): Promise<RunningContainer> {
    const { id, snapshotter, snapshotKey = id } = this.#record;
    const { restoreTask } = await import("../task/checkpoint.ts");
    const pid = await restoreTask(this.#context, { id, snapshotter, snapshotKey }, checkpoint);
    this.#context.session.disown(this);
    return new RunningContainer(this.#context, this.#record, pid);
  }

  /**
   * Changes its limits: at once if it runs, and for when it is started again. Limits that are left
   * out stay.
   *
   * @throws {InvalidArgumentError} when a value is out of range.
   */
  update(
    limits: ResourceLimits,
    options: { signal?: AbortSignal } = {},
  ): Promise<LinuxResources> {
    return new Tasks(this.#context).update(this.id, limits, options);
  }

  /**
   * Connects to the container as it runs: its output from now on, and its input if it was made with
   * `openStdin()`. Any number may do so at once. Leaving does not end the container.
   *
   * @throws {FailedPreconditionError} when it has no log.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using shell = await davit.namespace().container("shell").image("alpine:3.20")
   *   .tty().openStdin().start();
   * await using attachment = await shell.attach();
   * await attachment.interactive();
   * ```
   */
  async attach(): Promise<Attachment> {
    const { attach } = await import("../attach/attach.ts");
    return await attach(this.#context, this.#record);
  }

  /**
   * Ends its process if there is one, and removes the container, its file system and its log.
   *
   * @param options `volumes`: remove the volumes without a name that it brought along, too; `true`
   * by default for a container that goes with its script, `false` for one that was kept.
   */
  remove(options: { volumes?: boolean } = {}): Promise<void> {
    return this.#removed ??= (async () => {
      await endTask(this.#context, this.id);
      await discardContainer(this.#context, this.#record, options);
      this.#context.session.disown(this);
    })();
  }

  /** The same as {@linkcode remove}. Twice is fine. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }
}

/** A container whose process was started. */
export class RunningContainer extends Container {
  readonly #context: Context;
  readonly #record: ContainerRecord;
  /** The process id on the daemon's host. */
  readonly pid: number;

  /** For {@linkcode Container.start}. */
  constructor(context: Context, record: ContainerRecord, pid: number) {
    super(context, record);
    this.#context = context;
    this.#record = record;
    this.pid = pid;
  }

  /**
   * Starts to describe a process that is added to this container; awaiting it runs it.
   *
   * @param args Program and arguments; `sh` on the builder takes a script instead.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using web = await davit.namespace().container("web").image("alpine:3.20")
   *   .command("sleep", "1h").start();
   * const processes = await web.exec("ps").lines();
   * const who = await web.exec().user("nobody").sh`id -un`.text();
   * ```
   */
  exec(...args: string[]): ExecBuilder {
    return ExecBuilder.of(this.#context, { id: this.id, pid: this.pid }, args);
  }

  /**
   * Waits until the process has ended.
   *
   * @throws {ExitStatusLostError} when it ended while the daemon was not running.
   */
  async wait(options: { signal?: AbortSignal } = {}): Promise<ExitStatus> {
    const status = await waitTask(this.#context, this.id, options);
    const { withOomKilled } = await import("../process/oom.ts");
    return await withOomKilled(this.#context, this.id, status);
  }

  /**
   * Sends a signal to the process.
   *
   * @param signal A name or a number; `SIGTERM` by default.
   * @throws {NotFoundError} when the process has ended.
   */
  async kill(signal: Signal = "SIGTERM", options: { signal?: AbortSignal } = {}): Promise<void> {
    await killTask(this.#context, this.id, parseSignal(signal), options);
  }

  /**
   * Stops its processes where they are.
   *
   * @throws {FailedPreconditionError} when it has ended, or is paused already.
   */
  pause(options: { signal?: AbortSignal } = {}): Promise<void> {
    return new Tasks(this.#context).pause(this.id, options);
  }

  /**
   * Lets its processes go on after a pause.
   *
   * @throws {FailedPreconditionError} when it is not paused.
   */
  resume(options: { signal?: AbortSignal } = {}): Promise<void> {
    return new Tasks(this.#context).resume(this.id, options);
  }

  /** Its processes, with the execs that they belong to. */
  pids(options: { signal?: AbortSignal } = {}): Promise<ContainerProcess[]> {
    return new Tasks(this.#context).pids(this.id, options);
  }

  /**
   * Waits until it is ready: healthy, listening, having said something, or what a function tells.
   *
   * @throws {ExitError} when it ends before, with the end of its log.
   * @throws {TimeoutError} when it takes longer than `timeout`, `"60s"` by default.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using db = await davit.namespace().container("db").image("postgres:17").start();
   * await db.until(/ready to accept connections/);
   * await db.until({ port: 5432 }, { timeout: "10s" });
   * ```
   */
  async until(
    condition: ReadyCondition<RunningContainer>,
    options: UntilOptions = {},
  ): Promise<void> {
    const { untilReady } = await import("./until.ts");
    await untilReady(this.#context, this, condition, options);
  }

  /**
   * How it is, and every change of that, until it ends: see {@linkcode ContainerBuilder.healthcheck}.
   * This process makes the probes, while someone asks.
   *
   * @throws {FailedPreconditionError} when it has no health check.
   */
  async *health(
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<HealthStatus, void, undefined> {
    const { followHealth } = await import("../health/health.ts");
    yield* followHealth(this.#context, { id: this.id, pid: this.pid }, options);
  }

  /** What it uses, again and again, until it ends. The first sample comes after one interval. */
  async *stats(options: StatsOptions = {}): AsyncGenerator<ContainerStats, void, undefined> {
    const { followStats } = await import("./stats.ts");
    yield* followStats(this.#context, this.id, options);
  }

  /** Its processes, as the daemon's host sees them. */
  async top(options: { signal?: AbortSignal } = {}): Promise<TopProcess[]> {
    const { topProcesses } = await import("./top.ts");
    return await topProcesses(this.#context, this.id, options);
  }

  /**
   * Starts to describe a run in this container's namespaces, with the tools of another image: for
   * containers that have no shell. It sees the container's processes, network and shared memory;
   * the container's files are at `/proc/1/root`.
   *
   * @param image An image, or the name of one that is there.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using web = await davit.namespace().container("web").image("distroless:1").start();
   * console.log(await web.debug("busybox").sh`ps; netstat -tln; ls /proc/1/root`.text());
   * ```
   */
  debug(image: Image | string): RunBuilder {
    return RunBuilder.of(this.#context, image).edit(inNamespacesOf(this.pid));
  }

  /** What it uses: CPU, memory, processes, block devices. */
  metrics(options: { signal?: AbortSignal } = {}): Promise<TaskMetrics> {
    return new Tasks(this.#context).metrics(this.id, options);
  }

  /**
   * Saves the state of its processes, which go on afterwards unless `exit` is set.
   * {@linkcode Container.restore} starts it from there.
   *
   * @throws {UnsupportedError} when criu is missing on the daemon's host, or does not work there.
   * @throws {FailedPreconditionError} when criu cannot save these processes.
   */
  checkpoint(options: CheckpointOptions = {}): Promise<Checkpoint> {
    return new Tasks(this.#context).checkpoint(this.id, options);
  }

  /**
   * Asks the process to end, and kills it when it does not. The container stays.
   *
   * @param options `with`: the signal, `SIGTERM` by default. `timeout`: how long it has, `"10s"` by
   * default.
   */
  async stop(options: { with?: Signal; timeout?: Duration } = {}): Promise<ExitStatus> {
    const timeoutMs = parseDuration(options.timeout ?? STOP_TIMEOUT);
    const ended = this.wait();
    ended.catch(() => {});
    const SIGKILL = 9;
    try {
      await this.kill(options.with ?? "SIGTERM");
      const { promise, resolve } = Promise.withResolvers<"late">();
      const timer = setTimeout(() => resolve("late"), timeoutMs);
      const first = await Promise.race([ended, promise]).finally(() => clearTimeout(timer));
      if (first === "late") await killTask(this.#context, this.id, SIGKILL, { all: true });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
    const status = await ended;
    await deleteTask(this.#context, this.#record.id);
    return status;
  }
}
