/**
 * Removes images that nobody needs.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { tryParseReference } from "../../oci/reference.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { diskUsage } from "../garbage/df.ts";
import { collectGarbage } from "../garbage/gc.ts";
import type { Image } from "./image.ts";
import { Images } from "./images.ts";
import { usedImages } from "./in_use.ts";

/** What Kubernetes labels images with that must stay. */
const PINNED_LABEL = "io.cri-containerd.pinned";

/** Options of {@linkcode pruneImages}. */
export interface PruneOptions {
  /**
   * Whether to remove every image that no container is made of, and not only those that have no tag
   * and no other name with one. @default false
   */
  all?: boolean;
  /** Only images that were changed longer ago than this, such as `"24h"`. */
  olderThan?: Duration;
  /** Only images with these labels; `true` for any value. */
  labels?: Readonly<Record<string, string | true>>;
  /** Only tells what would be removed; `freedBytes` is 0. @default false */
  dryRun?: boolean;
  /** Ends it between two images. */
  signal?: AbortSignal;
}

/** What {@linkcode pruneImages} did. */
export interface PrunedImages {
  /** The images whose names were removed, or would be. */
  readonly images: readonly Image[];
  /** How much less the namespace takes, in bytes: blobs and snapshots. */
  readonly freedBytes: number;
}

/**
 * Removes images that nobody needs, and has the daemon collect what only they kept. Images of
 * containers stay, and with them all names of the same target; so do those that Kubernetes pinned.
 */
export async function pruneImages(
  context: Context,
  options: PruneOptions = {},
): Promise<PrunedImages> {
  const { all = false, olderThan, labels, dryRun = false, signal } = options;
  const before = olderThan === undefined
    ? Infinity
    : Date.now() - parseDuration(olderThan, "olderThan");
  const images = new Images(context);
  const known = await images.list({ signal });
  const chosen = labels ? await images.list({ labels, signal }) : known;
  const used = await usedImages(context, signal);
  const usedTargets = new Set(
    known.filter(({ name }) => used.has(name)).map(({ digest }) => digest),
  );
  const tagged = new Set<Digest>(known.filter(hasTag).map(({ digest }) => digest));
  const unneeded = chosen.filter((image) =>
    !usedTargets.has(image.digest) && !used.has(image.name) &&
    image.labels[PINNED_LABEL] !== "pinned" &&
    (image.updatedAt ?? image.createdAt ?? new Date(0)).getTime() < before &&
    (all || !tagged.has(image.digest))
  );
  if (dryRun || unneeded.length === 0) return { images: unneeded, freedBytes: 0 };
  const { totalBytes } = await diskUsage(context, { signal });
  const removed: Image[] = [];
  for (const image of unneeded) {
    throwIfAborted(signal, "removing images");
    try {
      await context.api.images.delete({ name: image.name }, { timeoutMs: CHANGE_TIMEOUT_MS });
      removed.push(image);
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  await collectGarbage(context);
  const after = await diskUsage(context, { signal });
  return { images: removed, freedBytes: Math.max(0, totalBytes - after.totalBytes) };
}

function hasTag({ name }: Image): boolean {
  return tryParseReference(name, { defaultTag: null })?.tag !== undefined;
}
