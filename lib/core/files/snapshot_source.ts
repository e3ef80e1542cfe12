/**
 * Files of a snapshot, through the socket alone: the daemon mounts it, makes a tar of what is in it,
 * or unpacks one onto it.
 *
 * @module
 */
import type { Descriptor } from "../../oci/descriptor.ts";
import { OCI } from "../../oci/media_types.ts";
import { writeUnnamed } from "../archive/write.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { Leases, underLease } from "../lease/leases.ts";
import { applyDiff, diff } from "../snapshot/diff.ts";
import type { FileSystemMount } from "../snapshot/mounts.ts";
import { removeSnapshot, type SnapshotInfo, statSnapshot } from "../snapshot/snapshot.ts";
import { compareFiles, type FileChange } from "./compare.ts";
import { indexOf, openTree } from "./image_source.ts";
import { indexLayer, type LayerIndex } from "./layer_index.ts";
import type { OpenFiles, WritableSource } from "./source.ts";
import { type LayerParts, layerTar } from "./part.ts";
import { FileTree } from "./tree.ts";

/** Which snapshot. */
export interface SnapshotId {
  /** Its key, or its name. */
  readonly key: string;
  /** Its snapshotter. */
  readonly snapshotter: string;
}

/** The layers that a snapshot is built on, where they are known and there. */
export type LayersOf = (parent: string, signal?: AbortSignal) => Promise<
  readonly Descriptor[] | undefined
>;

/** The files of a snapshot. */
export class SnapshotSource implements WritableSource {
  readonly #context: Context;
  readonly #id: SnapshotId;
  readonly #layersOf: LayersOf | undefined;
  /** What it is, for messages. */
  readonly label: string;

  /** @param layersOf Finds its parent's layers: then only what differs from those is read. */
  constructor(context: Context, id: SnapshotId, label: string, layersOf?: LayersOf) {
    this.#context = context;
    this.#id = id;
    this.#layersOf = layersOf;
    this.label = label;
  }

  /** Looks at it as it is now. */
  async open(signal: AbortSignal | undefined): Promise<OpenFiles> {
    const lease = await new Leases(this.#context).create({ signal });
    try {
      const context = this.#context.withLease(lease.id);
      const info = await statSnapshot(context, this.#id, { signal });
      const known = info.kind === "active" && info.parent
        ? await this.#layersOf?.(info.parent, signal)
        : undefined;
      const indexes = known ? await this.#indexes(context, known) : [];
      const parent = known ? info.parent : undefined;
      indexes.push(await this.#tarOf(context, info, parent, signal));
      return {
        ...openTree(context, FileTree.of(indexes), this.label),
        [Symbol.asyncDispose]: () => lease[Symbol.asyncDispose](),
      };
    } catch (error) {
      await lease[Symbol.asyncDispose]().catch(() => {/* the first error counts */});
      throw error;
    }
  }

  /** What it differs in from its parent. */
  async changes(signal: AbortSignal | undefined): Promise<FileChange[]> {
    return await underLease(this.#context, async (context) => {
      const info = await statSnapshot(context, this.#id, { signal });
      const { parent } = info;
      const base = parent === undefined ? [] : await this.#base(context, parent, signal);
      const delta = await this.#tarOf(context, info, parent, signal);
      const open = (indexes: readonly LayerIndex[]) =>
        openTree(context, FileTree.of(indexes), this.label);
      return await compareFiles(open(base), open([...base, delta]), signal);
    });
  }

  /** Puts files on top. */
  async apply(parts: LayerParts, signal: AbortSignal | undefined): Promise<void> {
    await underLease(this.#context, async (context) => {
      const blob = await writeUnnamed(new ContentStore(context), layerTar(parts), { signal });
      const { mounts } = await context.api.snapshots.mounts(this.#id, { signal });
      // Tied to no signal: one that is broken off half-way has done some of it.
      await applyDiff(context, { mediaType: OCI.layer, ...blob }, forUnpacking(mounts));
    });
  }

  async #base(
    context: Context,
    parent: string,
    signal: AbortSignal | undefined,
  ): Promise<LayerIndex[]> {
    const known = await this.#layersOf?.(parent, signal);
    if (known) return await this.#indexes(context, known);
    const committed = { key: parent, kind: "committed" } as const;
    return [await this.#tarOf(context, committed, undefined, signal)];
  }

  #indexes(context: Context, layers: readonly Descriptor[]): Promise<LayerIndex[]> {
    return Promise.all(layers.map((layer) => indexOf(context, layer, this.label)));
  }

  /** What is in it, or what of it differs from `parent`, as a tar in the store. */
  async #tarOf(
    context: Context,
    { key, kind }: Pick<SnapshotInfo, "key" | "kind">,
    parent: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<LayerIndex> {
    const { snapshotter } = this.#id;
    await using views = new Views(context, snapshotter);
    const right = kind === "committed"
      ? await views.of(key)
      : (await context.api.snapshots.mounts({ snapshotter, key }, { signal })).mounts;
    const left = parent === undefined ? [] : await views.of(parent);
    const tar = await diff(context, {
      left: forAMoment(left),
      right: forAMoment(right),
      mediaType: OCI.layer,
      signal,
    });
    return await indexLayer(context, tar, this.label, signal);
  }
}

/** Views of committed snapshots, as long as they are needed. */
export class Views implements AsyncDisposable {
  readonly #context: Context;
  readonly #snapshotter: string;
  readonly #keys: string[] = [];

  /** @param context With a lease, so that nothing stays when this process is killed. */
  constructor(context: Context, snapshotter: string) {
    this.#context = context;
    this.#snapshotter = snapshotter;
  }

  /** The mounts of a view. */
  async of(parent: string): Promise<readonly FileSystemMount[]> {
    const key = `davit-view-${crypto.randomUUID()}`;
    const snapshotter = this.#snapshotter;
    this.#keys.push(key);
    const { mounts } = await this.#context.api.snapshots.view({ snapshotter, key, parent }, {
      timeoutMs: CHANGE_TIMEOUT_MS,
    });
    return mounts;
  }

  /** Removes them. */
  async [Symbol.asyncDispose](): Promise<void> {
    const snapshotter = this.#snapshotter;
    for (const key of this.#keys) await removeSnapshot(this.#context, { key, snapshotter });
  }
}

/**
 * Mounts of a snapshot as the daemon can mount them for a moment: nothing is mounted below its
 * folder, so that `rbind` means `bind`, which can be undone.
 */
export function forAMoment(mounts: readonly FileSystemMount[]): FileSystemMount[] {
  return mounts.map((mount) => ({
    ...mount,
    options: mount.options.map((option) => option === "rbind" ? "bind" : option),
  }));
}

/**
 * The same for unpacking onto them. Where containerd sees the upper folder of an overlay, it unpacks
 * right into that, where it can neither delete what is there nor follow links of the layers below.
 * So that option is handed over together with another.
 */
function forUnpacking(mounts: readonly FileSystemMount[]): FileSystemMount[] {
  return forAMoment(mounts).map((mount) => {
    const of = (name: string) => mount.options.find((option) => option.startsWith(`${name}=`));
    const [upper, work] = [of("upperdir"), of("workdir")];
    if (mount.type !== "overlay" || !upper || !work) return mount;
    const others = mount.options.filter((option) => option !== upper && option !== work);
    return { ...mount, options: [`${work},${upper}`, ...others] };
  });
}
