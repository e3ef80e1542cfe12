import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeBinary,
  encodeBinary,
  encodeTimeout,
  metadataFields,
  parseTimeout,
} from "./metadata.ts";
import { WireError } from "./wire_error.ts";

Deno.test("metadataFields() takes every form of HeadersInit", () => {
  const expected = ["x-a", "1", "x-b", "2"];
  assertEquals(metadataFields({ "X-A": "1", "x-b": " 2 " }), expected);
  assertEquals(metadataFields([["x-a", "1"], ["X-B", "2"]]), expected);
  assertEquals(metadataFields(new Headers({ "x-a": "1", "x-b": "2" })), expected);
  assertEquals(metadataFields(undefined), []);
});

Deno.test("metadataFields() leaves out what the transport sets itself", () => {
  const fields = metadataFields({ "content-type": "x", te: "x", "user-agent": "x" });
  assertEquals(fields, []);
});

Deno.test("metadataFields() splits joined binary values and drops their padding", () => {
  assertEquals(metadataFields({ "x-bin": "AQ==, Ag" }), ["x-bin", "AQ", "x-bin", "Ag"]);
});

Deno.test("encodeBinary() and decodeBinary() are inverse", () => {
  for (let length = 0; length < 5; length++) {
    const bytes = new Uint8Array(length).fill(0xfe);
    assertEquals(decodeBinary(encodeBinary(bytes)), bytes);
  }
  assertThrows(() => decodeBinary("*"), WireError, "not base64");
});

Deno.test("encodeTimeout() rounds up and fits eight digits", () => {
  assertEquals(encodeTimeout(0.2), "1m");
  assertEquals(encodeTimeout(1500), "1500m");
  assertEquals(encodeTimeout(99_999_999), "99999999m");
  assertEquals(encodeTimeout(100_000_001), "100001S");
  assertEquals(encodeTimeout(Infinity), "99999999S");
});

Deno.test("parseTimeout() reads every unit and refuses the rest", () => {
  const values = ["1n", "1u", "1m", "1S", "1M", "1H"].map(parseTimeout);
  assertEquals(values, [1e-6, 1e-3, 1, 1000, 60_000, 3_600_000]);
  for (const value of ["", "1", "m", "123456789m", "-1m", "1.5S", "1s"]) {
    assertEquals(parseTimeout(value), undefined, value);
  }
});
