/**
 * How much writes of blobs send ahead of the daemon's answers.
 *
 * @module
 */

/** What a blob is cut into; containerd takes messages of up to 16 MiB. */
export const CHUNK_BYTES = 1024 * 1024;

/** How many chunks one write sends before it waits for the first answer. */
const MOST_OF_ONE = 3;

/** How many chunks all writes of this process have beside the one that each needs. */
const MOST_OF_ALL = 4;

let taken = 0;

/**
 * The chunks of one write: one can always be had, more as long as other writes leave some. They are
 * used again, in the order in which they were sent.
 */
export class Chunks {
  readonly #sent: Uint8Array<ArrayBuffer>[] = [];
  #more = 0;

  /** How many are sent and not answered. */
  get sent(): number {
    return this.#sent.length;
  }

  /** A chunk was sent: it may not be touched until it is {@linkcode answered}. */
  send(chunk: Uint8Array<ArrayBuffer>): void {
    this.#sent.push(chunk);
  }

  /** Another chunk of so many bytes; `undefined` when an answer must be waited for. */
  another(bytes: number): Uint8Array<ArrayBuffer> | undefined {
    if (this.#more + 1 >= MOST_OF_ONE || taken >= MOST_OF_ALL) return undefined;
    this.#more++;
    taken++;
    return new Uint8Array(bytes);
  }

  /** The oldest that was sent is answered. @returns It, to be filled anew. */
  answered(): Uint8Array<ArrayBuffer> | undefined {
    return this.#sent.shift();
  }

  /** Leaves the chunks to other writes. Twice is fine. */
  release(): void {
    taken -= this.#more;
    this.#more = 0;
    this.#sent.length = 0;
  }
}
