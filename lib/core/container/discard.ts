/**
 * Removes containers: their records, snapshots and files.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import { removeStdin } from "../attach/stdin.ts";
import type { Context } from "../context.ts";
import { removeLogs } from "../logs/setup.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { ANONYMOUS_LABEL } from "../volume/name.ts";
import { IMAGE_MOUNT_LABEL } from "./labels.ts";

/**
 * Removes a container's record and snapshot. What is gone already is fine.
 *
 * @param options `volumes`: its volumes without a name too; by default those of a container that
 * goes with its script.
 */
export async function discardContainer(
  context: Context,
  container: {
    id: string;
    snapshotter: string;
    snapshotKey?: string;
    labels?: Readonly<Record<string, string>>;
  },
  { volumes = OWNER_LABEL in (container.labels ?? {}) }: { volumes?: boolean } = {},
): Promise<void> {
  const { id, snapshotter } = container;
  const options = { timeoutMs: TEARDOWN_TIMEOUT_MS };
  // The record goes after the files that it tells of, so that a sweep finds what is left.
  await removeLogs(context, id, container.labels ?? {});
  await removeStdin(context, id, container.labels ?? {});
  if (container.labels?.["nerdctl/networks"] !== undefined) {
    const { removeNetworkFiles } = await import("../network/files.ts");
    await removeNetworkFiles(context, id, container.labels);
  }
  if (volumes && ANONYMOUS_LABEL in (container.labels ?? {})) {
    const { removeVolumesOf } = await import("../volume/remove.ts");
    await removeVolumesOf(context, container);
  }
  await ignoreNotFound(context.api.containers.delete({ id }, options));
  if (Object.keys(container.labels ?? {}).some((label) => label.startsWith(IMAGE_MOUNT_LABEL))) {
    const { removeImageMounts } = await import("./image_mount.ts");
    await removeImageMounts(context, container.labels ?? {});
  }
  if (!snapshotter) return;
  const key = container.snapshotKey ?? id;
  await ignoreNotFound(context.api.snapshots.remove({ snapshotter, key }, options));
}

async function ignoreNotFound(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
