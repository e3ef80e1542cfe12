import { assertEquals, assertRejects } from "@std/assert";
import { unpackTar } from "modern-tar";
import { concat } from "../core/files/bytes.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import type { LayerEntry } from "./entry.ts";
import { hostEntries, memoryEntries } from "./host_files.ts";
import { layerTar } from "./layer.ts";
import type { CopyOptions } from "./plan.ts";

const MTIME = new Date(1_000_000_000_000);

async function tarOf(entries: readonly LayerEntry[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  // A piece is valid until the next one.
  for await (const part of layerTar(entries, { mtime: MTIME, onRead() {} })) {
    parts.push(part.slice());
  }
  return concat(parts);
}

function copyEntries(from: string | URL, to: string, options: CopyOptions) {
  return hostEntries([from], to, options);
}

async function headersOf(entries: readonly LayerEntry[]): Promise<string[]> {
  const found = await unpackTar(await tarOf(entries), { strict: true });
  return found.map(({ header, data }) => {
    const { name, type, mode = 0, uid, gid, linkname, mtime } = header;
    assertEquals(mtime, MTIME);
    const tail = type === "symlink" ? `-> ${linkname}` : new TextDecoder().decode(data);
    return `${name} ${mode.toString(8)} ${uid}:${gid} ${tail}`.trim();
  });
}

Deno.test("layerTar() sorts entries by their bytes, a folder before what is in it", async () => {
  const entries = memoryEntries(
    { "b": "", "a/z": "1", "a-": "", "ü": "", "\u{1f600}": "" },
    "/",
    {},
  );
  assertEquals(await headersOf(entries), [
    "a/ 755 0:0",
    "a- 644 0:0",
    "a/z 644 0:0 1",
    "b 644 0:0",
    "ü 644 0:0",
    "\u{1f600} 644 0:0",
  ]);
});

Deno.test("hostEntries() takes a folder's content with plain modes, and links as they are", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/sub`, { mode: 0o700 });
    await Deno.writeTextFile(`${dir}/sub/f`, "x", { mode: 0o600 });
    await Deno.writeTextFile(`${dir}/run`, "y", { mode: 0o711 });
    await Deno.symlink("/no/where", `${dir}/link`);
    const plain = ["link 777 0:0 -> /no/where", "run 755 0:0 y", "sub/ 755 0:0", "sub/f 644 0:0 x"];
    assertEquals(
      await headersOf(await copyEntries(dir, "/to", {})),
      plain.map((line) => `to/${line}`),
    );
    assertEquals(await headersOf(await copyEntries(`${dir}/`, "/", {})), plain);
    assertEquals(await headersOf(await copyEntries(dir, "/to/", { mode: 0o640, uid: 1, gid: 2 })), [
      "to/ 750 1:2",
      "to/link 777 1:2 -> /no/where",
      "to/run 640 1:2 y",
      "to/sub/ 750 1:2",
      "to/sub/f 640 1:2 x",
    ]);
    const url = new URL(`file://${dir}/run`);
    assertEquals(await headersOf(await copyEntries(url, "/bin/", {})), ["bin/run 755 0:0 y"]);
    assertEquals(await headersOf(await copyEntries(`${dir}/run`, "/bin", {})), ["bin 755 0:0 y"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("layerTar() fails when a file changes its length before it is read", async () => {
  const dir = await Deno.makeTempDir();
  try {
    for (const later of ["longer than it was", "s"]) {
      await Deno.writeTextFile(`${dir}/f`, "before");
      const entries = await copyEntries(dir, "/", {});
      await Deno.writeTextFile(`${dir}/f`, later);
      await assertRejects(
        () => tarOf(entries),
        InvalidArgumentError,
        "it changed while it was read",
      );
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
