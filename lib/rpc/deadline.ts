/**
 * Timers without `setTimeout`, whose first use in a process loads Node's timers and takes longer
 * than a whole first call (4 to 8 ms in Deno 2.9).
 *
 * @module
 */

/** Timers of the runtime overflow beyond this. */
const MAX_TIMER_MS = 0x7fff_ffff;

/**
 * Calls a function once, after some time, unless it is canceled; keeps the process alive until then.
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

interface Entry {
  readonly due: number;
  readonly fire: () => void;
}

const waiting = new Set<Entry>();
/** When the earliest alarm that is set goes off; later deadlines need none of their own. */
let alarm = Infinity;

/**
 * Calls a function once, after some time, unless it is canceled. Does not keep the process alive:
 * the call that it belongs to does.
 *
 * Thousands cost no more than one: all share an alarm, and those that are canceled before it goes
 * off leave nothing behind.
 *
 * @param milliseconds How long to wait.
 * @param fire What to call.
 * @returns Cancels; harmless once it has fired.
 */
export function callAfter(milliseconds: number, fire: () => void): () => void {
  const entry = { due: performance.now() + milliseconds, fire };
  waiting.add(entry);
  setAlarm(entry.due);
  return () => waiting.delete(entry);
}

function setAlarm(due: number): void {
  if (due >= alarm) return;
  alarm = due;
  const wait = Math.max(0, Math.ceil(due - performance.now()));
  AbortSignal.timeout(Math.min(wait, MAX_TIMER_MS)).addEventListener("abort", () => ring(due));
}

function ring(set: number): void {
  if (alarm === set) alarm = Infinity;
  const now = performance.now();
  let next = Infinity;
  for (const entry of [...waiting]) {
    if (entry.due <= now) {
      waiting.delete(entry);
      entry.fire();
    } else if (entry.due < next) {
      next = entry.due;
    }
  }
  if (next < Infinity) setAlarm(next);
}
