/**
 * A scripted process, from its creation to its end.
 *
 * @module
 */
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { create } from "@bufbuild/protobuf";
import { TimestampSchema } from "../gen/google/protobuf/timestamp_pb.ts";
import { Status } from "../gen/containerd/types/task_pb.ts";
import { signalName } from "../oci/signals.ts";
import type { ProcessIo, ProcessOutputs } from "./process_io.ts";
import { pieces, type RunOutcome, type ScriptOutput } from "./script.ts";
import { now } from "./state.ts";

const SIGKILL = 9;
/** CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH: they end nothing. */
const HARMLESS: ReadonlySet<number> = new Set([0, 17, 18, 19, 20, 21, 22, 23, 28]);
/** What shells report for a command that is not there, and what a broken script is worth. */
const NO_COMMAND = 127;
const BROKEN_SCRIPT = 125;

/** Go's zero time, which stands for "not yet". */
export const ZERO_TIME: Timestamp = create(TimestampSchema, { seconds: -62135596800n });

/** A scripted process. */
export class ProcessState {
  /** The exec's id; the container's for its own process. */
  readonly id: string;
  /** Its streams. */
  readonly io: ProcessIo;
  /** Its process id; 0 before the start of an exec. */
  pid = 0;
  /** What it does. */
  status: Status = Status.CREATED;
  /** Its exit code, once it has ended. */
  exitStatus = 0;
  /** When it ended. */
  exitedAt: Timestamp = ZERO_TIME;
  readonly #outputs: ProcessOutputs;
  readonly #exited = Promise.withResolvers<void>();
  readonly #ending = new AbortController();
  readonly #onExit: (process: ProcessState) => void;
  readonly #onError: (error: unknown) => void;
  #outcome: RunOutcome | undefined;
  #resumed: PromiseWithResolvers<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  /** @param parts Its streams, and what is told of its end, and of a script that fails. */
  constructor(
    parts: {
      id: string;
      io: ProcessIo;
      outputs: ProcessOutputs;
      onExit: (process: ProcessState) => void;
      onError: (error: unknown) => void;
    },
  ) {
    this.id = parts.id;
    this.io = parts.io;
    this.#outputs = parts.outputs;
    this.#onExit = parts.onExit;
    this.#onError = parts.onError;
  }

  /** Resolves when it has ended. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  /** Aborts when it is ended. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Lets it run. */
  start(pid: number, outcome: RunOutcome | Promise<RunOutcome | undefined | void>): void {
    this.pid = pid;
    this.status = Status.RUNNING;
    void this.#run(outcome).catch((error) => {
      this.#onError(error);
      this.#exit(BROKEN_SCRIPT);
    });
  }

  async #run(script: RunOutcome | Promise<RunOutcome | undefined | void>): Promise<void> {
    const outcome = await script;
    if (this.#ended) return;
    this.#outcome = outcome ?? {};
    const { stdout, stderr, delayMs, untilSignal } = this.#outcome;
    await Promise.all([this.#write(0, stdout), this.#write(1, stderr)]);
    if (this.#ended || untilSignal) return;
    if (delayMs) {
      await new Promise<void>((resolve) => {
        this.#timer = setTimeout(resolve, delayMs);
        this.signal.addEventListener("abort", () => resolve());
      });
    }
    await this.#notPaused();
    this.#exit(outcome ? outcome.exitCode ?? 0 : NO_COMMAND);
  }

  async #write(stream: 0 | 1, output: ScriptOutput | undefined): Promise<void> {
    const to = this.#outputs[stream];
    for await (const piece of pieces(output)) {
      await this.#notPaused();
      if (this.#ended) return;
      await to?.write(this.io.terminal ? withCarriageReturns(piece) : piece);
    }
  }

  async #notPaused(): Promise<void> {
    while (this.#resumed && !this.#ended) await this.#resumed.promise;
  }

  /** Freezes it. */
  pause(): void {
    this.status = Status.PAUSED;
    this.#resumed = Promise.withResolvers();
  }

  /** Lets it go on. */
  resume(): void {
    this.status = Status.RUNNING;
    this.#resumed?.resolve();
    this.#resumed = undefined;
  }

  /** Gives it a signal. */
  kill(signal: number): void {
    if (signal === SIGKILL) return this.#exit(128 + SIGKILL);
    if (HARMLESS.has(signal) && !this.#outcome?.onSignal) return;
    const { onSignal } = this.#outcome ?? {};
    const code = onSignal
      ? onSignal.call(this.#outcome, signalName(signal) ?? `${signal}`)
      : 128 + signal;
    if (code !== undefined) this.#exit(code);
  }

  #exit(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#resumed?.resolve();
    this.#ending.abort(new DOMException("The process was ended", "AbortError"));
    for (const output of new Set(this.#outputs)) output?.close();
    this.status = Status.STOPPED;
    this.exitStatus = code;
    this.exitedAt = now();
    this.#onExit(this);
    this.#exited.resolve();
  }
}

/** A terminal begins a new line with a carriage return. */
function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  const CR = 13, LF = 10;
  return Uint8Array.from([...bytes].flatMap((byte) => byte === LF ? [CR, LF] : [byte]));
}
