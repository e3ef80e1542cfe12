/**
 * Tar archives for the tests, written by hand: what they check must not come from what they test.
 *
 * @module
 */

/** One entry of an archive. */
export interface TarEntry {
  /** Path inside the archive, without a leading slash. */
  readonly name: string;
  /** Content of a file. */
  readonly data?: Uint8Array;
  /** What else it is: a folder, or a link with its target. Default: a file. */
  readonly kind?: "directory" | { readonly hardlink: string } | { readonly symlink: string };
  /** Permission bits. Default: 0o755. */
  readonly mode?: number;
  /** Owner of file and group. Default: 0. */
  readonly uid?: number;
  /** Extended attributes. */
  readonly xattrs?: Readonly<Record<string, string>>;
}

/** The letters of `typeflag`; see tar(5). */
function typeOf(entry: TarEntry): { flag: string; target: string } {
  if (entry.kind === undefined) return { flag: "0", target: "" };
  if (entry.kind === "directory") return { flag: "5", target: "" };
  return "hardlink" in entry.kind
    ? { flag: "1", target: entry.kind.hardlink }
    : { flag: "2", target: entry.kind.symlink };
}

/** What a plain header has no place for; see pax(1). A record's length counts its own digits. */
function extended(xattrs: Readonly<Record<string, string>>): Uint8Array {
  const parts = Object.entries(xattrs).map(([name, value]) => {
    const text = new TextEncoder().encode(` SCHILY.xattr.${name}=${value}\n`);
    const short = text.length + String(text.length).length;
    const length = text.length + String(short).length;
    return [...new TextEncoder().encode(String(length)), ...text];
  });
  return Uint8Array.from(parts.flat());
}

function header(entry: TarEntry, letter?: string): Uint8Array {
  const block = new Uint8Array(512);
  const put = (text: string, at: number) =>
    void new TextEncoder().encodeInto(text, block.subarray(at));
  const octal = (value: number, digits: number, at: number) =>
    put(value.toString(8).padStart(digits, "0"), at);
  const { flag, target } = typeOf(entry);
  put(entry.name, 0);
  octal(entry.mode ?? 0o755, 7, 100);
  octal(entry.uid ?? 0, 7, 108);
  octal(entry.uid ?? 0, 7, 116);
  octal(entry.data?.length ?? 0, 11, 124);
  octal(0, 11, 136);
  put("        ", 148);
  put(letter ?? flag, 156);
  put(target, 157);
  put("ustar\0" + "00", 257);
  octal(block.reduce((sum, byte) => sum + byte, 0), 6, 148);
  put("\0 ", 154);
  return block;
}

/** An archive of these entries, in this order. Names must fit the 100 bytes of a plain header. */
export function tar(entries: readonly TarEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const fill = (data: Uint8Array) =>
    parts.push(data, new Uint8Array((512 - data.length % 512) % 512));
  for (const entry of entries) {
    if (entry.xattrs) {
      const data = extended(entry.xattrs);
      parts.push(header({ name: "pax", data }, "x"));
      fill(data);
    }
    parts.push(header(entry));
    if (entry.data) fill(entry.data);
  }
  parts.push(new Uint8Array(1024));
  const archive = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    archive.set(part, at);
    at += part.length;
  }
  return archive;
}
