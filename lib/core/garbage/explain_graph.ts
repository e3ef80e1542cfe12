/**
 * What keeps what alive in a namespace, as containerd's garbage collector sees it (core/metadata,
 * gc.go; docs/garbage-collection.md).
 *
 * @module
 */

/** A thing that can be alive or garbage, or that keeps things alive. */
export interface Resource {
  /** What it is. */
  readonly kind: "image" | "content" | "snapshot" | "container" | "lease" | "sandbox";
  /** A name, a digest, a key or an id. */
  readonly name: string;
  /** Whose snapshot it is. */
  readonly snapshotter?: string;
}

/** A resource's name within a graph. */
export type NodeKey = string;

/** The key of a resource. */
export function keyOf({ kind, name, snapshotter }: Resource): NodeKey {
  return kind === "snapshot" ? `snapshot ${snapshotter}/${name}` : `${kind} ${name}`;
}

/** What leads from one resource to another. */
export interface Edge {
  /** The one that keeps. */
  readonly from: NodeKey;
  /** The one that is kept. */
  readonly to: NodeKey;
  /** By what: a field or a label, such as `"containerd.io/gc.ref.content.l.0"`. */
  readonly via: string;
  /** What `to` itself refers to is not kept by this edge (leases with `gc.flat`). */
  readonly flat: boolean;
}

/** A resource as it stands in the daemon's records. */
export interface GraphRecord {
  /** What it is. */
  readonly resource: Resource;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** What it refers to by its fields. */
  readonly refers?: readonly { readonly to: Resource; readonly via: string }[];
  /** Its size in bytes, where the record has it. */
  readonly sizeBytes?: number;
}

const ROOT = "containerd.io/gc.root";
const EXPIRE = "containerd.io/gc.expire";
const FLAT = "containerd.io/gc.flat";
const REFERENCE = /^containerd\.io\/gc\.(b?ref)\.(content|snapshot|image|container)(?:[./](.*))?$/;

/** Resources of these kinds are kept for their own sake. */
const ROOT_KINDS: readonly Resource["kind"][] = ["image", "container", "lease", "sandbox"];

/** All resources of a namespace, and what keeps them. */
export class Graph {
  readonly #records = new Map<NodeKey, GraphRecord>();
  readonly #from = new Map<NodeKey, Edge[]>();
  readonly #to = new Map<NodeKey, Edge[]>();
  readonly #roots = new Map<NodeKey, string>();

  /**
   * @param records All resources. What they refer to may be missing.
   * @param now When the graph is looked at: things expire.
   */
  constructor(records: Iterable<GraphRecord>, now: Date = new Date()) {
    for (const record of records) this.#records.set(keyOf(record.resource), record);
    for (const [key, record] of this.#records) {
      const why = rootReason(record, now);
      if (why !== undefined) this.#roots.set(key, why);
      const flat = record.resource.kind === "lease" && FLAT in record.labels;
      for (const { to, via } of record.refers ?? []) this.#connect(key, keyOf(to), via, flat);
      for (const label of Object.keys(record.labels)) {
        const reference = readLabel(label, record.labels[label]!);
        if (!reference) continue;
        const other = keyOf(reference.resource);
        if (reference.back) this.#connect(other, key, label, false);
        else this.#connect(key, other, label, false);
      }
    }
  }

  #connect(from: NodeKey, to: NodeKey, via: string, flat: boolean): void {
    const edge = { from, to, via, flat };
    push(this.#from, from, edge);
    push(this.#to, to, edge);
  }

  /** A resource's record. */
  get(key: NodeKey): GraphRecord | undefined {
    return this.#records.get(key);
  }

  /** All records. */
  records(): IterableIterator<[NodeKey, GraphRecord]> {
    return this.#records.entries();
  }

  /** What is kept for its own sake, and why. */
  get roots(): ReadonlyMap<NodeKey, string> {
    return this.#roots;
  }

  /** Everything that is alive as long as `roots` are, without a resource that is taken away. */
  reachable(roots: Iterable<NodeKey>, without?: NodeKey): Set<NodeKey> {
    const alive = new Set<NodeKey>();
    const followed = new Set<NodeKey>();
    const waiting: { key: NodeKey; follow: boolean }[] = [];
    for (const key of roots) waiting.push({ key, follow: true });
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { key, follow } = next;
      if (key === without || !this.#records.has(key)) continue;
      alive.add(key);
      if (!follow || followed.has(key)) continue;
      followed.add(key);
      for (const { to, flat } of this.#from.get(key) ?? []) {
        waiting.push({ key: to, follow: !flat });
      }
    }
    return alive;
  }

  /** For each root that keeps a resource, the shortest way from it. */
  pathsTo(target: NodeKey): Map<NodeKey, readonly Edge[]> {
    const ways = new Map<NodeKey, readonly Edge[]>([[target, []]]);
    const waiting = [target];
    for (let at = 0; at < waiting.length; at++) {
      const key = waiting[at]!;
      for (const edge of this.#to.get(key) ?? []) {
        if (ways.has(edge.from) || !this.#records.has(edge.from)) continue;
        if (edge.flat && key !== target) continue;
        ways.set(edge.from, [edge, ...ways.get(key)!]);
        waiting.push(edge.from);
      }
    }
    return new Map([...ways].filter(([key]) => this.#roots.has(key)));
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Why a resource is a root; `undefined` where it is none. */
function rootReason({ resource, labels }: GraphRecord, now: Date): string | undefined {
  const expire = labels[EXPIRE];
  const at = expire === undefined ? NaN : Date.parse(expire);
  // Images and leases end with their time; content and snapshots are roots until then.
  if (ROOT_KINDS.includes(resource.kind)) {
    const mortal = resource.kind === "image" || resource.kind === "lease";
    if (mortal && at <= now.getTime()) return undefined;
    return resource.kind;
  }
  if (ROOT in labels) return `label ${ROOT}`;
  return at > now.getTime() ? `label ${EXPIRE} (until ${expire})` : undefined;
}

function readLabel(
  label: string,
  value: string,
): { resource: Resource; back: boolean } | undefined {
  const match = REFERENCE.exec(label);
  if (!match) return undefined;
  const [, direction, kind, rest = ""] = match;
  const back = direction === "bref";
  if (kind !== "snapshot") {
    return { resource: { kind: kind as Resource["kind"], name: value }, back };
  }
  // `….snapshot.overlayfs/more`: the snapshotter's name ends at the slash.
  const snapshotter = rest.split("/")[0]!;
  return snapshotter ? { resource: { kind, name: value, snapshotter }, back } : undefined;
}
