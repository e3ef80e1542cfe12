/**
 * The events of a daemon: what happens to containers, images, snapshots and the rest.
 *
 * @module
 */
import {
  CanceledError,
  DavitError,
  InvalidArgumentError,
  TimeoutError,
} from "../../errors/errors.ts";
import type { Envelope } from "../../gen/containerd/types/envelope_pb.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { type EventConsumer, EventHub } from "./hub.ts";
import { EventQueue } from "./queue.ts";
import {
  type ContainerdEvent,
  EVENT_TOPICS,
  type EventGap,
  type EventMessages,
  type EventOf,
  type EventTopic,
} from "./types.ts";

/** How many events wait for a consumer that is slow. */
const DEFAULT_BUFFER = 16_384;

/** What the messages of all given topics have in common and can be compared by. */
export type EventFields<T extends EventTopic> = [T] extends [never] ? Record<string, never> : {
  [
    F in keyof EventMessages[T] as F extends "$typeName" ? never
      : EventMessages[T][F] extends string | number | bigint | boolean ? F
      : never
  ]?: EventMessages[T][F];
};

/** Which events to follow, and how. */
export interface EventOptions<T extends EventTopic = EventTopic, G extends boolean = boolean> {
  /** One topic or several; all by default, with those that this library does not know. */
  topic?: T | readonly T[];
  /** Values that fields of the event must have, such as `{ containerId: "web" }`. */
  where?: EventFields<T>;
  /** Events of every namespace; only those of this one by default. */
  allNamespaces?: boolean;
  /**
   * What to do about events that were lost. By default the stream then throws a `DavitError` of
   * the code `data_loss`; with `true` it hands out an {@linkcode EventGap} and goes on.
   */
  gaps?: G;
  /** How many events may wait while the consumer is busy; 16384 by default. */
  buffer?: number;
  /** Ends the stream. */
  signal?: AbortSignal;
}

/** What a stream of these options hands out. */
export type EventItem<T extends EventTopic, G extends boolean> =
  | ([T] extends [never] ? ContainerdEvent : EventOf<T>)
  | (G extends true ? EventGap : never);

/**
 * Events as they come. Leaving the loop, `return()` or `await using` ends it.
 *
 * All streams of a client share one subscription. Calls that the same client makes after the
 * stream was made wait until the subscription exists, so that nothing that they cause is missed;
 * for what others do, see {@linkcode ready}. containerd keeps no history: what came before is not
 * there.
 *
 * When containerd restarts, the subscription is made again. That, and a consumer that is slower
 * than its buffer is long, are gaps: events that nobody got. See {@linkcode EventOptions.gaps}.
 */
export class EventStream<E> implements AsyncIterableIterator<E, undefined>, AsyncDisposable {
  /**
   * Resolves when the daemon has proven that the subscription exists: what happens from then on
   * is not missed, whoever does it.
   *
   * It rejects with an `UnavailableError` when there is no daemon, and with a `PermissionError`
   * when this client may not publish events, which is what the proof needs.
   */
  readonly ready: Promise<void>;
  readonly #context: Context;
  readonly #queue: EventQueue;
  readonly #gaps: boolean;
  readonly #leave: () => void;

  /** For {@linkcode followEvents}. */
  constructor(context: Context, options: EventOptions) {
    const { signal } = options;
    this.#context = context;
    this.#gaps = options.gaps ?? false;
    this.#queue = new EventQueue(checkBuffer(options.buffer ?? DEFAULT_BUFFER));
    const consumer = consumerOf(context, options, this.#queue);
    const abort = () => {
      this.#queue.drop(abortError(signal));
      this.#leave();
    };
    if (signal?.aborted) {
      this.#leave = () => {};
      this.ready = Promise.reject(abortError(signal));
      this.ready.catch(() => {/* those who wait for it are told */});
      abort();
      return;
    }
    const { hub, ready } = EventHub.join(context.session, consumer);
    this.ready = ready;
    signal?.addEventListener("abort", abort);
    this.#leave = () => {
      signal?.removeEventListener("abort", abort);
      hub.leave(consumer);
    };
  }

