/**
 * Streams of bytes, compressed and uncompressed.
 *
 * @module
 */
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
  const [zlib, { Duplex }] = await Promise.all([import("node:zlib"), import("node:stream")]);
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
  const pair = Duplex.toWeb(engine) as ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array>;
  return bytes.pipeThrough(pair);
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
  const [zlib, { Duplex }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  // Deno's DecompressionStream knows no zstd, and refuses gzip files of several members.
  const engine = compression === "gzip"
    ? zlib.createGunzip({ chunkSize: CHUNK })
    : zlib.createZstdDecompress({ chunkSize: CHUNK });
  const pair = Duplex.toWeb(engine) as ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array>;
  return bytes.pipeThrough(pair, { signal });
}
