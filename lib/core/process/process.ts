/**
 * A live process: its streams, its end, signals.
 *
 * @module
 */
import { CanceledError, FailedPreconditionError } from "../../errors/errors.ts";
import { parseSignal, type Signal } from "../../oci/signals.ts";
import type { TerminalSize } from "../../oci/spec_process.ts";
import type { Context } from "../context.ts";
import { prepareOutputs } from "./execute.ts";
import type { ExitStatus } from "./exit_status.ts";
import { feedStdin } from "./feed.ts";
import { ManagedProcess } from "./managed.ts";
import type { ProcessOptions, ResolvedDestination } from "./options.ts";
import { orAbort, Stop, StoppedError } from "./stop.ts";
import type { ProcessMaker } from "./target.ts";

/**
 * A process that was started by `spawn()`. Its streams are pipes: a process waits while its output
 * is not read and the pipe (64 KiB) is full, so read both streams, or cancel the one that is of no
 * interest: the rest of it is dropped then.
 *
 * Disposing of it kills the process and removes what was made for it. So does closing the client.
 */
export class SpawnedProcess implements AsyncDisposable {
  readonly #process: ManagedProcess;
  readonly #stop: Stop;
  readonly #over: Promise<void>;
  readonly #given: ProcessOptions;
  #stdin: WritableStream<Uint8Array> | undefined;
  /** What is run. */
  readonly argv: readonly string[];
  /** The process id on the daemon's host. */
  readonly pid: number;
  /**
   * How the process ended, whatever its exit code; its output may not have been read to the end
   * then.
   *
   * Rejects with a `TimeoutError` or `CanceledError` when it was killed for the time limit, the
   * caller's signal, or because it was disposed of or the client closed.
   */
  readonly status: Promise<ExitStatus>;

  /** For {@linkcode spawnProcess}. */
  constructor(
    process: ManagedProcess,
    parts: { stop: Stop; over: Promise<void>; status: Promise<ExitStatus>; given: ProcessOptions },
  ) {
    this.#process = process;
    this.#stop = parts.stop;
    this.#over = parts.over;
    this.#given = parts.given;
    this.argv = process.target.argv;
    this.pid = process.pid;
    this.status = parts.status;
  }

  /**
   * Standard input; closing it ends the input. A write waits while the process does not read and
   * the pipe is full.
   *
   * @throws {FailedPreconditionError} when it was given by `stdin()` on the builder.
   */
  get stdin(): WritableStream<Uint8Array> {
    if (this.#given.stdin) throw taken("stdin", "stdin()");
    return this.#stdin ??= new WritableStream<Uint8Array>({
      write: async (chunk) => {
        if (await this.#process.writeStdin(chunk)) return;
        throw new FailedPreconditionError(
          `Cannot write to the standard input of ${JSON.stringify(this.argv[0])}: it reads no more`,
        );
      },
      close: () => this.#process.closeStdin(),
      abort: () => this.#process.closeStdin(),
    });
  }

  /**
   * Standard output; with a terminal, all output.
   *
   * @throws {FailedPreconditionError} when it was sent elsewhere by `stdout()` on the builder.
   */
  get stdout(): ReadableStream<Uint8Array> {
    const output = this.#process.stdio.outputs.stdout;
    if (!output || this.#given.stdout) throw taken("stdout", "stdout()");
    return output.readable;
  }

  /**
   * Standard error.
   *
   * @throws {FailedPreconditionError} when it was sent elsewhere by `stderr()` on the builder, or
   * there is none because of a terminal.
   */
  get stderr(): ReadableStream<Uint8Array> {
    const output = this.#process.stdio.outputs.stderr;
    if (!output || this.#given.stderr) throw taken("stderr", "stderr() or tty()");
    return output.readable;
  }

  /**
   * Sends a signal.
   *
   * @param signal A name or a number; `SIGTERM` by default.
   * @throws {NotFoundError} when the process has ended.
   */
  async kill(signal: Signal = "SIGTERM"): Promise<void> {
    await this.#process.kill(parseSignal(signal));
  }

  /**
   * Changes the size of its terminal.
   *
   * @throws {NotFoundError} when the process has ended.
   */
  async resize(size: TerminalSize): Promise<void> {
    await this.#process.resize(size);
  }

  /** Kills the process if it runs, and waits until all traces of it are gone. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.fail(new CanceledError(`${JSON.stringify(this.argv[0])} was disposed of`));
    await this.#over;
  }
}

function taken(stream: string, by: string): FailedPreconditionError {
  return new FailedPreconditionError(
    `Cannot use ${stream} of this process: it was set by ${by} on the builder`,
  );
}

/**
 * Starts a process with live streams.
 *
 * @throws {StartError} when it cannot be started.
 */
export function spawnProcess(
  context: Context,
  maker: ProcessMaker,
  options: ProcessOptions,
): Promise<SpawnedProcess> {
  return context.session.underway(spawn(context, maker, options));
}

async function spawn(
  context: Context,
  maker: ProcessMaker,
  options: ProcessOptions,
): Promise<SpawnedProcess> {
  const stop = new Stop(maker.what, options, context.session.closing);
  try {
    stop.check();
    const { stdout, stderr } = await prepareOutputs(context, options);
    const mode = (to?: ResolvedDestination) => to?.kind === "file" ? { file: to.path } : "pipe";
    const process = await ManagedProcess.open(context, maker, stop, {
      stdin: options.stdin && "bytes" in options.stdin ? options.stdin.bytes : "pipe",
      stdout: mode(stdout),
      stderr: mode(stderr),
      terminal: maker.terminal,
    });
    const { session } = context;
    try {
      await process.start();
    } catch (error) {
      const cleaning = process.cleanUp();
      session.cleaning(process.target.key, cleaning);
      await cleaning.catch(() => {/* the first error counts */});
      throw error;
    }
    const status = Promise.withResolvers<ExitStatus>();
    status.promise.catch(() => {});
    const over = (async () => {
      try {
        const feeding = feedStdin(process, options.stdin, stop);
        const copies = [copy(process, "stdout", stdout), copy(process, "stderr", stderr)];
        const first = await orAbort(process.exit, stop.signal);
        if (!first) throw new StoppedError("");
        await feeding.end();
        status.resolve(first);
        await Promise.all([process.untilExit(), ...copies]);
      } catch (error) {
        status.reject(stop.explain(error));
      } finally {
        stop[Symbol.dispose]();
        const cleaning = process.cleanUp();
        session.cleaning(process.target.key, cleaning);
        await cleaning;
      }
    })();
    // Its failure is told by the clean-up.
    session.background(over.catch(() => {}));
    return new SpawnedProcess(process, { stop, over, status: status.promise, given: options });
  } catch (error) {
    stop[Symbol.dispose]();
    throw stop.explain(error);
  }
}

/** Sends a pipe on. What cannot be written is dropped: the process does not wait for it. */
async function copy(
  { stdio }: ManagedProcess,
  stream: "stdout" | "stderr",
  destination: ResolvedDestination | undefined,
): Promise<void> {
  const output = stdio.outputs[stream];
  if (destination?.kind !== "stream" || !output) return;
  await output.readable.pipeTo(destination.stream, { preventClose: !destination.close })
    .catch(() => {});
}
