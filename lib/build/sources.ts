/**
 * Where the files of a step come from, whatever they are: this machine, memory, an archive, the
 * network, another stage, an image.
 *
 * @module
 */
import { fileError } from "../core/archive/errors.ts";
import { ContentStore } from "../core/content/content.ts";
import { DavitError, DigestError, InvalidArgumentError, NotFoundError } from "../errors/errors.ts";
import { createHasher, type Digest, parseDigest } from "../oci/digest.ts";
import { sniffCompression } from "../oci/media_types.ts";
import { parseSize } from "../oci/sizes.ts";
import { archiveEntries } from "./archive_files.ts";
import { hashEntries } from "./cache.ts";
import { EntryMaker, type LayerEntry } from "./entry.ts";
import { folderOf, hostEntries, memoryEntries } from "./host_files.ts";
import { imageEntries } from "./image_files.ts";
import type { AddOptions, BuildStep, CopyOptions } from "./plan.ts";
import type { OriginOf } from "./run_mounts.ts";
import type { BuildWork } from "./work.ts";

const MAX_ARCHIVE = "8GiB";

/** A step that copies. */
export type CopyStep = Extract<BuildStep, { kind: "copy" | "add" }>;

/** The files of a step. */
export interface StepSource {
  /** Names them: by their digest, or by that of what they come out of. */
  inputs(): Promise<string>;
  /** Whether {@linkcode inputs} has to read all files, which {@linkcode entries} does anyway. */
  readonly late: boolean;
  /** The files. */
  entries(): Promise<LayerEntry[]>;
}

/** Looks at what a step copies. */
export async function openSource(
  work: BuildWork,
  step: CopyStep,
  originOf: OriginOf,
): Promise<StepSource> {
  const { from, to, options } = step;
  if (step.kind === "add") return await addSource(work, step.from, to, step.options);
  const { from: origin } = options as CopyOptions;
  if (origin !== undefined) {
    const paths = (Array.isArray(from) ? from : [from]).map((path) => {
      if (typeof path === "string") return path;
      throw new InvalidArgumentError("Cannot copy from a stage or an image: give paths in it");
    });
    const found = await originOf(origin);
    const { spool, signal, context } = work;
    return {
      late: false,
      inputs: () => Promise.resolve(JSON.stringify([found.key, paths, options.ignore ?? []])),
      entries: () => imageEntries(context, found, paths, to, options, { spool, signal }),
    };
  }
  return await hashed(await plainEntries(work, step));
}

async function plainEntries(
  work: BuildWork,
  { from, to, options }: CopyStep,
): Promise<LayerEntry[]> {
  if (from instanceof Uint8Array) return [new EntryMaker(options).memory(to, from)];
  if (from instanceof ReadableStream) {
    if (from.locked) {
      throw new InvalidArgumentError(
        `Cannot copy a stream to "${to}": it was read already; give a new one for each build`,
      );
    }
    const { size, read } = await work.spool.add(from, "a stream");
    return [new EntryMaker(options).entry(to, { kind: "file", mode: 0o644, size }, read)];
  }
  if (typeof from === "string" || from instanceof URL) {
    return await hostEntries([from], to, options);
  }
  if (isList(from)) return await hostEntries(from, to, options);
  return memoryEntries(from, to, options);
}

function isList(value: unknown): value is readonly (string | URL)[] {
  return Array.isArray(value);
}

/** Files that are named by what is in them. */
async function hashed(entries: readonly LayerEntry[]): Promise<StepSource> {
  const hashes = await hashEntries(entries);
  return {
    late: true,
    inputs: () => hashes.digest(),
    entries: () => Promise.resolve(hashes.entries),
  };
}

