/**
 * Reads rpm's databases: the headers of packages (rpm's documentation, "RPM v4 header format"), out
 * of an SQLite database or of rpm's own "ndb".
 *
 * @module
 */
import type { InstalledPackage } from "./packages.ts";

const TAGS: Readonly<Record<string, number>> = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  url: 1020,
  arch: 1022,
  source: 1044,
};

const INT32 = 4;
const STRING = 6;
const I18N_STRING = 9;

/**
 * Reads the header of a package, as databases have it: without magic number.
 *
 * @returns `undefined` for one that is no package, such as a key.
 * @throws {RangeError} When it is malformed.
 */
export function parseRpmHeader(blob: Uint8Array): InstalledPackage | undefined {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const count = view.getUint32(0);
  const size = view.getUint32(4);
  const start = 8 + count * 16;
  if (count > 100_000 || start + size > blob.length) throw new RangeError("a header is cut off");
  const fields = new Map<number, { type: number; offset: number }>();
  for (let i = 0; i < count; i++) {
    const at = 8 + i * 16;
    fields.set(view.getUint32(at), {
      type: view.getUint32(at + 4),
      offset: view.getUint32(at + 8),
    });
  }
  const text = (tag: string): string | undefined => {
    const field = fields.get(TAGS[tag]!);
    if (!field || (field.type !== STRING && field.type !== I18N_STRING)) return undefined;
    const from = start + field.offset;
    const end = blob.indexOf(0, from);
    return end < 0 ? undefined : new TextDecoder().decode(blob.subarray(from, end));
  };
  const number = (tag: string): number | undefined => {
    const field = fields.get(TAGS[tag]!);
    if (field?.type !== INT32) return undefined;
    return view.getUint32(start + field.offset);
  };
  const name = text("name");
  const version = text("version");
  if (!name || version === undefined || name === "gpg-pubkey") return undefined;
  const release = text("release");
  const epoch = number("epoch");
  const full = `${epoch ? `${epoch}:` : ""}${version}${release ? `-${release}` : ""}`;
  const source = /^(.+)-([^-]+-[^-]+)\.src\.rpm$/.exec(text("source") ?? "");
  return {
    name,
    version: full,
    architecture: text("arch") ?? "",
    type: "rpm",
    ...(source ? { source: { name: source[1]!, version: source[2]! } } : {}),
    maintainer: text("vendor"),
    license: text("license"),
    homepage: text("url"),
  };
}

/** Reads `rpmdb.sqlite`. The bytes go through a temporary file of this machine. */
export async function parseRpmSqlite(bytes: Uint8Array): Promise<InstalledPackage[]> {
  const { DatabaseSync } = await import("node:sqlite");
  const path = await Deno.makeTempFile({ prefix: "davit-rpm-" });
  try {
    await Deno.writeFile(path, bytes);
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const rows = database.prepare("SELECT blob FROM Packages").all();
      return rows.flatMap(({ blob }) =>
        blob instanceof Uint8Array ? parseRpmHeader(blob) ?? [] : []
      );
    } finally {
      database.close();
    }
  } finally {
    await Deno.remove(path);
  }
}

const NDB_MAGIC = 0x506d7052; // "RpmP"
const NDB_SLOT = 0x746f6c53; // "Slot"
const NDB_BLOB = 0x53626c42; // "BlbS"
const NDB_PAGE = 4096;
const NDB_BLOCK = 16;

/**
 * Reads `Packages.db`, which SUSE's systems have.
 *
 * @throws {RangeError} When it is malformed.
 */
export function parseRpmNdb(bytes: Uint8Array): InstalledPackage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < NDB_PAGE || view.getUint32(0, true) !== NDB_MAGIC) {
    throw new RangeError("it is no database of rpm");
  }
  const pages = view.getUint32(12, true);
  const found: InstalledPackage[] = [];
  // The first two slots are the head of the file.
  for (let at = 32; at + 16 <= Math.min(pages * NDB_PAGE, bytes.length); at += 16) {
    if (view.getUint32(at, true) !== NDB_SLOT) throw new RangeError("a slot is malformed");
    const block = view.getUint32(at + 8, true);
    if (view.getUint32(at + 4, true) === 0 || block === 0) continue;
    const from = block * NDB_BLOCK;
    if (from + 16 > bytes.length || view.getUint32(from, true) !== NDB_BLOB) {
      throw new RangeError("an entry is malformed");
    }
    const size = view.getUint32(from + 12, true);
    if (from + 16 + size > bytes.length) throw new RangeError("an entry is cut off");
    const item = parseRpmHeader(bytes.subarray(from + 16, from + 16 + size));
    if (item) found.push(item);
  }
  return found;
}
