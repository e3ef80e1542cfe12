import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DigestError, InvalidArgumentError } from "../errors/errors.ts";
import {
  createHasher,
  type Digest,
  digestAlgorithm,
  digestHex,
  digestOf,
  DigestStream,
  isDigest,
  parseDigest,
  verifyBytes,
} from "./digest.ts";

// Test vectors of FIPS 180-4 for "abc".
const abc: Digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const abc384: Digest = "sha384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed" +
  "8086072ba1e7cc2358baeca134c825a7" as Digest;

Deno.test("parseDigest() takes the three algorithms with their lengths", () => {
  for (const [name, length] of [["sha256", 64], ["sha384", 96], ["sha512", 128]] as const) {
    const digest = `${name}:${"a".repeat(length)}`;
    assertEquals(parseDigest(digest), digest);
    assertEquals(isDigest(`${digest}a`), false);
  }
  assertEquals(digestAlgorithm(abc), "sha256");
  assertEquals(digestHex(abc).slice(0, 8), "ba7816bf");
});

Deno.test("parseDigest() says what is wrong", () => {
  const cases: [string, string][] = [
    ["abc", "64 hex digits"],
    ["md5:abc", "unknown"],
    ["toString:abc", "unknown"],
    ["sha256:abc", "not 3"],
    [`sha256:${"A".repeat(64)}`, "0-9 and a-f"],
  ];
  for (const [text, why] of cases) assertThrows(() => parseDigest(text), InvalidArgumentError, why);
  assertEquals(isDigest(12), false);
});

Deno.test("digestOf() hashes bytes and text", async () => {
  assertEquals(await digestOf("abc"), abc);
  assertEquals(await digestOf(new TextEncoder().encode("abc"), "sha384"), abc384);
});

Deno.test("createHasher() hashes in steps", async () => {
  const hasher = await createHasher();
  hasher.update(new TextEncoder().encode("a"));
  hasher.update(new TextEncoder().encode("bc"));
  assertEquals(hasher.sizeBytes, 3);
  assertEquals(hasher.digest(), abc);
  assertEquals(hasher.digest(), abc);
});

function stream(...chunks: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
}

Deno.test("DigestStream passes bytes through and hashes them", async () => {
  const digester = new DigestStream();
  const text = await new Response(stream("a", "bc").pipeThrough(digester)).text();
  assertEquals(text, "abc");
  assertEquals(await digester.result, { digest: abc, sizeBytes: 3 });
});

Deno.test("DigestStream checks what was promised", async () => {
  const read = (expected: { digest: Digest; sizeBytes?: number }, ...chunks: string[]) =>
    new Response(stream(...chunks).pipeThrough(new DigestStream({ expected }))).text();
  assertEquals(await read({ digest: abc, sizeBytes: 3 }, "abc"), "abc");
  assertEquals(await read({ digest: abc384 }, "ab", "c"), "abc");
  const error = await assertRejects(() => read({ digest: abc }, "abd"), DigestError, "hash to");
  assertEquals(error.expected, abc);
  await assertRejects(() => read({ digest: abc, sizeBytes: 3 }, "ab"), DigestError, "has 2 bytes");
  await assertRejects(() => read({ digest: abc, sizeBytes: 3 }, "abc", "d"), DigestError, "longer");
});

Deno.test("DigestStream rejects its result as well", async () => {
  const digester = new DigestStream({ expected: { digest: abc } });
  await assertRejects(() => stream("x").pipeThrough(digester).pipeTo(new WritableStream()));
  await assertRejects(() => digester.result, DigestError);
});

Deno.test("verifyBytes() checks digest and size", async () => {
  const bytes = new TextEncoder().encode("abc");
  await verifyBytes(bytes, { digest: abc, sizeBytes: 3 });
  await assertRejects(
    () => verifyBytes(bytes, { digest: abc, sizeBytes: 4 }),
    DigestError,
    "3 bytes",
  );
  await assertRejects(() => verifyBytes(bytes.slice(1), { digest: abc }), DigestError, "hash to");
});
