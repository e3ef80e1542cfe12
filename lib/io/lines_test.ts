import { assertEquals } from "@std/assert";
import { readLines } from "./lines.ts";

async function* chunks(...pieces: (string | number[])[]): AsyncIterable<Uint8Array> {
  for (const piece of pieces) {
    yield typeof piece === "string" ? new TextEncoder().encode(piece) : new Uint8Array(piece);
    await Promise.resolve();
  }
}

async function all(...pieces: (string | number[])[]): Promise<string[]> {
  return await Array.fromAsync(readLines(chunks(...pieces)));
}

Deno.test("readLines() splits at line ends wherever chunks are cut", async () => {
  assertEquals(await all("a\nb\r\nc"), ["a", "b", "c"]);
  assertEquals(await all("a", "\n", "b\r", "\n", "c\n"), ["a", "b", "c"]);
  assertEquals(await all("\n\n"), ["", ""]);
  assertEquals(await all(), []);
  assertEquals(await all("", "x"), ["x"]);
});

Deno.test("readLines() joins characters that arrive in pieces", async () => {
  const snowman = [...new TextEncoder().encode("☃")];
  const pieces = snowman.map((byte) => [byte]);
  assertEquals(await all("a", ...pieces, "b\n", [0xff], "\n"), ["a☃b", "\ufffd"]);
  assertEquals(await all([0xef, 0xbb, 0xbf], "x\n"), ["\ufeffx"]);
});

Deno.test("readLines() takes a line of 10 MB in small chunks", async () => {
  const chunk = "x".repeat(1000);
  const lines = await all(...Array<string>(10_000).fill(chunk), "\nnext\n");
  assertEquals(lines.map((line) => line.length), [10_000_000, 4]);
});

Deno.test("readLines() does not keep the memory of a chunk", async () => {
  const shared = new Uint8Array([97, 97]);
  async function* reused() {
    yield shared;
    await Promise.resolve();
    shared.set([98, 10]);
    yield shared;
  }
  assertEquals(await Array.fromAsync(readLines(reused())), ["aab"]);
});
