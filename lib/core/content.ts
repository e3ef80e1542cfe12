/**
 * The content store: immutable blobs named by their digest.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { RequestQueue } from "../api/request_queue.ts";
import {
  AlreadyExistsError,
  DigestError,
  FailedPreconditionError,
  InvalidArgumentError,
  ProtocolError,
} from "../errors/errors.ts";
import {
  WriteAction,
  type WriteContentRequestSchema,
} from "../gen/containerd/services/content_pb.ts";
import { type Digest, parseDigest } from "../oci/digest.ts";
import type { Context } from "./context.ts";
import { toDate } from "./time.ts";

/** Up to here a blob travels in one message with its commit. */
const ONE_MESSAGE = 4 * 1024 * 1024;
/** What a longer blob is cut into; containerd takes messages of up to 16 MiB. */
const CHUNK = 2 * 1024 * 1024;

/** A blob's metadata. */
export interface ContentInfo {
  /** The blob's name. */
  readonly digest: Digest;
  /** Its size in bytes. */
  readonly sizeBytes: number;
  /** When it was written. */
  readonly createdAt: Date | undefined;
  /** When its labels last changed. */
  readonly updatedAt: Date | undefined;
  /** Its labels, in this namespace. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Where bytes for the store come from. */
export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/** Options of {@linkcode ContentStore.write}. */
export interface WriteOptions {
  /** What the bytes must hash to. They are refused otherwise. */
  digest?: Digest;
  /** How many bytes there must be. */
  sizeBytes?: number;
  /** Labels of the new blob. */
  labels?: Record<string, string>;
  /**
   * Names the ingest. A named one survives a failure, and the next write of the same name goes on
   * where it stopped, skipping that many bytes of the source. Unnamed ones are dropped.
   */
  ref?: string;
  /** Ends the write. */
  signal?: AbortSignal;
}

/** The content store of a namespace. */
export class ContentStore {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Metadata of a blob.
   *
   * @throws {NotFoundError} when the namespace has no such blob.
   */
  async info(digest: string, options?: { signal?: AbortSignal }): Promise<ContentInfo> {
    const { info } = await this.#context.api.content.info(
      { digest: parseDigest(digest) },
      options,
    );
    if (!info) throw new ProtocolError(`Content.Info answered nothing for "${digest}"`);
    return {
      digest: parseDigest(info.digest),
      sizeBytes: Number(info.size),
      createdAt: toDate(info.createdAt),
      updatedAt: toDate(info.updatedAt),
      labels: info.labels,
    };
  }

