/**
 * Changes files.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { RootFileChange } from "../../host/root.ts";
import { throwIfAborted } from "../call/abort.ts";
import { describeFailure, PathProblem } from "./errors.ts";
import type { FileAttributes, FileInfo } from "./info.ts";
import { type LayerPart, WHITEOUT } from "./part.ts";
import { joinPath, pathNames } from "./path.ts";
import { describe, directly } from "./read.ts";
import type { OpenFiles, WritableSource } from "./source.ts";
import { concat } from "./bytes.ts";
import type { FileTree, Found } from "./tree.ts";
import type { FileOptions } from "./view.ts";
import type { FileContent, NewFileOptions, WriteFileOptions } from "./files.ts";

const ID_MAX = 0xffff_fffe;

/** For {@linkcode Files.writeFile}. */
export async function writeFileTo(
  source: WritableSource,
  path: string,
  content: FileContent,
  options: WriteFileOptions,
): Promise<void> {
  const { signal } = options;
  const change = checkedChange(options);
  await edit(source, "write", path, signal, {
    short: (root, names) => root.write(names, bytesOf(content, signal), change),
    long: async ({ tree }, names) => {
      const { parent, name } = tree.parentOf(names, true);
      if (name === undefined) throw new PathProblem("EISDIR");
      const old = parent.node.children!.get(name)?.attributes;
      if (old?.kind === "directory") throw new PathProblem("EISDIR");
      if (old && old.kind !== "file") throw new PathProblem("EINVAL");
      const bytes = await wholeOf(content, signal);
      const { ["security.capability"]: _, ...xattrs } = old?.xattrs ?? {};
      const attributes = { ...fresh("file", 0o644), ...kept(old), xattrs, ...change };
      return [{
        names: [...parent.names, checkedName(name)],
        attributes: { ...attributes, size: bytes.length },
        content: () => one(bytes),
      }];
    },
  });
}

/** For {@linkcode Files.mkdir}. */
export async function makeFolder(
  source: WritableSource,
  path: string,
  options: NewFileOptions & { recursive?: boolean },
): Promise<void> {
  const { recursive = false, signal } = options;
  const change = checkedChange(options);
  await edit(source, "make folder", path, signal, {
    short: async (root, names) => {
      if (!recursive) return await root.mkdir(names, change);
      for (let count = 1; count <= names.length; count++) {
        const part = names.slice(0, count);
        await root.mkdir(part, change).catch(async (error) => {
          const { code } = error as { code?: string };
          // What ends with ".." is there.
          if (code !== "EEXIST" && code !== "EINVAL") throw error;
          const { info } = await root.stat(part, true);
          if (info.kind !== "directory") throw new PathProblem("EEXIST");
        });
      }
    },
    long: ({ tree }, names) => {
      const attributes = { ...fresh("directory", 0o755), ...change };
      const missing = recursive ? missingFolders(tree, names) : [newPlace(tree, names)];
      return missing.map((at) => ({ names: at, attributes }));
    },
  });
}

/** For {@linkcode Files.symlink}. */
export async function makeLink(
  source: WritableSource,
  target: string,
  path: string,
  options: NewFileOptions,
): Promise<void> {
  if (target === "" || target.includes("\0")) {
    throw new InvalidArgumentError(
      `Cannot link ${JSON.stringify(path)} to ${JSON.stringify(target)}: that is no path`,
    );
  }
  const change = checkedChange(options);
  await edit(source, "make link", path, options.signal, {
    short: async (root, names) => {
      await root.symlink(target, names);
      await root.change(names, change, false);
    },
    long: ({ tree }, names) => [{
      names: newPlace(tree, names),
      attributes: { ...fresh("symlink", 0o777), ...change, linkTo: target },
    }],
  });
}

/** For {@linkcode Files.remove}. */
export async function removeFile(
  source: WritableSource,
  path: string,
  options: FileOptions & { recursive?: boolean },
): Promise<void> {
  const { recursive = false, signal } = options;
  await edit(source, "remove", path, signal, {
    short: (root, names) => root.remove(names, recursive),
    long: ({ tree }, names) => {
      const { node, names: at } = existing(tree, names);
      if (!recursive && node.children && node.children.size > 0) throw new PathProblem("ENOTEMPTY");
      return [{ names: at, remove: true }];
    },
  });
}

