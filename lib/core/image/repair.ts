/**
 * Fetches what an image lacks.
 *
 * @module
 */
import { FailedPreconditionError } from "../../errors/errors.ts";
import { parseReference, Reference, tryParseReference } from "../../oci/reference.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { collectGarbage } from "../garbage/gc.ts";
import type { PullOptions } from "../pull/pull.ts";
import { pullTarget } from "../pull/pull.ts";
import { checkImage, type CheckOptions, type ImageCheck } from "./check.ts";
import type { Image } from "./image.ts";

/** Options of {@linkcode repairImage}. */
export interface RepairOptions
  extends CheckOptions, Pick<PullOptions, "via" | "registry" | "parallel" | "onProgress"> {
  /** Where to fetch from; the image's name by default. Its tag does not count: the digest does. */
  from?: string | Reference;
  /**
   * Whether to make snapshots of the layers, and with which snapshotter.
   * @default where the image was unpacked
   */
  unpack?: boolean | { snapshotter?: string };
}

/**
 * Fetches what is missing of an image, and replaces what is corrupt. Its name, target and labels
 * stay as they are.
 *
 * @returns What was wrong.
 * @throws {PullError} When the registry does not have it any more.
 * @throws {FailedPreconditionError} When the image's name says of no registry, and `from` is not
 * given; when another namespace holds what is corrupt.
 */
export async function repairImage(
  context: Context,
  image: Image,
  options: RepairOptions = {},
): Promise<ImageCheck> {
  const { from = image.name, platforms, content, signal, unpack, ...others } = options;
  const before = await checkImage(context, image, { platforms, content, signal });
  if (before.complete) return before;
  const reference = from instanceof Reference ? from : tryParseReference(from);
  if (!reference) {
    if (options.from !== undefined) parseReference(from as string);
    throw new FailedPreconditionError(
      `Cannot repair image "${image.name}": its name says of no registry; say where to fetch it ` +
        "with the option from",
    );
  }
  const store = new ContentStore(context);
  for (const { digest } of before.corrupt) await store.delete(digest, { signal });
  // The file itself goes with a collection; as long as it is there, it is what the blob is.
  if (before.corrupt.length > 0) await collectGarbage(context);
  const unpacked = before.platforms.flatMap((one) => one.unpacked)[0];
  // Where it unpacks, the daemon leaves out layers whose snapshots it has.
  const pulled = await pullTarget(context, reference.withDigest(image.digest), image.name, {
    ...others,
    ...(platforms === undefined ? {} : { platforms }),
    labels: { ...image.labels },
    unpack: false,
    signal,
  });
  await checkReplaced(context, image, before, options);
  const wanted = unpack ?? (unpacked === undefined ? false : { snapshotter: unpacked });
  if (wanted !== false) await pulled.unpack({ ...(wanted === true ? {} : wanted), signal });
  return before;
}

/** Other namespaces of the daemon may hold the same file, which then stays as it is. */
async function checkReplaced(
  context: Context,
  image: Image,
  before: ImageCheck,
  { platforms, signal }: RepairOptions,
): Promise<void> {
  if (before.corrupt.length === 0) return;
  const { corrupt } = await checkImage(context, image, { platforms, content: true, signal });
  const [blob] = corrupt;
  if (!blob) return;
  throw new FailedPreconditionError(
    `Cannot repair image "${image.name}": blob "${blob.digest}" is corrupt, and in use by another ` +
      "namespace too, so that containerd keeps it; remove it there first",
  );
}
