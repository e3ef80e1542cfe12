/**
 * Converts images: media types, compression of layers, platforms.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import { checkLevel, type Compression } from "../archive/recompress.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { indexLabels, type Labels, manifestLabels } from "../../oci/gc_labels.ts";
import type { ImageIndex } from "../../oci/index_doc.ts";
import type { ImageManifest } from "../../oci/manifest.ts";
import { DOCKER, OCI } from "../../oci/media_types.ts";
import { checkLabels } from "../../oci/names.ts";
import { formatPlatform, type Platform } from "../../oci/platform.ts";
import { throwIfAborted } from "../call/abort.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { underLease } from "../lease/leases.ts";
import { convertedType, convertLayer } from "./convert_layer.ts";
import { draftImage, type Image } from "./image.ts";
import { Images } from "./images.ts";
import { keepTree } from "./keep.ts";
import type { OnImageProgress } from "./progress.ts";
import { type ImageScan, scanImage, type ScannedManifest, wantedManifests } from "./scan.ts";

/** Options of {@linkcode convertImage}. */
export interface ConvertOptions {
  /** Whose media types documents and layers have; those that they have by default. */
  mediaTypes?: "oci" | "docker";
  /** How layers are compressed; as they are by default. */
  compression?: Compression;
  /** How hard to compress: 1 to 9 for gzip (6), 1 to 19 for zstd (3). */
  level?: number;
  /**
   * The platforms to keep; by default all that are complete. Where one is left of several, the image
   * is its manifest, without an index.
   */
  platforms?: readonly Platform[];
  /**
   * Whether to make snapshots of the layers, for the daemon's platform, and with which snapshotter.
   * @default false
   */
  unpack?: boolean | { snapshotter?: string };
  /** Labels of the new image; those of the old one by default. */
  labels?: Record<string, string>;
  /** Told how far it is, for every layer that is converted. */
  onProgress?: OnImageProgress;
  /** Ends it; nothing is registered then. */
  signal?: AbortSignal;
}

/**
 * Makes another image of one. Attestations of manifests that change are left out: what they say is
 * about the old digests.
 *
 * @param name What the new image is called; taken as it is. It may be the old one's.
 * @throws {MissingContentError} When a wanted platform is not complete.
 * @throws {InvalidArgumentError} When an option is wrong, or the image is for other platforms only.
 * @throws {UnsupportedError} When a layer is encrypted, or of a type that has no other form.
 * @throws {DigestError} When a layer does not unpack to what the configuration says.
 */
export function convertImage(
  context: Context,
  image: Image,
  name: string,
  options: ConvertOptions = {},
): Promise<Image> {
  return context.session.whileOpen(options, (options) => convert(context, image, name, options));
}

async function convert(
  context: Context,
  image: Image,
  name: string,
  options: ConvertOptions,
): Promise<Image> {
  const { compression, labels = { ...image.labels }, level, signal } = options;
  checkLabels(labels);
  if (level !== undefined && compression === undefined) {
    throw new InvalidArgumentError(
      `Cannot convert image "${image.name}": "level" needs a "compression"`,
    );
  }
  if (compression !== undefined) checkLevel(compression, level);
  return await underLease(context, async (leased) => {
    const resource = { id: image.digest, type: "content" };
    await leased.api.leases.addResource({ id: leased.lease!, resource }, { signal });
    const scan = await scanImage(leased, image.target, { signal });
    const converter = new Converter(leased, options);
    const target = await converter.image(image, scan);
    await keepTree(leased, target, converter.tree, new Set());
    const { unpack = false } = options;
    if (unpack !== false) {
      await draftImage(leased, name, target).unpack({ ...(unpack === true ? {} : unpack), signal });
    }
    throwIfAborted(signal, `converting image "${image.name}"`);
    return await new Images(context).set(name, target, { labels });
  });
}

class Converter {
  readonly #context: Context;
  readonly #store: ContentStore;
  readonly #options: ConvertOptions;
  readonly #layers = new Map<Digest, Promise<Descriptor>>();
  readonly #labels = new Map<Digest, Labels>();
  readonly #blobs = new Set<Digest>();

  constructor(context: Context, options: ConvertOptions) {
    this.#context = context;
    this.#store = new ContentStore(context);
    this.#options = options;
  }

