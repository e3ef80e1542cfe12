/**
 * Deletes namespaces: empty ones, and with all that is in them.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import { abortIngest } from "../content/ingest.ts";
import { discardContainer } from "../container/discard.ts";
import type { Context } from "../context.ts";
import { collectGarbage } from "../garbage/gc.ts";
import {
  describeContents,
  type HeldSnapshot,
  type NamespaceContents,
  namespaceContents,
  onlyGarbageMaybe,
} from "./contents.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { endTask } from "../task/task.ts";

/** How many containers are ended at once. */
const PARALLEL = 8;
/** Each round can leave what appeared meanwhile; nobody who keeps at it is waited for. */
const ROUNDS = 3;
const TEARDOWN = { timeoutMs: TEARDOWN_TIMEOUT_MS };

/** How many of each kind {@linkcode deleteAll} removed. */
export interface DeletedContents {
  /** Processes that were killed. */
  readonly tasks: number;
  /** Containers. */
  readonly containers: number;
  /** Sandboxes. */
  readonly sandboxes: number;
  /** Names of images. */
  readonly images: number;
  /** Leases. */
  readonly leases: number;
  /** Unfinished writes. */
  readonly ingests: number;
  /** Snapshots. */
  readonly snapshots: number;
  /** Blobs. */
  readonly blobs: number;
}

/**
 * Deletes an empty namespace. Garbage does not count: where only blobs and snapshots are left, they
 * are collected first.
 *
 * @throws {FailedPreconditionError} when it is not empty; the message says what is in it.
 * @throws {NotFoundError} when there is none of that name.
 */
export async function deleteNamespace(context: Context): Promise<void> {
  try {
    await deleteRecord(context);
  } catch (error) {
    if (!(error instanceof FailedPreconditionError)) throw error;
    if (onlyGarbageMaybe(await namespaceContents(context))) {
      await collectGarbage(context);
      try {
        return await deleteRecord(context);
      } catch (again) {
        if (!(again instanceof FailedPreconditionError)) throw again;
      }
    }
    const contents = await namespaceContents(context);
    // Containers of runs that are over are removed behind this script's back.
    const keys = contents.containers.map(({ id }) => context.key("container", id));
    await context.session.settled(...keys);
    const { containers } = keys.length > 0 ? await namespaceContents(context) : contents;
    if (containers.length < contents.containers.length) return await deleteNamespace(context);
    const inside = describeContents(contents);
    throw new FailedPreconditionError(
      `Cannot delete namespace "${context.namespace}": it has ${inside || "something"} in it; ` +
        "remove that first, or use namespaces.deleteAll()",
      { cause: error },
    );
  }
}

async function deleteRecord(context: Context): Promise<void> {
  const { namespaces } = context.api;
  await namespaces.delete({ name: context.namespace }, { timeoutMs: CHANGE_TIMEOUT_MS });
}

/**
 * Empties a namespace, whoever made what is in it, and deletes it: kills what runs, then removes
 * containers, sandboxes, images, leases, unfinished writes, snapshots and blobs.
 *
 * @returns How much of each kind was there.
 * @throws {FailedPreconditionError} when others keep putting things into it.
 */
export async function deleteAll(
  context: Context,
  options: { signal?: AbortSignal } = {},
): Promise<DeletedContents> {
  const { signal } = options;
  let deleted: DeletedContents | undefined;
  for (let round = 1;; round++) {
    const contents = await namespaceContents(context, { signal });
    deleted = deleted ? sum(deleted, count(contents)) : count(contents);
    await empty(context, contents, signal);
    try {
      await deleteNamespace(context);
      return deleted;
    } catch (error) {
      if (!(error instanceof FailedPreconditionError) || round === ROUNDS) throw error;
    }
  }
}

function count(contents: NamespaceContents): DeletedContents {
  return {
    tasks: contents.tasks.length,
    containers: contents.containers.length,
    sandboxes: contents.sandboxes.length,
    images: contents.images.length,
    leases: contents.leases.length,
    ingests: contents.ingests.length,
    snapshots: contents.snapshots.length,
    blobs: contents.blobs.length,
  };
}

function sum(a: DeletedContents, b: DeletedContents): DeletedContents {
  return {
    tasks: a.tasks + b.tasks,
    containers: a.containers + b.containers,
    sandboxes: a.sandboxes + b.sandboxes,
    images: a.images + b.images,
    leases: a.leases + b.leases,
    ingests: a.ingests + b.ingests,
    snapshots: a.snapshots + b.snapshots,
    blobs: a.blobs + b.blobs,
  };
}

async function empty(
  context: Context,
  contents: NamespaceContents,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { api } = context;
  const each = async <T>(items: readonly T[], remove: (item: T) => Promise<unknown>) => {
    for (let at = 0; at < items.length; at += PARALLEL) {
      throwIfAborted(signal, `emptying namespace "${context.namespace}"`);
      await Promise.all(items.slice(at, at + PARALLEL).map((item) => gone(remove(item))));
    }
  };
  // A process goes before its container, which keeps its snapshot and its sandbox busy.
  await each(contents.tasks, (id) => endTask(context, id));
  await each(contents.containers, (container) => discardContainer(context, container));
  await each(contents.sandboxes, (sandboxId) => removeSandbox(context, sandboxId));
  await each(contents.images, (name) => api.images.delete({ name }, TEARDOWN));
  await each(contents.leases, (id) => api.leases.delete({ id }, TEARDOWN));
  await each(contents.ingests, (ref) => abortIngest(context, ref));
  await collectGarbage(context);
  // What is left has labels that make it a root.
  const left = await namespaceContents(context, { signal });
  for (const layer of topDown(left.snapshots)) {
    await each(
      layer,
      ({ snapshotter, name }) => api.snapshots.remove({ snapshotter, key: name }, TEARDOWN),
    );
  }
  await each(left.blobs, (digest) => api.content.delete({ digest }, TEARDOWN));
}

async function removeSandbox(context: Context, sandboxId: string): Promise<void> {
  const { sandboxController, sandboxStore } = context.api;
  // One that was never started, or whose controller is gone, has only its record.
  await sandboxController.stop({ sandboxId, timeoutSecs: 10 }, TEARDOWN).catch(() => {});
  await sandboxController.shutdown({ sandboxId }, TEARDOWN).catch(() => {});
  await sandboxStore.delete({ sandboxId }, TEARDOWN);
}

async function gone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

/** Snapshots in groups, those that nothing stands on first. */
function topDown(snapshots: readonly HeldSnapshot[]): HeldSnapshot[][] {
  const groups: HeldSnapshot[][] = [];
  for (let rest = [...snapshots]; rest.length > 0;) {
    const parents = new Set(rest.map(({ snapshotter, parent }) => `${snapshotter} ${parent}`));
    const isParent = ({ snapshotter, name }: HeldSnapshot) => parents.has(`${snapshotter} ${name}`);
    const top = rest.filter((snapshot) => !isParent(snapshot));
    groups.push(top.length > 0 ? top : rest);
    rest = top.length > 0 ? rest.filter(isParent) : [];
  }
  return groups;
}
