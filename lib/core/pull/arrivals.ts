/**
 * Blobs that are awaited while they are fetched.
 *
 * @module
 */
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";

/** Which blobs of a pull are there. */
export class Arrivals {
  readonly #awaited = new Map<Digest, PromiseWithResolvers<void>>();

  /** @param blobs What is going to come. */
  constructor(blobs: readonly Descriptor[]) {
    for (const { digest } of blobs) {
      const arrival = Promise.withResolvers<void>();
      // Nobody may be waiting for it.
      arrival.promise.catch(() => {});
      this.#awaited.set(digest, arrival);
    }
  }

  /** Waits for a blob. Rejects with what {@linkcode fail} was given, if it does not come. */
  async of({ digest }: Descriptor): Promise<void> {
    await this.#awaited.get(digest)?.promise;
  }

  /** A blob is there. */
  arrived({ digest }: Descriptor): void {
    this.#awaited.get(digest)?.resolve();
  }

  /** Nothing else comes. */
  fail(error: unknown): void {
    for (const arrival of this.#awaited.values()) arrival.reject(error);
  }
}
