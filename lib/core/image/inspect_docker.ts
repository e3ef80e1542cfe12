/**
 * Images in the form of `docker image inspect`.
 *
 * @module
 */
import type { ExecutionConfig } from "../../oci/image_config.ts";
import { Reference, tryParseReference } from "../../oci/reference.ts";
import type { Context } from "../context.ts";
import type { Image } from "./image.ts";
import { Images } from "./images.ts";
import type { ResolvedImage } from "./resolve.ts";
import { chainBytes } from "./usage.ts";

/** What `docker image inspect` prints of an image. */
export interface DockerImageInspect {
  /** The digest of the configuration. */
  Id: string;
  /** The names with a tag that stand for the image, as people write them. */
  RepoTags: string[];
  /** The repositories with the digest of the index or manifest. */
  RepoDigests: string[];
  /** What was said about it when it was made. */
  Comment: string;
  /** When it was made, RFC 3339. */
  Created: string;
  /** Who made it. */
  Author: string;
  /** How to run it. */
  Config: ExecutionConfig;
  /** The CPU, in Go's words. */
  Architecture: string;
  /** The CPU's variant; missing where there is none. */
  Variant?: string;
  /** The operating system, in Go's words. */
  Os: string;
  /** Size of what is unpacked, in bytes; of the layers as they are stored where it is not. */
  Size: number;
  /** What it is made of. */
  RootFS: { Type: "layers"; Layers: string[] };
  /** Times of this machine. */
  Metadata: { LastTagTime: string };
}

/** What Docker says where there is no time. */
const NO_TIME = "0001-01-01T00:00:00Z";

/**
 * An image as Docker shows it.
 *
 * @param resolved Manifest and configuration of the platform that is shown.
 */
export async function inspectDocker(
  context: Context,
  image: Image,
  resolved: ResolvedImage,
  options: { snapshotter?: string; signal?: AbortSignal },
): Promise<DockerImageInspect> {
  const { config, manifest } = resolved;
  const names = (await new Images(context).list(options))
    .filter(({ digest }) => digest === image.digest)
    .map(({ name }) => tryParseReference(name, { defaultTag: null }));
  const tags: string[] = [];
  const digests = new Set<string>();
  for (const reference of names) {
    if (reference === undefined) continue;
    const { domain, path } = reference;
    digests.add(new Reference({ domain, path, digest: image.digest }).familiar);
    if (reference.tag !== undefined && reference.digest === undefined) {
      tags.push(reference.familiar);
    }
  }
  return {
    Id: manifest.config.digest,
    RepoTags: tags,
    RepoDigests: [...digests],
    Comment: config.history?.at(-1)?.comment ?? "",
    Created: config.created ?? NO_TIME,
    Author: config.author ?? "",
    Config: config.config ?? {},
    Architecture: config.architecture,
    ...(config.variant ? { Variant: config.variant } : {}),
    Os: config.os,
    Size: await chainBytes(context, resolved, options) ??
      manifest.layers.reduce((sum, { size }) => sum + size, 0),
    RootFS: { Type: "layers", Layers: [...config.rootfs.diff_ids] },
    Metadata: { LastTagTime: image.updatedAt?.toISOString() ?? NO_TIME },
  };
}
