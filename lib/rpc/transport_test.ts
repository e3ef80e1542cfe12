import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { ConnectError } from "@connectrpc/connect";
import { toBinary } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import { Content, ReadContentResponseSchema } from "../gen/containerd/services/content_pb.ts";
import { Version, VersionResponseSchema } from "../gen/containerd/services/version_pb.ts";
import { ProtocolError } from "../errors/errors.ts";
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
  dataFrame,
  EMPTY_SETTINGS,
  frame,
  grpcMessage,
  headersFrame,
  response,
  responseHeaders,
  responseTrailers,
  ScriptedPeer,
} from "./scripted_peer_test.ts";
import { createGrpcTransport, type GrpcTransport, type TransportOptions } from "./transport.ts";
import { STREAM_WINDOW } from "./stream.ts";
import { StatusCode } from "./wire_error.ts";

const { version } = Version.method;
const { read, write } = Content.method;

function versionBody(text: string): Uint8Array {
  return toBinary(VersionResponseSchema, create(VersionResponseSchema, { version: text }));
}

function readBody(data: Uint8Array): Uint8Array {
  return toBinary(ReadContentResponseSchema, create(ReadContentResponseSchema, { data }));
}

async function* only<T>(value: T): AsyncIterableIterator<T> {
  yield await Promise.resolve(value);
}

/** A transport whose dials give the peers one by one. */
function connectTo(
  peers: readonly ScriptedPeer[],
  options: Partial<TransportOptions> = {},
): GrpcTransport {
  let next = 0;
  return createGrpcTransport({
    address: "/test.sock",
    dial: () => {
      const peer = peers[next++];
      if (peer === undefined) throw new Error("no peer left");
      return Promise.resolve(peer.conn);
    },
    ...options,
  });
}

function getVersion(
  transport: GrpcTransport,
  options: { signal?: AbortSignal; timeoutMs?: number; headers?: HeadersInit } = {},
): Promise<string> {
  return transport.unary(version, options.signal, options.timeoutMs, options.headers, {})
    .then(({ message }) => message.version);
}

async function readContent(
  transport: GrpcTransport,
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<AsyncIterableIterator<{ data: Uint8Array }>> {
  const { signal, timeoutMs } = options;
  const answer = await transport.stream(read, signal, timeoutMs, undefined, only({}));
  return answer.message[Symbol.asyncIterator]() as AsyncIterableIterator<{ data: Uint8Array }>;
}

async function fails(promise: Promise<unknown>, code: number, text = ""): Promise<ConnectError> {
  const error = await assertRejects(() => promise, ConnectError, text);
  assertEquals(error.code, code, error.message);
  return error;
}

/** Starts a call and lets the peer see its headers. */
async function startVersion(
  peer: ScriptedPeer,
  transport: GrpcTransport,
  options: Parameters<typeof getVersion>[1] = {},
): Promise<{ call: Promise<string>; streamId: number }> {
  const call = getVersion(transport, options);
  call.catch(() => {});
  const { streamId } = await peer.nextRequest();
  return { call, streamId };
}

Deno.test("unary() sends preface, settings and request in one write", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const call = getVersion(transport, {
    headers: { "Containerd-Namespace": "ci" },
    timeoutMs: 5000,
  });
  const settings = await peer.next();
  assertEquals(settings?.type, FrameType.SETTINGS);
  const pairs = new Map<number, number>();
  for (let at = 0; at < settings!.payload.length; at += 6) {
    pairs.set(settings!.payload[at + 1]!, readUint32(settings!.payload, at + 2));
  }
  assertEquals(pairs.get(Setting.HEADER_TABLE_SIZE), 0);
  assertEquals(pairs.get(Setting.ENABLE_PUSH), 0);
  assertEquals(pairs.get(Setting.INITIAL_WINDOW_SIZE), STREAM_WINDOW);
  assertEquals((await peer.next())?.type, FrameType.WINDOW_UPDATE);
  const { streamId, fields } = await peer.nextRequest();
  assertEquals(streamId, 1);
  assertEquals(fields, {
    ":method": "POST",
    ":scheme": "http",
    ":path": "/containerd.services.version.v1.Version/Version",
    ":authority": "localhost",
    "content-type": "application/grpc+proto",
    te: "trailers",
    "user-agent": "davit",
    "containerd-namespace": "ci",
    "grpc-timeout": "5000m",
  });
  const data = await peer.next();
  assertEquals([data?.type, data?.flags], [FrameType.DATA, Flag.END_STREAM]);
  assertEquals(data?.payload, grpcMessage(new Uint8Array(0)));
  assertEquals(peer.writes, 1);
  peer.send(EMPTY_SETTINGS, response(1, versionBody("2.1")));
  assertEquals(await call, "2.1");
});

