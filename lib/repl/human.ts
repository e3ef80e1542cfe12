/**
 * Sizes, ages and durations for people.
 *
 * @module
 */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** A size with three digits: `1.21 MiB`. Units are powers of 1024, as everywhere in Davit. */
export function formatSize(bytes: number): string {
  let unit = 0;
  let value = bytes;
  // 1023.6 KiB would be shown as 1024 KiB otherwise.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return `${bytes} B`;
  return `${value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)} ${UNITS[unit]}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const AGES: readonly [number, number, string][] = [
  [2 * MINUTE, SECOND, "s"],
  [2 * HOUR, MINUTE, "min"],
  [2 * DAY, HOUR, "h"],
  [60 * DAY, DAY, "d"],
  [730 * DAY, 30.44 * DAY, "mo"],
  [Infinity, 365.25 * DAY, "y"],
];

/**
 * How long ago something was, or how long it takes to come, in the largest unit of which there are
 * two: `90 s`, `47 h`, `3 d`, `in 5 min`. Empty for no date.
 */
export function formatAge(date: Date | undefined, now: number = Date.now()): string {
  const time = date?.getTime();
  if (time === undefined || Number.isNaN(time)) return "";
  // Images built to be the same each time carry a date of 1970 or so.
  if (time < 2 * DAY) return "";
  const ms = Math.abs(now - time);
  const [, unit, name] = AGES.find(([limit]) => ms < limit) ?? AGES[5]!;
  if (time - now > SECOND) return `in ${Math.ceil(ms / unit)} ${name}`;
  return `${Math.floor(ms / unit)} ${name}`;
}

/** A duration: `84 ms`, `1.42 s`, `2 min 3 s`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A number with its word: `1 image`, `3 images`. */
export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
