/**
 * Containers that stand still while their files are read.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { Context } from "../context.ts";
import { Leases } from "../lease/leases.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { stateOf } from "../task/state.ts";
import { PAUSES_LABEL } from "./labels.ts";

const LIMIT = { timeoutMs: TEARDOWN_TIMEOUT_MS };

/** Runs `work` with the processes of a container stopped where they are, if it has some. */
export async function whilePaused<T>(
  context: Context,
  id: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!await isRunning(context, id)) return await work();
  await using _note = await new Leases(context).create({ labels: { [PAUSES_LABEL]: id } });
  const paused = await context.api.tasks.pause({ containerId: id }, LIMIT).then(
    () => true,
    (error) => {
      // It ended a moment ago: nothing changes its files.
      if (!isOver(error)) throw error;
      return false;
    },
  );
  try {
    return await work();
  } finally {
    if (paused) await goOn(context, id);
  }
}

/** Lets a container go on that a script has paused which is gone. */
export async function resumePaused(context: Context, id: string): Promise<void> {
  const { process } = await context.api.tasks.get({ containerId: id }, LIMIT);
  const state = process && stateOf(process.status);
  if (state === "paused" || state === "pausing") await goOn(context, id);
}

async function isRunning(context: Context, id: string): Promise<boolean> {
  try {
    const { process } = await context.api.tasks.get({ containerId: id }, LIMIT);
    return process !== undefined && stateOf(process.status) === "running";
  } catch (error) {
    if (isOver(error)) return false;
    throw error;
  }
}

async function goOn(context: Context, id: string): Promise<void> {
  await context.api.tasks.resume({ containerId: id }, LIMIT).catch((error) => {
    if (!(error instanceof NotFoundError)) throw error;
  });
}

function isOver(error: unknown): boolean {
  return error instanceof NotFoundError || /not running|already finished/.test(`${error}`);
}
