/**
 * Writes layers: canonical tars, so that the same files make the same bytes.
 *
 * @module
 */
import { createTarPacker } from "modern-tar";
import { writeUnnamed } from "../core/archive/write.ts";
import type { ContentStore } from "../core/content/content.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { createHasher, type Digest } from "../oci/digest.ts";
import { OCI } from "../oci/media_types.ts";
import type { LayerEntry } from "./copy_files.ts";

/** Deno's compressor gives other bytes for other pieces, so they are always of this size. */
const PIECE = 64 * 1024;

/** How layers are stored. */
export type LayerCompression = "gzip" | "none";

/** A layer that is in the content store. */
export interface StoredLayer {
  /** Its blob. */
  readonly descriptor: Descriptor;
  /** Digest of its tar. */
  readonly diffId: Digest;
}

/** What {@linkcode writeLayer} works with. */
export interface WriteLayerOptions {
  /** Age of all entries. */
  readonly mtime: Date;
  /** How the blob is compressed. */
  readonly compression: LayerCompression;
  /** Ends it. */
  readonly signal: AbortSignal | undefined;
  /** Told how many bytes of files were read. */
  readonly onRead: (bytes: number) => void;
}

/**
 * Writes a layer with these entries; memory does not depend on the files' sizes. The caller holds a
 * lease.
 */
export async function writeLayer(
  store: ContentStore,
  entries: readonly LayerEntry[],
  options: WriteLayerOptions,
): Promise<StoredLayer> {
  const hasher = await createHasher();
  async function* hashed(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    for await (const piece of pieces(layerTar(entries, options))) {
      hasher.update(piece);
      yield piece;
    }
  }
  const { compression, signal } = options;
  const source = compression === "gzip"
    ? ReadableStream.from(hashed()).pipeThrough(new CompressionStream("gzip"))
    : hashed();
  const blob = await writeUnnamed(store, source, { signal });
  const mediaType = compression === "gzip" ? OCI.layerGzip : OCI.layer;
  return { descriptor: { mediaType, ...blob }, diffId: hasher.digest() };
}

/**
 * A canonical tar: entries sorted by path, with numeric owners and one age for all.
 *
 * @param entries What goes in. Of two with the same path, the last counts.
 */
export function layerTar(
  entries: readonly LayerEntry[],
  { mtime, onRead }: { mtime: Date; onRead: (bytes: number) => void },
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, controller } = createTarPacker();
  const pack = async (): Promise<void> => {
    const byPath = new Map(entries.map((entry) => [entry.path, entry]));
    const paths = [...byPath.keys()].sort(compareBytes);
    for (const path of paths) {
      const entry = byPath.get(path)!;
      const name = path.slice(1) + (entry.kind === "directory" ? "/" : "");
      const { kind: type, size, mode, uid, gid, linkTo: linkname } = entry;
      const body = controller.add({ name, type, size, mode, uid, gid, mtime, linkname })
        .getWriter();
      for await (const part of entry.read()) {
        onRead(part.length);
        await body.write(part);
      }
      await body.close();
    }
    controller.finalize();
  };
  // A failure reaches the reader through the stream.
  pack().catch((error) => controller.error(error));
  return readable;
}

/** UTF-8 order, which is that of code points, unlike JavaScript's own. */
function compareBytes(a: string, b: string): number {
  const [x, y] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  for (let i = 0; i < x.length && i < y.length; i++) {
    if (x[i] !== y[i]) return x[i]! - y[i]!;
  }
  return x.length - y.length;
}

async function* pieces(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let held = new Uint8Array(PIECE);
  let count = 0;
  for await (let part of source) {
    while (part.length > 0) {
      const room = Math.min(PIECE - count, part.length);
      held.set(part.subarray(0, room), count);
      count += room;
      part = part.subarray(room);
      if (count < PIECE) break;
      yield held;
      held = new Uint8Array(PIECE);
      count = 0;
    }
  }
  if (count > 0) yield held.subarray(0, count);
}
