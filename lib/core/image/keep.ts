/**
 * Ties the blobs of an image together, so that the garbage collector keeps them.
 *
 * @module
 */
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import type { ImageTree } from "../archive/tree.ts";
import type { Context } from "../context.ts";

/**
 * Labels the blobs of a tree, so that its root keeps them once the lease is gone, and puts those on
 * the lease that are not on it yet.
 *
 * @param context With a lease.
 * @param target The root.
 * @param written The blobs that were written under the lease: it holds them already.
 */
export async function keepTree(
  context: Context,
  target: Descriptor,
  tree: ImageTree,
  written: ReadonlySet<Digest>,
): Promise<void> {
  const { content, leases } = context.api;
  const limit = { timeoutMs: CHANGE_TIMEOUT_MS };
  for (const digest of tree.blobs) {
    // The store had it from elsewhere, so that the lease does not hold it yet.
    if (written.has(digest) || digest === target.digest) continue;
    const resource = { id: digest, type: "content" };
    await leases.addResource({ id: context.lease!, resource }, limit);
  }
  for (const [digest, labels] of tree.labels) {
    const paths = Object.keys(labels).map((key) => `labels.${key}`);
    if (paths.length === 0) continue;
    await content.update({ info: { digest, labels }, updateMask: { paths } }, limit);
  }
}
