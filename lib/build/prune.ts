/**
 * Clears what builds keep for the next ones.
 *
 * @module
 */
import { ContentStore } from "../core/content/content.ts";
import type { Context } from "../core/context.ts";
import { snapshotterOf } from "../core/defaults.ts";
import { Leases } from "../core/lease/leases.ts";
import { removeSnapshot } from "../core/snapshot/snapshot.ts";
import { Snapshots } from "../core/snapshot/snapshots.ts";
import { NotFoundError } from "../errors/errors.ts";
import { CACHE_LABEL, KEEP_LAYER, KEEP_SNAPSHOT } from "./cache.ts";
import { RESUME_PREFIX } from "./resume.ts";
import { MOUNT_LABEL } from "./run_mounts.ts";

/** What was cleared. */
export interface PrunedBuilds {
  /** How many layers are no longer found by builds; those that no image has are collected. */
  readonly layers: number;
  /** How many builds that did not come to their end lost what they had made. */
  readonly unfinished: number;
  /** The names of the cache mounts that were removed. */
  readonly mounts: readonly string[];
}

/**
 * Clears the cache of builds, what unfinished builds have made, and cache mounts; images stay.
 * Garbage is collected before this returns. Builds that go on meanwhile may have to do things twice.
 */
export async function pruneBuilds(
  context: Context,
  options: { snapshotter?: string; signal?: AbortSignal } = {},
): Promise<PrunedBuilds> {
  const { signal } = options;
  const store = new ContentStore(context);
  let layers = 0;
  for (const label of [CACHE_LABEL, `${KEEP_LAYER}0`]) {
    for await (const { digest, labels } of store.list({ labels: { [label]: true }, signal })) {
      const own = Object.keys(labels).filter((key) =>
        key.startsWith("davit.build/") || key.startsWith(KEEP_LAYER) || KEEP_SNAPSHOT.test(key)
      );
      if (label === CACHE_LABEL) layers++;
      await store.label(digest, Object.fromEntries(own.map((key) => [key, ""])), { signal })
        .catch((error) => {
          // Collected just now.
          if (!(error instanceof NotFoundError)) throw error;
        });
    }
  }
  const snapshotter = await snapshotterOf(context, options);
  const mounts: string[] = [];
  const selection = { snapshotter, labels: { [MOUNT_LABEL]: true } as const, signal };
  for (const { key, labels } of await new Snapshots(context).list(selection)) {
    await removeSnapshot(context, { key, snapshotter });
    mounts.push(labels[MOUNT_LABEL]!);
  }
  const leases = await new Leases(context).list({ signal });
  const unfinished = leases.filter(({ id }) => id.startsWith(RESUME_PREFIX));
  for (const lease of unfinished) await lease.delete({ signal });
  const { collectGarbage } = await import("../core/garbage/gc.ts");
  await collectGarbage(context);
  return { layers, unfinished: unfinished.length, mounts };
}
