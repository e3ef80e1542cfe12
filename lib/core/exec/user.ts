/**
 * Users as a running container's own files have them now.
 *
 * @module
 */
import { PermissionError } from "../../errors/errors.ts";
import { needsUserFiles, type ResolvedUser, resolveUserAndGroups } from "../../oci/user.ts";
import type { Context } from "../context.ts";
import { readRootfsFile } from "../container/rootfs_files.ts";

/**
 * Finds the ids for a user of a running container.
 *
 * @param pid A process of the container, on the daemon's host.
 * @param user `user`, `uid`, `user:group` or `uid:gid`.
 * @param groups Further groups, names or numbers.
 * @throws {NotFoundError} when the container knows no user or group of that name.
 * @throws {PermissionError} when the container's files cannot be read and a name was given.
 */
export async function lookUpUserIn(
  context: Context,
  pid: number,
  user: string,
  groups: readonly string[] = [],
): Promise<ResolvedUser> {
  const root = `/proc/${pid}/root`;
  const read = async (path: string) => {
    const bytes = await readRootfsFile(context.session.host, [root], path);
    return bytes && new TextDecoder().decode(bytes);
  };
  try {
    const files = { passwd: await read("etc/passwd"), group: await read("etc/group") };
    return resolveUserAndGroups({ user, groups }, files);
  } catch (cause) {
    const denied = cause instanceof Deno.errors.PermissionDenied ||
      cause instanceof Deno.errors.NotCapable;
    if (!denied) throw cause;
    if (![user, ...groups].some(needsUserFiles)) return resolveUserAndGroups({ user, groups });
    throw new PermissionError(
      `Cannot look up user "${user}": the container's files cannot be read; run as root, grant ` +
        "--allow-read=/proc, or give the user as uid:gid",
      { cause },
    );
  }
}
