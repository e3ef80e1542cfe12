/**
 * Copies images between repositories and registries, and makes indexes of those that are there. No
 * daemon is involved, and memory does not grow with their size.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { MAX_CONFIG_BYTES, parseImageConfig } from "../oci/image_config.ts";
import { type ImageIndex, parseIndex } from "../oci/index_doc.ts";
import { type ImageManifest, manifestKind, parseManifest } from "../oci/manifest.ts";
import { isConfig, isNonDistributable, OCI } from "../oci/media_types.ts";
import { formatPlatform, normalizePlatform, type Platform } from "../oci/platform.ts";
import { parseReference, Reference } from "../oci/reference.ts";
import type { PushedManifest } from "./push_manifest.ts";
import type { Registry } from "./registry.ts";
import type { FetchedManifest } from "./resolve.ts";

/** Indexes may list indexes, but not without end. */
const MAX_DEPTH = 4;

/** A member of an index that is made in a registry. */
export interface RegistryIndexMember {
  /** The image. Of an index, all that it lists is taken. */
  reference: string | Reference;
  /** What it is for; what its configuration says by default. */
  platform?: Platform;
  /** Annotations of its entry. */
  annotations?: Readonly<Record<string, string>>;
}

/** Options of `Registry.createIndex()`. */
export interface RegistryIndexOptions {
  /** Annotations of the index. */
  annotations?: Readonly<Record<string, string>> | undefined;
  /** Ends it; the name stands for what it stood for then. */
  signal?: AbortSignal | undefined;
}

/** Copies what a reference stands for. @param registry A client for both ends. */
export async function copyImage(
  registry: Registry,
  from: Reference,
  to: Reference,
  signal: AbortSignal | undefined,
): Promise<PushedManifest> {
  const fetched = await registry.manifest(from, { signal });
  await copyParts(registry, fetched, from, to, 0, signal);
  // What the reference names may be given another name there, but no other digest.
  return await registry.pushManifest(to, fetched.bytes, fetched.descriptor.mediaType, { signal });
}

/** Makes an index of images that registries have, and brings those of other repositories along. */
export async function createRegistryIndex(
  registry: Registry,
  to: Reference,
  members: readonly (string | Reference | RegistryIndexMember)[],
  { annotations, signal }: RegistryIndexOptions,
): Promise<PushedManifest> {
  if (members.length === 0) {
    throw new InvalidArgumentError(`Cannot make index "${to}": it would list nothing`);
  }
  const manifests: Descriptor[] = [];
  for (const given of members) {
    const member = typeof given === "string" || given instanceof Reference
      ? { reference: given }
      : given;
    manifests.push(...await entriesOf(registry, member, to, signal));
  }
  const platforms = manifests.flatMap(({ platform }) =>
    platform && platform.os !== "unknown" ? [formatPlatform(platform)] : []
  );
  const twice = platforms.find((name, i) => platforms.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new InvalidArgumentError(
      `Cannot make index "${to}": it has two images for ${twice}; give their "platform" where an ` +
        "image says the wrong one",
    );
  }
  const index: ImageIndex = {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests,
    ...(annotations ? { annotations: { ...annotations } } : {}),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(index));
  return await registry.pushManifest(to, bytes, OCI.index, { signal });
}

async function entriesOf(
  registry: Registry,
  { reference, platform, annotations }: RegistryIndexMember,
  to: Reference,
  signal: AbortSignal | undefined,
): Promise<Descriptor[]> {
  const from = typeof reference === "string" ? parseReference(reference) : reference;
  const fetched = await registry.manifest(from, { signal });
  const isIndex = manifestKind(fetched.descriptor.mediaType) === "index";
  if (isIndex && platform) {
    throw new InvalidArgumentError(
      `Cannot put "${from}" into an index as one for ${formatPlatform(platform)}: it is an index ` +
        "itself",
    );
  }
  await copyParts(registry, fetched, from, to, 0, signal);
  const more = annotations ? { annotations: { ...annotations } } : {};
  if (isIndex) {
    return parseIndex(fetched.bytes).manifests.map((entry) => ({
      ...entry,
      ...(annotations ? { annotations: { ...entry.annotations, ...annotations } } : {}),
    }));
  }
  const { mediaType, digest, size } = fetched.descriptor;
  if (from.name !== to.name) {
    await registry.pushManifest(`${to.name}@${digest}`, fetched.bytes, mediaType, { signal });
  }
  const known = platform ?? await platformOf(registry, from, parseManifest(fetched.bytes), signal);
  if (!known) {
    throw new InvalidArgumentError(
      `Cannot put "${from}" into an index: it does not say what it is for; give its "platform"`,
    );
  }
  return [{ mediaType, digest, size, platform: { ...known }, ...more }];
}

async function platformOf(
  registry: Registry,
  from: Reference,
  { config }: ImageManifest,
  signal: AbortSignal | undefined,
): Promise<Platform | undefined> {
  if (!isConfig(config.mediaType) || config.size > MAX_CONFIG_BYTES) return undefined;
  const { stream } = await registry.blob(from, config, { signal });
  const { os, architecture, variant } = parseImageConfig(await new Response(stream).bytes());
  if (!os || !architecture) return undefined;
  return normalizePlatform({ os, architecture, ...(variant ? { variant } : {}) });
}

/** Brings all that a document names to a repository, each thing after what it names itself. */
async function copyParts(
  registry: Registry,
  { descriptor, bytes }: Pick<FetchedManifest, "descriptor" | "bytes">,
  from: Reference,
  to: Reference,
  depth: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  // It is there already.
  if (from.name === to.name) return;
  if (depth > MAX_DEPTH) {
    throw new InvalidArgumentError(
      `Cannot copy "${from}": its indexes are nested more than ${MAX_DEPTH} deep`,
    );
  }
  if (manifestKind(descriptor.mediaType) === "manifest") {
    const { config, layers } = parseManifest(bytes);
    const mountFrom = from.domain === to.domain ? [from.path] : [];
    for (const blob of [config, ...layers]) {
      if (isNonDistributable(blob.mediaType)) continue;
      const open = async (offset: number): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> =>
        (await registry.blob(from, blob, { offset, signal })).stream;
      await registry.pushBlob(to, blob, open, { mountFrom, signal });
    }
    return;
  }
  for (const child of parseIndex(bytes).manifests) {
    const fetched = await registry.manifest(from, { descriptor: child, signal });
    await copyParts(registry, fetched, from, to, depth + 1, signal);
    const { mediaType, digest } = fetched.descriptor;
    await registry.pushManifest(`${to.name}@${digest}`, fetched.bytes, mediaType, { signal });
  }
}
