/**
 * The files of something, to be looked at.
 *
 * @module
 */
import type { FileInfo } from "./info.ts";
import type { FilesSource, LazySource } from "./source.ts";

/** Options of calls on files. */
export interface FileOptions {
  /** Ends the call. */
  signal?: AbortSignal | undefined;
}

/** Options of {@linkcode FilesView.walk}. */
export interface WalkOptions extends FileOptions {
  /** How many folders deep to go: 1 for what is in the folder itself. No limit by default. */
  maxDepth?: number;
}

/** Options of {@linkcode FilesView.readFile}. */
export interface ReadFileOptions extends FileOptions {
  /** The most bytes that are taken into memory; 256 MiB by default. */
  maxBytes?: number;
}

/**
 * The files of an image, a snapshot, a container or a folder, to be looked at. Paths are absolute,
 * or count from the root; symbolic links are followed inside of that root alone, so that nothing
 * leads out of it. Every call looks at the files as they are when it is made.
 */
export class FilesView {
  readonly #source: LazySource<FilesSource>;

  /** For what has files. */
  constructor(source: LazySource<FilesSource>) {
    this.#source = source;
  }

  /**
   * What a file is.
   *
   * @param options `follow`: whether a symbolic link at the path's end is followed; yes by default.
   * @throws {NotFoundError} when there is none.
   */
  async stat(path: string, options: FileOptions & { follow?: boolean } = {}): Promise<FileInfo> {
    const { statFile } = await load();
    return await statFile(await this.#source.load(), path, options);
  }

  /** Whether there is a file. A link to nothing is none, and a path through a file leads nowhere. */
  async exists(path: string, options: FileOptions = {}): Promise<boolean> {
    const { fileExists } = await load();
    return await fileExists(await this.#source.load(), path, options);
  }

  /**
   * What is in a folder, by name.
   *
   * @throws {NotFoundError} when there is no such folder.
   * @throws {FailedPreconditionError} when it is no folder.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").images.get("alpine:3.20");
   * for await (const { name, kind, size } of image.files.readDir("/etc")) {
   *   console.log(name, kind, size);
   * }
   * ```
   */
  async *readDir(
    path: string,
    options: FileOptions = {},
  ): AsyncGenerator<FileInfo, void, undefined> {
    yield* this.walk(path, { ...options, maxDepth: 1 });
  }

  /**
   * Everything below a folder: a folder before what is in it, names in order. Links are not
   * followed.
   *
   * @throws {NotFoundError} when there is no such folder.
   * @throws {FailedPreconditionError} when it is no folder.
   */
  async *walk(
    path: string = "/",
    options: WalkOptions = {},
  ): AsyncGenerator<FileInfo, void, undefined> {
    const { walkFiles } = await load();
    yield* walkFiles(await this.#source.load(), path, options);
  }

  /**
   * Files whose paths match a pattern of the shell: `*` and `?` inside of a name, `**` for any
   * number of folders, `[a-z]`, `{a,b}`.
   *
   * @param pattern An absolute path with such parts; a relative one counts from the root.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").images.get("app");
   * for await (const { path } of image.files.glob("/**" + "/log4j*.jar")) console.log(path);
   * ```
   */
  async *glob(
    pattern: string,
    options: FileOptions = {},
  ): AsyncGenerator<FileInfo, void, undefined> {
    const { globFiles } = await load();
    yield* globFiles(await this.#source.load(), pattern, options);
  }

  /**
   * A whole file.
   *
   * @throws {NotFoundError} when there is none.
   * @throws {FailedPreconditionError} when it is a folder, a device or the like.
   * @throws {DavitError} of the code `resource_exhausted` when it has more than `maxBytes`.
   */
  async readFile(path: string, options: ReadFileOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const { readWholeFile } = await load();
    return await readWholeFile(await this.#source.load(), path, options);
  }

  /** A whole file as text, in UTF-8. Throws as {@linkcode readFile} does. */
  async readTextFile(path: string, options: ReadFileOptions = {}): Promise<string> {
    return new TextDecoder().decode(await this.readFile(path, options));
  }

  /**
   * A file as a stream of bytes. Cancel it when it is not read to its end.
   *
   * @throws {NotFoundError} when there is none.
   * @throws {FailedPreconditionError} when it is a folder, a device or the like.
   */
  async open(
    path: string,
    options: FileOptions = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const { openFile } = await load();
    return await openFile(await this.#source.load(), path, options);
  }

  /**
   * Where a symbolic link points, as it is written.
   *
   * @throws {NotFoundError} when there is none.
   * @throws {InvalidArgumentError} when it is no symbolic link.
   */
  async readLink(path: string, options: FileOptions = {}): Promise<string> {
    const { readLinkOf } = await load();
    return await readLinkOf(await this.#source.load(), path, options);
  }
}

/** Loaded when it is used first: most scripts look at no files. */
function load() {
  return import("./read.ts");
}
