/**
 * Clears away what scripts that are gone left behind.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import { throwIfAborted } from "../call/abort.ts";
import { discardContainer } from "../container/discard.ts";
import { listContainers } from "../container/list.ts";
import { abortIngest } from "../content/ingest.ts";
import type { Context } from "../context.ts";
import { collectGarbage } from "../garbage/gc.ts";
import { removeLogs } from "../logs/setup.ts";
import {
  isGone,
  isGoneRemote,
  OWNER_LABEL,
  ownerOfFolder,
  ownerOfIngest,
  parseOwner,
} from "./owner.ts";
import { snapshotterNames } from "../features/plugins.ts";
import { TEARDOWN_TIMEOUT_MS } from "./session.ts";
import { sweepShims } from "./sweep_shims.ts";
import { PAUSES_LABEL, PENDING_LABEL } from "../fork/labels.ts";
import { endTask } from "../task/task.ts";
import { sweepVolumes } from "../volume/remove.ts";

/** How many containers are ended at once. */
const PARALLEL = 8;
/** What a script asked for last is still being done when it is gone, so there is a second look. */
const ROUNDS = 10;
const TEARDOWN = { timeoutMs: TEARDOWN_TIMEOUT_MS };

/** What a sweep removed. */
export interface SweepResult {
  /** Ids of the containers, with their tasks and snapshots. */
  readonly containers: readonly string[];
  /** Ids of the leases. */
  readonly leases: readonly string[];
  /** Keys of the snapshots that no container had. */
  readonly snapshots: readonly string[];
  /** Names of the unfinished writes. */
  readonly ingests: readonly string[];
  /** Ids of containers whose shims ran on although the daemon had given them up. */
  readonly shims: readonly string[];
  /** Names of the volumes without a name of their own. */
  readonly volumes: readonly string[];
  /** Ids of containers whose addresses, rules and ports neither runtime nor daemon had freed. */
  readonly networks: readonly string[];
}

/**
 * Removes the containers, tasks, snapshots, leases and unfinished writes of owners that are
 * certainly gone, has the garbage collected that they held, and removes their folders of captured
 * output. An owner on another machine, or in another PID namespace, counts as alive.
 */
export async function sweep(
  context: Context,
  options: { signal?: AbortSignal } = {},
): Promise<SweepResult> {
  const swept = {
    containers: [],
    leases: [],
    snapshots: [],
    ingests: [],
    shims: [],
    volumes: [],
    networks: [],
  } as {
    -readonly [K in keyof SweepResult]: string[];
  };
  const gone = new Map<string, LeftContainer>();
  for (let round = 0; round < ROUNDS; round++) {
    const left = await findLeft(context, gone, options.signal);
    if (Object.values(left).every((list) => list.length === 0)) break;
    await remove(context, left, swept, options.signal);
    for (const container of left.containers) gone.set(container.id, container);
  }
  if (Object.values(swept).some((list) => list.length > 0)) {
    await collectGarbage(context);
    swept.shims.push(...await sweepShims(context, gone));
    // What was still being started when it was removed may have begun a log since.
    for (const { id, labels } of gone.values()) await removeLogs(context, id, labels);
  }
  swept.volumes.push(...await sweepVolumes(context));
  const { sweepNetworks } = await import("../network/sweep.ts");
  swept.networks.push(...await sweepNetworks(context));
  sweepFolders();
  await sweepRemoteFolders(context);
  return swept;
}

/** Removes what was found, and notes it. */
async function remove(
  context: Context,
  left: Left,
  swept: { -readonly [K in keyof SweepResult]: string[] },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { api } = context;
  const each = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>) => {
    for (let at = 0; at < items.length; at += PARALLEL) {
      throwIfAborted(signal, `sweeping namespace "${context.namespace}"`);
      await Promise.all(items.slice(at, at + PARALLEL).map((item) => ignoreGone(work(item))));
    }
  };
  await each(left.tasks, (id) => endTask(context, id));
  await each(left.containers, async (container) => {
    await endTask(context, container.id);
    await discardContainer(context, container);
    swept.containers.push(container.id);
  });
  for (const layer of byHeight(left.snapshots)) {
    await each(layer, async ({ snapshotter, key }) => {
      try {
        await api.snapshots.remove({ snapshotter, key }, TEARDOWN);
        swept.snapshots.push(key);
      } catch (error) {
        // Somebody who lives stands on it.
        if (!(error instanceof FailedPreconditionError)) throw error;
      }
    });
  }
  await each(left.ingests, async (ref) => {
    await abortIngest(context, ref);
    swept.ingests.push(ref);
  });
  await each(left.paused, async (id) => {
    const { resumePaused } = await import("../fork/paused.ts");
    await resumePaused(context, id);
  });
  await each(left.pending, async (id) => {
    const { finishReplacement } = await import("../fork/state.ts");
    await finishReplacement(context, id);
  });
  await each(left.leases, async (id) => {
    await api.leases.delete({ id }, TEARDOWN);
    swept.leases.push(id);
  });
}

