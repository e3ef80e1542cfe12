/**
 * Writes of blobs: one Content.Write call, which sends a few requests ahead of their answers.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { RequestQueue } from "../../api/request_queue.ts";
import {
  AlreadyExistsError,
  DigestError,
  FailedPreconditionError,
  InvalidArgumentError,
  ProtocolError,
  UnavailableError,
} from "../../errors/errors.ts";
import {
  WriteAction,
  type WriteContentRequestSchema,
} from "../../gen/containerd/services/content_pb.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { pause } from "../call/abort.ts";
import { Chunks } from "./chunks.ts";
import { abortIngest } from "./ingest.ts";
import type { Context } from "../context.ts";
import { ownedIngest } from "../session/owner.ts";

/** Up to here a blob travels in one message with its commit. */
export const ONE_MESSAGE = 4 * 1024 * 1024;

/** How long an ingest that is locked is tried for. */
const LOCKED_MS = 2000;

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

/** What a write made. */
export interface WrittenContent {
  /** The blob's digest. */
  readonly digest: Digest;
  /** Its size in bytes. */
  readonly sizeBytes: number;
  /** Whether the store had it already, so that nothing was written. */
  readonly existed: boolean;
}

/** One Content.Write call. */
export class Upload {
  readonly #context: Context;
  readonly #options: WriteOptions;
  readonly #ref: string;
  #requests!: RequestQueue<MessageInitShape<typeof WriteContentRequestSchema>>;
  #responses!: AsyncIterator<{ offset: bigint; digest: string }>;
  /** Bytes that the ingest has from an earlier write and that the source has yet to get past. */
  #skip = 0;
  #offset = 0;
  /** What the source gave and was not sent yet: so many bytes of this. */
  #held = new Uint8Array(0);
  #count = 0;
  readonly #chunks = new Chunks();

  /** Opens the call. */
  constructor(context: Context, options: WriteOptions) {
    this.#context = context;
    this.#options = options;
    this.#ref = options.ref ?? ownedIngest(context.session.owner);
    this.#open();
  }

