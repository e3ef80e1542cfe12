/**
 * Pulls through this process: it talks to the registry, the daemon only stores. Works with every
 * version of containerd, and where the daemon has no way to the registry.
 *
 * @module
 */
import type { Descriptor } from "../../oci/descriptor.ts";
import { isKnownConfig } from "../../oci/media_types.ts";
import type { Reference } from "../../oci/reference.ts";
import type { Registry } from "../../registry/registry.ts";
import { usingRegistry } from "../../registry/using.ts";
import { throwIfAborted } from "../call/abort.ts";
import { Slots } from "../call/slots.ts";
import { TreeReader, type WantedPlatforms } from "../archive/tree.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { draftImage, type Image } from "../image/image.ts";
import { keepTree } from "../image/keep.ts";
import { Images } from "../image/images.ts";
import { Arrivals } from "./arrivals.ts";
import { atOnce } from "./parallel.ts";
import { type FetchContext, fetchInto } from "./fetch.ts";
import { underPullLease } from "./lease.ts";
import { PullTree } from "./tree.ts";
import { otherPlatforms } from "./errors.ts";
import type { PullOptions } from "./pull.ts";
import { resolveOwn } from "../image/resolve_own.ts";
import { unpack } from "../image/unpack.ts";

/**
 * Pulls an image: documents, then blobs, a few at once, then the snapshots, and the record last.
 *
 * @param name What the image is called here.
 * @param wanted Which platforms.
 */
export async function pullByClient(
  context: Context,
  reference: Reference,
  name: string,
  wanted: WantedPlatforms,
  options: PullOptions,
): Promise<Image> {
  return await usingRegistry(
    options.registry,
    (registry) => pull(context, reference, name, wanted, registry, options),
  );
}

async function pull(
  context: Context,
  reference: Reference,
  name: string,
  wanted: WantedPlatforms,
  registry: Registry,
  options: PullOptions,
): Promise<Image> {
  const { onProgress, signal, parallel = 3 } = options;
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
      slots: new Slots(parallel),
      parallel,
    };
    const documents = new PullTree(fetch, wanted);
    const blobs = await documents.read(target);
    if (!blobs) throw otherPlatforms(name, wanted, documents.offered);
    // Configurations first: they tell what the layers become.
    const configs = blobs.filter(({ mediaType }) => isKnownConfig(mediaType));
    const others = blobs.filter((blob) => !configs.includes(blob));
    await atOnce(parallel, configs, stop, (blob) => fetchInto(fetch, blob));
    const arrivals = new Arrivals(others);
    const unpacking = unpackArrivals(leased, name, target, documents, arrivals, options);
    unpacking.catch((error) => stop.abort(error));
    try {
      // One whose bytes are there is not done yet.
      await atOnce(2 * parallel, others, stop, async (blob) => {
        await fetchInto(fetch, blob);
        arrivals.arrived(blob);
      });
    } catch (error) {
      arrivals.fail(error);
      // Where unpacking failed first, the fetches only ended because of it.
      await unpacking;
      throw error;
    }
    await unpacking;
    throwIfAborted(signal, `pulling "${name}"`);
    const tree = await new TreeReader(new ContentStore(leased), wanted, signal).read(target);
    if (!tree) throw otherPlatforms(name, wanted, documents.offered);
    await keepTree(leased, target, tree, new Set());
    throwIfAborted(signal, `pulling "${name}"`);
    // The record comes last: it stands for an image that is complete.
    return await new Images(context).set(name, target, { labels: options.labels });
  });
}

/** Unpacks layers as they arrive, where the daemon's platform is among what is pulled. */
async function unpackArrivals(
  context: Context,
  name: string,
  target: Descriptor,
  documents: PullTree,
  arrivals: Arrivals,
  { unpack: wanted = true, onProgress, signal }: PullOptions,
): Promise<void> {
  if (wanted === false) return;
  const image = await resolveOwn(context, draftImage(context, name, target), signal);
  if (!image || !documents.takes(image.descriptor.digest)) return;
  const total = image.manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
  let current = 0;
  const report = (): void => onProgress?.({ phase: "unpack", name, current, total });
  report();
  await unpack(context, name, image, {
    snapshotter: wanted === true ? undefined : wanted.snapshotter,
    signal,
    ready: (layer) => arrivals.of(layer),
    applied: (layer) => {
      current += layer.size;
      report();
    },
  });
}
