/**
 * What there is to know of a file.
 *
 * @module
 */
import type { RootFileInfo } from "../../host/root.ts";

/** What a file is, without its name and content. */
export interface FileAttributes extends RootFileInfo {
  /**
   * Extended attributes, such as `security.capability`, as far as they were saved. The direct way to
   * files of this machine does not see them.
   */
  readonly xattrs?: Readonly<Record<string, Uint8Array>> | undefined;
}

/** A file in a file system. */
export interface FileInfo extends FileAttributes {
  /**
   * Its absolute path, without links on the way. Bytes that are not UTF-8 stand as lone surrogates
   * (PEP 383).
   */
  readonly path: string;
  /** The last part of its path; empty for the root. */
  readonly name: string;
}
