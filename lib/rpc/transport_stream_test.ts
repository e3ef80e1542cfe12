import { assertEquals } from "@std/assert";
import { Content } from "../gen/containerd/services/content_pb.ts";
import { FrameType, H2Code, readUint32 } from "./frames.ts";
import {
  connectTo,
  dataFrame,
  EMPTY_SETTINGS,
  fails,
  frame,
  grpcMessage,
  only,
  readBody,
  readContent,
  responseHeaders,
  responseTrailers,
  ScriptedPeer,
} from "./scripted_peer_test.ts";
import { StatusCode } from "./wire_error.ts";

const { read, write } = Content.method;

Deno.test("stream() resolves before the server has said anything", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const answer = await transport.stream(read, undefined, undefined, undefined, only({}));
  peer.send(
    EMPTY_SETTINGS,
    responseHeaders(1, "x-a", "1"),
    dataFrame(1, grpcMessage(readBody(Uint8Array.of(7)))),
    responseTrailers(1, "0", "x-b", "2"),
  );
  const messages = await Array.fromAsync(answer.message);
  assertEquals(messages.map(({ data }) => [...data]), [[7]]);
  assertEquals([answer.header.get("x-a"), answer.trailer.get("x-b")], ["1", "2"]);
});

Deno.test("messages before a lost connection are delivered before the error", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const messages = await readContent(transport);
  peer.send(EMPTY_SETTINGS, responseHeaders(1));
  for (const i of [1, 2]) peer.send(dataFrame(1, grpcMessage(readBody(Uint8Array.of(i)))));
  peer.end();
  const seen: number[] = [];
  const error = await fails(
    (async () => {
      for await (const { data } of messages) seen.push(data[0]!);
    })(),
    StatusCode.Unavailable,
    'lost the connection to "/test.sock"',
  );
  assertEquals(seen, [1, 2]);
  assertEquals(error.cause, undefined);
  assertEquals((await messages.next()).done, true, "the error is thrown once");
});

Deno.test("break cancels the call", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const messages = await readContent(transport);
  peer.send(
    EMPTY_SETTINGS,
    responseHeaders(1),
    dataFrame(1, grpcMessage(readBody(new Uint8Array(1)))),
  );
  for await (const _ of messages) break;
  const reset = await peer.nextOf(FrameType.RST_STREAM);
  assertEquals(readUint32(reset.payload, 0), H2Code.CANCEL);
  assertEquals((await messages.next()).done, true);
});

Deno.test("return() ends a next() that waits", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const messages = await readContent(transport);
  const waits = messages.next();
  await messages.return?.();
  assertEquals((await waits).done, true);
  await peer.nextOf(FrameType.RST_STREAM);
});

Deno.test("an abort ends a stream at once, with the signal's reason as cause", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const controller = new AbortController();
  const messages = await readContent(transport, { signal: controller.signal });
  const waits = messages.next();
  const reason = new Error("stop");
  controller.abort(reason);
  const error = await fails(waits, StatusCode.Canceled, "stop");
  assertEquals(error.cause, reason);
  await peer.nextOf(FrameType.RST_STREAM);
});

Deno.test("an abort drops messages that were not read", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const controller = new AbortController();
  const messages = await readContent(transport, { signal: controller.signal });
  peer.send(EMPTY_SETTINGS, responseHeaders(1));
  peer.send(dataFrame(1, grpcMessage(readBody(new Uint8Array(1)))));
  peer.send(frame(FrameType.PING, 0, 0, new Uint8Array(8)));
  await peer.nextOf(FrameType.PING);
  controller.abort();
  await fails(messages.next(), StatusCode.Canceled);
});

Deno.test("a request iterator that throws ends the call; one that is left is returned", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const boom = new Error("boom");
  const throwing = (async function* () {
    yield await Promise.resolve({ ref: "1" });
    throw boom;
  })();
  const first = await transport.stream(write, undefined, undefined, undefined, throwing);
  const error = await fails(Array.fromAsync(first.message).then(), StatusCode.Unknown, "boom");
  assertEquals(error.cause, boom);
  const returned = Promise.withResolvers<void>();
  const endless = (async function* () {
    try {
      for (;;) yield await Promise.resolve({ ref: "1", data: new Uint8Array(100_000) });
    } finally {
      returned.resolve();
    }
  })();
  const second = await transport.stream(write, undefined, undefined, undefined, endless);
  peer.send(EMPTY_SETTINGS, responseHeaders(3), responseTrailers(3, "9", "grpc-message", "no"));
  await fails(Array.fromAsync(second.message).then(), StatusCode.FailedPrecondition, "no");
  await returned.promise;
  for (const streamId of [1, 3]) {
    const reset = await peer.nextOf(FrameType.RST_STREAM);
    assertEquals([reset.streamId, readUint32(reset.payload, 0)], [streamId, H2Code.CANCEL]);
  }
});
