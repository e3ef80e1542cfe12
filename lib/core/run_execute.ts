/**
 * One run of a container, from its creation to its last trace.
 *
 * @module
 */
import { CanceledError, DavitError, ExitError, TimeoutError } from "../errors/errors.ts";
import type { Capture } from "../io/capture.ts";
import { createContainer, type CreatedContainer, discardContainer } from "./container_create.ts";
import type { ContainerPlan } from "./container_plan.ts";
import type { Context } from "./context.ts";
import type { ExitStatus } from "./exit_status.ts";
import { RunResult } from "./run_result.ts";
import { sweepOnce } from "./sweep.ts";
import { createTask, deleteTask, endTask, startTask, waitTask } from "./task.ts";

/** How much of each stream an error shows, in bytes. */
const TAIL_BYTES = 4096;

/** How to run. */
export interface RunOptions {
  /** What the process reads. */
  readonly stdin?: Uint8Array;
  /** After how long it is killed, in milliseconds. */
  readonly timeoutMs?: number;
  /** Kills it when it aborts. */
  readonly signal?: AbortSignal;
  /** Whether an exit code other than 0 is an error. */
  readonly check: boolean;
}

/**
 * Runs a container once.
 *
 * @throws {ExitError} when the process ends with another code than 0 and `options.check` is set.
 * @throws {StartError} when it cannot be started.
 * @throws {TimeoutError} when it was killed because it took too long.
 * @throws {CanceledError} when it was killed because the caller's signal aborted.
 */
export async function execute(
  context: Context,
  plan: ContainerPlan,
  options: RunOptions,
): Promise<RunResult> {
  const { session } = context;
  const started = performance.now();
  const stop = new Stop(options, session.closing);
  sweepOnce(context);
  try {
    stop.check(plan);
    const [container, capture] = await both(
      createContainer(context, plan, stop.signal),
      session.captures.open({ stdin: options.stdin, terminal: plan.terminal ?? false }),
      (made) => discardContainer(context, made),
      (opened) => opened[Symbol.asyncDispose](),
    );
    const run = new Run(context, container, capture, plan.terminal ?? false);
    try {
      const status = await run.untilExit(stop);
      const durationMs = performance.now() - started;
      if (options.check && status.exitCode !== 0) throw await run.exitError(status);
      const [stdout, stderr] = await Promise.all([
        capture.bytes("stdout"),
        capture.bytes("stderr"),
      ]);
      return new RunResult(container.argv, status, { stdout, stderr, durationMs });
    } finally {
      const cleaning = run.cleanUp();
      session.background(context.key("container", container.id), cleaning);
      // Only after a run that went to its end is there a result that need not wait. A failure of
      // the clean-up is reported when the client closes.
      if (!run.ended) await cleaning.catch(() => {});
    }
  } catch (error) {
    throw stop.explain(error, plan);
  } finally {
    stop[Symbol.dispose]();
  }
}

/** What can end a run early: the caller's signal, and the time limit. */
class Stop implements Disposable {
  readonly #options: RunOptions;
  readonly #timeout: AbortController | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  /** Aborts when the run should end. */
  readonly signal: AbortSignal;

  constructor(options: RunOptions, closing: AbortSignal) {
    this.#options = options;
    const signals = [closing];
    if (options.signal) signals.push(options.signal);
    if (options.timeoutMs !== undefined) {
      const timeout = new AbortController();
      this.#timeout = timeout;
      this.#timer = setTimeout(() => timeout.abort(), options.timeoutMs);
      signals.push(timeout.signal);
    }
    this.signal = signals.length > 1 ? AbortSignal.any(signals) : closing;
  }

  /** Throws when the run should end. */
  check(plan: ContainerPlan): void {
    if (this.signal.aborted) throw this.#error(plan);
  }

  /** What the caller gets to see for an error: the reason to stop, if that is what caused it. */
  explain(error: unknown, plan: ContainerPlan): unknown {
    const stopped = error instanceof StoppedError || error instanceof CanceledError ||
      error instanceof TimeoutError;
    return stopped && this.signal.aborted ? this.#error(plan, error) : error;
  }

