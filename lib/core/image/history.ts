/**
 * How an image came about.
 *
 * @module
 */
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Context } from "../context.ts";
import type { ResolvedImage } from "./resolve.ts";
import { layerBytes } from "./usage.ts";

/** A step of an image's making. */
export interface HistoryEntry {
  /** When; `undefined` where the image does not say. */
  readonly createdAt: Date | undefined;
  /** By which command; empty where the image does not say. */
  readonly createdBy: string;
  /** By whom. */
  readonly author: string | undefined;
  /** A remark. */
  readonly comment: string | undefined;
  /** The layer that came of it; `undefined` for a step that changed no files. */
  readonly layer: Descriptor | undefined;
  /** The digest of the uncompressed layer. */
  readonly diffId: Digest | undefined;
  /**
   * Size of the unpacked layer in bytes; of the layer as it is stored where it is not unpacked, and
   * 0 without one.
   */
  readonly sizeBytes: number;
}

/**
 * The steps of an image's making, the newest first, as `docker history` lists them. Layers that the
 * image says nothing of come last.
 *
 * @param resolved The platform's manifest and configuration.
 */
export async function imageHistory(
  context: Context,
  resolved: ResolvedImage,
  options: { snapshotter?: string; signal?: AbortSignal } = {},
): Promise<HistoryEntry[]> {
  const { config, manifest } = resolved;
  const unpacked = await layerBytes(context, resolved, options);
  const steps = config.history ?? [];
  const told = steps.filter((step) => !step.empty_layer).length;
  const entries: HistoryEntry[] = [];
  let next = 0;
  const take = (): Pick<HistoryEntry, "layer" | "diffId" | "sizeBytes"> => {
    const layer = manifest.layers[next];
    const diffId = config.rootfs.diff_ids[next];
    const sizeBytes = unpacked?.[next] ?? layer?.size ?? 0;
    next++;
    return { layer, diffId, sizeBytes };
  };
  const untold = { createdAt: undefined, createdBy: "", author: undefined, comment: undefined };
  // Tools that squash or rebase forget to say something of the lowest layers.
  for (let i = told; i < manifest.layers.length; i++) entries.push({ ...untold, ...take() });
  for (const { created, created_by: createdBy = "", author, comment, empty_layer } of steps) {
    const at = created === undefined ? undefined : new Date(created);
    entries.push({
      createdAt: at && !Number.isNaN(at.getTime()) ? at : undefined,
      createdBy,
      author,
      comment,
      ...(empty_layer ? { layer: undefined, diffId: undefined, sizeBytes: 0 } : take()),
    });
  }
  return entries.reverse();
}