  #open(): void {
    this.#requests = new RequestQueue();
    this.#responses = this.#context.api.content.write(this.#requests, {
      signal: this.#options.signal,
    });
  }

  /** Writes and commits a blob that fits in one message. */
  whole(bytes: Uint8Array): Promise<WrittenContent> {
    const { sizeBytes } = this.#options;
    return this.#settle(async () => {
      if (sizeBytes !== undefined && sizeBytes !== bytes.length) {
        throw this.#wrongSize(bytes.length);
      }
      return await this.#commit(bytes, 0, bytes.length);
    });
  }

  /** Writes and commits all of a source. It is not read when the store has the blob. */
  stream(source: AsyncIterable<Uint8Array>): Promise<WrittenContent> {
    return this.#settle(async () => {
      await this.begin();
      for await (const part of source) await this.push(part);
      return await this.#end();
    });
  }

  /**
   * Asks where to go on.
   *
   * @throws {AlreadyExistsError} when the store has the blob.
   * @throws {UnavailableError} when another write of the same name goes on.
   */
  async begin(): Promise<void> {
    const until = Date.now() + LOCKED_MS;
    for (let ms = 5;; ms *= 2) {
      try {
        const start = await this.#call({ action: WriteAction.STAT, ...this.#expected() });
        this.#skip = this.#offset = Number(start.offset);
        this.#held = this.#chunks.first(this.#left);
        return;
      } catch (error) {
        // The daemon takes a moment to see that an earlier write was cut off.
        const locked = error instanceof UnavailableError && /\blocked\b/.test(error.message);
        if (!locked) throw error;
        if (Date.now() > until) throw this.#locked(error);
        await this.#close();
        await pause(ms, this.#options.signal);
        this.#open();
      }
    }
  }

  /**
   * Says that the source begins where the ingest stands, so that {@linkcode push} skips nothing.
   *
   * @returns That offset.
   */
  resume(): number {
    this.#skip = 0;
    return this.#offset;
  }

  /** Takes the next bytes of the source. */
  async push(part: Uint8Array): Promise<void> {
    const known = Math.min(this.#skip, part.length);
    this.#skip -= known;
    part = part.subarray(known);
    const { sizeBytes } = this.#options;
    const size = this.#offset + this.#count + part.length;
    if (sizeBytes !== undefined && size > sizeBytes) throw this.#wrongSize(size);
    while (part.length > 0) {
      const room = Math.min(this.#held.length - this.#count, part.length);
      this.#held.set(part.subarray(0, room), this.#count);
      this.#count += room;
      part = part.subarray(room);
      // The last chunk travels with the commit.
      if (this.#count < this.#held.length || this.#offset + this.#count === sizeBytes) break;
      this.#send({ action: WriteAction.WRITE, offset: BigInt(this.#offset), data: this.#held });
      this.#chunks.send(this.#held);
      this.#offset += this.#count;
      this.#count = 0;
      let next = this.#chunks.another(this.#left);
      while (!next) next = await this.#free();
      this.#held = next;
    }
  }

  /** The most that a chunk from here on can hold. */
  get #left(): number {
    const { sizeBytes } = this.#options;
    return sizeBytes === undefined ? Infinity : Math.max(0, sizeBytes - this.#offset);
  }

  /** Waits until the daemon has taken a chunk. @returns One to fill, unless others need it more. */
  async #free(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    await this.#answer();
    return this.#chunks.answered(this.#left);
  }

  /** Stores all that was pushed so far: before a failure, so that the next write can go on there. */
  async flush(): Promise<void> {
    if (this.#count === 0) return;
    const data = this.#held.subarray(0, this.#count);
    await this.#call({ action: WriteAction.WRITE, offset: BigInt(this.#offset), data });
    this.#offset += this.#count;
    this.#count = 0;
  }

  /** Commits what was pushed, and ends the call. */
  finish(): Promise<WrittenContent> {
    return this.#settle(() => this.#end());
  }

  /** Ends the call after a failure: what comes of it is `error`, or a blob that is there. */
  fail(error: unknown): Promise<WrittenContent> {
    return this.#settle(() => Promise.reject(error));
  }

  async #end(): Promise<WrittenContent> {
    const total = this.#offset + this.#count;
    if (this.#skip > 0) {
      throw new InvalidArgumentError(
        `Cannot go on with ingest "${this.#ref}": it has ${total} bytes, the source only ` +
          `${total - this.#skip}; it is another blob's, abort it`,
      );
    }
    const { sizeBytes } = this.#options;
    if (sizeBytes !== undefined && total !== sizeBytes) throw this.#wrongSize(total);
    return await this.#commit(this.#held.subarray(0, this.#count), this.#offset, total);
  }

  /** Runs the last step, ends the call, and looks at what an error means. */
  async #settle(last: () => Promise<WrittenContent>): Promise<WrittenContent> {
    try {
      return await last().finally(() => this.#close());
    } catch (error) {
      const { ref, signal } = this.#options;
      const digest = this.#options.digest ?? existingDigest(error);
      if (error instanceof AlreadyExistsError && digest) {
        const { info } = await this.#context.api.content.info({ digest }, { signal });
        return { digest, sizeBytes: Number(info?.size ?? 0), existed: true };
      }
      if (!ref) {
        // The ingest may not exist any more; what counts is the first error.
        await abortIngest(this.#context, this.#ref).catch(() => {});
      }
      throw error;
    }
  }

  async #commit(data: Uint8Array, offset: number, total: number): Promise<WrittenContent> {
    try {
      const response = await this.#call({
        action: WriteAction.COMMIT,
        offset: BigInt(offset),
        data,
        ...this.#expected(),
        total: BigInt(total),
        labels: this.#options.labels ?? {},
      });
      return { digest: parseDigest(response.digest), sizeBytes: total, existed: false };
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
    this.#send(request);
    // Answers come in the order of the requests.
    while (this.#chunks.sent > 0) await this.#free();
    return await this.#answer();
  }

  #send(request: MessageInitShape<typeof WriteContentRequestSchema>): void {
    this.#requests.push({ ref: this.#ref, ...request });
  }

  async #answer(): Promise<{ offset: bigint; digest: string }> {
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

  #locked(cause: unknown): UnavailableError {
    return new UnavailableError(
      `Cannot write ingest "${this.#ref}": another write of that name goes on; wait for it, or ` +
        "choose another name",
      { cause },
    );
  }

  async #close(): Promise<void> {
    this.#requests.end();
    // What was sent is stored, as far as the call goes on: an ingest is not left half-way.
    while (this.#chunks.sent > 0) if (!await this.#taken()) break;
    this.#chunks.release();
    await this.#responses.return?.();
  }

  /** Whether the daemon takes the next chunk that was sent. */
  async #taken(): Promise<boolean> {
    try {
      await this.#free();
      return true;
    } catch {
      return false;
    }
  }
}

/** Which blob there is already, where a digest was not known before its bytes were written. */
function existingDigest(error: unknown): Digest | undefined {
  const text = /content (\S+:[0-9a-f]+): already exists/.exec(String(error))?.[1];
  return text === undefined ? undefined : parseDigest(text);
}
