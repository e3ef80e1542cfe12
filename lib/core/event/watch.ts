/**
 * The containers of a namespace and what happens to them: listed, then followed, and listed again
 * after events were lost.
 *
 * @module
 */
import { NotFoundError, PermissionError, UnavailableError } from "../../errors/errors.ts";
import { pause } from "../call/abort.ts";
import { type ContainerInfo, Containers } from "../container/containers.ts";
import type { Context } from "../context.ts";
import type { EventGap, EventOf, EventTopic } from "./types.ts";
import { type EventStream, followEvents } from "./events.ts";
import { exitOf, restingState } from "../container/states.ts";
import { exitStatus } from "../process/exit_status.ts";
import { toDate } from "../time.ts";

/** A topic of containers or their processes. */
export type ContainerTopic = Extract<EventTopic, `/containers/${string}` | `/tasks/${string}`>;

/** An event of a container or its processes. */
export type ContainerEvent = EventOf<ContainerTopic>;

const TOPICS: readonly ContainerTopic[] = [
  "/containers/create",
  "/containers/update",
  "/containers/delete",
  "/tasks/create",
  "/tasks/start",
  "/tasks/exit",
  "/tasks/delete",
  "/tasks/exec-added",
  "/tasks/exec-started",
  "/tasks/oom",
  "/tasks/paused",
  "/tasks/resumed",
  "/tasks/checkpointed",
];

/** What a watch hands out. */
export type WatchItem =
  | {
    /** A container that is new to the watcher: listed, or made. */
    readonly type: "added";
    /** The container. */
    readonly container: ContainerInfo;
    /** What made it known; `undefined` for one that was found by listing. */
    readonly event: ContainerEvent | undefined;
  }
  | {
    /** Something happened to a container that is known. */
    readonly type: "changed";
    /** How it is now. */
    readonly container: ContainerInfo;
    /** What happened; `undefined` for a change that was found by listing. */
    readonly event: ContainerEvent | undefined;
  }
  | {
    /** A container is gone. */
    readonly type: "removed";
    /** How it was at last. */
    readonly container: ContainerInfo;
    /** What happened; `undefined` for one that was missing when they were listed. */
    readonly event: ContainerEvent | undefined;
  }
  | {
    /** What follows are events as they come: everything that was there has been handed out. */
    readonly type: "synced";
  }
  | {
    /** Events were lost. What they changed comes next, without the events, then `synced`. */
    readonly type: "gap";
    /** Why. */
    readonly gap: EventGap;
  };

/** Watches the containers of a context's namespace; see `Namespace.watch()`. */
export async function* watchContainers(
  context: Context,
  options: { signal?: AbortSignal } = {},
): AsyncGenerator<WatchItem, void, undefined> {
  await using stream = followEvents(context, { topic: TOPICS, gaps: true, ...options });
  await stream.ready.catch((error) => {
    // Who may only read watches without the proof that nothing is missed from the first moment on.
    if (!(error instanceof PermissionError)) throw error;
  });
  const watch = new Watch(context, options.signal);
  yield* watch.reconcile();
  yield* follow(watch, stream);
}

async function* follow(
  watch: Watch,
  stream: EventStream<ContainerEvent | EventGap>,
): AsyncGenerator<WatchItem, void, undefined> {
  for await (const item of stream) {
    if (item.topic === "gap") {
      yield { type: "gap", gap: item };
      yield* watch.reconcile();
    } else {
      const change = await watch.apply(item);
      if (change) yield change;
    }
  }
}

/** How long a daemon that goes away between an event and the question about it is looked for. */
const RETRY_MS = 30_000;

/** What is known of the containers. */
class Watch {
  readonly #containers: Containers;
  readonly #signal: AbortSignal | undefined;
  readonly #known = new Map<string, ContainerInfo>();

  constructor(context: Context, signal: AbortSignal | undefined) {
    this.#containers = new Containers(context);
    this.#signal = signal;
  }

