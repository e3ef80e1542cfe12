/**
 * Why something is kept, and what would go with it.
 *
 * @module
 */
import { InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import type { Context } from "../context.ts";
import { snapshotterOf } from "../defaults.ts";
import { type Graph, keyOf, type Resource } from "./explain_graph.ts";
import { readGraph, snapshotSizes } from "./explain_records.ts";
import { describePath, describeResource, formatBytes } from "./explain_text.ts";
import { imageName } from "../../oci/reference.ts";

/** What to explain. */
export type ExplainTarget =
  /** An image, by name or as an object. */
  | { readonly image: string | { readonly name: string } }
  /** A blob, by digest. */
  | { readonly content: string }
  /** A snapshot; of the namespace's snapshotter by default. */
  | { readonly snapshot: string; readonly snapshotter?: string };

/** A way from something that is kept for its own sake. */
export interface RootPath {
  /** The image, container, lease or sandbox; or a blob or a snapshot with a label. */
  readonly root: Resource;
  /** Why it is kept: its kind, or the label that does it. */
  readonly why: string;
  /** The steps from there; none where the thing itself is the root. */
  readonly steps: readonly {
    /** The field or label that leads on, such as `"target"` or `"containerd.io/gc.ref.content.l.0"`. */
    readonly via: string;
    /** Where to. */
    readonly to: Resource;
  }[];
}

/** What would be freed. */
export interface Freed {
  /** All of it, in bytes. */
  readonly sizeBytes: number;
  /** The blobs. Their bytes stay on disk while another namespace has them too. */
  readonly content: readonly { readonly digest: string; readonly sizeBytes: number }[];
  /** The snapshots. */
  readonly snapshots: readonly {
    readonly snapshotter: string;
    readonly name: string;
    readonly sizeBytes: number;
  }[];
}

/** Why something is kept, and what would go with it. As a string, it is said in words. */
export class Explanation {
  /** What is explained. */
  readonly resource: Resource;
  /** What keeps it, each by its shortest way; nothing for what the next collection takes. */
  readonly roots: readonly RootPath[];
  /** What would go with the next collection if it were removed: what it alone keeps, and itself. */
  readonly frees: Freed;

  /** For {@linkcode explain}. */
  constructor(resource: Resource, roots: readonly RootPath[], frees: Freed) {
    this.resource = resource;
    this.roots = roots;
    this.frees = frees;
  }

  /** Whether something keeps it. */
  get alive(): boolean {
    return this.roots.length > 0;
  }

  /** What it says, in words, over several lines. */
  toString(): string {
    const { resource, roots, frees } = this;
    const what = describeResource(resource);
    const blobs = frees.content.length;
    const layers = frees.snapshots.length;
    const freed = `${formatBytes(frees.sizeBytes)} in ${blobs} ${blobs === 1 ? "blob" : "blobs"}` +
      ` and ${layers} ${layers === 1 ? "snapshot" : "snapshots"}`;
    if (!this.alive) return `${what} is garbage: the next collection takes it\nFrees ${freed}`;
    const ways = roots.map(({ root, why, steps }) => {
      const reason = why === root.kind ? "" : `, by ${why}`;
      return describePath(`${describeResource(root)}${reason}`, steps);
    });
    return [`${what} is kept by:`, ...ways, `Without it, ${freed} would go`].join("\n");
  }

  /** The same at a prompt. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/**
 * Explains why an image, a blob or a snapshot is kept, and what would be freed without it.
 *
 * Reads the whole namespace: every image, container, lease, blob and snapshot in it.
 *
 * @throws {NotFoundError} when the namespace has no such thing.
 */
export async function explain(
  context: Context,
  target: ExplainTarget,
  options: { signal?: AbortSignal } = {},
): Promise<Explanation> {
  const graph = await readGraph(context, options);
  const resource = await find(context, graph, target);
  const key = keyOf(resource);
  const roots = [...graph.pathsTo(key)].map(([root, edges]): RootPath => ({
    root: graph.get(root)!.resource,
    why: graph.roots.get(root)!,
    steps: edges.map(({ via, to }) => ({ via, to: graph.get(to)!.resource })),
  })).sort((a, b) => a.steps.length - b.steps.length || (keyOf(a.root) < keyOf(b.root) ? -1 : 1));
  return new Explanation(resource, roots, await freedWithout(context, graph, key, options));
}

async function freedWithout(
  context: Context,
  graph: Graph,
  key: string,
  options: { signal?: AbortSignal },
): Promise<Freed> {
  const roots = [...graph.roots.keys()];
  const left = graph.reachable(roots, key);
  // Garbage is compared with what it holds on to itself.
  const before = graph.roots.has(key) || graph.reachable(roots).has(key)
    ? graph.reachable(roots)
    : graph.reachable([key]);
  const gone = [...before].filter((other) => !left.has(other)).map((other) => graph.get(other)!);
  const content = gone.filter(({ resource }) => resource.kind === "content").map((record) => ({
    digest: record.resource.name,
    sizeBytes: record.sizeBytes ?? 0,
  }));
  const layers = gone.map(({ resource }) => resource).filter(({ kind }) => kind === "snapshot");
  const sizes = await snapshotSizes(context, layers, options);
  const snapshots = layers.map(({ name, snapshotter = "" }, i) => ({
    snapshotter,
    name,
    sizeBytes: sizes[i]!,
  }));
  const sizeBytes = [...content, ...snapshots].reduce((sum, each) => sum + each.sizeBytes, 0);
  return { sizeBytes, content, snapshots };
}

async function find(context: Context, graph: Graph, target: ExplainTarget): Promise<Resource> {
  for (const resource of await candidates(context, target)) {
    if (graph.get(keyOf(resource))) return resource;
  }
  const [first] = await candidates(context, target);
  throw new NotFoundError(
    `Cannot explain ${describeResource(first!)}: namespace "${context.namespace}" has none`,
  );
}

async function candidates(context: Context, target: ExplainTarget): Promise<Resource[]> {
  if ("content" in target) return [{ kind: "content", name: target.content }];
  if ("snapshot" in target) {
    const snapshotter = await snapshotterOf(context, target);
    return [{ kind: "snapshot", name: target.snapshot, snapshotter }];
  }
  const { image } = target;
  if (typeof image !== "string") return [{ kind: "image", name: image.name }];
  if (image === "") throw new InvalidArgumentError("Cannot explain an image without a name");
  return [{ kind: "image", name: image }, { kind: "image", name: imageName(image) }];
}