interface LeftSnapshot {
  readonly snapshotter: string;
  readonly key: string;
  readonly parent: string;
}

interface LeftContainer {
  readonly id: string;
  readonly snapshotter: string;
  readonly snapshotKey: string;
  /** They tell which files belong to it. */
  readonly labels: Readonly<Record<string, string>>;
}

interface Left {
  /** Of containers that an earlier round removed while they were still being made. */
  readonly tasks: string[];
  readonly containers: LeftContainer[];
  readonly leases: string[];
  /** Containers that were paused for a moment. */
  readonly paused: string[];
  /** Containers whose files were being replaced. */
  readonly pending: string[];
  readonly snapshots: LeftSnapshot[];
  readonly ingests: string[];
}

/** Looks for what has an owner that is gone. */
async function findLeft(
  context: Context,
  gone: ReadonlyMap<string, LeftContainer>,
  signal: AbortSignal | undefined,
): Promise<Left> {
  const { api } = context;
  const owned = { filters: [`labels."${OWNER_LABEL}"`] };
  const dead = (
    { labels }: { labels: Record<string, string> },
    label: string = OWNER_LABEL,
  ) => {
    const owner = parseOwner(labels[label] ?? "");
    return owner !== undefined && isGone(owner);
  };
  const left: Left = {
    tasks: [],
    containers: [],
    leases: [],
    paused: [],
    pending: [],
    snapshots: [],
    ingests: [],
  };
  const ofContainers = new Set<string>();
  const filters = [...owned.filters, `labels."${PENDING_LABEL}"`];
  for await (const container of listContainers(context, { filters, signal })) {
    const { id, snapshotter, snapshotKey, labels } = container;
    ofContainers.add(`${snapshotter} ${snapshotKey}`);
    if (dead(container)) left.containers.push({ id, snapshotter, snapshotKey, labels });
    else if (dead(container, PENDING_LABEL)) left.pending.push(id);
  }
  if (gone.size > 0) {
    const { tasks } = await api.tasks.list({}, { signal });
    left.tasks.push(...tasks.map(({ id }) => id).filter((id) => gone.has(id)));
  }
  const { leases } = await api.leases.list(owned, { signal });
  for (const { id, labels } of leases.filter((lease) => dead(lease))) {
    left.leases.push(id);
    const paused = labels[PAUSES_LABEL];
    if (paused !== undefined) left.paused.push(paused);
  }
  for (const snapshotter of await snapshotterNames(context.session)) {
    for await (const { info } of api.snapshots.list({ snapshotter, ...owned }, { signal })) {
      for (const snapshot of info.filter((snapshot) => dead(snapshot))) {
        const { name: key, parent } = snapshot;
        if (ofContainers.has(`${snapshotter} ${key}`)) continue;
        left.snapshots.push({ snapshotter, key, parent });
      }
    }
  }
  const { statuses } = await api.content.listStatuses({}, { signal });
  for (const { ref } of statuses) {
    const owner = ownerOfIngest(ref);
    if (owner && isGone(owner)) left.ingests.push(ref);
  }
  return left;
}

/** Snapshots in groups, those that none of the others stands on first. */
function byHeight(snapshots: readonly LeftSnapshot[]): LeftSnapshot[][] {
  const groups: LeftSnapshot[][] = [];
  for (let rest = [...snapshots]; rest.length > 0;) {
    const parents = new Set(rest.map(({ snapshotter, parent }) => `${snapshotter} ${parent}`));
    const isParent = ({ snapshotter, key }: LeftSnapshot) => parents.has(`${snapshotter} ${key}`);
    const top = rest.filter((snapshot) => !isParent(snapshot));
    groups.push(top);
    rest = rest.filter(isParent);
  }
  return groups;
}

/** Others may sweep at the same time. */
async function ignoreGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

/** Removes folders of captured output whose script is gone. */
function sweepFolders(): void {
  // Where the first has too long a path, sockets of ssh are in the second.
  for (const temporary of new Set([temporaryFolder(), "/tmp"])) {
    ignoreAbsent(() => {
      for (const { name } of Deno.readDirSync(temporary)) {
        if (!name.startsWith("davit-")) continue;
        const owner = ownerOfFolder(name);
        if (!owner || !isGone(owner)) continue;
        ignoreAbsent(() => Deno.removeSync(`${temporary}/${name}`, { recursive: true }));
      }
    });
  }
}

/** The same on the daemon's machine, where that is another one. */
async function sweepRemoteFolders({ session: { host } }: Context): Promise<void> {
  if (!host.remote || host.temporary === undefined) return;
  for (const name of await host.readDir(host.temporary)) {
    if (isGoneRemote(name)) await host.remove(`${host.temporary}/${name}`);
  }
}

/** Without the permission to look there is nothing of ours to find; others may sweep at once. */
function ignoreAbsent(work: () => void): void {
  try {
    work();
  } catch (error) {
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
