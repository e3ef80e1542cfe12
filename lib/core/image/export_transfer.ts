/**
 * Exports images by the daemon's Transfer service.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { transfer } from "../transfer/transfer.ts";
import type { ExportOptions } from "./export.ts";

/**
 * Hands out the bytes of an archive that the daemon makes. It sends no more than is read.
 *
 * @throws {UnsupportedError} Before containerd 2.0.
 */
export async function* exportByTransfer(
  context: Context,
  name: string,
  { platforms, signal }: ExportOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const stop = new AbortController();
  const ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const pipe = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>(
    {},
    { highWaterMark: 1 },
    { highWaterMark: 0 },
  );
  const { readable, writable } = pipe;
  const done = transfer(context, { image: { name } }, { archive: writable, platforms }, {
    signal: ends,
  });
  // The stream tells of a failure, of one before anything was written, too.
  done.catch((error) => writable.abort(error).catch(() => {/* it has ended */}));
  try {
    yield* readable;
    await done;
  } finally {
    stop.abort();
    await done.catch(() => {});
  }
}
