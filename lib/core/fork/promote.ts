/**
 * Keeps a fork: in the place of the container that it was made of.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import { ContainerHandle, recordOf } from "../container/handle.ts";
import { type AnyContainer, currentState } from "../container/states.ts";
import type { Context } from "../context.ts";
import { underLease } from "../lease/leases.ts";
import type { StopOptions } from "../container/stop.ts";
import { type FilesOf, filesOf, filesToReplace, takeDelta } from "./delta.ts";
import { FORK_LABEL } from "./fork.ts";
import { replaceFiles, stateOf } from "./state.ts";
import type { Descriptor } from "../../oci/descriptor.ts";

/** For {@linkcode Container.rollback}. */
export async function rollBack(
  handle: ContainerHandle,
  name: string,
  options: StopOptions,
): Promise<AnyContainer> {
  const { context, record: { id } } = handle;
  return await underLease(context, async (leased) => {
    const files = await filesToReplace(leased, id, "roll back", options.signal);
    const delta = await stateOf(leased, files, name);
    return await withFiles(leased, handle, files, delta, options);
  });
}

/** For {@linkcode Container.promote}. */
export async function promoteFork(
  handle: ContainerHandle,
  options: StopOptions,
): Promise<AnyContainer> {
  const { context, record: { id } } = handle;
  return await underLease(context, async (leased) => {
    const fork = await filesOf(leased, id, "promote", options.signal);
    const original = fork.message.labels[FORK_LABEL];
    if (!original) {
      throw new FailedPreconditionError(
        `Cannot promote container "${id}": it is no fork; commit() makes an image of it`,
      );
    }
    const files = await filesToReplace(leased, original, "replace", options.signal).catch(
      (cause) => {
        if (!(cause instanceof NotFoundError)) throw cause;
        throw new NotFoundError(
          `Cannot promote container "${id}": "${original}", which it was forked from, is gone; ` +
            "commit() makes an image of it",
          { cause },
        );
      },
    );
    if (files.parent !== fork.parent || files.snapshotter !== fork.snapshotter) {
      throw new FailedPreconditionError(
        `Cannot promote container "${id}": "${original}" is built on other layers by now`,
      );
    }
    const delta = await takeDelta(leased, fork, { signal: options.signal });
    // It belongs to whoever it belonged to before.
    const successor = new ContainerHandle(context, recordOf(files.message));
    const now = await withFiles(leased, successor, files, delta, options);
    await handle.remove();
    return now;
  });
}

/** Gives a container other files. One that runs is stopped before, and started again. */
async function withFiles(
  leased: Context,
  handle: ContainerHandle,
  files: FilesOf,
  delta: Descriptor,
  options: StopOptions,
): Promise<AnyContainer> {
  const before = await currentState(handle, options);
  const runs = before.state === "running" || before.state === "paused";
  const idle = runs
    ? await (before.state === "paused" ? await before.resume() : before).stop(options)
    : before;
  await replaceFiles(leased, files, delta);
  return runs ? await idle.start() : idle;
}
