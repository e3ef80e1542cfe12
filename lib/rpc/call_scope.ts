/**
 * What belongs to one call, whatever interceptors make of its request.
 *
 * @module
 */

import { encodeTimeout, parseTimeout } from "./metadata.ts";
import type { CallLimits } from "./stream.ts";

/** Timers of the runtime overflow beyond this. */
const MAX_TIMER_MS = 0x7fff_ffff;

/** `Headers` and `AbortSignal` of a call; they are only made when an interceptor looks at them. */
export class CallScope {
  readonly #init: HeadersInit | undefined;
  readonly #limits: CallLimits;
  readonly #start = performance.now();
  #header: Headers | undefined;
  #controller: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unlink: (() => void) | undefined;

  /** @param init The caller's metadata. @param limits The caller's limits. */
  constructor(init: HeadersInit | undefined, limits: CallLimits) {
    this.#init = init;
    this.#limits = limits;
  }

  /** The caller's metadata, and the deadline as `grpc-timeout`. */
  get header(): Headers {
    if (this.#header === undefined) {
      this.#header = new Headers(this.#init);
      const { timeoutMs } = this.#limits;
      if (timeoutMs !== undefined) this.#header.set("grpc-timeout", encodeTimeout(timeoutMs));
    }
    return this.#header;
  }

  /** Aborted with the caller's signal, at the deadline, and when the call has ended. */
  get signal(): AbortSignal {
    return (this.#controller ??= this.#link()).signal;
  }

  /** The metadata to send, where `header` may be what interceptors left of it. */
  metadata(header: () => Headers, copied: boolean): HeadersInit | undefined {
    return copied || this.#header !== undefined ? header() : this.#init;
  }

  /** The limits of the call on the wire: what interceptors asked for, and the time that is left. */
  limitsFor(metadata: HeadersInit | undefined, signal: AbortSignal | undefined): CallLimits {
    let { timeoutMs } = this.#limits;
    if (metadata instanceof Headers) {
      const value = metadata.get("grpc-timeout");
      const changed = timeoutMs === undefined || value !== encodeTimeout(timeoutMs);
      if (changed) timeoutMs = value === null ? undefined : parseTimeout(value);
    }
    if (timeoutMs !== undefined) timeoutMs -= performance.now() - this.#start;
    return { ...this.#limits, signal: signal ?? this.#limits.signal, timeoutMs };
  }

  /** The call has ended. */
  end(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#unlink?.();
    this.#controller?.abort();
  }

  #link(): AbortController {
    const controller = new AbortController();
    const { signal, timeoutMs } = this.#limits;
    if (signal?.aborted) {
      controller.abort(signal.reason);
    } else if (signal !== undefined) {
      const abort = (): void => controller.abort(signal.reason);
      signal.addEventListener("abort", abort);
      this.#unlink = () => signal.removeEventListener("abort", abort);
    }
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(
        () => controller.abort(new DOMException("the call took too long", "TimeoutError")),
        Math.min(timeoutMs, MAX_TIMER_MS),
      );
    }
    return controller;
  }
}