  #error(plan: ContainerPlan, stopped?: unknown): DavitError {
    const words = (plan.args ?? plan.entrypoint ?? []).map((word) => JSON.stringify(word));
    const what = words.length > 0 ? words.join(" ") : "the image's command";
    const tail = stopped instanceof StoppedError ? stopped.message : "";
    if (this.#timeout?.signal.aborted && !this.#options.signal?.aborted) {
      const limit = `${this.#options.timeoutMs} ms`;
      return new TimeoutError(`${what} did not end within ${limit} and was killed${tail}`);
    }
    const reason: unknown = this.signal.reason;
    return reason instanceof DOMException && reason.name === "TimeoutError"
      ? new TimeoutError(`${what} did not end in time and was killed${tail}`, { cause: reason })
      : new CanceledError(`${what} was canceled and killed${tail}`, { cause: reason });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** The run was stopped; the message is what is known of its output. */
class StoppedError extends DavitError {}

/** One run of a container that exists. */
class Run {
  readonly #context: Context;
  readonly #container: CreatedContainer;
  readonly #capture: Capture;
  readonly #terminal: boolean;
  #task: "none" | "made" | "ended" = "none";
  #deletion: Promise<void> | undefined;

  constructor(
    context: Context,
    container: CreatedContainer,
    capture: Capture,
    terminal: boolean,
  ) {
    this.#context = context;
    this.#container = container;
    this.#capture = capture;
    this.#terminal = terminal;
  }

  /** Creates and starts the task, waits for its end, and for the end of its output. */
  async untilExit(stop: Stop): Promise<ExitStatus> {
    const { id, mounts, argv } = this.#container;
    const { stdin, stdout, stderr } = this.#capture;
    const io = { stdin, stdout, stderr, terminal: this.#terminal };
    this.#task = "made";
    await createTask(this.#context, id, mounts, io, argv);
    if (stop.signal.aborted) throw new StoppedError("");
    // On the same connection, Wait is there before the process can have ended and been forgotten.
    const exit = waitTask(this.#context, id);
    exit.catch(() => {});
    await startTask(this.#context, id, argv);
    const status = await orAbort(exit, stop.signal);
    if (!status) throw new StoppedError(await this.#outputSoFar());
    this.#task = "ended";
    // The deletion proves that all output was copied, but so does the closing of the files, which
    // comes sooner.
    this.#deletion = deleteTask(this.#context, id).finally(() => this.#capture.end());
    this.#deletion.catch(() => {});
    await this.#capture.ended;
    return status;
  }

  /** Whether the process ran to its end. */
  get ended(): boolean {
    return this.#task === "ended";
  }

  async exitError(status: ExitStatus): Promise<ExitError> {
    const { argv } = this.#container;
    const [stdoutTail, stderrTail] = await this.#tails();
    const how = status.signal
      ? `was ended by ${status.signal} (exit code ${status.exitCode})`
      : `ended with exit code ${status.exitCode}`;
    const shown = (stderrTail || stdoutTail).trimEnd();
    const words = argv.map((word) => JSON.stringify(word)).join(" ");
    return new ExitError(`${words} ${how}${shown ? `:\n${shown}` : ""}`, {
      argv,
      exitCode: status.exitCode,
      signal: status.signal,
      stdoutTail,
      stderrTail,
    });
  }

  async #outputSoFar(): Promise<string> {
    const [stdoutTail, stderrTail] = await this.#tails();
    const shown = (stderrTail || stdoutTail).trimEnd();
    return shown ? `; its last output:\n${shown}` : "";
  }

  async #tails(): Promise<[stdout: string, stderr: string]> {
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return [
      decode(await this.#capture.tail("stdout", TAIL_BYTES)),
      decode(await this.#capture.tail("stderr", TAIL_BYTES)),
    ];
  }

  /** Removes all that the run made. Has its own deadline. */
  async cleanUp(): Promise<void> {
    try {
      if (this.#task === "ended") await this.#deletion;
      else if (this.#task === "made") await endTask(this.#context, this.#container.id);
      await discardContainer(this.#context, this.#container);
    } finally {
      await this.#capture[Symbol.asyncDispose]();
    }
  }
}

/** The value, or `undefined` as soon as `signal` aborts. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const abort = () => resolve(undefined);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Both results; when one fails, the other is undone. */
async function both<A, B>(
  first: Promise<A>,
  second: Promise<B>,
  undoFirst: (value: A) => Promise<void>,
  undoSecond: (value: B) => Promise<void>,
): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "fulfilled" && b.status === "fulfilled") return [a.value, b.value];
  if (a.status === "fulfilled") await undoFirst(a.value);
  if (b.status === "fulfilled") await undoSecond(b.value);
  throw a.status === "rejected" ? a.reason : (b as PromiseRejectedResult).reason;
}
