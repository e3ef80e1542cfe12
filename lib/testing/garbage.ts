/**
 * The garbage collector: what no root leads to is removed.
 *
 * Roots are images, containers, leases, unfinished writes, and what has the label
 * `containerd.io/gc.root`; from there the collector follows labels `containerd.io/gc.ref.…` and the
 * parents of snapshots (containerd's docs/garbage-collection.md). The fake collects when a delete
 * asks for it, and at no other time; the daemon also does so by itself after many changes.
 *
 * @module
 */
import { ImageDeleteSchema } from "../gen/containerd/events/image_pb.ts";
import { SnapshotRemoveSchema } from "../gen/containerd/events/snapshot_pb.ts";
import type { FakeState, Labels, NamespaceState, SnapshotRecord } from "./state.ts";

const ROOT = "containerd.io/gc.root";
const EXPIRE = "containerd.io/gc.expire";
const FLAT = "containerd.io/gc.flat";
const REF = "containerd.io/gc.ref.";

/** Removes everything that nothing leads to, in all namespaces. */
export function collectGarbage(state: FakeState): void {
  for (const namespace of state.namespaces.values()) {
    dropExpired(state, namespace);
    const marked = new Marking(namespace).run();
    sweepSnapshots(state, namespace, marked);
    for (const digest of [...namespace.content.keys()]) {
      if (!marked.has(contentKey(digest))) namespace.content.delete(digest);
    }
    for (const { ref, leased } of [...namespace.ingests.values()]) {
      if (leased && !marked.has(ingestKey(ref))) namespace.ingests.delete(ref);
    }
  }
  const used = new Set(
    [...state.namespaces.values()].flatMap(({ content }) => [...content.keys()]),
  );
  for (const digest of [...state.blobs.keys()]) if (!used.has(digest)) state.blobs.delete(digest);
}

/** Whether a label says that its time is over. A label that is no date says nothing. */
function isExpired(labels: Labels): boolean {
  return Date.parse(labels[EXPIRE] ?? "") <= Date.now();
}

function dropExpired(state: FakeState, { name: namespace, images, leases }: NamespaceState): void {
  for (const [id, { labels }] of [...leases]) if (isExpired(labels)) leases.delete(id);
  // Older collectors know of times on leases alone.
  if (!state.atLeast(2, 0)) return;
  for (const [name, { labels }] of [...images]) {
    if (!isExpired(labels)) continue;
    images.delete(name);
    state.events.publish(namespace, "/images/delete", ImageDeleteSchema, { name });
  }
}

const contentKey = (digest: string) => `content\0${digest}`;
const ingestKey = (ref: string) => `ingest\0${ref}`;
const imageKey = (name: string) => `image\0${name}`;
const snapshotKey = (snapshotter: string, key: string) => `snapshot\0${snapshotter}\0${key}`;

/** One walk from the roots of a namespace. */
class Marking {
  readonly #namespace: NamespaceState;
  readonly #marked = new Set<string>();
  readonly #open: (() => void)[] = [];

  constructor(namespace: NamespaceState) {
    this.#namespace = namespace;
  }

  run(): ReadonlySet<string> {
    const { images, containers, leases, content, snapshots } = this.#namespace;
    for (const name of images.keys()) this.#image(name);
    for (const { labels, snapshotter, snapshotKey: key } of containers.values()) {
      if (key) this.#snapshot(snapshotter, key);
      this.#labels(labels);
    }
    for (const { labels, resources } of leases.values()) {
      const flat = FLAT in labels;
      for (const [type, ids] of resources) for (const id of ids) this.#resource(type, id, flat);
      if (!flat) this.#labels(labels);
    }
    for (const [digest, { labels }] of content) if (ROOT in labels) this.#content(digest);
    for (const [snapshotter, records] of snapshots) {
      for (const { name, labels } of records.values()) {
        if (ROOT in labels) this.#snapshot(snapshotter, name);
      }
    }
    for (let next = this.#open.pop(); next; next = this.#open.pop()) next();
    return this.#marked;
  }

  /** Marks a thing; what it leads to is looked at once. */
  #mark(key: string, follow: () => void): void {
    if (this.#marked.has(key)) return;
    this.#marked.add(key);
    this.#open.push(follow);
  }

  #resource(type: string, id: string, flat: boolean): void {
    const [kind, snapshotter = ""] = type.split("/");
    if (flat) {
      this.#marked.add(
        kind === "snapshots"
          ? snapshotKey(snapshotter, id)
          : kind === "content"
          ? contentKey(id)
          : ingestKey(id),
      );
    } else if (kind === "content") this.#content(id);
    else if (kind === "ingests") this.#mark(ingestKey(id), () => {});
    else if (kind === "images") this.#image(id);
    else if (kind === "snapshots") this.#snapshot(snapshotter, id);
  }

  #image(name: string): void {
    const image = this.#namespace.images.get(name);
    if (!image) return;
    this.#mark(imageKey(name), () => {
      if (image.target) this.#content(image.target.digest);
      this.#labels(image.labels);
    });
  }

  #content(digest: string): void {
    const labels = this.#namespace.content.get(digest)?.labels;
    if (labels) this.#mark(contentKey(digest), () => this.#labels(labels));
  }

  #snapshot(snapshotter: string, key: string): void {
    const record = this.#namespace.snapshots.get(snapshotter)?.get(key);
    if (!record) return;
    this.#mark(snapshotKey(snapshotter, key), () => {
      if (record.parent) this.#snapshot(snapshotter, record.parent);
      this.#labels(record.labels);
    });
  }

  /** `content`, `content.NAME`, `snapshot.SNAPSHOTTER`, `snapshot.SNAPSHOTTER/NAME`, `image.NAME`. */
  #labels(labels: Labels): void {
    for (const [label, value] of Object.entries(labels)) {
      if (!label.startsWith(REF)) continue;
      const [, kind, rest = ""] = /^(content|snapshot|image)(?:[./](.*))?$/.exec(
        label.slice(REF.length),
      ) ?? [];
      if (kind === "content") this.#content(value);
      else if (kind === "image") this.#image(value);
      else if (kind === "snapshot") this.#snapshot(rest.replace(/\/.*$/, ""), value);
    }
  }
}

/** Children go before their parents. */
function sweepSnapshots(
  state: FakeState,
  { name: namespace, snapshots }: NamespaceState,
  marked: ReadonlySet<string>,
): void {
  for (const [snapshotter, records] of snapshots) {
    const depth = (record: SnapshotRecord): number => {
      const parent = records.get(record.parent);
      return parent ? depth(parent) + 1 : 0;
    };
    const garbage = [...records.values()].filter(({ name }) =>
      !marked.has(snapshotKey(snapshotter, name))
    ).sort((a, b) => depth(b) - depth(a));
    for (const { name: key } of garbage) {
      records.delete(key);
      const event = { key, ...(state.atLeast(1, 7) ? { snapshotter } : {}) };
      state.events.publish(namespace, "/snapshot/remove", SnapshotRemoveSchema, event);
    }
  }
}
