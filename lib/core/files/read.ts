/**
 * Looks at files.
 *
 * @module
 */
import { DavitError, InvalidArgumentError } from "../../errors/errors.ts";
import { describeFailure, PathProblem } from "./errors.ts";
import type { FileInfo } from "./info.ts";
import { pathNames } from "./path.ts";
import type { FilesSource, OpenFiles } from "./source.ts";
import { concat } from "./tar/writer.ts";
import { type Found, infoOf } from "./tree.ts";
import type { FileOptions, ReadFileOptions, WalkOptions } from "./view.ts";

const MAX_BYTES = 256 * 1024 * 1024;

/** For {@linkcode FilesView.stat}. */
export async function statFile(
  source: FilesSource,
  path: string,
  options: FileOptions & { follow?: boolean },
): Promise<FileInfo> {
  return await look(
    source,
    "stat",
    path,
    options,
    ({ tree }, names) => infoOf(tree.find(names, options.follow ?? true)),
  );
}

/** For {@linkcode FilesView.exists}. */
export async function fileExists(
  source: FilesSource,
  path: string,
  options: FileOptions,
): Promise<boolean> {
  return await look(source, "look for", path, options, ({ tree }, names) => {
    try {
      return tree.find(names, true) !== undefined;
    } catch (error) {
      if (error instanceof PathProblem && error.code !== "ELOOP") return false;
      throw error;
    }
  });
}

/** For {@linkcode FilesView.walk}. */
export async function* walkFiles(
  source: FilesSource,
  path: string,
  options: WalkOptions,
): AsyncGenerator<FileInfo, void, undefined> {
  const { maxDepth = Infinity } = options;
  const found = await look(source, "list", path, options, ({ tree }, names) => {
    const from = folderAt(tree.find(names, true));
    const depth = from.names.length + maxDepth;
    return tree.walk(from, (at) => at.names.length < depth);
  });
  found.next();
  for (const item of found) yield infoOf(item);
}

/** For {@linkcode FilesView.glob}. */
export async function* globFiles(
  source: FilesSource,
  pattern: string,
  options: FileOptions,
): AsyncGenerator<FileInfo, void, undefined> {
  pathNames(pattern, "look for");
  const { globToRegExp } = await import("@std/path/posix");
  const matcher = globToRegExp(pattern.startsWith("/") ? pattern : `/${pattern}`);
  for await (const info of walkFiles(source, "/", options)) {
    if (matcher.test(info.path)) yield info;
  }
}

/** For {@linkcode FilesView.readFile}. */
export async function readWholeFile(
  source: FilesSource,
  path: string,
  options: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { maxBytes = MAX_BYTES } = options;
  if (!(maxBytes >= 0)) {
    throw new InvalidArgumentError(`Cannot read at most ${maxBytes} bytes: use a number from 0`);
  }
  return await look(source, "read", path, options, async (files, names, what) => {
    const { node } = fileAt(files.tree.find(names, true));
    checkSize(node.attributes.size, maxBytes, what);
    const parts: Uint8Array[] = [];
    for await (const part of files.content(node, options.signal)) parts.push(part.slice());
    return concat(parts);
  });
}

/** @throws {DavitError} when a file is larger than its reader wants. */
function checkSize(size: number, maxBytes: number, what: string): void {
  if (size <= maxBytes) return;
  throw new DavitError(
    `Cannot ${what}: it has ${size} bytes, and ${maxBytes} are allowed; pass a larger maxBytes, ` +
      "or read it as a stream by open()",
    "resource_exhausted",
  );
}

/** For {@linkcode FilesView.open}. */
export async function openFile(
  source: FilesSource,
  path: string,
  { signal }: FileOptions,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const names = pathNames(path, "read");
  const files = await source.open(signal);
  try {
    const { node } = fileAt(files.tree.find(names, true));
    return ReadableStream.from(async function* () {
      try {
        for await (const part of files.content(node, signal)) yield part.slice();
      } finally {
        await files[Symbol.asyncDispose]();
      }
    }());
  } catch (error) {
    await files[Symbol.asyncDispose]();
    throw describeFailure(error, describe(source, "read", path));
  }
}

/** For {@linkcode FilesView.readLink}. */
export async function readLinkOf(
  source: FilesSource,
  path: string,
  options: FileOptions,
): Promise<string> {
  return await look(source, "read link", path, options, ({ tree }, names) => {
    const { kind, linkTo } = tree.find(names, false).node.attributes;
    if (kind !== "symlink") throw new PathProblem("EINVAL");
    return linkTo ?? "";
  });
}

/** What is done to which file, for messages. */
export function describe(source: FilesSource, verb: string, path: string): string {
  return `${verb} ${JSON.stringify(path)} of ${source.label}`;
}

/** Runs `work` on the files as they are now. */
export async function look<T>(
  source: FilesSource,
  verb: string,
  path: string,
  { signal }: FileOptions,
  work: (files: OpenFiles, names: readonly string[], what: string) => T | Promise<T>,
): Promise<T> {
  const names = pathNames(path, verb);
  const what = describe(source, verb, path);
  await using files = await source.open(signal);
  try {
    return await work(files, names, what);
  } catch (error) {
    throw describeFailure(error, what);
  }
}

/** @throws {PathProblem} when it is no folder. */
export function folderAt(found: Found): Found {
  if (!found.node.children) throw new PathProblem("ENOTDIR");
  return found;
}

/** @throws {PathProblem} when it is no regular file. */
export function fileAt(found: Found): Found {
  const { kind } = found.node.attributes;
  if (kind === "directory") throw new PathProblem("EISDIR");
  if (kind !== "file") throw new PathProblem("EINVAL");
  return found;
}
