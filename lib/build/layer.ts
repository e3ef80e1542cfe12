/**
 * Writes layers: canonical tars, so that the same files make the same bytes.
 *
 * @module
 */
import { writeUnnamed } from "../core/archive/write.ts";
import type { ContentStore } from "../core/content/content.ts";
import { nameToBytes } from "../core/files/name_bytes.ts";
import { tarEnd, tarFill, tarHeader } from "../core/files/tar/writer.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { createHasher, type Digest } from "../oci/digest.ts";
import { OCI } from "../oci/media_types.ts";
import { type GzipLevel, gzipPieces } from "./codec.ts";
import type { LayerEntry } from "./entry.ts";

/** A compressor gives other bytes for other pieces, so they are always of this size. */
const PIECE = 256 * 1024;

/** How layers are stored. */
export type LayerCompression = "gzip" | "none";

/** A layer that is in the content store. */
export interface StoredLayer {
  /** Its blob. */
  readonly descriptor: Descriptor;
  /** Digest of its tar. */
  readonly diffId: Digest;
}

/** How a layer is stored. */
export interface LayerFormat {
  /** How the blob is compressed. */
  readonly compression: LayerCompression;
  /** How hard. */
  readonly level: GzipLevel;
}

/**
 * Writes a tar as a layer; memory does not depend on its size. The caller holds a lease.
 *
 * @param tar Its bytes, in pieces of any size.
 * @param signal Ends it.
 */
export async function writeLayer(
  store: ContentStore,
  tar: AsyncIterable<Uint8Array>,
  { compression, level }: LayerFormat,
  signal?: AbortSignal,
): Promise<StoredLayer> {
  const hasher = await createHasher();
  async function* hashed(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of pieces(tar)) {
      hasher.update(piece);
      yield piece;
    }
  }
  const source = compression === "gzip" ? gzipPieces(hashed(), level, signal) : hashed();
  const blob = await writeUnnamed(store, source, { signal });
  const mediaType = compression === "gzip" ? OCI.layerGzip : OCI.layer;
  return { descriptor: { mediaType, ...blob }, diffId: hasher.digest() };
}

/**
 * A canonical tar: entries sorted by path, with numeric owners and one age for all. A piece of it is
 * valid until the next one is asked for.
 *
 * @param entries What goes in. Of two with the same path, the last counts.
 */
export async function* layerTar(
  entries: readonly LayerEntry[],
  { mtime, onRead }: { mtime: Date; onRead: (bytes: number) => void },
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const entry of sortedEntries(entries)) {
    const { kind, size, mode, uid, gid, linkTo, xattrs } = entry;
    const attributes = { kind, size, mode, uid, gid, mtime, linkTo, xattrs };
    yield tarHeader({ name: entry.path.slice(1), attributes });
    if (size === 0) continue;
    for await (const part of entry.read()) {
      onRead(part.length);
      yield part;
    }
    yield tarFill(size);
  }
  yield tarEnd();
}

/** Entries in the order of a canonical tar. Of two with the same path, the last counts. */
export function sortedEntries(entries: readonly LayerEntry[]): LayerEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return [...byPath.values()]
    .map((entry) => ({ entry, key: nameToBytes(entry.path) }))
    .sort((a, b) => compareBytes(a.key, b.key))
    .map(({ entry }) => entry);
}

/** UTF-8 order, which is that of code points, unlike JavaScript's own. */
function compareBytes(x: Uint8Array, y: Uint8Array): number {
  for (let i = 0; i < x.length && i < y.length; i++) {
    if (x[i] !== y[i]) return x[i]! - y[i]!;
  }
  return x.length - y.length;
}

/** Cuts into pieces of one size. A piece is valid until the one after the next is asked for. */
async function* pieces(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held = new Uint8Array(PIECE);
  let other = new Uint8Array(PIECE);
  let count = 0;
  for await (let part of source) {
    while (part.length > 0) {
      const room = Math.min(PIECE - count, part.length);
      held.set(part.subarray(0, room), count);
      count += room;
      part = part.subarray(room);
      if (count < PIECE) break;
      yield held;
      [held, other] = [other, held];
      count = 0;
    }
  }
  if (count > 0) yield held.subarray(0, count);
}