  /**
   * The next event, as soon as there is one.
   *
   * @throws {UnavailableError} when there is no daemon, or it stayed away for 30 seconds.
   * @throws {DavitError} of the code `data_loss` when events were lost.
   * @throws {CanceledError} when the signal has aborted or the client was closed.
   */
  async next(): Promise<IteratorResult<E, undefined>> {
    const item = await this.#queue.next();
    if (item === undefined) return { done: true, value: undefined };
    if (item.topic === "gap" && !this.#gaps) {
      await this.return();
      throw lostEvents(item, this.#context.namespace);
    }
    // What was asked for by topic is all that the queue was given.
    return { done: false, value: item as E };
  }

  /** Ends the stream. Twice is fine. */
  return(): Promise<IteratorResult<E, undefined>> {
    this.#leave();
    this.#queue.drop();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The stream itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The same as {@linkcode return}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** Follows the events of a context's namespace; see `Namespace.events()`. */
export function followEvents<T extends EventTopic = never, G extends boolean = false>(
  context: Context,
  options: EventOptions<T, G> = {},
): EventStream<EventItem<T, G>> {
  return new EventStream(context, options as EventOptions);
}

/** Options of {@linkcode onceEvent}. */
export interface OnceOptions {
  /** How long to wait at most, such as `"30s"`; no limit by default. */
  timeout?: Duration;
  /** Looks at every namespace; only at this one by default. */
  allNamespaces?: boolean;
  /** Ends the wait. */
  signal?: AbortSignal;
}

/** Waits for an event; see `Namespace.once()`. */
export async function onceEvent<T extends EventTopic>(
  context: Context,
  topic: T,
  predicate: (event: EventOf<T>) => boolean = () => true,
  options: OnceOptions = {},
): Promise<EventOf<T>> {
  const { signal, allNamespaces, timeout } = options;
  const late = timeout === undefined ? undefined : AbortSignal.timeout(parseDuration(timeout));
  const ends = [signal, late].filter((end) => end !== undefined);
  const stream = new EventStream<EventOf<T>>(context, {
    topic,
    allNamespaces,
    signal: AbortSignal.any(ends),
  });
  try {
    for await (const event of stream) if (predicate(event)) return event;
  } catch (error) {
    if (!late?.aborted || signal?.aborted) throw error;
    throw new TimeoutError(
      `Cannot wait for "${topic}" in namespace "${context.namespace}": none that fits came ` +
        `within ${timeout}`,
      { cause: error },
    );
  }
  throw new CanceledError(`Gave up waiting for "${topic}": the client was closed`);
}

function consumerOf(context: Context, options: EventOptions, queue: EventQueue): EventConsumer {
  const { topic, allNamespaces, where } = options;
  const topics = topic === undefined ? undefined : checkTopics([topic].flat());
  const fields = Object.entries(where ?? {});
  return {
    queue,
    wants: ({ topic, namespace }: Envelope) =>
      (allNamespaces || namespace === context.namespace) && (topics?.has(topic) ?? true),
    accepts: ({ topic, event }) => {
      // A known topic with a message that is not its own comes as "unknown".
      if (topics && !topics.has(topic)) return false;
      return fields.every(([field, value]) => event && Reflect.get(event, field) === value);
    },
  };
}

function checkTopics(topics: readonly EventTopic[]): ReadonlySet<string> {
  for (const topic of topics) {
    if (!EVENT_TOPICS.includes(topic)) {
      throw new InvalidArgumentError(
        `Cannot follow topic ${JSON.stringify(topic)}: containerd has ${EVENT_TOPICS.join(", ")}`,
      );
    }
  }
  return new Set(topics);
}

function checkBuffer(size: number): number {
  if (Number.isSafeInteger(size) && size >= 1) return size;
  throw new InvalidArgumentError(
    `Cannot use a buffer of ${size} events: use a whole number from 1`,
  );
}

function abortError(signal: AbortSignal | undefined): unknown {
  try {
    throwIfAborted(signal, "waiting for events");
  } catch (error) {
    return error;
  }
}

function lostEvents(gap: EventGap, namespace: string): DavitError {
  const why = gap.reason === "overflow"
    ? `${gap.missed} came faster than they were taken`
    : "the connection to containerd was lost for a while";
  return new DavitError(
    `Cannot follow the events of namespace "${namespace}" without a gap: ${why}; list what there ` +
      "is, or pass gaps: true to go on",
    "data_loss",
  );
}
