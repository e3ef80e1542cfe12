/**
 * Who runs a process: names and groups as the image's own files have them.
 *
 * @module
 */
import { InvalidArgumentError, PermissionError } from "../../errors/errors.ts";
import type { Mount } from "../../gen/containerd/types/mount_pb.ts";
import {
  needsUserFiles,
  type ResolvedUser,
  resolveUser,
  resolveUserAndGroups,
  type UserFiles,
  type UserRequest,
} from "../../oci/user.ts";
import type { Context } from "../context.ts";
import { layerFolders, readRootfsFile } from "./rootfs_files.ts";

/** A key for what is known of an image's users. */
function keyOf(chainId: string): string {
  return `users\0${chainId}`;
}

/**
 * The ids for a user as far as they can be told before the root file system is there: exactly, if
 * the image's users were read before, else from numbers alone.
 */
export function guessUser(
  context: Context,
  request: UserRequest,
  chainId: string | undefined,
): ResolvedUser {
  const known = chainId ? context.session.known<UserFiles>(keyOf(chainId)) : undefined;
  try {
    return resolveUserAndGroups(request, known ?? {});
  } catch (error) {
    if (known || error instanceof InvalidArgumentError) throw error;
    return resolveUser("");
  }
}

/**
 * Finds the ids for a user as containerd does: names from `/etc/passwd` and `/etc/group`, and the
 * further groups that list the user.
 *
 * @param rootfs The container's mounts, and a name for what they hold: files are read once for it.
 * @throws {NotFoundError} when the image does not know a name.
 */
export async function lookUpUser(
  context: Context,
  request: UserRequest,
  rootfs: { mounts: readonly Mount[]; chainId: string | undefined },
): Promise<ResolvedUser> {
  const { session } = context;
  const { user, groups } = request;
  const read = () => readUserFiles(context, rootfs.mounts);
  try {
    const files = rootfs.chainId ? await session.memo(keyOf(rootfs.chainId), read) : await read();
    return resolveUserAndGroups(request, files);
  } catch (cause) {
    const denied = cause instanceof Deno.errors.PermissionDenied ||
      cause instanceof Deno.errors.NotCapable;
    if (!denied) throw cause;
    // Numbers mean themselves; only the groups that the image adds stay unknown.
    if (![user, ...groups].some(needsUserFiles)) {
      return resolveUserAndGroups(request, { passwd: "", group: "" });
    }
    throw new PermissionError(
      `Cannot look up user "${user}": the image's files cannot be read; run as root, grant ` +
        "--allow-read for the snapshotter's folder, or give the user as uid:gid",
      { cause },
    );
  }
}

async function readUserFiles(context: Context, mounts: readonly Mount[]): Promise<UserFiles> {
  const folders = layerFolders(mounts);
  if (!folders) return { passwd: "", group: "" };
  const read = async (path: string) => {
    const bytes = await readRootfsFile(context.session.host, folders, path);
    return new TextDecoder().decode(bytes ?? new Uint8Array());
  };
  return { passwd: await read("etc/passwd"), group: await read("etc/group") };
}