Deno.test("unary() gives headers and trailers", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const call = transport.unary(version, undefined, undefined, undefined, {});
  peer.send(
    EMPTY_SETTINGS,
    responseHeaders(1, "x-a", "1", "x-a", "2"),
    dataFrame(1, grpcMessage(versionBody("x"))),
    responseTrailers(1, "0", "x-b", "3"),
  );
  const { header, trailer } = await call;
  assertEquals(header.get("x-a"), "1, 2");
  assertEquals(trailer.get("x-b"), "3");
});

Deno.test("unary() fails with the server's status, message and details", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const call = getVersion(transport);
  // google.rpc.Status { code: 5, message: "m", details: [Any { "x/a.B", [1] }] }
  const details = Uint8Array.of(8, 5, 18, 1, 109, 26, 10, 10, 5, 120, 47, 97, 46, 66, 18, 1, 7);
  peer.send(
    EMPTY_SETTINGS,
    headersFrame(1, [
      ...[":status", "200", "content-type", "application/grpc", "grpc-status", "5"],
      ...["grpc-message", "image %22b%C3%A4r%22%: not found", "x-more", "y"],
      ...["grpc-status-details-bin", details.toBase64({ omitPadding: true })],
    ], Flag.END_HEADERS | Flag.END_STREAM),
  );
  const error = await fails(call, StatusCode.NotFound);
  assertEquals(error.message, '[not_found] image "bär"%: not found');
  assertEquals(error.metadata.get("x-more"), "y");
  assertEquals(error.details, [{ type: "a.B", value: Uint8Array.of(7) }]);
});

for (
  const [what, fields, code, text] of [
    ["HTTP 404", [":status", "404"], StatusCode.Unimplemented, "HTTP status 404"],
    ["HTTP 503", [":status", "503"], StatusCode.Unavailable, "HTTP status 503"],
    ["no HTTP status", ["x", "y"], StatusCode.Unknown, "HTTP status (none)"],
    [
      "HTML",
      [":status", "200", "content-type", "text/html"],
      StatusCode.Unknown,
      'content type "text/html"',
    ],
    [
      "an undefined status",
      [":status", "200", "content-type", "application/grpc", "grpc-status", "77"],
      StatusCode.Unknown,
      'undefined status "77"',
    ],
  ] as const
) {
  Deno.test(`unary() fails on ${what}`, async () => {
    const peer = new ScriptedPeer();
    await using transport = connectTo([peer]);
    const call = getVersion(transport);
    peer.send(EMPTY_SETTINGS, headersFrame(1, [...fields], Flag.END_HEADERS | Flag.END_STREAM));
    await fails(call, code, text);
  });
}

