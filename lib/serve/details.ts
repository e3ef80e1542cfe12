/**
 * What a page shows of one container, and what it may do with it.
 *
 * @module
 */
import { unpackSpec } from "../api/any.ts";
import { RunningContainer } from "../core/container/container.ts";
import { Containers } from "../core/container/containers.ts";
import { liveContainer } from "../core/container/live.ts";
import type { Context } from "../core/context.ts";
import { FailedPreconditionError, InvalidArgumentError } from "../errors/errors.ts";
import { familiarForm } from "../oci/reference.ts";

/** One container, as pages get it. */
export interface Details {
  readonly id: string;
  readonly image: string;
  readonly runtime: string;
  readonly snapshotter: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly terminal: boolean;
  /** Names only: values are often secrets. */
  readonly env: readonly string[];
  readonly mounts: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Mounts that every container has. */
const USUAL = /^\/(?:proc|dev|sys|run)(?:\/|$)/;

/** Reads what there is to know of a container. */
export async function describeContainer(
  context: Context,
  id: string,
  signal: AbortSignal,
): Promise<Details> {
  // Its message says where else a container of this name is.
  await new Containers(context).info(id, { signal });
  const { container } = await context.api.containers.get({ id }, { signal });
  const spec = container?.spec && unpackSpec(container.spec);
  const { args = [], cwd = "", env = [], user, terminal = false } = spec?.process ?? {};
  return {
    id,
    image: familiarForm(container?.image ?? ""),
    runtime: container?.runtime?.name ?? "",
    snapshotter: container?.snapshotter ?? "",
    command: args,
    cwd,
    user: user ? `${user.uid}:${user.gid}` : "",
    terminal,
    env: env.map((text) => text.replace(/=.*$/s, "")),
    mounts: (spec?.mounts ?? []).filter(({ destination }) => !USUAL.test(destination))
      .map(({ source = "", destination, type = "" }) => `${source || type} on ${destination}`),
    labels: container?.labels ?? {},
  };
}

/** What a page may do with a container where it may do anything. */
export const ACTIONS = ["start", "stop", "pause", "resume", "remove"] as const;

/** Does one of them. */
export async function act(context: Context, action: string, id: string): Promise<void> {
  const known = ACTIONS.find((name) => name === action);
  if (!known) {
    throw new InvalidArgumentError(
      `Cannot do ${JSON.stringify(action)}: known are ${ACTIONS.join(", ")}`,
    );
  }
  const { state, pid } = await new Containers(context).info(id);
  const { container: message } = await context.api.containers.get({ id });
  if (!message) return;
  const container = liveContainer(context, message, state === "stopped" ? undefined : pid);
  switch (known) {
    case "remove":
      return await container.remove();
    case "start":
      return void await container.start();
  }
  if (!(container instanceof RunningContainer)) {
    throw new FailedPreconditionError(`Cannot ${known} container "${id}": it does not run`);
  }
  if (known === "stop") await container.stop();
  else await container[known]();
}
