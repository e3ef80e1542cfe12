/**
 * Lets the event loop turn.
 *
 * @module
 */

/** As it was before a test replaced it by a fake clock: calls must go on without one. */
const { setTimeout } = globalThis;

/** A turn costs a millisecond or more, so that not every call can afford one. */
const CALLS_A_TURN = 64;

let calls = 0;

/**
 * Answers in memory come without the event loop turning, so that a loop of calls would keep timers
 * and signals from ever firing: the polls of a script under test would never time out.
 */
export async function breathe(): Promise<void> {
  if (++calls % CALLS_A_TURN === 0) await turn();
}

/** Resolves when the event loop has turned. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
