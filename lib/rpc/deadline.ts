/**
 * A timer for the way to the first answer.
 *
 * @module
 */

/**
 * Calls a function once, after some time, unless it is canceled; keeps the process alive until then.
 *
 * It is made of `AbortSignal.timeout`, since the first `setTimeout` of a process loads Node's timers
 * and takes longer than the whole first call (4 ms in Deno 2.9). For timers by the thousand
 * `setTimeout` is better: what is canceled here still occupies a little memory until its time.
 *
 * @param milliseconds How long to wait.
 * @param fire What to call.
 * @returns Cancels; harmless once it has fired.
 */
export function startDeadline(milliseconds: number, fire: () => void): () => void {
  const signal = AbortSignal.timeout(milliseconds);
  signal.addEventListener("abort", fire);
  return () => signal.removeEventListener("abort", fire);
}
