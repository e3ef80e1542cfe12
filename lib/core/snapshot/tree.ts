/**
 * Snapshots by what they are built on.
 *
 * @module
 */
import type { SnapshotInfo } from "./snapshot.ts";

/** A snapshot with those that are built on it. */
export interface SnapshotNode {
  /** The snapshot. */
  readonly info: SnapshotInfo;
  /** Those that are built on it, the oldest first. */
  readonly children: readonly SnapshotNode[];
}

/** The snapshots of a snapshotter. `String(tree)` draws it. */
export class SnapshotTree {
  /** Those that are built on nothing, the oldest first. */
  readonly roots: readonly SnapshotNode[];

  /** Builds the tree. @param snapshots All snapshots of one snapshotter. */
  constructor(snapshots: readonly SnapshotInfo[]) {
    const keys = new Set(snapshots.map(({ key }) => key));
    const byParent = new Map<string | undefined, SnapshotInfo[]>();
    for (const info of snapshots) {
      // A parent may have gone while they were listed.
      const parent = info.parent !== undefined && keys.has(info.parent) ? info.parent : undefined;
      const siblings = byParent.get(parent);
      if (siblings) siblings.push(info);
      else byParent.set(parent, [info]);
    }
    const nodes = (parent: string | undefined): SnapshotNode[] =>
      (byParent.get(parent) ?? []).sort(byAge)
        .map((info) => ({ info, children: nodes(info.key) }));
    this.roots = nodes(undefined);
  }

  /**
   * Draws the tree, one snapshot a line: its key, digests shortened, and its kind unless it is
   * committed.
   */
  toString(): string {
    return this.roots.flatMap((node) => draw(node, "", "")).join("\n");
  }

  /** For `console.log`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

function byAge(a: SnapshotInfo, b: SnapshotInfo): number {
  const age = (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0);
  return age !== 0 ? age : a.key < b.key ? -1 : 1;
}

function draw(node: SnapshotNode, first: string, rest: string): string[] {
  const { key, kind } = node.info;
  const name = key.replace(/\b(sha256:[0-9a-f]{12})[0-9a-f]{52}\b/g, "$1");
  const line = first + name + (kind === "committed" ? "" : `  (${kind})`);
  const last = node.children.length - 1;
  return [
    line,
    ...node.children.flatMap((child, i) =>
      i === last ? draw(child, `${rest}└─ `, `${rest}   `) : draw(child, `${rest}├─ `, `${rest}│  `)
    ),
  ];
}
