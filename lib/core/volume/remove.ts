/**
 * Removes the volumes that go with something: with a container, or with a script that is gone.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { isGone, OWNER_LABEL, parseOwner } from "../session/owner.ts";
import { VolumeStore } from "./store.ts";
import { anonymousVolumes, volumeUsersNow } from "./use.ts";

/** Removes the volumes without a name that a container brought along, unless others use them. */
export async function removeVolumesOf(
  context: Context,
  container: { readonly id: string; readonly labels?: Readonly<Record<string, string>> },
): Promise<void> {
  const names = anonymousVolumes(container.labels ?? {});
  if (names.length === 0) return;
  const store = new VolumeStore(context);
  const users = await volumeUsersNow(context, await store.folder());
  await store.remove(names, (name) => (users.get(name) ?? []).every((id) => id === container.id));
}

/**
 * Removes the volumes without a name whose script is certainly gone, and that no container uses.
 *
 * @returns Their names.
 */
export async function sweepVolumes(context: Context): Promise<string[]> {
  const store = new VolumeStore(context);
  const records = await store.list().catch((error) => {
    // Who may not look there has made none.
    const denied = error instanceof Deno.errors.NotCapable ||
      error instanceof Deno.errors.PermissionDenied;
    if (denied) return [];
    throw error;
  });
  const left = records.filter(({ labels }) => {
    const owner = parseOwner(labels[OWNER_LABEL] ?? "");
    return owner !== undefined && isGone(owner);
  });
  if (left.length === 0) return [];
  const users = await volumeUsersNow(context, await store.folder());
  return await store.remove(left.map(({ name }) => name), (name) => !users.has(name));
}
