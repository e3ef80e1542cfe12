/**
 * Layers of file systems, and file systems of layers: the daemon mounts what it is given, reads or
 * writes it, and unmounts it again. The script needs no access to its machine.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { ProtocolError } from "../../errors/errors.ts";
import type { DiffRequestSchema } from "../../gen/containerd/services/diff_pb.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseDigest } from "../../oci/digest.ts";
import { checkLabels } from "../../oci/names.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { requireFeature } from "../features/features.ts";
import { unsupported } from "../features/unsupported.ts";
import { Leases } from "../lease/leases.ts";
import { checkMomentary, type FileSystemMount, mountMessages } from "./mounts.ts";
import { knownPlugins } from "../features/plugins.ts";

/** An uncompressed layer. */
const PLAIN_LAYER = "application/vnd.oci.image.layer.v1.tar";

/** What to compare, and what to make of it. */
export interface DiffOptions {
  /** The file system before; none by default, so that the whole of `right` is in the layer. */
  left?: readonly FileSystemMount[];
  /** The file system after. */
  right: readonly FileSystemMount[];
  /** The layer's media type; `application/vnd.oci.image.layer.v1.tar+gzip` by default. */
  mediaType?: string;
  /** Labels of the layer's blob. */
  labels?: Record<string, string>;
  /** The time that whiteouts get, and the latest that files have (containerd 1.7). */
  sourceDate?: Date;
  /** Ends the work. What was written goes with the next collection of garbage. */
  signal?: AbortSignal | undefined;
}

/**
 * Makes a layer of what two file systems differ in, as a blob of the content store. Hold a lease:
 * nothing else keeps the blob.
 *
 * @returns The layer's descriptor; for a compressed one, the blob is labelled with its diff id.
 * @throws {InvalidArgumentError} for a mount with `rbind`, which could not be unmounted.
 * @throws {UnsupportedError} for `sourceDate` before containerd 1.7.
 */
export async function diff(context: Context, options: DiffOptions): Promise<Descriptor> {
  const { left = [], right, mediaType, labels = {}, sourceDate, signal } = options;
  await requireFeature(context.session, "diff", "make a layer");
  checkMomentary([...left, ...right]);
  checkLabels(labels);
  const request: MessageInitShape<typeof DiffRequestSchema> = {
    left: mountMessages(left),
    right: mountMessages(right),
    mediaType: mediaType ?? "",
    labels,
  };
  if (sourceDate) {
    await requireSourceDate(context);
    const ms = sourceDate.getTime();
    const seconds = Math.floor(ms / 1000);
    request.sourceDateEpoch = { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1e6 };
  }
  const response = await context.api.diff.diff(request, { signal });
  if (!response.diff) throw new ProtocolError("Diff.Diff answered no layer");
  return descriptorOf(response.diff);
}

/** A daemon that does not know the field ignores it; it came together with the streams. */
async function requireSourceDate(context: Context): Promise<void> {
  const plugins = await knownPlugins(context.session);
  if (plugins.some(({ type, id }) => type === "io.containerd.grpc.v1" && id === "streaming")) {
    return;
  }
  const needed = "containerd 1.7 (Diff with a source date)";
  throw await unsupported(context.session, needed, "make a layer with a given date");
}

/**
 * Unpacks a layer of the content store onto a file system.
 *
 * @param layer The layer; compressed or not, as its media type says.
 * @param mounts The file system, such as the mounts of a prepared snapshot.
 * @returns The descriptor of the uncompressed layer: its digest is the diff id.
 * @throws {InvalidArgumentError} for a mount with `rbind`, which could not be unmounted.
 */
export async function applyDiff(
  context: Context,
  layer: Descriptor,
  mounts: readonly FileSystemMount[],
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Descriptor> {
  await requireFeature(context.session, "diff", "unpack a layer");
  checkMomentary(mounts);
  const { mediaType, digest, size } = layer;
  const { applied } = await context.api.diff.apply({
    diff: { mediaType, digest, size: BigInt(size) },
    mounts: mountMessages(mounts),
  }, options);
  if (!applied) throw new ProtocolError(`Diff.Apply answered nothing for "${digest}"`);
  return descriptorOf(applied);
}

/**
 * Reads a whole file system as a tar: of a snapshot, a volume, any folder of the daemon's machine.
 * The daemon writes it to its content store first, from where it goes with the end of this.
 */
export async function* readTree(
  context: Context,
  mounts: readonly FileSystemMount[],
  options: { signal?: AbortSignal } = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const { signal } = options;
  await using lease = await new Leases(context).create(options);
  const leased = context.withLease(lease.id);
  const { digest } = await diff(leased, { right: mounts, mediaType: PLAIN_LAYER, signal });
  yield* new ContentStore(leased).read(digest, options);
}

function descriptorOf(
  message: { mediaType: string; digest: string; size: bigint },
): Descriptor {
  const { mediaType, digest, size } = message;
  return { mediaType, digest: parseDigest(digest), size: Number(size) };
}
