/**
 * Reads tars as they arrive: every entry with all of its attributes, and where its data is. For
 * archives that others made: nothing in them is believed, and none of them takes much memory.
 *
 * Written here since the tar library tells neither where data is nor what names really were.
 *
 * @module
 */
import type { FileKind } from "../../../host/root.ts";
import type { FileAttributes } from "../info.ts";
import { nameFromBytes } from "../name_bytes.ts";
import { ByteReader } from "./byte_reader.ts";
import { BLOCK, type HeaderBlock, parseHeader } from "./header.ts";
import {
  noPax,
  parsePax,
  paxInteger,
  type PaxRecords,
  paxText,
  paxTime,
  paxXattrs,
} from "./pax.ts";
import { readSparseMap, type Segment } from "./sparse.ts";

/** An entry of a tar. */
export interface TarItem {
  /** Its path, as it is written. */
  readonly name: string;
  /** For another name of an earlier entry: that entry's path, as it is written. */
  readonly hardLink: string | undefined;
  /** What it is; for a hard link, what the writer said of it. */
  readonly attributes: FileAttributes;
  /** Where its data begins in the tar. */
  readonly offset: number;
  /** For a file with holes: what is stored of it, in order. */
  readonly segments: readonly Segment[] | undefined;
  /** The stored data, once, before the next entry is asked for. */
  data(): AsyncGenerator<Uint8Array, void, undefined>;
}

/** Options of {@linkcode readTar}. */
export interface ReadTarOptions {
  /**
   * Whether the tar must end with its blocks of zeros, so that one that was cut off between two
   * entries is noticed. For bytes that no digest vouches for.
   * @default false
   */
  strict?: boolean;
}

/** PAX records and long names are read into memory; no honest ones are larger. */
const MAX_EXTENSION = 4 * 1024 * 1024;

const KINDS: Readonly<Record<string, FileKind>> = {
  "0": "file",
  "\0": "file",
  "1": "file",
  "7": "file",
  "S": "file",
  "2": "symlink",
  "3": "character-device",
  "4": "block-device",
  "5": "directory",
  "6": "fifo",
};

/**
 * The entries of a tar. Kinds that stand for no file are left out.
 *
 * @throws {RangeError} when it is no tar, broken or cut off. The message is a clause for others'.
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  { strict = false }: ReadTarOptions = {},
): AsyncGenerator<TarItem, void, undefined> {
  const reader = new ByteReader(source);
  try {
    const globals = noPax();
    let pax: PaxRecords = noPax();
    let [longName, longLink]: (string | undefined)[] = [];
    while (true) {
      const block = await reader.take(BLOCK);
      const between = pax.values.size === 0 && longName === undefined && longLink === undefined;
      if (block.length === 0 && between && !strict) return;
      if (block.length < BLOCK) throw new RangeError("it is cut off");
      const header = parseHeader(block);
      if (!header) return;
      if ("xgLK".includes(header.type)) {
        const bytes = await extension(reader, header.size);
        if (header.type === "x") parsePax(bytes, pax);
        else if (header.type === "g") parsePax(bytes, globals);
        else if (header.type === "L") longName = untilNul(bytes);
        else longLink = untilNul(bytes);
        continue;
      }
      const records = globals.values.size === 0 ? pax : merged(globals, pax);
      const stored = paxInteger(records, "size") ?? header.size;
      const kind = KINDS[header.type];
      const end = reader.offset + (hasData(header.type) ? stored : 0);
      // A copy: the block is gone with the next read.
      const map = kind === "file" && header.type !== "1"
        ? await readSparseMap(
          reader,
          header.type === "S" ? block.slice() : block,
          header.type,
          records,
        )
        : undefined;
      // GNU's old map is no part of the size, unlike that of format 1.0.
      const dataEnd = header.type === "S" ? reader.offset + stored : end;
      let left = dataEnd - reader.offset;
      if (left < 0) throw new RangeError("the map of a sparse file is longer than its data");
      if (map && map.segments.reduce((sum, { size }) => sum + size, 0) > left) {
        throw new RangeError("a sparse file has less data than its map says");
      }
      if (kind) {
        const item = itemOf(header, records, { longName, longLink });
        const size = map?.realSize ?? (kind === "file" && header.type !== "1" ? left : 0);
        yield {
          ...item,
          attributes: { ...item.attributes, size },
          offset: reader.offset,
          segments: map?.segments,
          async *data() {
            while (left > 0) {
              const part = await reader.some(left);
              if (part.length === 0) throw new RangeError("it is cut off");
              left -= part.length;
              yield part;
            }
          },
        };
      }
      const rest = left + (BLOCK - dataEnd % BLOCK) % BLOCK;
      const skipped = await reader.skip(rest);
      // Some writers leave out the last fill.
      if (skipped < left) throw new RangeError("it is cut off");
      pax = noPax();
      longName = longLink = undefined;
    }
  } finally {
    await reader.close();
  }
}

function hasData(type: string): boolean {
  return !"123456".includes(type);
}

function itemOf(
  header: HeaderBlock,
  pax: PaxRecords,
  long: { longName: string | undefined; longLink: string | undefined },
): Pick<TarItem, "name" | "hardLink" | "attributes"> {
  const sparseName = paxText(pax, "GNU.sparse.name");
  const name = sparseName ?? paxText(pax, "path") ?? long.longName ?? header.name;
  const linkName = paxText(pax, "linkpath") ?? long.longLink ?? header.linkName;
  // Before ustar, a slash at the end made it a folder.
  const oldFolder = (header.type === "0" || header.type === "\0") && name.endsWith("/");
  const kind = oldFolder ? "directory" : KINDS[header.type]!;
  const { major, minor } = header;
  const xattrs = paxXattrs(pax);
  const seconds = paxTime(pax, "mtime") ?? header.mtime;
  return {
    name,
    hardLink: header.type === "1" ? linkName : undefined,
    attributes: {
      kind,
      size: 0,
      mode: header.mode,
      uid: paxInteger(pax, "uid") ?? header.uid,
      gid: paxInteger(pax, "gid") ?? header.gid,
      mtime: new Date(Math.min(Math.max(Math.floor(seconds * 1000), -8.64e15), 8.64e15)),
      ...(kind === "symlink" ? { linkTo: linkName } : {}),
      ...(kind.endsWith("-device") ? { device: { major, minor } } : {}),
      ...(xattrs ? { xattrs } : {}),
    },
  };
}

async function extension(reader: ByteReader, size: number): Promise<Uint8Array> {
  if (size > MAX_EXTENSION) throw new RangeError(`a header extension has ${size} bytes`);
  const bytes = (await reader.take(size)).slice();
  if (bytes.length < size) throw new RangeError("it is cut off");
  const fill = (BLOCK - size % BLOCK) % BLOCK;
  if (await reader.skip(fill) < fill) throw new RangeError("it is cut off");
  return bytes;
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return nameFromBytes(end < 0 ? bytes : bytes.subarray(0, end));
}

function merged(globals: PaxRecords, own: PaxRecords): PaxRecords {
  return { values: new Map([...globals.values, ...own.values]), sparse: own.sparse };
}
