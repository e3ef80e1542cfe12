/**
 * Files with holes in a tar: GNU's old format and its three PAX ones (GNU tar's manual, "Storing
 * Sparse Files"). Only what is not a hole is stored.
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";
import { BLOCK, numberField } from "./header.ts";
import { integer, paxInteger, type PaxRecords, paxText } from "./pax.ts";

/** Data of a file: where in the file, and how much. What is between two of them is a hole. */
export interface Segment {
  /** Offset in the file. */
  readonly at: number;
  /** Bytes. */
  readonly size: number;
}

/** The layout of a file with holes. */
export interface SparseMap {
  /** The data, in order. */
  readonly segments: readonly Segment[];
  /** The file's size with its holes. */
  readonly realSize: number;
}

/** More parts than an honest file has. */
const MAX_SEGMENTS = 1_000_000;

/**
 * Reads the map of a file with holes, if it is one. In some formats the map is in front of the data:
 * it is taken off the reader.
 *
 * @returns `undefined` for a file without a map.
 * @throws {RangeError} when the map is malformed.
 */
export async function readSparseMap(
  reader: ByteReader,
  block: Uint8Array,
  type: string,
  pax: PaxRecords,
): Promise<SparseMap | undefined> {
  if (type === "S") return await oldGnu(reader, block);
  const major = paxInteger(pax, "GNU.sparse.major");
  if (major !== undefined) {
    if (major !== 1) throw new RangeError("a sparse file has an unknown format");
    return checked(await leading(reader), required(pax, "GNU.sparse.realsize"));
  }
  const map = paxText(pax, "GNU.sparse.map");
  if (map !== undefined) {
    const numbers = map === "" ? [] : map.split(",").map(integer);
    return checked(numbers, required(pax, "GNU.sparse.size"));
  }
  if (paxInteger(pax, "GNU.sparse.size") === undefined) return undefined;
  return checked(pax.sparse, required(pax, "GNU.sparse.size"));
}

async function oldGnu(reader: ByteReader, block: Uint8Array): Promise<SparseMap> {
  const realSize = numberField(block, 483, 12);
  const numbers: number[] = [];
  const read = (from: Uint8Array, at: number, count: number) => {
    for (let i = 0; i < count && from[at + 24 * i + 12] !== 0; i++) {
      numbers.push(numberField(from, at + 24 * i, 12), numberField(from, at + 24 * i + 12, 12));
    }
  };
  read(block, 386, 4);
  for (let more = block[482] !== 0; more;) {
    const extension = await reader.take(BLOCK);
    if (extension.length < BLOCK) throw new RangeError("it is cut off");
    read(extension, 0, 21);
    more = extension[504] !== 0;
    if (numbers.length > 2 * MAX_SEGMENTS) throw new RangeError("a sparse file has too many parts");
  }
  return checked(numbers, realSize);
}

/** The map of format 1.0: lines of decimal numbers, how many pairs there are first, in whole blocks. */
async function leading(reader: ByteReader): Promise<number[]> {
  const numbers: number[] = [];
  let digits = "";
  for (let wanted = 1; numbers.length < wanted;) {
    const block = await reader.take(BLOCK);
    if (block.length < BLOCK) throw new RangeError("it is cut off");
    for (const byte of block) {
      if (byte !== 0x0a) digits += String.fromCharCode(byte);
      else {
        numbers.push(integer(digits));
        digits = "";
        if (numbers.length === 1) wanted = 1 + 2 * numbers[0]!;
        if (numbers.length === wanted) break;
      }
      if (digits.length > 20) throw new RangeError("the map of a sparse file is malformed");
    }
    if (wanted > 2 * MAX_SEGMENTS) throw new RangeError("a sparse file has too many parts");
  }
  return numbers.slice(1);
}

function required(pax: PaxRecords, key: string): number {
  const value = paxInteger(pax, key);
  if (value === undefined) throw new RangeError("a sparse file has no size");
  return value;
}

function checked(numbers: readonly number[], realSize: number): SparseMap {
  const segments: Segment[] = [];
  let end = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    const [at, size] = [numbers[i]!, numbers[i + 1]];
    if (size === undefined || at < end || at + size > realSize) {
      throw new RangeError("the map of a sparse file is malformed");
    }
    end = at + size;
    if (size > 0) segments.push({ at, size });
  }
  return { segments, realSize };
}
