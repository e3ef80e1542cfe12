/**
 * What a case of the conformance suite works with.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { packMessage } from "../../../lib/api/any.ts";
import type { Api } from "../../../lib/api/api.ts";
import type { Client } from "../../../lib/client/client.ts";
import type { Namespace } from "../../../lib/client/namespace.ts";
import type { Image } from "../../../lib/core/image/image.ts";
import { DavitError, NotFoundError } from "../../../lib/errors/errors.ts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import {
  WriteAction,
  type WriteContentRequestSchema,
} from "../../../lib/gen/containerd/services/content_pb.ts";
import type { Envelope } from "../../../lib/gen/containerd/types/envelope_pb.ts";
import { digestOf } from "../../../lib/oci/digest.ts";

/** The versions that the suite knows differences of. */
export type Version = "1.6" | "1.7" | "2.1";

/** A daemon, real or not. */
export interface Subject {
  readonly version: Version;
  readonly client: Client;
  /** An empty namespace, to be left without anything but images. */
  readonly ns: Namespace;
  /** The busybox image, loaded by the first call. */
  image(): Promise<Image>;
}

/** One thing that is to behave the same. */
export interface ConformanceCase {
  readonly name: string;
  /** Versions that behave in this way; all by default. */
  readonly versions?: readonly Version[];
  run(subject: Subject): Promise<void>;
}

/** How a call failed: the code and the daemon's own text. */
export async function failure(call: Promise<unknown> | AsyncIterable<unknown>): Promise<string> {
  try {
    if (call instanceof Promise) await call;
    else for await (const _ of call);
  } catch (error) {
    if (!(error instanceof DavitError)) throw error;
    const { cause } = error;
    const text = cause instanceof Error && "rawMessage" in cause ? cause.rawMessage : error.message;
    return `${error.code}: ${text}`;
  }
  return "ok";
}

/** Checks how a call fails. */
export async function assertFails(
  call: Promise<unknown> | AsyncIterable<unknown>,
  expected: string | RegExp,
): Promise<void> {
  const actual = await failure(call);
  if (typeof expected === "string") assertEquals(actual, expected);
  else assertMatch(actual, expected);
}

/** What the daemon adds to texts of the runtime before 2.0. */
export function runtimeText(version: Version, text: string): string {
  return `unknown: ${text}${version === "2.1" ? "" : ": unknown"}`;
}

type WriteRequest = MessageInitShape<typeof WriteContentRequestSchema>;

/** A stream of Content.Write with these requests. */
export function write(api: Api, ...requests: WriteRequest[]) {
  async function* all() {
    for (const request of requests) yield await Promise.resolve(request);
  }
  return api.content.write(all());
}

/** Bytes that no other test writes, and their digest. */
export async function newBlob(
  size = 32,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; digest: string }> {
  const bytes = new Uint8Array(size);
  // There is a limit to what it gives at a time; one part makes all of it unique.
  crypto.getRandomValues(bytes.subarray(0, 65536));
  return { bytes, digest: await digestOf(bytes) };
}

/** Stores bytes. */
export async function store(
  api: Api,
  bytes: Uint8Array,
  labels: Record<string, string> = {},
): Promise<void> {
  const ref = `conformance-${crypto.randomUUID()}`;
  for await (const _ of write(api, { action: WriteAction.COMMIT, ref, data: bytes, labels }));
}

/**
 * A view of a namespace in which nothing is garbage: real daemons collect whenever they like, and a
 * case must not lose what it looks at.
 */
export class Keeping implements AsyncDisposable {
  /** The namespace. */
  readonly ns: Namespace;
  readonly #api: Api;
  readonly #lease: string;

  private constructor(ns: Namespace, lease: string) {
    this.ns = ns.withLease(lease);
    this.#api = ns.api;
    this.#lease = lease;
  }

  /** Begins. */
  static async in(ns: Namespace): Promise<Keeping> {
    const id = uniqueId("keep");
    await ns.api.leases.create({ id });
    return new Keeping(ns, id);
  }

  /** Ends, also where the namespace is gone and the lease with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#api.leases.delete({ id: this.#lease }).catch((error) => {
      if (!(error instanceof NotFoundError)) throw error;
    });
  }
}

/** A name that nobody else has: runc knows all containers of the machine by their ids. */
export function uniqueId(what: string): string {
  return `${what}-${crypto.randomUUID().slice(0, 8)}`;
}

/** Everything that a list streams. */
export async function collect<T, U>(
  pages: AsyncIterable<T>,
  pick: (page: T) => readonly U[],
): Promise<U[]> {
  const all: U[] = [];
  for await (const page of pages) all.push(...pick(page));
  return all;
}

/** Events of a namespace, from the moment that this resolves. */
export class Listening implements AsyncDisposable {
  readonly #events: AsyncIterator<Envelope>;
  readonly #api: Api;

  private constructor(api: Api, events: AsyncIterator<Envelope>) {
    this.#api = api;
    this.#events = events;
  }

  /** Subscribes. @param filters Those for a namespace and its events; probes come through. */
  static async to(ns: Namespace, filters?: readonly string[]): Promise<Listening> {
    const probe = `/conformance/${crypto.randomUUID()}`;
    const wanted = filters ?? [`namespace==${ns.name}`];
    const events = ns.api.events.subscribe({
      filters: [...wanted, `topic=="${probe}"`],
    });
    let there = false;
    const first = (async () => {
      const { value } = await events.next();
      assert(value?.topic === probe);
      there = true;
    })();
    while (!there) {
      await ns.api.events.publish({ topic: probe, event: packMessage(EmptySchema, {}) });
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, 5);
      await Promise.race([first, promise]).finally(() => clearTimeout(timer));
    }
    return new Listening(ns.api, events);
  }

  /** The events up to the one of this topic, without probes. */
  async until(topic: string): Promise<Envelope[]> {
    const all: Envelope[] = [];
    while (true) {
      const { done, value } = await this.#events.next();
      if (done) throw new Error(`the events ended before ${topic}`);
      if (value.topic.startsWith("/conformance/")) continue;
      all.push(value);
      if (value.topic === topic) return all;
    }
  }

  /** The events until now: those before one that is published here. */
  async soFar(): Promise<Envelope[]> {
    const topic = `/end/${crypto.randomUUID()}`;
    await this.#api.events.publish({ topic, event: packMessage(EmptySchema, {}) });
    return (await this.until(topic)).slice(0, -1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#events.return?.();
  }
}
