/**
 * Sizes in bytes, as people write them.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";

/** Bytes, or text with a unit: `"256MiB"`, `"1.5g"`. */
export type Size = number | string;

const powers: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * Reads a size. As in Docker and nerdctl every unit is a power of 1024, in any case and with or
 * without `B` or `iB`: `256m`, `256MB` and `256MiB` are the same. A part of a byte is cut off.
 *
 * @param size For example `1024`, `"1024"`, `"64k"`, `"1.5GiB"`.
 * @param what What it is for, for the message.
 * @returns Bytes, a whole number from 0.
 * @throws {InvalidArgumentError} When it is negative, too big to be exact (2⁵³), or no size.
 *
 * @example
 * ```ts
 * import { parseSize } from "@davit/sdk/oci";
 *
 * parseSize("256MiB"); // 268435456
 * ```
 */
export function parseSize(size: Size, what = "size"): number {
  const bytes = typeof size === "number" ? size : sizeOf(size);
  if (bytes !== undefined && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw new InvalidArgumentError(
    `Cannot use ${JSON.stringify(size)} as ${what}: ` +
      'give whole bytes, or a number with k, m, g, t or p, such as "256MiB"',
  );
}

function sizeOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text.trim());
  const power = powers[match?.[2]?.toLowerCase() ?? ""];
  if (!match || power === undefined) return undefined;
  return Math.floor(Number(match[1]) * 1024 ** power);
}
