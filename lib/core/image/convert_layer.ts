/**
 * Converts single layers.
 *
 * @module
 */
import { DigestError, UnsupportedError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { createHasher, type Digest } from "../../oci/digest.ts";
import { uncompressedLabel } from "../../oci/gc_labels.ts";
import {
  DOCKER,
  isDocker,
  isEncrypted,
  isLayer,
  isNonDistributable,
  layerCompression,
  OCI,
  sniffCompression,
} from "../../oci/media_types.ts";
import { compressedBy, type Compression, uncompressed } from "../archive/recompress.ts";
import { writeUnnamed } from "../archive/write.ts";
import type { ContentStore } from "../content/content.ts";
import type { OnImageProgress } from "./progress.ts";

/** What to make of a layer. */
export interface ConvertLayerOptions {
  readonly mediaTypes: "oci" | "docker" | undefined;
  readonly compression: Compression | undefined;
  readonly level: number | undefined;
  /** What it must unpack to. */
  readonly diffId: Digest;
  /** Whose layer it is, for messages. */
  readonly image: string;
  readonly onProgress: OnImageProgress | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The media types that stand for each other. */
const TWINS: readonly (readonly [oci: string, docker: string])[] = [
  [OCI.config, DOCKER.config],
  [OCI.layer, DOCKER.layer],
  [OCI.layerGzip, DOCKER.layerGzip],
  [OCI.layerZstd, DOCKER.layerZstd],
  ["application/vnd.oci.image.layer.nondistributable.v1.tar", DOCKER.layerForeign],
  ["application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", DOCKER.layerForeignGzip],
];

/** OCI's or Docker's type for the same thing; types that have no twin stay. */
export function convertedType(mediaType: string, to: "oci" | "docker" | undefined): string {
  const twins = to && TWINS.find((pair) => pair.includes(mediaType));
  return twins ? twins[to === "oci" ? 0 : 1] : mediaType;
}

/**
 * Gives a layer another form, and stores it. One that has that form already stays.
 *
 * @throws {UnsupportedError} When it is encrypted, or of an unknown type.
 * @throws {DigestError} When it does not unpack to its diff id.
 */
export async function convertLayer(
  store: ContentStore,
  layer: Descriptor,
  options: ConvertLayerOptions,
): Promise<Descriptor> {
  const { compression, level, mediaTypes, signal } = options;
  const renamed = { ...layer, mediaType: convertedType(layer.mediaType, mediaTypes) };
  if (compression === undefined || !isLayer(layer.mediaType)) return renamed;
  if (isEncrypted(layer.mediaType) || isNonDistributable(layer.mediaType)) {
    const kind = isEncrypted(layer.mediaType) ? "encrypted" : "not to be given away";
    throw new UnsupportedError(
      `Cannot convert layer "${layer.digest}" of "${options.image}": it is ${kind}`,
      { needed: "a plain layer", found: layer.mediaType },
    );
  }
  const head = await first(store, layer, signal);
  const now = sniffCompression(head);
  const type = layerType(layer.mediaType, compression, mediaTypes);
  // A level is asked for anew; whether the layer has it, nobody can tell.
  if (now === compression && level === undefined) {
    const named = layerCompression(layer.mediaType);
    return named === compression ? renamed : { ...layer, mediaType: type };
  }
  const { digest, size } = await recompress(store, layer, head, compression, options);
  const { annotations, mediaType: _, urls: __, data: ___, ...rest } = layer;
  return {
    ...rest,
    mediaType: type,
    digest,
    size,
    // Annotations of lazy formats are about the old bytes.
    ...(annotations ? { annotations: withoutFormats(annotations) } : {}),
  };
}

async function recompress(
  store: ContentStore,
  layer: Descriptor,
  head: Uint8Array,
  compression: Compression,
  options: ConvertLayerOptions,
): Promise<{ digest: Digest; size: number }> {
  const { diffId, image, level, onProgress, signal } = options;
  const total = layer.size;
  let current = 0;
  const report = (): void => onProgress?.({ phase: "convert", name: layer.digest, current, total });
  const counted = async function* (): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for await (const part of store.read(layer.digest, { signal })) {
      current += part.length;
      if (current < total) report();
      yield part;
    }
  };
  const hasher = await createHasher();
  const hashed = async function* (): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for await (const part of await uncompressed(ReadableStream.from(counted()), head)) {
      hasher.update(part);
      yield part;
    }
    // Before the end, so that nothing is committed.
    const actual = hasher.digest();
    if (actual !== diffId) {
      throw new DigestError(
        `Cannot convert layer "${layer.digest}" of "${image}": its content hashes to "${actual}", ` +
          `the image says "${diffId}"`,
        { expected: diffId, actual },
      );
    }
  };
  report();
  const stream = await compressedBy(ReadableStream.from(hashed()), compression, level);
  const written = await writeUnnamed(store, stream, { signal });
  if (compression !== "none") await store.label(written.digest, uncompressedLabel(diffId));
  current = total;
  report();
  return written;
}

function layerType(
  mediaType: string,
  compression: Compression,
  wanted: "oci" | "docker" | undefined,
): string {
  const docker = (wanted ?? (isDocker(mediaType) ? "docker" : "oci")) === "docker";
  const types = docker ? DOCKER : OCI;
  return { none: types.layer, gzip: types.layerGzip, zstd: types.layerZstd }[compression];
}

async function first(
  store: ContentStore,
  { digest, size }: Descriptor,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (size === 0) return new Uint8Array();
  const sizeBytes = Math.min(size, 8);
  return await new Response(store.read(digest, { sizeBytes, signal })).bytes();
}

function withoutFormats(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) =>
      !key.startsWith("containerd.io/snapshot/stargz/") &&
      !key.startsWith("io.github.containers.zstd-chunked.") &&
      key !== "io.containers.estargz.uncompressed-size"
    ),
  );
}
