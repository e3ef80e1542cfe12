/**
 * A file system in memory: names and attributes, and where contents are stored.
 *
 * @module
 */
import { PathProblem } from "./errors.ts";
import type { FileAttributes, FileInfo } from "./info.ts";
import type { LayerIndex, LayerItem, StoredData } from "./layer_index.ts";
import { joinPath } from "./path.ts";

/** Symbolic links that Linux follows on the way to one file. */
export const MAX_LINKS = 40;

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/** A file, under any number of names. */
export interface TreeNode {
  /** What it is. */
  attributes: FileAttributes;
  /** Where its content is. */
  data: StoredData | undefined;
  /** What a folder holds. */
  readonly children: Map<string, TreeNode> | undefined;
}

/** Where a path leads. */
export interface Found {
  /** The file. */
  readonly node: TreeNode;
  /** The names on the way to it, free of links. */
  readonly names: readonly string[];
}

const FOLDER: FileAttributes = {
  kind: "directory",
  size: 0,
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: new Date(0),
};

/** A file system in memory. */
export class FileTree {
  readonly #root: TreeNode = folder(FOLDER);
  #size = 1;

  /** The file system that layers make, the lowest first. */
  static of(layers: readonly LayerIndex[]): FileTree {
    const tree = new FileTree();
    for (const { items } of layers) tree.#apply(items);
    return tree;
  }

  /** The root folder. */
  get root(): TreeNode {
    return this.#root;
  }

  /** About how many names there are. */
  get size(): number {
    return this.#size;
  }

  /**
   * Finds a file. Links are followed inside the tree only, as a process with this root would.
   *
   * @param names The path, with `..` in it as it was given.
   * @param follow Whether a link at the end is followed.
   * @throws {PathProblem} when there is none.
   */
  find(names: readonly string[], follow: boolean): Found {
    const at = this.parentOf(names, follow);
    if (at.name === undefined) return at.parent;
    const node = at.parent.node.children!.get(at.name);
    if (!node) throw new PathProblem("ENOENT");
    return { node, names: [...at.parent.names, at.name] };
  }

  /**
   * Finds the folder that a path's last name is in, whether or not there is such a file.
   *
   * @returns The folder, and the name in it; without a name for the root, and for `..` at the end.
   * @throws {PathProblem} when there is no such folder.
   */
  parentOf(names: readonly string[], follow: boolean): { parent: Found; name: string | undefined } {
    const stack: { node: TreeNode; name: string }[] = [{ node: this.#root, name: "" }];
    const rest = names.toReversed();
    const here = (): Found => ({
      node: stack.at(-1)!.node,
      names: stack.slice(1).map(({ name }) => name),
    });
    for (let links = 0; rest.length > 0;) {
      const name = rest.pop()!;
      const { children } = stack.at(-1)!.node;
      if (!children) throw new PathProblem("ENOTDIR");
      if (name === "" || name === ".") continue;
      if (name === "..") {
        if (stack.length > 1) stack.pop();
        continue;
      }
      const node = children.get(name);
      const last = rest.length === 0;
      if (node?.attributes.kind === "symlink" && (!last || follow)) {
        if (++links > MAX_LINKS) throw new PathProblem("ELOOP");
        const target = node.attributes.linkTo ?? "";
        if (target === "") throw new PathProblem("ENOENT");
        if (target.startsWith("/")) stack.length = 1;
        // A link to "a/" or "a/." must be a folder; the empty name at the end asks for one.
        rest.push(...target.split("/").reverse());
        continue;
      }
      if (last) return { parent: here(), name };
      if (!node) throw new PathProblem("ENOENT");
      stack.push({ node, name });
    }
    if (!stack.at(-1)!.node.children) throw new PathProblem("ENOTDIR");
    return { parent: here(), name: undefined };
  }

  /**
   * Walks over everything below a folder, parents first, names in the order of their code units.
   *
   * @param enter Whether to look into a folder; into all by default.
   */
  *walk(
    from: Found,
    enter: (found: Found) => boolean = () => true,
  ): Generator<Found, void, undefined> {
    const stack: Found[] = [from];
    while (stack.length > 0) {
      const found = stack.pop()!;
      yield found;
      const { children } = found.node;
      if (!children || !enter(found)) continue;
      const names = [...children.keys()].sort().reverse();
      for (const name of names) {
        stack.push({ node: children.get(name)!, names: [...found.names, name] });
      }
    }
  }

  /** Puts a layer on top. */
  #apply(items: readonly LayerItem[]): void {
    // Deletions are of what is below the layer, wherever in it they stand.
    for (const { names } of items) {
      const name = names.at(-1);
      if (name?.startsWith(WHITEOUT)) this.#delete(names.slice(0, -1), name);
    }
    const own = new Set<TreeNode>();
    for (const item of items) {
      if (!item.names.at(-1)?.startsWith(WHITEOUT)) this.#add(item, own);
    }
  }

  #delete(parent: readonly string[], name: string): void {
    let node: TreeNode | undefined = this.#root;
    for (const part of parent) node = node?.children?.get(part);
    if (name === OPAQUE) node?.children?.clear();
    else node?.children?.delete(name.slice(WHITEOUT.length));
  }

  /** @param own What this layer has made: only its own links are followed, not those below it. */
  #add(item: LayerItem, own: Set<TreeNode>): void {
    const { attributes, data } = item;
    const parent = this.#folder(item.names.slice(0, -1), own);
    const name = item.names.at(-1);
    if (!parent) return;
    if (name === undefined) {
      if (attributes.kind === "directory") this.#root.attributes = attributes;
      return;
    }
    const there = parent.children!.get(name);
    if (item.hardLink) {
      const folder = this.#folder(item.hardLink.slice(0, -1), own);
      const to = folder?.children?.get(item.hardLink.at(-1) ?? "");
      if (!to || to.children) return;
      own.add(to);
      this.#put(parent, name, to);
    } else if (attributes.kind === "directory" && there?.children) {
      there.attributes = attributes;
      own.add(there);
    } else {
      const node = attributes.kind === "directory"
        ? folder(attributes)
        : { attributes, data, children: undefined };
      own.add(node);
      this.#put(parent, name, node);
    }
  }

  #put(parent: TreeNode, name: string, node: TreeNode): void {
    if (!parent.children!.has(name)) this.#size++;
    parent.children!.set(name, node);
  }

  /** The folder of a new entry, made if it is not there. */
  #folder(names: readonly string[], own: Set<TreeNode>): TreeNode | undefined {
    const stack = [this.#root];
    const rest = names.toReversed();
    for (let links = 0; rest.length > 0;) {
      const name = rest.pop()!;
      if (name === "" || name === ".") continue;
      if (name === "..") {
        if (stack.length > 1) stack.pop();
        continue;
      }
      const here = stack.at(-1)!;
      let node = here.children!.get(name);
      if (node?.attributes.kind === "symlink" && own.has(node)) {
        if (++links > MAX_LINKS) return undefined;
        const target = node.attributes.linkTo ?? "";
        if (target.startsWith("/")) stack.length = 1;
        rest.push(...target.split("/").reverse());
        continue;
      }
      if (!node?.children) {
        node = folder(FOLDER);
        own.add(node);
        this.#put(here, name, node);
      }
      stack.push(node);
    }
    return stack.at(-1);
  }
}

/** A file as callers see it. */
export function infoOf({ node, names }: Found): FileInfo {
  return { path: joinPath(names), name: names.at(-1) ?? "", ...node.attributes };
}

function folder(attributes: FileAttributes): TreeNode {
  return { attributes, data: undefined, children: new Map() };
}
