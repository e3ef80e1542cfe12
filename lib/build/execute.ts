/**
 * Carries out the plan of an image build.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { ContentStore } from "../core/content/content.ts";
import type { Context } from "../core/context.ts";
import { Image } from "../core/image/image.ts";
import type { ResolvedImage } from "../core/image/resolve.ts";
import { Images } from "../core/image/images.ts";
import { underLease } from "../core/lease/leases.ts";
import { InvalidArgumentError, MissingContentError, NotFoundError } from "../errors/errors.ts";
import { ImageSchema } from "../gen/containerd/services/images_pb.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { digestOf } from "../oci/digest.ts";
import { type Labels, manifestLabels } from "../oci/gc_labels.ts";
import type { ImageConfig } from "../oci/image_config.ts";
import type { ImageManifest } from "../oci/manifest.ts";
import { DOCKER, OCI, sniffCompression } from "../oci/media_types.ts";
import { formatPlatform, type Platform } from "../oci/platform.ts";
import { applySteps, emptyConfig, sorted } from "./config.ts";
import { copyEntries } from "./copy_files.ts";
import { sourceDate } from "./epoch.ts";
import { type LayerCompression, type StoredLayer, writeLayer } from "./layer.ts";
import { Links } from "./links.ts";
import { type BuildPlan, type BuildStep, describeStep } from "./plan.ts";

/** How far a build is. */
export interface BuildProgress {
  /** `"layer"`: a step's files are read and stored. `"unpack"`: layers become snapshots. */
  readonly phase: "layer" | "unpack";
  /** The step, as in the image's history; or the image's name. */
  readonly name: string;
  /** Bytes that are done. */
  readonly current: number;
  /** Bytes that there are: of the step's files, or of all layers as they are stored. */
  readonly total: number;
}

/** Options of a build. */
export interface BuildOptions {
  /**
   * How new layers are stored. `"none"` is faster to build; `"gzip"` is smaller to push.
   * @default "gzip"
   */
  compression?: LayerCompression;
  /** Where to unpack; the namespace's snapshotter by default. */
  snapshotter?: string;
  /** Ends the build; no image is registered then. */
  signal?: AbortSignal;
  /** Told how far it is. */
  onProgress?: (progress: BuildProgress) => void;
}

/** What a build starts from. */
interface Base {
  readonly config: ImageConfig;
  readonly layers: readonly Descriptor[];
  readonly links: Links;
}

/**
 * Builds what a plan says.
 *
 * @param base The image of the plan's name, or a name to look up; `"scratch"` for nothing.
 * @returns The image, by the first of its names.
 */
export async function buildImage(
  context: Context,
  base: Image | string,
  plan: BuildPlan,
  options: BuildOptions,
): Promise<Image> {
  const { signal } = options;
  const [name] = plan.tags;
  if (name === undefined) {
    throw new InvalidArgumentError(
      'Cannot build the image: it has no name; call .tag("name") before .build()',
    );
  }
  const created = sourceDate();
  const platform = plan.platform ?? context.session.platform;
  return await underLease(context, async (leased) => {
    const start = await loadBase(leased, base, platform, plan.steps, signal);
    const layers = await writeLayers(leased, start, plan.steps, created, options);
    const diffIds = layers.map(({ diffId }) => diffId);
    const config = applySteps(start.config, plan.steps, diffIds, created);
    const descriptors = [...start.layers, ...layers.map(({ descriptor }) => descriptor)];
    const target = await writeManifest(leased, config, descriptors, plan, signal);
    await unpack(leased, { name, target, platform, layers: descriptors }, options);
    const images = new Images(context);
    const image = await images.set(name, target, { signal });
    for (const other of plan.tags.slice(1)) await images.set(other, target, { signal });
    return image;
  });
}

async function loadBase(
  context: Context,
  base: Image | string,
  platform: Platform,
  steps: readonly BuildStep[],
  signal: AbortSignal | undefined,
): Promise<Base> {
  if (base === "scratch") return { config: emptyConfig(platform), layers: [], links: new Links() };
  const image = typeof base === "string" ? await new Images(context).get(base, { signal }) : base;
  const resolved = await image.resolve({ platform, signal });
  await holdLayers(context, image.name, resolved, platform, signal);
  const store = new ContentStore(context);
  const { layers } = resolved.manifest;
  const needed = resolved.chainId !== undefined && steps.some(({ kind }) => kind === "copy");
  const links = needed
    ? await context.session.memo(
      context.key("links", resolved.chainId!),
      () => Links.read(store, layers, signal),
    )
    : new Links();
  const typed = await Promise.all(layers.map((layer) => toOci(store, layer, signal)));
  return { config: resolved.config, layers: typed, links: links.copy() };
}

