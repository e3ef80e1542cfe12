/**
 * Finds what a copy step is to copy on this machine and in memory.
 *
 * @module
 */
import { fileError } from "../core/archive/errors.ts";
import { InvalidArgumentError, NotFoundError } from "../errors/errors.ts";
import { EntryMaker, type LayerEntry, special } from "./entry.ts";
import { imagePath } from "./checks.ts";
import { IgnoreRules, isPattern, patternToRegExp } from "./patterns.ts";
import type { CopyOptions, MemoryFiles } from "./plan.ts";

const CHUNK = 512 * 1024;
/** Up to here a file is read by one call: that costs less than opening it. */
const SMALL = 64 * 1024;

/** What copying from folders of this machine goes by. */
interface Walk {
  readonly make: EntryMaker;
  /** For small files: they are read one after the other, so that one buffer serves all. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly rules: IgnoreRules | undefined;
  readonly entries: LayerEntry[];
}

/**
 * The entries for paths of this machine. Files are looked at, but not read.
 *
 * @param sources Paths; with patterns in them unless they come from URLs.
 * @param to Where to, as an absolute path in the image; a `/` at its end says that it is a folder.
 * @throws {NotFoundError} When a source is not there.
 * @throws {InvalidArgumentError} When there are devices, sockets or FIFOs.
 */
export async function hostEntries(
  sources: readonly (string | URL)[],
  to: string,
  options: CopyOptions,
): Promise<LayerEntry[]> {
  const { context } = options;
  const make = new EntryMaker(options);
  const buffer = new Uint8Array(SMALL + 1);
  const entries: LayerEntry[] = [];
  const found: string[] = [];
  for (const source of sources) {
    const path = source instanceof URL ? decodeURIComponent(source.pathname) : source;
    const full = context === undefined ? path : inContext(context, path);
    const many = typeof source === "string" && isPattern(path);
    if (many) found.push(...await expand(full));
    else found.push(full);
  }
  const folder = to.endsWith("/");
  if (found.length > 1 && !folder) {
    throw new InvalidArgumentError(
      `Cannot copy ${found.length} files to "${to}": end it with "/", so that it is a folder`,
    );
  }
  const rules = await ignoreRules(options, context ?? found[0]);
  for (const path of found) {
    const label = JSON.stringify(path);
    try {
      if (context !== undefined) await checkInside(context, path);
      const inner = context === undefined ? "" : relative(context, path);
      if (inner !== "" && rules?.ignores(inner) && rules.prunes) {
        throw new NotFoundError(`Cannot copy ${label}: it is left out by the ignore patterns`);
      }
      const info = await Deno.stat(path);
      if (info.isDirectory) {
        if (entries.length === 0) entries.push(...make.target(to));
        await walk(path, folderOf(to), inner, { make, buffer, rules, entries });
      } else if (info.isFile) {
        const name = path.split("/").at(-1)!;
        const target = folder ? `${folderOf(to)}/${name}` : to;
        entries.push(hostFile({ make, buffer }, target, path, info));
      } else throw special(label);
    } catch (error) {
      throw fileError(label, error, "copy");
    }
  }
  return entries;
}

/** A path below the context, whatever it looks like. */
function inContext(context: string, path: string): string {
  const inner = imagePath(path === "" ? "." : path, "/", "copy").replace(/\/$/, "");
  return `${context.replace(/\/$/, "")}${inner}`;
}

function relative(context: string, path: string): string {
  return path.slice(context.replace(/\/$/, "").length + 1);
}

/** Links on the way must not lead out of the context. */
async function checkInside(context: string, path: string): Promise<void> {
  const [root, real] = await Promise.all([Deno.realPath(context), Deno.realPath(path)]);
  if (real === root || real.startsWith(root === "/" ? root : `${root}/`)) return;
  throw new InvalidArgumentError(
    `Cannot copy ${JSON.stringify(path)}: it leads out of the context "${context}"`,
  );
}

async function ignoreRules(
  options: CopyOptions,
  root: string | undefined,
): Promise<IgnoreRules | undefined> {
  const lines = [...options.ignore ?? []];
  const { ignoreFile } = options;
  if (ignoreFile) {
    const path = typeof ignoreFile === "string" ? ignoreFile : `${root}/.dockerignore`;
    try {
      lines.unshift(...IgnoreRules.lines(await Deno.readTextFile(path)));
    } catch (error) {
      const absent = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory;
      if (!absent || typeof ignoreFile === "string") {
        throw fileError(JSON.stringify(path), error, "read");
      }
    }
  }
  return lines.length > 0 ? new IgnoreRules(lines) : undefined;
}

/** The paths that a pattern stands for, sorted. */
async function expand(pattern: string): Promise<string[]> {
  const parts = pattern.split("/");
  const first = parts.findIndex(isPattern);
  const root = parts.slice(0, first).join("/") || (pattern.startsWith("/") ? "/" : ".");
  const rest = parts.slice(first).join("/");
  const regExp = patternToRegExp(rest);
  const deep = rest.includes("**");
  const depth = rest.split("/").length;
  const found: string[] = [];
  const prefix = root === "." && !pattern.startsWith("./") ? "" : `${root.replace(/\/$/, "")}/`;
  const look = async (folder: string, inner: string, level: number): Promise<void> => {
    for (const name of await names(folder)) {
      const path = inner === "" ? name : `${inner}/${name}`;
      if (regExp.test(path)) found.push(prefix + path);
      if ((deep || level < depth) && (await Deno.lstat(`${folder}/${name}`)).isDirectory) {
        await look(`${folder}/${name}`, path, level + 1);
      }
    }
  };
  try {
    await look(root, "", 1);
  } catch (error) {
    throw fileError(JSON.stringify(pattern), error, "copy");
  }
  if (found.length === 0) {
    throw new NotFoundError(`Cannot copy ${JSON.stringify(pattern)}: no file matches it`);
  }
  return found.sort();
}

async function walk(source: string, to: string, inner: string, at: Walk): Promise<void> {
  for (const name of await names(source)) {
    const from = `${source}/${name}`;
    const path = `${to}/${name}`;
    const below = inner === "" ? name : `${inner}/${name}`;
    const ignored = at.rules?.ignores(below) ?? false;
    if (ignored && at.rules!.prunes) continue;
    const info = Deno.lstatSync(from);
    if (info.isDirectory) {
      const before = at.entries.length;
      await walk(from, path, below, at);
      // A folder that is left out comes only with what is in it.
      if (!ignored || at.entries.length > before) {
        at.entries.push(at.make.entry(path, { kind: "directory", mode: info.mode ?? 0, size: 0 }));
      }
    } else if (ignored) continue;
    else if (info.isSymlink) {
      const linkTo = Deno.readLinkSync(from);
      at.entries.push(at.make.entry(path, { kind: "symlink", mode: 0o777, size: 0, linkTo }));
    } else if (info.isFile) at.entries.push(hostFile(at, path, from, info));
    else throw special(JSON.stringify(from));
  }
}

/** The names in a folder. Those that are not UTF-8 cannot be told apart, nor opened. */
async function names(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.includes("\ufffd") && !await exists(`${folder}/${name}`)) {
      throw new InvalidArgumentError(
        `Cannot copy ${
          JSON.stringify(`${folder}/${name}`)
        }: its name is not UTF-8; rename it, or ` +
          "put it into a tar and add that",
      );
    }
    found.push(name);
  }
  return found.sort();
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false;
  }
}

