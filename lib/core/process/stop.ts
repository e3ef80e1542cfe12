/**
 * What can end a process early: the caller's signal, a time limit, the client's end, and a failure
 * of what feeds it.
 *
 * @module
 */
import { CanceledError, DavitError, TimeoutError } from "../../errors/errors.ts";
import { callAfter } from "../../rpc/deadline.ts";

/** Thrown inside when a process was stopped; the message is what is known of its output. */
export class StoppedError extends DavitError {}

/** The reasons to end a process early, and how they are told. */
export class Stop implements Disposable {
  readonly #what: string;
  readonly #timeoutMs: number | undefined;
  readonly #late = new AbortController();
  readonly #failed = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #cancelTimer: (() => void) | undefined;
  /** Aborts when the process should end. */
  readonly signal: AbortSignal;

  /**
   * @param what The command, for messages.
   * @param options The caller's signal and time limit.
   * @param closing Aborts when the client is closed.
   */
  constructor(
    what: string,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
    closing: AbortSignal,
  ) {
    this.#what = what;
    this.#timeoutMs = options.timeoutMs;
    this.#caller = options.signal;
    const signals = [closing, this.#failed.signal];
    if (options.signal) signals.push(options.signal);
    if (options.timeoutMs !== undefined) {
      this.#cancelTimer = callAfter(options.timeoutMs, () => this.#late.abort());
      signals.push(this.#late.signal);
    }
    this.signal = AbortSignal.any(signals);
  }

  /** Ends the process; the caller gets to see `error`. */
  fail(error: unknown): void {
    this.#failed.abort(error);
  }

  /** Throws when the process should end. */
  check(): void {
    if (this.signal.aborted) throw this.#error();
  }

  /** What the caller gets to see for an error: the reason to stop, if that is what caused it. */
  explain(error: unknown): unknown {
    const stopped = error instanceof StoppedError || error instanceof CanceledError ||
      error instanceof TimeoutError;
    return stopped && this.signal.aborted ? this.#error(error) : error;
  }

  #error(stopped?: unknown): unknown {
    const tail = stopped instanceof StoppedError ? stopped.message : "";
    if (this.#failed.signal.aborted) return this.#failed.signal.reason;
    if (this.#late.signal.aborted && !this.#caller?.aborted) {
      const limit = `${this.#timeoutMs} ms`;
      return new TimeoutError(`${this.#what} did not end within ${limit} and was killed${tail}`);
    }
    const reason: unknown = this.signal.reason;
    return reason instanceof DOMException && reason.name === "TimeoutError"
      ? new TimeoutError(`${this.#what} did not end in time and was killed${tail}`, {
        cause: reason,
      })
      : new CanceledError(`${this.#what} was canceled and killed${tail}`, { cause: reason });
  }

  /** The time limit counts no more. */
  [Symbol.dispose](): void {
    this.#cancelTimer?.();
  }
}

/** The value, or `undefined` as soon as `signal` aborts. */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
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
