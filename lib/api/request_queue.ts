/**
 * Requests of a client-streaming call, pushed one by one.
 *
 * @module
 */

/** An async iterable that is fed by {@linkcode push} and ended by {@linkcode end}. */
export class RequestQueue<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  /** Adds a request. What comes after the end is dropped. */
  push(request: T): void {
    if (this.#ended) return;
    this.#waiting.push(request);
    this.#wake?.();
  }

  /** Ends the requests: the call's half-close. Twice is fine. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** For the transport, which is the one consumer. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    while (true) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        yield next;
      } else if (this.#ended) {
        return;
      } else {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
      }
    }
  }
}
