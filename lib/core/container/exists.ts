/**
 * Whether a container is there.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { Context } from "../context.ts";

/** Whether a container has a record: it does before its shim is there, and until its task is gone. */
export async function containerExists(context: Context, id: string): Promise<boolean> {
  try {
    await context.api.containers.get({ id });
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
