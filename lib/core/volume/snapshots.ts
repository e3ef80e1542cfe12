/**
 * Saved states of volumes: blobs of the content store that their labels keep.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type ContentInfo, ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { underLease } from "../lease/leases.ts";
import { diff } from "../snapshot/diff.ts";
import type { FileSystemMount } from "../snapshot/mounts.ts";
import type { VolumeSnapshot } from "./volume.ts";

/** Keeps a blob from the collector; the value does not matter. */
const ROOT_LABEL = "containerd.io/gc.root";
/** The prefix of labels whose key ends with the volume's name, and whose value has its snapshots. */
const SNAPSHOTS_LABEL = "davit/volume-snapshots.";
const MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";

/** Ends of an operation. */
interface Options {
  readonly signal?: AbortSignal | undefined;
}

/** Saves a volume's files. */
export async function saveSnapshot(
  context: Context,
  volume: string,
  name: string,
  from: readonly FileSystemMount[],
  options: Options,
): Promise<VolumeSnapshot> {
  return await underLease(context, async (leased) => {
    const { digest } = await diff(leased, { ...options, right: from, mediaType: MEDIA_TYPE });
    const store = new ContentStore(leased);
    for (const [info, names] of await blobsOf(context, volume, options)) {
      if (info.digest !== digest && names.has(name)) await forget(context, info, volume, name);
    }
    // The same files give the same blob, which may have a name or two by now.
    const names = namesIn(await store.info(digest), volume);
    names.set(name, new Date());
    const info = await store.label(digest, {
      [ROOT_LABEL]: new Date().toISOString(),
      [SNAPSHOTS_LABEL + volume]: format(names),
    });
    return snapshotOf(info, volume, name, names.get(name));
  });
}

/** The snapshots of a volume, the oldest first. */
export async function listSnapshots(
  context: Context,
  volume: string,
  options: Options,
): Promise<VolumeSnapshot[]> {
  return (await blobsOf(context, volume, options))
    .flatMap(([info, names]) => [...names].map(([name, at]) => snapshotOf(info, volume, name, at)))
    .sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
}

/**
 * One snapshot of a volume.
 *
 * @throws {NotFoundError} when it has no such snapshot.
 */
export async function findSnapshot(
  context: Context,
  volume: string,
  name: string,
  options: Options,
): Promise<VolumeSnapshot> {
  const snapshots = await listSnapshots(context, volume, options);
  const found = snapshots.find((snapshot) => snapshot.name === name);
  if (found) return found;
  const there = snapshots.map((snapshot) => `"${snapshot.name}"`).join(", ");
  throw new NotFoundError(
    `Cannot find snapshot "${name}" of volume "${volume}" in namespace "${context.namespace}"` +
      (there ? `; there are ${there}` : ": it has none"),
  );
}

/** Deletes a snapshot; its blob goes with the next collection unless something else holds it. */
export async function dropSnapshot(
  context: Context,
  volume: string,
  name: string,
  options: Options,
): Promise<void> {
  for (const [info, names] of await blobsOf(context, volume, options)) {
    if (names.has(name)) await forget(context, info, volume, name);
  }
}

/** The blob of a snapshot, as a layer. */
export function layerOf({ digest, sizeBytes }: VolumeSnapshot): Descriptor {
  return { mediaType: MEDIA_TYPE, digest, size: sizeBytes };
}

async function blobsOf(
  context: Context,
  volume: string,
  { signal }: Options,
): Promise<[ContentInfo, Map<string, Date>][]> {
  const found: [ContentInfo, Map<string, Date>][] = [];
  const labels = { [SNAPSHOTS_LABEL + volume]: true as const };
  for await (const info of new ContentStore(context).list({ labels, ...signal && { signal } })) {
    found.push([info, namesIn(info, volume)]);
  }
  return found;
}

async function forget(
  context: Context,
  info: ContentInfo,
  volume: string,
  name: string,
): Promise<void> {
  const names = namesIn(info, volume);
  names.delete(name);
  const others = Object.keys(info.labels).some((key) =>
    key.startsWith(SNAPSHOTS_LABEL) && key !== SNAPSHOTS_LABEL + volume
  );
  await new ContentStore(context).label(info.digest, {
    [SNAPSHOTS_LABEL + volume]: format(names),
    ...names.size === 0 && !others ? { [ROOT_LABEL]: "" } : {},
  });
}

/** Snapshots' names with when they were made, as `name=time` with commas. */
function namesIn(info: ContentInfo, volume: string): Map<string, Date> {
  const text = info.labels[SNAPSHOTS_LABEL + volume] ?? "";
  return new Map(
    text.split(",").filter(Boolean).map((item) => {
      const [name = "", time = ""] = item.split("=");
      return [name, new Date(time)];
    }),
  );
}

function format(names: ReadonlyMap<string, Date>): string {
  return [...names].map(([name, at]) => `${name}=${at.toISOString()}`).join(",");
}

function snapshotOf(
  { digest, sizeBytes }: ContentInfo,
  volume: string,
  name: string,
  createdAt: Date | undefined,
): VolumeSnapshot {
  return { name, volume, digest, sizeBytes, createdAt };
}
