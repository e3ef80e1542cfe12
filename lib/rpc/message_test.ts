import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { WriteAction, WriteContentRequestSchema } from "../gen/containerd/services/content_pb.ts";
import { encodeInPieces, encodeMessage } from "./message.ts";
import { WireError } from "./wire_error.ts";

for (const size of [0, 10, 60_000, 65_536, 1_048_576]) {
  Deno.test(`encodeInPieces() with ${size} bytes of data says what was given`, () => {
    const message = create(WriteContentRequestSchema, {
      action: WriteAction.COMMIT,
      ref: "one",
      offset: 7n,
      total: 9n,
      data: new Uint8Array(size).map((_, i) => i % 251),
      labels: { a: "b" },
    });
    const { data } = message;
    const { head, rest } = encodeInPieces(WriteContentRequestSchema, message, 1 << 24);
    // Much is left where it is.
    if (size >= 65_536) assertStrictEquals(rest, data);
    else assertEquals(rest.length, 0);
    const bytes = new Uint8Array([...head, ...rest]);
    const whole = encodeMessage(WriteContentRequestSchema, message, 1 << 24);
    assertEquals(bytes.length, whole.length);
    assertEquals(whole, toBinary(WriteContentRequestSchema, message));
    assertEquals(fromBinary(WriteContentRequestSchema, bytes), message);
    // The caller's message stays what it was.
    assertStrictEquals(message.data, data);
    for (const encode of [encodeMessage, encodeInPieces]) {
      assertThrows(() => encode(WriteContentRequestSchema, message, 5), WireError);
      const most = whole.length - 1;
      assertThrows(() => encode(WriteContentRequestSchema, message, most), WireError);
    }
  });
}
