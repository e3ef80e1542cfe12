/** What the tests of files share. @module */
import { BUSYBOX } from "../harness/images.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { Image } from "../../lib/core/image/image.ts";
import { digestOf } from "../../lib/oci/digest.ts";
import { OCI } from "../../lib/oci/media_types.ts";
import { manifestLabels } from "../../lib/oci/gc_labels.ts";
import type { ImageManifest } from "../../lib/oci/manifest.ts";

/** How a layer is stored. */
export type Stored = "plain" | "gzip" | "zstd";

async function compressed(bytes: Uint8Array, how: Stored): Promise<Uint8Array> {
  if (how === "plain") return bytes;
  const zlib = await import("node:zlib");
  return new Uint8Array(how === "gzip" ? zlib.gzipSync(bytes) : zlib.zstdCompressSync(bytes));
}

/**
 * Makes an image of the busybox image's layer and some more.
 *
 * @param tars The further layers, the lowest first.
 */
export async function imageOf(
  ns: Namespace,
  name: string,
  tars: readonly Uint8Array[],
  how: Stored = "gzip",
): Promise<Image> {
  const base = await (await ns.images.get(BUSYBOX)).resolve();
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const types = { plain: OCI.layer, gzip: OCI.layerGzip, zstd: OCI.layerZstd };
  const layers = [...base.manifest.layers];
  const diffIds: string[] = [...base.config.rootfs.diff_ids];
  for (const tar of tars) {
    const bytes = (await compressed(tar, how)).slice();
    const digest = await digestOf(bytes);
    await content.write(bytes, { digest });
    layers.push({ mediaType: types[how], digest, size: bytes.length });
    diffIds.push(await digestOf(tar.slice()));
  }
  const encode = (value: object) => new TextEncoder().encode(JSON.stringify(value));
  const config = encode({ ...base.config, rootfs: { type: "layers", diff_ids: diffIds } });
  const configDigest = await digestOf(config);
  await content.write(config, { digest: configDigest });
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: { mediaType: OCI.config, digest: configDigest, size: config.length },
    layers,
  };
  const bytes = encode(manifest);
  const digest = await digestOf(bytes);
  await content.write(bytes, { digest, labels: manifestLabels(manifest) });
  return await ns.images.set(name, { mediaType: OCI.manifest, digest, size: bytes.length });
}

/** Bytes of text. */
export function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value);
}

/** All of an async iterable. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(items);
}

/** Runs a program of this machine. */
export async function command(
  program: string,
  args: readonly string[],
  options: { cwd?: string; stdin?: Uint8Array } = {},
): Promise<Uint8Array> {
  const child = new Deno.Command(program, {
    args: [...args],
    ...(options.cwd ? { cwd: options.cwd } : {}),
    stdin: options.stdin ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const fed = options.stdin && new Blob([options.stdin as BlobPart]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  await fed?.catch(() => {/* its end tells */});
  if (success) return stdout;
  throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
