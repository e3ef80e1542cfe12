/**
 * Imports images from archives, through the content store alone: it works with every version of
 * containerd, and with a daemon elsewhere.
 *
 * @module
 */
import {
  DavitError,
  DigestError,
  InvalidArgumentError,
  UnsupportedError,
} from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { checkLabels } from "../../oci/names.ts";
import { formatPlatform, matchesPlatform, type Platform } from "../../oci/platform.ts";
import type { Reference } from "../../oci/reference.ts";
import { dockerImages } from "../archive/docker.ts";
import { type ArchivedImage, layoutImages } from "../archive/layout.ts";
import { chooseNames, parseBaseName } from "../archive/names.ts";
import { Archive, type ArchiveSource } from "../archive/source.ts";
import { type ArchiveContents, type ImportProgress, storeArchive } from "../archive/store.ts";
import { type ImageTree, TreeReader, type WantedPlatforms } from "../archive/tree.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { withinDisk } from "./disk_full.ts";
import { draftImage, type Image } from "./image.ts";
import { keepTree } from "./keep.ts";
import { Images } from "./images.ts";
import { underLease } from "../lease/leases.ts";

export type { ArchiveSource, ImportProgress };

/** Options of {@linkcode importArchive}. */
export interface ImportOptions {
  /**
   * Name for images that the archive gives none, such as `"app"` or `"ghcr.io/me/app:1"`. Without a
   * tag it is a base: an image that has only a tag in the archive becomes `base:tag`, one that has
   * not even that `base:latest`. Images that the archive names keep their names.
   */
  name?: string;
  /**
   * Which platforms to keep, as far as an image is for them; `"all"` for every one that it lists.
   * All blobs of what is kept must be there. Like `ctr images import`, the default is the daemon's
   * own platform only.
   */
  platforms?: readonly Platform[] | "all";
  /**
   * Whether to make snapshots of the layers, for the daemon's platform where the image is for it,
   * and with which snapshotter.
   * @default true
   */
  unpack?: boolean | { snapshotter?: string };
  /** Labels of the images. */
  labels?: Record<string, string>;
  /**
   * Who reads the archive: `"client"`: this process, in one pass; `"transfer"`: the daemon
   * (containerd 2.0), which takes tars only, and images that have a name or a tag.
   * @default "client"
   */
  via?: "client" | "transfer";
  /** Ends the import; nothing is registered then. */
  signal?: AbortSignal;
  /** Told how far it is, for every piece of the archive and of the work. */
  onProgress?: (progress: ImportProgress) => void;
}

/** An image that is complete in the content store, but has no record yet. */
interface Found {
  readonly name: string;
  readonly target: Descriptor;
  readonly tree: ImageTree;
}

/**
 * Imports the images of an archive: an OCI image layout or a Docker archive, in one pass and with
 * memory that does not depend on its size. Images of that name are replaced. When this throws, no
 * image has been registered, and what was stored is left to the garbage collector.
 *
 * @param context Where to. Without a lease, one is held while this works.
 * @param source A path, bytes or a stream; plain, gzip or zstd.
 * @returns The images, in the archive's order; those for other platforms only are left out.
 * @throws {InvalidArgumentError} When the archive is no such archive, is broken or cut off, names
 * an image in no usable way, or is for other platforms only.
 * @throws {DigestError} When a blob does not have its digest or its size.
 * @throws {MissingContentError} When blobs of a wanted platform are missing.
 * @throws {UnsupportedError} For Docker's schema 1, other compressions and other digests.
 * @throws {NotFoundError} When nothing is at the path.
 */
export function importArchive(
  context: Context,
  source: ArchiveSource,
  options: ImportOptions = {},
): Promise<Image[]> {
  return context.session.whileOpen(options, (options) => importFrom(context, source, options));
}

async function importFrom(
  context: Context,
  source: ArchiveSource,
  options: ImportOptions,
): Promise<Image[]> {
  const { signal } = options;
  const base = options.name === undefined ? undefined : parseBaseName(options.name);
  checkLabels(options.labels ?? {});
  const wanted = options.platforms ?? [context.session.platform];
  if (wanted.length === 0) {
    throw new InvalidArgumentError(
      'Cannot import: "platforms" is empty; leave it out, or name one',
    );
  }
  const archive = await Archive.open(source, signal);
  if (options.via === "transfer") {
    const { importByTransfer } = await import("./import_transfer.ts");
    const work = () => importByTransfer(context, archive, base, wanted, options);
    return await withinDisk(`import ${archive.label}`, work);
  }
  const store = (leased: Context) => importInto(context, leased, archive, base, wanted, options);
  return await withinDisk(`import ${archive.label}`, () => underLease(context, store));
}

