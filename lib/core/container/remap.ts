/**
 * Snapshots of images whose files belong to other ids: for user namespaces where the snapshotter
 * cannot map ids. The daemon writes the files as a tar and unpacks it again with other owners, so
 * that nothing is mounted here; it is done once for each image and mapping.
 *
 * @module
 */
import { AlreadyExistsError, NotFoundError, UnsupportedError } from "../../errors/errors.ts";
import type { Mount } from "../../gen/containerd/types/mount_pb.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { underLease } from "../lease/leases.ts";
import { knownPlugins } from "../features/plugins.ts";
import { idMapLabels, REMAP_CAPABILITY } from "../snapshot/builder.ts";
import { applyDiff, readTree } from "../snapshot/diff.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { type IdMaps, mapId } from "./id_maps.ts";
import { parseDigest } from "../../oci/digest.ts";
import type { RootfsSource } from "./rootfs.ts";
import { folderTar, remapTar } from "./remap_tar.ts";

const PLAIN_LAYER = "application/vnd.oci.image.layer.v1.tar";

/** A short name for a mapping. */
async function nameOf({ uids, gids }: IdMaps): Promise<string> {
  const text = JSON.stringify(
    [uids, gids].map((ranges) =>
      ranges.map(({ containerID, hostID, size }) => [containerID, hostID, size])
    ),
  );
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `davit-remap-${new Uint8Array(hash).toHex().slice(0, 12)}`;
}

/**
 * The labels that have a snapshotter map ids; `undefined` where a copy is to be made instead.
 *
 * @throws {UnsupportedError} when it cannot, and a copy is not wanted.
 */
export async function remapLabels(
  context: Context,
  snapshotter: string,
  maps: IdMaps,
): Promise<Record<string, string> | undefined> {
  if (maps.files === "copy") return undefined;
  const plugins = await knownPlugins(context.session);
  const able = plugins.some(({ type, id, capabilities }) =>
    type === "io.containerd.snapshotter.v1" && id === snapshotter &&
    capabilities.includes(REMAP_CAPABILITY)
  );
  if (able) return idMapLabels(maps.uids, maps.gids);
  if (maps.files === undefined) return undefined;
  throw new UnsupportedError(
    `Cannot map the ids of files with snapshotter "${snapshotter}": it lacks the capability ` +
      `"${REMAP_CAPABILITY}"; use files: "copy"`,
    { needed: `a snapshotter with "${REMAP_CAPABILITY}"`, found: snapshotter },
  );
}

/**
 * Finds or makes the snapshot of an image under other ids.
 *
 * @returns Its name, to be the parent of a container's snapshot.
 */
export async function remappedSnapshot(
  context: Context,
  source: RootfsSource & { readonly idMaps: IdMaps },
  signal?: AbortSignal,
): Promise<string> {
  const { image, resolved, snapshotter, idMaps } = source;
  const chainId = await image.unpack({ snapshotter, platform: source.platform, signal });
  if (chainId === undefined) return "";
  const mapping = await nameOf(idMaps);
  // It goes with the image, as the snapshots of layers do, and its name says so.
  const name = `${chainId} ${mapping}`;
  await underLease(context, async (leased) => {
    try {
      await leased.api.snapshots.stat({ snapshotter, key: name }, { signal });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      await make(leased, { snapshotter, chainId, name, idMaps }, signal);
    }
    // The image's configuration keeps it, as it keeps the snapshots of its layers.
    const label = `containerd.io/gc.ref.snapshot.${snapshotter}/${mapping}`;
    await leased.api.content.update({
      info: { digest: resolved.manifest.config.digest, labels: { [label]: name } },
      updateMask: { paths: [`labels.${label}`] },
    }, { timeoutMs: CHANGE_TIMEOUT_MS });
  });
  return name;
}

/**
 * Gives the root of a snapshot an owner. The daemon leaves that alone when it unpacks a layer, so that
 * it is done from the folder above.
 */
async function ownRoot(
  context: Context,
  mounts: readonly Mount[],
  owner: { uid: number; gid: number; mode: number },
  signal: AbortSignal | undefined,
): Promise<void> {
  const [mount] = mounts;
  if (mounts.length !== 1 || mount?.type !== "bind") return; // the first one without a parent is
  const slash = mount.source.lastIndexOf("/");
  const tar = folderTar(mount.source.slice(slash + 1), owner);
  const { digest, sizeBytes } = await new ContentStore(context).write(tar, { signal });
  const above = { type: "bind", source: mount.source.slice(0, slash), options: ["bind", "rw"] };
  const layer = { mediaType: PLAIN_LAYER, digest: parseDigest(digest), size: sizeBytes };
  await applyDiff(context, layer, [above], { signal });
}

/** The daemon could not unmount a recursive mount again; a layer's folder has nothing below it. */
function withoutRecursion(mount: Mount): Mount {
  const options = mount.options.map((option) => option === "rbind" ? "bind" : option);
  return { ...mount, options };
}

async function make(
  context: Context,
  what: { snapshotter: string; chainId: string; name: string; idMaps: IdMaps },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { snapshotter, chainId, name, idMaps } = what;
  const { snapshots } = context.api;
  const random = crypto.randomUUID().slice(0, 8);
  const view = `${name} view ${random}`;
  const key = `${name} ${random}`;
  const remove = async (key: string) => {
    await snapshots.remove({ snapshotter, key }, { timeoutMs: TEARDOWN_TIMEOUT_MS })
      .catch(() => {/* the lease lets the collector have it */});
  };
  const owners = {
    uid: (id: number) => mapId(id, idMaps.uids),
    gid: (id: number) => mapId(id, idMaps.gids),
  };
  const { mounts } = await snapshots.view({ snapshotter, key: view, parent: chainId }, { signal });
  try {
    const tree = readTree(context, mounts.map(withoutRecursion), { signal });
    const layer = await new ContentStore(context).write(remapTar(tree, owners), { signal });
    const made = await snapshots.prepare({ snapshotter, key }, { signal });
    const descriptor = {
      mediaType: PLAIN_LAYER,
      digest: parseDigest(layer.digest),
      size: layer.sizeBytes,
    };
    await applyDiff(context, descriptor, made.mounts.map(withoutRecursion), { signal });
    const root = { uid: mapId(0, idMaps.uids) ?? 0, gid: mapId(0, idMaps.gids) ?? 0, mode: 0o755 };
    await ownRoot(context, made.mounts, root, signal);
    await snapshots.commit({ snapshotter, name, key }, { signal });
  } catch (error) {
    await remove(key);
    // Somebody else made it at the same time.
    if (!(error instanceof AlreadyExistsError)) throw error;
  } finally {
    await remove(view);
  }
}
