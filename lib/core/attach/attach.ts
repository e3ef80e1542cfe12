/**
 * Connects to containers that run by themselves.
 *
 * @module
 */
import { FailedPreconditionError } from "../../errors/errors.ts";
import type { HostFifo } from "../../host/host.ts";
import type { OutputStream } from "../../io/capture.ts";
import { parseSignal, type Signal } from "../../oci/signals.ts";
import type { TerminalSize } from "../../oci/spec_process.ts";
import { STDIN_LABEL } from "./stdin.ts";
import type { Context } from "../context.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { followOutput } from "../logs/logs.ts";
import { killTask, waitTask } from "../task/task.ts";
import { closeStdin, resizeTerminal } from "../task/terminal.ts";
import { interact, type InteractiveEnd, type InteractiveOptions } from "../process/terminal.ts";

/** What is known of the container. */
interface AttachTarget {
  readonly id: string;
  readonly terminal: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** A connection to a running container. Disposing of it leaves the container as it is. */
export class Attachment implements AsyncDisposable {
  readonly #context: Context;
  readonly #target: AttachTarget;
  readonly #over: AbortController;
  readonly #outputs: Readonly<Record<OutputStream, ReadableStream<Uint8Array>>>;
  readonly #generators: readonly AsyncGenerator<Uint8Array>[];
  readonly #fifo: HostFifo | undefined;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #stdin: WritableStream<Uint8Array> | undefined;
  /** How the container's process ends. */
  readonly status: Promise<ExitStatus>;

  /** For {@linkcode attach}. */
  constructor(
    context: Context,
    target: AttachTarget,
    parts: {
      outputs: Record<OutputStream, AsyncGenerator<Uint8Array>>;
      fifo: HostFifo | undefined;
      over: AbortController;
    },
  ) {
    this.#over = parts.over;
    this.#context = context;
    this.#target = target;
    this.#fifo = parts.fifo;
    this.#writer = parts.fifo?.writable.getWriter();
    this.#writer?.closed.catch(() => {});
    this.#generators = Object.values(parts.outputs);
    this.#outputs = {
      stdout: ReadableStream.from(parts.outputs.stdout),
      stderr: ReadableStream.from(parts.outputs.stderr),
    };
    this.status = waitTask(context, target.id, { signal: this.#over.signal });
    this.status.catch(() => {});
  }

  /**
   * Standard output from now on, line by line; with a terminal, all output, as it comes. It ends
   * with the container's process. A slow reader does not hold the container up: it reads the log.
   */
  get stdout(): ReadableStream<Uint8Array> {
    return this.#outputs.stdout;
  }

  /** Standard error from now on; nothing with a terminal. */
  get stderr(): ReadableStream<Uint8Array> {
    return this.#outputs.stderr;
  }

  /**
   * Standard input. Closing it ends the container's input, for everybody; leaving it open does not.
   *
   * @throws {FailedPreconditionError} when the container was not made with `openStdin()`.
   */
  get stdin(): WritableStream<Uint8Array> {
    if (this.#stdin) return this.#stdin;
    const writer = this.#writer;
    if (!writer) {
      throw new FailedPreconditionError(
        `Cannot write to container "${this.#target.id}": it has no open standard input; make it ` +
          "with openStdin()",
      );
    }
    return this.#stdin = new WritableStream<Uint8Array>({
      write: (chunk) => writer.write(chunk),
      close: async () => {
        await writer.close();
        await closeStdin(this.#context, { containerId: this.#target.id });
      },
    });
  }

  /** Sends a signal. @throws {NotFoundError} when the process has ended. */
  async kill(signal: Signal = "SIGTERM"): Promise<void> {
    await killTask(this.#context, this.#target.id, parseSignal(signal));
  }

  /** Changes the size of the container's terminal. */
  async resize(size: TerminalSize): Promise<void> {
    await resizeTerminal(this.#context, { containerId: this.#target.id }, size);
  }

  /**
   * Connects this script's own terminal with the container's, until its process ends or the detach
   * keys are typed.
   *
   * @throws {FailedPreconditionError} when one of the two has no terminal.
   */
  async interactive(options: InteractiveOptions = {}): Promise<InteractiveEnd> {
    if (!this.#target.terminal) {
      throw new FailedPreconditionError(
        `Cannot be interactive with container "${this.#target.id}": it has no terminal; make it ` +
          "with tty() and openStdin()",
      );
    }
    return await interact(() => Promise.resolve(this), options);
  }

  /** Leaves. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    // Whoever reads still sees the end.
    await Promise.all(this.#generators.map((generator) => generator.return(undefined)));
    await this.#writer?.close().catch(() => {/* it is closed */});
    await this.#fifo?.[Symbol.asyncDispose]();
  }
}

/**
 * Connects to a running container.
 *
 * @throws {FailedPreconditionError} when it has no log.
 */
export async function attach(context: Context, target: AttachTarget): Promise<Attachment> {
  const path = target.labels[STDIN_LABEL];
  const fifo = path === undefined ? undefined : await context.session.host.openFifo(path);
  try {
    const over = new AbortController();
    const [stdout, stderr] = await Promise.all([
      followOutput(context, target.id, "stdout", over.signal),
      followOutput(context, target.id, "stderr", over.signal),
    ]);
    return new Attachment(context, target, { outputs: { stdout, stderr }, fifo, over });
  } catch (error) {
    await fifo?.[Symbol.asyncDispose]();
    throw error;
  }
}
