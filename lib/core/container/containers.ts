/**
 * The containers of a namespace.
 *
 * @module
 */
import { NotFoundError, ProtocolError } from "../../errors/errors.ts";
import type { Container as ContainerMessage } from "../../gen/containerd/services/containers_pb.ts";
import type { Process } from "../../gen/containerd/types/task_pb.ts";
import type { Container } from "./container.ts";
import { listContainers } from "./list.ts";
import type { Context } from "../context.ts";
import { type ContainerState, stateOf } from "../task/state.ts";
import { toDate } from "../time.ts";

/** A container in a list. */
export interface ContainerInfo {
  /** Its id. */
  readonly id: string;
  /** The name of its image; empty for none. */
  readonly image: string;
  /** `undefined` when it has no task: created but never started, or stopped and cleaned up. */
  readonly state: ContainerState | undefined;
  /** The process id on the daemon's host, while there is one. */
  readonly pid: number | undefined;
  /** Such as `io.containerd.runc.v2`. */
  readonly runtime: string;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was made. */
  readonly createdAt: Date | undefined;
}

/** The containers of a namespace, whoever made them. */
export class Containers {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /** Lists the containers with the states of their tasks, in two calls. */
  async list(options: { signal?: AbortSignal } = {}): Promise<ContainerInfo[]> {
    const [infos, { tasks }] = await Promise.all([
      this.#records(options.signal),
      this.#context.api.tasks.list({}, options),
    ]);
    const byId = new Map(tasks.map((task) => [task.id, task]));
    return infos.map((info) => {
      const task = byId.get(info.id);
      return task ? { ...info, ...taskOf(task) } : info;
    });
  }

  /** What the records say. Their specs, most of what comes, are let go one by one. */
  async #records(signal: AbortSignal | undefined): Promise<ContainerInfo[]> {
    const infos: ContainerInfo[] = [];
    for await (const container of listContainers(this.#context, { signal })) {
      infos.push(infoOf(container, undefined));
    }
    return infos;
  }

  /**
   * One container with the state of its task.
   *
   * @throws {NotFoundError} when the namespace has no such container.
   */
  async info(id: string, options: { signal?: AbortSignal } = {}): Promise<ContainerInfo> {
    const [container, task] = await Promise.all([
      this.#record(id, options.signal),
      this.#context.api.tasks.get({ containerId: id }, options).catch((error) => {
        if (!(error instanceof NotFoundError)) throw error;
      }),
    ]);
    return infoOf(container, task?.process);
  }

  /**
   * Finds a container by id.
   *
   * @throws {NotFoundError} when the namespace has no such container.
   */
  async get(id: string, options: { signal?: AbortSignal } = {}): Promise<Container> {
    const record = await this.#record(id, options.signal);
    const { liveContainer } = await import("./live.ts");
    return liveContainer(this.#context, record, undefined);
  }

  async #record(id: string, signal: AbortSignal | undefined): Promise<ContainerMessage> {
    try {
      const { container } = await this.#context.api.containers.get({ id }, { signal });
      if (!container) throw new ProtocolError(`Containers.Get answered nothing for "${id}"`);
      return container;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      const { elsewhereHint } = await import("../call/hints.ts");
      const hint = await elsewhereHint(this.#context, "container", [id]);
      throw new NotFoundError(
        `Cannot find container "${id}" in namespace "${this.#context.namespace}"${hint}`,
        { cause: error },
      );
    }
  }
}

function taskOf(task: Process | undefined): Pick<ContainerInfo, "state" | "pid"> {
  return { state: task && stateOf(task.status), pid: task?.pid || undefined };
}

function infoOf(container: ContainerMessage, task: Process | undefined): ContainerInfo {
  return {
    id: container.id,
    image: container.image,
    ...taskOf(task),
    runtime: container.runtime?.name ?? "",
    labels: container.labels,
    createdAt: toDate(container.createdAt),
  };
}
