/**
 * The snapshots of a namespace.
 *
 * @module
 */
import { type FilterTerm, formatFilter } from "../../oci/filter.ts";
import type { Context } from "../context.ts";
import {
  ActiveSnapshot,
  Snapshot,
  type SnapshotInfo,
  snapshotInfo,
  type SnapshotKind,
  SnapshotView,
  statSnapshot,
} from "./snapshot.ts";
import { SnapshotBuilder, type SnapshotParent } from "./builder.ts";
import type { SnapshotTree } from "./tree.ts";
import { chooseSnapshotter, listSnapshotters, type SnapshotterInfo } from "./snapshotter.ts";

/** Which snapshots. */
export interface SnapshotSelection {
  /** The snapshotter; the namespace's by default, else `overlayfs`. */
  snapshotter?: string;
  /** Only those of this kind. */
  kind?: Exclude<SnapshotKind, "unknown">;
  /** Only those that are built on this one directly. */
  parent?: string;
  /** Only those with these labels; `true` for any value. */
  labels?: Readonly<Record<string, string | true>>;
  /** Ends the call. */
  signal?: AbortSignal;
}

/** The snapshots of a namespace: file systems in layers. */
export class Snapshots {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Starts to describe a snapshot: `.prepare()` or `.view()` makes it.
   *
   * @param parent What it is built on: an image, a committed snapshot, or the name of one; nothing
   * for an empty file system.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const ns = davit.namespace("ci");
   * const image = await ns.images.get("alpine:3.20");
   * await using work = await ns.snapshots.from(image).labels({ job: "7" }).prepare();
   * console.log(await work.mounts());
   * await using _done = await work.commit("job-7");
   * ```
   */
  from(parent?: SnapshotParent): SnapshotBuilder {
    return SnapshotBuilder.of(this.#context, parent);
  }

  /**
   * Finds a snapshot by its key or name: an {@linkcode ActiveSnapshot}, a
   * {@linkcode SnapshotView}, or for a committed one a plain {@linkcode Snapshot}.
   *
   * @throws {NotFoundError} when there is none.
   */
  async get(
    key: string,
    options: { snapshotter?: string; signal?: AbortSignal } = {},
  ): Promise<Snapshot> {
    const { name: snapshotter } = await chooseSnapshotter(this.#context, options);
    const record = { key, snapshotter };
    const { kind } = await statSnapshot(this.#context, record, options);
    if (kind === "active") return new ActiveSnapshot(this.#context, record);
    if (kind === "view") return new SnapshotView(this.#context, record);
    return new Snapshot(this.#context, record);
  }

  /** Hands out the snapshots as they arrive, whatever their number. Leaving the loop ends it. */
  async *walk(
    selection: SnapshotSelection = {},
  ): AsyncGenerator<SnapshotInfo, void, undefined> {
    const { name: snapshotter } = await chooseSnapshotter(this.#context, selection);
    const filters = filtersOf(selection);
    const { signal } = selection;
    for await (
      const { info } of this.#context.api.snapshots.list({ snapshotter, filters }, { signal })
    ) {
      for (const item of info) yield snapshotInfo(item);
    }
  }

  /** Lists the snapshots, by key. */
  async list(selection: SnapshotSelection = {}): Promise<SnapshotInfo[]> {
    const found: SnapshotInfo[] = [];
    for await (const info of this.walk(selection)) found.push(info);
    return found.sort((a, b) => a.key < b.key ? -1 : 1);
  }

  /** The snapshots by what they are built on. Prints as a drawing. */
  async tree(
    options: { snapshotter?: string; signal?: AbortSignal } = {},
  ): Promise<SnapshotTree> {
    const { SnapshotTree } = await import("./tree.ts");
    return new SnapshotTree(await this.list(options));
  }

  /** The snapshotters that the daemon offers, by name; asked once a client. */
  async snapshotters(): Promise<readonly SnapshotterInfo[]> {
    return await listSnapshotters(this.#context);
  }
}

function filtersOf(selection: SnapshotSelection): string[] {
  const { kind, parent, labels = {} } = selection;
  const terms: FilterTerm[] = [
    ...(kind === undefined ? [] : [{ field: "kind", is: kind }]),
    ...(parent === undefined ? [] : [{ field: "parent", is: parent }]),
    ...Object.entries(labels).map(([key, value]) => ({
      field: ["labels", key],
      ...(value === true ? {} : { is: value }),
    })),
  ];
  return terms.length === 0 ? [] : [formatFilter(...terms)];
}
