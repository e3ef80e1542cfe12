/**
 * Finds and lists containers with the states of their tasks.
 *
 * @module
 */
import type { Container as ContainerMessage } from "../../gen/containerd/services/containers_pb.ts";
import type { Process } from "../../gen/containerd/types/task_pb.ts";
import type { Context } from "../context.ts";
import { stateOf } from "../task/state.ts";
import { toDate } from "../time.ts";
import type { ContainerInfo } from "./containers.ts";
import { type ContainerFilter, containerFilters, matchesFilter } from "./filter.ts";
import { listContainers } from "./list.ts";
import { nameOf } from "./handle.ts";
import { findRecord } from "./names.ts";
import { publishedPorts } from "./ports.ts";
import { type AnyContainer, containerOf, exitOf, restingState, taskOf, withOom } from "./states.ts";

interface Options {
  readonly signal?: AbortSignal;
}

/** Lists containers; see `Containers.list()`. */
export async function listInfos(
  context: Context,
  options: ContainerFilter & Options,
): Promise<ContainerInfo[]> {
  const { signal } = options;
  const [infos, { tasks }] = await Promise.all([
    records(context, options),
    context.api.tasks.list({}, { signal }),
  ]);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return infos.map((info) => {
    const task = byId.get(info.id);
    return task ? { ...info, ...taskInfo(info.labels, task) } : info;
  }).filter((info) => matchesFilter(info, options));
}

/** What the records say. Their specs, most of what comes, are let go one by one. */
async function records(
  context: Context,
  options: ContainerFilter & Options,
): Promise<ContainerInfo[]> {
  const infos: ContainerInfo[] = [];
  const filters = containerFilters(options);
  for await (const container of listContainers(context, { filters, signal: options.signal })) {
    infos.push(await infoOf(context, container, undefined));
  }
  return infos;
}

/** One container; see `Containers.info()`. */
export async function containerInfo(
  context: Context,
  name: string,
  options: Options,
): Promise<ContainerInfo> {
  return await infoOf(context, ...await find(context, name, options));
}

/** One container as an object of its state; see `Containers.get()`. */
export async function findContainer(
  context: Context,
  name: string,
  options: Options,
): Promise<AnyContainer> {
  return await withOom(context, containerOf(context, ...await find(context, name, options)));
}

async function find(
  context: Context,
  name: string,
  { signal }: Options,
): Promise<[ContainerMessage, Process | undefined]> {
  // Most often the name is the id.
  const [container, task] = await Promise.all([
    findRecord(context, name, signal),
    taskOf(context, name, { signal }),
  ]);
  if (container.id === name) return [container, task];
  return [container, await taskOf(context, container.id, { signal })];
}

async function infoOf(
  context: Context,
  container: ContainerMessage,
  task: Process | undefined,
): Promise<ContainerInfo> {
  const { id, image, labels, createdAt } = container;
  return {
    id,
    name: nameOf(id, labels),
    image,
    ...taskInfo(labels, task),
    ports: await publishedPorts(context.session.host, labels),
    runtime: container.runtime?.name ?? "",
    labels,
    createdAt: toDate(createdAt),
  };
}

function taskInfo(
  labels: Readonly<Record<string, string>>,
  task: Process | undefined,
): Pick<ContainerInfo, "state" | "pid" | "exit"> {
  const state = task ? stateOf(task.status) : restingState(labels);
  return {
    state,
    pid: state === "stopped" ? undefined : task?.pid || undefined,
    exit: exitOf(labels, task),
  };
}
