/**
 * Events, from those who cause them to those who subscribed.
 *
 * @module
 */
import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import { type Any, timestampNow } from "@bufbuild/protobuf/wkt";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { packMessage } from "../api/any.ts";
import { type Envelope, EnvelopeSchema } from "../gen/containerd/types/envelope_pb.ts";
import { EVENT_SCHEMAS } from "./event_schemas.ts";
import { type Matcher, matcherOf, textField } from "./filter_match.ts";
import { unknown } from "./status.ts";

/** How many events a subscriber may have unread before it is dropped, as a leaking test would. */
const MAX_UNREAD = 100_000;

/** Who hears what. */
export class EventBus {
  readonly #subscribers = new Set<Subscriber>();

  /** How many subscriptions there are. */
  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** Tells of something that happened in a namespace. */
  publish<S extends DescMessage>(
    namespace: string,
    topic: string,
    schema: S,
    event: MessageInitShape<S>,
  ): void {
    this.forward({ namespace, topic, event: packMessage(schema, event) });
  }

  /** Passes on an event; its time is now if it has none. */
  forward(init: MessageInitShape<typeof EnvelopeSchema>): void {
    const envelope = create(EnvelopeSchema, init);
    envelope.timestamp ??= timestampNow();
    for (const subscriber of this.#subscribers) subscriber.offer(envelope);
  }

  /**
   * Subscribes, from now on and until `signal` aborts.
   *
   * @throws {WireError} for filters that cannot be read.
   */
  subscribe(filters: readonly string[], signal: AbortSignal): AsyncIterable<Envelope> {
    const matches = matcherOf(filters, fieldOf, (text) =>
      unknown(
        `subscription error: failed parsing subscription filters: ${text}: invalid argument`,
      ));
    const subscriber = new Subscriber(matches);
    this.#subscribers.add(subscriber);
    signal.addEventListener("abort", () => {
      this.#subscribers.delete(subscriber);
      subscriber.end();
    });
    return subscriber;
  }
}

class Subscriber implements AsyncIterable<Envelope> {
  readonly #matches: Matcher<Envelope>;
  readonly #queue: Envelope[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(matches: Matcher<Envelope>) {
    this.#matches = matches;
  }

  offer(envelope: Envelope): void {
    if (this.#ended || !this.#matches(envelope)) return;
    this.#queue.push(envelope);
    if (this.#queue.length > MAX_UNREAD) this.#queue.shift();
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Envelope> {
    while (true) {
      const envelope = this.#queue.shift();
      if (envelope) {
        yield envelope;
      } else if (this.#ended) {
        return;
      } else {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
      }
    }
  }
}

function fieldOf(envelope: Envelope, path: readonly string[]): string | undefined {
  if (path[0] === "topic") return textField(envelope.topic);
  if (path[0] === "namespace") return textField(envelope.namespace);
  if (path[0] === "event" && envelope.event) return eventField(envelope.event, path.slice(1));
  return undefined;
}

/** A field of an event by its name in the schema. Texts and labels only, as in containerd. */
function eventField(event: Any, path: readonly string[]): string | undefined {
  const schema = EVENT_SCHEMAS.get(event.typeUrl);
  if (!schema) return undefined;
  return messageField(reflect(schema, fromBinary(schema, event.value)), path);
}

function messageField(message: ReflectMessage, path: readonly string[]): string | undefined {
  const [name, ...rest] = path;
  const field: DescField | undefined = message.fields.find((field) => field.name === name);
  if (!field) return undefined;
  if (field.fieldKind === "map") {
    const value: unknown = message.get(field).get(rest.join("."));
    return typeof value === "string" ? value : undefined;
  }
  if (field.fieldKind === "message") {
    return message.isSet(field) ? messageField(message.get(field), rest) : undefined;
  }
  const value: unknown = message.get(field);
  return typeof value === "string" && rest.length === 0 ? textField(value) : undefined;
}
