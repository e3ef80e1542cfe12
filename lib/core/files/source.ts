/**
 * Where files come from.
 *
 * @module
 */
import type { HostRoot } from "../../host/root.ts";
import type { FileChange } from "./compare.ts";
import type { LayerParts } from "./part.ts";
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
  /**
   * The short way to single files, where there is one: by the machine's own file system. What it
   * cannot do, the long way can.
   */
  direct?(signal: AbortSignal | undefined): Promise<HostRoot | undefined>;
  /** What is mounted over a path of these files, where they do not show it themselves. */
  mountedAt?(
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<MountedFiles | undefined>;
}

/** Files that are mounted over others. */
export interface MountedFiles {
  /** The files. */
  readonly source: WritableSource;
  /** The path among them. */
  readonly names: readonly string[];
  /** Whether they are not to be changed from there. */
  readonly readonly: boolean;
}

/** A file system that can be changed. */
export interface WritableSource extends FilesSource {
  /** Puts files on top, in this order. */
  apply(parts: LayerParts, signal: AbortSignal | undefined): Promise<void>;
  /** What it differs in from what it was made of. */
  changes(signal: AbortSignal | undefined): Promise<FileChange[]>;
}
