/**
 * How a transport behaves against a real containerd.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { anyPack, EmptySchema } from "@bufbuild/protobuf/wkt";
import { Content, WriteAction } from "../../lib/gen/containerd/services/content_pb.ts";
import { Events } from "../../lib/gen/containerd/services/events_pb.ts";
import { Namespaces } from "../../lib/gen/containerd/services/namespaces_pb.ts";
import { Version } from "../../lib/gen/containerd/services/version_pb.ts";
import { echo } from "./echo_service.ts";

/** What a case gets: a transport to a daemon, and a namespace to work in. */
export interface ContainerdCase {
  readonly transport: Transport;
  readonly namespace: string;
}

const CHUNK_BYTES = 4 * 1024 * 1024;

async function* only<T>(value: T): AsyncIterable<T> {
  yield await Promise.resolve(value);
}

async function fails(promise: Promise<unknown>, code: Code, text = ""): Promise<void> {
  const error = await assertRejects(() => promise, ConnectError, text);
  assertEquals(Code[error.code], Code[code], error.message);
}

function headersOf({ namespace }: ContainerdCase): Record<string, string> {
  return { "containerd-namespace": namespace };
}

async function* writeRequests(ref: string, data: Uint8Array) {
  const total = BigInt(data.length);
  for (let at = 0; at < data.length; at += CHUNK_BYTES) {
    const part = data.subarray(at, at + CHUNK_BYTES);
    const action = WriteAction.WRITE;
    yield await Promise.resolve({ action, ref, total, offset: BigInt(at), data: part });
  }
  // Without a lease, only this keeps it from a collection that another test has asked for.
  const labels = { "containerd.io/gc.root": new Date().toISOString() };
  yield { action: WriteAction.COMMIT, ref, total, offset: total, labels };
}

async function writeBlob(c: ContainerdCase, data: Uint8Array): Promise<string> {
  const ref = crypto.randomUUID();
  const { message } = await c.transport.stream(
    Content.method.write,
    undefined,
    undefined,
    headersOf(c),
    writeRequests(ref, data),
  );
  let digest = "";
  for await (const answer of message) digest = answer.digest;
  return digest;
}

/** Cases that connect-node cannot pass, and why. */
export const oracleDiffers: Readonly<Record<string, string>> = {
  "a subscription is there before its first event":
    "connect-node waits for response headers, which come with the first event",
};

