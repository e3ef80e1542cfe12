/**
 * Reads lines and pieces of known length off a stream.
 *
 * @module
 */

/** Reads a stream of bytes piece by piece. */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #buffer: Uint8Array = new Uint8Array();

  /** @param stream What is read; nobody else reads it. */
  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Reads more. `false`: there is no more. */
  async #fill(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) return false;
    if (this.#buffer.length === 0) {
      this.#buffer = value;
    } else {
      const both = new Uint8Array(this.#buffer.length + value.length);
      both.set(this.#buffer);
      both.set(value, this.#buffer.length);
      this.#buffer = both;
    }
    return true;
  }

  /**
   * The next line, without its end; `undefined` when the stream ends before it does.
   *
   * @param maxBytes Longer lines count as none.
   */
  async line(maxBytes: number = 1024 * 1024): Promise<string | undefined> {
    for (let from = 0;;) {
      const end = this.#buffer.indexOf(10, from);
      if (end >= 0) {
        const text = new TextDecoder().decode(this.#buffer.subarray(0, end));
        this.#buffer = this.#buffer.subarray(end + 1);
        return text;
      }
      from = this.#buffer.length;
      if (from > maxBytes || !await this.#fill()) return undefined;
    }
  }

  /** The next `length` bytes; `undefined` when there are not so many. */
  async exactly(length: number): Promise<Uint8Array | undefined> {
    if (this.#buffer.length < length) {
      // Joined once, however many pieces they come in.
      const pieces = [this.#buffer];
      let count = this.#buffer.length;
      while (count < length) {
        const { done, value } = await this.#reader.read();
        if (done) return undefined;
        pieces.push(value);
        count += value.length;
      }
      this.#buffer = new Uint8Array(count);
      let at = 0;
      for (const piece of pieces) {
        this.#buffer.set(piece, at);
        at += piece.length;
      }
    }
    const bytes = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return bytes;
  }

  /** The next piece of whatever length; `undefined` at the end. */
  async some(): Promise<Uint8Array | undefined> {
    if (this.#buffer.length > 0) {
      const bytes = this.#buffer;
      this.#buffer = new Uint8Array();
      return bytes;
    }
    const { done, value } = await this.#reader.read();
    return done ? undefined : value;
  }

  /** Gives the rest up. */
  cancel(): void {
    this.#reader.cancel().catch(() => {/* it has ended */});
  }
}