const body = versionBody("x");
for (
  const [what, frames, code, text] of [
    ["no message", [responseHeaders(1), responseTrailers(1, "0")], 12, "no message"],
    [
      "two messages",
      [responseHeaders(1), dataFrame(1, concat(grpcMessage(body), grpcMessage(body)))],
      12,
      "more than one message",
    ],
    [
      "a compressed message",
      [responseHeaders(1), dataFrame(1, grpcMessage(body, 1))],
      13,
      "compressed",
    ],
    ["unknown flags", [responseHeaders(1), dataFrame(1, grpcMessage(body, 6))], 13, "flags 0x6"],
    [
      "a cut message",
      [
        responseHeaders(1),
        dataFrame(1, grpcMessage(body).subarray(0, 7)),
        responseTrailers(1, "0"),
      ],
      13,
      "middle of a message",
    ],
    [
      "no trailers",
      [responseHeaders(1), dataFrame(1, grpcMessage(body), Flag.END_STREAM)],
      13,
      "without trailers",
    ],
    [
      "trailers without a status",
      [responseHeaders(1), headersFrame(1, ["x", "y"], Flag.END_HEADERS | Flag.END_STREAM)],
      13,
      "without a status",
    ],
    ["data before headers", [dataFrame(1, grpcMessage(body))], 13, "before the headers"],
    [
      "a large message",
      [responseHeaders(1), dataFrame(1, Uint8Array.of(0, 1, 0, 0, 1))],
      8,
      "16777217 bytes, the limit is 16777216",
    ],
    [
      "a message that is no VersionResponse",
      [responseHeaders(1), dataFrame(1, grpcMessage(Uint8Array.of(255))), responseTrailers(1, "0")],
      13,
      "cannot decode containerd.services.version.v1.VersionResponse",
    ],
    [
      "headers of 70 KiB",
      [
        headersFrame(1, [":status", "200", "a", "x".repeat(15_000)], 0),
        ...Array.from({ length: 3 }, () =>
          frame(
            FrameType.CONTINUATION,
            0,
            1,
            concat(Uint8Array.of(0, 1, 98, 127, 0x91, 0x74), new Uint8Array(15_000).fill(97)),
          )),
        frame(FrameType.CONTINUATION, Flag.END_HEADERS, 1, new Uint8Array(1000).fill(0x88)),
      ],
      8,
      "too many headers",
    ],
  ] as const
) {
  Deno.test(`unary() fails on ${what}, and the connection lives on`, async () => {
    const peer = new ScriptedPeer();
    await using transport = connectTo([peer]);
    const call = getVersion(transport);
    peer.send(EMPTY_SETTINGS, ...frames);
    await fails(call, code, text);
    const next = getVersion(transport);
    peer.send(response(3, versionBody("next")));
    assertEquals(await next, "next");
  });
}

Deno.test("unary() refuses a request above the limit without sending it", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer], { maxMessageBytes: 10 });
  const call = transport.stream(
    write,
    undefined,
    undefined,
    undefined,
    only({ ref: "12345678901" }),
  );
  const { message } = await call;
  await fails(Array.fromAsync(message).then(), StatusCode.ResourceExhausted, "the limit is 10");
});

Deno.test("unary() accepts padding, priorities and continuations", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const call = getVersion(transport);
  const head = responseHeaders(1).subarray(9);
  peer.send(
    EMPTY_SETTINGS,
    frame(
      FrameType.HEADERS,
      Flag.PADDED | Flag.PRIORITY,
      1,
      concat(Uint8Array.of(2, 0, 0, 0, 0, 9), head.subarray(0, 4), Uint8Array.of(0, 0)),
    ),
    frame(FrameType.CONTINUATION, 0, 1, head.subarray(4, 9)),
    frame(FrameType.CONTINUATION, Flag.END_HEADERS, 1, head.subarray(9)),
    frame(0xbe, 0xff, 1, Uint8Array.of(1, 2, 3)),
    dataFrame(1, concat(Uint8Array.of(3), grpcMessage(body), new Uint8Array(3)), Flag.PADDED),
    responseTrailers(1, "0"),
  );
  assertEquals(await call, "x");
});

Deno.test("unary() skips interim answers", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const call = getVersion(transport);
  peer.send(
    EMPTY_SETTINGS,
    headersFrame(1, [":status", "103"], Flag.END_HEADERS),
    response(1, body),
  );
  assertEquals(await call, "x");
});

Deno.test("frames may come byte by byte", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const call = getVersion(transport);
  for (const byte of concat(EMPTY_SETTINGS, response(1, body))) peer.send(Uint8Array.of(byte));
  assertEquals(await call, "x");
});

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