/** Puts the base's layers on the lease, since the base may be removed meanwhile. */
async function holdLayers(
  context: Context,
  name: string,
  { manifest }: ResolvedImage,
  platform: Platform,
  signal: AbortSignal | undefined,
): Promise<void> {
  const store = new ContentStore(context);
  const missing: string[] = [];
  for (const { digest } of manifest.layers) {
    const resource = { id: digest, type: "content" };
    await context.api.leases.addResource({ id: context.lease!, resource }, { signal });
    await store.info(digest, { signal }).catch((error) => {
      if (!(error instanceof NotFoundError)) throw error;
      missing.push(digest);
    });
  }
  if (missing.length === 0) return;
  throw new MissingContentError(
    `Cannot build on image "${name}": ${missing.length} of its layers are not in the content ` +
      `store, such as "${missing[0]}"; pull or import it again with all of its content`,
    { digests: missing, platform: formatPlatform(platform) },
  );
}

/** A manifest is either OCI's or Docker's throughout; what is built is OCI's. */
async function toOci(
  store: ContentStore,
  layer: Descriptor,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  if (layer.mediaType === DOCKER.layerGzip) return { ...layer, mediaType: OCI.layerGzip };
  if (layer.mediaType === DOCKER.layerZstd) return { ...layer, mediaType: OCI.layerZstd };
  if (layer.mediaType !== DOCKER.layer) return layer;
  // Docker's plain type was used for compressed layers as well.
  const types = { none: OCI.layer, gzip: OCI.layerGzip, zstd: OCI.layerZstd };
  for await (const head of store.read(layer.digest, { sizeBytes: 8, signal })) {
    return { ...layer, mediaType: types[sniffCompression(head)] };
  }
  return { ...layer, mediaType: OCI.layer };
}

async function writeLayers(
  context: Context,
  base: Base,
  steps: readonly BuildStep[],
  mtime: Date,
  { compression = "gzip", signal, onProgress }: BuildOptions,
): Promise<StoredLayer[]> {
  const store = new ContentStore(context);
  const layers: StoredLayer[] = [];
  for (const step of steps) {
    if (step.kind !== "copy") continue;
    const found = await copyEntries(step.from, step.to, step.options);
    const entries = base.links.follow(found);
    const name = describeStep(step);
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    let current = 0;
    onProgress?.({ phase: "layer", name, current, total });
    layers.push(
      await writeLayer(store, entries, {
        mtime,
        compression,
        signal,
        onRead(bytes) {
          current += bytes;
          onProgress?.({ phase: "layer", name, current, total });
        },
      }),
    );
    base.links.add(entries);
  }
  return layers;
}

async function writeManifest(
  context: Context,
  config: ImageConfig,
  layers: readonly Descriptor[],
  plan: BuildPlan,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const annotations = sorted(plan.annotations);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: await writeDocument(context, OCI.config, config, {}, signal),
    layers: [...layers],
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  return await writeDocument(context, OCI.manifest, manifest, manifestLabels(manifest), signal);
}

async function writeDocument(
  context: Context,
  mediaType: string,
  document: object,
  labels: Labels,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const digest = await digestOf(bytes);
  const { existed } = await new ContentStore(context).write(bytes, { digest, labels, signal });
  const paths = Object.keys(labels).map((key) => `labels.${key}`);
  if (existed && paths.length > 0) {
    // What was there may have been left without its labels.
    await context.api.content.update({ info: { digest, labels }, updateMask: { paths } }, {
      signal,
    });
  }
  return { mediaType, digest, size: bytes.length };
}

async function unpack(
  context: Context,
  built: {
    name: string;
    target: Descriptor;
    platform: Platform;
    layers: readonly Descriptor[];
  },
  { snapshotter, signal, onProgress }: BuildOptions,
): Promise<void> {
  const { name, platform } = built;
  const { mediaType, digest, size } = built.target;
  const total = built.layers.reduce((sum, layer) => sum + layer.size, 0);
  onProgress?.({ phase: "unpack", name, current: 0, total });
  const draft = create(ImageSchema, { name, target: { mediaType, digest, size: BigInt(size) } });
  await new Image(context, draft).unpack({ platform, snapshotter, signal });
  onProgress?.({ phase: "unpack", name, current: total, total });
}
