/**
 * What the pages that look at a namespace are sent: its containers, images, events and numbers.
 *
 * One feed serves all pages; it works only while somebody looks.
 *
 * @module
 */
import type { ContainerInfo } from "../core/container/containers.ts";
import { pause } from "../core/call/abort.ts";
import type { Context } from "../core/context.ts";
import { followEvents } from "../core/event/events.ts";
import type { ContainerdEvent } from "../core/event/types.ts";
import { watchContainers } from "../core/event/watch.ts";
import { formatPort } from "../core/container/ports.ts";
import { describeImages, type ImageRow } from "./images.ts";
import { Sampler } from "./sampler.ts";
import { encodeMessage, type PageStream } from "./stream.ts";

/** How often numbers are sent, in milliseconds. */
const STATS_MS = 1000;

/** How many of the latest events a new page is shown. */
const REMEMBERED = 100;

/** How long to wait for a daemon that is away, in milliseconds. */
const RETRY_MS = 1000;

/** A container, as pages get it. */
interface ContainerRow {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly state: string;
  /** Published ports, such as `8080->80`. */
  readonly ports: readonly string[];
  readonly pid: number | undefined;
  readonly runtime: string;
  readonly createdAt: number | undefined;
}

/** An event, as pages get it. */
interface EventRow {
  readonly time: number;
  readonly topic: string;
  readonly what: string;
}

/** The feed of a namespace. */
export class Feed {
  readonly #context: Context;
  readonly #pages = new Set<PageStream>();
  readonly #containers = new Map<string, ContainerRow>();
  readonly #events: EventRow[] = [];
  readonly #sampler: Sampler;
  #images: readonly ImageRow[] = [];
  #problem: string | undefined;
  #running: AbortController | undefined;
  #work: Promise<unknown> = Promise.resolve();

  /** @param context The namespace. */
  constructor(context: Context) {
    this.#context = context;
    this.#sampler = new Sampler(context);
  }

  /** Sends a page all that is known, and what comes. */
  join(page: PageStream): void {
    this.#pages.add(page);
    page.signal.addEventListener("abort", () => this.#leave(page), { once: true });
    if (page.signal.aborted) return this.#leave(page);
    if (this.#running) {
      page.send(encodeMessage("containers", [...this.#containers.values()]));
      page.send(encodeMessage("images", this.#images));
      page.send(encodeMessage("events", this.#events));
      if (this.#problem) page.send(encodeMessage("problem", this.#problem));
    } else {
      this.#running = new AbortController();
      const { signal } = this.#running;
      const work = [this.#watch(signal), this.#follow(signal), this.#measure(signal)];
      this.#work = Promise.all([this.#work, ...work]);
    }
  }

  /** Ends it, with all its pages. */
  async close(): Promise<void> {
    for (const page of this.#pages) page.close();
    await this.#work;
  }

  #leave(page: PageStream): void {
    this.#pages.delete(page);
    if (this.#pages.size > 0) return;
    this.#running?.abort();
    this.#running = undefined;
    this.#containers.clear();
  }

  #send(type: string, data: unknown): void {
    const message = encodeMessage(type, data);
    for (const page of this.#pages) page.send(message);
  }

  /** Says what is wrong, or that nothing is. */
  #tell(error: unknown): void {
    const problem = error instanceof Error ? error.message : error && String(error);
    if (problem === this.#problem) return;
    this.#problem = problem as string | undefined;
    this.#send("problem", this.#problem ?? "");
  }

  /** Does something again after it failed, for as long as somebody looks. */
  async #keep(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        if (signal.aborted) return;
        this.#tell(error);
      }
      await pause(RETRY_MS, signal);
    }
  }

  /** Containers as they come and go. */
  #watch(signal: AbortSignal): Promise<void> {
    return this.#keep(signal, async () => {
      let synced = false;
      this.#containers.clear();
      for await (const item of watchContainers(this.#context, { signal })) {
        if (item.type === "gap") {
          synced = false;
        } else if (item.type === "synced") {
          synced = true;
          this.#tell(undefined);
          this.#send("containers", [...this.#containers.values()]);
        } else if (item.type === "removed") {
          this.#containers.delete(item.container.id);
          if (synced) this.#send("removed", item.container.id);
        } else {
          const row = containerRow(item.container);
          this.#containers.set(row.id, row);
          if (synced) this.#send("container", row);
        }
      }
    });
  }

  /** Events, and images after each that is about one. */
  #follow(signal: AbortSignal): Promise<void> {
    return this.#keep(signal, async () => {
      await using stream = followEvents(this.#context, { gaps: true, signal });
      await this.#look(signal);
      for await (const item of stream) {
        if (item.topic === "gap" || item.topic.startsWith("/images/")) await this.#look(signal);
        if (item.topic === "gap") continue;
        const row = eventRow(item);
        this.#events.push(row);
        if (this.#events.length > REMEMBERED) this.#events.shift();
        this.#send("event", row);
      }
    });
  }

  async #look(signal: AbortSignal): Promise<void> {
    this.#images = await describeImages(this.#context, signal);
    this.#send("images", this.#images);
  }

  /** Numbers, once a second. */
  async #measure(signal: AbortSignal): Promise<void> {
    this.#sampler.reset();
    while (!signal.aborted) {
      const start = performance.now();
      try {
        const rows = await this.#sampler.sample(signal);
        if (rows && !signal.aborted) this.#send("stats", rows);
      } catch {
        // That the daemon is away is told by the others; the next second tries again.
      }
      await pause(Math.max(0, STATS_MS - (performance.now() - start)), signal);
    }
  }
}

function containerRow(info: ContainerInfo): ContainerRow {
  const { id, name, image, state = "", pid, runtime, createdAt } = info;
  const ports = info.ports.map(formatPort);
  return { id, name, image, state, ports, pid, runtime, createdAt: createdAt?.getTime() };
}

/** An event in few words: whom it is about, and how a process ended. */
export function eventRow({ topic, timestamp, event }: ContainerdEvent): EventRow {
  const field = (name: string): string => {
    const value: unknown = event && Reflect.get(event, name);
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const about = field("containerId") || field("name") || field("id") || field("key") ||
    field("digest") || field("sandboxId");
  const exec = topic.startsWith("/tasks/") && field("execId");
  const code = topic === "/tasks/exit" ? field("exitStatus") : "";
  const parts = [about, exec && `exec ${exec}`, code && `exit ${code}`];
  return {
    time: timestamp?.getTime() ?? Date.now(),
    topic,
    what: parts.filter((part) => part).join(" · "),
  };
}
