/**
 * Images for the fake, made of what a test says.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { ImageSchema } from "../gen/containerd/services/images_pb.ts";
import { digestOf } from "../oci/digest.ts";
import { manifestLabels } from "../oci/gc_labels.ts";
import type { ExecutionConfig } from "../oci/image_config.ts";
import { parseManifest } from "../oci/manifest.ts";
import { OCI } from "../oci/media_types.ts";
import { hostPlatform, type Platform } from "../oci/platform.ts";
import { imageName } from "../oci/reference.ts";
import { type FakeState, now } from "./state.ts";

/** What is in an image. */
export interface FakeImageOptions {
  /** Command, environment, user and so on. By default, `sh` with a `PATH`. */
  readonly config?: ExecutionConfig;
  /** Files by absolute path; `/etc/passwd` with root by default. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** For which platform; the one that this runs on by default. */
  readonly platform?: Platform;
  /** Labels of the image. */
  readonly labels?: Readonly<Record<string, string>>;
}

const CONFIG: ExecutionConfig = {
  Cmd: ["sh"],
  Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
};

const FILES = { "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "/etc/group": "root:x:0:\n" };

/** Puts an image into a namespace. @returns The digest of its manifest. */
export async function addFakeImage(
  state: FakeState,
  namespace: string,
  name: string,
  options: FakeImageOptions,
): Promise<string> {
  const store = async (mediaType: string, bytes: Uint8Array<ArrayBuffer>, labels = {}) => {
    const digest = await digestOf(bytes);
    const at = now();
    state.blobs.set(digest, bytes);
    state.open(namespace).content.set(digest, { createdAt: at, updatedAt: at, labels });
    return { mediaType, digest, size: bytes.length };
  };
  const tar = await pack({ ...FILES, ...options.files });
  const layer = await store(OCI.layer, tar);
  const config = await store(
    OCI.config,
    encode({
      ...options.platform ?? hostPlatform(),
      config: { ...CONFIG, ...options.config },
      rootfs: { type: "layers", diff_ids: [layer.digest] },
    }),
  );
  const document = encode({
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config,
    layers: [layer],
  });
  const target = await store(OCI.manifest, document, manifestLabels(parseManifest(document)));
  const full = imageName(name);
  const at = now();
  const image = create(ImageSchema, {
    name: full,
    labels: options.labels ?? {},
    target: { ...target, size: BigInt(target.size) },
    createdAt: at,
    updatedAt: at,
  });
  state.open(namespace).images.set(full, image);
  return target.digest;
}

function encode(document: object): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(document));
}

async function pack(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { packTar } = await import("modern-tar");
  const mtime = new Date(0);
  return await packTar(
    Object.entries(files).map(([path, content]) => {
      const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
      const name = path.replace(/^\/+/, "");
      return { header: { name, size: body.length, type: "file", mtime, mode: 0o644 }, body };
    }),
  );
}
