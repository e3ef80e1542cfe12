/**
 * Exports images as archives, through the content store alone: it works with every version of
 * containerd.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestHex } from "../../oci/digest.ts";
import { parseIndex } from "../../oci/index_doc.ts";
import { type ImageManifest, manifestKind, parseManifest } from "../../oci/manifest.ts";
import { isConfig, OCI } from "../../oci/media_types.ts";
import { formatPlatform, matchesPlatform, type Platform } from "../../oci/platform.ts";
import { tryParseReference } from "../../oci/reference.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import { TreeReader } from "../archive/tree.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { tarEnd, tarFileHeader, tarFolderHeader, tarPadding } from "./export_tar.ts";
import { underLeaseStream } from "./export_lease.ts";

/** Options of {@linkcode exportImage}. */
export interface ExportOptions {
  /**
   * Which platforms of an index to export, as far as the image is for them; `"all"` for every one
   * that it lists. Like `ctr images export`, the default is the daemon's own, and the archive has
   * the whole index in any case, so that the image keeps its digest.
   */
  platforms?: readonly Platform[] | "all";
  /**
   * Who makes the archive: `"client"`: this process, byte for byte the same each time; `"transfer"`:
   * the daemon (containerd 2.0).
   * @default "client"
   */
  via?: "client" | "transfer";
  /** Ends the export: the stream fails. */
  signal?: AbortSignal;
}

/** A file of the archive. */
interface Entry {
  readonly path: string;
  readonly size: number;
  /** What it holds: a small document, or the blob of this digest. */
  readonly content: Uint8Array<ArrayBuffer> | Digest;
}

/**
 * Hands out the bytes of an archive: an OCI image layout, version 1.0.0, with the `manifest.json`
 * that Docker and others read where there is an image for one platform to be listed there.
 *
 * @throws {MissingContentError} When blobs of a wanted platform are not in the store.
 * @throws {InvalidArgumentError} When the image is for other platforms only.
 */
export async function* exportImage(
  context: Context,
  image: { readonly name: string; readonly target: Descriptor },
  options: ExportOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { signal } = options;
  throwIfAborted(signal, `exporting "${image.name}"`);
  if (options.platforms?.length === 0) {
    throw new InvalidArgumentError(
      'Cannot export: "platforms" is empty; leave it out, or name one',
    );
  }
  if (options.via === "transfer") {
    const { exportByTransfer } = await import("./export_transfer.ts");
    return yield* exportByTransfer(context, image.name, options);
  }
  yield* underLeaseStream(context, async function* (leased) {
    // The image may lose its name while this goes on.
    const resource = { id: image.target.digest, type: "content" };
    await leased.api.leases.addResource({ id: leased.lease!, resource }, {
      timeoutMs: CHANGE_TIMEOUT_MS,
    });
    const store = new ContentStore(leased);
    const entries = await entriesOf(leased, store, image, options);
    for (const folder of ["blobs/", "blobs/sha256/"]) yield tarFolderHeader(folder);
    for (const { path, size, content } of entries) {
      yield tarFileHeader(path, size);
      if (content instanceof Uint8Array) yield content;
      else yield* store.read(content, { signal });
      const padding = tarPadding(size);
      if (padding.length > 0) yield padding;
    }
    yield tarEnd();
  });
}

async function entriesOf(
  context: Context,
  store: ContentStore,
  image: { readonly name: string; readonly target: Descriptor },
  { platforms, signal }: ExportOptions,
): Promise<readonly Entry[]> {
  const { name, target } = image;
  const isIndex = manifestKind(target.mediaType) === "index";
  const own = context.session.platform;
  const wanted = platforms ?? (isIndex ? [own] : "all");
  const reader = new TreeReader(store, wanted, signal);
  const tree = await reader.read(target).catch((error) => {
    if (!(error instanceof MissingContentError)) throw error;
    const { digests, platform } = error;
    throw new MissingContentError(
      `Cannot export image "${name}"${
        platform ? ` for ${platform}` : ""
      }: ${digests.length} of its ` +
        `blobs are not in the content store, such as "${digests[0]}"; pull or import it again`,
      { digests, ...(platform ? { platform } : {}) },
      { cause: error },
    );
  });
  if (!tree) {
    const list = wanted === "all" ? "any platform" : wanted.map(formatPlatform).join(" or ");
    throw new InvalidArgumentError(
      `Cannot export image "${name}" for ${list}: it is for ${
        reader.offered.join(", ") || "no platform"
      } only; name a platform that it has`,
    );
  }
  const entries: Entry[] = [];
  const document = (path: string, value: unknown): void => {
    const content = new TextEncoder().encode(JSON.stringify(value));
    entries.push({ path, size: content.length, content });
  };
  document("oci-layout", { imageLayoutVersion: "1.0.0" });
  document("index.json", layoutIndex(name, target));
  const docker = await dockerManifest(store, target, tree.blobs, own, signal);
  if (docker) document("manifest.json", [dockerEntry(name, docker)]);
  for (const digest of tree.blobs) {
    const { sizeBytes } = await store.info(digest, { signal });
    entries.push({ path: blobPath(digest), size: sizeBytes, content: digest });
  }
  return entries;
}

function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

/** Both names that readers look for: containerd's for the whole, OCI's for the tag. */
function layoutIndex(name: string, target: Descriptor): unknown {
  const tag = tryParseReference(name)?.tag;
  const annotations = {
    "io.containerd.image.name": name,
    ...(tag === undefined ? {} : { "org.opencontainers.image.ref.name": tag }),
  };
  const { mediaType, digest, size } = target;
  return {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: [{ mediaType, digest, size, annotations }],
  };
}

/** The one manifest that Docker's list is about: the daemon's platform, else the only one. */
async function dockerManifest(
  store: ContentStore,
  target: Descriptor,
  kept: ReadonlySet<Digest>,
  own: Platform,
  signal: AbortSignal | undefined,
): Promise<ImageManifest | undefined> {
  const found: { manifest: ImageManifest; platform: Platform | undefined }[] = [];
  const visit = async (descriptor: Descriptor): Promise<void> => {
    if (!kept.has(descriptor.digest)) return;
    const bytes = await store.readAll(descriptor.digest, { signal });
    if (manifestKind(descriptor.mediaType) === "index") {
      for (const child of parseIndex(bytes).manifests) await visit(child);
      return;
    }
    const manifest = parseManifest(bytes);
    const { platform } = descriptor;
    if (isConfig(manifest.config.mediaType) && platform?.os !== "unknown") {
      found.push({ manifest, platform });
    }
  };
  await visit(target);
  const best = found.find(({ platform }) => platform && matchesPlatform(platform, own));
  return (best ?? (found.length === 1 ? found[0] : undefined))?.manifest;
}

function dockerEntry(name: string, { config, layers }: ImageManifest): unknown {
  const reference = tryParseReference(name);
  return {
    Config: blobPath(config.digest),
    RepoTags: reference?.tag === undefined ? [] : [reference.withTag(reference.tag).familiar],
    Layers: layers.map(({ digest }) => blobPath(digest)),
  };
}
