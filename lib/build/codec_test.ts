import { assertEquals } from "@std/assert";
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
  const whole = new Uint8Array(await new Blob(parts).arrayBuffer());
  // A change here changes the digest of every image: the compressor must stay as it is.
  assertEquals(
    await digestOf(whole),
    "sha256:f08bf94face9f7094c37297f7d65ecc9cb17ed370c9e2c31f4b4b4edc55d22a6",
  );
  const plain = new Blob([whole]).stream().pipeThrough(new DecompressionStream("gzip"));
  assertEquals(await new Response(plain).text(), text);
});