async function importInto(
  context: Context,
  leased: Context,
  archive: Archive,
  base: Reference | undefined,
  wanted: WantedPlatforms,
  options: ImportOptions,
): Promise<Image[]> {
  const { signal } = options;
  const store = new ContentStore(leased);
  const contents = await storeArchive(store, archive, {
    signal,
    onProgress: options.onProgress,
  });
  const found = await inArchive(archive.label, async () => {
    const images = await imagesIn(store, contents, signal);
    return await complete(store, images, wanted, signal);
  });
  const names = chooseNames(found.map(({ image }) => image.name), base, archive.label);
  const named = found.map(({ image, tree }, i) => ({
    name: names[i]!,
    target: image.target,
    tree,
  }));
  checkDistinct(named, archive.label);
  const written = new Set([...contents.files.values()].map(({ digest }) => digest));
  for (const { target, tree } of named) await keepTree(leased, target, tree, written);
  await unpackAll(leased, named, options);
  const images = new Images(context);
  const registered: Image[] = [];
  for (const { name, target } of new Map(named.map((one) => [one.name, one])).values()) {
    registered.push(await images.set(name, target, { labels: options.labels, signal }));
  }
  return registered;
}

async function imagesIn(
  store: ContentStore,
  contents: ArchiveContents,
  signal: AbortSignal | undefined,
): Promise<ArchivedImage[]> {
  // Docker since 25 writes both; the layout has the digests.
  if (contents.index) return layoutImages(contents.layout, contents.index);
  if (contents.dockerManifest) {
    return await dockerImages(store, contents.dockerManifest, contents, signal);
  }
  throw new InvalidArgumentError(
    contents.hasRepositories
      ? "Cannot read the image: it is an archive of Docker before 1.10, without a manifest.json; " +
        "load it into a newer Docker and save it again"
      : "Cannot read the image: there is neither an index.json (OCI layout) nor a manifest.json " +
        "(Docker archive) in it; a root file system alone is no image",
  );
}

/** The images that are for a wanted platform. */
async function complete(
  store: ContentStore,
  images: readonly ArchivedImage[],
  wanted: WantedPlatforms,
  signal: AbortSignal | undefined,
): Promise<{ image: ArchivedImage; tree: ImageTree }[]> {
  const reader = new TreeReader(store, wanted, signal);
  const found: { image: ArchivedImage; tree: ImageTree }[] = [];
  for (const image of images) {
    const tree = await reader.read(image.target);
    if (tree) found.push({ image, tree });
  }
  if (found.length > 0 || wanted === "all") return found;
  throw new InvalidArgumentError(
    `Cannot use the image on ${wanted.map(formatPlatform).join(" or ")}: it is for ${
      reader.offered.join(", ") || "no platform"
    } only; pass { platforms: "all" } to import it nevertheless`,
  );
}

function checkDistinct(images: readonly Found[], label: string): void {
  const byName = new Map<string, Digest>();
  for (const { name, target } of images) {
    const other = byName.get(name);
    if (other !== undefined && other !== target.digest) {
      throw new InvalidArgumentError(
        `Cannot import ${label}: it has two images called "${name}"; name their platform, if they ` +
          "are for different ones",
      );
    }
    byName.set(name, target.digest);
  }
}

async function unpackAll(
  context: Context,
  images: readonly Found[],
  { unpack = true, signal, onProgress }: ImportOptions,
): Promise<void> {
  if (unpack === false) return;
  const { platform } = context.session;
  const { snapshotter } = unpack === true ? {} : unpack;
  for (const { name, target, tree } of images) {
    if (!tree.platforms.some((offered) => matchesPlatform(offered, platform))) continue;
    const total = tree.layerBytes;
    onProgress?.({ phase: "unpack", name, current: 0, total });
    // The record comes last: an image whose layers do not unpack is not registered.
    await draftImage(context, name, target).unpack({ platform, snapshotter, signal });
    onProgress?.({ phase: "unpack", name, current: total, total });
  }
}

/** Says in which archive something was found to be wrong. */
async function inArchive<T>(label: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DavitError ? labelled(error, label) : error;
  }
}

function labelled(cause: DavitError, label: string): DavitError {
  const message = `Cannot import ${label}: ${cause.message.replace(/^Cannot/, "cannot")}`;
  const options = { cause };
  if (cause instanceof DigestError) return new DigestError(message, cause, options);
  if (cause instanceof MissingContentError) {
    const { digests, platform } = cause;
    return new MissingContentError(
      message,
      { digests, ...(platform === undefined ? {} : { platform }) },
      options,
    );
  }
  if (cause instanceof InvalidArgumentError) return new InvalidArgumentError(message, options);
  if (!(cause instanceof UnsupportedError)) return cause;
  const { needed, found } = cause;
  return new UnsupportedError(
    message,
    { needed, ...(found === undefined ? {} : { found }) },
    options,
  );
}
