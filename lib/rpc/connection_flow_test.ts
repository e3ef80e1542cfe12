import { assert, assertEquals } from "@std/assert";
import { Content } from "../gen/containerd/services/content_pb.ts";
import {
  Flag,
  FrameType,
  H2Code,
  readUint32,
  Setting,
  settingsFrame,
  wordFrame,
} from "./frames.ts";
import {
  concat,
  connectTo,
  dataFrame,
  EMPTY_SETTINGS,
  fails,
  frame,
  getVersion,
  grpcMessage,
  only,
  readBody,
  readContent,
  response,
  responseHeaders,
  responseTrailers,
  ScriptedPeer,
  startVersion,
  versionBody,
} from "./scripted_peer_test.ts";
import { STREAM_WINDOW } from "./stream.ts";
import { StatusCode } from "./wire_error.ts";

const { write } = Content.method;
const body = versionBody("x");

Deno.test("PING and SETTINGS are answered", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const { call, streamId } = await startVersion(peer, transport);
  const opaque = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  peer.send(EMPTY_SETTINGS, frame(FrameType.PING, 0, 0, opaque));
  const ack = await peer.nextOf(FrameType.SETTINGS);
  assertEquals([ack.flags, ack.payload.length], [Flag.ACK, 0]);
  const pong = await peer.nextOf(FrameType.PING);
  assertEquals([pong.flags, pong.payload], [Flag.ACK, opaque]);
  peer.send(response(streamId, body));
  await call;
});

Deno.test("calls beyond the peer's limit wait, and can be aborted there", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const { call, streamId } = await startVersion(peer, transport);
  peer.send(settingsFrame([[Setting.MAX_CONCURRENT_STREAMS, 1]]));
  await peer.nextOf(FrameType.SETTINGS);
  const controller = new AbortController();
  const aborted = getVersion(transport, { signal: controller.signal });
  const waits = getVersion(transport);
  controller.abort(new Error("enough"));
  await fails(aborted, StatusCode.Canceled, "enough");
  peer.send(response(streamId, versionBody("first")));
  assertEquals(await call, "first");
  assertEquals((await peer.nextRequest()).streamId, 3);
  peer.send(response(3, versionBody("second")));
  assertEquals(await waits, "second");
});

Deno.test("requests follow the peer's windows and frame size", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const first = getVersion(transport);
  await peer.nextOf(FrameType.SETTINGS);
  peer.send(settingsFrame([[Setting.INITIAL_WINDOW_SIZE, 3]]));
  await peer.nextOf(FrameType.SETTINGS);
  const payload = new Uint8Array(100_000).map((_, i) => i);
  const requests = only({ ref: "r", data: payload });
  peer.send(response(1, body));
  await first;
  await transport.stream(write, undefined, undefined, undefined, requests);
  const { streamId } = await peer.nextRequest();
  const received: Uint8Array[] = [];
  let total = 0;
  const expected = 100_000 + 12;
  while (total < expected) {
    const data = await peer.nextOf(FrameType.DATA);
    if (data.streamId !== streamId) continue;
    assert(data.payload.length <= 16_384);
    if (received.length === 0) assertEquals(data.payload.length, 3, "the window cuts the prefix");
    received.push(data.payload);
    total += data.payload.length;
    peer.send(
      wordFrame(FrameType.WINDOW_UPDATE, streamId, 20_000),
      wordFrame(FrameType.WINDOW_UPDATE, 0, data.payload.length),
    );
  }
  const message = concat(...received);
  assertEquals(readUint32(message, 1), message.length - 5);
  assertEquals(message.subarray(-100_000), payload);
  const last = await peer.nextOf(FrameType.DATA);
  assertEquals([last.flags, last.payload.length], [Flag.END_STREAM, 0]);
});

Deno.test("a call that waits for flow control can be aborted, others go on", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const controller = new AbortController();
  const big = only({ ref: "r", data: new Uint8Array(100_000) });
  const { message } = await transport.stream(write, controller.signal, undefined, undefined, big);
  peer.send(EMPTY_SETTINGS);
  let sent = 0;
  while (sent < 65_535) sent += (await peer.nextOf(FrameType.DATA)).payload.length;
  const blocked = getVersion(transport);
  await peer.nextRequest();
  controller.abort();
  await fails(Array.fromAsync(message).then(), StatusCode.Canceled);
  const reset = await peer.nextOf(FrameType.RST_STREAM);
  assertEquals([reset.streamId, readUint32(reset.payload, 0)], [1, H2Code.CANCEL]);
  peer.send(wordFrame(FrameType.WINDOW_UPDATE, 0, 1000));
  assertEquals((await peer.nextOf(FrameType.DATA)).streamId, 3);
  peer.send(response(3, body));
  assertEquals(await blocked, "x");
});

Deno.test("streams share the connection's window in turns", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  peer.send(settingsFrame([[Setting.INITIAL_WINDOW_SIZE, 1 << 30]]));
  for (let i = 0; i < 2; i++) {
    const big = only({ ref: "r", data: new Uint8Array(1_000_000) });
    await transport.stream(write, undefined, undefined, undefined, big);
  }
  for (let total = 0; total < 65_535;) {
    total += (await peer.nextOf(FrameType.DATA)).payload.length;
  }
  peer.send(wordFrame(FrameType.WINDOW_UPDATE, 0, 500_000));
  const bytes = new Map<number, number>();
  for (let total = 0; total < 500_000;) {
    const { streamId, payload } = await peer.nextOf(FrameType.DATA);
    total += payload.length;
    bytes.set(streamId, (bytes.get(streamId) ?? 0) + payload.length);
  }
  assert(bytes.get(1)! > 200_000 && bytes.get(3)! > 200_000, `unfair: ${[...bytes]}`);
});

