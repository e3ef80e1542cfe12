/**
 * What two file systems differ in.
 *
 * @module
 */
import { createHasher } from "../../oci/digest.ts";
import type { FileAttributes, FileInfo } from "./info.ts";
import type { OpenFiles } from "./source.ts";
import { type Found, infoOf, type TreeNode } from "./tree.ts";

/** What of a file changed. */
export type ChangedPart =
  | "kind"
  | "content"
  | "mode"
  | "owner"
  | "mtime"
  | "link"
  | "device"
  | "xattrs";

/** A file that is there after, and was not before. */
export interface AddedFile {
  /** What happened. */
  readonly type: "added";
  /** Its absolute path. */
  readonly path: string;
  /** What it is. */
  readonly after: FileInfo;
}

/** A file that is gone. What was in a folder that is gone is listed, too. */
export interface RemovedFile {
  /** What happened. */
  readonly type: "removed";
  /** Its absolute path. */
  readonly path: string;
  /** What it was. */
  readonly before: FileInfo;
}

/** A file that is not as it was. */
export interface ChangedFile {
  /** What happened. */
  readonly type: "changed";
  /** Its absolute path. */
  readonly path: string;
  /** What it was. */
  readonly before: FileInfo;
  /** What it is. */
  readonly after: FileInfo;
  /** What of it changed; a folder's age does not count. */
  readonly parts: readonly ChangedPart[];
}

/** A difference between two file systems. */
export type FileChange = AddedFile | RemovedFile | ChangedFile;

/**
 * Compares two file systems.
 *
 * @param signal Ends it: contents are read where sizes are the same and the blobs are not.
 * @returns The differences, by path; a folder before what is in it.
 */
export async function compareFiles(
  before: OpenFiles,
  after: OpenFiles,
  signal: AbortSignal | undefined,
): Promise<FileChange[]> {
  const pairs = [...pairsOf(before, after)];
  const unsure = pairs.filter(({ old, now }) => old && now && mayDiffer(old.node, now.node));
  const [left, right] = [
    await digests(before, unsure.map(({ old }) => old!.node), signal),
    await digests(after, unsure.map(({ now }) => now!.node), signal),
  ];
  return pairs.flatMap(({ old, now }): FileChange[] => {
    if (!old) return [{ type: "added", path: pathOf(now!), after: infoOf(now!) }];
    if (!now) return [{ type: "removed", path: pathOf(old), before: infoOf(old) }];
    const same = !mayDiffer(old.node, now.node) || left.get(old.node) === right.get(now.node);
    const parts = partsOf(old.node.attributes, now.node.attributes, same);
    if (parts.length === 0) return [];
    return [{ type: "changed", path: pathOf(now), before: infoOf(old), after: infoOf(now), parts }];
  });
}

function pathOf(found: Found): string {
  return infoOf(found).path;
}

interface Pair {
  readonly old: Found | undefined;
  readonly now: Found | undefined;
}

/** The files of both by path. */
function* pairsOf(before: OpenFiles, after: OpenFiles): Generator<Pair, void, undefined> {
  const root = (files: OpenFiles): Found => ({ node: files.tree.root, names: [] });
  const stack: Pair[] = [{ old: root(before), now: root(after) }];
  while (stack.length > 0) {
    const pair = stack.pop()!;
    const { old, now } = pair;
    if (old?.node === now?.node) continue;
    yield pair;
    const [was, is] = [old?.node.children, now?.node.children];
    const names = new Set([...was?.keys() ?? [], ...is?.keys() ?? []]);
    for (const name of [...names].sort().reverse()) {
      stack.push({ old: child(old, name), now: child(now, name) });
    }
  }
}

function child(folder: Found | undefined, name: string): Found | undefined {
  const node = folder?.node.children?.get(name);
  return node && { node, names: [...folder!.names, name] };
}

/** Whether only the bytes can tell if two files have the same content. */
function mayDiffer(old: TreeNode, now: TreeNode): boolean {
  const [a, b] = [old.data, now.data];
  if (old.attributes.kind !== "file" || now.attributes.kind !== "file") return false;
  if (old.attributes.size !== now.attributes.size || now.attributes.size === 0) return false;
  return !(a && b && a.digest === b.digest && a.offset === b.offset);
}

async function digests(
  files: OpenFiles,
  nodes: readonly TreeNode[],
  signal: AbortSignal | undefined,
): Promise<Map<TreeNode, string>> {
  const found = new Map<TreeNode, string>();
  for await (const [node, bytes] of files.contents(nodes, signal)) {
    const hasher = await createHasher();
    for await (const part of bytes) hasher.update(part);
    found.set(node, hasher.digest());
  }
  return found;
}

function partsOf(old: FileAttributes, now: FileAttributes, sameBytes: boolean): ChangedPart[] {
  if (old.kind !== now.kind) return ["kind"];
  const parts: ChangedPart[] = [];
  if (old.size !== now.size || !sameBytes) parts.push("content");
  if (old.linkTo !== now.linkTo) parts.push("link");
  const [a, b] = [old.device, now.device];
  if (a?.major !== b?.major || a?.minor !== b?.minor) parts.push("device");
  if (old.kind !== "symlink" && old.mode !== now.mode) parts.push("mode");
  if (old.uid !== now.uid || old.gid !== now.gid) parts.push("owner");
  if (old.kind !== "directory" && old.mtime.getTime() !== now.mtime.getTime()) parts.push("mtime");
  if (!sameXattrs(old.xattrs, now.xattrs)) parts.push("xattrs");
  return parts;
}

function sameXattrs(old: FileAttributes["xattrs"] = {}, now: FileAttributes["xattrs"] = {}) {
  const keys = Object.keys(old);
  return keys.length === Object.keys(now).length && keys.every((key) => {
    const [a, b] = [old[key]!, now[key]];
    return b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
  });
}
