/**
 * Reads all that the garbage collector goes by in a namespace.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import { listContainers } from "../container/list.ts";
import type { Context } from "../context.ts";
import { Graph, type GraphRecord, type Resource } from "./explain_graph.ts";
import { knownPlugins, snapshotterNames } from "../features/plugins.ts";

/** How many calls of one kind are under way at once. */
const PARALLEL = 16;

/** Reads a namespace's graph. The reading takes a moment; what changes meanwhile may be missing. */
export async function readGraph(
  context: Context,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Graph> {
  const lists = await Promise.all([
    images(context, options),
    containers(context, options),
    leases(context, options),
    sandboxes(context, options),
    content(context, options),
    snapshots(context, options),
  ]);
  return new Graph(lists.flat());
}

type Options = { signal?: AbortSignal | undefined };

async function images(context: Context, options: Options): Promise<GraphRecord[]> {
  const { images } = await context.api.images.list({}, options);
  return images.map(({ name, labels, target }) => ({
    resource: { kind: "image", name },
    labels,
    refers: target ? [{ to: { kind: "content", name: target.digest }, via: "target" }] : [],
  }));
}

async function containers(context: Context, options: Options): Promise<GraphRecord[]> {
  const records: GraphRecord[] = [];
  for await (const { id, labels, snapshotter, snapshotKey } of listContainers(context, options)) {
    const snapshot: Resource = { kind: "snapshot", name: snapshotKey, snapshotter };
    records.push({
      resource: { kind: "container", name: id },
      labels,
      refers: snapshotKey ? [{ to: snapshot, via: "snapshotKey" }] : [],
    });
  }
  return records;
}

async function leases(context: Context, options: Options): Promise<GraphRecord[]> {
  const { leases } = await context.api.leases.list({}, options);
  return await inParallel(leases, async ({ id, labels }) => ({
    resource: { kind: "lease", name: id },
    labels,
    refers: (await resourcesOf(context, id, options)).map((to) => ({ to, via: "lease" })),
  }));
}

async function resourcesOf(context: Context, id: string, options: Options): Promise<Resource[]> {
  try {
    const { resources } = await context.api.leases.listResources({ id }, options);
    return resources.flatMap(({ type, id: name }): Resource[] => {
      if (type === "content") return [{ kind: "content", name }];
      if (type === "images") return [{ kind: "image", name }];
      const snapshotter = /^snapshots\/(.+)$/.exec(type)?.[1];
      return snapshotter ? [{ kind: "snapshot", name, snapshotter }] : [];
    });
  } catch (error) {
    // It ended since it was listed.
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}

async function sandboxes(context: Context, options: Options): Promise<GraphRecord[]> {
  const plugins = await knownPlugins(context.session);
  if (!plugins.some(({ type, id }) => type === "io.containerd.grpc.v1" && id === "sandboxes")) {
    return [];
  }
  const { list } = await context.api.sandboxStore.list({}, options);
  return list.map(({ sandboxId, labels }) => ({
    resource: { kind: "sandbox", name: sandboxId },
    labels,
  }));
}

async function content(context: Context, options: Options): Promise<GraphRecord[]> {
  const records: GraphRecord[] = [];
  for await (const { info } of context.api.content.list({}, options)) {
    for (const { digest, labels, size } of info) {
      records.push({
        resource: { kind: "content", name: digest },
        labels,
        sizeBytes: Number(size),
      });
    }
  }
  return records;
}

async function snapshots(context: Context, options: Options): Promise<GraphRecord[]> {
  const lists = (await snapshotterNames(context.session)).map(async (snapshotter) => {
    const records: GraphRecord[] = [];
    for await (const { info } of context.api.snapshots.list({ snapshotter }, options)) {
      for (const { name, labels, parent } of info) {
        const below: Resource = { kind: "snapshot", name: parent, snapshotter };
        records.push({
          resource: { kind: "snapshot", name, snapshotter },
          labels,
          refers: parent ? [{ to: below, via: "parent" }] : [],
        });
      }
    }
    return records;
  });
  return (await Promise.all(lists)).flat();
}

/** How many bytes snapshots take beyond their parents; 0 for those that are gone. */
export function snapshotSizes(
  context: Context,
  snapshots: readonly Resource[],
  options: Options = {},
): Promise<number[]> {
  return inParallel(snapshots, async ({ name, snapshotter }) => {
    try {
      const request = { snapshotter: snapshotter ?? "", key: name };
      const { size } = await context.api.snapshots.usage(request, options);
      return Number(size);
    } catch (error) {
      if (error instanceof NotFoundError) return 0;
      throw error;
    }
  });
}

/** The results, in order, of work of which only some is under way at once. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += PARALLEL) {
    results.push(...await Promise.all(items.slice(at, at + PARALLEL).map(work)));
  }
  return results;
}
