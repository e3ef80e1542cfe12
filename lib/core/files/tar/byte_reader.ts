/**
 * Reads a stream of bytes in pieces of chosen sizes.
 *
 * @module
 */

/** A stream of bytes with a place in it. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();
  #at = 0;
  #offset = 0;

  /** @param source The bytes; {@linkcode close} ends it. */
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** How many bytes were taken so far. */
  get offset(): number {
    return this.#offset;
  }

  /** The next `size` bytes, fewer at the end of the stream; valid until the next call. */
  async take(size: number): Promise<Uint8Array> {
    if (this.#chunk.length - this.#at >= size) return this.#cut(size);
    const parts: Uint8Array[] = [];
    let count = 0;
    while (count < size && (this.#at < this.#chunk.length || await this.#pull())) {
      const part = this.#cut(Math.min(size - count, this.#chunk.length - this.#at));
      parts.push(part);
      count += part.length;
    }
    const whole = new Uint8Array(count);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** Some of the next bytes, at most `max`; none at the end of the stream. */
  async some(max: number): Promise<Uint8Array> {
    if (this.#at >= this.#chunk.length && !await this.#pull()) return new Uint8Array();
    return this.#cut(Math.min(max, this.#chunk.length - this.#at));
  }

  /** Leaves bytes out. @returns How many there were. */
  async skip(size: number): Promise<number> {
    let left = size;
    while (left > 0 && (this.#at < this.#chunk.length || await this.#pull())) {
      left -= this.#cut(Math.min(left, this.#chunk.length - this.#at)).length;
    }
    return size - left;
  }

  /** Ends the source. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #cut(size: number): Uint8Array {
    const part = this.#chunk.subarray(this.#at, this.#at + size);
    this.#at += size;
    this.#offset += size;
    return part;
  }

  async #pull(): Promise<boolean> {
    do {
      const { done, value } = await this.#source.next();
      if (done) return false;
      this.#chunk = value;
    } while (this.#chunk.length === 0);
    this.#at = 0;
    return true;
  }
}
