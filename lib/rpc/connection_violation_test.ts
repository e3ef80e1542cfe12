import { assertEquals, assertInstanceOf } from "@std/assert";
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
  connectTo,
  dataFrame,
  EMPTY_SETTINGS,
  fails,
  frame,
  grpcMessage,
  headersFrame,
  readBody,
  readContent,
  responseHeaders,
  ScriptedPeer,
  startVersion,
  versionBody,
} from "./scripted_peer_test.ts";
import { STREAM_WINDOW } from "./stream.ts";
import { StatusCode } from "./wire_error.ts";

const body = versionBody("x");

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
