/**
 * Puts what an archive holds into the content store, in one pass and while it arrives.
 *
 * @module
 */
import { DigestError, InvalidArgumentError, UnsupportedError } from "../../errors/errors.ts";
import { type Digest, digestOf, isDigest } from "../../oci/digest.ts";
import { MAX_MANIFEST_BYTES } from "../../oci/manifest.ts";
import { sniffCompression } from "../../oci/media_types.ts";
import { type ArchiveEntry, readEntry } from "./entry.ts";
import type { Archive } from "./source.ts";
import { writeUnnamed } from "./write.ts";
import type { ContentStore } from "../content/content.ts";

/** `index.json` is read into memory; it is an index like others, so it may be as large. */
const MAX_INDEX = MAX_MANIFEST_BYTES;
/** Docker's `manifest.json` lists every image of the archive. */
const MAX_DOCKER_MANIFEST = 20 * 1024 * 1024;
const MAX_LAYOUT = 64 * 1024;
/** Up to here a blob is collected and sent in one message. */
const SMALL = 1024 * 1024;

/** How far an import is. */
export interface ImportProgress {
  /** `"store"`: a file goes into the content store. `"unpack"`: layers become snapshots. */
  readonly phase: "store" | "unpack";
  /** The file's path in the archive, or the image's name. */
  readonly name: string;
  /** Bytes that are done. */
  readonly current: number;
  /** Bytes that there are: of the file, or of the image's layers as they are stored. */
  readonly total: number;
}

/** A file of the archive that is in the content store now. */
export interface StoredFile {
  /** Its digest. */
  readonly digest: Digest;
  /** Its size in bytes. */
  readonly size: number;
  /** What its first bytes look like. */
  readonly compression: "none" | "gzip" | "zstd";
}

/** What an archive turned out to hold. */
export interface ArchiveContents {
  /** `oci-layout`, if it is there. */
  readonly layout: Uint8Array | undefined;
  /** `index.json`, if it is there. */
  readonly index: Uint8Array | undefined;
  /** Docker's `manifest.json`, if it is there. */
  readonly dockerManifest: Uint8Array | undefined;
  /** It has the list of names that Docker's first archives had instead. */
  readonly hasRepositories: boolean;
  /** Everything that may be part of an image, by path. */
  readonly files: ReadonlyMap<string, StoredFile>;
  /** Links, by path. */
  readonly links: ReadonlyMap<string, string>;
}

/** What {@linkcode storeArchive} works with. */
export interface StoreOptions {
  /** Ends it. */
  readonly signal: AbortSignal | undefined;
  /** Told about every piece. */
  readonly onProgress: ((progress: ImportProgress) => void) | undefined;
}

/**
 * Stores all blobs of an archive. The caller holds a lease: nothing refers to them yet.
 *
 * @throws {DigestError} When a blob does not have the digest that it is named by.
 * @throws {InvalidArgumentError} When the archive is broken; see {@linkcode Archive}.
 * @throws {UnsupportedError} When a blob has a digest that containerd cannot store.
 */
export async function storeArchive(
  store: ContentStore,
  archive: Archive,
  options: StoreOptions,
): Promise<ArchiveContents> {
  const files = new Map<string, StoredFile>();
  const links = new Map<string, string>();
  const documents = new Map<string, Uint8Array>();
  let hasRepositories = false;
  for await (const entry of archive.entries()) {
    const { path, linkTo } = entry;
    if (linkTo !== undefined) {
      links.set(path, linkTo);
      continue;
    }
    const limit = documentLimit(path);
    if (limit !== undefined) {
      if (documents.has(path)) throw twice(archive, path);
      documents.set(path, await readEntry(entry, limit, archive.label));
      continue;
    }
    if (path === "repositories") hasRepositories = true;
    const digest = blobDigest(path, archive);
    if (digest === undefined && !isDockerFile(path)) continue;
    // The same blob may well be there twice; what is not named by its digest may differ.
    if (digest === undefined && files.has(path)) throw twice(archive, path);
    files.set(path, await storeFile(store, archive, entry, digest, options));
  }
  return {
    layout: documents.get("oci-layout"),
    index: documents.get("index.json"),
    dockerManifest: documents.get("manifest.json"),
    hasRepositories,
    files,
    links,
  };
}

