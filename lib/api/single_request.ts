/**
 * The request of a call that has one request and a stream of answers.
 *
 * @module
 */

/** One request as the stream that transports want, open to those who look at calls. */
export class SingleRequest<T> implements AsyncIterable<T> {
  /** The request. */
  readonly value: T;

  /** @param value The request. */
  constructor(value: T) {
    this.value = value;
  }

  /** Yields the request. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    yield await this.value;
  }
}
