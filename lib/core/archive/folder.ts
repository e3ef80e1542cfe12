/**
 * Reads an OCI image layout from a folder (OCI image spec, image-layout.md).
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { ArchiveEntry } from "./entry.ts";
import { fileError } from "./errors.ts";

const CHUNK = 512 * 1024;

/**
 * The files of an OCI layout, in the order that a tar of it would have at best. Other files of the
 * folder are not looked at.
 *
 * @param path The folder.
 * @param label Its name, for messages.
 * @throws {InvalidArgumentError} When it has no index.json.
 */
export async function* folderEntries(
  path: string,
  label: string,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const index = await fileEntry(path, "index.json", label);
  if (!index) {
    throw new InvalidArgumentError(
      `Cannot import ${label}: the folder has no index.json, so it is no OCI image layout; pass ` +
        "an OCI layout, or the path of a tar",
    );
  }
  const layout = await fileEntry(path, "oci-layout", label);
  if (layout) yield layout;
  yield index;
  for (const algorithm of await names(`${path}/blobs`, label)) {
    for (const name of await names(`${path}/blobs/${algorithm}`, label)) {
      const blob = await fileEntry(path, `blobs/${algorithm}/${name}`, label);
      if (blob) yield blob;
    }
  }
}

async function names(folder: string, label: string): Promise<string[]> {
  const found: string[] = [];
  try {
    if (!(await Deno.stat(folder)).isDirectory) return [];
    for await (const { name } of Deno.readDir(folder)) found.push(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw fileError(label, error);
  }
  return found.sort();
}

async function fileEntry(
  root: string,
  path: string,
  label: string,
): Promise<ArchiveEntry | undefined> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(`${root}/${path}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileError(label, error);
  }
  if (!info.isFile) return undefined;
  return {
    path,
    sizeBytes: info.size,
    linkTo: undefined,
    async *read(): AsyncGenerator<Uint8Array, void, undefined> {
      using file = await Deno.open(`${root}/${path}`);
      let left = info.size;
      while (left > 0) {
        const buffer = new Uint8Array(Math.min(CHUNK, left));
        const count = await file.read(buffer);
        if (count === null) {
          throw new InvalidArgumentError(
            `Cannot import ${label}: its "${path}" became shorter while it was read`,
          );
        }
        left -= count;
        yield buffer.subarray(0, count);
      }
    },
  };
}
