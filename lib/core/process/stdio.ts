/**
 * The three streams of one process: files, pipes, or a mix.
 *
 * What is kept goes to files, so that nobody who reads can hold the process up. What is live goes
 * through pipes: there a reader that is slow makes the process wait once the pipe is full (64 KiB),
 * as everywhere on Unix.
 *
 * @module
 */
import type { HostPipes } from "../../host/host.ts";
import type { Capture, OutputStream } from "../../io/capture.ts";
import { PipeOutput } from "../../io/pipe_output.ts";
import type { Session } from "../session/session.ts";
import type { TaskIo } from "../task/task.ts";

/** What a stream is. */
export interface StdioModes {
  /** Bytes to read, a pipe, or nothing. */
  readonly stdin?: Uint8Array | "pipe" | undefined;
  /** Kept, a pipe, or a file of the caller's. */
  readonly stdout: "capture" | "pipe" | { readonly file: string };
  /** The same for standard error. */
  readonly stderr: "capture" | "pipe" | { readonly file: string };
  /** Whether there is a terminal, and so no standard error. */
  readonly terminal: boolean;
  /** How much of a stream is kept at most, in bytes; any number by default. */
  readonly limits?: Partial<Record<OutputStream, number>>;
  /** Called when a stream has more. */
  readonly onLimit?: () => void;
}

/** The opened streams of one process. */
export class Stdio implements AsyncDisposable {
  /** Paths for the daemon. */
  readonly io: TaskIo;
  /** What is kept in files. */
  readonly #capture: Capture | undefined;
  readonly #pipes: HostPipes | undefined;
  /** Writes to standard input, if it is a pipe. */
  readonly stdin: WritableStreamDefaultWriter<Uint8Array> | undefined;
  /** Outputs that are pipes. */
  readonly outputs: { readonly stdout?: PipeOutput; readonly stderr?: PipeOutput };

  private constructor(
    parts: { capture: Capture | undefined; pipes: HostPipes | undefined; terminal: boolean },
  ) {
    const { capture, pipes, terminal } = parts;
    this.#capture = capture;
    this.#pipes = pipes;
    this.stdin = pipes?.stdin?.getWriter();
    this.stdin?.closed.catch(() => {});
    this.outputs = {
      ...(pipes?.stdout && { stdout: new PipeOutput(pipes.stdout) }),
      ...(pipes?.stderr && { stderr: new PipeOutput(pipes.stderr) }),
    };
    this.io = {
      stdin: pipes?.paths.stdin || capture?.stdin || "",
      stdout: pipes?.paths.stdout || capture?.stdout || "",
      stderr: pipes?.paths.stderr || capture?.stderr || "",
      terminal,
    };
  }

  /** Makes files and pipes. */
  static async open(session: Session, modes: StdioModes): Promise<Stdio> {
    const { stdin, stdout, stderr, terminal } = modes;
    const piped = {
      stdin: stdin === "pipe",
      stdout: stdout === "pipe",
      stderr: stderr === "pipe" && !terminal,
    };
    const path = (mode: StdioModes["stdout"]) =>
      mode === "pipe" ? null : mode === "capture" ? undefined : mode.file;
    const captured = stdin instanceof Uint8Array || !piped.stdout || !(piped.stderr || terminal);
    const capture = captured
      ? await session.captures.open({
        stdin: stdin instanceof Uint8Array ? stdin : undefined,
        terminal,
        stdout: path(stdout),
        stderr: path(stderr),
        limits: modes.limits,
        onLimit: modes.onLimit,
      })
      : undefined;
    try {
      const some = piped.stdin || piped.stdout || piped.stderr;
      const pipes = some ? await session.host.openPipes(piped) : undefined;
      return new Stdio({ capture, pipes, terminal });
    } catch (error) {
      await capture?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Says that the process was started: all paths have been opened, or are about to be. */
  async started(pid: number): Promise<void> {
    await this.#pipes?.release(pid);
  }

  /** Resolves when the readers of all pipes have seen their end. */
  async pipesEnded(): Promise<void> {
    await Promise.all(Object.values(this.outputs).map((output) => output.ended));
  }

  /** Resolves when all that is kept has arrived. */
  async captureEnded(): Promise<void> {
    await this.#capture?.ended;
  }

  /** Says that nothing more will be kept. */
  end(): void {
    this.#capture?.end();
  }

  /** All of a stream that was kept so far. */
  async bytes(stream: OutputStream): Promise<Uint8Array> {
    return await this.#capture?.bytes(stream) ?? new Uint8Array();
  }

  /** How much of a stream was kept so far, in bytes. */
  async size(stream: OutputStream): Promise<number> {
    return await this.#capture?.size(stream) ?? 0;
  }

  /** The last bytes of a stream so far, as text; none of a pipe. */
  async tail(stream: OutputStream, size: number): Promise<string> {
    return new TextDecoder().decode(await this.#capture?.tail(stream, size));
  }

  /** A stream that is kept, as it is written. */
  follow(stream: OutputStream): AsyncIterable<Uint8Array> {
    return this.#capture?.follow(stream) ?? nothing();
  }

  /** Ends pipes that are open still, whatever is in them. */
  async closePipes(): Promise<void> {
    await this.#pipes?.release();
    for (const output of Object.values(this.outputs)) output.close();
    // Started first: what is being written may never be taken.
    const closed = this.#pipes?.close?.();
    await this.stdin?.abort().catch(() => {/* it is closed */});
    await closed;
  }

  /** Removes files and pipes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.closePipes();
    await this.#capture?.[Symbol.asyncDispose]();
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
