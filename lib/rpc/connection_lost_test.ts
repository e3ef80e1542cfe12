import { assertEquals, assertInstanceOf } from "@std/assert";
import { ProtocolError } from "../errors/errors.ts";
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
import { StatusCode } from "./wire_error.ts";

const body = versionBody("x");

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
