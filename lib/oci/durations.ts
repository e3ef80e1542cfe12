/**
 * Durations, as people write them.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";

/** Milliseconds, or text with units: `"30s"`, `"1m30s"`, `"250ms"`. */
export type Duration = number | string;

const msByUnit: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3,
  "μs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a duration: a number of milliseconds, or numbers with the units `ns us ms s m h d`, as Go
 * prints them. Text without a unit is refused: people mean seconds as often as milliseconds.
 *
 * @param duration For example `1500`, `"1.5s"`, `"1h15m"`.
 * @param what What it is for, for the message.
 * @returns Milliseconds, from 0; not necessarily whole.
 * @throws {InvalidArgumentError} When it is negative, not finite, or no duration.
 *
 * @example
 * ```ts
 * import { parseDuration } from "@davit/sdk/oci";
 *
 * parseDuration("1m30s"); // 90000
 * ```
 */
export function parseDuration(duration: Duration, what = "duration"): number {
  const ms = typeof duration === "number" ? duration : durationOf(duration.trim());
  if (ms !== undefined && Number.isFinite(ms) && ms >= 0) return ms;
  const hint = typeof duration === "string" && /^\s*[\d.]+\s*$/.test(duration)
    ? `add a unit: "${duration.trim()}s" or "${duration.trim()}ms"`
    : 'give milliseconds as a number, or text such as "30s", "1m30s" or "250ms"';
  throw new InvalidArgumentError(`Cannot use ${JSON.stringify(duration)} as ${what}: ${hint}`);
}

function durationOf(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, number, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d)/g)) {
    ms += Number(number) * (msByUnit[unit ?? ""] ?? NaN);
  }
  return ms;
}
