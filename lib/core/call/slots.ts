/**
 * How many do something at once.
 *
 * @module
 */

interface Place {
  readonly limit: number;
  readonly begin: () => void;
}

/** Lets so many in, and the others in the order in which they came, as those leave. */
export class Slots {
  readonly #count: number;
  readonly #waiting = new Set<Place>();
  #taken = 0;

  /** @param count How many are in at once. */
  constructor(count: number) {
    this.#count = count;
  }

  /**
   * Waits for room.
   *
   * @param signal Ends the wait: this lets in at once then, and whoever came has to see himself that
   * there is nothing left to do.
   * @param limit How many may be in, this one included, where that is more than the usual.
   * @returns Leaves. Twice is fine.
   */
  async enter(signal: AbortSignal, limit: number = this.#count): Promise<() => void> {
    if (signal.aborted || (this.#waiting.size === 0 && this.#hasRoom(limit))) this.#taken++;
    else await this.#wait(signal, limit);
    let inside = true;
    return () => {
      if (inside) this.#leave();
      inside = false;
    };
  }

  async #wait(signal: AbortSignal, limit: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const place = { limit, begin: resolve };
    const giveUp = (): void => {
      if (this.#waiting.has(place)) this.#admit(place);
    };
    this.#waiting.add(place);
    signal.addEventListener("abort", giveUp);
    await promise;
    signal.removeEventListener("abort", giveUp);
  }

  #hasRoom(limit: number): boolean {
    return this.#taken < Math.max(limit, this.#count);
  }

  #admit(place: Place): void {
    this.#waiting.delete(place);
    this.#taken++;
    place.begin();
  }

  #leave(): void {
    this.#taken--;
    for (const place of this.#waiting) {
      if (!this.#hasRoom(place.limit)) return;
      this.#admit(place);
    }
  }
}
