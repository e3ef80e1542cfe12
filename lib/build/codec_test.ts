import { assertEquals, assertRejects } from "@std/assert";
import { digestOf } from "../oci/digest.ts";
import { gzipPieces } from "./codec.ts";

Deno.test("gzipPieces() makes these very bytes, which gzip reads", async () => {
  const text = "a layer that compresses to the same bytes on every machine\n".repeat(20_000);
  const bytes = new TextEncoder().encode(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 65_536) yield await bytes.slice(at, at + 65_536);
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of gzipPieces(pieces(), 6)) parts.push(part.slice());
  // No time, and Unix as the system.
  assertEquals([...parts[0]!.subarray(3, 10)], [0, 0, 0, 0, 0, 0, 3]);
  const whole = new Uint8Array(await new Blob(parts).arrayBuffer());
  assertEquals(
    await digestOf(whole),
    "sha256:ffad3e7d73939d391fa18a9556e3ec061bf4bea086867f639f82855577492aa2",
    "a change here changes the digest of every image whose layers are compressed: it may come with " +
      "a Deno that has another zlib, never with a change of ours without a new format of the cache",
  );
  const plain = new Blob([whole]).stream().pipeThrough(new DecompressionStream("gzip"));
  assertEquals(await new Response(plain).text(), text);
});

Deno.test("gzipPieces() ends at once with an error of its source, and when nobody reads on", async () => {
  async function* endless() {
    const bytes = new Uint8Array(65_536);
    while (true) yield await Promise.resolve(crypto.getRandomValues(bytes));
  }
  async function* broken() {
    yield* [new Uint8Array(65_536)];
    throw await Promise.resolve(new Error("the source broke"));
  }
  for await (const part of gzipPieces(endless(), 1)) {
    if (part.length > 1000) break;
  }
  await assertRejects(() => Array.fromAsync(gzipPieces(broken(), 9)), Error, "the source broke");
  const reason = AbortSignal.abort();
  await assertRejects(() => Array.fromAsync(gzipPieces(endless(), 6, reason)));
});
