/**
 * What waits for one consumer of events, in bounded memory.
 *
 * @module
 */
import type { ContainerdEvent, EventGap } from "./types.ts";

/** A gap whose count still grows. */
type OpenGap = { -readonly [K in keyof EventGap]: EventGap[K] };

/**
 * A queue of at most `capacity` events. When it is full, further events are counted rather than
 * kept, until the consumer has taken half of what waits; it then finds a gap in their place.
 */
export class EventQueue {
  readonly #capacity: number;
  #items: (ContainerdEvent | EventGap)[] = [];
  #start = 0;
  #overflow: OpenGap | undefined;
  #waiting: (() => void)[] = [];
  #ended: { error: unknown } | undefined;

  /** @param capacity How many events may wait, 1 at least. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many items wait. */
  get size(): number {
    return this.#items.length - this.#start;
  }

  /** Adds an event, or counts it when there is no room. */
  push(event: ContainerdEvent): void {
    if (this.#ended) return;
    if (this.#overflow) {
      if (this.#overflow.missed !== undefined) this.#overflow.missed++;
      return;
    }
    if (this.size >= this.#capacity) {
      const gap: OpenGap = {
        topic: "gap",
        reason: "overflow",
        missed: 1,
        timestamp: new Date(),
      };
      this.#overflow = gap;
      this.#add(gap);
    } else {
      this.#add(event);
    }
  }

  /** Says that events were lost before they came here, nobody knows how many. */
  disconnected(): void {
    if (this.#ended) return;
    const lost = { reason: "disconnected", missed: undefined, timestamp: new Date() } as const;
    const last = this.size > 0 ? this.#items.at(-1) : undefined;
    // A daemon that restarts again and again makes one gap for a consumer that does not look.
    if (last?.topic === "gap") Object.assign(last, lost);
    else this.#add({ topic: "gap", ...lost });
  }

  /** Ends the queue: what waits is still handed out, then `next` throws `error`, if there is one. */
  end(error: unknown): void {
    this.#ended ??= { error };
    this.#wake();
  }

  /** Forgets what waits and ends the queue, with `error` if there is one. */
  drop(error?: unknown): void {
    this.#items = [];
    this.#start = 0;
    this.end(error);
  }

  /** The next item, as soon as there is one; `undefined` at the end. */
  async next(): Promise<ContainerdEvent | EventGap | undefined> {
    while (this.size === 0) {
      if (this.#ended) {
        if (this.#ended.error !== undefined) throw this.#ended.error;
        return undefined;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
    return this.#take();
  }

  #add(item: ContainerdEvent | EventGap): void {
    this.#items.push(item);
    this.#wake();
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #take(): ContainerdEvent | EventGap | undefined {
    const item = this.#items[this.#start];
    this.#start++;
    // The array is cut in large steps: shift() on a long one copies it.
    if (this.#start === this.#items.length || this.#start >= 4096) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
    if (item === this.#overflow || this.size <= this.#capacity / 2) this.#overflow = undefined;
    return item;
  }
}
