/**
 * The keys that leave a terminal without ending what runs in it.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";

/** Docker's keys. */
export const DEFAULT_DETACH_KEYS = "ctrl-p,ctrl-q";

/**
 * Reads keys as Docker writes them: single characters, or `ctrl-` and one of `a` to `z`, `@`, `[`,
 * `\`, `]`, `^`, `_`; with commas in between. Empty text means no keys.
 *
 * @returns The bytes that a terminal sends for them.
 * @throws {InvalidArgumentError} when it is something else.
 */
export function parseDetachKeys(text: string): Uint8Array {
  if (text === "") return new Uint8Array();
  return new Uint8Array(
    text.split(",").map((key) => {
      if (/^[\x21-\x7e]$/.test(key)) return key.charCodeAt(0);
      const control = /^ctrl-([a-z@[\\\]^_])$/i.exec(key)?.[1];
      // As terminals do: the letter without its upper bits.
      if (control !== undefined) return control.toUpperCase().charCodeAt(0) & 0x1f;
      throw new InvalidArgumentError(
        `Cannot use ${JSON.stringify(text)} as keys to detach: write them as "ctrl-p,ctrl-q"`,
      );
    }),
  );
}

/** Looks for the keys in what is typed. What may be their beginning is held back. */
export class DetachFilter {
  readonly #keys: Uint8Array;
  readonly #held: number[] = [];

  /** @param keys What {@linkcode parseDetachKeys} returned. */
  constructor(keys: Uint8Array) {
    this.#keys = keys;
  }

  /** What to pass on of a chunk, and whether the keys were typed: the rest is dropped then. */
  feed(chunk: Uint8Array): { pass: Uint8Array; detached: boolean } {
    const keys = this.#keys;
    if (keys.length === 0) return { pass: chunk, detached: false };
    const passed: number[] = [];
    for (const byte of chunk) {
      this.#held.push(byte);
      // What is held back is always the beginning of the keys.
      while (!this.#held.every((held, i) => held === keys[i])) passed.push(this.#held.shift()!);
      if (this.#held.length === keys.length) {
        return { pass: new Uint8Array(passed), detached: true };
      }
    }
    return { pass: new Uint8Array(passed), detached: false };
  }
}
