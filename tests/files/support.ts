/** What the tests of files share. @module */
import { Client } from "../../lib/client/client.ts";
import { LocalHost } from "../../lib/host/local.ts";
import { dialUnix } from "../../lib/rpc/dial.ts";
import { createGrpcTransport } from "../../lib/rpc/transport.ts";
import { toolPath } from "../../.ci/setup/paths.ts";
import { hostPlatform } from "../../lib/oci/platform.ts";
import { tar, type TarEntry } from "../harness/tar.ts";
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

/** What the image of {@linkcode slimImage} is called. */
export const SLIM = "davit.test/slim:latest";

const APPLETS =
  "cat chmod chown dd echo find grep head id ln ls md5sum mkdir mv ps readlink rm sed sh sleep sort stat tar touch true wc";

/**
 * An image with few files: the daemon compares the contents of all that have the same age to the
 * second, and the hundreds of names of the other busybox image are one such file each.
 */
export async function slimImage(ns: Namespace): Promise<Image> {
  const folder = (name: string): TarEntry => ({ name, kind: "directory" });
  const layer = tar([
    folder("bin/"),
    { name: "bin/busybox", data: Deno.readFileSync(toolPath("busybox")) },
    ...APPLETS.split(" ").map((name): TarEntry => ({
      name: `bin/${name}`,
      kind: { symlink: "busybox" },
    })),
    folder("etc/"),
    { name: "etc/passwd", data: text("root:x:0:0:root:/root:/bin/sh\n"), mode: 0o644 },
    { name: "etc/group", data: text("root:x:0:\n"), mode: 0o644 },
    folder("home/"),
    { name: "home/app/", kind: "directory", uid: 1000 },
    ...["dev/", "proc/", "sys/", "tmp/"].map(folder),
  ]);
  return await imageOf(ns, SLIM, [layer], "plain", false);
}

/**
 * Makes an image.
 *
 * @param tars Its layers, the lowest first.
 * @param based Whether they come upon the layer of the busybox image.
 */
export async function imageOf(
  ns: Namespace,
  name: string,
  tars: readonly Uint8Array[],
  how: Stored = "gzip",
  based: boolean = true,
): Promise<Image> {
  const base = based ? await (await ns.images.get(BUSYBOX)).resolve() : undefined;
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const types = { plain: OCI.layer, gzip: OCI.layerGzip, zstd: OCI.layerZstd };
  const layers = [...base?.manifest.layers ?? []];
  const diffIds: string[] = [...base?.config.rootfs.diff_ids ?? []];
  for (const tar of tars) {
    const bytes = (await compressed(tar, how)).slice();
    const digest = await digestOf(bytes);
    await content.write(bytes, { digest });
    layers.push({ mediaType: types[how], digest, size: bytes.length });
    diffIds.push(await digestOf(tar.slice()));
  }
  const encode = (value: object) => new TextEncoder().encode(JSON.stringify(value));
  const { os, architecture } = hostPlatform();
  const config = encode({
    os,
    architecture,
    config: { Env: ["PATH=/bin"], Cmd: ["sh"] },
    rootfs: { type: "layers", diff_ids: diffIds },
  });
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

/** A client for which the daemon's machine is another one: only the socket leads there. */
export function remoteClient(address: string): Client {
  const host = new LocalHost();
  for (const way of ["openRoot", "copyTree"]) {
    Object.defineProperty(host, way, { value: undefined });
  }
  return new Client({
    transport: createGrpcTransport({ dial: dialUnix(address), address }),
    address,
    host,
  });
}

/** Runs `work` with the namespace as another client sees it. */
export async function remotely<T>(
  env: { address: string; ns: Namespace },
  work: (ns: Namespace) => Promise<T>,
): Promise<T> {
  const client = remoteClient(env.address);
  try {
    return await work(client.namespace(env.ns.name));
  } finally {
    await client.close();
  }
}
