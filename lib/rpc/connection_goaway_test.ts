import { assertEquals } from "@std/assert";
import { FrameType, H2Code, Setting, settingsFrame, wordFrame } from "./frames.ts";
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
