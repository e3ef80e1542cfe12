/**
 * What is in a namespace.
 *
 * @module
 */
import { listContainers } from "../container/list.ts";
import type { Context } from "../context.ts";
import { knownPlugins, snapshotterNames } from "../features/plugins.ts";

/** A snapshot in a namespace. */
export interface HeldSnapshot {
  readonly snapshotter: string;
  readonly name: string;
  readonly parent: string;
}

/** Everything in a namespace, by name. */
export interface NamespaceContents {
  readonly tasks: readonly string[];
  readonly containers: readonly {
    readonly id: string;
    readonly snapshotter: string;
    readonly snapshotKey: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
  readonly sandboxes: readonly string[];
  readonly images: readonly string[];
  readonly leases: readonly string[];
  readonly ingests: readonly string[];
  readonly snapshots: readonly HeldSnapshot[];
  readonly blobs: readonly string[];
}

/** Lists everything in a namespace. */
export async function namespaceContents(
  context: Context,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<NamespaceContents> {
  const { api } = context;
  const [{ tasks }, containers, sandboxes, { images }, { leases }, { statuses }] = await Promise
    .all([
      api.tasks.list({}, options),
      Array.fromAsync(
        listContainers(context, options),
        ({ id, snapshotter, snapshotKey, labels }) => ({ id, snapshotter, snapshotKey, labels }),
      ),
      sandboxIds(context, options),
      api.images.list({}, options),
      api.leases.list({}, options),
      api.content.listStatuses({}, options),
    ]);
  const blobs: string[] = [];
  for await (const { info } of api.content.list({}, options)) {
    for (const { digest } of info) blobs.push(digest);
  }
  const snapshots: HeldSnapshot[] = [];
  for (const snapshotter of await snapshotterNames(context.session)) {
    for await (const { info } of api.snapshots.list({ snapshotter }, options)) {
      for (const { name, parent } of info) {
        snapshots.push({ snapshotter, name, parent });
      }
    }
  }
  return {
    tasks: tasks.map(({ id }) => id),
    containers,
    sandboxes,
    images: images.map(({ name }) => name),
    leases: leases.map(({ id }) => id),
    ingests: statuses.map(({ ref }) => ref),
    snapshots,
    blobs,
  };
}

async function sandboxIds(
  context: Context,
  options: { signal?: AbortSignal | undefined },
): Promise<string[]> {
  const plugins = await knownPlugins(context.session);
  if (!plugins.some(({ type, id }) => type === "io.containerd.grpc.v1" && id === "sandboxes")) {
    return [];
  }
  const { list } = await context.api.sandboxStore.list({}, options);
  return list.map(({ sandboxId }) => sandboxId);
}

/** Whether nothing but what the garbage collector may take is there. */
export function onlyGarbageMaybe(contents: NamespaceContents): boolean {
  const { tasks, containers, sandboxes, images, leases } = contents;
  return [tasks, containers, sandboxes, images, leases].every((list) => list.length === 0);
}

/** What is there in words: `"2 containers, 1 image"`; empty for nothing. */
export function describeContents(contents: NamespaceContents): string {
  const counts: [number, string, string][] = [
    [contents.tasks.length, "task", "tasks"],
    [contents.containers.length, "container", "containers"],
    [contents.sandboxes.length, "sandbox", "sandboxes"],
    [contents.images.length, "image", "images"],
    [contents.leases.length, "lease", "leases"],
    [contents.ingests.length, "ingest", "ingests"],
    [contents.snapshots.length, "snapshot", "snapshots"],
    [contents.blobs.length, "blob", "blobs"],
  ];
  return counts.filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`).join(", ");
}
