/**
 * Aborts between the steps of an operation.
 *
 * Calls that change the daemon's state are not tied to the caller's signal: one that is cancelled
 * half-way may or may not have happened. They have deadlines of their own; the signal is looked at
 * in between.
 *
 * @module
 */
import { CanceledError, TimeoutError } from "../../errors/errors.ts";

/** How long a call that changes the daemon's state may take, in milliseconds. */
export const CHANGE_TIMEOUT_MS = 60_000;

/**
 * Throws when `signal` has aborted.
 *
 * @param what What is given up, to follow "Gave up".
 */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (!signal?.aborted) return;
  const cause: unknown = signal.reason;
  const late = cause instanceof DOMException && cause.name === "TimeoutError";
  if (late) throw new TimeoutError(`Gave up ${what}: it took too long`, { cause });
  throw new CanceledError(`Gave up ${what}: it was canceled`, { cause });
}

/**
 * The result of work that others may wait for as well: `signal` ends the wait, not the work.
 *
 * @param what What is given up then, to follow "Gave up".
 */
export async function waitUnlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  if (!signal) return await work;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    await Promise.race([work, promise]);
    throwIfAborted(signal, what);
    return await work;
  } finally {
    signal.removeEventListener("abort", end);
    work.catch(() => {});
  }
}

/** Waits for `ms` milliseconds, or until `signal` aborts; it does not throw then. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done);
  });
}
