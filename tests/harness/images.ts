/**
 * A busybox image for the tests, made in memory of the static busybox that the set-up fetched.
 * Loaded by plain RPCs, so that tests of the importer and the builder do not rest on themselves.
 *
 * @module
 */
import { toolPath } from "../../.ci/setup/paths.ts";
import { AlreadyExistsError } from "../../lib/errors/errors.ts";
import { WriteAction } from "../../lib/gen/containerd/services/content_pb.ts";
import type { Api } from "../../lib/api/api.ts";
import type { Image } from "../../lib/core/image/image.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import { tar, type TarEntry } from "./tar.ts";

/** What the image is called wherever the tests load it. */
export const BUSYBOX = "davit.test/busybox:latest";

/** A blob with what a descriptor says of it. */
export interface TestBlob {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** An image of one layer, for this machine's platform. */
export interface TestImage {
  readonly layer: TestBlob;
  readonly config: TestBlob;
  readonly manifest: TestBlob;
}

const OCI = "application/vnd.oci.image";

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/:/bin/false
app:x:1000:1000:App:/home/app:/bin/sh
`;

const GROUP = `root:x:0:
daemon:x:1:
audio:x:29:app
app:x:1000:
`;

async function blob(mediaType: string, content: Uint8Array | object): Promise<TestBlob> {
  const bytes = content instanceof Uint8Array
    ? content
    : new TextEncoder().encode(JSON.stringify(content));
  const hash = await crypto.subtle.digest("SHA-256", bytes.slice());
  return { mediaType, digest: `sha256:${new Uint8Array(hash).toHex()}`, bytes };
}

function descriptor({ mediaType, digest, bytes }: TestBlob) {
  return { mediaType, digest, size: bytes.length };
}

async function applets(busybox: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(busybox, { args: ["--list"], stdin: "null" }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").filter((name) => name !== "busybox");
}

/** Files of the image: every applet as a hard link, three users, the usual folders. */
async function layerEntries(): Promise<TarEntry[]> {
  const text = (value: string) => new TextEncoder().encode(value);
  const busybox = Deno.realPathSync(toolPath("busybox"));
  const folder = (name: string, mode = 0o755, uid = 0): TarEntry => ({
    name,
    kind: "directory",
    mode,
    uid,
  });
  return [
    folder("bin/"),
    { name: "bin/busybox", data: Deno.readFileSync(busybox) },
    ...(await applets(busybox)).map((name): TarEntry => ({
      name: `bin/${name}`,
      kind: { hardlink: "bin/busybox" },
    })),
    folder("dev/"),
    folder("etc/"),
    { name: "etc/passwd", data: text(PASSWD), mode: 0o644 },
    { name: "etc/group", data: text(GROUP), mode: 0o644 },
    folder("home/"),
    folder("home/app/", 0o755, 1000),
    folder("proc/"),
    folder("root/", 0o700),
    folder("sys/"),
    folder("tmp/", 0o1777),
    folder("var/"),
  ];
}

let made: Promise<TestImage> | undefined;

/** The image. Its command is `sh`; users are `root`, `daemon` and `app` (1000, in group `audio`). */
export function busyboxImage(): Promise<TestImage> {
  return made ??= makeBusybox();
}

async function makeBusybox(): Promise<TestImage> {
  const layer = await blob(`${OCI}.layer.v1.tar`, tar(await layerEntries()));
  const config = await blob(`${OCI}.config.v1+json`, {
    created: "1970-01-01T00:00:00Z",
    architecture: Deno.build.arch === "aarch64" ? "arm64" : "amd64",
    os: "linux",
    config: { Env: ["PATH=/bin"], Cmd: ["sh"] },
    rootfs: { type: "layers", diff_ids: [layer.digest] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "davit tests" }],
  });
  const manifest = await blob(`${OCI}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: descriptor(config),
    layers: [descriptor(layer)],
  });
  return { layer, config, manifest };
}

/** The image as an OCI archive, uncompressed. */
export async function busyboxArchive(name: string = BUSYBOX): Promise<Uint8Array> {
  const { layer, config, manifest } = await busyboxImage();
  const index = await blob(`${OCI}.index.v1+json`, {
    schemaVersion: 2,
    mediaType: `${OCI}.index.v1+json`,
    manifests: [{
      ...descriptor(manifest),
      annotations: { "io.containerd.image.name": name },
    }],
  });
  const layout = new TextEncoder().encode('{"imageLayoutVersion":"1.0.0"}');
  return tar([
    { name: "oci-layout", data: layout, mode: 0o644 },
    { name: "index.json", data: index.bytes, mode: 0o644 },
    ...[layer, config, manifest].map(({ digest, bytes }): TarEntry => ({
      name: `blobs/${digest.replace(":", "/")}`,
      data: bytes,
      mode: 0o644,
    })),
  ]);
}

async function write(api: Api, blob: TestBlob, labels: Record<string, string> = {}): Promise<void> {
  const request = {
    action: WriteAction.COMMIT,
    ref: `davit-test-${blob.digest}`,
    total: BigInt(blob.bytes.length),
    expected: blob.digest,
    data: blob.bytes,
    labels,
  };
  async function* requests() {
    yield await Promise.resolve(request);
  }
  try {
    for await (const _ of api.content.write(requests(), { timeoutMs: 30_000 }));
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
  }
}

/**
 * Puts the image into a namespace. It is not unpacked: whoever needs a snapshot makes it.
 *
 * @returns The image as the library sees it.
 */
export async function loadBusybox(ns: Namespace, name: string = BUSYBOX): Promise<Image> {
  const { layer, config, manifest } = await busyboxImage();
  const { lease } = await ns.api.leases.create({
    id: `davit-test-load-${crypto.randomUUID()}`,
    labels: { "containerd.io/gc.expire": new Date(Date.now() + 60_000).toISOString() },
  });
  const id = lease!.id;
  try {
    const { api } = ns.withLease(id);
    await write(api, layer, { "containerd.io/uncompressed": layer.digest });
    await write(api, config);
    await write(api, manifest, {
      "containerd.io/gc.ref.content.config": config.digest,
      "containerd.io/gc.ref.content.l.0": layer.digest,
    });
    const { mediaType, digest, bytes } = manifest;
    const target = { mediaType, digest, size: BigInt(bytes.length) };
    await api.images.create({ image: { name, target } });
  } finally {
    await ns.api.leases.delete({ id });
  }
  return await ns.images.get(name);
}