function documentLimit(path: string): number | undefined {
  switch (path) {
    case "oci-layout":
      return MAX_LAYOUT;
    case "index.json":
      return MAX_INDEX;
    case "manifest.json":
      return MAX_DOCKER_MANIFEST;
  }
}

function twice(archive: Archive, path: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot import ${archive.label}: it has "${path}" twice, so that it is not clear which counts`,
  );
}

/** The digest in `blobs/ALGORITHM/HEX`; `undefined` for other paths. */
function blobDigest(path: string, archive: Archive): Digest | undefined {
  const [folder, algorithm, hex, ...rest] = path.split("/");
  const digest = `${algorithm}:${hex}`;
  if (folder !== "blobs" || rest.length > 0 || !isDigest(digest)) return undefined;
  if (algorithm === "sha256") return digest;
  throw new UnsupportedError(
    `Cannot import ${archive.label}: its "${path}" has a ${algorithm} digest; containerd stores ` +
      "sha256 only",
    { needed: "sha256 digests", found: algorithm ?? "" },
  );
}

/**
 * Whether Docker's `manifest.json`, which may come after it, might name this file as a layer or as a
 * configuration. The names are those of docker, podman, skopeo, crane, bazel and nix; a tar of
 * something else should not end up in the content store.
 */
function isDockerFile(path: string): boolean {
  const parts = path.split("/");
  const name = parts.at(-1)!;
  if (parts.length > 2) return false;
  if (name === "layer.tar") return true;
  return parts.length === 1 &&
    (/\.(?:tar|tar\.gz|tgz|tar\.zst|json)$/.test(name) || /^(?:sha256:)?[0-9a-f]{64}$/.test(name));
}

async function storeFile(
  store: ContentStore,
  archive: Archive,
  entry: ArchiveEntry,
  expected: Digest | undefined,
  { signal, onProgress }: StoreOptions,
): Promise<StoredFile> {
  const { path, sizeBytes: size } = entry;
  const head = new Uint8Array(8);
  let current = 0;
  const report = (): void => onProgress?.({ phase: "store", name: path, current, total: size });
  const observed: ArchiveEntry = {
    ...entry,
    async *read(): AsyncGenerator<Uint8Array> {
      for await (const part of entry.read()) {
        if (current < head.length) head.set(part.subarray(0, head.length - current), current);
        current += part.length;
        report();
        yield part;
      }
    },
  };
  report();
  try {
    const digest = await write(store, archive, observed, expected, signal);
    if (current < size) {
      // The store had it, so that nothing was read.
      current = size;
      report();
    }
    return { digest, size, compression: sniffCompression(head) };
  } catch (error) {
    throw describe(error, archive, path);
  }
}

async function write(
  store: ContentStore,
  archive: Archive,
  entry: ArchiveEntry,
  expected: Digest | undefined,
  signal: AbortSignal | undefined,
): Promise<Digest> {
  const { sizeBytes } = entry;
  if (sizeBytes <= SMALL) {
    const bytes = await readEntry(entry, SMALL, archive.label);
    const digest = expected ?? await digestOf(bytes);
    await store.write(bytes, { digest, sizeBytes, signal });
    return digest;
  }
  if (!expected) return (await writeUnnamed(store, entry.read(), { sizeBytes, signal })).digest;
  await store.write(entry.read(), { digest: expected, sizeBytes, signal });
  return expected;
}

function describe(error: unknown, archive: Archive, path: string): unknown {
  if (!(error instanceof DigestError)) return error;
  const { expected, actual } = error;
  return new DigestError(
    `Cannot import ${archive.label}: its "${path}" is corrupt: the bytes hash to "${actual}"; ` +
      "copy the archive or make it again",
    { expected, actual },
    { cause: error },
  );
}
