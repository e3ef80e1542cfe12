/**
 * Messages inside of a gRPC stream: a flag, four bytes of length, the message (gRPC over HTTP2,
 * "Length-Prefixed-Message").
 *
 * @module
 */

import { readUint32 } from "./frames.ts";
import { StatusCode, WireError } from "./wire_error.ts";

/** Length of the prefix in bytes. */
export const PREFIX_LENGTH = 5;

/** Room for a message is made at once up to this size, and grows with what arrives beyond it. */
const EAGER_BYTES = 1_310_720;

/** Cuts the DATA of one stream into messages. */
export class MessageReader {
  readonly #maxBytes: number;
  readonly #onMessage: (message: Uint8Array) => void;
  readonly #prefix = new Uint8Array(PREFIX_LENGTH);
  #prefixLength = 0;
  #message: Uint8Array | undefined;
  #messageLength = 0;
  #filled = 0;

  /**
   * @param maxBytes The largest message to accept.
   * @param onMessage Takes each whole message, in memory of its own.
   */
  constructor(maxBytes: number, onMessage: (message: Uint8Array) => void) {
    this.#maxBytes = maxBytes;
    this.#onMessage = onMessage;
  }

  /** Bytes of a message that is not complete yet, its prefix included. */
  get partialBytes(): number {
    return this.#prefixLength + this.#filled;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @throws {WireError} Internal for a compressed message, ResourceExhausted for a large one.
   */
  push(from: Uint8Array, start: number, end: number): void {
    while (start < end) {
      if (this.#message === undefined) {
        start = this.#readPrefix(from, start, end);
        if (this.#prefixLength < PREFIX_LENGTH) return;
        const first = Math.min(this.#messageLength, EAGER_BYTES);
        this.#message = new Uint8Array(first);
      }
      start = this.#fill(from, start, end);
    }
  }

  #readPrefix(from: Uint8Array, start: number, end: number): number {
    while (this.#prefixLength < PREFIX_LENGTH && start < end) {
      this.#prefix[this.#prefixLength++] = from[start++]!;
    }
    if (this.#prefixLength < PREFIX_LENGTH) return start;
    if (this.#prefix[0] !== 0) {
      throw new WireError(
        StatusCode.Internal,
        this.#prefix[0] === 1
          ? "the server sent a compressed message, which was not offered"
          : `the server sent a message with unknown flags 0x${this.#prefix[0]!.toString(16)}`,
      );
    }
    this.#messageLength = readUint32(this.#prefix, 1);
    if (this.#messageLength > this.#maxBytes) {
      throw new WireError(
        StatusCode.ResourceExhausted,
        `the server sent a message of ${this.#messageLength} bytes, the limit is ${this.#maxBytes}`,
      );
    }
    return start;
  }

  #fill(from: Uint8Array, start: number, end: number): number {
    let message = this.#message!;
    const take = Math.min(this.#messageLength - this.#filled, end - start);
    if (this.#filled + take > message.length) {
      const larger = new Uint8Array(Math.min(this.#messageLength, message.length * 2));
      larger.set(message.subarray(0, this.#filled));
      this.#message = message = larger;
    }
    if (take < 64) {
      for (let i = 0; i < take; i++) message[this.#filled + i] = from[start + i]!;
    } else {
      message.set(from.subarray(start, start + take), this.#filled);
    }
    this.#filled += take;
    if (this.#filled === this.#messageLength) {
      this.#message = undefined;
      this.#filled = 0;
      this.#prefixLength = 0;
      this.#onMessage(message);
    }
    return start + take;
  }
}