  /** Lists, and says how that differs from what is known. */
  async *reconcile(): AsyncGenerator<WatchItem, void, undefined> {
    const listed = new Map((await this.#list()).map((info) => [info.id, info]));
    const event = undefined;
    for (const [id, container] of this.#known) {
      if (listed.has(id)) continue;
      this.#known.delete(id);
      yield { type: "removed", container, event };
    }
    for (const [id, container] of listed) {
      const before = this.#known.get(id);
      this.#known.set(id, container);
      if (!before) yield { type: "added", container, event };
      else if (!same(before, container)) yield { type: "changed", container, event };
    }
    yield { type: "synced" };
  }

  /** What an event changes; `undefined` for one of a container that is gone by now. */
  async apply(item: ContainerEvent): Promise<WatchItem | undefined> {
    const id = "id" in item.event && item.topic.startsWith("/containers/")
      ? item.event.id
      : "containerId" in item.event
      ? item.event.containerId
      : "";
    const before = this.#known.get(id);
    if (item.topic === "/containers/delete") {
      this.#known.delete(id);
      return before && { type: "removed", container: before, event: item };
    }
    const base = item.topic === "/containers/create"
      ? await this.#find(id) ?? created(item)
      : item.topic === "/containers/update" || !before
      ? await this.#find(id)
      : before;
    if (!base) return undefined;
    // What was found is of now; its process is told as the events come.
    const task = { state: before?.state, pid: before?.pid, exit: before?.exit };
    const changed = { ...base, ...task, ...taskChange(item) };
    const container = {
      ...changed,
      state: changed.state ?? restingState(base.labels),
      exit: changed.state === undefined ? exitOf(base.labels, undefined) : changed.exit,
    };
    this.#known.set(id, container);
    return { type: before ? "changed" : "added", container, event: item };
  }

  async #find(id: string): Promise<ContainerInfo | undefined> {
    try {
      return await this.#retry(() => this.#containers.info(id, { signal: this.#signal }));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  #list(): Promise<ContainerInfo[]> {
    return this.#retry(() => this.#containers.list({ signal: this.#signal }));
  }

  /** Asks again while the daemon restarts: the stream goes on after that, so must the watch. */
  async #retry<T>(ask: () => Promise<T>): Promise<T> {
    const until = Date.now() + RETRY_MS;
    for (let ms = 20;; ms = Math.min(ms * 2, 1000)) {
      try {
        return await ask();
      } catch (error) {
        const again = error instanceof UnavailableError && Date.now() < until;
        if (!again || this.#signal?.aborted) throw error;
        await pause(ms, this.#signal);
      }
    }
  }
}

/** What is known of a container that is gone before anybody could look at it. */
function created(item: EventOf<"/containers/create">): ContainerInfo {
  const { id, image, runtime } = item.event;
  return {
    id,
    name: id,
    image,
    exit: undefined,
    ports: [],
    runtime: runtime?.name ?? "",
    labels: {},
    createdAt: item.timestamp,
    state: undefined,
    pid: undefined,
  };
}

/** What an event says of the container's own process. */
function taskChange(item: ContainerEvent): Partial<ContainerInfo> {
  switch (item.topic) {
    case "/tasks/create":
      return { state: "created", pid: item.event.pid || undefined, exit: undefined };
    case "/tasks/start":
      return { state: "running", pid: item.event.pid || undefined, exit: undefined };
    case "/tasks/exit":
      if (item.event.id !== item.event.containerId) return {};
      return {
        state: "stopped",
        exit: exitStatus(item.event.exitStatus, toDate(item.event.exitedAt)),
      };
    case "/tasks/delete": {
      // Older daemons leave the id of the container's own process empty.
      const { id, containerId } = item.event;
      return id === "" || id === containerId
        ? { state: undefined, pid: undefined, exit: undefined }
        : {};
    }
    case "/tasks/paused":
      return { state: "paused" };
    case "/tasks/resumed":
      return { state: "running" };
    default:
      return {};
  }
}

/** Whether two values say the same: plain objects, lists, dates and what is no object. */
function same(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => same(Reflect.get(a, key), Reflect.get(b, key)));
}
