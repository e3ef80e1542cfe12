/**
 * Indexes, which list an image for each of several platforms: made of images, and changed.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { indexLabels } from "../../oci/gc_labels.ts";
import type { ImageIndex } from "../../oci/index_doc.ts";
import { manifestKind } from "../../oci/manifest.ts";
import { DOCKER, OCI } from "../../oci/media_types.ts";
import { checkLabels } from "../../oci/names.ts";
import { formatPlatform, type Platform } from "../../oci/platform.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { underLease } from "../lease/leases.ts";
import { Image } from "./image.ts";
import { Images } from "./images.ts";
import { scanImage } from "./scan.ts";

/** A member of an index, and what the index is to say of it. */
export interface IndexMember {
  /** The image, or its name. */
  readonly image: Image | string;
  /** What it is for; what its configuration says by default. */
  readonly platform?: Platform & { readonly "os.version"?: string };
  /** Annotations of its entry. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Options of {@linkcode createIndex}. */
export interface CreateIndexOptions {
  /** Whose media type the index has. Docker's has no annotations. @default "oci" */
  mediaTypes?: "oci" | "docker";
  /** Annotations of the index. */
  annotations?: Readonly<Record<string, string>>;
  /** Labels of the image. */
  labels?: Record<string, string>;
  /** Ends it; nothing is registered then. */
  signal?: AbortSignal;
}

/** What to change in an index. */
export interface IndexChanges {
  /** Annotations of the index; `null` takes one away. */
  annotations?: Readonly<Record<string, string | null>>;
  /** Changes of entries, by their digest; `null` takes one out. */
  manifests?: Readonly<
    Record<
      Digest,
      {
        platform?: Platform & { readonly "os.version"?: string };
        annotations?: Readonly<Record<string, string | null>>;
      } | null
    >
  >;
  /** Ends it. */
  signal?: AbortSignal;
}

/**
 * Makes an index of images.
 *
 * @param name Taken as it is.
 * @throws {InvalidArgumentError} When there are no members, two for the same platform, or one whose
 * platform is not known.
 * @throws {MissingContentError} When a member is not complete.
 */
export async function createIndex(
  context: Context,
  name: string,
  members: readonly (Image | string | IndexMember)[],
  options: CreateIndexOptions = {},
): Promise<Image> {
  const { mediaTypes = "oci", annotations, labels, signal } = options;
  checkLabels(labels ?? {});
  if (members.length === 0) {
    throw new InvalidArgumentError(`Cannot make index "${name}": it would list nothing`);
  }
  if (mediaTypes === "docker" && annotations) {
    throw new InvalidArgumentError(
      `Cannot make index "${name}": Docker's manifest list has no annotations; leave out ` +
        'mediaTypes: "docker"',
    );
  }
  const images = new Images(context);
  const manifests: Descriptor[] = [];
  for (const given of members) {
    const member = typeof given === "string" || given instanceof Image ? { image: given } : given;
    const image = typeof member.image === "string"
      ? await images.get(member.image, { signal })
      : member.image;
    manifests.push(...await entriesOf(context, image, member, signal));
  }
  checkDistinct(name, manifests);
  const index: ImageIndex = {
    schemaVersion: 2,
    mediaType: mediaTypes === "oci" ? OCI.index : DOCKER.index,
    manifests,
    ...(annotations ? { annotations: { ...annotations } } : {}),
  };
  return await writeIndex(context, name, index, { labels, signal });
}

/**
 * Changes what an index says. The image gets another digest; what it lists stays.
 *
 * @throws {InvalidArgumentError} When the image is no index, or lists no such manifest.
 */
export async function annotateIndex(
  context: Context,
  image: Image,
  changes: IndexChanges,
): Promise<Image> {
  const { annotations, manifests: edits = {}, signal } = changes;
  const scan = manifestKind(image.target.mediaType) === "index"
    ? await scanImage(context, image.target, { signal })
    : undefined;
  const root = scan?.indexes[0];
  if (root?.descriptor.digest !== image.digest) {
    throw new InvalidArgumentError(
      scan
        ? `Cannot annotate image "${image.name}": its index is not in the content store`
        : `Cannot annotate image "${image.name}": it is no index; make one with images.createIndex()`,
    );
  }
  const unknown = Object.keys(edits).find((digest) =>
    !root.index.manifests.some((entry) => entry.digest === digest)
  );
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `Cannot annotate image "${image.name}": it lists no manifest "${unknown}"`,
    );
  }
  const manifests = root.index.manifests.flatMap((entry): Descriptor[] => {
    const edit = edits[entry.digest];
    if (edit === null) return [];
    if (edit === undefined) return [entry];
    return [withAnnotations(
      { ...entry, ...(edit.platform ? { platform: { ...edit.platform } } : {}) },
      edit.annotations,
    )];
  });
  checkDistinct(image.name, manifests);
  const index = withAnnotations({ ...root.index, manifests }, annotations);
  return await writeIndex(context, image.name, index, { labels: { ...image.labels }, signal });
}