/** A folder's path as a prefix: the root is "". */
export function folderOf(path: string): string {
  return path.replace(/\/+$/, "");
}

function hostFile(
  { make, buffer }: Pick<Walk, "make" | "buffer">,
  path: string,
  source: string,
  { mode, size }: Deno.FileInfo,
): LayerEntry {
  const attributes = { kind: "file", mode: mode ?? 0, size } as const;
  return make.entry(path, attributes, () => fileBytes(source, size, buffer));
}

/**
 * The bytes of a file, which must still be as long as it was. Those of a small file are valid until
 * the next one is read.
 */
async function* fileBytes(
  path: string,
  size: number,
  small: Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const label = JSON.stringify(path);
  const changed = () =>
    new InvalidArgumentError(
      `Cannot copy ${label}: it changed while it was read; build again when it is at rest`,
    );
  try {
    if (size <= SMALL) {
      using file = Deno.openSync(path);
      let count = 0;
      for (let more = 1; more > 0 && count < small.length; count += more) {
        more = file.readSync(small.subarray(count)) ?? 0;
      }
      if (count !== size) throw changed();
      return yield small.subarray(0, size);
    }
    using file = await Deno.open(path);
    let left = size;
    while (true) {
      const buffer = new Uint8Array(CHUNK);
      const count = await file.read(buffer);
      left -= count ?? 0;
      if (left < 0 || (count === null && left > 0)) throw changed();
      if (count === null) return;
      yield buffer.subarray(0, count);
    }
  } catch (error) {
    throw fileError(label, error, "copy");
  }
}

/** The entries for files in memory. */
export function memoryEntries(files: MemoryFiles, to: string, options: CopyOptions): LayerEntry[] {
  const make = new EntryMaker(options);
  const entries = make.target(to);
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
    entries.push(make.memory(folderOf(to) + path, bytes));
  }
  for (const folder of folders) {
    if (seen.has(folder)) {
      throw new InvalidArgumentError(
        `Cannot copy to ${JSON.stringify(folder.slice(1))}: it is both a file and a folder`,
      );
    }
    entries.push(make.folder(folderOf(to) + folder));
  }
  return entries;
}
