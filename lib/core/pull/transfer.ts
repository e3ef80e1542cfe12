/**
 * Pulls through the daemon's Transfer service: it talks to the registry itself.
 *
 * @module
 */
import type { Reference } from "../../oci/reference.ts";
import { matchesPlatform } from "../../oci/platform.ts";
import { TreeReader, type WantedPlatforms } from "../archive/tree.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { snapshotterOf } from "../defaults.ts";
import type { Image } from "../image/image.ts";
import { exactImage, Images } from "../image/images.ts";
import { otherPlatforms, transferPullError } from "./errors.ts";
import { underPullLease } from "./lease.ts";
import type { PullOptions } from "./pull.ts";
import { resolveOwn } from "../image/resolve_own.ts";
import { unpack } from "../image/unpack.ts";
import { TransferSteps } from "../image/progress_transfer.ts";
import { transfer } from "../transfer/transfer.ts";
import { registryEnd } from "./registry_end.ts";

/**
 * Pulls an image through the daemon.
 *
 * @param name What the image is called here.
 * @param wanted Which platforms.
 */
export async function pullByTransfer(
  context: Context,
  reference: Reference,
  name: string,
  wanted: WantedPlatforms,
  options: PullOptions,
): Promise<Image> {
  const { onProgress, signal, labels, unpack: wish = true } = options;
  const { platform } = context.session;
  const own = wanted === "all" || wanted.some((wish) => matchesPlatform(platform, wish));
  const snapshotter = typeof wish === "boolean" ? {} : wish;
  const unpacks = wish !== false && own
    ? [{ platform, snapshotter: await snapshotterOf(context, snapshotter) }]
    : [];
  const images = new Images(context);
  const before = (await images.list({ signal })).find((image) => image.name === name);
  const steps = onProgress && new TransferSteps("fetch", name, onProgress);
  onProgress?.({ phase: "resolve", name, current: 0, total: 0 });
  await underPullLease(context, reference, async (leased) => {
    try {
      await transfer(
        leased,
        { registry: registryEnd(reference, options.registry, signal) },
        {
          image: {
            name,
            labels,
            platforms: wanted === "all" ? [] : wanted,
            unpack: unpacks,
          },
        },
        { onProgress: steps && ((step) => steps.report(step)), signal },
      );
    } catch (error) {
      throw transferPullError(error, reference, wanted);
    }
    try {
      const image = await exactImage(leased, name, { signal });
      // What it unpacked it has; where there is nothing for a platform it says nothing else.
      if (unpacks.length === 0) await checkPlatforms(leased, image, wanted, signal);
      else await checkUnpacked(leased, image, snapshotter, signal);
    } catch (error) {
      await takeBack(context, name, before);
      throw error;
    }
  });
  steps?.end();
  return await exactImage(context, name, { signal });
}

async function checkPlatforms(
  context: Context,
  { name, target }: Image,
  wanted: WantedPlatforms,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reader = new TreeReader(new ContentStore(context), wanted, signal);
  if (!await reader.read(target)) throw otherPlatforms(name, wanted, reader.offered);
}

/** Layers of types that it does not know the daemon leaves packed, without a word. */
async function checkUnpacked(
  context: Context,
  image: Image,
  options: { snapshotter?: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  const resolved = await resolveOwn(context, image, signal);
  if (resolved) await unpack(context, image.name, resolved, { ...options, signal });
}

/** Gives the name back what it stood for. */
async function takeBack(context: Context, name: string, before: Image | undefined): Promise<void> {
  const images = new Images(context);
  if (before) await images.set(name, before.target, { labels: { ...before.labels } });
  else await images.remove(await exactImage(context, name), { force: true });
}
