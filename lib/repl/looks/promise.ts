/**
 * How promises are printed: almost always somebody forgot an `await`.
 *
 * @module
 */
import { withoutColors } from "../ink.ts";
import { drawAs } from "../inspect.ts";

/**
 * Has promises print with a hint.
 *
 * @param line The line that was entered last, for the hint.
 */
export function hintAtAwait(line: () => string): void {
  drawAs(Promise.prototype, (_promise, on) => {
    const plain = on.plain();
    if (on.nested) return plain;
    const text = line().trim().replace(/;$/, "");
    const simple = text !== "" && text.length < 60 && !/[\n=;]|^\w+ |^await\b/.test(text);
    const hint = simple ? `await ${text}` : "put await in front";
    const state = /^Promise\s*\{\s*<(pending|rejected)>/.exec(withoutColors(plain))?.[1];
    const what = state === "pending"
      ? "a promise"
      : state === "rejected"
      ? "a promise that failed"
      : "a promise that is fulfilled";
    return `${what}${on.ink.dim(`: ${hint}`)}`;
  });
}
