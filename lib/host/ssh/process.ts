/**
 * Processes of this machine's `ssh`.
 *
 * @module
 */
import { PermissionError, UnsupportedError } from "../../errors/errors.ts";

/** How much of what it prints is kept for messages, in characters. */
const KEPT = 8192;

/** Which of its streams are pipes. */
export interface SshProcessStreams {
  /** Standard input; nothing to read by default. */
  readonly stdin?: boolean;
  /** Standard error; kept as text by default. */
  readonly stderr?: boolean;
}

/** A running `ssh`. */
export class SshProcess {
  readonly #child: Deno.ChildProcess;
  readonly #said: Promise<void>;
  #text = "";
  #total = 0;
  #running = true;
  /** Resolves to its exit code when it has ended and all that it printed was read. */
  readonly ended: Promise<number>;

  private constructor(child: Deno.ChildProcess, streams: SshProcessStreams) {
    this.#child = child;
    this.#said = streams.stderr ? Promise.resolve() : this.#listen();
    this.ended = child.status.then(async ({ code }) => {
      this.#running = false;
      await this.#said;
      return code;
    });
  }

  /**
   * Starts one. It has a session of its own, so that Ctrl-C is not for it, and it does not keep
   * this process alive: it ends by itself when its streams are closed.
   *
   * @throws {PermissionError} without `--allow-run=ssh`.
   * @throws {UnsupportedError} when there is none.
   */
  static start(
    program: string,
    args: readonly string[],
    streams: SshProcessStreams = {},
  ): SshProcess {
    try {
      const child = new Deno.Command(program, {
        args: [...args],
        stdin: streams.stdin ? "piped" : "null",
        stdout: "piped",
        stderr: "piped",
        detached: true,
      }).spawn();
      return new SshProcess(child, streams);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotCapable) {
        throw new PermissionError(
          `Cannot start "${program}": it takes a process; grant --allow-run=${program}`,
          { cause },
        );
      }
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
      throw new UnsupportedError(
        `Cannot start "${program}": there is none on PATH; install the OpenSSH client`,
        { needed: "the OpenSSH client" },
        { cause },
      );
    }
  }

  /** Its standard input. */
  get stdin(): WritableStream<Uint8Array> {
    return this.#child.stdin;
  }

  /** Its standard output. */
  get stdout(): ReadableStream<Uint8Array> {
    return this.#child.stdout;
  }

  /** Its standard error, where that is a pipe. */
  get stderr(): ReadableStream<Uint8Array> {
    return this.#child.stderr;
  }

  /** Whether it has not ended. */
  get running(): boolean {
    return this.#running;
  }

  /** What it printed on standard error, the end of it, from `mark` on. */
  text(mark: number = 0): string {
    return this.#text.slice(Math.max(0, mark - (this.#total - this.#text.length)));
  }

  /** Where what it prints from now on begins. */
  get mark(): number {
    return this.#total;
  }

  async #listen(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.#child.stderr) {
        const text = decoder.decode(chunk, { stream: true });
        this.#total += text.length;
        this.#text = (this.#text + text).slice(-KEPT);
      }
    } catch { /* it was killed */ }
  }

  /** Takes the rest of what it prints for text, of one whose standard error is a pipe. */
  async listen(): Promise<void> {
    if (!this.#child.stderr.locked) await this.#listen();
  }

  /** Lets this process end while it runs. */
  unref(): void {
    this.#child.unref();
  }

  /** Lets it keep this process alive. */
  ref(): void {
    this.#child.ref();
  }

  /** Ends it. One that has ended is fine. */
  kill(signal: Deno.Signal = "SIGTERM"): void {
    try {
      this.#child.kill(signal);
    } catch { /* it has ended */ }
  }
}
