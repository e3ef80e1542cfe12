/**
 * Times as JavaScript has them.
 *
 * @module
 */
import type { Timestamp } from "@bufbuild/protobuf/wkt";

/** A protobuf timestamp as a date, to the millisecond; `undefined` for none and for Go's zero. */
export function toDate(timestamp: Timestamp | undefined): Date | undefined {
  if (!timestamp || timestamp.seconds < 0n) return undefined;
  return new Date(Number(timestamp.seconds) * 1000 + Math.floor(timestamp.nanos / 1e6));
}
