/**
 * Where files come from.
 *
 * @module
 */
import type { FileTree, TreeNode } from "./tree.ts";

/** A file system as it was at one moment. Disposing of it lets go of what holds it. */
export interface OpenFiles extends AsyncDisposable {
  /** Names and attributes. */
  readonly tree: FileTree;
  /** The content of a file. */
  content(node: TreeNode, signal: AbortSignal | undefined): AsyncIterable<Uint8Array>;
  /** The contents of many files, in the order in which they are stored. */
  contents(
    nodes: Iterable<TreeNode>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<[TreeNode, AsyncIterable<Uint8Array>], void, undefined>;
}

/** A file system that can be looked at. */
export interface FilesSource {
  /** What it is, for messages: `image "alpine:3.20"`. */
  readonly label: string;
  /** Looks at it as it is now. */
  open(signal: AbortSignal | undefined): Promise<OpenFiles>;
}

/** A source that is loaded when it is used first: most scripts look at no files. */
export function lazySource(label: string, load: () => Promise<FilesSource>): FilesSource {
  let loaded: Promise<FilesSource> | undefined;
  return {
    label,
    open: async (signal) => await (await (loaded ??= load())).open(signal),
  };
}
