/**
 * One block of a tar's header: ustar, GNU's and those before both (POSIX pax; GNU tar's manual).
 *
 * @module
 */
import { nameFromBytes } from "../name_bytes.ts";

/** Tars consist of blocks of this size. */
export const BLOCK = 512;

/** The fields of a header block. */
export interface HeaderBlock {
  /** Name, with ustar's prefix. */
  readonly name: string;
  /** The letter that says what it is. */
  readonly type: string;
  /** Size of the data that follows. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Owner. */
  readonly uid: number;
  /** Group. */
  readonly gid: number;
  /** Last change, in seconds. */
  readonly mtime: number;
  /** Target of a link. */
  readonly linkName: string;
  /** Major number of a device. */
  readonly major: number;
  /** Minor number of a device. */
  readonly minor: number;
}

/**
 * Reads a header block.
 *
 * @returns `undefined` for a block of zeros, which marks the end.
 * @throws {RangeError} when it is none.
 */
export function parseHeader(block: Uint8Array): HeaderBlock | undefined {
  const sum = checksum(block);
  if (sum === 0 && block.every((byte) => byte === 0)) return undefined;
  const text = (at: number, length: number) => textField(block, at, length);
  const number = (at: number, length: number) => numberField(block, at, length);
  if (number(148, 8) !== sum) throw new RangeError("the checksum of a header is wrong");
  // GNU's own format has other things where ustar has the prefix.
  const isUstar = block[257] === 0x75 && text(257, 6) === "ustar" && block[262] === 0;
  const prefix = isUstar ? text(345, 155) : "";
  const type = String.fromCharCode(block[156]!);
  const isDevice = type === "3" || type === "4";
  const size = number(124, 12);
  if (size < 0) throw new RangeError("a header has a negative size");
  return {
    name: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100),
    type,
    size,
    mode: number(100, 8) & 0o7777,
    uid: number(108, 8),
    gid: number(116, 8),
    mtime: number(136, 12),
    linkName: text(157, 100),
    major: isDevice ? number(329, 8) : 0,
    minor: isDevice ? number(337, 8) : 0,
  };
}

/** The sum of all bytes, those of the checksum itself taken as blanks. */
export function checksum(block: Uint8Array): number {
  let sum = 0;
  let own = 0;
  for (let i = 0; i < block.length; i++) sum += block[i]!;
  for (let i = 148; i < 156; i++) own += block[i]!;
  // A block of zeros is no header, whatever its sum would be.
  return sum === 0 ? 0 : sum - own + 8 * 0x20;
}

/** Text up to the first NUL. */
function textField(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return nameFromBytes(end < 0 ? field : field.subarray(0, end));
}

/**
 * Octal digits, or a big-endian number in two's complement where the first bit is set (GNU).
 *
 * @throws {RangeError} when it is neither, or more than JavaScript counts.
 */
export function numberField(block: Uint8Array, at: number, length: number): number {
  const field = block.subarray(at, at + length);
  if ((field[0]! & 0x80) === 0) {
    let end = field.length;
    while (end > 0 && (field[end - 1] === 0 || field[end - 1] === 0x20)) end--;
    let start = 0;
    while (start < end && (field[start] === 0x20 || field[start] === 0)) start++;
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = field[i]! - 0x30;
      // What follows a NUL or a blank does not count.
      if (field[i] === 0 || field[i] === 0x20) break;
      if (digit < 0 || digit > 7) throw new RangeError("a number of a header is malformed");
      value = value * 8 + digit;
    }
    return safe(value);
  }
  const negative = (field[0]! & 0x40) !== 0;
  let value = field[0]! & 0x3f;
  if (negative) value -= 0x40;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return safe(value);
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError("a number of a header is too large");
  return value;
}