Deno.test("a header table that was switched off must stay off", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const { call } = await startVersion(peer, transport);
  peer.send(
    EMPTY_SETTINGS,
    frame(FrameType.SETTINGS, Flag.ACK, 0),
    frame(FrameType.HEADERS, Flag.END_HEADERS, 1, Uint8Array.of(0x3f, 0x01)),
  );
  await fails(call, StatusCode.Internal, "a table of 32 bytes");
});

Deno.test("GOAWAY fails calls that were not handled and keeps the others", async () => {
  const peers = [new ScriptedPeer(), new ScriptedPeer()];
  await using transport = connectTo(peers);
  const kept = await startVersion(peers[0]!, transport);
  const refused = await startVersion(peers[0]!, transport);
  peers[0]!.send(EMPTY_SETTINGS, wordFrame(FrameType.GOAWAY, 0, kept.streamId, H2Code.NO_ERROR));
  await fails(refused.call, StatusCode.Unavailable, "did not handle the call");
  const other = await startVersion(peers[1]!, transport);
  peers[1]!.send(EMPTY_SETTINGS, response(other.streamId, versionBody("new")));
  assertEquals(await other.call, "new");
  peers[0]!.send(response(kept.streamId, versionBody("old")));
  assertEquals(await kept.call, "old");
  while (await peers[0]!.next() !== undefined);
});

Deno.test("GOAWAY moves calls that were not sent to the next connection", async () => {
  const peers = [new ScriptedPeer(), new ScriptedPeer()];
  await using transport = connectTo(peers);
  const sent = await startVersion(peers[0]!, transport);
  peers[0]!.send(settingsFrame([[Setting.MAX_CONCURRENT_STREAMS, 1]]));
  await peers[0]!.nextOf(FrameType.SETTINGS);
  const waits = getVersion(transport);
  peers[0]!.send(wordFrame(FrameType.GOAWAY, 0, 1, 0));
  const { streamId } = await peers[1]!.nextRequest();
  peers[1]!.send(EMPTY_SETTINGS, response(streamId, versionBody("moved")));
  assertEquals(await waits, "moved");
  peers[0]!.send(response(sent.streamId, body));
  assertEquals(await sent.call, "x");
});

Deno.test("a peer that takes no calls and closes ends them after a few connections", async () => {
  const peers = Array.from({ length: 4 }, () => new ScriptedPeer());
  for (const peer of peers) {
    peer.send(settingsFrame([[Setting.MAX_CONCURRENT_STREAMS, 0]]));
  }
  await using transport = connectTo(peers);
  const { call } = await startVersion(peers[0]!, transport);
  const waits = getVersion(transport);
  waits.catch(() => {});
  await peers[0]!.nextOf(FrameType.SETTINGS);
  const late = getVersion(transport);
  for (const peer of peers) peer.end();
  await fails(call, StatusCode.Unavailable, "lost the connection");
  await fails(waits, StatusCode.Unavailable);
  await fails(late, StatusCode.Unavailable);
});

for (
  const [h2Code, code] of [
    [H2Code.NO_ERROR, StatusCode.Internal],
    [H2Code.PROTOCOL_ERROR, StatusCode.Internal],
    [H2Code.REFUSED_STREAM, StatusCode.Unavailable],
    [H2Code.CANCEL, StatusCode.Canceled],
    [H2Code.ENHANCE_YOUR_CALM, StatusCode.ResourceExhausted],
    [H2Code.INADEQUATE_SECURITY, StatusCode.PermissionDenied],
    [99, StatusCode.Internal],
  ] as const
) {
  Deno.test(`RST_STREAM with ${h2Code} means status ${code}`, async () => {
    const peer = new ScriptedPeer();
    await using transport = connectTo([peer]);
    const { call } = await startVersion(peer, transport);
    peer.send(EMPTY_SETTINGS, wordFrame(FrameType.RST_STREAM, 1, h2Code));
    await fails(call, code, "reset the stream");
  });
}

