/**
 * Where an image is unpacked.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Context } from "../context.ts";
import { snapshotterNames } from "../features/plugins.ts";

/** The snapshotters that have a snapshot of a chain. */
export async function unpackedBy(
  context: Context,
  chainId: Digest,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<string[]> {
  const found: string[] = [];
  for (const snapshotter of await snapshotterNames(context.session)) {
    try {
      await context.api.snapshots.stat({ snapshotter, key: chainId }, { signal: options.signal });
      found.push(snapshotter);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  return found;
}
