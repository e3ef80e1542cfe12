import { assertEquals } from "@std/assert";
import { percentDecode, trailerError } from "./trailers.ts";

Deno.test("percentDecode() decodes UTF-8 and leaves broken sequences", () => {
  for (
    const [text, expected] of [
      ["plain", "plain"],
      ["a%20b%0a", "a b\n"],
      ["%E4%BD%A0", "你"],
      ["100%", "100%"],
      ["%zz%4", "%zz%4"],
      ["%ff", "\ufffd"],
      ["\xc3\xa4", "ä"],
    ] as const
  ) {
    assertEquals(percentDecode(text), expected);
  }
});

Deno.test("trailerError() survives broken details", () => {
  for (const details of ["***", "CAU", "//////8", "GgEK"]) {
    const error = trailerError([
      ...["grpc-status", "5", "grpc-message", "m", "grpc-status-details-bin", details],
    ]);
    assertEquals(error?.message, "[not_found] m");
  }
});

Deno.test("trailerError() takes the message of the details where there is no other", () => {
  const details = Uint8Array.of(18, 2, 104, 105).toBase64();
  const error = trailerError(["grpc-status", "2", "grpc-status-details-bin", details]);
  assertEquals(error?.rawMessage, "hi");
  assertEquals(error?.isWireError, true);
});

Deno.test("trailerError() gives nothing for OK", () => {
  assertEquals(trailerError(["grpc-status", "0", "grpc-message", "ignored"]), undefined);
});
