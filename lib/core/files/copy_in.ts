/**
 * Files on their way in: from the script's machine, or out of a tar.
 *
 * @module
 */
import { DavitError, InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import { decompressed } from "../archive/compression.ts";
import { throwIfAborted } from "../call/abort.ts";
import { withHoles } from "./content.ts";
import { localPath } from "./copy_out.ts";
import { describeFailure, PathProblem } from "./errors.ts";
import type { CopyInOptions } from "./files.ts";
import type { FileAttributes } from "./info.ts";
import { readFolder } from "./local_folder.ts";
import type { AddPart, LayerPart } from "./part.ts";
import { joinPath, pathNames, splitPath } from "./path.ts";
import { describe } from "./read.ts";
import type { WritableSource } from "./source.ts";
import { ByteReader } from "./tar/byte_reader.ts";
import { readTar, type TarItem } from "./tar/reader.ts";
import type { FileTree } from "./tree.ts";
import { checkedChange, checkedName, fresh, missingFolders } from "./write.ts";

const MAX_BYTES = 16 * 1024 ** 3;

/** For {@linkcode Files.copyIn}. */
export async function copyFilesIn(
  source: WritableSource,
  from: string | URL | Uint8Array | AsyncIterable<Uint8Array>,
  to: string,
  options: CopyInOptions,
): Promise<void> {
  const { signal } = options;
  const names = pathNames(to, "copy to");
  const what = describe(source, "copy to", to);
  const owner = checkedChange({ uid: options.uid, gid: options.gid });
  throwIfAborted(signal, `to ${what}`);
  try {
    await using files = await source.open(signal);
    const { tree } = files;
    const local = typeof from === "string" || from instanceof URL ? localPath(from) : undefined;
    if (local === undefined) {
      const bytes = bytesOf(from as Uint8Array | AsyncIterable<Uint8Array>);
      await source.apply(below(tree, names, fromTar(bytes, options, owner, what)), signal);
    } else {
      const place = await isFolder(local, what) ? below : oneFile;
      const parts = owned(readFolder(local, signal), options, owner);
      await source.apply(place(tree, names, parts), signal);
    }
  } catch (error) {
    throw describeFailure(error, what);
  }
}

async function isFolder(path: string, what: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isDirectory;
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new NotFoundError(`Cannot ${what}: there is no "${path}" on this machine`, { cause });
  }
}

function bytesOf(from: Uint8Array | AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return from instanceof Uint8Array ? ReadableStream.from([from]) : from;
}

/** Parts of a tree, put into a folder. */
async function* below(
  tree: FileTree,
  to: readonly string[],
  parts: AsyncIterable<AddPart>,
): AsyncGenerator<LayerPart, void, undefined> {
  const missing = missingFolders(tree, to);
  const base = missing.at(-1) ?? tree.find(to, true).names;
  for (const names of missing) yield { names, attributes: fresh("directory", 0o755) };
  for await (const part of parts) {
    if (part.names.length === 0) continue;
    const hardLink = part.hardLink && [...base, ...part.hardLink];
    yield { ...part, names: [...base, ...part.names], ...(hardLink ? { hardLink } : {}) };
  }
}

/** A single file under a name of its own. */
async function* oneFile(
  tree: FileTree,
  to: readonly string[],
  parts: AsyncIterable<AddPart>,
): AsyncGenerator<LayerPart, void, undefined> {
  const { parent, name } = tree.parentOf(to, true);
  if (name === undefined) throw new PathProblem("EISDIR");
  if (parent.node.children!.get(name)?.children) throw new PathProblem("EISDIR");
  for await (const part of parts) yield { ...part, names: [...parent.names, checkedName(name)] };
}

async function* owned(
  parts: AsyncIterable<AddPart>,
  { owners = false }: CopyInOptions,
  owner: { uid?: number | undefined; gid?: number | undefined },
): AsyncGenerator<AddPart, void, undefined> {
  const other = owners ? owner : { uid: 0, gid: 0, ...owner };
  for await (const part of parts) {
    yield { ...part, attributes: { ...part.attributes, ...other } };
  }
}

/** What a tar says, with what it should not say refused. */
async function* fromTar(
  bytes: AsyncIterable<Uint8Array>,
  { devices = false, maxBytes = MAX_BYTES, signal }: CopyInOptions,
  owner: { uid?: number | undefined; gid?: number | undefined },
  what: string,
): AsyncGenerator<AddPart, void, undefined> {
  const ends = signal ?? new AbortController().signal;
  const stream = ReadableStream.from(bytes) as ReadableStream<Uint8Array<ArrayBuffer>>;
  const tar = await decompressed(stream, "the tar", ends, "copy");
  const links = new Set<string>();
  let total = 0;
  try {
    for await (const item of readTar(tar, { strict: true })) {
      throwIfAborted(signal, `to ${what}`);
      const names = inside(item.name, links, what);
      const attributes: FileAttributes = { ...item.attributes, ...owner };
      if (/device|fifo/.test(attributes.kind) && !devices) throw unwanted(item, what);
      total += attributes.size;
      if (total > maxBytes) throw tooLarge(what, maxBytes);
      if (attributes.kind === "symlink") links.add(joinPath(names));
      else if (item.hardLink === undefined) links.delete(joinPath(names));
      if (item.hardLink !== undefined) {
        yield { names, attributes, hardLink: inside(item.hardLink, links, what) };
      } else yield { names, attributes, content: () => contentOf(item, attributes.size) };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgumentError(`Cannot ${what}: the tar is broken: ${error.message}`, {
      cause: error,
    });
  }
}

function contentOf(item: TarItem, size: number): AsyncIterable<Uint8Array> {
  return withHoles(new ByteReader(item.data()), item, size);
}

/** The names of an entry's path. @throws when it climbs, or leads by way of one of the tar's links. */
function inside(path: string, links: ReadonlySet<string>, what: string): string[] {
  const fail = (why: string): never => {
    const shown = JSON.stringify(path.length > 160 ? `${path.slice(0, 160)}…` : path);
    throw new InvalidArgumentError(`Cannot ${what}: the tar's ${shown} ${why}; do not trust it`);
  };
  const names = splitPath(path);
  if (names.includes("..")) fail("points outside of it");
  if (path.includes("\0")) fail("has a NUL in it");
  if (names.length > 0) pathNames(joinPath(names), "copy");
  for (const name of names) checkedName(name);
  for (let count = 1; count < names.length; count++) {
    if (links.has(joinPath(names.slice(0, count)))) fail("leads through one of its links");
  }
  return names;
}

function unwanted(item: TarItem, what: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot ${what}: the tar's ${JSON.stringify(item.name)} is a ` +
      `${item.attributes.kind.replace("-", " ")}; pass devices: true to have it made`,
  );
}

function tooLarge(what: string, maxBytes: number): DavitError {
  return new DavitError(
    `Cannot ${what}: the tar's files have more than ${maxBytes} bytes; it may be meant to do harm, ` +
      "or pass a larger maxBytes",
    "resource_exhausted",
  );
}
