/**
 * The memory of writes of blobs: how much they send ahead of the daemon's answers, all together.
 *
 * @module
 */

/** The largest piece that a blob is cut into; containerd takes messages of up to 16 MiB. */
const MOST_BYTES = 512 * 1024;
/** The smallest, where many writes go on at once. */
const LEAST_BYTES = 128 * 1024;

/** What the chunks take that every write needs to go on: one for each write. */
const NEEDED_BYTES = 3 * 1024 * 1024;
/** What those take that writes have on top. */
const AHEAD_BYTES = 3 * 1024 * 1024;
/** How many one write may have on top. */
const AHEAD_OF_ONE = 3;

/** The writes that go on, the oldest first. */
const writes = new Set<Chunks>();

/**
 * The chunks of one write. One can always be had; more go to the oldest of those writes first that
 * wait for the daemon: an image's lower layers are begun before the upper ones, and unpacking waits
 * for them. They are used again, in the order in which they were sent.
 */
export class Chunks {
  readonly #sent: Uint8Array<ArrayBuffer>[] = [];
  /** All of them. */
  readonly #buffers = new Set<ArrayBuffer>();
  /** Sizes of what this has on top, in bytes. */
  #ahead = 0;
  #aheadCount = 0;

  /** How many are sent and not answered. */
  get sent(): number {
    return this.#sent.length;
  }

  /** The first chunk: begins the write. @param most How much of it can be needed. */
  first(most: number): Uint8Array<ArrayBuffer> {
    writes.add(this);
    return this.#make(Math.min(most, sizeNow()));
  }

  /** A chunk was sent: it may not be touched until it is {@linkcode answered}. */
  send(chunk: Uint8Array<ArrayBuffer>): void {
    this.#sent.push(chunk);
  }

  /** Another chunk; `undefined` when an answer must be waited for. @param most As for the first. */
  another(most: number): Uint8Array<ArrayBuffer> | undefined {
    const bytes = Math.min(most, sizeNow());
    if (this.#aheadCount >= AHEAD_OF_ONE || bytes > this.#left(bytes)) return undefined;
    this.#aheadCount++;
    this.#ahead += bytes;
    return this.#make(bytes);
  }

  /**
   * The oldest that was sent is answered.
   *
   * @returns A chunk to fill: it, or a smaller one; `undefined` when it was left to an older write,
   * so that another answer must be waited for.
   */
  answered(most: number): Uint8Array<ArrayBuffer> | undefined {
    const chunk = this.#sent.shift();
    if (chunk === undefined) return undefined;
    if (this.#aheadCount > 0 && this.#left(chunk.length) < 0) {
      this.#ahead -= this.#ahead / this.#aheadCount--;
      this.#free(chunk.buffer);
      return undefined;
    }
    const bytes = Math.min(most, sizeNow());
    if (chunk.length <= bytes) return chunk;
    this.#free(chunk.buffer);
    return this.#make(bytes);
  }

  /** Ends the write: no chunk may be touched any more. Twice is fine. */
  release(): void {
    writes.delete(this);
    this.#ahead = this.#aheadCount = 0;
    this.#sent.length = 0;
    for (const buffer of this.#buffers) this.#free(buffer);
  }

  #make(bytes: number): Uint8Array<ArrayBuffer> {
    const chunk = new Uint8Array(bytes);
    this.#buffers.add(chunk.buffer);
    return chunk;
  }

  /** Gives memory back at once: the garbage collector sees late what hangs on arrays. */
  #free(buffer: ArrayBuffer): void {
    this.#buffers.delete(buffer);
    buffer.transfer(0);
  }

  /** What is left of the memory on top, once older writes have theirs. */
  #left(bytes: number): number {
    let left = AHEAD_BYTES;
    let older = true;
    for (const write of writes) {
      if (write === this) older = false;
      const first = older && write.#sent.length > 0;
      left -= first ? Math.max(write.#ahead, AHEAD_OF_ONE * bytes) : write.#ahead;
    }
    return left;
  }
}

/** How large a chunk should be now. */
function sizeNow(): number {
  const share = NEEDED_BYTES / Math.max(1, writes.size);
  return Math.max(LEAST_BYTES, Math.min(MOST_BYTES, share));
}