  /** What was made, and what of the old is kept. */
  get tree() {
    return { labels: this.#labels, blobs: this.#blobs, platforms: [], layerBytes: 0 };
  }

  async image(image: Image, scan: ImageScan): Promise<Descriptor> {
    const chosen = this.#choose(image, scan);
    const converted = new Map<Digest, Descriptor>();
    for (const one of chosen) {
      converted.set(one.descriptor.digest, await this.#manifest(image, one));
    }
    // What says something of a manifest says it of that digest.
    for (const { descriptor, platform, manifest, missing } of scan.manifests) {
      if (platform !== undefined || missing.length > 0 || !manifest) continue;
      if (converted.has(descriptor.digest)) continue;
      const about = descriptor.annotations?.["vnd.docker.reference.digest"];
      if (about === undefined || converted.get(about as Digest)?.digest !== about) continue;
      converted.set(descriptor.digest, descriptor);
      this.#keep(descriptor.digest, manifestLabels(manifest));
      for (const { digest } of [manifest.config, ...manifest.layers]) this.#blobs.add(digest);
    }
    const images = chosen.map(({ descriptor }) => converted.get(descriptor.digest)!);
    if (scan.indexes.length === 0) return withoutPlatform(images[0]!);
    const all = chosen.length === scan.manifests.filter(({ platform }) => platform).length;
    if (images.length === 1 && !all) return withoutPlatform(images[0]!);
    return await this.#index(image.target, scan, converted);
  }

  #choose(image: Image, scan: ImageScan): readonly ScannedManifest[] {
    const { platforms } = this.#options;
    if (platforms?.length === 0) {
      throw new InvalidArgumentError(
        `Cannot convert image "${image.name}": "platforms" is empty; leave it out, or name one`,
      );
    }
    const images = scan.manifests.filter(({ platform, manifest }) => platform || !manifest);
    const all = scan.indexes.length === 0 && scan.missingIndexes.length === 0
      ? scan.manifests
      : images;
    const chosen = platforms === undefined
      ? all.filter(({ missing }) => missing.length === 0)
      : wantedManifests({ ...scan, manifests: all }, platforms);
    const missing = chosen.flatMap((one) => one.missing);
    if (missing.length > 0 || (chosen.length === 0 && platforms === undefined)) {
      const digests = [
        ...new Set(
          [
            ...scan.missingIndexes,
            ...(missing.length > 0 ? missing : all.flatMap((x) => x.missing)),
          ]
            .map(({ digest }) => digest),
        ),
      ];
      throw new MissingContentError(
        `Cannot convert image "${image.name}": ${digests.length} of its blobs are not in the ` +
          `content store, such as "${digests[0]}"; fetch them with image.repair(), or name other ` +
          '"platforms"',
        { digests },
      );
    }
    if (chosen.length > 0) return chosen;
    throw new InvalidArgumentError(
      `Cannot convert image "${image.name}" for ${
        platforms!.map(formatPlatform).join(" or ")
      }: it ` +
        `is for ${
          all.flatMap(({ platform }) => platform ? [formatPlatform(platform)] : []).join(", ") ||
          "no platform"
        } only`,
    );
  }

  async #manifest(image: Image, scanned: ScannedManifest): Promise<Descriptor> {
    const { manifest, config, descriptor } = scanned;
    const old = manifest!;
    const { mediaTypes, compression, level, onProgress, signal } = this.#options;
    const layers: Descriptor[] = [];
    for (const [i, layer] of old.layers.entries()) {
      const diffId = config?.rootfs.diff_ids[i];
      // Blobs of artifacts are no layers of a file system.
      const work = diffId === undefined ? Promise.resolve(layer) : this.#layers.get(layer.digest) ??
        convertLayer(this.#store, layer, {
          compression,
          level,
          mediaTypes,
          diffId,
          image: image.name,
          onProgress,
          signal,
        });
      this.#layers.set(layer.digest, work);
      layers.push(await work);
    }
    const converted: ImageManifest = {
      ...old,
      ...(mediaTypes === undefined
        ? {}
        : { mediaType: mediaTypes === "oci" ? OCI.manifest : DOCKER.manifest }),
      config: { ...old.config, mediaType: convertedType(old.config.mediaType, mediaTypes) },
      layers,
    };
    const mediaType = converted.mediaType ?? descriptor.mediaType;
    const blob = await this.#document(descriptor, old, converted, manifestLabels(converted));
    for (const { digest } of [converted.config, ...layers]) this.#blobs.add(digest);
    return { ...descriptor, ...blob, mediaType };
  }

  async #index(
    root: Descriptor,
    scan: ImageScan,
    converted: ReadonlyMap<Digest, Descriptor>,
  ): Promise<Descriptor> {
    const made = new Map(converted);
    // The innermost first, so that the outer ones know what became of it.
    for (const { descriptor, index } of scan.indexes.toReversed()) {
      const manifests = index.manifests.flatMap(({ digest }) => made.get(digest) ?? []);
      if (manifests.length === 0) continue;
      const { mediaTypes } = this.#options;
      const changed: ImageIndex = {
        ...index,
        ...(mediaTypes === undefined
          ? {}
          : { mediaType: mediaTypes === "oci" ? OCI.index : DOCKER.index }),
        manifests,
      };
      const labels = indexLabels(changed);
      const blob = await this.#document(descriptor, index, changed, labels);
      const mediaType = changed.mediaType ?? descriptor.mediaType;
      made.set(descriptor.digest, { ...descriptor, ...blob, mediaType });
    }
    return withoutPlatform(made.get(root.digest)!);
  }

  /** Writes a document, unless it is what it was. */
  async #document(
    before: Descriptor,
    old: ImageManifest | ImageIndex,
    changed: ImageManifest | ImageIndex,
    labels: Labels,
  ): Promise<{ digest: Digest; size: number }> {
    if (JSON.stringify(old) === JSON.stringify(changed)) {
      this.#keep(before.digest, labels);
      return before;
    }
    const bytes = new TextEncoder().encode(JSON.stringify(changed));
    const digest = await digestOf(bytes);
    await this.#store.write(bytes, { digest, labels, signal: this.#options.signal });
    this.#keep(digest, labels);
    return { digest, size: bytes.length };
  }

  #keep(digest: Digest, labels: Labels): void {
    this.#blobs.add(digest);
    this.#labels.set(digest, labels);
  }
}

function withoutPlatform({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
