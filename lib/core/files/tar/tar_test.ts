import { assertEquals, assertRejects } from "@std/assert";
import type { FileAttributes } from "../info.ts";
import { readTar, type TarItem } from "./reader.ts";
import { concat } from "../bytes.ts";
import { tarEnd, tarFill, tarHeader } from "./writer.ts";

const text = (value: string) => new TextEncoder().encode(value);

/** Bytes in pieces of an odd size, so that nothing rests on where they are cut. */
async function* pieces(bytes: Uint8Array, size = 97): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await bytes.subarray(at, at + size);
}

async function all(bytes: Uint8Array, options = {}): Promise<(TarItem & { text: string })[]> {
  const found: (TarItem & { text: string })[] = [];
  for await (const item of readTar(pieces(bytes), options)) {
    const parts: Uint8Array[] = [];
    for await (const part of item.data()) parts.push(part.slice());
    found.push({ ...item, text: new TextDecoder().decode(concat(parts)) });
  }
  return found;
}

const file: FileAttributes = {
  kind: "file",
  size: 5,
  mode: 0o4755,
  uid: 1000,
  gid: 1001,
  mtime: new Date(1_700_000_000_123),
};

Deno.test("readTar() reads what tarHeader() writes", async () => {
  const long = `${"d".repeat(200)}/${"n".repeat(255)}`;
  const entries: { name: string; attributes: FileAttributes; hardLink?: string }[] = [
    { name: "a", attributes: file },
    { name: long, attributes: { ...file, uid: 4_000_000_000, mtime: new Date(-1500) } },
    {
      name: "x\udcff",
      attributes: {
        ...file,
        xattrs: { "user.a": text("1\n2"), "security.capability": text("\0") },
      },
    },
    { name: "hard", attributes: { ...file, size: 0 }, hardLink: long },
    { name: "dir", attributes: { ...file, kind: "directory", size: 0, mode: 0o1777 } },
    { name: "soft", attributes: { ...file, kind: "symlink", size: 0, linkTo: `../${long}` } },
    {
      name: "null",
      attributes: { ...file, kind: "character-device", size: 0, device: { major: 1, minor: 3 } },
    },
    { name: "pipe", attributes: { ...file, kind: "fifo", size: 0 } },
  ];
  const bytes = concat([
    ...entries.flatMap((entry) => [
      tarHeader(entry),
      ...(entry.attributes.size > 0 ? [text("hello"), tarFill(5)] : []),
    ]),
    tarEnd(),
  ]);
  const found = await all(bytes, { strict: true });
  assertEquals(found.length, entries.length);
  for (const [i, entry] of entries.entries()) {
    const { name, attributes, hardLink, text, offset } = found[i]!;
    assertEquals(name, entry.name + (attributes.kind === "directory" ? "/" : ""));
    assertEquals(hardLink, entry.hardLink);
    const { xattrs, ...rest } = attributes;
    const { xattrs: wanted, ...others } = entry.attributes;
    assertEquals(rest, others);
    assertEquals(xattrs && { ...xattrs }, wanted);
    assertEquals(text, entry.attributes.size > 0 ? "hello" : "");
    if (text) assertEquals(new TextDecoder().decode(bytes.slice(offset, offset + 5)), "hello");
  }
  // The bytes are those that a name had.
  const raw = found.find(({ name }) => name.startsWith("x"))!;
  assertEquals(raw.name, "x\udcff");
});

Deno.test("readTar() reads what GNU tar writes, files with holes too", async () => {
  const dir = await Deno.makeTempDir();
  try {
    using sparse = await Deno.open(`${dir}/sparse`, { create: true, write: true });
    for (let i = 0; i < 30; i++) {
      await sparse.seek(i * 1_000_000, Deno.SeekMode.Start);
      await sparse.write(text(`part ${i}`));
    }
    await sparse.truncate(40_000_000);
    await Deno.writeTextFile(`${dir}/small`, "hello");
    for (
      const args of [
        ["--format=gnu", "--sparse"],
        ["--format=posix", "--sparse"],
        ["--format=posix", "--sparse", "--sparse-version=0.0"],
        ["--format=posix", "--sparse", "--sparse-version=0.1"],
        ["--format=v7"],
        ["--format=oldgnu", "--sparse"],
      ]
    ) {
      const files = args.includes("--format=v7") ? ["small"] : ["sparse", "small"];
      const { stdout, success } = await new Deno.Command("tar", {
        args: ["-C", dir, ...args, "-cf", "-", ...files],
      }).output();
      assertEquals(success, true);
      const found = new Map<string, TarItem & { text: string }>();
      for (const item of await all(stdout)) found.set(item.name, item);
      assertEquals(found.get("small")?.text, "hello", `${args}`);
      if (files.length === 1) continue;
      const { attributes, segments, offset } = found.get("sparse")!;
      assertEquals(attributes.size, 40_000_000);
      let at = offset;
      let parts = 0;
      for (const segment of segments!) {
        const data = new TextDecoder().decode(stdout.subarray(at, at + segment.size));
        at += segment.size;
        const match = /part \d+/.exec(data);
        if (match) assertEquals(match[0], `part ${Math.round(segment.at / 1_000_000)}`);
        parts += match ? 1 : 0;
      }
      assertEquals(parts, 30);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("readTar() refuses what is broken", async () => {
  const good = concat([tarHeader({ name: "a", attributes: file }), text("hello"), tarFill(5)]);
  const refused = (bytes: Uint8Array, why: string, options = {}) =>
    assertRejects(() => all(bytes, options), RangeError, why);
  assertEquals((await all(good)).length, 1);
  await refused(good, "cut off", { strict: true });
  for (const size of [1, 511, 513, 1000, 1026]) await refused(good.subarray(0, size), "cut off");
  const noise = new Uint8Array(4096);
  crypto.getRandomValues(noise);
  await refused(noise, "");
  const pax = (body: string) => {
    const header = tarHeader({ name: "x", attributes: { ...file, size: text(body).length } });
    const block = header.slice(-512);
    block[156] = "x".charCodeAt(0);
    block.set(text("        "), 148);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
    return concat([block, text(body), tarFill(text(body).length), good]);
  };
  assertEquals((await all(pax("6 a=b\n"))).length, 1);
  for (const body of ["99 path=x\n", "5 a=b\n", "path=x\n", "0 path=\n", "9999999999 p=\n"]) {
    await refused(pax(body), "PAX");
  }
  await refused(pax("20 size=99999999999\n"), "cut off");
  await refused(pax("28 GNU.sparse.size=00000100\n24 GNU.sparse.map=0,200\n"), "sparse");
  await refused(pax("25 GNU.sparse.major=0001\n"), "sparse");
});
