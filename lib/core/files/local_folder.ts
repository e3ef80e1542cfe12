/**
 * Files of the script's own machine.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { FileAttributes } from "./info.ts";
import type { AddPart } from "./part.ts";

const CHUNK = 256 * 1024;

/**
 * What is in a folder, parents first, names in order; or a single file. A file with several names is
 * one file. Links stay links.
 *
 * @throws {InvalidArgumentError} for a device, a FIFO or a socket.
 */
export async function* readFolder(
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<AddPart, void, undefined> {
  const first = new Map<string, readonly string[]>();
  yield* read(path, [], first, signal);
}

async function* read(
  path: string,
  names: readonly string[],
  first: Map<string, readonly string[]>,
  signal: AbortSignal | undefined,
): AsyncGenerator<AddPart, void, undefined> {
  throwIfAborted(signal, "reading files");
  const info = await Deno.lstat(path);
  const attributes = attributesOf(info, path);
  const inode = `${info.dev} ${info.ino}`;
  if (attributes.kind === "directory") {
    if (names.length > 0) yield { names, attributes };
    const list = await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
    for (const name of list.sort()) yield* read(`${path}/${name}`, [...names, name], first, signal);
  } else if (attributes.kind === "symlink") {
    yield { names, attributes: { ...attributes, linkTo: await Deno.readLink(path) } };
  } else if (first.has(inode)) yield { names, attributes, hardLink: first.get(inode)! };
  else {
    if ((info.nlink ?? 1) > 1) first.set(inode, names);
    yield { names, attributes, content: () => contentOf(path, attributes.size) };
  }
}

function attributesOf(info: Deno.FileInfo, path: string): FileAttributes {
  const kind = info.isDirectory ? "directory" : info.isSymlink ? "symlink" : "file";
  if (kind === "file" && !info.isFile) {
    throw new InvalidArgumentError(
      `Cannot copy "${path}": it is a device, a FIFO or a socket; leave it out`,
    );
  }
  return {
    kind,
    size: kind === "file" ? info.size : 0,
    mode: (info.mode ?? 0o644) & 0o7777,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    mtime: info.mtime ?? new Date(0),
  };
}

/** As many bytes as were announced; one that grows meanwhile is cut there. */
async function* contentOf(
  path: string,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  using file = await Deno.open(path);
  for (let left = size; left > 0;) {
    const buffer = new Uint8Array(Math.min(CHUNK, left));
    const count = await file.read(buffer);
    if (count === null) return;
    left -= count;
    yield buffer.subarray(0, count);
  }
}
