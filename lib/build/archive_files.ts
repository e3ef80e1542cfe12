/**
 * Unpacks archives into layers. They are hostile until they are shown not to be.
 *
 * @module
 */
import { decompressed } from "../core/archive/compression.ts";
import { readTar } from "../core/files/tar/reader.ts";
import { DavitError, InvalidArgumentError } from "../errors/errors.ts";
import { EntryMaker, type LayerEntry } from "./entry.ts";
import { folderOf } from "./host_files.ts";
import type { CopyOptions } from "./plan.ts";
import type { Spool, Spooled } from "./spool.ts";

/** More entries than an honest archive has. */
const MAX_ENTRIES = 1_000_000;
const MAX_PATH = 4095;

/**
 * The entries of a tar, plain or compressed by gzip or zstd. Contents are put into the spool.
 *
 * @param label What it is, for messages.
 * @param maxBytes More unpacked bytes are refused.
 * @throws {InvalidArgumentError} When it is no tar, broken, has devices, leads out of its own
 * folder, or is too large.
 */
export async function archiveEntries(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  to: string,
  options: CopyOptions,
  { label, maxBytes, spool, signal }: {
    readonly label: string;
    readonly maxBytes: number;
    readonly spool: Spool;
    readonly signal: AbortSignal | undefined;
  },
): Promise<LayerEntry[]> {
  const make = new EntryMaker(options, true);
  const entries = new Map<string, LayerEntry>(
    make.target(to).map((entry) => [entry.path, entry]),
  );
  const contents = new Map<string, Spooled>();
  const fail = (why: string): never => {
    throw new InvalidArgumentError(`Cannot unpack ${label}: ${why}`);
  };
  let left = maxBytes;
  const ends = signal ?? new AbortController().signal;
  try {
    const tar = await decompressed(bytes, label, ends, "unpack");
    for await (const item of readTar(tar, { strict: true })) {
      const path = inside(item.name, to, fail);
      if (path === undefined) continue;
      if (entries.size >= MAX_ENTRIES) fail(`it has more than ${MAX_ENTRIES} entries`);
      checkParents(path, entries, fail);
      const { attributes } = item;
      const { kind } = attributes;
      if (item.hardLink !== undefined) {
        const target = entries.get(inside(item.hardLink, to, fail) ?? "");
        if (!target || target.kind === "directory") {
          fail(`its hard link ${shown(item.name)} leads to nothing that is in it`);
        }
        entries.set(path, { ...target!, path });
        continue;
      }
      if (kind !== "file" && kind !== "directory" && kind !== "symlink") {
        fail(
          `its ${shown(item.name)} is a ${kind.replace("-", " ")}; only files, folders and ` +
            "links are unpacked",
        );
      }
      if (item.segments) fail(`its ${shown(item.name)} has holes; make it without --sparse`);
      if (attributes.size > left) fail(`it is larger than ${maxBytes} bytes; see maxSize`);
      left -= attributes.size;
      if (attributes.size > 0) contents.set(path, await spool.add(item.data(), label, maxBytes));
      entries.set(path, make.entry(path, attributes, contents.get(path)?.read));
    }
  } catch (error) {
    if (error instanceof DavitError || !(error instanceof RangeError)) throw error;
    fail(`its tar is broken: ${error.message}`);
  }
  return [...entries.values()];
}

/** Where an entry goes; `undefined` for the archive's own folder. */
function inside(name: string, to: string, fail: (why: string) => never): string | undefined {
  if (name.length > MAX_PATH) fail(`a path in it has ${name.length} bytes; 4095 are allowed`);
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) fail(`its entry ${shown(name)} leads out of it; do not trust it`);
  if (parts.some((part) => part.length > 255)) {
    fail(`a name in ${shown(name)} has more than 255 bytes`);
  }
  return parts.length === 0 ? undefined : `${folderOf(to)}/${parts.join("/")}`;
}

/** What is below a link that the archive made would go where the link says. */
function checkParents(
  path: string,
  entries: ReadonlyMap<string, LayerEntry>,
  fail: (why: string) => never,
): void {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    const above = entries.get(path.slice(0, at));
    if (above && above.kind !== "directory") {
      fail(`its entry ${shown(path)} is below one that is no folder; do not trust it`);
    }
  }
}

function shown(name: string): string {
  return JSON.stringify(name.length > 160 ? `${name.slice(0, 160)}…` : name);
}
