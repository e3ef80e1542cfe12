/**
 * Copies images between namespaces and daemons: only what is missing there.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { indexLabels, type Labels, manifestLabels } from "../../oci/gc_labels.ts";
import { checkLabels } from "../../oci/names.ts";
import { formatPlatform, type Platform } from "../../oci/platform.ts";
import { throwIfAborted } from "../call/abort.ts";
import { ContentStore } from "../content/content.ts";
import { Upload } from "../content/upload.ts";
import type { Context } from "../context.ts";
import { underLease } from "../lease/leases.ts";
import { atOnce } from "../pull/parallel.ts";
import { draftImage, type Image } from "./image.ts";
import { contextOf, type Images } from "./images.ts";
import { keepTree } from "./keep.ts";
import type { OnImageProgress } from "./progress.ts";
import { resolveOwn } from "./resolve_own.ts";
import { type ImageScan, scanImage, type ScannedManifest, wantedManifests } from "./scan.ts";

/** Labels of blobs that are true wherever the blob is. */
const COPIED_LABELS = ["containerd.io/distribution.source.", "containerd.io/uncompressed"];

/** Options of {@linkcode syncImage}. */
export interface SyncOptions {
  /** What it is called there; its own name by default. */
  name?: string;
  /** The platforms to copy; by default all that are complete here. */
  platforms?: readonly Platform[] | "all";
  /**
   * Whether to make snapshots of the layers there, for that daemon's platform where it is copied,
   * and with which snapshotter.
   * @default true
   */
  unpack?: boolean | { snapshotter?: string };
  /** Labels of the image there; those that it has here by default. */
  labels?: Record<string, string>;
  /** How many blobs are copied at once. @default 3 */
  parallel?: number;
  /** Told how far it is. What it throws ends the copy. */
  onProgress?: OnImageProgress;
  /** Ends the copy; nothing is registered then. */
  signal?: AbortSignal;
}

/**
 * Copies an image. Between namespaces of one daemon nothing is sent: they share what is stored.
 *
 * @param toImages Where to: the images of a namespace of this daemon or of another one.
 * @returns The image there.
 * @throws {MissingContentError} When a wanted platform is not complete here.
 * @throws {InvalidArgumentError} When the image is for other platforms only.
 */
export function syncImage(
  context: Context,
  image: Image,
  toImages: Images,
  options: SyncOptions = {},
): Promise<Image> {
  return context.session.whileOpen(options, (options) => sync(context, image, toImages, options));
}

async function sync(
  context: Context,
  image: Image,
  toImages: Images,
  options: SyncOptions,
): Promise<Image> {
  const { name = image.name, onProgress, parallel = 3, signal, unpack = true } = options;
  const labels = options.labels ?? { ...image.labels };
  checkLabels(labels);
  if (name === "") throw new InvalidArgumentError('Cannot copy an image as "": it needs a name');
  if (!Number.isInteger(parallel) || parallel < 1) {
    throw new InvalidArgumentError(
      `Cannot copy image "${image.name}": "parallel" is ${parallel}; it must be a whole number ` +
        "from 1 on",
    );
  }
  const to = contextOf(toImages);
  return await underLease(context, async (source) => {
    // The image may lose its name here while this goes on.
    const resource = { id: image.digest, type: "content" };
    await source.api.leases.addResource({ id: source.lease!, resource }, { signal });
    const scan = await scanImage(source, image.target, { signal });
    const manifests = chooseManifests(image, scan, options.platforms);
    const tree = treeOf(scan, manifests);
    return await underLease(to, async (target) => {
      const stop = new AbortController();
      const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
      await atOnce(
        parallel,
        [...tree.descriptors.values()],
        stop,
        (blob) => copyBlob(source, target, blob, onProgress, both),
      );
      throwIfAborted(signal, `copying image "${image.name}"`);
      await keepTree(target, image.target, tree, new Set());
      if (unpack !== false) {
        const draft = draftImage(target, name, image.target);
        await unpackThere(target, draft, manifests, unpack, options);
      }
      throwIfAborted(signal, `copying image "${image.name}"`);
      // The record comes last: it stands for an image that is complete.
      return await toImages.set(name, image.target, { labels });
    });
  });
}

