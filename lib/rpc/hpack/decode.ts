/**
 * HPACK decoding (RFC 7541), complete, for input that cannot be trusted.
 *
 * @module
 */

import { decodeHuffman } from "./huffman.ts";
import { STATIC_TABLE } from "./static_table.ts";

/** What an entry of a header list costs besides its octets (RFC 7541 section 4.1). */
const ENTRY_OVERHEAD = 32;

/** Blocks up to this many bytes are remembered, see {@linkcode HpackDecoder.decode}. */
const MEMO_BLOCK_BYTES = 96;
const MEMO_ENTRIES = 8;

/** A broken header block; it leaves the decoder unusable and thus ends the connection. */
export class HpackError extends Error {
  override readonly name = "HpackError";
}

/** A decoded header block. */
export interface HeaderBlock {
  /** Name, value, name, value, …; octets as code units 0 to 255. Never change it: it is shared. */
  readonly fields: readonly string[];
  /** The list was larger than the limit and `fields` is not all of it. */
  readonly oversized: boolean;
}

interface Memo {
  readonly bytes: Uint8Array;
  readonly block: HeaderBlock;
}

/** A decoder with its dynamic table: one for each connection. */
export class HpackDecoder {
  /** The upper bound that we announced; the peer's size updates must not pass it. */
  #allowed: number;
  #capacity: number;
  #size = 0;
  /** Newest first: name, value. */
  readonly #dynamic: [string, string][] = [];
  readonly #maxListSize: number;

  #from: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  /** The block at hand neither read nor changed the dynamic table. */
  #pure = true;
  readonly #memo: Memo[] = [];
  #memoNext = 0;

  /**
   * @param maxListSize The largest header list in bytes, counted as in RFC 9113 section 6.5.2.
   * @param tableSize The largest dynamic table in bytes; 4096 until the peer knows better.
   */
  constructor(maxListSize: number, tableSize = 4096) {
    this.#maxListSize = maxListSize;
    this.#allowed = tableSize;
    this.#capacity = tableSize;
  }

  /** Bytes in the dynamic table, as RFC 7541 section 4.1 counts them. */
  get tableSize(): number {
    return this.#size;
  }

  /** Sets the upper bound of size updates, once the peer has acknowledged it. */
  allowTableSize(bytes: number): void {
    this.#allowed = bytes;
  }

  /**
   * Decodes a whole header block. Answers of one server mostly repeat each other to the byte, so
   * small blocks that do not involve the dynamic table are remembered with their result.
   *
   * @throws {HpackError} Where the block is broken.
   */
  decode(from: Uint8Array, start: number, end: number): HeaderBlock {
    for (const { bytes, block } of this.#memo) {
      if (equals(bytes, from, start, end)) return block;
    }
    this.#from = from;
    this.#at = start;
    this.#end = end;
    this.#pure = true;
    const block = this.#decodeBlock();
    if (this.#pure && end - start <= MEMO_BLOCK_BYTES) {
      this.#memo[this.#memoNext] = { bytes: from.slice(start, end), block };
      this.#memoNext = (this.#memoNext + 1) % MEMO_ENTRIES;
    }
    return block;
  }

  #decodeBlock(): HeaderBlock {
    const fields: string[] = [];
    let size = 0;
    while (this.#at < this.#end) {
      const first = this.#from[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        if (size > 0) throw new HpackError("a table size update after the first header");
        this.#resize(this.#integer(5));
        continue;
      }
      let name: string;
      let value: string;
      if (first & 0x80) {
        [name, value] = this.#entry(this.#integer(7));
      } else {
        const indexing = (first & 0x40) !== 0;
        const index = this.#integer(indexing ? 6 : 4);
        name = index === 0 ? this.#string() : this.#entry(index)[0];
        value = this.#string();
        if (indexing) this.#insert(name, value);
      }
      size += name.length + value.length + ENTRY_OVERHEAD;
      // Past the limit decoding goes on without storing: the table must stay the same as the peer's.
      if (size <= this.#maxListSize) fields.push(name, value);
    }
    return { fields, oversized: size > this.#maxListSize };
  }

  /** Section 5.1. */
  #integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = this.#from[this.#at++]! & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.#at >= this.#end) throw new HpackError("a truncated integer");
      const octet = this.#from[this.#at++]!;
      value += (octet & 0x7f) << shift;
      if ((octet & 0x80) === 0) return value;
    }
    throw new HpackError("an integer that is too large");
  }

  /** Section 5.2. */
  #string(): string {
    if (this.#at >= this.#end) throw new HpackError("a truncated string");
    const huffman = (this.#from[this.#at]! & 0x80) !== 0;
    const length = this.#integer(7);
    const start = this.#at;
    if (length > this.#end - start) throw new HpackError("a string longer than its block");
    this.#at += length;
    if (!huffman) return latin1(this.#from, start, this.#at);
    const text = decodeHuffman(this.#from, start, this.#at);
    if (text === undefined) throw new HpackError("a broken Huffman code");
    return text;
  }

  #entry(index: number): readonly [string, string] {
    const fixed = STATIC_TABLE[index - 1];
    if (fixed !== undefined) return fixed;
    this.#pure = false;
    const entry = this.#dynamic[index - 1 - STATIC_TABLE.length];
    if (entry === undefined) throw new HpackError(`index ${index}, which no table has`);
    return entry;
  }

  /** Section 4.4: what does not fit empties the table and is not an error. */
  #insert(name: string, value: string): void {
    this.#pure = false;
    const size = name.length + value.length + ENTRY_OVERHEAD;
    this.#evict(this.#capacity - size);
    if (size > this.#capacity) return;
    this.#dynamic.unshift([name, value]);
    this.#size += size;
  }

  /** Sections 4.3 and 6.3. */
  #resize(capacity: number): void {
    this.#pure = false;
    if (capacity > this.#allowed) {
      throw new HpackError(`a table of ${capacity} bytes, of at most ${this.#allowed}`);
    }
    this.#capacity = capacity;
    this.#evict(capacity);
  }

  #evict(size: number): void {
    while (this.#size > size) {
      const entry = this.#dynamic.pop();
      if (entry === undefined) return;
      this.#size -= entry[0].length + entry[1].length + ENTRY_OVERHEAD;
    }
  }
}

function equals(bytes: Uint8Array, from: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== from[start + i]) return false;
  }
  return true;
}

/** Octets as code units; `TextDecoder("latin1")` is windows-1252 and would change some. */
function latin1(from: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += 4096) {
    text += String.fromCharCode(...from.subarray(at, Math.min(at + 4096, end)));
  }
  return text;
}
