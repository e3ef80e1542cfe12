/**
 * The bytes of a blob that is to be pushed, checked on the way.
 *
 * @module
 */

import { DavitError, DigestError, InvalidArgumentError } from "../errors/errors.ts";
import { createHasher, type Digest, digestAlgorithm, type Hasher } from "../oci/digest.ts";

/**
 * Where a blob's bytes are: in memory, or in a stream that can be opened at an offset, as often as
 * needed.
 */
export type BlobSourceInit =
  | Uint8Array<ArrayBuffer>
  | ((
    offset: number,
  ) => ReadableStream<Uint8Array<ArrayBuffer>> | Promise<ReadableStream<Uint8Array<ArrayBuffer>>>);

/** So much is read while the registry is busy with what came before. */
const AHEAD_BYTES = 2 * 1024 * 1024;

/** One reading of a blob. */
export class BlobSource {
  /** Why the source failed, once it has. */
  failure: Error | undefined;
  readonly #init: BlobSourceInit;
  readonly #digest: Digest;
  readonly #size: number;
  readonly #what: string;
  readonly #verify: boolean;
  readonly #consume: boolean;

  /**
   * Reads nothing yet.
   *
   * @param target What the bytes must be.
   * @param what For errors: `push blob …`.
   * @param options `verify`: whether they are hashed on their way. `consume`: whether the memory of
   * the source's pieces is given back once they are sent; they are empty then.
   */
  constructor(
    init: BlobSourceInit,
    target: { digest: Digest; size: number },
    what: string,
    { verify = true, consume = false }: {
      verify?: boolean | undefined;
      consume?: boolean | undefined;
    } = {},
  ) {
    this.#init = init;
    this.#digest = target.digest;
    this.#size = target.size;
    this.#what = what;
    this.#verify = verify;
    this.#consume = consume && typeof init === "function";
  }

  /** All bytes. For small blobs. */
  async readAll(): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for await (const chunk of await this.open(0)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  /**
   * The bytes from an offset to the end. The stream fails when they are more or less than the size,
   * or, from offset 0 on, have another digest.
   */
  async open(
    offset: number,
    onProgress?: (sentBytes: number) => void,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const reader = (await this.#openRaw(offset)).getReader();
    const hasher = offset === 0 && this.#verify
      ? await createHasher(digestAlgorithm(this.#digest))
      : undefined;
    let at = offset;
    let sent: ArrayBuffer | undefined;
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: async (controller): Promise<void> => {
        try {
          sent?.transfer(0);
          sent = undefined;
          const { done, value } = await reader.read();
          if (done) {
            this.#checkEnd(at, hasher);
            controller.close();
            return;
          }
          hasher?.update(value);
          at += value.length;
          if (at > this.#size) this.#wrong(`it has more than the ${this.#size} bytes`, "");
          controller.enqueue(value);
          if (this.#consume) sent = value.buffer;
          onProgress?.(at);
        } catch (error) {
          this.failure = this.#asFailure(error);
          await reader.cancel(error).catch(() => {});
          throw this.failure;
        }
      },
      cancel: (reason) => reader.cancel(reason),
      // What is given back must not wait here.
    }, new ByteLengthQueuingStrategy({ highWaterMark: this.#consume ? 0 : AHEAD_BYTES }));
  }

  /** The bytes from an offset on in pieces of one size; the last may be shorter. */
  async *pieces(offset: number, pieceBytes: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    let piece = new Uint8Array(pieceBytes);
    let filled = 0;
    for await (const chunk of await this.open(offset)) {
      let rest = chunk;
      while (rest.length > 0) {
        const part = rest.subarray(0, pieceBytes - filled);
        piece.set(part, filled);
        filled += part.length;
        rest = rest.subarray(part.length);
        if (filled < pieceBytes) continue;
        yield piece;
        piece = new Uint8Array(pieceBytes);
        filled = 0;
      }
    }
    if (filled > 0) yield piece.subarray(0, filled);
  }

  async #openRaw(offset: number): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const init = this.#init;
    if (typeof init === "function") return await init(offset);
    if (init.length !== this.#size) {
      this.#wrong(`it has ${init.length} bytes where the descriptor says ${this.#size}`, "");
    }
    const rest = init.subarray(offset);
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller): void {
        if (rest.length > 0) controller.enqueue(rest);
        controller.close();
      },
    });
  }

  #checkEnd(at: number, hasher: Hasher | undefined): void {
    const actual = hasher?.digest() ?? "";
    if (at < this.#size) {
      this.#wrong(`it ended after ${at} bytes where the descriptor says ${this.#size}`, actual);
    }
    if (hasher && actual !== this.#digest) this.#wrong(`its bytes hash to "${actual}"`, actual);
  }

  #wrong(why: string, actual: string): never {
    throw new DigestError(
      `Cannot ${this.#what}: the source is not what its descriptor says: ${why}`,
      { expected: this.#digest, actual },
    );
  }

  #asFailure(error: unknown): Error {
    if (error instanceof DavitError) return error;
    return new InvalidArgumentError(
      `Cannot ${this.#what}: its source cannot be read: ${
        error instanceof Error ? error.message : error
      }`,
      { cause: error },
    );
  }
}
