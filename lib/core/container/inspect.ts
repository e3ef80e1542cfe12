/**
 * All that the daemon knows of a container.
 *
 * @module
 */
import { unpackSpec } from "../../api/any.ts";
import type { Spec } from "../../oci/runtime_spec.ts";
import type { Context } from "../context.ts";
import { type TaskInfo, taskInfo } from "../task/tasks.ts";
import { toDate } from "../time.ts";
import type { DockerContainer } from "./inspect_docker.ts";
import { nameOf } from "./handle.ts";
import { type PublishedPort, publishedPorts } from "./ports.ts";
import { exitOf, look } from "./states.ts";
import type { ExitStatus } from "../process/exit_status.ts";

export type { DockerContainer };

/** All that the daemon knows of a container. */
export interface ContainerInspection {
  /** Its id. */
  readonly id: string;
  /** Its name; its id where it has none. */
  readonly name: string;
  /** The name of its image; empty for none. */
  readonly image: string;
  /** When it was made. */
  readonly createdAt: Date | undefined;
  /** When its record was changed last. */
  readonly updatedAt: Date | undefined;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its runtime, such as `io.containerd.runc.v2`. */
  readonly runtime: string;
  /** The snapshotter that has its files; empty for none. */
  readonly snapshotter: string;
  /** The key of its snapshot; empty for none. */
  readonly snapshotKey: string;
  /** The sandbox that it is in; empty for none. */
  readonly sandbox: string;
  /** The names of what other programs keep in its record. */
  readonly extensions: readonly string[];
  /** Its OCI spec; `undefined` where it has none that is JSON. */
  readonly spec: Spec | undefined;
  /** Its process; `undefined` when it has no task. */
  readonly task: TaskInfo | undefined;
  /** How its process ended, if it has and somebody knows. */
  readonly exit: ExitStatus | undefined;
  /** Its ports that are reachable on the daemon's host. */
  readonly ports: readonly PublishedPort[];
}

/**
 * Looks a container up.
 *
 * @throws {NotFoundError} when it is gone.
 */
export async function inspectContainer(
  context: Context,
  id: string,
  options: { signal?: AbortSignal } = {},
): Promise<ContainerInspection> {
  const [container, task] = await look(context, id, { signal: options.signal });
  const { image, labels, snapshotter, snapshotKey, sandbox, spec } = container;
  return {
    id,
    name: nameOf(id, labels),
    image,
    createdAt: toDate(container.createdAt),
    updatedAt: toDate(container.updatedAt),
    labels,
    runtime: container.runtime?.name ?? "",
    snapshotter,
    snapshotKey,
    sandbox,
    extensions: Object.keys(container.extensions),
    spec: spec && unpackSpec(spec),
    task: task && taskInfo(task),
    exit: exitOf(labels, task),
    ports: await publishedPorts(context.session.host, labels),
  };
}
