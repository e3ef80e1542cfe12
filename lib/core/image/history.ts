/**
 * How an image came about.
 *
 * @module
 */
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { History } from "../../oci/image_config.ts";
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
  const { config } = resolved;
  const unpacked = await layerBytes(context, resolved, options);
  const entries = layerSteps(resolved).map(({ step, layer, at }): HistoryEntry => {
    const { created, created_by: createdBy = "", author, comment }: History = step ?? {};
    const when = created === undefined ? undefined : new Date(created);
    return {
      createdAt: when && !Number.isNaN(when.getTime()) ? when : undefined,
      createdBy,
      author,
      comment,
      layer,
      diffId: at === undefined ? undefined : config.rootfs.diff_ids[at],
      sizeBytes: at === undefined ? 0 : unpacked?.[at] ?? layer?.size ?? 0,
    };
  });
  return entries.reverse();
}

/** A step of an image's making, and the layer that came of it. */
export interface LayerStep {
  /** What the image says of it; `undefined` of a layer that it says nothing of. */
  readonly step: History | undefined;
  /** The layer; `undefined` for a step that changed no files. */
  readonly layer: Descriptor | undefined;
  /** The layer's number, from 0; `undefined` without one. */
  readonly at: number | undefined;
}

/** The steps of an image's making, from the first, with the layers that came of them. */
export function layerSteps(
  { config, manifest: { layers } }: Pick<ResolvedImage, "config" | "manifest">,
): LayerStep[] {
  const steps = config.history ?? [];
  const told = steps.filter((step) => !step.empty_layer).length;
  let next = 0;
  const take = (step?: History): LayerStep => {
    const at = next++;
    return { step, layer: layers[at], at };
  };
  // Tools that squash or rebase forget to say something of the lowest layers.
  const untold = layers.slice(told).map(() => take());
  return [
    ...untold,
    ...steps.map((step) =>
      step.empty_layer ? { step, layer: undefined, at: undefined } : take(step)
    ),
  ];
}
