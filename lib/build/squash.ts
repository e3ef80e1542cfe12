/**
 * Makes one layer of the layers of a stage.
 *
 * @module
 */
import { ContentStore } from "../core/content/content.ts";
import { Snapshots } from "../core/snapshot/snapshots.ts";
import { holdLayer, keyOf, labelLayer } from "./cache.ts";
import { chainOf, draftImage, writeManifest } from "../core/image/documents.ts";
import { writeLayer } from "./layer.ts";
import { rewriteLayer } from "./rewrite.ts";
import { changesOf } from "./run_step.ts";
import type { StageState } from "./stage_run.ts";
import type { BuildWork } from "./work.ts";

/**
 * The same files in one layer on the base. The daemon compares the two file systems.
 *
 * @param base What the stage started from.
 * @param state What it has come to.
 */
export async function squashStage(
  work: BuildWork,
  base: StageState,
  state: StageState,
): Promise<StageState> {
  const { context, platform, snapshotter, created, format, signal, cache, resume } = work;
  const below = base.config.rootfs.diff_ids.length;
  if (state.config.rootfs.diff_ids.length <= below + 1) return state;
  const parent = await chainOf(base.config.rootfs.diff_ids);
  const top = await chainOf(state.config.rootfs.diff_ids);
  const key = await keyOf(["squash", parent, top, created.getTime(), format]);
  let layer = work.options.noCache ? undefined : cache.get(key);
  if (layer && !await holdLayer(context, layer.descriptor.digest, signal)) layer = undefined;
  if (!layer) {
    const target = await writeManifest(context, state, signal);
    await draftImage(context, "davit.build/squash", target).unpack({
      platform,
      snapshotter,
      signal,
    });
    await using view = await new Snapshots(context).from(top).snapshotter(snapshotter)
      .view({ signal });
    const changes = await changesOf(
      context,
      { key: view.key, parent: parent === "" ? undefined : parent, snapshotter },
      signal,
    );
    const tar = rewriteLayer(changes, {
      epoch: created,
      mountPoints: new Set(),
      before: () => undefined,
    });
    layer = { ...await writeLayer(new ContentStore(context), tar, format, signal), step: key };
    await labelLayer(context, { step: key, full: key }, layer, signal);
    await resume.hold(layer.descriptor.digest);
  }
  work.used.layers.add(layer.descriptor.digest);
  const { config } = state;
  const told = (config.history ?? []).filter(({ empty_layer: empty }) => !empty).length;
  // The base's history stays; what the steps made is one layer now.
  let keep = below - (config.rootfs.diff_ids.length - told);
  const history = (config.history ?? []).map((entry) => {
    if (entry.empty_layer) return entry;
    return keep-- > 0 ? entry : { ...entry, empty_layer: true };
  });
  const at = config.created;
  return {
    config: {
      ...config,
      rootfs: {
        type: "layers",
        diff_ids: [...config.rootfs.diff_ids.slice(0, below), layer.diffId],
      },
      history: [...history, { ...(at ? { created: at } : {}), created_by: "SQUASH" }],
    },
    layers: [...state.layers.slice(0, base.layers.length), layer.descriptor],
  };
}
