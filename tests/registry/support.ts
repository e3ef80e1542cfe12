/** What the registry tests share. @module */

import { Registry, type RegistryOptions } from "../../lib/registry/registry.ts";
import { type Digest, digestOf } from "../../lib/oci/digest.ts";
import type { Descriptor } from "../../lib/oci/descriptor.ts";
import { OCI } from "../../lib/oci/media_types.ts";
import type { BlobSourceInit } from "../../lib/registry/blob_source.ts";

/** Pauses that tests can wait for. */
export const QUICK_RETRY = { attempts: 4, baseDelayMs: 1, maxDelayMs: 50 };

/** A client that sees nothing of this machine's own configuration. */
export function testRegistry(dir: string, options: RegistryOptions = {}): Registry {
  return new Registry({
    hostsDir: `${dir}/certs.d`,
    configDir: `${dir}/docker`,
    retry: QUICK_RETRY,
    ...options,
  });
}

/** Bytes that do not compress and differ by seed (xorshift32). */
export function noise(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let x = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
  return new Uint8Array(words.buffer, 0, size);
}

/** Bytes and what names them. */
export interface Blob {
  bytes: Uint8Array<ArrayBuffer>;
  descriptor: Descriptor;
}

/** Names bytes. */
export async function asBlob(bytes: Uint8Array<ArrayBuffer>, mediaType: string): Promise<Blob> {
  const digest: Digest = await digestOf(bytes);
  return { bytes, descriptor: { mediaType, digest, size: bytes.length } };
}

/** A JSON document as a blob. */
export async function jsonBlob(value: unknown, mediaType: string): Promise<Blob> {
  return await asBlob(new TextEncoder().encode(JSON.stringify(value)), mediaType);
}

/** An image of one noisy layer; nobody unpacks it. */
export interface TestImage {
  config: Blob;
  layer: Blob;
  manifest: Blob;
}

/** Makes an image in memory. */
export async function makeImage(layerBytes = 100_000, seed = 1): Promise<TestImage> {
  const layer = await asBlob(noise(layerBytes, seed), OCI.layerGzip);
  const config = await jsonBlob(
    {
      architecture: "amd64",
      os: "linux",
      config: { Env: [`SEED=${seed}`] },
      rootfs: { type: "layers", diff_ids: [layer.descriptor.digest] },
    },
    OCI.config,
  );
  const manifest = await jsonBlob(
    {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      config: config.descriptor,
      layers: [layer.descriptor],
    },
    OCI.manifest,
  );
  return { config, layer, manifest };
}

/** Pushes an image. */
export async function pushImage(
  registry: Registry,
  reference: string,
  image: TestImage,
): Promise<void> {
  await registry.pushBlob(reference, image.layer.descriptor, image.layer.bytes);
  await registry.pushBlob(reference, image.config.descriptor, image.config.bytes);
  await registry.pushManifest(reference, image.manifest.bytes, OCI.manifest);
}

/** A source that is opened at offsets, in pieces as a network gives them; remembers the offsets. */
export function streamed(bytes: Uint8Array<ArrayBuffer>, opened: number[] = []): BlobSourceInit {
  return (offset) => {
    opened.push(offset);
    let at = offset;
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller): void {
        if (at >= bytes.length) return controller.close();
        const end = Math.min(at + 65_536, bytes.length);
        controller.enqueue(bytes.slice(at, end));
        at = end;
      },
    });
  };
}

/** All bytes of a stream. */
export async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return await new Response(stream as BodyInit).bytes();
}
