import { assertEquals, assertThrows } from "@std/assert";
import { MessageReader } from "./grpc_frame.ts";
import { concat, grpcMessage } from "./scripted_peer_test.ts";
import { WireError } from "./wire_error.ts";

Deno.test("MessageReader cuts messages, however the bytes come", () => {
  const bodies = [0, 1, 63, 64, 5000].map((length) => new Uint8Array(length).map((_, i) => i));
  const bytes = concat(...bodies.map((body) => grpcMessage(body)));
  for (const step of [1, 2, 7, 100, bytes.length]) {
    const messages: Uint8Array[] = [];
    const reader = new MessageReader(5000, (message) => messages.push(message));
    for (let at = 0; at < bytes.length; at += step) {
      reader.push(bytes, at, Math.min(at + step, bytes.length));
    }
    assertEquals(messages, bodies);
    assertEquals(reader.partialBytes, 0);
  }
});

Deno.test("MessageReader gives messages memory of their own", () => {
  const bytes = grpcMessage(Uint8Array.of(1, 2, 3));
  const messages: Uint8Array[] = [];
  new MessageReader(10, (message) => messages.push(message)).push(bytes, 0, bytes.length);
  bytes.fill(9);
  assertEquals(messages, [Uint8Array.of(1, 2, 3)]);
});

Deno.test("MessageReader grows large messages with what arrives", () => {
  const length = 4_000_000;
  const messages: Uint8Array[] = [];
  const reader = new MessageReader(length, (message) => messages.push(message));
  const bytes = grpcMessage(new Uint8Array(length).map((_, i) => i));
  for (let at = 0; at < bytes.length; at += 16_384) {
    reader.push(bytes, at, Math.min(at + 16_384, bytes.length));
  }
  assertEquals(messages[0], bytes.subarray(5));
});

Deno.test("MessageReader refuses compressed and oversized messages", () => {
  const reader = () => new MessageReader(2, () => {});
  const compressed = grpcMessage(new Uint8Array(1), 1);
  assertThrows(() => reader().push(compressed, 0, 6), WireError, "compressed");
  const large = grpcMessage(new Uint8Array(3));
  assertThrows(() => reader().push(large, 0, 8), WireError, "3 bytes, the limit is 2");
});