async function entriesOf(
  context: Context,
  image: Image,
  { platform, annotations }: Omit<IndexMember, "image">,
  signal: AbortSignal | undefined,
): Promise<Descriptor[]> {
  const scan = await scanImage(context, image.target, { signal });
  const isIndex = scan.indexes.length > 0 || scan.missingIndexes.length > 0;
  if (isIndex && platform) {
    throw new InvalidArgumentError(
      `Cannot put image "${image.name}" into an index as one for ${formatPlatform(platform)}: it ` +
        "is an index itself",
    );
  }
  // Of an index, that counts which is here.
  const there = isIndex ? scan.manifests.filter((one) => one.missing.length === 0) : scan.manifests;
  const missing = there.length === 0
    ? [...scan.missingIndexes, ...scan.manifests.flatMap((one) => one.missing)]
    : there.flatMap((one) => one.missing);
  if (missing.length > 0 || there.length === 0) {
    throw new MissingContentError(
      `Cannot put image "${image.name}" into an index: ${missing.length} of its blobs are not in ` +
        "the content store; pull or import it again",
      { digests: missing.map(({ digest }) => digest) },
    );
  }
  return there.map(({ descriptor, platform: own }) => {
    const known = platform ?? descriptor.platform ?? own;
    if (!known) {
      throw new InvalidArgumentError(
        `Cannot put image "${image.name}" into an index: it does not say what it is for; give its ` +
          '"platform"',
      );
    }
    const { mediaType, digest, size, artifactType } = descriptor;
    return withAnnotations({
      mediaType,
      digest,
      size,
      ...(artifactType === undefined ? {} : { artifactType }),
      platform: { ...known },
      ...(descriptor.annotations ? { annotations: descriptor.annotations } : {}),
    }, annotations);
  });
}

function withAnnotations<T extends { annotations?: Record<string, string> }>(
  value: T,
  changes: Readonly<Record<string, string | null>> | undefined,
): T {
  if (!changes) return value;
  const merged = { ...value.annotations, ...changes };
  const left = Object.entries(merged).filter((entry): entry is [string, string] =>
    entry[1] !== null
  );
  const { annotations: _, ...rest } = value;
  return (left.length > 0 ? { ...rest, annotations: Object.fromEntries(left) } : rest) as T;
}

function checkDistinct(name: string, manifests: readonly Descriptor[]): void {
  const seen = new Map<string, Digest>();
  for (const { platform, digest } of manifests) {
    if (!platform || platform.os === "unknown") continue;
    const key = JSON.stringify([
      formatPlatform(platform),
      (platform as { "os.version"?: string })["os.version"],
    ]);
    const other = seen.get(key);
    if (other !== undefined && other !== digest) {
      throw new InvalidArgumentError(
        `Cannot make index "${name}": it has two images for ${formatPlatform(platform)}; give ` +
          'their "platform" where an image says the wrong one',
      );
    }
    seen.set(key, digest);
  }
}

async function writeIndex(
  context: Context,
  name: string,
  index: ImageIndex,
  options: { labels?: Record<string, string> | undefined; signal?: AbortSignal | undefined },
): Promise<Image> {
  const { labels, signal } = options;
  const bytes = new TextEncoder().encode(JSON.stringify(index));
  const digest = await digestOf(bytes);
  return await underLease(context, async (leased) => {
    const refs = indexLabels(index);
    const { existed } = await new ContentStore(leased).write(bytes, {
      digest,
      labels: refs,
      signal,
    });
    if (existed) {
      await leased.api.leases.addResource(
        { id: leased.lease!, resource: { id: digest, type: "content" } },
        { timeoutMs: CHANGE_TIMEOUT_MS },
      );
      if (Object.keys(refs).length > 0) await new ContentStore(leased).label(digest, refs);
    }
    const mediaType = index.mediaType ?? OCI.index;
    const target = { mediaType, digest, size: bytes.length };
    return await new Images(context).set(name, target, { labels: labels ?? {}, signal });
  });
}
