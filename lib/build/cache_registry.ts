/**
 * Carries the cache of builds from machine to machine, by a registry: as an image whose layers are
 * those of the cache, and whose configuration says what made them.
 *
 * @module
 */
import { ContentStore } from "../core/content/content.ts";
import type { Context } from "../core/context.ts";
import type { Image } from "../core/image/image.ts";
import { Images } from "../core/image/images.ts";
import { underLease } from "../core/lease/leases.ts";
import type { PullOptions } from "../core/pull/pull.ts";
import type { PushOptions } from "../core/push/push.ts";
import { InvalidArgumentError, NotFoundError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import { CACHE_LABEL, holdLayer, KEEP_LAYER, KEY_PREFIX } from "./cache.ts";
import { draftImage, writeManifest } from "../core/image/documents.ts";
import { parseReference } from "../oci/reference.ts";

/** What was carried. */
export interface CarriedCache {
  /** How many layers. */
  readonly layers: number;
  /** How many steps they are of. */
  readonly steps: number;
}

/**
 * Pushes the cache of the build that made an image: its own layers, and those of its stages.
 *
 * @param reference Where to; a name of its own, since it is no image to run.
 * @throws {NotFoundError} When the image was not built here, or its cache was cleared.
 */
export async function pushBuildCache(
  context: Context,
  image: Image | string,
  reference: string,
  options: PushOptions = {},
): Promise<CarriedCache> {
  const name = parseReference(reference).toString();
  return await underLease(context, async (leased) => {
    const { signal } = options;
    const store = new ContentStore(leased);
    const found = typeof image === "string"
      ? await new Images(leased).get(image, { signal })
      : image;
    const { labels } = await store.info(found.digest, { signal });
    const layers: Descriptor[] = [];
    const diffIds: Digest[] = [];
    const records: Record<string, string> = {};
    const kept = Object.keys(labels).filter((key) => key.startsWith(KEEP_LAYER)).sort();
    for (const digest of kept.map((key) => labels[key]!)) {
      if (!await holdLayer(leased, digest, signal)) continue;
      const info = await store.info(digest, { signal });
      const keys = Object.entries(info.labels).filter(([key]) => key.startsWith(KEY_PREFIX));
      const diffId = keys[0]?.[1].split(" ")[0];
      const mediaType = info.labels[CACHE_LABEL];
      if (!isDigest(diffId) || mediaType === undefined) continue;
      for (const [key, value] of keys) records[key] = `${digest} ${value}`;
      layers.push({ mediaType, digest: info.digest, size: info.sizeBytes });
      diffIds.push(diffId);
    }
    if (layers.length === 0) {
      throw new NotFoundError(
        `Cannot push the build cache of "${found.name}": there is none; build the image first`,
      );
    }
    const target = await writeManifest(leased, {
      config: {
        ...context.session.platform,
        config: { Labels: records },
        rootfs: { type: "layers", diff_ids: diffIds },
      },
      layers,
    }, signal);
    // The daemon could push only what has a name already.
    await draftImage(leased, name, target).push(name, { ...options, via: "client" });
    return { layers: layers.length, steps: Object.keys(records).length };
  });
}

/**
 * Pulls a cache, for the builds that come. The image of that name keeps it: remove that when it is
 * of no more use.
 *
 * @throws {InvalidArgumentError} When it is no cache.
 */
export async function pullBuildCache(
  context: Context,
  reference: string,
  options: PullOptions = {},
): Promise<CarriedCache> {
  const { signal } = options;
  const images = new Images(context);
  const image = await images.pull(reference, { ...options, unpack: false });
  const { manifest, config } = await image.resolve({ signal });
  const types = new Map(manifest.layers.map(({ digest, mediaType }) => [`${digest}`, mediaType]));
  const records = Object.entries(config.config?.Labels ?? {}).filter(([key]) =>
    key.startsWith(KEY_PREFIX)
  );
  const store = new ContentStore(context);
  for (const [key, value] of records) {
    const [digest = "", diffId, step] = value.split(" ");
    const mediaType = types.get(digest);
    if (mediaType === undefined || !isDigest(diffId)) {
      throw new InvalidArgumentError(`Cannot use "${image.name}" as build cache: it is malformed`);
    }
    await store.label(digest, { [CACHE_LABEL]: mediaType, [key]: `${diffId} ${step}` }, { signal });
  }
  if (records.length > 0) return { layers: types.size, steps: records.length };
  throw new InvalidArgumentError(`Cannot use "${image.name}" as build cache: it has no records`);
}
