/**
 * What a container that the daemon starts again by itself must say before it is stopped.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { RESTART_STATUS_LABEL, RESTART_STOPPED_LABEL } from "./labels.ts";

/** Sets labels of a container; what others change meanwhile stays. Gone is fine. */
export async function setLabels(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const paths = Object.keys(labels).map((key) => `labels.${key}`);
  if (paths.length === 0) return;
  try {
    await context.api.containers.update({
      container: { id, labels: { ...labels } },
      updateMask: { paths },
    }, { timeoutMs: CHANGE_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

/** Has the daemon leave a container alone that it would start again, before it is stopped. */
export async function keepStopped(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  if (labels[RESTART_STATUS_LABEL] !== undefined) {
    await setLabels(context, id, { [RESTART_STOPPED_LABEL]: "true" });
  }
}

/** Has the daemon see to a container again that was stopped, now that it is started. */
export async function keepRunning(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  if (labels[RESTART_STATUS_LABEL] !== undefined) {
    await setLabels(context, id, { [RESTART_STOPPED_LABEL]: "false" });
  }
}
