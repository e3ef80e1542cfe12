/**
 * The file system that a stage has so far, known from its layers without unpacking them.
 *
 * A layer with `bin/tool` on a base whose `/bin` is a link to `usr/bin` would hide all of `/bin`
 * behind a new folder: containerd applies layers without looking at what is below. So a build
 * follows the base's links first, as Docker's COPY does.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import { PathProblem } from "../core/files/errors.ts";
import { readContent } from "../core/files/content.ts";
import { splitPath } from "../core/files/path.ts";
import { concat } from "../core/files/bytes.ts";
import type { FileTree, TreeNode } from "../core/files/tree.ts";
import { resolveUser } from "../oci/user.ts";
import type { LayerEntry } from "./entry.ts";

const MAX_LINKS = 40;
/** No user database is larger. */
const MAX_DATABASE = 4 * 1024 * 1024;

/** What is at a path, links followed inside the tree; `undefined` where nothing is. */
export function nodeAt(tree: FileTree, path: string): TreeNode | undefined {
  try {
    return tree.find(splitPath(path), true).node;
  } catch (error) {
    if (error instanceof PathProblem) return undefined;
    throw error;
  }
}

/**
 * Where a path leads when all links on the way are followed; parts that are not there stay as they
 * are, and so does a path that runs in circles.
 */
export function resolvePath(tree: FileTree, path: string): string {
  const stack: { name: string; node: TreeNode | undefined }[] = [];
  const rest = path.split("/").reverse();
  for (let followed = 0; rest.length > 0;) {
    const name = rest.pop()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      stack.pop();
      continue;
    }
    const parent = stack.length === 0 ? tree.root : stack.at(-1)!.node;
    const node = parent?.children?.get(name);
    if (node?.attributes.kind !== "symlink") {
      stack.push({ name, node });
      continue;
    }
    if (++followed > MAX_LINKS) return path;
    const target = node.attributes.linkTo ?? "";
    if (target.startsWith("/")) stack.length = 0;
    rest.push(...target.split("/").reverse());
  }
  return `/${stack.map(({ name }) => name).join("/")}`;
}

/**
 * The entries at the places where the tree's links lead, with the folders above that are not there
 * yet. A folder where there is a link already is left out: what is in it goes to where the link
 * leads.
 */
export function placeEntries(
  tree: FileTree,
  entries: readonly LayerEntry[],
  folder: (path: string) => LayerEntry,
): LayerEntry[] {
  const placed = new Map<string, LayerEntry>();
  const resolved = new Map<string, string>();
  const parentOf = (path: string): string => {
    const parent = path.slice(0, path.lastIndexOf("/"));
    let found = resolved.get(parent);
    if (found === undefined) {
      found = resolvePath(tree, parent);
      resolved.set(parent, found);
    }
    return found === "/" ? "" : found;
  };
  const isLink = (path: string) => linkAt(tree, path);
  for (const entry of entries) {
    const isFolder = entry.kind === "directory";
    if (isFolder && isLink(entry.path)) continue;
    const path = `${parentOf(entry.path)}${entry.path.slice(entry.path.lastIndexOf("/"))}`;
    if (isFolder && isLink(path)) continue;
    placed.set(path, { ...entry, path });
  }
  for (const path of [...placed.keys()]) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const above = path.slice(0, at);
      if (placed.has(above) || nodeAt(tree, above)?.children) break;
      placed.set(above, folder(above));
    }
  }
  return [...placed.values()];
}

function linkAt(tree: FileTree, path: string): boolean {
  try {
    return tree.find(splitPath(path), false).node.attributes.kind === "symlink";
  } catch (error) {
    if (error instanceof PathProblem) return false;
    throw error;
  }
}

/** The bytes of a file of the tree; `undefined` where there is none, or it is too large. */
export async function readSmallFile(
  context: Context,
  tree: FileTree,
  path: string,
  signal: AbortSignal | undefined,
  maxBytes: number = MAX_DATABASE,
): Promise<Uint8Array | undefined> {
  const node = nodeAt(tree, path);
  if (node?.attributes.kind !== "file" || node.attributes.size > maxBytes) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of readContent(context, node, JSON.stringify(path), signal)) {
    parts.push(part.slice());
  }
  return concat(parts);
}

/**
 * The numbers of an owner, by the tree's own user database.
 *
 * @param owner `user`, `uid`, `user:group` or `uid:gid`. A number without a group has the same as
 * its group, as COPY --chown has it.
 * @throws {InvalidArgumentError} When the image does not know a name.
 */
export async function ownerIds(
  context: Context,
  owner: string,
  tree: () => Promise<FileTree>,
  signal: AbortSignal | undefined,
): Promise<{ uid: number; gid: number }> {
  const [user = "", group] = owner.split(":");
  const numeric = /^\d+$/;
  if (numeric.test(user) && (group === undefined || numeric.test(group))) {
    return { uid: Number(user), gid: Number(group ?? user) };
  }
  const files = await tree();
  const text = async (path: string) =>
    new TextDecoder().decode(
      await readSmallFile(context, files, path, signal) ?? new Uint8Array(),
    );
  const found = resolveUser(owner, {
    passwd: await text("/etc/passwd"),
    group: await text("/etc/group"),
  });
  return { uid: found.uid, gid: found.gid };
}
