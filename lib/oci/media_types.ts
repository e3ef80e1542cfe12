/**
 * Media types of OCI and Docker images, and what they say of the content.
 *
 * @module
 */

import { UnsupportedError } from "../errors/errors.ts";

/** Media types of the OCI image spec. */
export const OCI: {
  readonly index: "application/vnd.oci.image.index.v1+json";
  readonly manifest: "application/vnd.oci.image.manifest.v1+json";
  readonly config: "application/vnd.oci.image.config.v1+json";
  readonly layer: "application/vnd.oci.image.layer.v1.tar";
  readonly layerGzip: "application/vnd.oci.image.layer.v1.tar+gzip";
  readonly layerZstd: "application/vnd.oci.image.layer.v1.tar+zstd";
  readonly empty: "application/vnd.oci.empty.v1+json";
} = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  layerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  layerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  empty: "application/vnd.oci.empty.v1+json",
};

/** Media types of Docker's image format, version 2 schema 2. */
export const DOCKER: {
  readonly index: "application/vnd.docker.distribution.manifest.list.v2+json";
  readonly manifest: "application/vnd.docker.distribution.manifest.v2+json";
  readonly config: "application/vnd.docker.container.image.v1+json";
  readonly layer: "application/vnd.docker.image.rootfs.diff.tar";
  readonly layerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip";
  readonly layerZstd: "application/vnd.docker.image.rootfs.diff.tar.zstd";
  readonly layerForeign: "application/vnd.docker.image.rootfs.foreign.diff.tar";
  readonly layerForeignGzip: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
} = {
  index: "application/vnd.docker.distribution.manifest.list.v2+json",
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar",
  layerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  layerZstd: "application/vnd.docker.image.rootfs.diff.tar.zstd",
  layerForeign: "application/vnd.docker.image.rootfs.foreign.diff.tar",
  layerForeignGzip: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
};

/** Media types of Docker's first manifest format, which containerd dropped in 2.1. */
const schema1: ReadonlySet<string> = new Set([
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
  "application/vnd.docker.distribution.manifest.v1+json",
]);

/** Configs of containerd's checkpoints; the garbage collector treats them as configs too. */
const checkpointConfigs: ReadonlySet<string> = new Set([
  "application/vnd.containerd.container.criu.checkpoint.criu.tar",
  "application/vnd.containerd.container.checkpoint.config.v1+proto",
]);

const EROFS_LAYER = "application/vnd.erofs.layer.v1";

/** The value for `Accept` when asking a registry for a manifest or an index; best first. */
export const MANIFEST_ACCEPT: readonly string[] = [
  DOCKER.manifest,
  DOCKER.index,
  OCI.manifest,
  OCI.index,
  "*/*",
];

/** Whether it is an image manifest, of OCI or Docker. */
export function isManifest(mediaType: string): boolean {
  return mediaType === OCI.manifest || mediaType === DOCKER.manifest;
}

/** Whether it is an index, or a manifest list as Docker calls it. */
export function isIndex(mediaType: string): boolean {
  return mediaType === OCI.index || mediaType === DOCKER.index;
}

/** Whether it is an image configuration. */
export function isConfig(mediaType: string): boolean {
  return mediaType === OCI.config || mediaType === DOCKER.config;
}

/** Whether it is a config that the garbage collector knows: of an image or a checkpoint. */
export function isKnownConfig(mediaType: string): boolean {
  return isConfig(mediaType) || checkpointConfigs.has(mediaType);
}

/** Whether it is a file system layer, compressed, encrypted or not. */
export function isLayer(mediaType: string): boolean {
  if (mediaType.startsWith("application/vnd.oci.image.layer.")) return true;
  const [base = ""] = mediaType.split("+");
  return base.startsWith("application/vnd.docker.image.rootfs.") &&
      compressionByDockerType.has(base) ||
    base === EROFS_LAYER;
}

/** Whether the layer must not be pushed: "foreign" or non-distributable, once used by Windows. */
export function isNonDistributable(mediaType: string): boolean {
  return mediaType.startsWith("application/vnd.oci.image.layer.nondistributable.") ||
    mediaType.startsWith("application/vnd.docker.image.rootfs.foreign.");
}

/** Whether it is Docker's, and not OCI's. */
export function isDocker(mediaType: string): boolean {
  return mediaType.startsWith("application/vnd.docker.");
}

/** Whether it is Docker's first manifest format. */
export function isSchema1(mediaType: string): boolean {
  return schema1.has(mediaType);
}

/** Whether a layer is encrypted (imgcrypt): it needs keys before it can be applied. */
export function isEncrypted(mediaType: string): boolean {
  return mediaType.split("+").slice(1).includes("encrypted");
}

/**
 * How a layer is compressed. `"unknown"`: Docker's plain type was used for compressed layers as
 * well, so the first bytes must tell.
 */
export type LayerCompression = "none" | "gzip" | "zstd" | "unknown";

const compressionByDockerType: ReadonlyMap<string, LayerCompression> = new Map([
  [DOCKER.layer, "unknown"],
  [DOCKER.layerForeign, "unknown"],
  [DOCKER.layerGzip, "gzip"],
  [DOCKER.layerForeignGzip, "gzip"],
  [DOCKER.layerZstd, "zstd"],
]);

/**
 * The compression that a layer's media type names; for an encrypted layer, that of the plaintext.
 *
 * @throws {UnsupportedError} When it is no layer, or a compression that containerd has no word for.
 */
export function layerCompression(mediaType: string): LayerCompression {
  const [base = "", ...suffixes] = mediaType.split("+");
  const docker = compressionByDockerType.get(base);
  if (docker) return docker;
  const [suffix, ...others] = suffixes.filter((s) => s !== "encrypted");
  if (base.startsWith("application/vnd.oci.image.layer.") && others.length === 0) {
    if (suffix === undefined) return "none";
    if (suffix === "gzip" || suffix === "zstd") return suffix;
  }
  if (base === EROFS_LAYER && suffix === undefined) return "none";
  throw new UnsupportedError(
    `Cannot tell the compression of "${mediaType}": it is no known layer type`,
    { needed: "an OCI or Docker layer, plain, gzip or zstd", found: mediaType },
  );
}

/** The compression of a stream by its first bytes; `"none"` when they are no known magic number. */
export function sniffCompression(head: Uint8Array): Exclude<LayerCompression, "unknown"> {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return "zstd";
  return "none";
}
