import { assertEquals, assertRejects } from "@std/assert";
import { InvalidArgumentError, ProtocolError } from "../../errors/errors.ts";
import { folderTar, remapTar } from "./remap_tar.ts";

const text = new TextDecoder();

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part.slice());
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/** A stream that comes in pieces of one size, as the network likes. */
async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

const field = (tar: Uint8Array, at: number) => text.decode(tar.subarray(at, at + 7));
const shifted = { uid: (id: number) => id + 100_000, gid: (id: number) => id + 200_000 };

Deno.test("remapTar() gives files other owners, whatever pieces they come in", async () => {
  const tar = folderTar("a", { uid: 5, gid: 6, mode: 0o755 });
  for (const size of [1, 7, 512, 5000]) {
    const result = await collect(remapTar(pieces(tar, size), shifted));
    assertEquals(result.length, tar.length);
    assertEquals(parseInt(field(result, 108), 8), 100_005);
    assertEquals(parseInt(field(result, 116), 8), 200_006);
    const sum = result.subarray(0, 512).reduce(
      (total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte),
      0,
    );
    assertEquals(parseInt(text.decode(result.subarray(148, 154)), 8), sum);
  }
});

Deno.test("remapTar() takes owners from extended headers, and writes large ones", async () => {
  const body = new Uint8Array(512);
  const line = "20 uid=000000000007\n";
  new TextEncoder().encodeInto(line, body);
  const header = folderTar("x", { uid: 0, gid: 0, mode: 0 }).subarray(0, 512);
  header[156] = "x".charCodeAt(0);
  new TextEncoder().encodeInto(line.length.toString(8).padStart(11, "0"), header.subarray(124));
  const file = folderTar("a", { uid: 1, gid: 1, mode: 0o644 });
  const tar = new Uint8Array([...header, ...body, ...file]);
  const far = { uid: (id: number) => id + 4_000_000_000, gid: (id: number) => id };
  const result = await collect(remapTar(pieces(tar, 100), far));
  // The extended header said nothing else, and is gone.
  assertEquals(result.length, file.length);
  assertEquals([...result.subarray(108, 116)], [128, 0, 0, 0, 0xee, 0x6b, 0x28, 0x07]);
});

Deno.test("remapTar() refuses owners without a range, and what is no tar", async () => {
  const tar = folderTar("a", { uid: 5, gid: 6, mode: 0o755 });
  const none = { uid: () => undefined, gid: () => 0 };
  await assertRejects(() => collect(remapTar(pieces(tar, 512), none)), InvalidArgumentError, "5:6");
  const cut = tar.subarray(0, 300);
  await assertRejects(() => collect(remapTar(pieces(cut, 512), shifted)), ProtocolError, "header");
});
