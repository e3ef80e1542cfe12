/**
 * Copies of what a container has changed, where its snapshot's folder is on this machine: what an
 * overlay's upper folder holds is just that, and nothing needs to be compared.
 *
 * @module
 */
import type { Mount } from "../../gen/containerd/types/mount_pb.ts";
import { atOnce } from "../pull/parallel.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import type { FilesOf } from "./delta.ts";
import { whilePaused } from "./paused.ts";

/** How many copies are made at once. */
const PARALLEL = 4;

/** Where the daemon's snapshotter for overlayfs keeps what was changed, below the daemon's folder. */
const FOLDER = /^(\/.*)\/io\.containerd\.snapshotter\.v1\.overlayfs\/snapshots\/\d+\/fs$/;

/** A folder with what was changed. */
interface ChangedFolder {
  /** Its path. */
  readonly path: string;
  /** The daemon's folder that it is in. */
  readonly daemonRoot: string;
  /** What it lies on: the mount without what is its own. */
  readonly below: string;
}

/**
 * Gives new snapshots on the parent of a container's what it has changed. The container stands still
 * until the first has it; the others get it from there.
 *
 * @param context With a lease.
 * @param fresh The mounts of the new snapshots, in which nothing is yet.
 * @returns Whether it was done. If not, a part may be there.
 */
export async function copyChanges(
  context: Context,
  { message, snapshotter, key }: FilesOf,
  fresh: readonly (readonly Mount[])[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { copyTree } = context.session.host;
  if (!copyTree) return false;
  const { mounts } = await context.api.snapshots.mounts({ snapshotter, key }, { signal });
  const from = changedFolder(mounts);
  const [first, ...others] = fresh.map(changedFolder);
  if (!from || !first || from.below !== first.below) return false;
  if (!await isDaemonRoot(context, from.daemonRoot)) return false;
  const copied = await whilePaused(
    context,
    message.id,
    () => copyTree(from.path, first.path, signal),
  );
  if (!copied) return false;
  let all = true;
  await atOnce(PARALLEL, others, new AbortController(), async (to) => {
    all &&= to !== undefined && to.below === from.below &&
      await copyTree(first.path, to.path, signal);
  });
  return all;
}

/**
 * Where a snapshot has what was changed; `undefined` where that is not in a folder of its own.
 *
 * @param mounts Of a snapshot that can be written to.
 */
export function changedFolder(mounts: readonly Mount[]): ChangedFolder | undefined {
  const [mount] = mounts;
  if (mounts.length !== 1 || !mount) return undefined;
  const { type, source, options } = mount;
  const upper = options.find((option) => option.startsWith(UPPER))?.slice(UPPER.length);
  // One without a parent is its folder.
  const path = type === "overlay" ? upper : type === "bind" ? source : undefined;
  const daemonRoot = FOLDER.exec(path ?? "")?.[1];
  if (path === undefined || daemonRoot === undefined) return undefined;
  const shared = options.filter((option) => !option.startsWith(UPPER) && !option.startsWith(WORK));
  return { path, daemonRoot, below: [type, ...shared.sort()].join("\n") };
}

const UPPER = "upperdir=";
const WORK = "workdir=";

/**
 * Whether a folder of this machine is the daemon's: its socket may lead to another machine, where
 * paths are the same. Proved by a blob that nobody else has.
 */
function isDaemonRoot(context: Context, path: string): Promise<boolean> {
  const { session } = context;
  return session.memo(`daemon root\0${path}`, async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const { digest } = await new ContentStore(context).write(bytes);
    const blob = `${path}/io.containerd.content.v1.content/blobs/${digest.replace(":", "/")}`;
    return await session.host.lstat(blob).then((info) => info !== undefined, () => false);
  });
}