for (
  const [what, bytes, text, h2Code] of [
    ["a large frame", frame(FrameType.DATA, 0, 1, new Uint8Array(16_385)), "16385 bytes", 6],
    ["DATA on stream 0", dataFrame(0, body), "DATA on stream 0", 1],
    ["DATA on an even stream", dataFrame(2, body), "stream 2, which does not exist", 1],
    ["DATA on an idle stream", dataFrame(5, body), "stream 5, which does not exist", 1],
    ["too much padding", dataFrame(1, Uint8Array.of(1), Flag.PADDED), "more padding", 1],
    ["SETTINGS on a stream", frame(FrameType.SETTINGS, 0, 1), "SETTINGS on stream 1", 1],
    ["SETTINGS of 5 bytes", frame(FrameType.SETTINGS, 0, 0, new Uint8Array(5)), "of 5 bytes", 6],
    ["push", settingsFrame([[Setting.ENABLE_PUSH, 1]]), "enable push", 1],
    ["a window of 2^31", settingsFrame([[Setting.INITIAL_WINDOW_SIZE, 2 ** 31]]), "window", 3],
    ["a small frame size", settingsFrame([[Setting.MAX_FRAME_SIZE, 100]]), "frame size", 1],
    ["PING of 7 bytes", frame(FrameType.PING, 0, 0, new Uint8Array(7)), "PING of 7 bytes", 6],
    ["GOAWAY of 4 bytes", frame(FrameType.GOAWAY, 0, 0, new Uint8Array(4)), "of 4 bytes", 6],
    ["a WINDOW_UPDATE of 0", wordFrame(FrameType.WINDOW_UPDATE, 0, 0), "of 0", 1],
    ["a window overflow", wordFrame(FrameType.WINDOW_UPDATE, 0, 0x7fffffff), "above 2^31-1", 3],
    ["PUSH_PROMISE", frame(FrameType.PUSH_PROMISE, 4, 1, new Uint8Array(4)), "PUSH_PROMISE", 1],
    ["a lone CONTINUATION", frame(FrameType.CONTINUATION, 4, 1), "CONTINUATION of nothing", 1],
    [
      "a frame inside of a header block",
      concat(
        headersFrame(1, [":status", "200"], 0),
        frame(FrameType.PING, 0, 0, new Uint8Array(8)),
      ),
      "middle of a header block",
      1,
    ],
    ["a broken header block", frame(FrameType.HEADERS, 4, 1, Uint8Array.of(0xff)), "truncated", 9],
    [
      "endless CONTINUATIONs",
      concat(
        headersFrame(1, [":status", "200"], 0),
        ...Array.from({ length: 70 }, () => frame(FrameType.CONTINUATION, 0, 1)),
      ),
      "header block that is too large",
      11,
    ],
    [
      "a flood of PINGs",
      concat(...Array.from({ length: 5000 }, () => frame(FrameType.PING, 0, 0, new Uint8Array(8)))),
      "flood of PING",
      11,
    ],
    [
      "a flood of empty frames",
      concat(
        responseHeaders(1),
        ...Array.from({ length: 1100 }, () => dataFrame(1, new Uint8Array())),
      ),
      "flood of empty frames",
      11,
    ],
    [
      "more data than the window",
      concat(
        responseHeaders(1),
        dataFrame(1, concat(grpcMessage(new Uint8Array(0)))),
        ...Array.from({ length: 5000 }, () => dataFrame(1, new Uint8Array(16_384))),
      ),
      "",
      undefined,
    ],
  ] as const
) {
  Deno.test(`${what} ends the connection with a ProtocolError`, async () => {
    const peer = new ScriptedPeer();
    await using transport = connectTo([peer]);
    const { call } = await startVersion(peer, transport);
    peer.send(EMPTY_SETTINGS, bytes);
    if (h2Code === undefined) {
      // Unary answers are taken out at once, so that the server never overruns the window.
      await fails(call, StatusCode.Unimplemented, "more than one message");
      return;
    }
    const error = await fails(call, StatusCode.Internal, text);
    assertInstanceOf(error.cause, ProtocolError);
    const goAway = await peer.nextOf(FrameType.GOAWAY);
    assertEquals(readUint32(goAway.payload, 4), h2Code);
    while (await peer.next() !== undefined);
  });
}