/** The cases, by name. */
export const containerdCases: Readonly<Record<string, (c: ContainerdCase) => Promise<void>>> = {
  async "the version arrives"({ transport }) {
    const { version } = Version.method;
    const { message } = await transport.unary(version, undefined, undefined, undefined, {});
    assert(/\d+\.\d+/.test(message.version), message.version);
  },

  async "errors of the daemon keep code and text"(c) {
    const digest = `sha256:${"0".repeat(64)}`;
    const info = Content.method.info;
    await fails(
      c.transport.unary(info, undefined, undefined, headersOf(c), { digest }),
      Code.NotFound,
      digest,
    );
    await fails(
      c.transport.unary(info, undefined, undefined, undefined, { digest }),
      Code.FailedPrecondition,
      "namespace is required",
    );
  },

  async "a service that the daemon lacks is UNIMPLEMENTED"(c) {
    await fails(
      c.transport.unary(echo.unary, undefined, undefined, headersOf(c), {}),
      Code.Unimplemented,
      "davit.test.Echo",
    );
  },

  async "20 MiB of content go there and back"(c) {
    const data = new Uint8Array(20 * 1024 * 1024);
    for (let at = 0; at < data.length; at += 65_536) {
      crypto.getRandomValues(data.subarray(at, at + 65_536));
    }
    const digest = await writeBlob(c, data);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
    assertEquals(digest, `sha256:${hash}`);
    const back = new Uint8Array(data.length);
    const { message } = await c.transport.stream(
      Content.method.read,
      undefined,
      undefined,
      headersOf(c),
      only({ digest }),
    );
    let at = 0;
    for await (const { data: part } of message) {
      back.set(part, at);
      at += part.length;
    }
    assertEquals(at, data.length);
    assertEquals(new Uint8Array(await crypto.subtle.digest("SHA-256", back)).toHex(), hash);
    const remove = Content.method.delete;
    await c.transport.unary(remove, undefined, undefined, headersOf(c), { digest });
  },

  async "500 calls, 64 at once"({ transport }) {
    let left = 500;
    await Promise.all(Array.from({ length: 64 }, async () => {
      while (left-- > 0) {
        await transport.unary(Version.method.version, undefined, 10_000, undefined, {});
      }
    }));
  },

  async "aborts at any moment leave the connection usable"(c) {
    const data = new Uint8Array(2 * CHUNK_BYTES);
    for (let turns = 0; turns < 60; turns += 3) {
      const controller = new AbortController();
      const ref = `aborted-${turns}`;
      const call = c.transport.stream(
        Content.method.write,
        controller.signal,
        undefined,
        headersOf(c),
        writeRequests(ref, data),
      ).then(({ message }) => Array.fromAsync(message));
      call.catch(() => {});
      for (let turn = 0; turn < turns; turn++) await null;
      controller.abort();
      await fails(call, Code.Canceled);
    }
    await containerdCases["the version arrives"]!(c);
    const statuses = Content.method.listStatuses;
    const { message } = await c.transport.unary(
      statuses,
      undefined,
      undefined,
      headersOf(c),
      {},
    );
    for (const { ref } of message.statuses) {
      // The daemon may hold the lock of a write a little longer than the write.
      await retry(() =>
        c.transport.unary(Content.method.abort, undefined, undefined, headersOf(c), { ref })
      );
    }
  },

  async "a deadline ends a subscription without events"(c) {
    await fails(
      (async () => {
        const filters = [`namespace==${c.namespace},topic=="/never"`];
        const { message } = await c.transport.stream(
          Events.method.subscribe,
          undefined,
          50,
          headersOf(c),
          only({ filters }),
        );
        for await (const _ of message);
      })(),
      Code.DeadlineExceeded,
    );
  },

  async "a subscription is there before its first event"(c) {
    const filters = [`namespace==${c.namespace},topic=="/test/rpc"`];
    const { message } = await c.transport.stream(
      Events.method.subscribe,
      undefined,
      25_000,
      headersOf(c),
      only({ filters }),
    );
    const next = message[Symbol.asyncIterator]().next();
    // The daemon does not tell when it has subscribed: publish until something comes.
    const publishing = new AbortController();
    const published = (async () => {
      while (!publishing.signal.aborted) {
        await c.transport.unary(Events.method.publish, undefined, undefined, headersOf(c), {
          topic: "/test/rpc",
          event: anyPack(EmptySchema, { $typeName: "google.protobuf.Empty" }),
        });
        // A flood of them would only keep a busy daemon from delivering.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    })();
    try {
      const first = await next;
      assertEquals(first.value?.topic, "/test/rpc");
      // The loop takes one more, and its end ends the call.
      for await (const { topic } of message) {
        assertEquals(topic, "/test/rpc");
        break;
      }
    } finally {
      publishing.abort();
      await published;
    }
    await containerdCases["the version arrives"]!(c);
  },

  async "namespaces are made and removed"(c) {
    const name = `${c.namespace}-x`;
    const namespace = { name };
    const { create: make, get, delete: remove } = Namespaces.method;
    // 1.6 publishes the event in the caller's namespace, and fails without one.
    await c.transport.unary(make, undefined, undefined, headersOf(c), { namespace });
    const { message } = await c.transport.unary(get, undefined, undefined, undefined, { name });
    assertEquals(message.namespace?.name, name);
    await fails(
      c.transport.unary(make, undefined, undefined, headersOf(c), { namespace }),
      Code.AlreadyExists,
    );
    await c.transport.unary(remove, undefined, undefined, headersOf(c), { name });
  },
};

async function retry(fn: () => Promise<unknown>): Promise<void> {
  for (let left = 50;; left--) {
    try {
      await fn();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
