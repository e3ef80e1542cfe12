/**
 * What uses images.
 *
 * @module
 */
import { FailedPreconditionError } from "../../errors/errors.ts";
import { formatFilter } from "../../oci/filter.ts";
import { listContainers } from "../container/list.ts";
import type { Context } from "../context.ts";

/** How many containers a message names. */
const NAMED = 3;

/**
 * Makes sure that no container is made of an image.
 *
 * @throws {FailedPreconditionError} When one is.
 */
export async function checkUnused(
  context: Context,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const users = await containersOf(context, name, signal);
  if (users.length === 0) return;
  const named = users.slice(0, NAMED).map((id) => `"${id}"`).join(", ");
  const more = users.length > NAMED ? ` and ${users.length - NAMED} more` : "";
  throw new FailedPreconditionError(
    `Cannot remove image "${name}": ${users.length === 1 ? "container" : "containers"} ${named}` +
      `${more} ${users.length === 1 ? "is" : "are"} made of it; remove ${
        users.length === 1 ? "that" : "those"
      } first, or pass { force: true }`,
  );
}

/** Ids of the containers that are made of an image. Those of runs that are over do not count. */
async function containersOf(
  context: Context,
  name: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const filters = [formatFilter({ field: "image", is: name })];
  const list = () => Array.fromAsync(listContainers(context, { filters, signal }), ({ id }) => id);
  const found = await list();
  const keys = found.map((id) => context.key("container", id));
  if (keys.length === 0) return found;
  await context.session.settled(...keys);
  // A removal may have ended since the list was made, too.
  return await list();
}

/** The names of images that containers are made of. */
export async function usedImages(
  context: Context,
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const { image } of listContainers(context, { signal })) names.add(image);
  return names;
}
