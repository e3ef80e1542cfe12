/**
 * Finds the end of a tar in a stream that does not end itself.
 *
 * @module
 */

const BLOCK = 512;
/** Where a header has the size of its entry, and how long that is (POSIX ustar). */
const SIZE_AT = 124;
const SIZE_LENGTH = 12;

/** Follows a tar from header to header until the two empty blocks that end it. */
export class TarEnd {
  readonly #header = new Uint8Array(BLOCK);
  /** How much of the header is there. */
  #filled = 0;
  /** How much of the entry's content is still to come, with its padding. */
  #skip = 0;
  #emptyBlocks = 0;

  /** Whether the end has come. */
  get reached(): boolean {
    return this.#emptyBlocks >= 2;
  }

  /** Looks at the next bytes. */
  push(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0 && !this.reached;) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const part = rest.subarray(0, BLOCK - this.#filled);
      this.#header.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#filled === BLOCK) this.#endHeader();
    }
  }

  #endHeader(): void {
    this.#filled = 0;
    if (this.#header.every((byte) => byte === 0)) {
      this.#emptyBlocks++;
      return;
    }
    this.#emptyBlocks = 0;
    this.#skip = Math.ceil(sizeIn(this.#header) / BLOCK) * BLOCK;
  }
}

/** Octal digits, or a big-endian number where the first bit is set (GNU, for more than 8 GiB). */
function sizeIn(header: Uint8Array): number {
  const field = header.subarray(SIZE_AT, SIZE_AT + SIZE_LENGTH);
  if ((field[0]! & 0x80) === 0) {
    const text = new TextDecoder().decode(field).replace(/[\0 ]+$/, "").trim();
    return text === "" ? 0 : Number.parseInt(text, 8);
  }
  return field.subarray(1).reduce((size, byte) => size * 256 + byte, field[0]! & 0x7f);
}
