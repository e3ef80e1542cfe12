/**
 * The lifetime of one HTTP request: from sending it to the last byte of its answer.
 *
 * @module
 */

import { abortError } from "./abort.ts";
import { TransportError } from "./transport_error.ts";

/** Ends a request when the caller wants it, or when a wait takes too long. */
export class RequestScope {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #onAbort: () => void;
  #deadline: number | undefined;
  #limitMs = 0;
  #waitingFor = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = 0;

  /** Begins. @param what What is done, for the error. @param caller The caller's signal. */
  constructor(what: string, caller: AbortSignal | undefined) {
    this.#caller = caller;
    this.#onAbort = () => this.#controller.abort(abortError(what, caller));
    if (caller?.aborted) this.#onAbort();
    else caller?.addEventListener("abort", this.#onAbort);
  }

  /** Aborted when the request must end; the reason is the error to throw. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Begins a wait that may take so long. The timer is kept from wait to wait, so that a wait for
   * each of a million chunks costs next to nothing.
   *
   * @param waitingFor What is awaited, for the message: `an answer`.
   */
  arm(limitMs: number, waitingFor: string): void {
    this.#deadline = performance.now() + limitMs;
    this.#limitMs = limitMs;
    this.#waitingFor = waitingFor;
    if (this.#timer !== undefined && this.#timerAt <= this.#deadline) return;
    clearTimeout(this.#timer);
    this.#start(limitMs);
  }

  /** Ends the wait. */
  disarm(): void {
    this.#deadline = undefined;
  }

  /** Ends the request with an error. */
  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /** The request is over: timer and listener go. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#deadline = undefined;
    this.#caller?.removeEventListener("abort", this.#onAbort);
  }

  #start(ms: number): void {
    this.#timerAt = performance.now() + ms;
    this.#timer = setTimeout(() => this.#check(), ms);
  }

  #check(): void {
    this.#timer = undefined;
    if (this.#deadline === undefined) return;
    const left = this.#deadline - performance.now();
    if (left > 0) {
      this.#start(left);
    } else {
      this.abort(
        new TransportError(
          `${this.#waitingFor} did not come within ${this.#limitMs} ms`,
          "timeout",
        ),
      );
    }
  }
}
