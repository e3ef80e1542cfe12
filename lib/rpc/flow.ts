/**
 * Flow control of HTTP/2 (RFC 9113 section 5.2): one window for what we may send, one for what the
 * peer may.
 *
 * @module
 */

import { MAX_WINDOW } from "./frames.ts";

/** How many bytes of DATA may be sent. It may go below zero when the peer lowers its setting. */
export class SendWindow {
  /** Bytes that may be sent now. */
  available: number;

  /** @param size The initial size in bytes. */
  constructor(size: number) {
    this.available = size;
  }

  /**
   * Adds what the peer grants, which may be negative after SETTINGS.
   *
   * @returns False where the window would pass 2^31 - 1, which is an error of the peer.
   */
  grow(bytes: number): boolean {
    this.available += bytes;
    return this.available <= MAX_WINDOW;
  }
}

/** How many bytes of DATA the peer may send, and how many of them can be granted anew. */
export class ReceiveWindow {
  readonly #size: number;
  #available: number;
  #owed = 0;

  /** @param size The size that the peer was told, in bytes. */
  constructor(size: number) {
    this.#size = size;
    this.#available = size;
  }

  /** Counts bytes that came. @returns False where the peer sent more than it was allowed to. */
  receive(bytes: number): boolean {
    this.#available -= bytes;
    return this.#available >= 0;
  }

  /**
   * Gives bytes back to the peer, once they are no longer held here.
   *
   * @returns The increment to send in WINDOW_UPDATE, or 0 as long as waiting for more saves frames.
   */
  release(bytes: number): number {
    this.#owed += bytes;
    if (this.#owed * 2 < this.#size) return 0;
    const increment = this.#owed;
    this.#available += increment;
    this.#owed = 0;
    return increment;
  }
}
