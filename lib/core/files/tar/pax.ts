/**
 * PAX records: what does not fit into a tar's header block (POSIX pax).
 *
 * @module
 */
import { nameFromBytes } from "../name_bytes.ts";

/** Records by key; later ones count. GNU's oldest sparse format repeats keys: those are in order. */
export interface PaxRecords {
  /** The values as bytes. */
  readonly values: Map<string, Uint8Array>;
  /** Pairs of offset and size, of `GNU.sparse.offset` and `GNU.sparse.numbytes`. */
  readonly sparse: number[];
}

/** Empty records. */
export function noPax(): PaxRecords {
  return { values: new Map(), sparse: [] };
}

/**
 * Reads records into `into`.
 *
 * @throws {RangeError} when they are malformed.
 */
export function parsePax(bytes: Uint8Array, into: PaxRecords): void {
  for (let at = 0; at < bytes.length;) {
    // Some writers fill the block with zeros.
    if (bytes[at] === 0) return;
    const blank = bytes.indexOf(0x20, at);
    const digits = blank < 0 ? "" : ascii(bytes.subarray(at, blank));
    const length = /^\d{1,9}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = bytes.indexOf(0x3d, blank);
    const fits = length > 0 && end <= bytes.length && bytes[end - 1] === 0x0a;
    if (!fits || equals < 0 || equals >= end) throw new RangeError("a PAX record is malformed");
    const key = nameFromBytes(bytes.subarray(blank + 1, equals));
    const value = bytes.subarray(equals + 1, end - 1);
    if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes") {
      into.sparse.push(integer(ascii(value)));
    } else into.values.set(key, value.slice());
    at = end;
  }
}

/** A value as text. */
export function paxText(records: PaxRecords, key: string): string | undefined {
  const value = records.values.get(key);
  return value && nameFromBytes(value);
}

/** A whole number that is not negative. @throws {RangeError} when it is none. */
export function paxInteger(records: PaxRecords, key: string): number | undefined {
  const value = records.values.get(key);
  return value && integer(ascii(value));
}

/** A time in seconds, with a fraction and a sign. @throws {RangeError} when it is none. */
export function paxTime(records: PaxRecords, key: string): number | undefined {
  const value = records.values.get(key);
  if (!value) return undefined;
  const text = ascii(value);
  if (!/^-?\d{1,15}(\.\d*)?$/.test(text)) {
    throw new RangeError("a time of a PAX record is malformed");
  }
  return Number(text);
}

const XATTR = "SCHILY.xattr.";

/** The extended attributes, as star, GNU tar and Go's archive/tar write them. */
export function paxXattrs(records: PaxRecords): Record<string, Uint8Array> | undefined {
  let found: Record<string, Uint8Array> | undefined;
  for (const [key, value] of records.values) {
    if (!key.startsWith(XATTR)) continue;
    found ??= Object.create(null) as Record<string, Uint8Array>;
    found[key.slice(XATTR.length)] = value;
  }
  return found;
}

/** The key of an extended attribute. */
export function xattrKey(name: string): string {
  return `${XATTR}${name}`;
}

/** @throws {RangeError} when the text is no whole number that JavaScript can count to. */
export function integer(text: string): number {
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new RangeError("a number of a PAX record is malformed");
  }
  return value;
}

function ascii(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
