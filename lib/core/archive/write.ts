/**
 * Writes blobs whose digest is known only when they have been read.
 *
 * @module
 */
import { AlreadyExistsError } from "../../errors/errors.ts";
import { createHasher, type Digest } from "../../oci/digest.ts";
import type { ContentStore } from "../content/content.ts";

/**
 * Stores a stream, and hashes it on the way: only so is the digest known of a blob that turns out
 * to be there already.
 *
 * @returns The blob's digest and its size in bytes.
 */
export async function writeUnnamed(
  store: ContentStore,
  source: AsyncIterable<Uint8Array>,
  options: { sizeBytes?: number | undefined; signal?: AbortSignal | undefined } = {},
): Promise<{ digest: Digest; size: number }> {
  const hasher = await createHasher();
  async function* hashed(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const part of source) {
      hasher.update(part);
      yield part;
    }
  }
  try {
    const { digest, sizeBytes: size } = await store.write(hashed(), options);
    return { digest, size };
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    return { digest: hasher.digest(), size: hasher.sizeBytes };
  }
}
