import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { assertEquals, assertThrows } from "@std/assert";
import { WriteAction, WriteContentRequestSchema } from "../gen/containerd/services/content_pb.ts";
import { encodeMessage, freeMessage } from "./message.ts";
import { WireError } from "./wire_error.ts";

for (const size of [0, 10, 60_000, 65_536, 1_048_576]) {
  Deno.test(`encodeMessage() with ${size} bytes of data says what was given`, () => {
    const message = create(WriteContentRequestSchema, {
      action: WriteAction.COMMIT,
      ref: "one",
      offset: 7n,
      total: 9n,
      data: new Uint8Array(size).map((_, i) => i % 251),
      labels: { a: "b" },
    });
    const bytes = encodeMessage(WriteContentRequestSchema, message, 1 << 24);
    assertEquals(bytes.length, toBinary(WriteContentRequestSchema, message).length);
    assertEquals(fromBinary(WriteContentRequestSchema, bytes), message);
    // The caller's message stays what it was.
    assertEquals(message.data.length, size);
    const { data } = message;
    freeMessage(bytes);
    assertEquals(bytes.length === 0, size >= 65_536);
    assertEquals(data.length, size);
    assertThrows(() => encodeMessage(WriteContentRequestSchema, message, 5), WireError);
  });
}