/** For {@linkcode Files.rename}. */
export async function renameFile(
  source: WritableSource,
  from: string,
  to: string,
  { signal }: FileOptions,
): Promise<void> {
  const target = pathNames(to, "rename to");
  await edit(source, `rename to ${JSON.stringify(to)}`, from, signal, {
    short: (root, names) => root.rename(names, target),
    long: ({ tree }, names) => {
      const found = existing(tree, names);
      const { parent, name } = tree.parentOf(target, false);
      if (name === undefined) throw new PathProblem("EEXIST");
      const at = [...parent.names, checkedName(name)];
      const there = parent.node.children!.get(name);
      if (there === found.node) return [];
      if (found.names.every((part, i) => part === at[i])) throw new PathProblem("EINVAL");
      if (there?.children && !found.node.children) throw new PathProblem("EISDIR");
      if (there && !there.children && found.node.children) throw new PathProblem("ENOTDIR");
      if (there?.children && there.children.size > 0) throw new PathProblem("ENOTEMPTY");
      return [...moved(tree, found, at), { names: found.names, remove: true }];
    },
  });
}

/** For {@linkcode Files.chmod} and {@linkcode Files.chown}. */
export async function changeFile(
  source: WritableSource,
  verb: "chmod" | "chown",
  path: string,
  change: RootFileChange,
  options: FileOptions & { recursive?: boolean; follow?: boolean },
): Promise<void> {
  const { recursive = false, follow = true, signal } = options;
  const checked = checkedChange(change);
  await edit(source, verb, path, signal, {
    // Whole trees go the long way: it does them in one step.
    short: recursive ? undefined : (root, names) => root.change(names, checked, follow),
    long: ({ tree }, names) => {
      const from = tree.find(names, follow);
      const all = recursive ? [...tree.walk(from)] : [from];
      return all.flatMap((found) => changed(found, checked));
    },
  });
}

/** The two ways to change something. */
interface Ways {
  /** By the machine's own file system. */
  readonly short: ((root: HostRootOf, names: readonly string[]) => Promise<void>) | undefined;
  /** By a layer. */
  long(
    files: OpenFiles,
    names: readonly string[],
  ): readonly LayerPart[] | Promise<readonly LayerPart[]>;
}

type HostRootOf = import("../../host/root.ts").HostRoot;

async function edit(
  source: WritableSource,
  verb: string,
  path: string,
  signal: AbortSignal | undefined,
  ways: Ways,
): Promise<void> {
  const names = pathNames(path, verb);
  const what = describe(source, verb, path);
  throwIfAborted(signal, `to ${what}`);
  try {
    const { short } = ways;
    if (short && await directly(source, signal, (root) => short(root, names))) return;
    const mounted = await source.mountedAt?.(names, signal);
    if (mounted) {
      if (mounted.readonly) throw new PathProblem("EROFS");
      return await edit(mounted.source, verb, joinPath(mounted.names), signal, ways);
    }
    await using files = await source.open(signal);
    const parts = await ways.long(files, names);
    throwIfAborted(signal, `to ${what}`);
    if (parts.length > 0) await source.apply(parts, signal);
  } catch (error) {
    throw describeFailure(error, what);
  }
}

/** A file that is to be changed itself, whatever it links to. */
function existing(tree: FileTree, names: readonly string[]): Found {
  const { parent, name } = tree.parentOf(names, false);
  if (name === undefined) throw new PathProblem("EINVAL");
  const node = parent.node.children!.get(name);
  if (!node) throw new PathProblem("ENOENT");
  return { node, names: [...parent.names, checkedName(name)] };
}

/** Where a new file is to be. */
function newPlace(tree: FileTree, names: readonly string[]): readonly string[] {
  const { parent, name } = tree.parentOf(names, false);
  if (name === undefined || parent.node.children!.has(name)) throw new PathProblem("EEXIST");
  return [...parent.names, checkedName(name)];
}

