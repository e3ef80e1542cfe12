/**
 * Archives of images for tests, good ones and odd ones, made in memory.
 *
 * @module
 */
import { packTar, type TarEntry } from "modern-tar";
import type { Descriptor } from "../../lib/oci/descriptor.ts";
import { type Digest, digestHex, digestOf } from "../../lib/oci/digest.ts";
import { DOCKER, OCI } from "../../lib/oci/media_types.ts";
import { formatPlatform, hostPlatform, type Platform } from "../../lib/oci/platform.ts";

/** Bytes that know no resizing and no sharing, as web APIs want them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What a tar is made of, by path: a file's text or bytes, or a whole header. */
export type TarFiles = Record<string, string | Bytes | Partial<TarEntry["header"]>>;

const EPOCH = new Date(0);

/** A tar of these entries, in this order. A `#1` and so on at a path's end is cut off. */
export function makeTar(files: TarFiles): Promise<Bytes> {
  return packTar(
    Object.entries(files).map(([key, value]): TarEntry => {
      const name = key.replace(/#\d+$/, "");
      if (typeof value === "string" || value instanceof Uint8Array) {
        const body = typeof value === "string" ? new TextEncoder().encode(value) : value;
        return { header: { name, size: body.length, mtime: EPOCH, type: "file" }, body };
      }
      return { header: { name, size: 0, mtime: EPOCH, ...value } };
    }),
  );
}

/** The bytes, compressed by gzip. */
export async function gzip(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes, compressed by zstd. */
export async function zstd(bytes: Bytes): Promise<Bytes> {
  const { zstdCompressSync } = await import("node:zlib");
  return new Uint8Array(zstdCompressSync(bytes));
}

/** A blob with what names it. */
export interface TestBlob {
  readonly bytes: Bytes;
  readonly descriptor: Descriptor;
}

/** Bytes or JSON as a blob. */
export async function makeBlob(mediaType: string, content: Bytes | object): Promise<TestBlob> {
  const bytes = content instanceof Uint8Array
    ? content
    : new TextEncoder().encode(JSON.stringify(content));
  return { bytes, descriptor: { mediaType, digest: await digestOf(bytes), size: bytes.length } };
}

/** An image for one platform, in pieces. */
export interface TestImage {
  readonly manifest: TestBlob;
  readonly config: TestBlob;
  /** The layers, each with its tar before compression. */
  readonly layers: readonly (TestBlob & { readonly tar: Bytes })[];
  readonly platform: Platform;
}

/** An image whose layers have these files. */
export async function makeImage(
  options: {
    layers?: readonly TarFiles[];
    platform?: Platform;
    /** Goes into `config`. */
    config?: Record<string, unknown>;
    /** How its layers came about. */
    history?: readonly Record<string, unknown>[];
    compress?: (tar: Bytes) => Promise<Bytes>;
    layerType?: string;
  } = {},
): Promise<TestImage> {
  const { platform = hostPlatform(), compress, layers: contents = [{ "hello.txt": "hello\n" }] } =
    options;
  const type = options.layerType ?? (compress ? OCI.layerGzip : OCI.layer);
  const layers: (TestBlob & { tar: Bytes })[] = [];
  const diffIds: Digest[] = [];
  for (const files of contents) {
    const tar = await makeTar(files);
    layers.push({ ...await makeBlob(type, compress ? await compress(tar) : tar), tar });
    diffIds.push(await digestOf(tar));
  }
  const config = await makeBlob(OCI.config, {
    ...platform,
    config: options.config ?? {},
    rootfs: { type: "layers", diff_ids: diffIds },
    ...(options.history ? { history: options.history } : {}),
  });
  const manifest = await makeBlob(OCI.manifest, {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  });
  return { manifest, config, layers, platform };
}

/** Where a blob lies in an OCI layout. */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}

/** The blobs of images as files of an OCI layout. */
export function blobFiles(...blobs: readonly TestBlob[]): TarFiles {
  return Object.fromEntries(
    blobs.map(({ bytes, descriptor }) => [blobPath(descriptor.digest), bytes]),
  );
}

/** All blobs of an image. */
export function blobsOf(image: TestImage): TestBlob[] {
  return [...image.layers, image.config, image.manifest];
}

/** `oci-layout` and an `index.json` that lists these descriptors. */
export function layoutFiles(manifests: readonly Descriptor[]): TarFiles {
  return {
    "oci-layout": '{"imageLayoutVersion":"1.0.0"}',
    "index.json": JSON.stringify({ schemaVersion: 2, mediaType: OCI.index, manifests }),
  };
}

/** The files of an OCI layout with one image. The index comes last, as skopeo writes it. */
export function ociFiles(image: TestImage, name?: string): TarFiles {
  const annotations = name === undefined
    ? {}
    : { annotations: { "io.containerd.image.name": name } };
  return {
    ...blobFiles(...blobsOf(image)),
    ...layoutFiles([{ ...image.manifest.descriptor, ...annotations }]),
  };
}

/** An index for several platforms, as a blob. */
export function makeIndex(images: readonly TestImage[]): Promise<TestBlob> {
  return makeBlob(OCI.index, {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: images.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform })),
  });
}

/** The files of a Docker archive, laid out as `docker save` did before version 25. */
export function dockerFiles(image: TestImage, tags: readonly string[] | null): TarFiles {
  const config = `${digestHex(image.config.descriptor.digest)}.json`;
  const layers = image.layers.map((layer) => `${digestHex(layer.descriptor.digest)}/layer.tar`);
  return {
    ...Object.fromEntries(image.layers.map(({ bytes }, i) => [layers[i]!, bytes])),
    [config]: image.config.bytes,
    "manifest.json": JSON.stringify([{ Config: config, RepoTags: tags, Layers: layers }]),
    "repositories": "{}",
  };
}

/** The manifest that an importer must make of {@linkcode dockerFiles}. */
export function dockerManifest(image: TestImage): Promise<TestBlob> {
  return makeBlob(DOCKER.manifest, {
    schemaVersion: 2,
    mediaType: DOCKER.manifest,
    config: { ...image.config.descriptor, mediaType: DOCKER.config },
    layers: image.layers.map(({ descriptor }) => ({ ...descriptor, mediaType: DOCKER.layer })),
  });
}

/** Another platform than the one that the tests run on. */
export function otherPlatform(): Platform {
  const architecture = formatPlatform(hostPlatform()).includes("s390x") ? "riscv64" : "s390x";
  return { os: "linux", architecture };
}
