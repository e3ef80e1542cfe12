/**
 * Fills a volume that is still empty with what an image has at its place, as Docker and nerdctl do.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { StepPlace } from "../container/step.ts";
import { Images } from "../image/images.ts";
import { unpackInto } from "./content.ts";
import { bind } from "./volume.ts";

/**
 * Copies what the image of a container has in a folder, with owners, modes and links, and the
 * folder's own mode and owner.
 *
 * @param path The volume's folder on the daemon's host.
 * @param from The folder in the image. When there is none, nothing is copied.
 */
export async function fillFromImage(place: StepPlace, path: string, from: string): Promise<void> {
  const { context, plan, signal } = place;
  if (plan.image === undefined || (await context.session.host.readDir(path)).length > 0) return;
  const { files } = typeof plan.image === "string"
    ? await new Images(context).get(plan.image, { signal })
    : plan.image;
  try {
    const { kind } = await files.stat(from, { signal });
    if (kind !== "directory") return;
  } catch (error) {
    if (error instanceof NotFoundError) return;
    throw error;
  }
  const label = `the image's "${from}" into a new volume`;
  await unpackInto(context, files.export(from, { signal }), bind(path, "rw"), { signal, label });
}
