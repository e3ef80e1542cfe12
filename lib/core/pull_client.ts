/**
 * Pulls through this process: it talks to the registry, the daemon only stores. Works with every
 * version of containerd, and where the daemon has no way to the registry.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { ImageSchema } from "../gen/containerd/services/images_pb.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { matchesPlatform } from "../oci/platform.ts";
import type { Reference } from "../oci/reference.ts";
import { Registry } from "../registry/registry.ts";
import { throwIfAborted } from "./abort.ts";
import { type ImageTree, TreeReader, type WantedPlatforms } from "./archive_tree.ts";
import { ContentStore } from "./content.ts";
import type { Context } from "./context.ts";
import { Image } from "./image.ts";
import { keepTree } from "./image_keep.ts";
import { Images } from "./images.ts";
import { atOnce } from "./pull_parallel.ts";
import { type FetchContext, fetchInto } from "./pull_fetch.ts";
import { underPullLease } from "./pull_lease.ts";
import { PullTree } from "./pull_tree.ts";
import { otherPlatforms } from "./pull_errors.ts";
import type { PullOptions } from "./pull.ts";

/**
 * Pulls an image: documents, then blobs, a few at once, then the snapshots, and the record last.
 *
 * @param wanted Which platforms.
 */
export async function pullByClient(
  context: Context,
  reference: Reference,
  wanted: WantedPlatforms,
  options: PullOptions,
): Promise<Image> {
  const given = options.registry;
  if (given instanceof Registry) return await pull(context, reference, wanted, given, options);
  await using registry = new Registry(given);
  return await pull(context, reference, wanted, registry, options);
}

async function pull(
  context: Context,
  reference: Reference,
  wanted: WantedPlatforms,
  registry: Registry,
  options: PullOptions,
): Promise<Image> {
  const { onProgress, signal, parallel = 3 } = options;
  const name = reference.toString();
  onProgress?.({ phase: "resolve", name, current: 0, total: 0 });
  const { descriptor: target } = await registry.resolve(reference, { signal });
  return await underPullLease(context, reference, async (leased, fetched) => {
    // The first failure ends the other fetches.
    const stop = new AbortController();
    const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const fetch: FetchContext = {
      context: leased,
      registry,
      reference,
      fetched,
      onProgress,
      signal,
      stop: both,
    };
    const documents = new PullTree(fetch, wanted);
    const blobs = await documents.read(target);
    if (!blobs) throw otherPlatforms(name, wanted, documents.offered);
    await atOnce(parallel, blobs, stop, (blob) => fetchInto(fetch, blob));
    throwIfAborted(signal, `pulling "${name}"`);
    const tree = await new TreeReader(new ContentStore(leased), wanted, signal).read(target);
    if (!tree) throw otherPlatforms(name, wanted, documents.offered);
    await keepTree(leased, target, tree, new Set());
    await unpackTree(leased, name, target, tree, options);
    throwIfAborted(signal, `pulling "${name}"`);
    // The record comes last: it stands for an image that is complete.
    return await new Images(context).set(name, target, { labels: options.labels });
  });
}

async function unpackTree(
  context: Context,
  name: string,
  target: Descriptor,
  tree: ImageTree,
  { unpack = true, onProgress, signal }: PullOptions,
): Promise<void> {
  const { platform } = context.session;
  if (unpack === false) return;
  if (!tree.platforms.some((offered) => matchesPlatform(offered, platform))) return;
  const total = tree.layerBytes;
  onProgress?.({ phase: "unpack", name, current: 0, total });
  const { mediaType, digest, size } = target;
  const draft = create(ImageSchema, { name, target: { mediaType, digest, size: BigInt(size) } });
  const { snapshotter } = unpack === true ? {} : unpack;
  await new Image(context, draft).unpack({ platform, snapshotter, signal });
  onProgress?.({ phase: "unpack", name, current: total, total });
}
