/**
 * The files of something, to be looked at and changed.
 *
 * @module
 */
import type { FileChange } from "./compare.ts";
import type { WritableSource } from "./source.ts";
import { type FileOptions, FilesView, type LazySource } from "./view.ts";

/** What is written to a file. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Options of what makes a file. */
export interface NewFileOptions extends FileOptions {
  /** The twelve permission bits; `0o644` for files and `0o755` for folders by default. */
  mode?: number;
  /** The owner's number; 0 by default. */
  uid?: number;
  /** The group's number; 0 by default. */
  gid?: number;
  /** Its age; now by default. */
  mtime?: Date;
}

/** Options of {@linkcode Files.copyIn}. */
export interface CopyInOptions extends FileOptions {
  /** The owner of all that is copied; by default 0 for files of this machine, and a tar's own. */
  uid?: number;
  /** The group of all that is copied; by default as for `uid`. */
  gid?: number;
  /** Whether files of this machine keep their owners; no by default. */
  owners?: boolean;
  /** Whether devices and FIFOs in a tar are made; an error by default. */
  devices?: boolean;
  /** The most bytes that a tar's files may have in all; 16 GiB by default. */
  maxBytes?: number;
}

/** Options of {@linkcode Files.writeFile}. What they leave out stays as it is in a file that exists. */
export type WriteFileOptions = NewFileOptions;

/**
 * The files of a container, an active snapshot or a folder of the daemon's machine. Changes are made
 * as one step each: after a failure everything is as it was.
 */
export class Files extends FilesView {
  readonly #source: LazySource<WritableSource>;

  /** For what has files. */
  constructor(source: LazySource<WritableSource>) {
    super(source);
    this.#source = source;
  }

  /**
   * Writes a file, in place of what it held. A symbolic link is followed.
   *
   * @param content Text (as UTF-8), bytes or a stream of them.
   * @throws {NotFoundError} when the folder is not there.
   * @throws {FailedPreconditionError} when it is a folder.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using web = await davit.namespace().container("web").image("alpine:3.20").create();
   * await web.files.writeFile("/etc/motd", "hello\n", { mode: 0o600 });
   * ```
   */
  async writeFile(
    path: string,
    content: FileContent,
    options: WriteFileOptions = {},
  ): Promise<void> {
    const { writeFileTo } = await load();
    await writeFileTo(await this.#source.load(), path, content, options);
  }

  /** The same as {@linkcode writeFile}, for text. */
  async writeTextFile(path: string, text: string, options: WriteFileOptions = {}): Promise<void> {
    await this.writeFile(path, text, options);
  }

  /**
   * Copies files in: a file or what is in a folder of this script's machine, or what is in a tar,
   * plain or compressed by gzip or zstd. What is there stays, but for files of the same path.
   *
   * @param from A path of this machine, or the bytes of a tar. Nothing in a tar gets outside of `to`.
   * @param to A folder, made if it is not there; for a single file, that file.
   * @throws {InvalidArgumentError} when a tar is broken, or has in it what it should not.
   * @throws {DavitError} of the code `resource_exhausted` when a tar has more than `maxBytes`.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.get("web");
   * await web.files.copyIn("./site", "/www", { uid: 1000, gid: 1000 });
   * ```
   */
  async copyIn(
    from: string | URL | Uint8Array | AsyncIterable<Uint8Array>,
    to: string,
    options: CopyInOptions = {},
  ): Promise<void> {
    const { copyFilesIn } = await import("./copy_in.ts");
    await copyFilesIn(await this.#source.load(), from, to, options);
  }

  /**
   * Makes a folder.
   *
   * @param options `recursive`: with those that it is in; a folder that exists is fine then.
   * @throws {AlreadyExistsError} when there is a file of that name.
   */
  async mkdir(
    path: string,
    options: NewFileOptions & { recursive?: boolean } = {},
  ): Promise<void> {
    const { makeFolder } = await load();
    await makeFolder(await this.#source.load(), path, options);
  }

  /**
   * Makes a symbolic link.
   *
   * @param target Where it points, as it is written.
   * @throws {AlreadyExistsError} when there is a file of that name.
   */
  async symlink(target: string, path: string, options: NewFileOptions = {}): Promise<void> {
    const { makeLink } = await load();
    await makeLink(await this.#source.load(), target, path, options);
  }

  /**
   * Removes a file, a link itself, or a folder.
   *
   * @param options `recursive`: a folder with all that is in it.
   * @throws {NotFoundError} when there is none.
   * @throws {FailedPreconditionError} when a folder is not empty.
   */
  async remove(path: string, options: FileOptions & { recursive?: boolean } = {}): Promise<void> {
    const { removeFile } = await load();
    await removeFile(await this.#source.load(), path, options);
  }

  /**
   * Moves a file or a folder, in place of a file or an empty folder that is there.
   *
   * @throws {NotFoundError} when there is none, or no folder to move to.
   * @throws {FailedPreconditionError} when what is there is of another kind, or not empty.
   */
  async rename(from: string, to: string, options: FileOptions = {}): Promise<void> {
    const { renameFile } = await load();
    await renameFile(await this.#source.load(), from, to, options);
  }

  /**
   * Sets the twelve permission bits of a file.
   *
   * @param options `recursive`: those of all that is in the folder as well.
   * @throws {NotFoundError} when there is none.
   */
  async chmod(
    path: string,
    mode: number,
    options: FileOptions & { recursive?: boolean } = {},
  ): Promise<void> {
    const { changeFile } = await load();
    await changeFile(await this.#source.load(), "chmod", path, { mode }, options);
  }

  /**
   * Sets owner and group of a file, by number.
   *
   * @param owner What is left out stays.
   * @param options `recursive`: those of all that is in the folder as well. `follow`: whether a
   * symbolic link at the path's end is followed; yes by default.
   * @throws {NotFoundError} when there is none.
   */
  async chown(
    path: string,
    owner: { uid?: number; gid?: number },
    options: FileOptions & { recursive?: boolean; follow?: boolean } = {},
  ): Promise<void> {
    const { changeFile } = await load();
    const { uid, gid } = owner;
    await changeFile(await this.#source.load(), "chown", path, { uid, gid }, options);
  }

  /**
   * What the files differ in from what they were made of: a container's from its image, a snapshot's
   * from its parent, by path.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.get("web");
   * for (const change of await web.files.diff()) console.log(change.type, change.path);
   * ```
   */
  async diff(options: FileOptions = {}): Promise<FileChange[]> {
    return await (await this.#source.load()).changes(options.signal);
  }
}

/** Loaded when it is used first: most scripts change no files. */
function load() {
  return import("./write.ts");
}
