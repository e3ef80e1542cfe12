/**
 * The files of something, to be looked at.
 *
 * @module
 */
import type { FileInfo } from "./info.ts";
import type { FilesSource } from "./source.ts";

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

/** Options of {@linkcode FilesView.copyOut}. */
export interface CopyOutOptions extends FileOptions {
  /** Whether owners and groups are kept; by default when this process is root's. */
  owners?: boolean;
}

/** What was copied. */
export interface CopiedFiles {
  /** How many files, folders and links. */
  readonly files: number;
  /** How many bytes they have. */
  readonly sizeBytes: number;
  /** What could not be copied: devices, FIFOs, and names that are not UTF-8. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
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
   * Copies a file, or what is in a folder, to this script's machine: modes, times, links and names of
   * one file as they are, owners too where this process is root's. A folder that is there is added
   * to. Whatever the files are, nothing is written outside of `to`.
   *
   * @param to A folder, made if it is not there; for a single file, that file.
   * @returns What was copied, and what could not be. Extended attributes are not: {@linkcode export}
   * has all.
   * @throws {NotFoundError} when there is no such file.
   */
  async copyOut(
    path: string,
    to: string | URL,
    options: CopyOutOptions = {},
  ): Promise<CopiedFiles> {
    const { copyFilesOut } = await import("./copy_out.ts");
    return await copyFilesOut(await this.#source.load(), path, to, options);
  }

  /**
   * A file, or what is in a folder, as a tar, with owners, modes, times, links, devices and extended
   * attributes. Cancel it when it is not read to its end.
   *
   * @param path The folder; all by default.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.get("web");
   * await Deno.writeFile("web.tar", web.files.export());
   * ```
   */
  export(path: string = "/", options: FileOptions = {}): ReadableStream<Uint8Array<ArrayBuffer>> {
    const source = this.#source;
    return ReadableStream.from(async function* () {
      const { exportFiles } = await import("./copy_out.ts");
      yield* exportFiles(await source.load(), path, options);
    }());
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

  /** For `console.log`. */
  [Symbol.for("Deno.customInspect")](): string {
    return `files of ${this.#source.label}`;
  }
}

/** A source that is loaded when it is used first: most scripts look at no files. */
export function lazySource<T extends FilesSource>(
  label: string,
  load: () => Promise<T>,
): LazySource<T> {
  let loaded: Promise<T> | undefined;
  return { label, load: () => loaded ??= load() };
}

/** What {@linkcode lazySource} makes. */
export interface LazySource<T extends FilesSource> {
  /** What it is, for messages. */
  readonly label: string;
  /** The source. */
  load(): Promise<T>;
}

/** Loaded when it is used first: most scripts look at no files. */
function load() {
  return import("./read.ts");
}
