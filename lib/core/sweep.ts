/**
 * Clears away what scripts that are gone left behind.
 *
 * @module
 */
import { discardContainer } from "./container_create.ts";
import type { Context } from "./context.ts";
import { isGone, OWNER_LABEL, ownerOfFolder, parseOwner } from "./owner.ts";
import { endTask } from "./task.ts";

/** What a sweep removed. */
export interface SweepResult {
  /** Ids of the containers, with their tasks and snapshots. */
  readonly containers: readonly string[];
  /** Ids of the leases. */
  readonly leases: readonly string[];
}

/**
 * Removes the containers, tasks, snapshots and leases of owners that are certainly gone, and their
 * folders of captured output on this machine. An owner on another machine, or in another PID
 * namespace, counts as alive.
 */
export async function sweep(
  context: Context,
  options: { signal?: AbortSignal } = {},
): Promise<SweepResult> {
  const owned = { filters: [`labels."${OWNER_LABEL}"`] };
  const [{ containers }, { leases }] = await Promise.all([
    context.api.containers.list(owned, options),
    context.api.leases.list(owned, options),
  ]);
  const dead = (labels: Record<string, string>) => {
    const owner = parseOwner(labels[OWNER_LABEL] ?? "");
    return owner !== undefined && isGone(owner);
  };
  const swept = { containers: [] as string[], leases: [] as string[] };
  for (const { id, labels, snapshotter, snapshotKey } of containers) {
    if (!dead(labels)) continue;
    options.signal?.throwIfAborted();
    await endTask(context, id);
    await discardContainer(context, { id, snapshotter, snapshotKey });
    swept.containers.push(id);
  }
  for (const { id, labels } of leases) {
    if (!dead(labels)) continue;
    await context.api.leases.delete({ id }, options);
    swept.leases.push(id);
  }
  sweepFolders();
  return swept;
}

/**
 * Sweeps a namespace in the background, the first time that a client makes something in it. That
 * this fails must not fail the caller's work: what it left is there for the next one.
 */
export function sweepOnce(context: Context): void {
  const { session } = context;
  const key = context.key("sweep", "");
  void session.memo(key, () => {
    session.background(key, sweep(context).catch(() => {}));
    return Promise.resolve();
  });
}

/** Removes folders of captured output whose script is gone. */
function sweepFolders(): void {
  const temporary = temporaryFolder();
  try {
    for (const { name, isDirectory } of Deno.readDirSync(temporary)) {
      if (!isDirectory || !name.startsWith("davit-")) continue;
      const owner = ownerOfFolder(name);
      if (owner && isGone(owner)) Deno.removeSync(`${temporary}/${name}`, { recursive: true });
    }
  } catch (error) {
    // Without the permission to look there is nothing of ours to find; others may sweep at once.
    const harmless = error instanceof Deno.errors.NotCapable ||
      error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound;
    if (!harmless) throw error;
  }
}

function temporaryFolder(): string {
  try {
    return Deno.env.get("TMPDIR") ?? "/tmp";
  } catch {
    return "/tmp";
  }
}
