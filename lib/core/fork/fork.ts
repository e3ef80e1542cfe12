/**
 * New containers with the files of another.
 *
 * @module
 */
import { JSON_TYPES, packSpec, unpackSpec } from "../../api/any.ts";
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { Mount } from "../../gen/containerd/types/mount_pb.ts";
import { checkIdentifier } from "../../oci/names.ts";
import type { Spec } from "../../oci/runtime_spec.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import { randomId } from "../container/create.ts";
import { discardContainer } from "../container/discard.ts";
import { ContainerHandle, type ContainerRecord, recordOf } from "../container/handle.ts";
import { CreatedContainer } from "../container/idle.ts";
import { setLabels } from "../container/restart_policy.ts";
import type { Context } from "../context.ts";
import { forAMoment } from "../files/snapshot_source.ts";
import { withinDisk } from "../image/disk_full.ts";
import { applyDiff } from "../snapshot/diff.ts";
import { removeSnapshot } from "../snapshot/snapshot.ts";
import { underLease } from "../lease/leases.ts";
import { LOG_URI_LABEL, logLabels, logOptions } from "../logs/setup.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { sweepOnce } from "../session/sweep_once.ts";
import { copyChanges } from "./copy.ts";
import { type FilesOf, filesOf, prepareEmpty, takeDelta } from "./delta.ts";

/** Options of a fork. */
export interface ForkOptions {
  /** The ids of the new containers; random by default. */
  names?: readonly string[];
  /** Whether the original is paused while its files are read; yes by default. */
  pause?: boolean;
  /** Whether the new containers outlive this script; no by default. */
  keep?: boolean;
  /** Ends it: no container is left then. */
  signal?: AbortSignal;
}

/** New containers; for up to four, the compiler knows how many. */
export type Forks<N extends number> = N extends 1 ? [CreatedContainer]
  : N extends 2 ? [CreatedContainer, CreatedContainer]
  : N extends 3 ? [CreatedContainer, CreatedContainer, CreatedContainer]
  : N extends 4 ? [CreatedContainer, CreatedContainer, CreatedContainer, CreatedContainer]
  : CreatedContainer[];

/** The label with the id of the container that one was forked from. */
export const FORK_LABEL = "davit/fork-of";

/** More than this is a mistake. */
const MAX_FORKS = 1000;

/**
 * What says something of one container alone: its name, ports, log, owner, how it ended. Labels that
 * say what it is are taken over.
 */
const OWN_LABELS =
  /^(davit\/|containerd\.io\/|nerdctl\/(?!healthcheck$|mounts$|stop-timeout$|platform$|image-config))/;

/** For {@linkcode Container.fork}. When it fails, no new container is left. */
export async function forkContainer(
  context: Context,
  id: string,
  count: number,
  options: ForkOptions,
): Promise<CreatedContainer[]> {
  const { names } = options;
  if (!Number.isInteger(count) || count < 1 || count > MAX_FORKS) {
    throw new InvalidArgumentError(
      `Cannot fork container "${id}" ${count} times: use a number from 1 to ${MAX_FORKS}`,
    );
  }
  if (names && (names.length !== count || new Set(names).size !== count)) {
    throw new InvalidArgumentError(
      `Cannot fork container "${id}": give each of the ${count} new ones a name of its own`,
    );
  }
  const ids = names?.map((name) => checkIdentifier(name, "container id")) ??
    Array.from({ length: count }, randomId);
  const fork = () => makeForks(context, id, ids, options);
  return await withinDisk(`fork container "${id}"`, fork);
}

async function makeForks(
  context: Context,
  id: string,
  ids: readonly string[],
  options: ForkOptions,
): Promise<CreatedContainer[]> {
  const { keep = false, signal } = options;
  return await underLease(context, async (leased) => {
    const files = await filesOf(leased, id, "fork", signal);
    sweepOnce(context);
    const begun = await Promise.allSettled(
      ids.map((key) => beginFork(leased, files, key, keep)),
    );
    const drafts = begun.flatMap((result) => result.status === "fulfilled" ? result.value : []);
    try {
      for (const result of begun) if (result.status === "rejected") throw result.reason;
      await fillDrafts(leased, files, drafts, options);
      throwIfAborted(signal, `to fork container "${id}"`);
      if (keep) await Promise.all(drafts.map(({ record }) => keepFork(context, record)));
    } catch (error) {
      await Promise.allSettled(drafts.map(({ record }) => discardContainer(context, record)));
      throw error;
    }
    return drafts.map(({ record: { labels, ...record } }) => {
      const { [OWNER_LABEL]: owner, ...others } = labels;
      const known = keep ? { labels: others } : { labels, owned: owner !== undefined };
      return new CreatedContainer(new ContainerHandle(context, { ...record, ...known }));
    });
  });
}

