/**
 * A folder of the daemon's machine that is used as the root of a file system of its own: whatever is
 * in it, no path leads out.
 *
 * @module
 */

/** What a file is. */
export type FileKind =
  | "file"
  | "directory"
  | "symlink"
  | "character-device"
  | "block-device"
  | "fifo"
  | "socket";

/** What a file is, without its name and content. */
export interface RootFileInfo {
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
}

/** A regular file that is open. */
export interface RootFile {
  /** What it is. */
  readonly info: RootFileInfo;
  /** Its content, once; closes it at the end. */
  read(): AsyncGenerator<Uint8Array, void, undefined>;
  /** Closes it. Twice is fine. */
  close(): void;
}

/** Attributes to set; what is left out stays. */
export interface RootFileChange {
  /** The twelve permission bits. */
  readonly mode?: number | undefined;
  /** Owner. */
  readonly uid?: number | undefined;
  /** Group. */
  readonly gid?: number | undefined;
  /** Last change. */
  readonly mtime?: Date | undefined;
}

/**
 * The folder. Paths are lists of names, with `..` as it was given; symbolic links are resolved with
 * the folder as root, as by a process that has it as its root, whatever others do to it meanwhile.
 * Failures are errors whose `code` is Linux's, such as `"ENOENT"`; it is `"EILSEQ"` for what cannot be
 * done with names that are not UTF-8.
 */
export interface HostRoot extends Disposable {
  /** What a file is, and the names on the way to it without links. */
  stat(
    names: readonly string[],
    follow: boolean,
  ): Promise<{ info: RootFileInfo; names: readonly string[] }>;
  /** What is in a folder, by name. */
  list(
    names: readonly string[],
  ): Promise<{ names: readonly string[]; items: readonly { name: string; info: RootFileInfo }[] }>;
  /** Opens a regular file. */
  open(names: readonly string[]): Promise<RootFile>;
  /** Writes a file, in place of what is there; that keeps its attributes but for those given. */
  write(
    names: readonly string[],
    content: AsyncIterable<Uint8Array>,
    change: RootFileChange,
  ): Promise<void>;
  /** Makes a folder. */
  mkdir(names: readonly string[], change: RootFileChange): Promise<void>;
  /** Makes a symbolic link. */
  symlink(target: string, names: readonly string[]): Promise<void>;
  /** Gives a file another name; a link at the end is not followed. */
  link(from: readonly string[], to: readonly string[]): Promise<void>;
  /** Removes a file or an empty folder; with `recursive`, a folder with all that is in it. */
  remove(names: readonly string[], recursive: boolean): Promise<void>;
  /** Moves a file, in place of what is there. */
  rename(from: readonly string[], to: readonly string[]): Promise<void>;
  /** Sets attributes; a link at the end is followed unless `follow` is false. */
  change(names: readonly string[], change: RootFileChange, follow: boolean): Promise<void>;
}
