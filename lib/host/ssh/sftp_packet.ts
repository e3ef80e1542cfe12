/**
 * Packets of the SSH file transfer protocol, version 3 (draft-ietf-secsh-filexfer-02), which
 * OpenSSH speaks.
 *
 * @module
 */

/** Types of packets. */
export const SFTP = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  realpath: 16,
  readlink: 19,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
} as const;

/** Flags of `open`. */
export const OPEN = { read: 1, write: 2, create: 8, truncate: 16, exclusive: 32 } as const;

/** Codes of `status`. */
export const STATUS = { ok: 0, eof: 1, noSuchFile: 2, denied: 3, failure: 4 } as const;

const HAS_SIZE = 1;
const HAS_OWNER = 2;
const HAS_MODE = 4;
const HAS_TIMES = 8;
const HAS_MORE = 0x80000000;

/** What a file is, as far as the other side tells. */
export interface SftpAttributes {
  readonly size?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** With the type of the file, as in `stat`. */
  readonly mode?: number;
  /** Seconds since 1970. */
  readonly mtime?: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Puts a packet together. */
export class PacketWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** A byte. */
  byte(value: number): this {
    return this.#add(Uint8Array.of(value));
  }

  /** 32 bits. */
  uint32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value);
    return this.#add(bytes);
  }

  /** 64 bits. */
  uint64(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
    return this.#add(bytes);
  }

  /** Bytes with their length. */
  bytes(value: Uint8Array): this {
    return this.uint32(value.length).#add(value);
  }

  /** Text with its length. */
  text(value: string): this {
    return this.bytes(encoder.encode(value));
  }

  /** Permission bits as attributes, or none. */
  mode(mode: number | undefined): this {
    return mode === undefined ? this.uint32(0) : this.uint32(HAS_MODE).uint32(mode);
  }

  #add(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }

  /** The packet, with its length in front. */
  finish(): Uint8Array {
    const packet = new Uint8Array(4 + this.#length);
    new DataView(packet.buffer).setUint32(0, this.#length);
    let at = 4;
    for (const part of this.#parts) {
      packet.set(part, at);
      at += part.length;
    }
    return packet;
  }
}

/** Takes a packet apart. */
export class PacketReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** @param bytes The packet, without its length. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A byte. @throws {RangeError} behind the end, as all of these. */
  byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  /** 32 bits. */
  uint32(): number {
    return this.#view.getUint32(this.#skip(4));
  }

  /** 64 bits, as a number. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8)));
  }

  /** Bytes with their length in front. */
  bytes(): Uint8Array {
    const length = this.uint32();
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Text with its length in front. */
  text(): string {
    return decoder.decode(this.bytes());
  }

  /** What a file is. */
  attributes(): SftpAttributes {
    const flags = this.uint32();
    const size = flags & HAS_SIZE ? { size: this.uint64() } : {};
    const owner = flags & HAS_OWNER ? { uid: this.uint32(), gid: this.uint32() } : {};
    const mode = flags & HAS_MODE ? { mode: this.uint32() } : {};
    let times = {};
    if (flags & HAS_TIMES) {
      this.uint32();
      times = { mtime: this.uint32() };
    }
    if (flags & HAS_MORE) { for (let left = this.uint32() * 2; left > 0; left--) this.bytes(); }
    return { ...size, ...owner, ...mode, ...times };
  }

  #skip(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) {
      throw new RangeError(`The packet ends after ${this.#bytes.length} bytes`);
    }
    this.#at += length;
    return at;
  }
}