Deno.test("a server that overruns a slow reader's window ends the connection", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const messages = await readContent(transport);
  const message = grpcMessage(readBody(new Uint8Array(16_000)));
  peer.send(EMPTY_SETTINGS, responseHeaders(1));
  for (let sent = 0; sent <= STREAM_WINDOW; sent += message.length) {
    peer.send(dataFrame(1, message));
  }
  const goAway = await peer.nextOf(FrameType.GOAWAY);
  assertEquals(readUint32(goAway.payload, 4), H2Code.FLOW_CONTROL_ERROR);
  const error = await fails(
    (async () => {
      for await (const _ of messages);
    })(),
    StatusCode.Internal,
    "more data than it was allowed to",
  );
  assertInstanceOf(error.cause, ProtocolError);
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

Deno.test("a peer that accepts and says nothing is given up", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer], { connectTimeoutMs: 10 });
  await fails(getVersion(transport), StatusCode.Unavailable, "did not answer within 10 ms");
  while (await peer.next() !== undefined);
});

Deno.test("a peer that is no HTTP/2 server is named as such", async () => {
  for (const bytes of ["HTTP/1.1 400 Bad Request\r\n\r\n", "no", "\x00\x01\x02\x03binary stuff"]) {
    const peer = new ScriptedPeer();
    await using transport = connectTo([peer]);
    const call = getVersion(transport);
    peer.send(new TextEncoder().encode(bytes));
    peer.end();
    const error = await fails(
      call,
      StatusCode.Internal,
      'what answers at "/test.sock" is not containerd',
    );
    assertInstanceOf(error.cause, ProtocolError);
  }
});

Deno.test("a peer that closes at once is UNAVAILABLE", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const call = getVersion(transport);
  peer.end();
  await fails(call, StatusCode.Unavailable, "closed the connection before it answered");
});

Deno.test("the end of the connection inside of a frame says so", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const call = getVersion(transport);
  peer.send(EMPTY_SETTINGS, response(1, body).subarray(0, 20));
  peer.end();
  const error = await fails(call, StatusCode.Unavailable, "middle of a frame");
  assertInstanceOf(error.cause, ProtocolError);
});

Deno.test("a read error is UNAVAILABLE with the error as cause", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const { call } = await startVersion(peer, transport);
  const cause = new Deno.errors.ConnectionReset("reset");
  peer.send(EMPTY_SETTINGS);
  peer.end(cause);
  assertEquals((await fails(call, StatusCode.Unavailable)).cause, cause);
});

Deno.test("what a peer said before a write failed still counts", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const { call } = await startVersion(peer, transport);
  peer.writeError = new Deno.errors.BrokenPipe("pipe");
  peer.send(EMPTY_SETTINGS, response(1, body));
  peer.end();
  assertEquals(await call, "x");
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

Deno.test("metadata that gRPC cannot carry is refused before sending", async () => {
  await using transport = connectTo([]);
  for (
    const [name, value] of [
      ["bad name", "x"],
      [":path", "/x"],
      ["connection", "close"],
      ["x-umlaut", "ä"],
      ["x-line", "a\nb"],
      ["x-bin", "***"],
    ] as const
  ) {
    await fails(
      getVersion(transport, { headers: { [name]: value } }),
      StatusCode.InvalidArgument,
      "Cannot",
    );
  }
});

Deno.test("binary metadata goes out as base64 without padding", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo([peer]);
  const call = getVersion(transport, { headers: [["x-bin", "AQ=="]] });
  assertEquals((await peer.nextRequest()).fields["x-bin"], "AQ");
  peer.send(EMPTY_SETTINGS, response(1, body));
  await call;
});
