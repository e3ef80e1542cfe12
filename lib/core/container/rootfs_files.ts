/**
 * Reads small files of a root file system from the folders of its layers, without mounting it.
 *
 * @module
 */
import type { Host, HostFileInfo } from "../../host/host.ts";
import type { Mount } from "../../gen/containerd/types/mount_pb.ts";

/** Nothing that is read here is larger: user databases. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_LINKS = 40;

/** The folders that a snapshot's mounts are made of, the top one first; `undefined` if unknown. */
export function layerFolders(mounts: readonly Mount[]): string[] | undefined {
  if (mounts.length !== 1) return undefined;
  const { type, source, options } = mounts[0]!;
  if (type === "bind") return [source];
  if (type !== "overlay") return undefined;
  const value = (name: string) =>
    options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
  const upper = value("upperdir");
  const lower = value("lowerdir")?.split(":") ?? [];
  return upper ? [upper, ...lower] : lower;
}

/**
 * Reads a file as it would be seen in the mounted file system.
 *
 * Links are followed inside the root only. A folder that an upper layer replaced as a whole (an
 * opaque folder) is taken as merged, since its mark is an attribute that cannot be read from here.
 *
 * @returns The bytes; `undefined` when there is no such regular file.
 */
export async function readRootfsFile(
  host: Host,
  folders: readonly string[],
  path: string,
): Promise<Uint8Array | undefined> {
  // Each level is one folder as seen inside: the layers' folders that it is merged of, top first.
  let levels: (readonly string[])[] = [folders];
  let rest = path.split("/");
  for (let links = 0; rest.length > 0;) {
    const name = rest.shift()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (levels.length > 1) levels.pop();
      continue;
    }
    const found = await find(host, levels.at(-1)!, name);
    if (!found) return undefined;
    if (found.kind === "symlink") {
      if (++links > MAX_LINKS) return undefined;
      const target = await host.readLink(found.paths[0]!);
      if (target.startsWith("/")) levels = [folders];
      rest = [...target.split("/"), ...rest];
    } else if (found.kind === "directory") {
      levels.push(found.paths);
    } else {
      const readable = rest.length === 0 && found.kind === "file" && found.size <= MAX_BYTES;
      return readable ? await host.readFile(found.paths[0]!) : undefined;
    }
  }
  return undefined;
}

/** What a name is in a merged folder. Lower layers count only as far as all above are folders. */
async function find(host: Host, folders: readonly string[], name: string) {
  const paths: string[] = [];
  let top: HostFileInfo | undefined;
  for (const folder of folders) {
    const info = await host.lstat(`${folder}/${name}`);
    if (!info) continue;
    if (top && info.kind !== "directory") break;
    top ??= info;
    paths.push(`${folder}/${name}`);
    if (info.kind !== "directory") break;
  }
  // A character device, of kind "other", stands for "deleted here".
  return top && top.kind !== "other" ? { kind: top.kind, size: top.size, paths } : undefined;
}
