import { assert, assertEquals, assertRejects } from "@std/assert";
import { CanceledError, InvalidArgumentError, TimeoutError } from "../../errors/errors.ts";
import { gzip, makeTar, type TarFiles, zstd } from "../../../tests/harness/archives.ts";
import { Archive, type ArchiveSource } from "./source.ts";

/** What is in an archive: text of files, and where links lead. */
async function listOf(
  source: ArchiveSource,
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const archive = await Archive.open(source, signal);
  for await (const { path, linkTo, read } of archive.entries()) {
    let text = linkTo === undefined ? "" : `-> ${linkTo}`;
    for await (const part of read()) text += new TextDecoder().decode(part);
    found[path] = text;
  }
  return found;
}

const FILES: TarFiles = {
  "./a": "one",
  "sub/": { type: "directory" },
  "sub/b": "two",
  [`sub/${"long/".repeat(60)}c`]: "three",
  "sub/link": { type: "symlink", linkname: "../a" },
  "hard": { type: "link", linkname: "./sub/b" },
  "out": { type: "symlink", linkname: "../../etc/passwd" },
  "absolute": { type: "symlink", linkname: "/etc/passwd" },
  "pipe": { type: "fifo" },
  "device": { type: "character-device" },
};

const FOUND = {
  "a": "one",
  "sub/b": "two",
  [`sub/${"long/".repeat(60)}c`]: "three",
  "sub/link": "-> a",
  "hard": "-> sub/b",
};

Deno.test("Archive.entries() gives files and inner links, in whatever pieces they come", async () => {
  const tar = await makeTar(FILES);
  for (const bytes of [tar, await gzip(tar), await zstd(tar)]) {
    for (const size of [1, 511, 513, bytes.length]) {
      const pieces = async function* (): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < bytes.length; i += size) yield await bytes.subarray(i, i + size);
      };
      assertEquals(await listOf(pieces()), FOUND);
    }
  }
});

Deno.test("Archive.entries() skips what is not read, and can be left early", async () => {
  const tar = await makeTar({ big: new Uint8Array(5_000_000), small: "s", last: "l" });
  let canceled = false;
  let offset = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller): void {
      controller.enqueue(tar.slice(offset, offset += 10_000));
    },
    cancel: () => void (canceled = true),
  });
  const archive = await Archive.open(stream, undefined);
  const seen: string[] = [];
  for await (const { path, read } of archive.entries()) {
    seen.push(path);
    if (path === "small") break;
    for await (const _ of read()) break;
  }
  assertEquals(seen, ["big", "small"]);
  assert(canceled);
});

Deno.test("Archive.entries() does not read ahead of its consumer", async () => {
  const size = 64 * 1024 * 1024;
  const head = (await makeTar({ big: { size: 0 } })).slice(0, 512);
  // The header's size field, and with it the checksum, are put right by hand.
  new TextEncoder().encodeInto(size.toString(8).padStart(11, "0"), head.subarray(124));
  head.fill(32, 148, 156);
  const sum = head.reduce((a, b) => a + b, 0).toString(8).padStart(6, "0");
  new TextEncoder().encodeInto(`${sum}\0 `, head.subarray(148));
  let produced = 0;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(head),
    pull(controller): void {
      produced += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    },
  }, { highWaterMark: 0 });
  const archive = await Archive.open(stream, undefined);
  for await (const { read } of archive.entries()) {
    for await (const _ of read()) {
      // Whatever could be read ahead has been once the event loop is idle.
      for (let i = 0; i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 0));
      break;
    }
    break;
  }
  assert(produced <= 4 * 1024 * 1024, `${produced} bytes were read ahead`);
});

Deno.test("Archive.entries() refuses paths that point outside", async () => {
  for (const path of ["../a", "/a", "a/../../b"]) {
    await assertRejects(
      async () => listOf(await makeTar({ [path]: "x" })),
      InvalidArgumentError,
      `its entry "${path}" points outside of the archive`,
    );
  }
});

Deno.test("Archive.entries() ends with its signal, also while the source is silent", async () => {
  const tar = await makeTar({ a: "x" });
  for (const sent of [0, 3, 600]) {
    const silent = () =>
      new ReadableStream<Uint8Array>({
        start(controller): void {
          if (sent > 0) controller.enqueue(tar.slice(0, sent));
        },
      });
    const stuck = async function* (): AsyncGenerator<Uint8Array> {
      if (sent > 0) yield tar.slice(0, sent);
      await new Promise(() => {});
    };
    for (const source of [silent(), stuck()]) {
      const abort = new AbortController();
      const listing = assertRejects(() => listOf(source, abort.signal), CanceledError, "canceled");
      setTimeout(() => abort.abort(), 0);
      await listing;
    }
    await assertRejects(() => listOf(silent(), AbortSignal.timeout(1)), TimeoutError);
    await assertRejects(() => listOf(silent(), AbortSignal.abort()), CanceledError);
  }
});

Deno.test("Archive.open() refuses what is no source", async () => {
  const url = new URL("https://example.org/x.tar");
  await assertRejects(() => Archive.open(url, undefined), InvalidArgumentError, "only file: URLs");
  await assertRejects(() => Archive.open("", undefined), InvalidArgumentError, "path is empty");
  const text = ReadableStream.from(["text"]) as unknown;
  await assertRejects(
    () => listOf(text as ReadableStream<Uint8Array>),
    InvalidArgumentError,
    "it yields string where it must yield Uint8Array",
  );
});
