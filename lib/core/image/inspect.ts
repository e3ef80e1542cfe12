/**
 * All that is known of an image.
 *
 * @module
 */
import { MissingContentError } from "../../errors/image_errors.ts";
import { chainId } from "../../oci/chain_id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image_config.ts";
import type { ImageIndex } from "../../oci/index_doc.ts";
import type { ImageManifest } from "../../oci/manifest.ts";
import type { Platform } from "../../oci/platform.ts";
import type { Context } from "../context.ts";
import { unpackedBy } from "./unpacked.ts";
import { scanImage, type ScannedManifest } from "./scan.ts";

/** One manifest of an image, as far as it is in the store. */
export interface ManifestInspection {
  /** What names it. */
  readonly descriptor: Descriptor;
  /** What it is for; `undefined` for attestations and other things that are no image. */
  readonly platform: Platform | undefined;
  /** The manifest; `undefined` when it is not in the store. */
  readonly manifest: ImageManifest | undefined;
  /** The configuration; `undefined` when it is not in the store, or this is no image. */
  readonly config: ImageConfig | undefined;
  /** Size of manifest, configuration and layers as they are stored, in bytes; 0 where not known. */
  readonly sizeBytes: number;
  /** Blobs that are not in the store. */
  readonly missing: readonly Descriptor[];
  /** The name of the snapshot of all layers; `undefined` without layers, or where not known. */
  readonly chainId: Digest | undefined;
  /** The snapshotters that have it unpacked. */
  readonly unpacked: readonly string[];
}

/** All that is known of an image. */
export interface ImageInspection {
  /** Its name. */
  readonly name: string;
  /** The index or manifest that the name stands for. */
  readonly target: Descriptor;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was made. */
  readonly createdAt: Date | undefined;
  /** When it was last changed. */
  readonly updatedAt: Date | undefined;
  /** The indexes, the root first; none for an image of one manifest. */
  readonly indexes: readonly { readonly descriptor: Descriptor; readonly index: ImageIndex }[];
  /** The manifests, in the index's order. */
  readonly manifests: readonly ManifestInspection[];
}

/** What is inspected: an image's record. */
export interface ImageRecord {
  readonly name: string;
  readonly target: Descriptor;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: Date | undefined;
  readonly updatedAt: Date | undefined;
}

/**
 * Finds out all that is known of an image. What is missing is named as such.
 *
 * @throws {MissingContentError} When the root is not in the store.
 * @throws {InvalidArgumentError} When a document is malformed.
 */
export async function inspectImage(
  context: Context,
  image: ImageRecord,
  options: { signal?: AbortSignal } = {},
): Promise<ImageInspection> {
  const { name, target, labels, createdAt, updatedAt } = image;
  const { indexes, missingIndexes, manifests } = await scanImage(context, target, options);
  if (missingIndexes.some(({ digest }) => digest === target.digest)) {
    throw new MissingContentError(
      `Cannot inspect image "${name}": its index "${target.digest}" is not in the content store; ` +
        "pull or import it again",
      { digests: [target.digest] },
    );
  }
  const inspected: ManifestInspection[] = [];
  for (const one of manifests) inspected.push(await inspectManifest(context, one, options));
  return { name, target, labels, createdAt, updatedAt, indexes, manifests: inspected };
}

async function inspectManifest(
  context: Context,
  { descriptor, platform, manifest, config, blobs, missing }: ScannedManifest,
  options: { signal?: AbortSignal },
): Promise<ManifestInspection> {
  const diffIds = config?.rootfs.diff_ids ?? [];
  const top = diffIds.length > 0 ? await chainId(diffIds) : undefined;
  return {
    descriptor,
    platform,
    manifest,
    config,
    sizeBytes: manifest ? blobs.reduce((sum, { size }) => sum + size, 0) : 0,
    missing,
    chainId: top,
    unpacked: top ? await unpackedBy(context, top, options) : [],
  };
}
