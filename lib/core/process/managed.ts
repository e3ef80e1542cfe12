/**
 * One process from its making to its last trace.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { TerminalSize } from "../../oci/spec_process.ts";
import type { Context } from "../context.ts";
import type { ExitStatus } from "./exit_status.ts";
import { Stdio, type StdioModes } from "./stdio.ts";
import { orAbort, type Stop, StoppedError } from "./stop.ts";
import type { ProcessMaker, ProcessTarget } from "./target.ts";

/** A process, its streams, and what may end it early. */
export class ManagedProcess {
  /** The daemon's part. */
  readonly target: ProcessTarget;
  /** Its streams. */
  readonly stdio: Stdio;
  readonly #stop: Stop;
  readonly #exit = Promise.withResolvers<ExitStatus>();
  #state: "none" | "made" | "ended" = "none";
  #deletion: Promise<void> | undefined;
  #pid = 0;

  private constructor(target: ProcessTarget, stdio: Stdio, stop: Stop) {
    this.target = target;
    this.stdio = stdio;
    this.#stop = stop;
    this.#exit.promise.catch(() => {});
  }

  /** Makes what the process needs, and its streams, at the same time. */
  static async open(
    context: Context,
    maker: ProcessMaker,
    stop: Stop,
    modes: StdioModes,
  ): Promise<ManagedProcess> {
    const [target, stdio] = await both(
      maker.prepare(stop.signal),
      Stdio.open(context.session, modes),
      (made) => made.discard(),
      (opened) => opened[Symbol.asyncDispose](),
    );
    return new ManagedProcess(target, stdio, stop);
  }

  /** Creates and starts the process. */
  async start(): Promise<void> {
    this.#state = "made";
    await this.target.create(this.stdio.io);
    if (this.#stop.signal.aborted) throw new StoppedError("");
    // On the same connection, Wait is there before the process can have ended and been forgotten.
    this.target.wait().then((status) => this.target.complete(status))
      .then(this.#exit.resolve, this.#exit.reject);
    this.#pid = await this.target.start();
    await this.stdio.started(this.#pid);
  }

  /** Its process id on the daemon's host. */
  get pid(): number {
    return this.#pid;
  }

  /** How it ended, as soon as it has. */
  get exit(): Promise<ExitStatus> {
    return this.#exit.promise;
  }

  /** Whether the process ran to its end. */
  get ended(): boolean {
    return this.#state === "ended";
  }

  /** Waits for its end and for the end of its output. @throws {StoppedError} on the stop signal. */
  async untilExit(): Promise<ExitStatus> {
    const status = await orAbort(this.exit, this.#stop.signal);
    if (!status) throw new StoppedError("");
    // Deleting a process cuts off what is in its pipes.
    const read = this.stdio.pipesEnded().then(() => true);
    if (!await orAbort(read, this.#stop.signal)) throw new StoppedError("");
    this.#state = "ended";
    // The deletion proves that all output was copied, but so does the closing of the files, which
    // comes sooner.
    this.#deletion = this.target.delete().finally(() => this.stdio.end());
    this.#deletion.catch(() => {});
    await this.stdio.captureEnded();
    return status;
  }

  /** Sends a signal. @throws {NotFoundError} when it has ended. */
  async kill(signal: number): Promise<void> {
    await this.target.kill(signal);
  }

  /** Changes the size of its terminal. One that has ended is fine. */
  async resize(size: TerminalSize): Promise<void> {
    await this.target.resize(size);
  }

  /** Writes to its standard input, and waits until there is room. `false`: it reads no more. */
  async writeStdin(chunk: Uint8Array): Promise<boolean> {
    try {
      await this.stdio.stdin?.ready;
      await this.stdio.stdin?.write(chunk);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends its standard input. */
  async closeStdin(): Promise<void> {
    await this.stdio.stdin?.close().catch(() => {/* closed, or nobody reads */});
    if (this.#state !== "made") return;
    await this.target.closeStdin().catch((error) => {
      if (!(error instanceof NotFoundError)) throw error;
    });
  }

  /** Removes all that was made. Has its own deadline. */
  async cleanUp(): Promise<void> {
    try {
      await this.stdio.closePipes();
      if (this.#state === "ended") await this.#deletion;
      else if (this.#state === "made") await this.target.end();
      await this.target.discard();
    } finally {
      await this.stdio[Symbol.asyncDispose]();
    }
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
