/**
 * What it means that something cannot be done with a task.
 *
 * @module
 */
import { DavitError, FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import type { Context } from "../context.ts";

/** Such as "cannot pause a stopped container", which is all that a shim says. */
const WRONG_STATE = /cannot \w+ an? (\w+) (?:container|process)/;

/** Says what is wrong with the task of a container; other errors stay as they are. */
export function taskError(context: Context, error: unknown, what: string, id: string): unknown {
  if (error instanceof NotFoundError) {
    return new NotFoundError(
      `Cannot ${what} container "${id}": it does not run in namespace "${context.namespace}"`,
      { cause: error },
    );
  }
  const state = error instanceof DavitError ? WRONG_STATE.exec(error.message)?.[1] : undefined;
  if (!state) return error;
  return new FailedPreconditionError(`Cannot ${what} container "${id}": it is ${state}`, {
    cause: error,
  });
}
