/**
 * The compressor of layers. It is one of ours, pinned to a version, so that the same tar makes the
 * same bytes whatever the daemon and whatever zlib Deno was built with.
 *
 * @module
 */
import { AsyncGzip, type AsyncGzipOptions, Gzip } from "fflate";
import { CanceledError } from "../errors/errors.ts";

/** How much may wait for the worker. */
const QUEUE = 1024 * 1024;

/** Levels of compression, as of gzip. */
export type GzipLevel = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/**
 * Compresses by gzip, in a thread beside this one. The pieces of the source must always be cut
 * alike: the bytes that come out depend on it.
 *
 * @param signal Ends it.
 */
export async function* gzipPieces(
  source: AsyncIterable<Uint8Array<ArrayBuffer>>,
  level: GzipLevel,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Without a time, and with the same system in the header wherever it is made.
  const options = { level, mtime: 0 } as const;
  const out: Uint8Array[] = [];
  const engine = openWorker(options) ?? openInline(options);
  let wake: (() => void) | undefined;
  let failure: unknown;
  let ended = false;
  engine.ondata = (error, chunk, final) => {
    if (error) failure = error;
    else if (chunk.length > 0) out.push(chunk);
    ended ||= final || failure !== undefined;
    wake?.();
  };
  engine.ondrain = () => wake?.();
  const stop = () => {
    failure = new CanceledError("Cannot compress a layer: it was canceled", {
      cause: signal?.reason,
    });
    wake?.();
  };
  signal?.addEventListener("abort", stop, { once: true });
  const moment = () => new Promise<void>((resolve) => wake = resolve);
  try {
    for await (const piece of source) {
      engine.push(piece, false);
      while (engine.queuedSize() > QUEUE && failure === undefined && out.length === 0) {
        await moment();
      }
      if (failure !== undefined) throw failure;
      while (out.length > 0) yield out.shift()!;
    }
    engine.push(new Uint8Array(0), true);
    while (true) {
      while (out.length > 0) yield out.shift()!;
      if (failure !== undefined) throw failure;
      if (ended) return;
      await moment();
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    engine.end();
  }
}

interface Engine {
  ondata: (error: Error | null, chunk: Uint8Array, final: boolean) => void;
  ondrain: () => void;
  push(chunk: Uint8Array<ArrayBuffer>, final: boolean): void;
  queuedSize(): number;
  end(): void;
}

/** A worker that compresses; `undefined` where none may be started. */
function openWorker(options: AsyncGzipOptions): Engine | undefined {
  let stream: AsyncGzip;
  try {
    stream = new AsyncGzip(options, (error, chunk, final) => engine.ondata(error, chunk, final));
  } catch {
    return undefined;
  }
  stream.ondrain = () => engine.ondrain();
  const engine: Engine = {
    ondata() {},
    ondrain() {},
    push: (chunk, final) => stream.push(chunk, final),
    queuedSize: () => stream.queuedSize,
    end: () => stream.terminate(),
  };
  return engine;
}

/** The same in this thread. */
function openInline(options: AsyncGzipOptions): Engine {
  const stream = new Gzip(options, (chunk, final) => engine.ondata(null, chunk, final));
  const engine: Engine = {
    ondata() {},
    ondrain() {},
    push: (chunk, final) => stream.push(chunk, final),
    queuedSize: () => 0,
    end() {},
  };
  return engine;
}
