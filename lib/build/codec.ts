/**
 * The compressor of layers: Deno's own zlib, which is native and has a thread of its own. So the same
 * tar makes the same bytes whatever the daemon and the machine, as long as Deno has the same zlib.
 *
 * @module
 */
import { throwIfAborted } from "../core/call/abort.ts";

/** Levels of compression, as of gzip. */
export type GzipLevel = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** What comes out at once, at most. It stays as it is: the bytes might depend on it. */
const OUT_BYTES = 256 * 1024;
/** Where a gzip header names the system, and the name of Unix there. */
const SYSTEM = { at: 9, unix: 3 } as const;

/**
 * Compresses by gzip. The pieces of the source must always be cut alike: the bytes that come out
 * depend on it. While one is compressed the next one is read, so a piece must stay valid until the
 * one after the next is asked for.
 *
 * @param signal Ends it.
 */
export async function* gzipPieces(
  source: AsyncIterable<Uint8Array>,
  level: GzipLevel,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { createGzip } = await import("node:zlib");
  const out: Uint8Array[] = [];
  // The header that it writes has no time.
  const stream = createGzip({ level, chunkSize: OUT_BYTES });
  let first = true;
  stream.on("data", (chunk: Uint8Array) => {
    // The same wherever it is made.
    if (first) chunk[SYSTEM.at] = SYSTEM.unix;
    first = false;
    out.push(chunk);
  });
  const ended = new Promise<void>((resolve, reject) => {
    stream.once("end", resolve).once("error", reject);
  });
  ended.catch(() => {});
  try {
    let written = Promise.resolve();
    for await (const piece of source) {
      throwIfAborted(signal, "compressing a layer");
      // One at a time: what is known to be the last would be compressed otherwise.
      await written;
      written = new Promise((resolve, reject) => {
        stream.write(piece, (error) => error ? reject(error) : resolve());
      });
      written.catch(() => {});
      while (out.length > 0) yield out.shift()!;
    }
    await written;
    stream.end();
    await ended;
    yield* out;
  } finally {
    stream.destroy();
  }
}
