/**
 * Quoting for POSIX shells.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import { ShellScanner } from "./shell_scanner.ts";

/** What may stand in a shell template: one word, or a list of words. */
export type ShellValue = ShellWord | readonly ShellWord[];

/** What becomes one word. */
export type ShellWord = string | number | bigint | boolean;

/**
 * Quotes a value so that a POSIX shell sees exactly one word with exactly that text.
 *
 * @throws {InvalidArgumentError} When it has a NUL byte, which no argument can have.
 *
 * @example
 * ```ts
 * import { shellQuote } from "@davit/sdk/oci";
 *
 * shellQuote("it's"); // 'it'\''s'
 * ```
 */
export function shellQuote(value: ShellWord): string {
  if (!["string", "number", "bigint", "boolean"].includes(typeof value)) {
    throw new InvalidArgumentError(
      `Cannot quote ${value === null ? "null" : typeof value} for the shell: ` +
        "give a string, number or boolean, or a list of them",
    );
  }
  const text = String(value);
  if (text.includes("\0")) {
    throw new InvalidArgumentError(
      "Cannot quote a value for the shell: it has a NUL byte in it, which no argument can have",
    );
  }
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Builds a script from a template. Every interpolation becomes one quoted word, a list becomes
 * several, an empty list none; what stands around it is the shell's.
 *
 * Quotes of the script's own around an interpolation would undo the quoting, so these places are
 * refused: inside `'…'`, `"…"`, backticks and comments, after a here-document's `<<`, and right
 * after a `$` or a backslash. So are places after constructs that only a full parser could follow.
 *
 * @throws {InvalidArgumentError} At such a place, for a NUL byte, and for other kinds of values.
 *
 * @example
 * ```ts
 * import { shTemplate } from "@davit/sdk/oci";
 *
 * const name = "it's; rm -rf /";
 * shTemplate`echo ${name} > /tmp/x`; // echo 'it'\''s; rm -rf /' > /tmp/x
 * shTemplate`ls ${["a b", "c"]}`; // ls 'a b' 'c'
 * ```
 */
export function shTemplate(
  strings: TemplateStringsArray,
  ...values: readonly ShellValue[]
): string {
  let script = "";
  const scanner = new ShellScanner();
  for (const [i, text] of strings.entries()) {
    if (text === undefined) { // what JavaScript gives for an invalid escape such as \u
      throw new InvalidArgumentError(
        "Cannot read the shell template: JavaScript does not know an escape in it; double the backslash",
      );
    }
    scanner.feed(text);
    script += text;
    if (i >= values.length) continue;
    const fault = scanner.fault();
    if (fault !== undefined) {
      throw new InvalidArgumentError(
        `Cannot put a value into the script ${fault}, where it could not be quoted safely; ` +
          "move it out, or pass it as an environment variable",
      );
    }
    const value = values[i];
    const words = isList(value) ? value : [value ?? missing()];
    script += words.map(shellQuote).join(" ");
    if (words.length > 0) scanner.word();
  }
  return script;
}

function isList(value: ShellValue | undefined): value is readonly ShellWord[] {
  return Array.isArray(value);
}

function missing(): never {
  throw new InvalidArgumentError(
    "Cannot put undefined or null into the script: give a string, number or boolean, or a list of them",
  );
}
