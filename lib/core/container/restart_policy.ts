/**
 * What a container that the daemon starts again by itself must say before it is stopped.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { RESTART_POLICY_LABEL, RESTART_STATUS_LABEL, RESTART_STOPPED_LABEL } from "./labels.ts";
import type { RestartPolicy } from "./plan.ts";

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

/**
 * The labels by which the daemon's restart monitor keeps a container running.
 *
 * @throws {UnsupportedError} when it does not know the policy.
 */
export async function restartLabels(
  context: Context,
  policy: RestartPolicy,
): Promise<Record<string, string>> {
  const { features } = await import("../features/features.ts");
  const { restartPolicies } = await features(context.session);
  const [name = ""] = policy.split(":");
  // A monitor that tells of none, before 1.7, does not look at the label, and starts always.
  const known = restartPolicies.length > 0 ? restartPolicies : ["always"];
  if (!known.includes(name)) {
    const { unsupported } = await import("../features/unsupported.ts");
    const needed = `a restart monitor with "${name}" (containerd 1.7)`;
    throw await unsupported(context.session, needed, `restart a container "${policy}"`);
  }
  return { [RESTART_POLICY_LABEL]: policy };
}

/**
 * Has the daemon leave a container alone that it would start again, before it is stopped. The monitor
 * of 1.6 and 1.7 starts whatever is to run and does not, stopped on purpose or not; it passes over
 * containers that do not say what they are to do.
 */
export async function keepStopped(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  if (!isWatched(labels)) return;
  await setLabels(context, id, { [RESTART_STATUS_LABEL]: "", [RESTART_STOPPED_LABEL]: "true" });
}

/**
 * Has the daemon see to a container, now that it is started: earlier, it would start or stop what is
 * being started.
 */
export async function keepRunning(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  if (!isWatched(labels)) return;
  const running = { [RESTART_STATUS_LABEL]: "running", [RESTART_STOPPED_LABEL]: "false" };
  await setLabels(context, id, running);
}

function isWatched(labels: Readonly<Record<string, string>>): boolean {
  const names = [RESTART_STATUS_LABEL, RESTART_POLICY_LABEL, RESTART_STOPPED_LABEL];
  return names.some((name) => name in labels);
}