Deno.test("a new window for all streams lets blocked ones go on", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const { call } = await startVersion(peer, transport);
  peer.send(settingsFrame([[Setting.INITIAL_WINDOW_SIZE, 0]]));
  await peer.nextOf(FrameType.SETTINGS);
  peer.send(response(1, body));
  await call;
  const blocked = getVersion(transport);
  await peer.nextRequest();
  peer.send(settingsFrame([[Setting.INITIAL_WINDOW_SIZE, 100]]));
  assertEquals((await peer.nextOf(FrameType.DATA)).streamId, 3);
  peer.send(response(3, body));
  assertEquals(await blocked, "x");
});

Deno.test("calls wait while the peer does not read, and go out before what is blocked", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const { call } = await startVersion(peer, transport);
  peer.send(
    settingsFrame([[Setting.INITIAL_WINDOW_SIZE, 1 << 30]]),
    wordFrame(FrameType.WINDOW_UPDATE, 0, 1 << 30),
    response(1, body),
  );
  await call;
  await peer.nextOf(FrameType.SETTINGS);
  // The peer takes the headers and the first turn of data; what comes then piles up to its limit.
  peer.allowWrites(2);
  const data = new Uint8Array(4_000_000);
  const { message } = await transport.stream(
    write,
    undefined,
    undefined,
    undefined,
    only({ data }),
  );
  await peer.nextOf(FrameType.DATA);
  for (let turn = 0; turn < 100; turn++) await null;
  const waits = getVersion(transport);
  waits.catch(() => {});
  peer.allowWrites(Infinity);
  let sent = 0;
  for (;;) {
    const next = await peer.next();
    if (next?.type === FrameType.DATA) sent += next.payload.length;
    if (next?.type === FrameType.HEADERS && next.streamId === 5) break;
  }
  assert(sent < 2_000_000, `the call waited for ${sent} bytes`);
  peer.send(response(5, body), response(3));
  assertEquals(await waits, "x");
  await Array.fromAsync(message);
});

Deno.test("the connection's window is granted anew, whatever the size of the answer", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const messages = await readContent(transport);
  peer.send(EMPTY_SETTINGS, responseHeaders(1));
  const message = dataFrame(1, grpcMessage(readBody(new Uint8Array(16_000))));
  const reader = (async () => {
    for await (const _ of messages);
  })();
  const granted = new Map<number, number>();
  let window = STREAM_WINDOW;
  let sent = 0;
  while (!(granted.get(0)! > 100_000_000)) {
    while (window < message.length) {
      const { streamId, payload } = await peer.nextOf(FrameType.WINDOW_UPDATE);
      const bytes = readUint32(payload, 0);
      granted.set(streamId, (granted.get(streamId) ?? 0) + bytes);
      if (streamId === 1) window += bytes;
    }
    window -= message.length;
    sent += message.length;
    peer.send(message);
    assert(sent < 80_000_000, "nothing was granted");
  }
  peer.send(responseTrailers(1, "0"));
  await reader;
});

Deno.test("a slow reader holds back the stream's window until it reads", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const messages = await readContent(transport);
  peer.send(EMPTY_SETTINGS, responseHeaders(1));
  const message = grpcMessage(readBody(new Uint8Array(16_000)));
  const count = Math.floor(STREAM_WINDOW / message.length);
  for (let i = 0; i < count; i++) peer.send(dataFrame(1, message));
  peer.send(frame(FrameType.PING, 0, 0, new Uint8Array(8)));
  const granted: number[] = [];
  for (;;) {
    const next = await peer.next();
    if (next?.type === FrameType.WINDOW_UPDATE) granted.push(next.streamId);
    if (next?.type === FrameType.PING) break;
  }
  assertEquals(granted.filter((streamId) => streamId === 1), []);
  for (let i = 0; i < count; i++) await messages.next();
  const update = await peer.nextOf(FrameType.WINDOW_UPDATE);
  assertEquals(update.streamId, 1);
  await messages.return?.();
});

Deno.test("a message larger than the window arrives", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const messages = await readContent(transport);
  peer.send(EMPTY_SETTINGS, responseHeaders(1));
  const data = new Uint8Array(STREAM_WINDOW * 2).map((_, i) => i);
  const bytes = grpcMessage(readBody(data));
  let window = STREAM_WINDOW;
  const sender = (async () => {
    for (let at = 0; at < bytes.length; at += 16_384) {
      const part = bytes.subarray(at, at + 16_384);
      while (window < part.length) {
        const update = await peer.nextOf(FrameType.WINDOW_UPDATE);
        if (update.streamId === 1) window += readUint32(update.payload, 0);
      }
      window -= part.length;
      peer.send(dataFrame(1, part));
    }
    peer.send(responseTrailers(1, "0"));
  })();
  const first = await messages.next();
  assert(!first.done);
  assertEquals(first.value.data.length, data.length);
  assert(first.value.data.every((byte, i) => byte === data[i]));
  assertEquals((await messages.next()).done, true);
  await sender;
});
