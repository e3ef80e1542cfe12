/**
 * Changes of a container's limits.
 *
 * @module
 */
import { JSON_TYPES, packSpec, unpackSpec } from "../../api/any.ts";
import {
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
} from "../../errors/errors.ts";
import type { LinuxResources } from "../../oci/runtime_resources.ts";
import { editResources } from "../../oci/spec_option.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { taskError } from "./error.ts";

/**
 * Changes limits of a task, if there is one, and of its container's spec.
 *
 * @returns The limits that the spec has now.
 * @throws {NotFoundError} when there is no such container.
 */
export async function updateTask(
  context: Context,
  id: string,
  changes: LinuxResources,
  signal: AbortSignal | undefined,
): Promise<LinuxResources> {
  if (Object.keys(changes).length === 0) {
    throw new InvalidArgumentError(`Cannot update container "${id}": there are no limits to set`);
  }
  const { container } = await context.api.containers.get({ id }, { signal });
  if (!container?.spec) {
    throw new FailedPreconditionError(`Cannot update container "${id}": it has no spec`);
  }
  throwIfAborted(signal, `updating container "${id}"`);
  await updateLive(context, id, changes);
  const spec = editResources(unpackSpec(container.spec), (before) => merge(before, changes));
  await context.api.containers.update({
    container: { id, spec: packSpec(JSON_TYPES.spec, spec) },
    updateMask: { paths: ["spec"] },
  }, { timeoutMs: CHANGE_TIMEOUT_MS });
  return spec.linux?.resources ?? {};
}

/** A container that does not run, or has ended, takes the limits when it is started again. */
async function updateLive(context: Context, id: string, changes: LinuxResources): Promise<void> {
  const resources = packSpec(JSON_TYPES.linuxResources, changes);
  try {
    await context.api.tasks.update({ containerId: id, resources }, {
      timeoutMs: CHANGE_TIMEOUT_MS,
    });
  } catch (error) {
    const known = taskError(context, error, "update", id);
    if (known instanceof NotFoundError) return;
    if (known instanceof FailedPreconditionError && /is stopped$/.test(known.message)) return;
    throw known;
  }
}

function merge(before: LinuxResources, { memory, cpu, pids }: LinuxResources): LinuxResources {
  return {
    ...(memory && { memory: { ...before.memory, ...memory } }),
    ...(cpu && { cpu: { ...before.cpu, ...cpu } }),
    ...(pids && { pids }),
  };
}
