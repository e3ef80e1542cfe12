/**
 * The root file system of a container: a snapshot of its image, or a folder of the daemon's host.
 *
 * @module
 */
import { InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import { create } from "@bufbuild/protobuf";
import { type Mount, MountSchema } from "../../gen/containerd/types/mount_pb.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { Image } from "../image/image.ts";
import type { ResolvedImage } from "../image/resolve.ts";
import type { Platform } from "../../oci/platform.ts";
import type { IdMaps } from "./id_maps.ts";

/** What a snapshot is made of. */
export interface RootfsSource {
  /** The container's id, which is the snapshot's key. */
  readonly id: string;
  /** The image. */
  readonly image: Image;
  /** What it is for its platform. */
  readonly resolved: ResolvedImage;
  /** The snapshotter. */
  readonly snapshotter: string;
  /** Its platform; the daemon's own by default. */
  readonly platform?: Platform | undefined;
  /** Labels of the snapshot. */
  readonly labels: Readonly<Record<string, string>>;
  /** Which ids of the host its users are. */
  readonly idMaps?: IdMaps | undefined;
}

/**
 * Makes the snapshot of a container. An image that is not unpacked yet is unpacked.
 *
 * @returns The mounts that make up the root file system.
 */
export async function prepareRootfs(
  context: Context,
  source: RootfsSource,
  signal?: AbortSignal,
): Promise<Mount[]> {
  const { id, image, resolved, snapshotter, idMaps } = source;
  const prepare = async (parent: string, labels: Readonly<Record<string, string>>) => {
    throwIfAborted(signal, `creating container "${id}"`);
    const request = { snapshotter, key: id, parent, labels: { ...source.labels, ...labels } };
    const timeoutMs = CHANGE_TIMEOUT_MS;
    return (await context.api.snapshots.prepare(request, { timeoutMs })).mounts;
  };
  const fromImage = async (labels: Readonly<Record<string, string>> = {}) => {
    try {
      return await prepare(resolved.chainId ?? "", labels);
    } catch (error) {
      if (!(error instanceof NotFoundError) || resolved.chainId === undefined) throw error;
      await image.unpack({ snapshotter, platform: source.platform, signal });
      return await prepare(resolved.chainId, labels);
    }
  };
  if (!idMaps) return await fromImage();
  const { remapLabels, remappedSnapshot } = await import("./remap.ts");
  const labels = await remapLabels(context, snapshotter, idMaps);
  if (labels) return await fromImage(labels);
  return await prepare(await remappedSnapshot(context, { ...source, idMaps }, signal), {});
}

/** A folder as a mount, for whoever looks into it. */
export function folderMount(path: string): Mount {
  return create(MountSchema, { type: "bind", source: path, options: ["rbind", "ro"] });
}

/**
 * The mounts of a container's root file system; none for a folder of the host, which the spec names.
 */
export async function rootfsMounts(
  context: Context,
  container: { readonly id: string; readonly snapshotter: string; readonly snapshotKey?: string },
): Promise<Mount[]> {
  const { snapshotter, snapshotKey: key = container.id } = container;
  if (!snapshotter) return [];
  return (await context.api.snapshots.mounts({ snapshotter, key })).mounts;
}

/**
 * Checks that a folder can be a root file system.
 *
 * @throws {InvalidArgumentError} when it is the host's own root, or no folder.
 */
export async function checkRootfs(context: Context, path: string): Promise<void> {
  const { host } = context.session;
  const clean = path.replace(/\/(?:\.?\/)*\.?$/, "");
  if (clean === "") {
    throw new InvalidArgumentError(
      "Cannot use / as root file system: the host's own mounts would be changed; mount it inside",
    );
  }
  const info = await host.lstat(path);
  if (info?.kind === "directory") return;
  throw new InvalidArgumentError(
    `Cannot use "${path}" as root file system: ` +
      `${info ? "it is no folder" : "it does not exist"} on ${host.name}`,
  );
}
