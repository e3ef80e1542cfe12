/**
 * Batched writes: what one turn of the event loop produces goes out in one write.
 *
 * @module
 */

import type { ByteConn } from "./dial.ts";

const INITIAL_BYTES = 16_384;
/** Larger buffers are given up after use. */
const KEEP_BYTES = 1_048_576;

/** Above this many waiting bytes, streams stop adding DATA until some are written. */
export const HIGH_WATER_BYTES = 524_288;

/** The frames that wait to be written to a connection. */
export class Outbox {
  readonly #conn: ByteConn;
  readonly #onDrained: () => void;
  readonly #onError: (error: unknown) => void;
  #buffer: Uint8Array = new Uint8Array(INITIAL_BYTES);
  #spare: Uint8Array | undefined = new Uint8Array(INITIAL_BYTES);
  #length = 0;
  #writing = 0;
  #busy = false;
  #dead = false;
  #idle: (() => void)[] = [];

  /**
   * @param conn Where to write.
   * @param onDrained Called when everything has been written.
   * @param onError Called once, when a write fails; the outbox swallows everything after that.
   */
  constructor(conn: ByteConn, onDrained: () => void, onError: (error: unknown) => void) {
    this.#conn = conn;
    this.#onDrained = onDrained;
    this.#onError = onError;
  }

  /** Bytes that are not written yet. */
  get pending(): number {
    return this.#length + this.#writing;
  }

  /** The buffer to fill after {@linkcode Outbox.reserve}; it changes with every reservation. */
  get buffer(): Uint8Array {
    return this.#buffer;
  }

  /** Makes room and counts it as filled. @returns Where in {@linkcode Outbox.buffer} it begins. */
  reserve(bytes: number): number {
    const at = this.#length;
    const needed = at + bytes;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, at));
      this.#buffer = larger;
    }
    this.#length = needed;
    if (!this.#busy) {
      this.#busy = true;
      queueMicrotask(this.#run);
    }
    return at;
  }

  /** Adds a whole frame. */
  push(frame: Uint8Array): void {
    const at = this.reserve(frame.length);
    this.#buffer.set(frame, at);
  }

  /** Resolves when nothing waits any more, also where writing has failed. */
  flushed(): Promise<void> {
    if (!this.#busy) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  readonly #run = async (): Promise<void> => {
    try {
      while (this.#length > 0 && !this.#dead) {
        const batch = this.#buffer;
        this.#writing = this.#length;
        this.#buffer = this.#spare ?? new Uint8Array(INITIAL_BYTES);
        this.#spare = undefined;
        this.#length = 0;
        const end = this.#writing;
        for (let at = 0; at < end;) {
          const written = await this.#conn.write(batch.subarray(at, end));
          // A connection that takes nothing would keep this loop busy for ever.
          if (!(written > 0)) throw new Error("a write took no bytes");
          at += written;
          this.#writing = end - at;
        }
        if (batch.length <= KEEP_BYTES) this.#spare = batch;
        if (this.#length < HIGH_WATER_BYTES) this.#onDrained();
      }
    } catch (error) {
      this.#dead = true;
      this.#onError(error);
    }
    this.#busy = false;
    this.#length = this.#dead ? 0 : this.#length;
    this.#writing = 0;
    for (const resolve of this.#idle.splice(0)) resolve();
  };
}
