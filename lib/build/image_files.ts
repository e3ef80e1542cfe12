/**
 * Copies files out of an image or another stage.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import { PathProblem } from "../core/files/errors.ts";
import { openLayers } from "../core/files/image_source.ts";
import { pathNames } from "../core/files/path.ts";
import type { Found, TreeNode } from "../core/files/tree.ts";
import type { FileTree } from "../core/files/tree.ts";
import { InvalidArgumentError, NotFoundError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { EntryMaker, type LayerEntry } from "./entry.ts";
import { folderOf } from "./host_files.ts";
import { IgnoreRules, isPattern, patternToRegExp } from "./patterns.ts";
import type { CopyOptions } from "./plan.ts";
import type { Spool, Spooled } from "./spool.ts";

/** A path of the source, and where it goes. */
interface Selected {
  readonly node: TreeNode;
  readonly path: string;
}

/**
 * The entries for paths of a file system that layers make. Modes and owners are those of the files
 * unless the step asks for others; contents are taken out at once, each layer read once.
 *
 * @param origin The layers, the lowest first, and what they are, for messages.
 * @param sources Paths in it, maybe with patterns.
 * @throws {NotFoundError} When a path is not there.
 */
export async function imageEntries(
  context: Context,
  origin: { readonly layers: readonly Descriptor[]; readonly label: string },
  sources: readonly string[],
  to: string,
  options: CopyOptions,
  work: { readonly spool: Spool; readonly signal: AbortSignal | undefined },
): Promise<LayerEntry[]> {
  await using files = await openLayers(context, origin.layers, origin.label, work.signal);
  const { tree } = files;
  const make = new EntryMaker(options, true);
  const rules = options.ignore ? new IgnoreRules(options.ignore) : undefined;
  const found = sources.flatMap((source) => look(tree, source, origin.label));
  if (found.length > 1 && !to.endsWith("/")) {
    throw new InvalidArgumentError(
      `Cannot copy ${found.length} files to "${to}": end it with "/", so that it is a folder`,
    );
  }
  const selected: Selected[] = [];
  for (const from of found) {
    if (!from.node.children) {
      const name = from.names.at(-1)!;
      selected.push({
        node: from.node,
        path: to.endsWith("/") ? `${folderOf(to)}/${name}` : to,
      });
      continue;
    }
    const depth = from.names.length;
    const inner = (at: Found) => at.names.slice(depth).join("/");
    const ignored = (at: Found) => rules?.ignores(inner(at)) ?? false;
    for (const at of tree.walk(from, (folder) => !(rules?.prunes && ignored(folder)))) {
      if (at.names.length === depth) {
        if (folderOf(to) !== "") selected.push({ node: at.node, path: folderOf(to) });
      } else if (!ignored(at)) {
        selected.push({ node: at.node, path: `${folderOf(to)}/${inner(at)}` });
      }
    }
  }
  const contents = new Map<TreeNode, Spooled>();
  const nodes = selected.map(({ node }) => node).filter((node) =>
    node.attributes.kind === "file" && node.attributes.size > 0
  );
  for await (const [node, bytes] of files.contents(nodes, work.signal)) {
    contents.set(node, await work.spool.add(bytes, origin.label));
  }
  return selected.map(({ node, path }) =>
    make.entry(path, node.attributes, contents.get(node)?.read)
  );
}

function look(tree: FileTree, source: string, label: string): Found[] {
  const names = pathNames(source, "copy");
  const missing = (why: string) =>
    new NotFoundError(`Cannot copy ${JSON.stringify(source)} of ${label}: ${why}`);
  if (isPattern(source)) {
    const regExp = patternToRegExp(names.join("/"));
    const root = tree.find([], true);
    const found = [...tree.walk(root)].filter((at) => regExp.test(at.names.join("/")));
    if (found.length === 0) throw missing("no file matches it");
    return found;
  }
  try {
    const found = tree.find(names, true);
    // What a link leads to goes under the name of the link.
    const name = names.at(-1);
    const renamed = !found.node.children && name !== undefined && name !== "..";
    return [renamed ? { node: found.node, names: [...found.names.slice(0, -1), name] } : found];
  } catch (error) {
    if (!(error instanceof PathProblem)) throw error;
    throw missing("there is no such file");
  }
}
