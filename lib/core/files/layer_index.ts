/**
 * What a layer holds, found out by reading its tar once from start to end: nothing is unpacked.
 *
 * @module
 */
import { DavitError, InvalidArgumentError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { sniffCompression } from "../../oci/media_types.ts";
import { decompressed } from "../archive/compression.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import type { FileAttributes } from "./info.ts";
import { splitPath } from "./path.ts";
import { readTar } from "./tar/reader.ts";
import type { Segment } from "./tar/sparse.ts";

/** Where bytes of a file are stored. */
export interface StoredData {
  /** The blob of the layer. */
  readonly digest: string;
  /** Whether the blob is a plain tar, so that any part of it can be read by itself. */
  readonly plain: boolean;
  /** Offset in the uncompressed tar. */
  readonly offset: number;
  /** What is stored of a file with holes; all of it where there are none. */
  readonly segments: readonly Segment[] | undefined;
}

/** An entry of a layer. */
export interface LayerItem {
  /** The names on the way from the root; none for the root itself. */
  readonly names: readonly string[];
  /** For another name of an earlier entry: the names on the way to that. */
  readonly hardLink: readonly string[] | undefined;
  /** What it is. */
  readonly attributes: FileAttributes;
  /** Where its content is. */
  readonly data: StoredData;
}

/** A layer's entries, in order. */
export interface LayerIndex {
  /** The entries; of those with paths that no file system has, none. */
  readonly items: readonly LayerItem[];
  /** Digest of the blob. */
  readonly digest: string;
}

/** More entries than this are not kept in memory. */
const MAX_ITEMS = 3_000_000;
/** Deeper folders than a path can name. */
const MAX_DEPTH = 2048;

/**
 * Reads a layer.
 *
 * @param label Its name, for messages.
 * @throws {InvalidArgumentError} when its tar or its compression is broken.
 * @throws {DavitError} of the code `resource_exhausted` when it has too many entries.
 */
export async function indexLayer(
  context: Context,
  layer: Pick<Descriptor, "digest">,
  label: string,
  signal: AbortSignal | undefined,
): Promise<LayerIndex> {
  const { digest } = layer;
  const store = new ContentStore(context);
  const { bytes, plain } = await openLayer(store, digest, label, signal);
  const items: LayerItem[] = [];
  // Most entries of a layer share their attributes' texts with others.
  try {
    for await (const item of readTar(bytes)) {
      const names = entryNames(item.name);
      const hardLink = item.hardLink === undefined ? undefined : entryNames(item.hardLink);
      // containerd skips or refuses such entries as well.
      if (!names || (item.hardLink !== undefined && !hardLink)) continue;
      if (items.length === MAX_ITEMS) throw tooMany(label);
      const { attributes, offset, segments } = item;
      items.push({ names, hardLink, attributes, data: { digest, plain, offset, segments } });
    }
  } catch (error) {
    throw brokenLayer(error, label);
  }
  return { items, digest };
}

/** The bytes of a layer's tar. @returns Whether the blob itself is the tar, too. */
export async function openLayer(
  store: ContentStore,
  digest: string,
  label: string,
  signal: AbortSignal | undefined,
): Promise<{ bytes: ReadableStream<Uint8Array<ArrayBuffer>>; plain: boolean }> {
  const head = await firstBytes(store, digest, signal);
  const blob = store.read(digest, { signal });
  if (sniffCompression(head) === "none") return { bytes: blob, plain: true };
  const ends = signal ?? new AbortController().signal;
  return { bytes: await decompressed(blob, label, ends, "read"), plain: false };
}

async function firstBytes(
  store: ContentStore,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  for await (const head of store.read(digest, { sizeBytes: 8, signal })) return head;
  return new Uint8Array();
}

/** What a broken tar means for the caller. */
export function brokenLayer(error: unknown, label: string): unknown {
  if (error instanceof DavitError || !(error instanceof RangeError)) return error;
  return new InvalidArgumentError(`Cannot read ${label}: its tar is broken: ${error.message}`, {
    cause: error,
  });
}

/** Names without what is empty, `.` and climbs above the root; `undefined` for an impossible path. */
function entryNames(path: string): string[] | undefined {
  const names: string[] = [];
  for (const name of splitPath(path)) {
    if (name === "..") names.pop();
    else names.push(name);
  }
  const possible = names.length <= MAX_DEPTH && path.length <= 4 * 4096 && !path.includes("\0");
  return possible ? names : undefined;
}

function tooMany(label: string): DavitError {
  return new DavitError(
    `Cannot read ${label}: it has more than ${MAX_ITEMS} files; it may be meant to do harm`,
    "resource_exhausted",
  );
}
