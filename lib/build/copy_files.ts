/**
 * Finds what a copy step is to copy.
 *
 * @module
 */
import { fileError } from "../core/archive/errors.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import { imagePath } from "./paths.ts";
import type { CopyOptions, CopySource, MemoryFiles } from "./plan.ts";

const CHUNK = 512 * 1024;
const DEFAULT_FILE = 0o644;
const DEFAULT_EXECUTABLE = 0o755;
const DEFAULT_FOLDER = 0o755;

/** A file, folder or symbolic link for a layer. */
export interface LayerEntry {
  /** Absolute path in the image, without a `/` at its end. */
  readonly path: string;
  /** What it is. */
  readonly kind: "file" | "directory" | "symlink";
  /** Permission bits. */
  readonly mode: number;
  /** User id of the owner. */
  readonly uid: number;
  /** Group id of the owner. */
  readonly gid: number;
  /** Size in bytes; 0 for what is no file. */
  readonly size: number;
  /** Where a symbolic link points, as it is written. */
  readonly linkTo?: string;
  /** The bytes of a file. */
  read(): AsyncIterable<Uint8Array>;
}

/**
 * The entries for a copy step. Files are looked at, but not read.
 *
 * @param from What to copy.
 * @param to Where to, as an absolute path in the image; a `/` at its end says that it is a folder.
 * @throws {NotFoundError} When the source is not there.
 * @throws {InvalidArgumentError} When it has devices, sockets or FIFOs in it.
 */
export async function copyEntries(
  from: CopySource,
  to: string,
  options: CopyOptions,
): Promise<LayerEntry[]> {
  const make = new EntryMaker(options);
  if (from instanceof Uint8Array) return [make.memory(to, from)];
  if (typeof from === "object" && !(from instanceof URL)) {
    return [...make.target(to), ...memoryEntries(from, to, make)];
  }
  const source = from instanceof URL ? decodeURIComponent(from.pathname) : from;
  const label = JSON.stringify(source);
  try {
    const info = await Deno.stat(source);
    if (info.isDirectory) {
      const entries = make.target(to);
      await walk(source, folderOf(to), make, entries);
      return entries;
    }
    if (!info.isFile) throw special(label);
    const name = source.split("/").at(-1)!;
    return [make.file(to.endsWith("/") ? `${folderOf(to)}/${name}` : to, source, info)];
  } catch (error) {
    throw fileError(label, error, "copy");
  }
}

/** A folder's path as a prefix: the root is "". */
function folderOf(path: string): string {
  return path.replace(/\/+$/, "");
}

function* memoryEntries(
  files: MemoryFiles,
  to: string,
  make: EntryMaker,
): Generator<LayerEntry> {
  const folders = new Set<string>();
  const seen = new Set<string>();
  for (const [key, content] of Object.entries(files)) {
    const path = imagePath(key.replace(/^\/+/, ""), "/", "copy a file to");
    if (path.endsWith("/")) {
      throw new InvalidArgumentError(`Cannot copy a file to ${JSON.stringify(key)}: name it`);
    }
    if (seen.has(path)) {
      throw new InvalidArgumentError(
        `Cannot copy two files to ${JSON.stringify(path.slice(1))}; keep one of them`,
      );
    }
    seen.add(path);
    const parts = path.split("/").slice(1, -1);
    for (let i = 1; i <= parts.length; i++) folders.add(`/${parts.slice(0, i).join("/")}`);
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    yield make.memory(folderOf(to) + path, bytes);
  }
  for (const folder of folders) {
    if (seen.has(folder)) {
      throw new InvalidArgumentError(
        `Cannot copy to ${JSON.stringify(folder.slice(1))}: it is both a file and a folder`,
      );
    }
    yield make.folder(folderOf(to) + folder);
  }
}

async function walk(
  source: string,
  to: string,
  make: EntryMaker,
  entries: LayerEntry[],
): Promise<void> {
  for await (const { name } of Deno.readDir(source)) {
    const from = `${source}/${name}`;
    const path = `${to}/${name}`;
    const info = await Deno.lstat(from);
    if (info.isDirectory) {
      entries.push(make.folder(path));
      await walk(from, path, make, entries);
    } else if (info.isSymlink) {
      entries.push(make.link(path, await Deno.readLink(from)));
    } else if (info.isFile) {
      entries.push(make.file(path, from, info));
    } else {
      throw special(JSON.stringify(from));
    }
  }
}

function special(label: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot copy ${label}: it is a device, socket or FIFO; only files, folders and symbolic links ` +
      "can be in a layer",
  );
}

/** Makes entries with the owner and the mode that the step asks for. */
class EntryMaker {
  readonly #options: CopyOptions;
  readonly #owner: { uid: number; gid: number };

  constructor(options: CopyOptions) {
    this.#options = options;
    this.#owner = { uid: options.uid ?? 0, gid: options.gid ?? 0 };
  }

  /** The destination itself, if something is asked of it; it may be there and be different. */
  target(to: string): LayerEntry[] {
    const { mode, uid, gid } = this.#options;
    const asked = mode !== undefined || uid !== undefined || gid !== undefined;
    return asked && to !== "/" ? [this.folder(folderOf(to))] : [];
  }

  #check(path: string): void {
    if (!path.slice(path.lastIndexOf("/") + 1).startsWith(".wh.")) return;
    throw new InvalidArgumentError(
      `Cannot copy ${
        JSON.stringify(path)
      }: in a layer, a name that starts with ".wh." stands for ` +
        "a deletion",
    );
  }

  folder(path: string): LayerEntry {
    const { mode } = this.#options;
    // Who may read a folder may enter it: a quarter of the read bits.
    const bits = mode === undefined ? DEFAULT_FOLDER : mode | (mode & 0o444) >> 2;
    this.#check(path);
    return { path, kind: "directory", mode: bits, ...this.#owner, size: 0, read: nothing };
  }

  link(path: string, linkTo: string): LayerEntry {
    const mode = 0o777;
    this.#check(path);
    return { path, kind: "symlink", mode, ...this.#owner, size: 0, linkTo, read: nothing };
  }

  memory(path: string, bytes: Uint8Array): LayerEntry {
    const mode = this.#options.mode ?? DEFAULT_FILE;
    const size = bytes.length;
    this.#check(path);
    return { path, kind: "file", mode, ...this.#owner, size, read: () => once(bytes) };
  }

  file(path: string, source: string, info: Deno.FileInfo): LayerEntry {
    const isExecutable = ((info.mode ?? 0) & 0o111) !== 0;
    const mode = this.#options.mode ?? (isExecutable ? DEFAULT_EXECUTABLE : DEFAULT_FILE);
    const { size } = info;
    this.#check(path);
    return { path, kind: "file", mode, ...this.#owner, size, read: () => fileBytes(source, size) };
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await bytes;
}

/** The bytes of a file, which must still be as long as it was. */
async function* fileBytes(
  path: string,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const label = JSON.stringify(path);
  try {
    using file = await Deno.open(path);
    let left = size;
    while (true) {
      const buffer = new Uint8Array(CHUNK);
      const count = await file.read(buffer);
      left -= count ?? 0;
      if (left < 0 || (count === null && left > 0)) {
        throw new InvalidArgumentError(
          `Cannot copy ${label}: it changed while it was read; build again when it is at rest`,
        );
      }
      if (count === null) return;
      yield buffer.subarray(0, count);
    }
  } catch (error) {
    throw fileError(label, error, "copy");
  }
}
