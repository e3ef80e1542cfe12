/**
 * The files of an image, mounted into a container.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import { GC_ROOT_LABEL } from "../../oci/gc_labels.ts";
import { withMounts } from "../../oci/spec_mounts.ts";
import { snapshotterOf } from "../defaults.ts";
import { Images } from "../image/images.ts";
import type { Image } from "../image/image.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { IMAGE_MOUNT_LABEL } from "./labels.ts";
import type { Context } from "../context.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import type { StepMade, StepPlace } from "./step.ts";

/**
 * Makes a view of an image's files, which the container's record names, so that it goes when the
 * container does.
 */
export async function mountImage(
  place: StepPlace,
  named: Image | string,
  to: string,
): Promise<StepMade> {
  const { context, plan, id, signal } = place;
  const image = typeof named === "string"
    ? await new Images(context).get(named, { signal })
    : named;
  const snapshotter = await snapshotterOf(context, plan);
  const parent = await image.unpack({ snapshotter, signal });
  const key = `${id}-image-${crypto.randomUUID().slice(0, 8)}`;
  const owner: Record<string, string> = plan.kept ? {} : {
    [OWNER_LABEL]: context.session.owner,
  };
  const labels = { ...owner, [GC_ROOT_LABEL]: new Date().toISOString() };
  const { mounts } = await context.api.snapshots.view({
    snapshotter,
    key,
    parent: parent ?? "",
    labels,
  });
  const [mount] = mounts;
  const undo = () => removeView(context, snapshotter, key);
  if (mounts.length !== 1 || !mount) {
    await undo();
    throw new NotFoundError(
      `Cannot mount image "${image.name}" at "${to}": snapshotter "${snapshotter}" has no single ` +
        "mount for it",
    );
  }
  const { type, source, options } = mount;
  return {
    edit: withMounts({ destination: to, type, source, options: [...new Set([...options, "ro"])] }),
    labels: { [`${IMAGE_MOUNT_LABEL}${key}`]: snapshotter },
    undo,
  };
}

/** Removes the views that a container's labels name. */
export async function removeImageMounts(
  context: Context,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [label, snapshotter] of Object.entries(labels)) {
    if (label.startsWith(IMAGE_MOUNT_LABEL)) {
      await removeView(context, snapshotter, label.slice(IMAGE_MOUNT_LABEL.length));
    }
  }
}

/** Removes a view; none is fine. */
async function removeView(
  context: Context,
  snapshotter: string,
  key: string,
): Promise<void> {
  try {
    await context.api.snapshots.remove({ snapshotter, key }, { timeoutMs: TEARDOWN_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