function chooseManifests(
  { name }: Image,
  scan: ImageScan,
  platforms: readonly Platform[] | "all" | undefined,
): readonly ScannedManifest[] {
  if (platforms?.length === 0) {
    throw new InvalidArgumentError(
      `Cannot copy image "${name}": "platforms" is empty; leave it out, or name one`,
    );
  }
  const complete = ({ missing }: ScannedManifest): boolean => missing.length === 0;
  const chosen = platforms === undefined
    ? scan.manifests.filter(complete)
    : wantedManifests(scan, platforms);
  const missing = chosen.flatMap((one) => one.missing);
  if (missing.length > 0 || (chosen.length === 0 && scan.missingIndexes.length > 0)) {
    throw incomplete(name, [...missing, ...scan.missingIndexes]);
  }
  if (chosen.length > 0) return chosen;
  if (platforms === undefined) {
    throw incomplete(name, scan.manifests.flatMap((one) => one.missing));
  }
  const offered = scan.manifests.flatMap((one) => one.platform ? [one.platform] : []);
  throw new InvalidArgumentError(
    `Cannot copy image "${name}" for ${
      platforms === "all" ? "any platform" : platforms.map(formatPlatform).join(" or ")
    }: it is for ${offered.map(formatPlatform).join(", ") || "no platform"} only`,
  );
}

function incomplete(name: string, missing: readonly Descriptor[]): MissingContentError {
  return new MissingContentError(
    `Cannot copy image "${name}": ${missing.length} of its blobs are not in the content store, ` +
      `such as "${missing[0]?.digest}"; fetch them with image.repair(), or name other "platforms"`,
    { digests: missing.map(({ digest }) => digest) },
  );
}

function treeOf(scan: ImageScan, manifests: readonly ScannedManifest[]) {
  const descriptors = new Map<Digest, Descriptor>();
  const labels = new Map<Digest, Labels>();
  for (const { descriptor, manifest, blobs } of manifests) {
    for (const blob of blobs) descriptors.set(blob.digest, blob);
    if (manifest) labels.set(descriptor.digest, manifestLabels(manifest));
  }
  // The innermost index first, so that the outer ones know whether it is copied.
  for (const { descriptor, index } of scan.indexes.toReversed()) {
    const copied = new Set(
      index.manifests.filter(({ digest }) => descriptors.has(digest)).map(({ digest }) => digest),
    );
    if (copied.size === 0) continue;
    descriptors.set(descriptor.digest, descriptor);
    const all = Object.entries(indexLabels(index));
    labels.set(
      descriptor.digest,
      Object.fromEntries(all.filter(([, digest]) => copied.has(digest as Digest))),
    );
  }
  const layers = manifests.flatMap(({ manifest }) => manifest?.layers ?? []);
  return {
    descriptors,
    labels,
    blobs: new Set(descriptors.keys()),
    platforms: manifests.flatMap(({ platform }) => platform ? [platform] : []),
    layerBytes: layers.reduce((sum, { size }) => sum + size, 0),
  };
}

async function copyBlob(
  from: Context,
  to: Context,
  { digest, size: total }: Descriptor,
  onProgress: OnImageProgress | undefined,
  signal: AbortSignal,
): Promise<void> {
  throwIfAborted(signal, `copying blob "${digest}"`);
  let current = 0;
  const report = (): void => onProgress?.({ phase: "copy", name: digest, current, total });
  report();
  const source = new ContentStore(from);
  const info = await source.info(digest, { signal });
  const labels = Object.fromEntries(
    Object.entries(info.labels).filter(([key]) => COPIED_LABELS.some((one) => key.startsWith(one))),
  );
  const upload = new Upload(to, { digest, sizeBytes: total, labels, signal });
  try {
    await upload.begin();
    // Another namespace of the daemon may have it: then all of it is there already.
    current = upload.resume();
    if (current < total) {
      for await (const part of source.read(digest, { offset: current, signal })) {
        await upload.push(part);
        current += part.length;
        // Copied: given back at once, as the garbage collector sees late what hangs on arrays.
        part.buffer.transfer(0);
        if (current < total) report();
      }
    }
  } catch (error) {
    await upload.fail(error);
    current = total;
    return report();
  }
  await upload.finish();
  current = total;
  report();
}

async function unpackThere(
  context: Context,
  image: Image,
  manifests: readonly ScannedManifest[],
  unpack: true | { snapshotter?: string },
  { onProgress, signal }: SyncOptions,
): Promise<void> {
  const resolved = await resolveOwn(context, image, signal);
  if (!resolved) return;
  const { digest } = resolved.descriptor;
  if (!manifests.some(({ descriptor }) => descriptor.digest === digest)) return;
  const total = resolved.manifest.layers.reduce((sum, { size }) => sum + size, 0);
  onProgress?.({ phase: "unpack", name: image.name, current: 0, total });
  await image.unpack({ ...(unpack === true ? {} : unpack), signal });
  onProgress?.({ phase: "unpack", name: image.name, current: total, total });
}
