/**
 * Signals of callers: what they become when they end a wait.
 *
 * @module
 */

import { CanceledError, TimeoutError } from "../errors/errors.ts";

/**
 * The error for a wait that a signal ended: a timeout stays one.
 *
 * @param what What was going on: `pull "x"`.
 */
export function abortError(
  what: string,
  signal: AbortSignal | undefined,
): CanceledError | TimeoutError {
  const reason: unknown = signal?.reason;
  const options = { cause: reason };
  return reason instanceof DOMException && reason.name === "TimeoutError"
    ? new TimeoutError(`Cannot ${what}: the time that the caller allowed is over`, options)
    : new CanceledError(`Cannot ${what}: canceled`, options);
}

/** Throws if a signal is aborted already. */
export function throwIfAborted(what: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(what, signal);
}

/** Waits. @throws {CanceledError} When the signal ends the wait. */
export async function sleep(
  ms: number,
  what: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  throwIfAborted(what, signal);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const abort = (): void => reject(abortError(what, signal));
  signal?.addEventListener("abort", abort);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
