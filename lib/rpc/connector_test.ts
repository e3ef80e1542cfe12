import { assert, assertEquals } from "@std/assert";
import { FrameType } from "./frames.ts";
import {
  connectTo,
  EMPTY_SETTINGS,
  fails,
  getVersion,
  response,
  ScriptedPeer,
  startVersion,
  versionBody,
} from "./scripted_peer_test.ts";
import { createGrpcTransport } from "./transport.ts";
import { StatusCode } from "./wire_error.ts";

const body = versionBody("x");

Deno.test("deadlines end calls that nobody answers", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  await fails(getVersion(transport, { timeoutMs: 0 }), StatusCode.DeadlineExceeded);
  const { call } = await startVersion(peer, transport, { timeoutMs: 5 });
  await fails(call, StatusCode.DeadlineExceeded, "within 5 ms");
  const signal = AbortSignal.timeout(5);
  const error = await fails(getVersion(transport, { signal }), StatusCode.DeadlineExceeded);
  assertEquals(error.cause, signal.reason);
});

Deno.test("an aborted signal fails the call before anything is dialed", async () => {
  await using transport = connectTo([]);
  await fails(getVersion(transport, { signal: AbortSignal.abort() }), StatusCode.Canceled);
});

Deno.test("a failed dial is UNAVAILABLE, and the next call dials again", async () => {
  const peer = new ScriptedPeer();
  let dials = 0;
  const cause = new Deno.errors.NotFound("no such file");
  await using transport = createGrpcTransport({
    address: "/test.sock",
    dial: () => ++dials === 1 ? Promise.reject(cause) : Promise.resolve(peer.conn),
  });
  const both = [getVersion(transport), getVersion(transport)];
  for (const call of both) {
    const error = await fails(call, StatusCode.Unavailable, 'cannot connect to "/test.sock"');
    assertEquals(error.cause, cause);
  }
  assertEquals(dials, 1);
  const { call, streamId } = await startVersion(peer, transport);
  peer.send(EMPTY_SETTINGS, response(streamId, body));
  assertEquals(await call, "x");
});

Deno.test("failed dials are followed by longer and longer pauses, until one succeeds", async () => {
  const { setTimeout } = globalThis;
  const { now } = performance;
  const frozen = 1_000_000;
  const pauses: unknown[] = [];
  performance.now = () => frozen;
  const value = (fn: () => void, delay: number): number => {
    pauses.push(delay);
    queueMicrotask(fn);
    return 0;
  };
  Object.defineProperty(globalThis, "setTimeout", { value, configurable: true, writable: true });
  const peer = new ScriptedPeer();
  let up = false;
  const transport = createGrpcTransport({
    address: "/test.sock",
    dial: () => up ? Promise.resolve(peer.conn) : Promise.reject(new Error("down")),
  });
  try {
    for (let i = 0; i < 8; i++) await fails(getVersion(transport), StatusCode.Unavailable);
    assertEquals(pauses.splice(0), [20, 40, 80, 160, 320, 640, 1000]);
    up = true;
    const { call } = await startVersion(peer, transport);
    peer.send(EMPTY_SETTINGS, response(1, body));
    await call;
    peer.end();
    while (await peer.next() !== undefined);
    up = false;
    pauses.length = 0;
    for (let i = 0; i < 2; i++) await fails(getVersion(transport), StatusCode.Unavailable);
    assertEquals(pauses, [20]);
  } finally {
    globalThis.setTimeout = setTimeout;
    performance.now = now;
    await transport.close();
  }
});

Deno.test("a dial that hangs is given up, by the deadline and by the last caller", async () => {
  const late = new ScriptedPeer();
  const answer = Promise.withResolvers<ScriptedPeer["conn"]>();
  const signals: AbortSignal[] = [];
  await using transport = createGrpcTransport({
    address: "/test.sock",
    connectTimeoutMs: 20,
    dial: (signal) => {
      signals.push(signal);
      return answer.promise;
    },
  });
  await fails(getVersion(transport), StatusCode.Unavailable, "no connection within 20 ms");
  assert(signals[0]?.aborted);
  const controller = new AbortController();
  const call = getVersion(transport, { signal: controller.signal });
  controller.abort();
  await fails(call, StatusCode.Canceled);
  answer.resolve(late.conn);
  while (await late.next() !== undefined);
  assert(late.closed, "a connection that comes too late is closed");
});

Deno.test("a call after an abandoned dial gets a dial of its own", async () => {
  const peer = new ScriptedPeer();
  const dials: PromiseWithResolvers<ScriptedPeer["conn"]>[] = [];
  await using transport = createGrpcTransport({
    address: "/test.sock",
    dial: () => {
      const dial = Promise.withResolvers<ScriptedPeer["conn"]>();
      dials.push(dial);
      if (dials.length === 2) dial.resolve(peer.conn);
      return dial.promise;
    },
  });
  const controller = new AbortController();
  const first = getVersion(transport, { signal: controller.signal });
  controller.abort();
  const second = await startVersion(peer, transport);
  await fails(first, StatusCode.Canceled);
  peer.send(EMPTY_SETTINGS, response(second.streamId, body));
  assertEquals(await second.call, "x");
});

Deno.test("only calls keep the process alive", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const { call } = await startVersion(peer, transport);
  assertEquals(peer.references, []);
  peer.send(EMPTY_SETTINGS, response(1, body));
  await call;
  assertEquals(peer.references, ["unref"]);
  const controller = new AbortController();
  const second = getVersion(transport, { signal: controller.signal });
  assertEquals(peer.references, ["unref", "ref"]);
  controller.abort();
  await fails(second, StatusCode.Canceled);
  assertEquals(peer.references, ["unref", "ref", "unref"]);
});

Deno.test("close() ends calls, says GOAWAY, and later calls fail", async () => {
  const peer = new ScriptedPeer();
  const transport = connectTo([peer]);
  const { call } = await startVersion(peer, transport);
  peer.send(EMPTY_SETTINGS);
  await peer.nextOf(FrameType.SETTINGS);
  const closing = transport.close();
  await fails(call, StatusCode.Unavailable, "closed by this program");
  await peer.nextOf(FrameType.GOAWAY);
  await closing;
  assert(peer.closed);
  await fails(getVersion(transport), StatusCode.Unavailable, "closed by this program");
  await transport.close();
});

Deno.test("close() ends a dial", async () => {
  const transport = createGrpcTransport({
    address: "/test.sock",
    dial: (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  const call = getVersion(transport);
  call.catch(() => {});
  await transport.close();
  await fails(call, StatusCode.Unavailable, "closed by this program");
});
