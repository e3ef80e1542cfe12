/**
 * How much space an image takes.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import { chainIds } from "../../oci/chain_id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Context } from "../context.ts";
import { snapshotterOf } from "../defaults.ts";
import { snapshotterNames } from "../features/plugins.ts";
import { snapshotSizes } from "../garbage/explain_records.ts";
import type { ResolvedImage } from "./resolve.ts";
import { scanImage } from "./scan.ts";

/** How much space an image takes. Other images may share it: `ns.df()` tells what is its alone. */
export interface ImageUsage {
  /** Its blobs that are in the store, of all platforms, in bytes. */
  readonly contentBytes: number;
  /** How many blobs that are. */
  readonly blobs: number;
  /** Its snapshots, of all platforms and snapshotters, in bytes. */
  readonly snapshotBytes: number;
  /** Both. */
  readonly totalBytes: number;
}

/** Adds up what an image takes. */
export async function imageUsage(
  context: Context,
  target: Descriptor,
  options: { signal?: AbortSignal } = {},
): Promise<ImageUsage> {
  const { indexes, manifests } = await scanImage(context, target, options);
  const blobs = new Map<Digest, number>(
    indexes.map(({ descriptor }) => [descriptor.digest, descriptor.size]),
  );
  const chains = new Set<Digest>();
  for (const { blobs: needed, missing, config } of manifests) {
    const gone = new Set(missing.map(({ digest }) => digest));
    for (const { digest, size } of needed) if (!gone.has(digest)) blobs.set(digest, size);
    for (const id of await chainIds(config?.rootfs.diff_ids ?? [])) chains.add(id);
  }
  const snapshots = (await snapshotterNames(context.session)).flatMap((snapshotter) =>
    [...chains].map((name) => ({ kind: "snapshot" as const, name, snapshotter }))
  );
  const sizes = await snapshotSizes(context, snapshots, options);
  const contentBytes = sum([...blobs.values()]);
  const snapshotBytes = sum(sizes);
  const totalBytes = contentBytes + snapshotBytes;
  return { contentBytes, blobs: blobs.size, snapshotBytes, totalBytes };
}

/** How much the unpacked layers take, lowest first; `undefined` when they are not unpacked. */
export async function layerBytes(
  context: Context,
  { config }: ResolvedImage,
  options: { snapshotter?: string; signal?: AbortSignal },
): Promise<number[] | undefined> {
  const chain = await chainIds(config.rootfs.diff_ids);
  const snapshotter = await snapshotterOf(context, options);
  const sizes: number[] = [];
  for (const key of chain) {
    try {
      const request = { snapshotter, key };
      const { size } = await context.api.snapshots.usage(request, { signal: options.signal });
      sizes.push(Number(size));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }
  return sizes;
}

/** How much an unpacked image takes; `undefined` when it is not unpacked. */
export async function chainBytes(
  context: Context,
  resolved: ResolvedImage,
  options: { snapshotter?: string; signal?: AbortSignal },
): Promise<number | undefined> {
  const sizes = await layerBytes(context, resolved, options);
  return sizes && sum(sizes);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
