/**
 * One subscription to a daemon's events, shared by all consumers of a client.
 *
 * containerd answers Events.Subscribe with nothing until there is an event, so that nobody can see
 * from outside when a subscription has begun. Events of our own are published until something
 * arrives: from then on nothing is missed.
 *
 * @module
 */
import { Api } from "../../api/api.ts";
import { packMessage } from "../../api/any.ts";
import {
  CanceledError,
  DavitError,
  type ErrorCode,
  TimeoutError,
  UnavailableError,
} from "../../errors/errors.ts";
import { EmptySchema } from "../../gen/google/protobuf/empty_pb.ts";
import type { Envelope } from "../../gen/containerd/types/envelope_pb.ts";
import { pause } from "../call/abort.ts";
import type { EventQueue } from "./queue.ts";
import type { decodeEvent } from "./decode.ts";
import type { ContainerdEvent } from "./types.ts";
import type { Session } from "../session/session.ts";

/** What is published to see that a subscription exists. Consumers never get it. */
export const PROBE_TOPIC = "/davit/subscribed";
/** A namespace of its own, so that those who watch one namespace do not see probes. */
const PROBE_NAMESPACE = "davit";
/** How long a daemon that answers may take until the subscription exists. */
const SUBSCRIBE_TIMEOUT_MS = 5000;
/** How long a daemon that went away is looked for. */
const RECONNECT_MS = 30_000;

/** Errors after which another attempt makes no sense. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_argument",
  "permission_denied",
  "unauthenticated",
  "unimplemented",
]);

/** Somebody who gets events. */
export interface EventConsumer {
  /** Where they wait. */
  readonly queue: EventQueue;
  /** Whether an envelope is looked at at all: called before anything is decoded. */
  wants(envelope: Envelope): boolean;
  /** Whether a decoded event is for it. */
  accepts(event: ContainerdEvent): boolean;
}

const hubs = new WeakMap<Session, EventHub>();

/** A subscription and its consumers. It begins with the first and ends with the last. */
export class EventHub {
  readonly #session: Session;
  readonly #api: Api;
  readonly #consumers = new Set<EventConsumer>();
  readonly #abort = new AbortController();
  #ready = unproven();
  #established = false;
  /** Who was there when the connection was lost. */
  #missing: readonly EventConsumer[] = [];

  private constructor(session: Session) {
    this.#session = session;
    const { transport, address } = session;
    // Not the session's own API: its calls wait for this subscription.
    this.#api = new Api({
      transport,
      address,
      headers: { "containerd-namespace": PROBE_NAMESPACE },
    });
  }

  /**
   * Adds a consumer to a client's subscription.
   *
   * @returns The hub, to leave it, and when the subscription certainly exists.
   */
  static join(session: Session, consumer: EventConsumer): { hub: EventHub; ready: Promise<void> } {
    let hub = hubs.get(session);
    if (!hub) {
      hub = new EventHub(session);
      hubs.set(session, hub);
      // What is called from now on must not happen before the subscription exists.
      session.holdCalls(hub.#ready.promise);
      void hub.#run();
    }
    hub.#consumers.add(consumer);
    return { hub, ready: hub.#ready.promise };
  }

  /** Removes a consumer; the last one ends the subscription. Twice is fine. */
  leave(consumer: EventConsumer): void {
    this.#consumers.delete(consumer);
    if (this.#consumers.size === 0) this.#end(undefined);
  }

  /** Ends the subscription, and all consumers with `error`. */
  #end(error: unknown): void {
    if (hubs.get(this.#session) === this) hubs.delete(this.#session);
    this.#ready.reject(error ?? new CanceledError("Gave up subscribing: nobody waits for events"));
    for (const { queue } of this.#consumers) queue.end(error);
    this.#consumers.clear();
    this.#abort.abort();
  }

  /** Follows the events over as many connections as it takes. */
  async #run(): Promise<void> {
    const { closing } = this.#session;
    const closed = () => this.#end(new CanceledError("Gave up events: the client was closed"));
    if (closing.aborted) closed();
    closing.addEventListener("abort", closed);
    const { signal } = this.#abort;
    let lostSince: number | undefined;
    for (let ms = 20; !signal.aborted; ms = Math.min(ms * 2, 1000)) {
      const error = await this.#follow(() => {
        ms = 20;
        lostSince = undefined;
      }, signal);
      if (signal.aborted) break;
      lostSince ??= Date.now();
      const final = error instanceof DavitError && FINAL.has(error.code);
      if (final || !this.#established || Date.now() - lostSince > RECONNECT_MS) {
        this.#end(error);
        break;
      }
      this.#missing = [...this.#consumers];
      this.#ready = unproven();
      await pause(ms, signal);
    }
    closing.removeEventListener("abort", closed);
  }

  /** Follows one subscription to its end. @returns Why it ended. */
  async #follow(onFirst: () => void, signal: AbortSignal): Promise<unknown> {
    const probing = new AbortController();
    const ended = AbortSignal.any([signal, probing.signal]);
    let first = true;
    const { address } = this.#session;
    try {
      // Should the daemon never show it, the probe's failure ends the stream.
      const stream = this.#api.events.subscribe({ filters: [] }, { signal: ended });
      void this.#probe(ended, () => first).catch((error) => {
        // Who may not publish may still listen, only without the proof.
        if (isRefusal(error)) this.#ready.reject(error);
        else probing.abort(error);
      });
      const { decodeEvent } = await import("./decode.ts");
      for await (const envelope of stream) {
        if (first) {
          first = false;
          onFirst();
          this.#begin();
        }
        if (envelope.topic !== PROBE_TOPIC) this.#dispatch(envelope, decodeEvent);
      }
      return new UnavailableError(
        `Lost the events of containerd at "${address}": the stream ended`,
      );
    } catch (error) {
      return probing.signal.aborted ? probing.signal.reason : error;
    } finally {
      first = false;
      probing.abort();
    }
  }

  /** The subscription exists. What was lost before, if it is not the first one, is a gap. */
  #begin(): void {
    for (const { queue } of this.#missing) queue.disconnected();
    this.#missing = [];
    this.#established = true;
    this.#ready.resolve();
  }

  #dispatch(envelope: Envelope, decode: typeof decodeEvent): void {
    let event: ContainerdEvent | undefined;
    for (const consumer of this.#consumers) {
      if (!consumer.wants(envelope)) continue;
      event ??= decode(envelope);
      if (consumer.accepts(event)) consumer.queue.push(event);
    }
  }

  /** Publishes until something has arrived. */
  async #probe(signal: AbortSignal, unseen: () => boolean): Promise<void> {
    const event = packMessage(EmptySchema, {});
    const until = Date.now() + SUBSCRIBE_TIMEOUT_MS;
    for (let ms = 1; unseen() && !signal.aborted; ms = Math.min(ms * 2, 100)) {
      if (Date.now() > until) {
        throw new TimeoutError(
          `Cannot subscribe to the events of containerd at "${this.#session.address}": none of ` +
            `its own came back within ${SUBSCRIBE_TIMEOUT_MS} ms`,
        );
      }
      await this.#api.events.publish({ topic: PROBE_TOPIC, event }, {
        timeoutMs: SUBSCRIBE_TIMEOUT_MS,
      });
      await pause(ms, signal);
    }
  }
}

function unproven(): PromiseWithResolvers<void> {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {/* those who wait for it are told */});
  return ready;
}

function isRefusal(error: unknown): boolean {
  return error instanceof DavitError &&
    (error.code === "permission_denied" || error.code === "unimplemented");
}
