/**
 * What a container's files differ in from the snapshot that they were made on: taken as a layer, and
 * put onto another snapshot.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError, ProtocolError } from "../../errors/errors.ts";
import type { Container as ContainerMessage } from "../../gen/containerd/services/containers_pb.ts";
import type { Mount } from "../../gen/containerd/types/mount_pb.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { OCI } from "../../oci/media_types.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { forAMoment, Views } from "../files/snapshot_source.ts";
import { applyDiff, diff } from "../snapshot/diff.ts";
import { GID_MAP_LABEL, UID_MAP_LABEL } from "../snapshot/snapshotter.ts";
import { removeSnapshot, statSnapshot } from "../snapshot/snapshot.ts";
import { whilePaused } from "./paused.ts";

/** A container's record with its snapshot. */
export interface FilesOf {
  /** The record. */
  readonly message: ContainerMessage;
  /** The snapshotter. */
  readonly snapshotter: string;
  /** The key of its snapshot. */
  readonly key: string;
  /** The snapshot that it was made on; empty for none. */
  readonly parent: string;
  /** The labels of its snapshot by which files have other owners in it; another needs them too. */
  readonly idMaps: Readonly<Record<string, string>>;
}

/** What a new snapshot is to be. */
export type NewSnapshot = Pick<FilesOf, "key" | "snapshotter" | "parent" | "idMaps">;

/**
 * Finds a container's snapshot.
 *
 * @param what What is to be done, to follow "Cannot".
 * @throws {NotFoundError} when the container, or its snapshot, is gone.
 * @throws {FailedPreconditionError} when it has none.
 */
export async function filesOf(
  context: Context,
  id: string,
  what: string,
  signal: AbortSignal | undefined,
): Promise<FilesOf> {
  const found = await recordWithFiles(context, id, what, signal);
  return { ...found, ...await lineageOf(context, found, signal) };
}

async function lineageOf(
  context: Context,
  snapshot: { key: string; snapshotter: string },
  signal: AbortSignal | undefined,
): Promise<Pick<FilesOf, "parent" | "idMaps">> {
  const { parent = "", labels } = await statSnapshot(context, snapshot, { signal });
  const idMaps = Object.entries(labels).filter(([key]) =>
    key === UID_MAP_LABEL || key === GID_MAP_LABEL
  );
  return { parent, idMaps: Object.fromEntries(idMaps) };
}

/**
 * The same for a container that is to get other files. Its own may be gone: a replacement was broken
 * off, and what it was made on is in its labels.
 */
export async function filesToReplace(
  context: Context,
  id: string,
  what: string,
  signal: AbortSignal | undefined,
): Promise<FilesOf> {
  const found = await recordWithFiles(context, id, what, signal);
  try {
    return { ...found, ...await lineageOf(context, found, signal) };
  } catch (error) {
    const parent = found.message.labels[parentLabel(found.snapshotter)];
    if (!(error instanceof NotFoundError) || !parent) throw error;
    return { ...found, parent, idMaps: {} };
  }
}

/** Says in a container's labels what its snapshot was made on, and keeps that. */
export function parentLabels({ snapshotter, parent }: FilesOf): Record<string, string> {
  return parent === "" ? {} : { [parentLabel(snapshotter)]: parent };
}

const parentLabel = (snapshotter: string): string =>
  `containerd.io/gc.ref.snapshot.${snapshotter}/davit.parent`;

/**
 * A container's record, and where its snapshot is to be. Parameters and errors are those of
 * {@linkcode filesOf}; whether the snapshot is there is not looked at.
 */
export async function recordWithFiles(
  context: Context,
  id: string,
  what: string,
  signal: AbortSignal | undefined,
): Promise<Omit<FilesOf, "parent" | "idMaps">> {
  throwIfAborted(signal, `to ${what} container "${id}"`);
  const { container: message } = await context.api.containers.get({ id }, { signal });
  if (!message) throw new ProtocolError(`Containers.Get answered nothing for "${id}"`);
  const { snapshotter, snapshotKey: key } = message;
  if (!snapshotter || !key) {
    throw new FailedPreconditionError(
      `Cannot ${what} container "${id}": it has no snapshot of its own`,
    );
  }
  return { message, snapshotter, key };
}

/**
 * Takes what differs, as a blob. A container that runs is paused meanwhile.
 *
 * @param context With a lease, which the blob is on.
 * @param options `base`: what to compare with, the container's parent by default. `pause`: whether
 * to pause; yes by default.
 */
export async function takeDelta(
  context: Context,
  { message, snapshotter, key, parent }: FilesOf,
  options: {
    base?: string;
    mediaType?: string;
    pause?: boolean | undefined;
    signal?: AbortSignal | undefined;
  } = {},
): Promise<Descriptor> {
  const { base = parent, mediaType = OCI.layer, pause = true, signal } = options;
  await using views = new Views(context, snapshotter);
  const left = base === "" ? [] : await views.of(base);
  const { mounts } = await context.api.snapshots.mounts({ snapshotter, key }, { signal });
  const take = () =>
    diff(context, { left: forAMoment(left), right: forAMoment(mounts), mediaType, signal });
  return await (pause ? whilePaused(context, message.id, take) : take());
}

/**
 * Makes a snapshot on `parent` with what a blob says on top. When it fails, there is none.
 *
 * @param labels Labels of the snapshot.
 */
export async function putDelta(
  context: Context,
  snapshot: NewSnapshot,
  delta: Descriptor,
  labels: Record<string, string>,
): Promise<void> {
  const mounts = await prepareEmpty(context, snapshot, labels);
  try {
    await applyDiff(context, delta, forAMoment(mounts));
  } catch (error) {
    await removeSnapshot(context, snapshot).catch(() => {/* the first error counts */});
    throw error;
  }
}

/**
 * Makes a snapshot with nothing in it but what its parent has.
 *
 * @returns Its mounts.
 */
export async function prepareEmpty(
  context: Context,
  { key, snapshotter, parent, idMaps }: NewSnapshot,
  labels: Readonly<Record<string, string>>,
): Promise<readonly Mount[]> {
  const request = { key, snapshotter, parent, labels: { ...idMaps, ...labels } };
  return (await context.api.snapshots.prepare(request, { timeoutMs: CHANGE_TIMEOUT_MS })).mounts;
}
