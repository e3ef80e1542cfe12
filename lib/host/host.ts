/**
 * The machine that the daemon runs on. Nothing above this layer touches that machine's files in
 * another way, so that a daemon elsewhere is a matter of another `Host`.
 *
 * @module
 */

import type { Platform } from "../oci/platform.ts";
import type { HostRoot } from "./root.ts";

/** What a path is, links not followed. */
export interface HostFileInfo {
  /** A regular file, a folder, a symbolic link, or something else (device, socket, FIFO). */
  readonly kind: "file" | "directory" | "symlink" | "other";
  /** Size in bytes; of a regular file. */
  readonly size: number;
  /** Which file of its file system it is: the same after it was renamed. */
  readonly inode: number | null;
  /** Owner, group and permission bits, where the machine has them. */
  readonly owner?: { readonly uid: number; readonly gid: number; readonly mode: number };
  /** Which device it stands for; of a device node. */
  readonly device?: { readonly type: "b" | "c"; readonly major: number; readonly minor: number };
}

/** Something happened to a file in a watched folder. */
export interface HostFileEvent {
  /** The file's absolute path. */
  readonly path: string;
  /** It was written to, a writer closed it, or it came, went or was renamed. */
  readonly kind: "modified" | "closed" | "renamed";
}

/** A running watch of a folder. */
export interface HostWatch extends AsyncIterable<HostFileEvent> {
  /** Ends the watch and its iteration. */
  close(): void;
}

/** An open file that is read at chosen places. */
export interface HostFile {
  /**
   * Reads up to `buffer.length` bytes from `offset`.
   *
   * @returns How many bytes were read; 0 at the end of the file.
   */
  read(buffer: Uint8Array, offset: number): Promise<number>;
  /** What it is, wherever it was moved to meanwhile. */
  stat(): Promise<HostFileInfo>;
  /** Closes the file. Twice is fine. */
  close(): void;
}

/** The writing end of a FIFO. */
export interface HostFifo extends AsyncDisposable {
  /** What is written here arrives at whoever reads. */
  readonly writable: WritableStream<Uint8Array>;
}

/** Which of a process's streams are to be pipes. */
export interface PipeSelection {
  /** Standard input. */
  readonly stdin?: boolean;
  /** Standard output. */
  readonly stdout?: boolean;
  /** Standard error. */
  readonly stderr?: boolean;
}

/** Pipes whose far ends somebody on the daemon's machine opens by path. */
export interface HostPipes {
  /** The far ends, to be opened before {@linkcode release}; empty for streams without a pipe. */
  readonly paths: { readonly stdin: string; readonly stdout: string; readonly stderr: string };
  /** What is written here is read at the far end; `undefined` without a pipe. */
  readonly stdin: WritableStream<Uint8Array> | undefined;
  /** What the far end of standard output writes. Ends when all that opened it have closed it. */
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  /** The same for standard error. */
  readonly stderr: ReadableStream<Uint8Array> | undefined;
  /**
   * Says that the far ends were opened: the paths are of no use any more. Twice is fine.
   *
   * @param pid The process that uses them, on the daemon's machine. What starts it may open the end
   * of standard input a moment later than it says that it did: that is waited for.
   */
  release(pid?: number): Promise<void>;
  /** Ends what is behind them, whatever is in them, where something is. Twice is fine. */
  close?(): Promise<void>;
}

/** Files of the daemon's machine. */
export interface Host {
  /** Where this is, for messages. */
  readonly name: string;
  /** Its files are not those of the machine that this process runs on. */
  readonly remote?: boolean;
  /** Its platform; that of this process by default. */
  readonly platform?: Platform;
  /** The folder for temporary files, where that is not this process's own. */
  readonly temporary?: string;
  /** An environment variable of the user there, of those that say where files are kept. */
  env(name: string): string | undefined;
  /** Makes a new folder that only this user can enter, and returns its path. */
  makeTempDir(prefix: string): Promise<string>;
  /**
   * Makes a folder. Fails if it exists.
   *
   * @param mode Who may do what there; `0o700` by default: only this user can enter it.
   */
  makeDir(path: string, mode?: number): Promise<void>;
  /** The names of what is in a folder, sorted. */
  readDir(path: string): Promise<string[]>;
  /**
   * Holds a folder's lock (flock) until this is disposed of, against every process that heeds it.
   * Waits while another holds it.
   *
   * @throws What `signal` aborts with, when it does so before.
   */
  lockDir(path: string, signal?: AbortSignal): Promise<Disposable>;
  /** Writes a new file. Fails if it exists. */
  createFile(path: string, data?: Uint8Array): Promise<void>;
  /** Writes a file, in place of what it held if it exists. */
  writeFile(path: string, data: Uint8Array): Promise<void>;
  /** Moves a file within one file system. */
  rename(from: string, to: string): Promise<void>;
  /**
   * What is at `path`, links not followed; `undefined` when nothing is.
   *
   * @param options `inode`: that is needed. Where it takes more to know it, it is `null` otherwise.
   */
  lstat(path: string, options?: { inode?: boolean }): Promise<HostFileInfo | undefined>;
  /** Reads a whole file. */
  readFile(path: string): Promise<Uint8Array>;
  /** Where a symbolic link points, as it is written. */
  readLink(path: string): Promise<string>;
  /** Opens a file for reading. */
  open(path: string): Promise<HostFile>;
  /** Removes a file, or a folder with all that is in it. Nothing there is fine. */
  remove(path: string): Promise<void>;
  /** Reports what happens to the files right in some folders. */
  watch(...folders: string[]): HostWatch;
  /**
   * Uses a folder as a root that no path leads out of. Hosts that cannot promise that do not have
   * this.
   */
  openRoot?(path: string): Promise<HostRoot>;
  /**
   * Copies what is in a folder into an empty one, with all that can be said of files: owners,
   * permissions, times to the nanosecond, links, holes, devices, extended attributes, and what is
   * said of the folder itself. Only for folders that nobody changes meanwhile: links that come up are
   * not guarded against. Hosts that this cannot be done on, or not by this process, do not have this.
   *
   * @returns Whether all of it was copied; else a part may be there.
   */
  readonly copyTree?:
    | ((from: string, to: string, signal?: AbortSignal) => Promise<boolean>)
    | undefined;
  /**
   * Makes pipes.
   *
   * @throws {PermissionError} when this process may not make them.
   */
  openPipes(which: PipeSelection): Promise<HostPipes>;
  /** Makes a FIFO that only this user can use, with the folders that it is in. */
  makeFifo(path: string): Promise<void>;
  /** Opens a FIFO for writing. Waiting for somebody who reads holds nothing else up. */
  openFifo(path: string): Promise<HostFifo>;
}
