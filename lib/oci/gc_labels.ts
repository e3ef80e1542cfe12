/**
 * The labels that containerd's garbage collector goes by. Content is collected unless a label of
 * something that is kept names it: forget one, and the blobs of an image vanish.
 *
 * Source: containerd's docs/garbage-collection.md; the names for children are those that its Go
 * client writes (core/images).
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import type { Descriptor } from "./descriptor.ts";
import { type Digest, digestHex, parseDigest } from "./digest.ts";
import type { ImageIndex } from "./index_doc.ts";
import type { ImageManifest } from "./manifest.ts";
import { isKnownConfig, isLayer, isManifest } from "./media_types.ts";
import type { Reference } from "./reference.ts";

/** Labels by key. */
export type Labels = Record<string, string>;

const CONTENT_REF = "containerd.io/gc.ref.content";
const SUBJECT_ANNOTATION = "io.containerd.manifest.subject";
const SOURCE_PREFIX = "containerd.io/distribution.source.";

/** Makes a thing a root: it is kept although nothing names it. The value is free; use a time. */
export const GC_ROOT_LABEL = "containerd.io/gc.root";
/** When a lease ends, or any other thing stops being kept: RFC 3339. */
export const GC_EXPIRE_LABEL = "containerd.io/gc.expire";
/** On a compressed layer: the digest of the uncompressed one. */
export const UNCOMPRESSED_LABEL = "containerd.io/uncompressed";
/** On a snapshot: the chain id that it holds. */
export const SNAPSHOT_REF_LABEL = "containerd.io/snapshot.ref";

/**
 * The labels that tie a blob to the blobs that it names.
 *
 * @param children What it names, in the document's order: the config, then the layers.
 * @returns For example `containerd.io/gc.ref.content.config`, `….l.0`, `….m.0`.
 */
export function childLabels(children: readonly Descriptor[]): Labels {
  const labels: Labels = {};
  const counts = new Map<string, number>();
  for (const child of children) {
    const key = childKey(child);
    const index = counts.get(key) ?? 0;
    counts.set(key, index + 1);
    if (key.endsWith(".sha256.")) labels[key + digestHex(child.digest).slice(0, 12)] = child.digest;
    else if (key.endsWith(".") || index > 0) labels[`${key}${index}`] = child.digest;
    else labels[key] = child.digest;
  }
  return labels;
}

function childKey(child: Descriptor): string {
  if (child.annotations?.[SUBJECT_ANNOTATION] !== undefined) {
    return `${CONTENT_REF}.referrer.sha256.`;
  }
  if (isKnownConfig(child.mediaType)) return `${CONTENT_REF}.config`;
  if (isManifest(child.mediaType)) return `${CONTENT_REF}.m.`;
  if (isLayer(child.mediaType)) return `${CONTENT_REF}.l.`;
  return `${CONTENT_REF}.`;
}

/** The labels for the blob of a manifest: they keep its config and its layers. */
export function manifestLabels(manifest: ImageManifest): Labels {
  return childLabels([manifest.config, ...manifest.layers]);
}

/**
 * The labels for the blob of an index: they keep its manifests.
 *
 * @param present Digests of those that are there; default all. A label that names content which
 * does not exist is harmless, but makes an image look incomplete.
 */
export function indexLabels(index: ImageIndex, present?: ReadonlySet<string>): Labels {
  return childLabels(index.manifests.filter(({ digest }) => present?.has(digest) ?? true));
}

/**
 * The label for the blob of an image config (or a container, lease, image): it keeps a snapshot.
 *
 * @param snapshotter Name of the snapshotter, such as `overlayfs`.
 * @param key Name of the snapshot; the chain id, for an unpacked image.
 */
export function snapshotLabel(snapshotter: string, key: string): Labels {
  if (snapshotter === "" || key === "") {
    throw new InvalidArgumentError(
      `Cannot make a label for snapshot "${key}" of "${snapshotter}": both need a name`,
    );
  }
  return { [`containerd.io/gc.ref.snapshot.${snapshotter}`]: key };
}

/** The label that keeps a thing until a moment, and lets it go after. */
export function expireLabel(at: Date): Labels {
  if (Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError("Cannot set an expiry: the date is invalid");
  }
  return { [GC_EXPIRE_LABEL]: at.toISOString() };
}

/** The label for a compressed layer: the digest that it has when it is uncompressed. */
export function uncompressedLabel(diffId: Digest): Labels {
  return { [UNCOMPRESSED_LABEL]: parseDigest(diffId) };
}

/** The key of the label that says from which repositories of a registry a blob came; no port. */
export function sourceLabelKey(domain: string): string {
  return SOURCE_PREFIX + domain.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

/**
 * The label that says from which repositories of a registry a blob came. A push uses it to mount
 * the blob from there instead of sending it.
 *
 * @param reference Where the blob was fetched from.
 * @param existing The labels that the blob has; its repositories are kept.
 */
export function sourceLabel(reference: Reference, existing: Readonly<Labels> = {}): Labels {
  const key = sourceLabelKey(reference.domain);
  const repositories = (existing[key] ?? "").split(",").filter((name) => name !== "");
  return { [key]: [...new Set([...repositories, reference.path])].sort().join(",") };
}
