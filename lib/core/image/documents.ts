/**
 * The documents of an image in the content store: configuration, manifest, index.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { Image } from "./image.ts";
import { ImageSchema } from "../../gen/containerd/services/images_pb.ts";
import { chainId } from "../../oci/chain_id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { type Labels, manifestLabels } from "../../oci/gc_labels.ts";
import type { ImageConfig } from "../../oci/image_config.ts";
import type { ImageManifest } from "../../oci/manifest.ts";
import { OCI } from "../../oci/media_types.ts";

/** What a manifest is made of. */
export interface ManifestParts {
  /** The configuration. */
  readonly config: ImageConfig;
  /** The layers, the lowest first. */
  readonly layers: readonly Descriptor[];
  /** Annotations of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Further labels of its blob. */
  readonly labels?: Readonly<Labels>;
}

/** Writes configuration and manifest. The caller holds a lease. */
export async function writeManifest(
  context: Context,
  parts: ManifestParts,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const annotations = sorted(parts.annotations ?? {});
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: await writeDocument(context, OCI.config, parts.config, {}, signal),
    layers: [...parts.layers],
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  const labels = { ...manifestLabels(manifest), ...parts.labels };
  return await writeDocument(context, OCI.manifest, manifest, labels, signal);
}

/** Writes a JSON document. One that is there gets the labels. */
export async function writeDocument(
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

/** An image that no name stands for yet. */
export function draftImage(context: Context, name: string, target: Descriptor): Image {
  const { mediaType, digest, size } = target;
  const message = create(ImageSchema, { name, target: { mediaType, digest, size: BigInt(size) } });
  return new Image(context, message);
}

/** The chain id of a stack of layers; empty for none. */
export async function chainOf(diffIds: readonly Digest[]): Promise<string> {
  return diffIds.length === 0 ? "" : await chainId(diffIds);
}

/** The same record with its keys in order, so that the order of calls does not count. */
export function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0),
  );
}
