import { assertEquals } from "@std/assert";
import { Content } from "../gen/containerd/services/content_pb.ts";
import { Version } from "../gen/containerd/services/version_pb.ts";
import { Flag, FrameType, readUint32, Setting } from "./frames.ts";
import {
  concat,
  connectTo,
  dataFrame,
  EMPTY_SETTINGS,
  fails,
  frame,
  getVersion,
  grpcMessage,
  headersFrame,
  only,
  response,
  responseHeaders,
  responseTrailers,
  ScriptedPeer,
  versionBody,
} from "./scripted_peer_test.ts";
import { STREAM_WINDOW } from "./stream.ts";
import { StatusCode } from "./wire_error.ts";

const { write } = Content.method;
const { version } = Version.method;
const body = versionBody("x");

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
