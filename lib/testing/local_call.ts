/**
 * What ends a call of a {@linkcode MemoryTransport} early: its caller, its deadline, its connection.
 *
 * @module
 */
import { StatusCode, WireError } from "../rpc/wire_error.ts";

/** One call, from its start to its end. */
export class LocalCall implements Disposable {
  readonly #controller = new AbortController();
  readonly #onEnd: () => void;
  readonly #source: AbortSignal | undefined;
  readonly #ended = Promise.withResolvers<never>();
  readonly #onAbort = (): void => this.end(abortError(this.#source?.reason));
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param signal The caller's. @param timeoutMs The caller's deadline, in milliseconds.
   * @param onEnd Called once, however the call ends.
   * @throws {WireError} when `signal` has aborted.
   */
  constructor(signal: AbortSignal | undefined, timeoutMs: number | undefined, onEnd: () => void) {
    if (signal?.aborted) throw abortError(signal.reason);
    this.#source = signal;
    this.#onEnd = onEnd;
    this.#ended.promise.catch(() => {});
    signal?.addEventListener("abort", this.#onAbort);
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(() => {
        const why = `the call did not end within ${Math.ceil(timeoutMs)} ms`;
        this.end(new WireError(StatusCode.DeadlineExceeded, why));
      }, Math.min(timeoutMs, 0x7fff_ffff));
    }
  }

  /** Aborts when the call is over, for the one who answers it. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The result of `work`, or the error that ends the call before. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended.promise]);
  }

  /** Ends the call; what it waits for fails with `error`. Twice is fine. */
  end(error: WireError = new WireError(StatusCode.Canceled, "the call is over")): void {
    if (this.#controller.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#source?.removeEventListener("abort", this.#onAbort);
    this.#ended.reject(error);
    this.#controller.abort(error);
    this.#onEnd();
  }

  /** The call was answered. */
  [Symbol.dispose](): void {
    this.end();
  }
}

function abortError(reason: unknown): WireError {
  const late = reason instanceof Error && reason.name === "TimeoutError";
  return new WireError(
    late ? StatusCode.DeadlineExceeded : StatusCode.Canceled,
    reason instanceof Error && reason.message ? reason.message : "the call was aborted",
    { cause: reason },
  );
}
