/**
 * New containers with the files of another.
 *
 * @module
 */
import { JSON_TYPES, packSpec, unpackSpec } from "../../api/any.ts";
import { FailedPreconditionError, InvalidArgumentError } from "../../errors/errors.ts";
import { checkIdentifier } from "../../oci/names.ts";
import type { Spec } from "../../oci/runtime_spec.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import { randomId } from "../container/create.ts";
import { discardContainer } from "../container/discard.ts";
import { ContainerHandle, recordOf } from "../container/handle.ts";
import { CreatedContainer } from "../container/idle.ts";
import type { Context } from "../context.ts";
import { underLease } from "../lease/leases.ts";
import { LOG_URI_LABEL, logLabels, logOptions } from "../logs/setup.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { sweepOnce } from "../session/sweep_once.ts";
import { type FilesOf, filesOf, putDelta, takeDelta } from "./delta.ts";

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
  const { names, keep = false, signal } = options;
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
  return await underLease(context, async (leased) => {
    const files = await filesOf(leased, id, "fork", signal);
    const delta = await takeDelta(leased, files, options);
    throwIfAborted(signal, `to fork container "${id}"`);
    sweepOnce(context);
    const { snapshotter, parent } = files;
    const made = await Promise.allSettled(ids.map(async (key) => {
      const container = await newRecord(context, files, key, keep);
      await context.api.containers.create({ container }, { timeoutMs: CHANGE_TIMEOUT_MS });
      const labels: Record<string, string> = keep ? {} : { [OWNER_LABEL]: context.session.owner };
      try {
        await putDelta(leased, { key, snapshotter, parent }, delta, labels);
      } catch (error) {
        await discardContainer(context, { id: key, snapshotter }).catch(
          () => {/* the first counts */},
        );
        throw error;
      }
      return new CreatedContainer(
        new ContainerHandle(context, { ...recordOf(container), owned: !keep }),
      );
    }));
    const failed = made.find((result) => result.status === "rejected");
    if (!failed && !signal?.aborted) {
      return made.map((result) => (result as PromiseFulfilledResult<CreatedContainer>).value);
    }
    for (const result of made) {
      if (result.status !== "fulfilled") continue;
      await result.value.remove().catch(() => {/* the first error counts */});
    }
    if (failed) throw failed.reason;
    throwIfAborted(signal, `to fork container "${id}"`);
    throw new FailedPreconditionError(`Cannot fork container "${id}"`);
  });
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
      ...(keep ? {} : { [OWNER_LABEL]: context.session.owner }),
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