/** The folders on the way that are not there. */
export function missingFolders(tree: FileTree, names: readonly string[]): (readonly string[])[] {
  const missing: (readonly string[])[] = [];
  let at: readonly string[] = [];
  for (const name of names) {
    if (name === "..") at = at.slice(0, -1);
    else if (missing.includes(at)) missing.push(at = [...at, checkedName(name)]);
    else {
      try {
        const found = tree.find([...at, name], true);
        if (!found.node.children) throw new PathProblem("EEXIST");
        at = found.names;
      } catch (error) {
        if (!(error instanceof PathProblem) || error.code !== "ENOENT") throw error;
        // A link to nothing is in the way.
        if (tree.find(at, true).node.children!.has(name)) throw new PathProblem("EEXIST");
        missing.push(at = [...at, checkedName(name)]);
      }
    }
  }
  return missing;
}

/** A layer cannot hold such names: to it they mean that another file is gone. */
export function checkedName(name: string): string {
  if (!name.startsWith(WHITEOUT)) return name;
  throw new InvalidArgumentError(
    `Cannot use the name ${JSON.stringify(name)}: in layers, names that begin with "${WHITEOUT}" ` +
      "say that a file is gone",
  );
}

/** A tree under another name: its files become links to what they were, so that no bytes move. */
function moved(tree: FileTree, from: Found, to: readonly string[]): LayerPart[] {
  return [...tree.walk(from)].map(({ node: { attributes }, names }) => ({
    names: [...to, ...names.slice(from.names.length)],
    attributes,
    ...(attributes.kind === "directory" || attributes.kind === "symlink"
      ? {}
      : { hardLink: names }),
  }));
}

/**
 * Attributes of a file that is there. A file is linked to a name of its own and back, so that it
 * stays the same file and no bytes move.
 */
function changed({ node, names }: Found, change: RootFileChange): LayerPart[] {
  const attributes = { ...node.attributes, ...change };
  if (names.length === 0) throw new PathProblem("EINVAL");
  // Links have no permissions.
  const { kind } = attributes;
  if (kind === "symlink" && change.uid === undefined && change.gid === undefined) return [];
  if (kind === "directory" || kind === "symlink") return [{ names, attributes }];
  const aside = [...names.slice(0, -1), `.davit-${crypto.randomUUID()}`];
  return [
    { names: aside, attributes: node.attributes, hardLink: names },
    { names, attributes, hardLink: aside },
    { names: aside, remove: true },
  ];
}

/** Attributes of a new file. */
export function fresh(kind: FileInfo["kind"], mode: number): FileAttributes {
  return { kind, size: 0, mode, uid: 0, gid: 0, mtime: new Date() };
}

/** What a file keeps when its content is written anew. */
function kept(old: FileAttributes | undefined): Partial<FileAttributes> {
  return old ? { mode: old.mode, uid: old.uid, gid: old.gid } : {};
}

/** @throws {InvalidArgumentError} when an attribute is out of range. */
export function checkedChange(change: RootFileChange): RootFileChange {
  const { mode, uid, gid, mtime } = change;
  if (mode !== undefined && !(Number.isInteger(mode) && mode >= 0 && mode <= 0o7777)) {
    throw new InvalidArgumentError(`Cannot use ${mode} as mode: use a number from 0 to 0o7777`);
  }
  for (const id of [uid, gid]) {
    if (id === undefined || (Number.isInteger(id) && id >= 0 && id <= ID_MAX)) continue;
    throw new InvalidArgumentError(`Cannot use ${id} as owner: use a number from 0 to ${ID_MAX}`);
  }
  if (mtime && Number.isNaN(mtime.getTime())) {
    throw new InvalidArgumentError("Cannot use an invalid date as time of a file");
  }
  return Object.fromEntries(
    Object.entries({ mode, uid, gid, mtime }).filter(([, value]) => value !== undefined),
  );
}

async function* bytesOf(
  content: FileContent,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (typeof content === "string") yield new TextEncoder().encode(content);
  else if (content instanceof Uint8Array) yield content;
  else {
    for await (const part of content) {
      throwIfAborted(signal, "writing a file");
      yield part;
    }
  }
}

/** A tar says how long a file is before its bytes come. */
async function wholeOf(content: FileContent, signal: AbortSignal | undefined) {
  const parts: Uint8Array[] = [];
  for await (const part of bytesOf(content, signal)) parts.push(part.slice());
  return concat(parts);
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield await bytes;
}
