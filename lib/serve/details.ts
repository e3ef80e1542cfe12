/**
 * What a page shows of one container, and what it may do with it.
 *
 * @module
 */
import { unpackSpec } from "../api/any.ts";
import { ActiveContainer } from "../core/container/active.ts";
import { Containers } from "../core/container/containers.ts";
import { IdleContainer } from "../core/container/idle.ts";
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
  const container = await new Containers(context).get(id);
  if (known === "remove") return await container.remove();
  if (known === "start" && container instanceof IdleContainer) return void await container.start();
  if (known === "stop" && container instanceof ActiveContainer) return void await container.stop();
  if (known === "pause" && container.state === "running") return void await container.pause();
  if (known === "resume" && container.state === "paused") return void await container.resume();
  throw new FailedPreconditionError(`Cannot ${known} container "${id}": it is ${container.state}`);
}
