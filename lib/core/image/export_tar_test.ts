import { assertEquals, assertThrows } from "@std/assert";
import { unpackTar } from "modern-tar";
import { UnsupportedError } from "../../errors/errors.ts";
import { tarEnd, tarFileHeader, tarFolderHeader, tarPadding } from "./export_tar.ts";

async function read(...parts: Uint8Array<ArrayBuffer>[]) {
  const bytes = new Uint8Array(await new Blob([...parts, tarEnd()]).arrayBuffer());
  return (await unpackTar(bytes)).map(({ header, data }) => ({
    name: header.name,
    type: header.type,
    size: header.size,
    text: data && new TextDecoder().decode(data),
  }));
}

Deno.test("tarFileHeader() and tarPadding() make what tar readers read", async () => {
  const text = new TextEncoder().encode("hello");
  assertEquals(
    await read(
      tarFolderHeader("blobs/"),
      tarFileHeader("blobs/a", text.length),
      text,
      tarPadding(text.length),
      tarFileHeader("empty", 0),
    ),
    [
      { name: "blobs/", type: "directory", size: 0, text: undefined },
      { name: "blobs/a", type: "file", size: 5, text: "hello" },
      { name: "empty", type: "file", size: 0, text: "" },
    ],
  );
  assertEquals(tarPadding(512).length, 0);
  assertEquals(tarPadding(513).length, 511);
});

Deno.test("tarFileHeader() writes sizes of more than 8 GiB as binary numbers", () => {
  const field = tarFileHeader("big", 9 * 2 ** 30 + 3).subarray(124, 136);
  assertEquals([...field], [0x80, 0, 0, 0, 0, 0, 0, 2, 0x40, 0, 0, 3]);
  const edge = tarFileHeader("edge", 8 * 2 ** 30 - 1).subarray(124, 136);
  assertEquals(new TextDecoder().decode(edge), "77777777777\0");
});

Deno.test("tarFileHeader() refuses names that do not fit", () => {
  assertThrows(() => tarFileHeader("x".repeat(101), 0), UnsupportedError, "too long");
});
