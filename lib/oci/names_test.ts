import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import {
  checkIdentifier,
  checkLabel,
  checkLabels,
  checkSnapshotKey,
  isIdentifier,
  isReservedLabel,
} from "./names.ts";

Deno.test("checkIdentifier() takes what containerd takes", () => {
  for (
    const text of ["a", "A0", "default", "a.b-c_d", "containerd.io", "0912341234", "x".repeat(76)]
  ) {
    assertEquals(checkIdentifier(text, "namespace"), text);
  }
  for (
    const text of [
      "",
      ".",
      "a..b",
      "a.",
      "-a",
      "a/b",
      "a b",
      "ä",
      "a\n",
      "default--default",
      "x".repeat(77),
    ]
  ) {
    assertEquals(isIdentifier(text), false, text);
  }
  assertThrows(
    () => checkIdentifier("a/b", "container id"),
    InvalidArgumentError,
    'Cannot use "a/b" as container id',
  );
  assertThrows(
    () => checkIdentifier("x".repeat(200), "lease id"),
    InvalidArgumentError,
    "200 characters",
  );
});

Deno.test("checkLabel() counts bytes, not characters", () => {
  checkLabel("k", "x".repeat(4095));
  assertThrows(() => checkLabel("k", "x".repeat(4096)), InvalidArgumentError, "4097 bytes");
  assertThrows(() => checkLabel("k", "ä".repeat(2048)), InvalidArgumentError, "4097 bytes");
  assertThrows(() => checkLabel("", "x"), InvalidArgumentError, "empty");
  assertThrows(() => checkLabels({ a: "b", "": "c" }), InvalidArgumentError);
});

Deno.test("isReservedLabel() knows containerd's own labels", () => {
  assertEquals(isReservedLabel("containerd.io/gc.root"), true);
  assertEquals(isReservedLabel("io.cri-containerd.kind"), true);
  assertEquals(isReservedLabel("org.containerd.io/x"), false);
});

Deno.test("checkSnapshotKey() takes any text but none and NUL", () => {
  assertEquals(checkSnapshotKey("extract-1-a sha256:b"), "extract-1-a sha256:b");
  assertThrows(() => checkSnapshotKey(""), InvalidArgumentError);
  assertThrows(() => checkSnapshotKey("a\0b"), InvalidArgumentError);
});