/** A new container that has yet to get its files. */
interface Draft {
  readonly record: ContainerRecord;
  readonly mounts: readonly Mount[];
}

/**
 * Makes a new container, with the files of the original's parent. It is this script's until it has
 * its own: should the script be killed, it is swept.
 */
async function beginFork(
  context: Context,
  files: FilesOf,
  key: string,
  keep: boolean,
): Promise<Draft> {
  const container = await newRecord(context, files, key, keep);
  await context.api.containers.create({ container }, { timeoutMs: CHANGE_TIMEOUT_MS });
  const record = recordOf(container);
  try {
    return { record, mounts: await emptySnapshot(context, files, key, keep) };
  } catch (error) {
    // A snapshot of that name may be somebody else's.
    await discardContainer(context, { ...record, snapshotter: "" }).catch(
      () => {/* the first counts */},
    );
    throw error;
  }
}

function emptySnapshot(context: Context, files: FilesOf, key: string, keep: boolean) {
  const labels: Record<string, string> = keep ? {} : { [OWNER_LABEL]: context.session.owner };
  return prepareEmpty(context, { ...files, key }, labels);
}

/** Gives new containers what the original has changed. */
async function fillDrafts(
  context: Context,
  files: FilesOf,
  drafts: readonly Draft[],
  options: ForkOptions,
): Promise<void> {
  const { keep = false, pause = true, signal } = options;
  // A copy of what changes meanwhile could be led astray.
  if (pause) {
    const copied = await copyChanges(context, files, drafts.map(({ mounts }) => mounts), signal);
    if (copied) return;
  }
  throwIfAborted(signal, `to fork container "${files.message.id}"`);
  const delta = await takeDelta(context, files, options);
  throwIfAborted(signal, `to fork container "${files.message.id}"`);
  const done = await Promise.allSettled(drafts.map(async ({ record: { id } }) => {
    // A part of a copy may be in it.
    await removeSnapshot(context, { ...files, key: id });
    const mounts = await emptySnapshot(context, files, id, keep);
    await applyDiff(context, delta, forAMoment(mounts));
  }));
  for (const result of done) if (result.status === "rejected") throw result.reason;
}

/** Takes its owner away from a container that is whole. */
async function keepFork(context: Context, { id }: ContainerRecord): Promise<void> {
  await setLabels(context, id, { [OWNER_LABEL]: "" });
}

/** The record of a new container: what the original is, under an id of its own. */
async function newRecord(
  context: Context,
  { message, snapshotter }: FilesOf,
  id: string,
  keep: boolean,
) {
  const spec = message.spec && specFor(unpackSpec(message.spec), message.id, id);
  const taken = Object.entries(message.labels).filter(([key]) => !OWN_LABELS.test(key));
  const logs = message.labels[LOG_URI_LABEL]
    ? await logLabels(context, id, {
      ...logOptions(),
      terminal: spec?.process?.terminal ?? false,
      makesFolder: keep,
    })
    : {};
  return {
    ...message,
    id,
    snapshotter,
    snapshotKey: id,
    spec: spec && packSpec(JSON_TYPES.spec, spec),
    labels: {
      ...Object.fromEntries(taken),
      ...logs,
      [FORK_LABEL]: message.id,
      [OWNER_LABEL]: context.session.owner,
    },
  };
}

/**
 * The spec under another id. Hooks are left out, and mounts of files that were made for the original
 * alone: they would act on its network, and go with it.
 */
export function specFor(spec: Spec, from: string, to: string): Spec {
  const { hooks: _, ...rest } = spec;
  const path = spec.linux?.cgroupsPath;
  const own = (source: string | undefined) =>
    source?.split("/").includes(from) && !source.includes("/volumes/");
  return {
    ...rest,
    ...(spec.hostname === from ? { hostname: to } : {}),
    mounts: (spec.mounts ?? []).filter(({ type, source }) =>
      !(type === "bind" || type === "none" || type === undefined) || !own(source)
    ),
    linux: {
      ...spec.linux,
      ...(path ? { cgroupsPath: path.replace(/[^/:]+$/, to) } : {}),
    },
  };
}
