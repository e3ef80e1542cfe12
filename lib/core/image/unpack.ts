/**
 * Turns the layers of an image into snapshots (OCI image spec, layer.md; chain ids in config.md).
 *
 * @module
 */
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import { AlreadyExistsError, DavitError, DigestError, NotFoundError } from "../../errors/errors.ts";
import { chainIds } from "../../oci/chain_id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Context } from "../context.ts";
import { snapshotterOf } from "../defaults.ts";
import type { ResolvedImage } from "./resolve.ts";
import { underLease } from "../lease/leases.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";

/** Tied to no signal: a change that is canceled may have happened. */
const CHANGE = { timeoutMs: CHANGE_TIMEOUT_MS };
/** What a snapshot of a layer is labelled with: the chain id that it stands for. */
const SNAPSHOT_REF = "containerd.io/snapshot.ref";
/** What an applied layer blob is labelled with: its diff id. */
const UNCOMPRESSED = "containerd.io/uncompressed";

/**
 * Makes the snapshots of all layers of an image, the lowest first, as far as they do not exist.
 *
 * @param context Where. Without a lease, one is held while this works.
 * @param name The image's name, for messages.
 * @param image What to unpack.
 * @throws {DigestError} when a layer does not unpack to its diff id.
 * @throws {MissingContentError} when a layer is not in the content store.
 */
export async function unpack(
  context: Context,
  name: string,
  image: ResolvedImage,
  options: {
    snapshotter?: string | undefined;
    /** Waits until a layer is in the content store; by default all are. */
    ready?: (layer: Descriptor) => Promise<void>;
    /** Told about every layer whose snapshot is there. */
    applied?: (layer: Descriptor) => void;
    signal?: AbortSignal | undefined;
  } = {},
): Promise<void> {
  const { diff_ids: diffIds } = image.config.rootfs;
  const { layers } = image.manifest;
  if (image.chainId === undefined) return;
  const snapshotter = await snapshotterOf(context, options);
  if (await exists(context, snapshotter, image.chainId, options.signal)) {
    // Another image may have brought the layers; this one must keep them too when that one goes.
    await keepSnapshots(context, snapshotter, image);
    return;
  }
  const chain = await chainIds(diffIds);
  await underLease(context, async (leased) => {
    for (const [i, chainId] of chain.entries()) {
      const layer = layers[i]!;
      if (!await exists(leased, snapshotter, chainId, options.signal)) {
        await options.ready?.(layer);
        await apply(leased, snapshotter, {
          image: name,
          layer,
          diffId: diffIds[i]!,
          parent: chain[i - 1],
          chainId,
        }, options.signal);
      }
      options.applied?.(layer);
    }
    await keepSnapshots(leased, snapshotter, image);
  });
}

/** Labels the configuration: the collector follows it from there to the snapshots. */
async function keepSnapshots(
  context: Context,
  snapshotter: string,
  image: ResolvedImage,
): Promise<void> {
  const label = `containerd.io/gc.ref.snapshot.${snapshotter}`;
  await context.api.content.update({
    info: { digest: image.manifest.config.digest, labels: { [label]: image.chainId! } },
    updateMask: { paths: [`labels.${label}`] },
  }, CHANGE);
}

async function exists(
  context: Context,
  snapshotter: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await context.api.snapshots.stat({ snapshotter, key }, { signal });
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

async function apply(
  context: Context,
  snapshotter: string,
  step: {
    image: string;
    layer: Descriptor;
    diffId: Digest;
    parent: Digest | undefined;
    chainId: Digest;
  },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { snapshots, diff, content } = context.api;
  const key = `extract-${crypto.randomUUID()} ${step.chainId}`;
  const labels = { [SNAPSHOT_REF]: step.chainId };
  let mounts;
  try {
    const parent = step.parent ?? "";
    ({ mounts } = await snapshots.prepare({ snapshotter, key, parent, labels }, CHANGE));
  } catch (error) {
    // A remote snapshotter says so when it has the layer's snapshot already.
    if (error instanceof AlreadyExistsError) return;
    throw error;
  }
  try {
    throwIfAborted(signal, `unpacking image "${step.image}"`);
    const { mediaType, digest, size } = step.layer;
    const { applied } = await diff.apply(
      { diff: { mediaType, digest, size: BigInt(size) }, mounts },
      { signal },
    );
    if (applied?.digest !== step.diffId) {
      throw new DigestError(
        `Cannot unpack layer "${digest}" of "${step.image}": its content hashes to ` +
          `"${applied?.digest}", the image says "${step.diffId}"`,
        { expected: step.diffId, actual: applied?.digest ?? "" },
      );
    }
    await snapshots.commit({ snapshotter, name: step.chainId, key, labels }, CHANGE);
    await content.update({
      info: { digest, labels: { [UNCOMPRESSED]: step.diffId } },
      updateMask: { paths: [`labels.${UNCOMPRESSED}`] },
    }, { signal });
  } catch (error) {
    await snapshots.remove({ snapshotter, key }, { timeoutMs: TEARDOWN_TIMEOUT_MS })
      .catch(() => {/* the lease lets the collector have it */});
    // Somebody else unpacked the same layer at the same time.
    if (error instanceof AlreadyExistsError) return;
    throw describe(error, step);
  }
}

/** Says which layer of which image could not be applied. */
function describe(error: unknown, step: { image: string; layer: Descriptor }): unknown {
  if (!(error instanceof DavitError) || error instanceof DigestError) return error;
  if (error.code !== "unknown" && error.code !== "internal") return error;
  return new DavitError(
    `Cannot unpack layer "${step.layer.digest}" of "${step.image}": ${error.message}`,
    "data_loss",
    { cause: error },
  );
}
