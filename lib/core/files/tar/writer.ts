/**
 * Writes the headers of tars: ustar, with PAX records for what does not fit (POSIX pax). Names are
 * written as the bytes that they are.
 *
 * @module
 */
import type { FileKind } from "../../../host/root.ts";
import { concat } from "../bytes.ts";
import type { FileAttributes } from "../info.ts";
import { nameToBytes } from "../name_bytes.ts";
import { BLOCK, checksum } from "./header.ts";
import { xattrKey } from "./pax.ts";

/** What an entry is to be. */
export interface TarHeaderOptions {
  /** Its path, without a slash at its start. */
  readonly name: string;
  /** Its attributes. For a hard link, those of the file. */
  readonly attributes: FileAttributes;
  /** For another name of an earlier entry: that entry's path. No data follows then. */
  readonly hardLink?: string | undefined;
}

const TYPES: Readonly<Record<Exclude<FileKind, "socket">, string>> = {
  file: "0",
  symlink: "2",
  "character-device": "3",
  "block-device": "4",
  directory: "5",
  fifo: "6",
};

const ZEROS = new Uint8Array(BLOCK);

/** The largest numbers of octal fields with 7 and 11 digits. */
const MAX_7 = 0o7777777;
const MAX_11 = 0o77777777777;

/**
 * The header of an entry.
 *
 * @throws {RangeError} for a socket, which no tar can hold.
 */
export function tarHeader(options: TarHeaderOptions): Uint8Array<ArrayBuffer> {
  const { attributes, hardLink } = options;
  const { kind, mode, uid, gid, device } = attributes;
  if (kind === "socket") throw new RangeError("a tar cannot hold a socket");
  const size = hardLink === undefined && kind === "file" ? attributes.size : 0;
  const name = nameToBytes(options.name + (kind === "directory" ? "/" : ""));
  const link = nameToBytes(hardLink ?? attributes.linkTo ?? "");
  const ms = attributes.mtime.getTime();
  const seconds = Math.floor(ms / 1000);
  const inHeader = ms % 1000 === 0 && seconds >= 0 && seconds <= MAX_11;

  const records: Uint8Array[] = [];
  const record = (key: string, value: string | Uint8Array) =>
    void records.push(paxRecord(key, value));
  if (name.length > 100) record("path", name);
  if (link.length > 100) record("linkpath", link);
  if (size > MAX_11) record("size", `${size}`);
  if (uid > MAX_7) record("uid", `${uid}`);
  if (gid > MAX_7) record("gid", `${gid}`);
  if (!inHeader) record("mtime", paxSeconds(ms));
  // In an order of its own, so that the same file makes the same bytes.
  if (hardLink === undefined) {
    for (const key of Object.keys(attributes.xattrs ?? {}).sort()) {
      record(xattrKey(key), attributes.xattrs![key]!);
    }
  }

  const block = headerBlock({
    name,
    link,
    type: hardLink === undefined ? TYPES[kind] : "1",
    mode,
    uid: Math.min(uid, MAX_7),
    gid: Math.min(gid, MAX_7),
    size: Math.min(size, MAX_11),
    seconds: Math.min(Math.max(seconds, 0), MAX_11),
    device,
  });
  if (records.length === 0) return block;
  const body = concat(records);
  const pax = headerBlock({
    name: nameToBytes("PaxHeaders/x"),
    link: new Uint8Array(),
    type: "x",
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: body.length,
    seconds: 0,
    device: undefined,
  });
  return concat([pax, body, tarFill(body.length), block]);
}

/** What fills the last block of data of `size` bytes; not to be written to. */
export function tarFill(size: number): Uint8Array<ArrayBuffer> {
  return ZEROS.subarray(0, (BLOCK - size % BLOCK) % BLOCK);
}

/** What ends a tar. */
export function tarEnd(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(2 * BLOCK);
}

function headerBlock(fields: {
  name: Uint8Array;
  link: Uint8Array;
  type: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  seconds: number;
  device: { major: number; minor: number } | undefined;
}): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  // All of it is ASCII. An encoder would leave much for the collector, ten times for each file.
  const text = (value: string, at: number) => {
    for (let i = 0; i < value.length; i++) block[at + i] = value.charCodeAt(i);
  };
  const octal = (value: number, at: number, digits: number) =>
    text(value.toString(8).padStart(digits, "0"), at);
  block.set(fields.name.subarray(0, 100), 0);
  octal(fields.mode & 0o7777, 100, 7);
  octal(fields.uid, 108, 7);
  octal(fields.gid, 116, 7);
  octal(fields.size, 124, 11);
  octal(fields.seconds, 136, 11);
  text(fields.type, 156);
  block.set(fields.link.subarray(0, 100), 157);
  text("ustar\0" + "00", 257);
  if (fields.device) {
    octal(fields.device.major, 329, 7);
    octal(fields.device.minor, 337, 7);
  }
  octal(checksum(block), 148, 6);
  text("\0 ", 154);
  return block;
}

/** A record's length counts itself. */
function paxRecord(key: string, value: string | Uint8Array): Uint8Array {
  const encoder = new TextEncoder();
  const bytes = typeof value === "string" ? encoder.encode(value) : value;
  const start = nameToBytes(` ${key}=`);
  const rest = start.length + bytes.length + 1;
  let length = rest + `${rest}`.length;
  length = rest + `${length}`.length;
  return concat([encoder.encode(`${length}`), start, bytes, Uint8Array.of(0x0a)]);
}

/** Milliseconds as PAX has times: seconds with a fraction. */
function paxSeconds(ms: number): string {
  const sign = ms < 0 ? "-" : "";
  const [whole, part] = [Math.floor(Math.abs(ms) / 1000), Math.abs(ms) % 1000];
  return `${sign}${whole}${part ? `.${`${part}`.padStart(3, "0").replace(/0+$/, "")}` : ""}`;
}
