/**
 * Errors of the SDK are printed as their message alone; the stack is there when it is asked for.
 *
 * @module
 */
import { DavitError } from "../errors/errors.ts";

const full = new WeakMap<Error, string>();

/** Has the stacks of the SDK's errors end after their message, until {@linkcode restoreStack}. */
export function shortenStacks(): void {
  Error.prepareStackTrace = (error: Error, sites: readonly unknown[]) => {
    const head = error.message === "" ? error.name : `${error.name}: ${error.message}`;
    const stack = head + sites.map((site) => `\n    at ${site}`).join("");
    if (!(error instanceof DavitError)) return stack;
    full.set(error, stack);
    return head;
  };
}

/** Gives an error its stack, after Deno has printed it without. */
export function restoreStack(error: unknown): void {
  if (!(error instanceof Error)) return;
  const stack = full.get(error);
  if (stack === undefined) return;
  Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
}
