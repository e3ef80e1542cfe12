/**
 * Where an archive of images comes from: a file, a folder, bytes or a stream.
 *
 * @module
 */
import { DavitError, InvalidArgumentError } from "../../errors/errors.ts";
import { decompressed } from "./compression.ts";
import type { ArchiveEntry } from "./entry.ts";
import { canceledError, fileError } from "./errors.ts";
import { folderEntries } from "./folder.ts";
import { tarEntries } from "./tar.ts";

/**
 * An archive of images: the path of a tar file or of a folder with an OCI layout (a string, or a
 * `file:` URL), the bytes of a tar, or a stream of them. A tar may be plain, gzip or zstd.
 */
export type ArchiveSource =
  | string
  | URL
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** How much of a file is read at a time. */
const CHUNK = 512 * 1024;

/** An archive that is read once, from its beginning to its end. */
export class Archive {
  /** What it is called in messages: `"/tmp/app.tar"`, `the stream`, `the bytes`. */
  readonly label: string;
  readonly #signal: AbortSignal | undefined;
  readonly #open: (archive: Archive) => AsyncIterable<ArchiveEntry>;
  readonly #pull: (() => Pull) | undefined;
  #sourceFailure: { error: unknown } | undefined;

  private constructor(
    label: string,
    signal: AbortSignal | undefined,
    open: (archive: Archive) => AsyncIterable<ArchiveEntry>,
    pull?: () => Pull,
  ) {
    this.label = label;
    this.#signal = signal;
    this.#open = open;
    this.#pull = pull;
  }

  /**
   * Looks at the source without reading from it.
   *
   * @throws {NotFoundError} when nothing is at the path.
   * @throws {PermissionError} when it may not be read.
   * @throws {InvalidArgumentError} when it is neither a file nor a folder.
   */
  static async open(source: ArchiveSource, signal: AbortSignal | undefined): Promise<Archive> {
    if (source instanceof Uint8Array) {
      return Archive.#ofTar("the bytes", signal, () => inMemory(source));
    }
    if (source instanceof ReadableStream) {
      return Archive.#ofTar("the stream", signal, () => ofStream(source));
    }
    if (typeof source !== "string" && !(source instanceof URL)) {
      return Archive.#ofTar("the stream", signal, () => ofIterable(source));
    }
    const path = pathOf(source);
    const label = JSON.stringify(path);
    let info: Deno.FileInfo;
    try {
      info = await Deno.stat(path);
    } catch (error) {
      throw fileError(label, error);
    }
    if (info.isDirectory) {
      return new Archive(label, signal, () => folderEntries(path, label));
    }
    if (!info.isFile) {
      // Opening a FIFO that nobody writes to would never return.
      throw new InvalidArgumentError(
        `Cannot import ${label}: it is neither a file nor a folder; pass a stream instead`,
      );
    }
    return Archive.#ofTar(label, signal, () => ofFile(path));
  }

  static #ofTar(
    label: string,
    signal: AbortSignal | undefined,
    pull: () => Pull,
  ): Archive {
    return new Archive(label, signal, async function* (archive) {
      const stop = new AbortController();
      try {
        const bytes = archive.#guarded(pull());
        const ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
        yield* tarEntries(await decompressed(bytes, label, ends), label, ends);
      } finally {
        stop.abort();
      }
    }, pull);
  }

  /**
   * The bytes of the tar, without their compression. Read them, or else {@linkcode entries}.
   *
   * @throws {InvalidArgumentError} When it is a folder.
   */
  async *tar(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    if (!this.#pull) {
      throw new InvalidArgumentError(
        `Cannot import ${this.label} by the daemon: it is a folder; make a tar of it, or leave out ` +
          'via: "transfer"',
      );
    }
    const stop = new AbortController();
    const signal = this.#signal;
    try {
      const bytes = this.#guarded(this.#pull());
      const ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
      yield* await decompressed(bytes, this.label, ends);
    } catch (error) {
      throw this.#explain(error);
    } finally {
      stop.abort();
    }
  }

  /**
   * What is in the archive, in its order. An entry can be read until the next one is asked for, and
   * a piece of it used until the next one is. Errors say what is wrong with which archive.
   */
  async *entries(): AsyncGenerator<ArchiveEntry, void, undefined> {
    try {
      for await (const entry of this.#open(this)) {
        yield { ...entry, read: () => this.#explained(entry.read()) };
      }
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async *#explained(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of bytes) {
        yield part;
        free(part);
      }
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): unknown {
    if (this.#signal?.aborted) return canceledError(this.label, this.#signal);
    if (!this.#sourceFailure) return error;
    const { error: cause } = this.#sourceFailure;
    if (cause instanceof DavitError) return cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    return new DavitError(`Cannot import ${this.label}: reading it failed: ${why}`, "unknown", {
      cause,
    });
  }

  /** The source as a stream, which remembers that a failure was the source's own. */
  #guarded(pull: Pull): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const { done, value } = await pull.next();
          if (done) return controller.close();
          if (!(value instanceof Uint8Array)) {
            throw new InvalidArgumentError(
              `Cannot import ${this.label}: it yields ${typeof value} where it must yield Uint8Array`,
            );
          }
          controller.enqueue(value as Uint8Array<ArrayBuffer>);
        } catch (error) {
          this.#sourceFailure ??= { error };
          throw error;
        }
      },
      cancel: async (reason) => {
        await pull.stop(reason);
      },
    }, { highWaterMark: 0 });
  }
}

/** Bytes in pieces, and a way to end it while a piece is awaited. */
interface Pull {
  next(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  stop(reason: unknown): Promise<unknown>;
}

function inMemory(bytes: Uint8Array): Pull {
  let sent = false;
  return {
    next: () => Promise.resolve(sent ? { done: true } : (sent = true, { value: bytes })),
    stop: () => Promise.resolve(),
  };
}

function ofStream(stream: ReadableStream<Uint8Array>): Pull {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return {
    next: () => Promise.try(() => (reader ??= stream.getReader()).read()),
    stop: (reason) => Promise.try(() => reader?.cancel(reason)),
  };
}

function ofIterable(iterable: AsyncIterable<Uint8Array>): Pull {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  return {
    next: () => Promise.try(() => (iterator ??= iterable[Symbol.asyncIterator]()).next()),
    stop: () => Promise.try(() => iterator?.return?.()),
  };
}

function ofFile(path: string): Pull {
  return ofIterable((async function* () {
    using file = await Deno.open(path);
    while (true) {
      const buffer = new Uint8Array(CHUNK);
      const count = await file.read(buffer);
      if (count === null) return;
      filled.set(buffer.buffer, count);
      yield buffer.subarray(0, count);
    }
  })());
}

/** The buffers of files that are read here, and how much is in them. */
const filled = new WeakMap<ArrayBufferLike, number>();

/**
 * Gives the memory of a file's piece back, once its last byte was used. The garbage collector sees
 * late how much hangs on such pieces: an import would hold some 60 MB more.
 */
function free({ buffer, byteOffset, length }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || filled.get(buffer) !== byteOffset + length) return;
  filled.delete(buffer);
  buffer.transfer(0);
}

function pathOf(source: string | URL): string {
  if (typeof source === "string") {
    if (source === "") throw new InvalidArgumentError('Cannot import "": the path is empty');
    return source;
  }
  if (source.protocol !== "file:") {
    throw new InvalidArgumentError(
      `Cannot import "${source}": only file: URLs are read; fetch it and pass the body's stream`,
    );
  }
  return decodeURIComponent(source.pathname);
}
