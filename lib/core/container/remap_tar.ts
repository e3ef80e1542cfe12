/**
 * A tar whose files get other owners, while it goes by.
 *
 * @module
 */
import { InvalidArgumentError, ProtocolError } from "../../errors/errors.ts";

const BLOCK = 512;
/** Extended headers are small; more is no tar of ours. */
const MAX_HEADER = 1024 * 1024;

/** The new owner of a file; `undefined` for ids that have none. */
export interface TarOwners {
  /** For users. */
  uid(id: number): number | undefined;
  /** For groups. */
  gid(id: number): number | undefined;
}

/** Reads exact numbers of bytes from a stream. */
class Reader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes, at least one; `undefined` at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#source.next();
      if (done) return undefined;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  /** Exactly `size` bytes; fewer at the end only. */
  async exactly(size: number): Promise<Uint8Array<ArrayBuffer>> {
    const whole = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const part = await this.some(size - filled);
      if (!part) break;
      whole.set(part, filled);
      filled += part.length;
    }
    return whole.subarray(0, filled);
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

/**
 * Gives every file of a tar another owner.
 *
 * @throws {InvalidArgumentError} when an owner has no new id.
 * @throws {ProtocolError} when it is no tar.
 */
export async function* remapTar(
  source: AsyncIterable<Uint8Array>,
  owners: TarOwners,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new Reader(source);
  /** Owners that an extended header says for the next file. */
  let next: { uid?: number; gid?: number } = {};
  try {
    for (;;) {
      const header = await reader.exactly(BLOCK);
      if (header.length === 0) return;
      if (header.length < BLOCK) {
        throw new ProtocolError("Cannot read the tar: it ends in a header");
      }
      if (header.every((byte) => byte === 0)) {
        yield header;
        continue;
      }
      const size = readNumber(header, 124, 12);
      const padded = Math.ceil(size / BLOCK) * BLOCK;
      const type = String.fromCharCode(header[156] ?? 0);
      if (type === "x" && size <= MAX_HEADER) {
        const records = readRecords((await reader.exactly(padded)).subarray(0, size));
        next = { uid: idOf(records, "uid"), gid: idOf(records, "gid") };
        // The header itself holds the new ones, so that the records would be in the way.
        yield* extendedHeader(header, records.filter(([key]) => key !== "uid" && key !== "gid"));
        continue;
      }
      if (type !== "g" && type !== "L" && type !== "K") {
        setOwner(header, owners, next);
        next = {};
      }
      yield header;
      for (let left = padded; left > 0;) {
        const part = await reader.some(left);
        if (!part) throw new ProtocolError("Cannot read the tar: it ends in a file");
        left -= part.length;
        yield part;
      }
    }
  } finally {
    await reader.close();
  }
}

function setOwner(header: Uint8Array, owners: TarOwners, next: { uid?: number; gid?: number }) {
  const uid = next.uid ?? readNumber(header, 108, 8);
  const gid = next.gid ?? readNumber(header, 116, 8);
  const [newUid, newGid] = [owners.uid(uid), owners.gid(gid)];
  if (newUid === undefined || newGid === undefined) {
    throw new InvalidArgumentError(
      `Cannot map the image's files: one belongs to ${uid}:${gid}, which is in no range`,
    );
  }
  writeNumber(header, 108, 8, newUid);
  writeNumber(header, 116, 8, newGid);
  setChecksum(header);
}

/** Octal digits, or big-endian bytes after a set highest bit. */
function readNumber(header: Uint8Array, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if ((field[0] ?? 0) & 0x80) {
    return field.subarray(1).reduce((number, byte) => number * 256 + byte, (field[0] ?? 0) & 0x7f);
  }
  const digits = new TextDecoder().decode(field).replace(/[\0 ]+$/, "").trimStart();
  if (!/^[0-7]*$/.test(digits)) throw new ProtocolError("Cannot read the tar: a number is none");
  return digits === "" ? 0 : parseInt(digits, 8);
}

function writeNumber(header: Uint8Array, at: number, length: number, value: number): void {
  const digits = value.toString(8);
  if (digits.length < length) {
    new TextEncoder().encodeInto(
      `${digits.padStart(length - 1, "0")}\0`,
      header.subarray(at, at + length),
    );
    return;
  }
  header.fill(0, at, at + length);
  for (let i = at + length - 1, rest = value; rest > 0; i--, rest = Math.floor(rest / 256)) {
    header[i] = rest % 256;
  }
  header[at]! |= 0x80;
}

function setChecksum(header: Uint8Array): void {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  new TextEncoder().encodeInto(`${sum.toString(8).padStart(6, "0")}\0 `, header.subarray(148, 156));
}

type PaxRecord = readonly [key: string, value: Uint8Array];

/** Records of an extended header: `LENGTH KEY=VALUE\n`, values are any bytes. */
function readRecords(data: Uint8Array): PaxRecord[] {
  const records: PaxRecord[] = [];
  const decoder = new TextDecoder();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const length = Number(decoder.decode(data.subarray(at, space)));
    const equals = data.indexOf(0x3d, space);
    if (space < 0 || equals < 0 || !(length > 0) || at + length > data.length) {
      throw new ProtocolError("Cannot read the tar: an extended header is malformed");
    }
    const key = decoder.decode(data.subarray(space + 1, equals));
    records.push([key, data.subarray(equals + 1, at + length - 1)]);
    at += length;
  }
  return records;
}

function idOf(records: readonly PaxRecord[], key: string): number | undefined {
  const value = records.find(([other]) => other === key)?.[1];
  return value && Number(new TextDecoder().decode(value));
}

function* extendedHeader(header: Uint8Array, records: readonly PaxRecord[]) {
  if (records.length === 0) return;
  const parts = records.map(([key, value]) => {
    const body = new TextEncoder().encode(`${key}=`);
    const rest = 1 + body.length + value.length + 1;
    let length = rest + 1;
    while (`${length}`.length + rest !== length) length = `${length}`.length + rest;
    return { start: new TextEncoder().encode(`${length} ${key}=`), value, length };
  });
  const size = parts.reduce((total, { length }) => total + length, 0);
  const data = new Uint8Array(Math.ceil(size / BLOCK) * BLOCK);
  let at = 0;
  for (const { start, value, length } of parts) {
    data.set(start, at);
    data.set(value, at + start.length);
    data[at + length - 1] = 0x0a;
    at += length;
  }
  writeNumber(header, 124, 12, size);
  setChecksum(header);
  yield header;
  yield data;
}

/** A tar that holds a folder and nothing else. */
export function folderTar(
  name: string,
  owner: { readonly uid: number; readonly gid: number; readonly mode: number },
): Uint8Array {
  const header = new Uint8Array(3 * BLOCK); // two empty blocks end a tar
  const block = header.subarray(0, BLOCK);
  const put = (at: number, text: string) =>
    void new TextEncoder().encodeInto(text, block.subarray(at));
  put(0, `${name}/`);
  put(156, "5");
  put(257, "ustar\x0000");
  writeNumber(block, 100, 8, owner.mode);
  writeNumber(block, 108, 8, owner.uid);
  writeNumber(block, 116, 8, owner.gid);
  writeNumber(block, 124, 12, 0);
  writeNumber(block, 136, 12, 0);
  setChecksum(block);
  return header;
}
