import { assertEquals, assertThrows } from "@std/assert";
import { packageUrl, parseApkInstalled, parseDpkgStatus, parseOsRelease } from "./packages.ts";
import { parseRpmHeader, parseRpmNdb, parseRpmSqlite } from "./rpm.ts";

Deno.test("parseDpkgStatus() lists what is installed, with its source", () => {
  const text = `Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc (2.36-9)
Version: 2.36-9+deb12u9
Description: GNU C Library
 Version: none
Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>

Package: gone
Status: deinstall ok config-files
Version: 1

Package: tzdata
Version: 2024a
Architecture: all
`;
  const found = parseDpkgStatus(text);
  assertEquals(found.map(({ name, version, source }) => [name, version, source]), [
    ["libc6", "2.36-9+deb12u9", { name: "glibc", version: "2.36-9" }],
    ["tzdata", "2024a", { name: "tzdata", version: "2024a" }],
  ]);
  const debian = parseOsRelease('ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n');
  assertEquals(debian, { id: "debian", version: "12", name: "Debian GNU/Linux 12" });
  assertEquals(
    packageUrl(found[0]!, debian),
    "pkg:deb/debian/libc6@2.36-9%2Bdeb12u9?arch=amd64&distro=debian-12",
  );
});

Deno.test("parseApkInstalled() lists packages, not their files", () => {
  const text = `C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64
L:MIT
o:musl
m:Someone <a@b.c>
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755

P:busybox
V:1.36.1-r29
A:x86_64
o:busybox
L:GPL-2.0-only
`;
  const found = parseApkInstalled(text);
  assertEquals(found.map(({ name, version, license }) => [name, version, license]), [
    ["musl", "1.2.5-r0", "MIT"],
    ["busybox", "1.36.1-r29", "GPL-2.0-only"],
  ]);
  const alpine = parseOsRelease("ID=alpine\nVERSION_ID=3.20.0\n");
  assertEquals(
    packageUrl(found[0]!, alpine),
    "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.0",
  );
});

/** A header as rpm writes it: an index of tags, then their values. */
function rpmHeader(
  fields: readonly (readonly [tag: number, value: string | number])[],
): Uint8Array {
  const data: number[] = [];
  const index: number[] = [];
  for (const [tag, value] of fields) {
    while (typeof value === "number" && data.length % 4 !== 0) data.push(0);
    const type = typeof value === "number" ? 4 : 6;
    index.push(...u32(tag), ...u32(type), ...u32(data.length), ...u32(1));
    if (typeof value === "number") data.push(...u32(value));
    else data.push(...new TextEncoder().encode(value), 0);
  }
  return Uint8Array.from([...u32(fields.length), ...u32(data.length), ...index, ...data]);
}

function u32(value: number, littleEndian = false): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, littleEndian);
  return [...new Uint8Array(view.buffer)];
}

const BASH = rpmHeader([
  [1000, "bash"],
  [1001, "5.2.26"],
  [1002, "3.fc40"],
  [1003, 1],
  [1014, "GPL-3.0-or-later"],
  [1022, "x86_64"],
  [1044, "bash-5.2.26-3.fc40.src.rpm"],
]);
const KEY = rpmHeader([[1000, "gpg-pubkey"], [1001, "a15b79cc"]]);

Deno.test("parseRpmHeader() reads a package, and leaves out keys", () => {
  const item = parseRpmHeader(BASH)!;
  assertEquals([item.name, item.version, item.architecture, item.license], [
    "bash",
    "1:5.2.26-3.fc40",
    "x86_64",
    "GPL-3.0-or-later",
  ]);
  assertEquals(item.source, { name: "bash", version: "5.2.26-3.fc40" });
  assertEquals(
    packageUrl(item, { id: "fedora", version: "40", name: "Fedora" }),
    "pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64&distro=fedora-40&epoch=1",
  );
  assertEquals(parseRpmHeader(KEY), undefined);
  assertThrows(() => parseRpmHeader(BASH.subarray(0, 60)), RangeError, "cut off");
});

Deno.test("parseRpmSqlite() and parseRpmNdb() read databases of rpm", async () => {
  const { DatabaseSync } = await import("node:sqlite");
  const path = await Deno.makeTempFile();
  try {
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)");
    const insert = database.prepare("INSERT INTO Packages (blob) VALUES (?)");
    for (const blob of [KEY, BASH]) insert.run(blob);
    database.close();
    const found = await parseRpmSqlite(await Deno.readFile(path));
    assertEquals(found.map(({ name }) => name), ["bash"]);
  } finally {
    await Deno.remove(path);
  }
  const little = (...values: number[]) => values.flatMap((value) => u32(value, true));
  const file = new Uint8Array(4096 + 16 + BASH.length);
  file.set(little(0x506d7052, 0, 1, 1, 2, 0, 0, 0));
  for (let at = 32; at < 4096; at += 16) file.set(little(0x746f6c53, 0, 0, 0), at);
  file.set(little(0x746f6c53, 1, 256, 20), 32);
  file.set(little(0x53626c42, 1, 1, BASH.length), 4096);
  file.set(BASH, 4112);
  assertEquals(parseRpmNdb(file).map(({ name }) => name), ["bash"]);
  assertThrows(() => parseRpmNdb(new Uint8Array(5000)), RangeError, "no database of rpm");
  assertThrows(() => parseRpmNdb(file.subarray(0, 4200)), RangeError, "cut off");
});
