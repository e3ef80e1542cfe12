/**
 * What takes how much space in a namespace.
 *
 * @module
 */
import type { Context } from "../context.ts";
import type { NodeKey, Resource } from "./explain_graph.ts";
import { readGraph, snapshotSizes } from "./explain_records.ts";
import { formatBytes, formatTable } from "./explain_text.ts";

/** What an image takes. */
export interface ImageDiskUsage {
  /** Its name. */
  readonly name: string;
  /** Its blobs and snapshots, in bytes. */
  readonly sizeBytes: number;
  /** What of that nothing else keeps, so that it goes with the image. */
  readonly uniqueBytes: number;
  /** Whether any of it is unpacked. */
  readonly unpacked: boolean;
}

/** What a snapshot takes. */
export interface SnapshotDiskUsage {
  /** Whose it is. */
  readonly snapshotter: string;
  /** Its name. */
  readonly name: string;
  /** What it holds beyond its parent, in bytes. */
  readonly sizeBytes: number;
  /** Whether anything keeps it. */
  readonly alive: boolean;
}

/** What the blobs take together. */
export interface ContentDiskUsage {
  /** How many there are. */
  readonly count: number;
  /** Their size in bytes. */
  readonly sizeBytes: number;
  /** What of that nothing keeps: the next collection takes it. */
  readonly garbageBytes: number;
}

/** What takes how much space in a namespace. As a string, it is a table. */
export class DiskUsage {
  /** The images, the largest first. Blobs and snapshots that several have count for each. */
  readonly images: readonly ImageDiskUsage[];
  /** The snapshots, the largest first. */
  readonly snapshots: readonly SnapshotDiskUsage[];
  /** The blobs. Those that other namespaces have too are stored once. */
  readonly content: ContentDiskUsage;

  /** For {@linkcode diskUsage}. */
  constructor(
    images: readonly ImageDiskUsage[],
    snapshots: readonly SnapshotDiskUsage[],
    content: ContentDiskUsage,
  ) {
    this.images = images;
    this.snapshots = snapshots;
    this.content = content;
  }

  /** All blobs and snapshots, in bytes. */
  get totalBytes(): number {
    return this.snapshots.reduce((sum, { sizeBytes }) => sum + sizeBytes, this.content.sizeBytes);
  }

  /** Blobs and snapshots that nothing keeps, in bytes. */
  get garbageBytes(): number {
    return this.snapshots.filter(({ alive }) => !alive)
      .reduce((sum, { sizeBytes }) => sum + sizeBytes, this.content.garbageBytes);
  }

  /** A table of the images, and the sums. */
  toString(): string {
    const { count, sizeBytes } = this.content;
    const snapshotBytes = this.totalBytes - sizeBytes;
    return [
      formatTable(
        ["IMAGE", "SIZE", "UNIQUE"],
        this.images.map((image) => [
          image.name,
          formatBytes(image.sizeBytes),
          formatBytes(image.uniqueBytes),
        ]),
      ),
      `${formatBytes(sizeBytes)} in ${count} blobs, ${formatBytes(snapshotBytes)} in ` +
      `${this.snapshots.length} snapshots; ${formatBytes(this.garbageBytes)} of it is garbage`,
    ].join("\n");
  }

  /** The same at a prompt. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/**
 * Finds out what takes how much space in a namespace.
 *
 * Reads the whole namespace, and asks the daemon for the size of every snapshot; those that are
 * being written to are counted file by file.
 */
export async function diskUsage(
  context: Context,
  options: { signal?: AbortSignal } = {},
): Promise<DiskUsage> {
  const graph = await readGraph(context, options);
  const sizes = new Map<NodeKey, number>();
  const layers: { key: NodeKey; resource: Resource }[] = [];
  for (const [key, { resource, sizeBytes }] of graph.records()) {
    if (resource.kind === "content") sizes.set(key, sizeBytes ?? 0);
    if (resource.kind === "snapshot") layers.push({ key, resource });
  }
  const usages = await snapshotSizes(context, layers.map(({ resource }) => resource), options);
  layers.forEach(({ key }, i) => sizes.set(key, usages[i]!));

  // By how many roots each thing is kept.
  const keepers = new Map<NodeKey, number>();
  const byImage = new Map<string, Set<NodeKey>>();
  for (const root of graph.roots.keys()) {
    const kept = graph.reachable([root]);
    for (const key of kept) keepers.set(key, (keepers.get(key) ?? 0) + 1);
    const { resource } = graph.get(root)!;
    if (resource.kind === "image") byImage.set(resource.name, kept);
  }
  const sum = (keys: Iterable<NodeKey>) => {
    let total = 0;
    for (const key of keys) total += sizes.get(key) ?? 0;
    return total;
  };
  const images = [...byImage].map(([name, kept]) => ({
    name,
    sizeBytes: sum(kept),
    uniqueBytes: sum([...kept].filter((key) => keepers.get(key) === 1)),
    unpacked: [...kept].some((key) => graph.get(key)!.resource.kind === "snapshot"),
  }));
  const snapshots = layers.map(({ key, resource: { name, snapshotter = "" } }) => ({
    snapshotter,
    name,
    sizeBytes: sizes.get(key) ?? 0,
    alive: keepers.has(key),
  }));
  const blobs = [...graph.records()].filter(([, { resource }]) => resource.kind === "content");
  const keys = blobs.map(([key]) => key);
  return new DiskUsage(images.sort(largestFirst), snapshots.sort(largestFirst), {
    count: keys.length,
    sizeBytes: sum(keys),
    garbageBytes: sum(keys.filter((key) => !keepers.has(key))),
  });
}

function largestFirst(
  a: { sizeBytes: number; name: string },
  b: { sizeBytes: number; name: string },
): number {
  return b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1);
}
