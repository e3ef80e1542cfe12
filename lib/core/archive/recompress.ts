/**
 * Streams of bytes, compressed and uncompressed.
 *
 * @module
 */
import type { Transform } from "node:stream";
import { InvalidArgumentError } from "../../errors/errors.ts";
import { sniffCompression } from "../../oci/media_types.ts";

/** What a layer may be compressed by. */
export type Compression = "none" | "gzip" | "zstd";

/** How much is worked on at a time. */
const CHUNK = 256 * 1024;

/** The levels that each may have, from fast to small, and the one that is usual. */
const LEVELS = {
  gzip: { least: 1, most: 9, usual: 6 },
  zstd: { least: 1, most: 19, usual: 3 },
} as const;

/**
 * Checks a level.
 *
 * @throws {InvalidArgumentError} When there is no such level.
 */
export function checkLevel(compression: Compression, level: number | undefined): void {
  if (level === undefined) return;
  if (compression === "none") {
    throw new InvalidArgumentError('Cannot compress by "none" at a level; leave the level out');
  }
  const { least, most } = LEVELS[compression];
  if (Number.isInteger(level) && level >= least && level <= most) return;
  throw new InvalidArgumentError(
    `Cannot compress by ${compression} at level ${level}; levels are ${least} to ${most}`,
  );
}

/** The bytes, compressed. The same bytes and level make the same result. */
export async function compressedBy(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  compression: Compression,
  level?: number,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  if (compression === "none") return bytes;
  const zlib = await import("node:zlib");
  const { usual } = LEVELS[compression];
  const engine = compression === "gzip"
    ? zlib.createGzip({ level: level ?? usual, chunkSize: CHUNK })
    : zlib.createZstdCompress({
      chunkSize: CHUNK,
      params: {
        [zlib.constants.ZSTD_c_compressionLevel]: level ?? usual,
        [zlib.constants.ZSTD_c_checksumFlag]: 1,
      },
    });
  return ReadableStream.from(through(bytes, engine));
}

/**
 * The bytes without their compression, which the first bytes tell; a media type may lie.
 *
 * @param first The first bytes, at least four where there are so many.
 */
export async function uncompressed(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  first: Uint8Array,
  signal?: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const compression = sniffCompression(first);
  if (compression === "none") return bytes;
  const zlib = await import("node:zlib");
  // Deno's DecompressionStream knows no zstd, and refuses gzip files of several members.
  const engine = compression === "gzip"
    ? zlib.createGunzip({ chunkSize: CHUNK })
    : zlib.createZstdDecompress({ chunkSize: CHUNK });
  return ReadableStream.from(through(bytes, engine, signal));
}

/**
 * Passes bytes through an engine of zlib's. Deno's own way to make a web stream of one fails, where
 * nobody can catch it, when it is left while there is more to come.
 */
async function* through(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  engine: Transform,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { pipeline, Readable } = await import("node:stream");
  const { promise: fed, resolve } = Promise.withResolvers<void>();
  const stop = () => void engine.destroy(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  // A failure of the source reaches whoever reads from the engine.
  pipeline(Readable.from(bytes), engine, () => resolve());
  if (signal?.aborted) stop();
  try {
    yield* engine as AsyncIterable<Uint8Array<ArrayBuffer>>;
  } finally {
    signal?.removeEventListener("abort", stop);
    engine.destroy();
    await fed;
  }
}
