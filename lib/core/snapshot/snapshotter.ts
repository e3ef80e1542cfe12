/**
 * The snapshotters of a daemon.
 *
 * @module
 */
import { UnsupportedError } from "../../errors/errors.ts";
import type { Context } from "../context.ts";
import { snapshotterOf } from "../defaults.ts";
import { knownPlugins } from "../features/plugins.ts";

/** The label by which a snapshotter shows files under other user ids. */
export const UID_MAP_LABEL = "containerd.io/snapshot/uidmapping";
/** The same for groups. */
export const GID_MAP_LABEL = "containerd.io/snapshot/gidmapping";

/** A snapshotter that a daemon offers. */
export interface SnapshotterInfo {
  /** Its name, such as `overlayfs`. */
  readonly name: string;
  /** What it can do besides, such as `remap-ids`. */
  readonly capabilities: readonly string[];
  /** Where it keeps its files on the daemon's host, when it says so. */
  readonly root: string | undefined;
}

/** The plugins' type. */
const SNAPSHOTTER_TYPE = "io.containerd.snapshotter.v1";

/** The snapshotters that work on the daemon, by name; asked once a client. */
export async function listSnapshotters(context: Context): Promise<readonly SnapshotterInfo[]> {
  const plugins = await knownPlugins(context.session);
  return plugins.filter(({ type, error }) => type === SNAPSHOTTER_TYPE && error === undefined)
    .map(({ id, capabilities, exports }) => ({ name: id, capabilities, root: exports["root"] }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * The snapshotter to use: the call's, the namespace's, or `overlayfs`.
 *
 * @throws {UnsupportedError} when the daemon does not offer it; the message says what it offers.
 */
export async function chooseSnapshotter(
  context: Context,
  options: { snapshotter?: string | undefined },
): Promise<SnapshotterInfo> {
  const [name, offered] = await Promise.all([
    snapshotterOf(context, options),
    listSnapshotters(context),
  ]);
  const found = offered.find((info) => info.name === name);
  if (found) return found;
  const names = offered.map((info) => `"${info.name}"`).join(", ") || "none";
  throw new UnsupportedError(
    `Cannot use snapshotter "${name}": containerd at "${context.session.address}" does not offer ` +
      `it; choose one of ${names}`,
    { needed: `snapshotter "${name}"`, found: names },
  );
}