  /**
   * A blob's bytes, as they arrive. Leaving the loop ends the call.
   *
   * @param options `offset` and `sizeBytes`: which part; the whole by default.
   */
  async *read(
    digest: string,
    options: { offset?: number; sizeBytes?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const messages = this.#context.api.content.read({
      digest: parseDigest(digest),
      offset: BigInt(options.offset ?? 0),
      size: BigInt(options.sizeBytes ?? 0),
    }, { signal: options.signal });
    for await (const message of messages) yield message.data;
  }

  /**
   * A whole blob, which must not be larger than `maxBytes` (8 MiB by default).
   *
   * @throws {InvalidArgumentError} when it is larger.
   */
  async readAll(
    digest: string,
    options: { maxBytes?: number; signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    const maxBytes = options.maxBytes ?? 8 * 1024 * 1024;
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of this.read(digest, options)) {
      size += part.length;
      if (size > maxBytes) {
        throw new InvalidArgumentError(
          `Cannot read "${digest}" into memory: it is larger than ${maxBytes} bytes`,
        );
      }
      parts.push(part);
    }
    if (parts.length === 1) return parts[0]!;
    const whole = new Uint8Array(size);
    let offset = 0;
    for (const part of parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  /**
   * Writes a blob. One that the store has already is left as it is, and not read from the source.
   *
   * @param source Bytes, or a stream of them (a `ReadableStream` is one).
   * @returns The blob's digest and size, and whether the store had it already (then, with a named
   * digest only, `sizeBytes` is that of the store).
   * @throws {DigestError} when the bytes do not hash to `options.digest`.
   */
  async write(
    source: ByteSource,
    options: WriteOptions = {},
  ): Promise<{ digest: Digest; sizeBytes: number; existed: boolean }> {
    const ref = options.ref ?? `davit-${crypto.randomUUID()}`;
    const upload = new Upload(this.#context, ref, options);
    try {
      const done = source instanceof Uint8Array && source.length <= ONE_MESSAGE
        ? await upload.whole(source)
        : await upload.stream(source instanceof Uint8Array ? one(source) : source);
      return { ...done, existed: false };
    } catch (error) {
      if (error instanceof AlreadyExistsError && options.digest) {
        const { sizeBytes } = await this.info(options.digest, { signal: options.signal });
        return { digest: options.digest, sizeBytes, existed: true };
      }
      if (!options.ref) {
        // The ingest may not exist any more; what counts is the first error.
        await this.#context.api.content.abort({ ref }, { timeoutMs: 5000 }).catch(() => {});
      }
      throw error;
    }
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await bytes;
}

/** One Content.Write call: a request and its answer in turn. */
class Upload {
  readonly #requests = new RequestQueue<MessageInitShape<typeof WriteContentRequestSchema>>();
  readonly #responses: AsyncIterator<{ offset: bigint; digest: string }>;
  readonly #ref: string;
  readonly #options: WriteOptions;

  constructor(context: Context, ref: string, options: WriteOptions) {
    this.#ref = ref;
    this.#options = options;
    this.#responses = context.api.content.write(this.#requests, { signal: options.signal });
  }

  async whole(bytes: Uint8Array): Promise<{ digest: Digest; sizeBytes: number }> {
    const { sizeBytes } = this.#options;
    if (sizeBytes !== undefined && sizeBytes !== bytes.length) throw this.#wrongSize(bytes.length);
    try {
      return await this.#commit(bytes, 0, bytes.length);
    } finally {
      await this.#close();
    }
  }

  async stream(source: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; sizeBytes: number }> {
    try {
      const start = await this.#call({ action: WriteAction.STAT, ...this.#expected() });
      let skip = Number(start.offset);
      let offset = skip;
      let held = new Uint8Array(CHUNK);
      let count = 0;
      for await (let part of source) {
        if (skip > 0) {
          const known = Math.min(skip, part.length);
          skip -= known;
          part = part.subarray(known);
        }
        while (part.length > 0) {
          const room = Math.min(CHUNK - count, part.length);
          held.set(part.subarray(0, room), count);
          count += room;
          part = part.subarray(room);
          if (count < CHUNK) break;
          await this.#call({ action: WriteAction.WRITE, offset: BigInt(offset), data: held });
          offset += CHUNK;
          held = new Uint8Array(CHUNK);
          count = 0;
        }
        const { sizeBytes } = this.#options;
        if (sizeBytes !== undefined && offset + count > sizeBytes) {
          throw this.#wrongSize(offset + count);
        }
      }
      const total = offset + count;
      if (skip > 0) throw this.#wrongSize(total - skip);
      const { sizeBytes } = this.#options;
      if (sizeBytes !== undefined && total !== sizeBytes) throw this.#wrongSize(total);
      return await this.#commit(held.subarray(0, count), offset, total);
    } finally {
      await this.#close();
    }
  }

  async #commit(
    data: Uint8Array,
    offset: number,
    total: number,
  ): Promise<{ digest: Digest; sizeBytes: number }> {
    try {
      const response = await this.#call({
        action: WriteAction.COMMIT,
        offset: BigInt(offset),
        data,
        ...this.#expected(),
        total: BigInt(total),
        labels: this.#options.labels ?? {},
      });
      return { digest: parseDigest(response.digest), sizeBytes: total };
    } catch (error) {
      const actual = /unexpected commit digest (\S+?),/.exec(String(error))?.[1];
      if (error instanceof FailedPreconditionError && actual && this.#options.digest) {
        throw new DigestError(
          `Cannot store "${this.#options.digest}": the bytes hash to "${actual}"`,
          { expected: this.#options.digest, actual },
          { cause: error },
        );
      }
      throw error;
    }
  }

  #expected(): { expected: string; total: bigint } {
    return {
      expected: this.#options.digest ?? "",
      total: BigInt(this.#options.sizeBytes ?? 0),
    };
  }

  async #call(
    request: MessageInitShape<typeof WriteContentRequestSchema>,
  ): Promise<{ offset: bigint; digest: string }> {
    this.#requests.push({ ref: this.#ref, ...request });
    const { done, value } = await this.#responses.next();
    if (done) throw new ProtocolError(`Content.Write ended without an answer for "${this.#ref}"`);
    return value;
  }

  #wrongSize(actual: number): InvalidArgumentError {
    const name = this.#options.digest ?? this.#ref;
    return new InvalidArgumentError(
      `Cannot store "${name}": there are ${actual} bytes, ${this.#options.sizeBytes} were promised`,
    );
  }

  async #close(): Promise<void> {
    this.#requests.end();
    await this.#responses.return?.();
  }
}