async function addSource(
  work: BuildWork,
  from: string | URL,
  to: string,
  options: AddOptions,
): Promise<StepSource> {
  const url = remoteUrl(from);
  const { unpack = url === undefined } = options;
  if (url) {
    const checksum = parseDigest(options.checksum ?? "");
    return {
      late: false,
      inputs: () => Promise.resolve(`${checksum} ${unpack}`),
      entries: async () => {
        await fetchBlob(work, url, checksum);
        return await blobEntries(work, { checksum, name: fileName(url), unpack }, to, options);
      },
    };
  }
  const archive = unpack && typeof from === "string" ? await archivePath(from, options) : undefined;
  if (archive === undefined) {
    return await hashed(await hostEntries([from], to, options));
  }
  const open = async () => (await Deno.open(archive)).readable;
  return {
    late: false,
    async inputs() {
      const hasher = await createHasher();
      for await (const part of await open()) hasher.update(part);
      return hasher.digest();
    },
    entries: async () => await unpackArchive(work, await open(), archive, to, options),
  };
}

/** The path of a file that is an archive; `undefined` for everything else. */
async function archivePath(from: string, options: AddOptions): Promise<string | undefined> {
  const { context } = options;
  const path = context === undefined ? from : `${context.replace(/\/$/, "")}/${from}`;
  try {
    if (!(await Deno.stat(path)).isFile) return undefined;
    using file = await Deno.open(path);
    const head = new Uint8Array(512);
    const count = await file.read(head) ?? 0;
    const isTar = new TextDecoder().decode(head.subarray(257, 262)) === "ustar";
    return isTar || (count > 4 && sniffCompression(head) !== "none") ? path : undefined;
  } catch (error) {
    // Patterns and what is not there are for whoever copies.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileError(JSON.stringify(path), error, "add");
  }
}

async function unpackArchive(
  work: BuildWork,
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  label: string,
  to: string,
  options: AddOptions,
): Promise<LayerEntry[]> {
  const maxBytes = parseSize(options.maxSize ?? MAX_ARCHIVE, "maxSize");
  const { spool, signal } = work;
  return await archiveEntries(bytes, to, options, {
    label: JSON.stringify(label),
    maxBytes,
    spool,
    signal,
  });
}

/** The URL of something that is not on this machine. */
export function remoteUrl(from: string | URL): URL | undefined {
  if (typeof from === "string" && !/^https?:\/\//.test(from)) return undefined;
  const url = new URL(from);
  return url.protocol === "file:" ? undefined : url;
}

function fileName(url: URL): string {
  return decodeURIComponent(url.pathname.split("/").at(-1) ?? "") || "index";
}

/** Fetches a file into the content store, unless it is there. */
async function fetchBlob(work: BuildWork, url: URL, checksum: Digest): Promise<void> {
  const { context, signal } = work;
  const store = new ContentStore(context);
  const where = `${url.origin}${url.pathname}`;
  try {
    await store.info(checksum, { signal });
    await context.api.leases.addResource({
      id: context.lease!,
      resource: { id: checksum, type: "content" },
    });
    return;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (cause) {
    throw new DavitError(`Cannot add "${where}": it cannot be fetched: ${cause}`, "unavailable", {
      cause,
    });
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new NotFoundError(`Cannot add "${where}": the server answered ${response.status}`);
  }
  try {
    await store.write(response.body, { digest: checksum, signal });
  } catch (cause) {
    if (!(cause instanceof DigestError)) throw cause;
    throw new DigestError(
      `Cannot add "${where}": it hashes to "${cause.actual}" and not to the given checksum`,
      { expected: cause.expected, actual: cause.actual },
      { cause },
    );
  }
}

async function blobEntries(
  work: BuildWork,
  blob: { readonly checksum: Digest; readonly name: string; readonly unpack: boolean },
  to: string,
  options: AddOptions,
): Promise<LayerEntry[]> {
  const { context, signal } = work;
  const store = new ContentStore(context);
  if (blob.unpack) {
    const bytes = store.read(blob.checksum, { signal });
    return await unpackArchive(work, bytes, blob.name, to, options);
  }
  const { sizeBytes: size } = await store.info(blob.checksum, { signal });
  const path = to.endsWith("/") ? `${folderOf(to)}/${blob.name}` : to;
  // As with other builders, a file of the network is for its owner alone.
  const source = { kind: "file", mode: 0o600, size } as const;
  const make = new EntryMaker(options, true);
  return [make.entry(path, source, () => store.read(blob.checksum, { signal }))];
}
