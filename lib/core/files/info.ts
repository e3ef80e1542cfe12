/**
 * What there is to know of a file.
 *
 * @module
 */
import type { FileKind } from "../../host/root.ts";

/** What a file is, without its name and content. */
export interface FileAttributes {
  /** What it is. */
  readonly kind: FileKind;
  /** Size in bytes of a regular file's content, holes included; 0 for everything else. */
  readonly size: number;
  /** The twelve permission bits, such as `0o644` or `0o4755`. */
  readonly mode: number;
  /** The owner's number. */
  readonly uid: number;
  /** The group's number. */
  readonly gid: number;
  /** When its content last changed. */
  readonly mtime: Date;
  /** Where a symbolic link points, as it is written. */
  readonly linkTo?: string | undefined;
  /** Which device a device file stands for. */
  readonly device?: { readonly major: number; readonly minor: number } | undefined;
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
