/**
 * Looks at files.
 *
 * @module
 */
import { DavitError, InvalidArgumentError } from "../../errors/errors.ts";
import type { HostRoot } from "../../host/root.ts";
import { throwIfAborted } from "../call/abort.ts";
import { describeFailure, PathProblem } from "./errors.ts";
import type { FileInfo } from "./info.ts";
import { joinPath, pathNames } from "./path.ts";
import type { FilesSource, OpenFiles } from "./source.ts";
import { concat } from "./bytes.ts";
import { type Found, infoOf } from "./tree.ts";
import type { FileOptions, ReadFileOptions, WalkOptions } from "./view.ts";

const MAX_BYTES = 256 * 1024 * 1024;

/** For {@linkcode FilesView.stat}. */
export async function statFile(
  source: FilesSource,
  path: string,
  options: FileOptions & { follow?: boolean },
): Promise<FileInfo> {
  const { follow = true } = options;
  return await look(source, "stat", path, options, ({ tree }, names) => {
    return infoOf(tree.find(names, follow));
  }, async (root, names) => directInfo(await root.stat(names, follow)));
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
      return isAbsent(error);
    }
  }, async (root, names) => {
    try {
      return await root.stat(names, true) !== undefined;
    } catch (error) {
      return isAbsent(error);
    }
  });
}

/** @returns `false` when the error says that there is no such file. @throws any other error. */
function isAbsent(error: unknown): false {
  const { code } = error as { code?: unknown };
  if (code === "ENOENT" || code === "ENOTDIR") return false;
  throw error;
}

/** For {@linkcode FilesView.walk}. */
export async function* walkFiles(
  source: FilesSource,
  path: string,
  options: WalkOptions,
): AsyncGenerator<FileInfo, void, undefined> {
  const { maxDepth = Infinity } = options;
  const found = await look<Iterable<FileInfo>>(
    source,
    "list",
    path,
    options,
    ({ tree }, names) => {
      const from = folderAt(tree.find(names, true));
      const depth = from.names.length + maxDepth;
      return below(tree.walk(from, (at) => at.names.length < depth));
    },
    maxDepth !== 1 ? undefined : async (root, names) => {
      const { items, names: folder } = await root.list(names);
      return items.map(({ name, info }) => ({ path: joinPath([...folder, name]), name, ...info }));
    },
  );
  yield* found;
}

function* below(found: Generator<Found>): Generator<FileInfo> {
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
  }, async (root, names, what) => {
    const file = await root.open(names);
    try {
      checkSize(file.info.size, maxBytes, what);
      const parts: Uint8Array[] = [];
      let size = 0;
      for await (const part of file.read()) {
        throwIfAborted(options.signal, `to ${what}`);
        // It may grow meanwhile, and files of /proc have no size.
        checkSize(size += part.length, maxBytes, what);
        parts.push(part);
      }
      return concat(parts);
    } finally {
      file.close();
    }
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
  const what = describe(source, "read", path);
  try {
    const file = await directly(source, signal, (root) => root.open(names));
    if (file) return streamOf(file.value.read(), () => file.value.close());
    const mounted = await source.mountedAt?.(names, signal);
    if (mounted) return await openFile(mounted.source, joinPath(mounted.names), { signal });
    const files = await source.open(signal);
    try {
      const { node } = fileAt(files.tree.find(names, true));
      return streamOf(files.content(node, signal), () => files[Symbol.asyncDispose]());
    } catch (error) {
      await files[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    throw describeFailure(error, what);
  }
}

function streamOf(
  content: AsyncIterable<Uint8Array>,
  close: () => void | PromiseLike<void>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const parts = content[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await parts.next();
        if (!done) return controller.enqueue(value.slice());
        await close();
        controller.close();
      } catch (error) {
        await close();
        throw error;
      }
    },
    async cancel() {
      await parts.return?.();
      await close();
    },
  }, { highWaterMark: 0 });
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
  }, async (root, names) => {
    const { info } = await root.stat(names, false);
    if (info.kind !== "symlink") throw new PathProblem("EINVAL");
    return info.linkTo ?? "";
  });
}

/** What is done to which file, for messages. */
export function describe(source: FilesSource, verb: string, path: string): string {
  return `${verb} ${JSON.stringify(path)} of ${source.label}`;
}

/**
 * Runs `work` on the files as they are now.
 *
 * @param short The same for the short way, where there may be one.
 */
export async function look<T>(
  source: FilesSource,
  verb: string,
  path: string,
  { signal }: FileOptions,
  work: (files: OpenFiles, names: readonly string[], what: string) => T | Promise<T>,
  short?: (root: HostRoot, names: readonly string[], what: string) => Promise<T>,
): Promise<T> {
  const names = pathNames(path, verb);
  const what = describe(source, verb, path);
  throwIfAborted(signal, `to ${what}`);
  try {
    const done = short && await directly(source, signal, (root) => short(root, names, what));
    if (done) return done.value;
    const mounted = await source.mountedAt?.(names, signal);
    if (mounted) {
      const there = joinPath(mounted.names);
      return await look(mounted.source, verb, there, { signal }, work, short);
    }
    await using files = await source.open(signal);
    return await work(files, names, what);
  } catch (error) {
    throw describeFailure(error, what);
  }
}

/** What the long way may be able to do although the short one is not. */
const NOT_FOR_US = ["EACCES", "EPERM", "EILSEQ"];

/** @returns `undefined` when there is no short way. */
export async function directly<T>(
  source: FilesSource,
  signal: AbortSignal | undefined,
  work: (root: HostRoot) => Promise<T>,
): Promise<{ value: T } | undefined> {
  using root = await source.direct?.(signal);
  if (!root) return undefined;
  try {
    return { value: await work(root) };
  } catch (error) {
    const { code } = error as { code?: string };
    if (error instanceof Deno.errors.NotCapable || NOT_FOR_US.includes(code ?? "")) {
      return undefined;
    }
    throw error;
  }
}

function directInfo({ info, names }: Awaited<ReturnType<HostRoot["stat"]>>): FileInfo {
  return { path: joinPath(names), name: names.at(-1) ?? "", ...info };
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
