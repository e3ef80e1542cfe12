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

interface Alarm {
  readonly due: number;
  readonly signal: AbortSignal;
}

const waiting = new Set<Entry>();
/** Goes off at the earliest deadline, or before it; later ones need none of their own. */
let alarm: Alarm | undefined;

/**
 * Calls a function once, after some time, unless it is canceled; keeps the process alive until then.
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
  // One that went off while nobody waited tells nobody any more.
  if (!alarm || alarm.signal.aborted || entry.due < alarm.due) setAlarm(entry.due);
  else alarm.signal.addEventListener("abort", ring);
  return () => {
    // A signal without listeners does not keep the process alive, and can be listened to again.
    if (waiting.delete(entry) && waiting.size === 0) {
      alarm?.signal.removeEventListener("abort", ring);
    }
  };
}

function setAlarm(due: number): void {
  alarm?.signal.removeEventListener("abort", ring);
  const wait = Math.max(0, Math.ceil(due - performance.now()));
  alarm = { due, signal: AbortSignal.timeout(Math.min(wait, MAX_TIMER_MS)) };
  alarm.signal.addEventListener("abort", ring);
}

function ring(): void {
  alarm = undefined;
  const now = performance.now();
  // Late by much, several are due.
  const due = [...waiting].filter((entry) => entry.due <= now).sort((a, b) => a.due - b.due);
  for (const entry of due) waiting.delete(entry);
  const next = Math.min(...[...waiting].map((entry) => entry.due));
  if (next < Infinity) setAlarm(next);
  for (const entry of due) entry.fire();
}
