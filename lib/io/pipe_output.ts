/**
 * The reading end of a pipe that a process writes to.
 *
 * @module
 */

/** The reading end of a pipe, and when it ended. */
export class PipeOutput {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #ended = Promise.withResolvers<void>();
  readonly #canceled = Promise.withResolvers<void>();
  /**
   * What the process writes. It waits while nobody reads and the pipe is full. After `cancel()`, or
   * leaving a `for await` early, the rest is read and dropped, so that the process never waits for
   * a reader that is gone.
   */
  readonly readable: ReadableStream<Uint8Array>;

  /** @param source The raw stream of the pipe. */
  constructor(source: ReadableStream<Uint8Array>) {
    const reader = source.getReader();
    this.#reader = reader;
    this.readable = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          // Whoever reads is told; there is nothing more to wait for.
          controller.error(error);
        }
        this.#ended.resolve();
      },
      cancel: () => {
        this.#canceled.resolve();
        void this.#drain();
      },
    }, { highWaterMark: 0 });
  }

  /** Resolves when all was read or dropped. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Resolves when the reader has left before the end. */
  get canceled(): Promise<void> {
    return this.#canceled.promise;
  }

  async #drain(): Promise<void> {
    try {
      while (!(await this.#reader.read()).done);
    } catch { /* the pipe was closed */ }
    this.#ended.resolve();
  }

  /** Closes the pipe, whatever is in it. A reader sees its end. Twice is fine. */
  close(): void {
    this.#reader.cancel().catch(() => {});
    this.#ended.resolve();
  }
}
