/**
 * Headers of a tar that is written as a stream (POSIX ustar). All entries have the same owner, mode
 * and time, so that the same image makes the same bytes.
 *
 * @module
 */
import { UnsupportedError } from "../../errors/errors.ts";

const BLOCK = 512;
/** What eleven octal digits hold: sizes beyond are written as binary numbers, as GNU tar does. */
const MAX_OCTAL = 8 ** 11;

/** A file's header. @param size Of the file, in bytes. */
export function tarFileHeader(path: string, size: number): Uint8Array<ArrayBuffer> {
  return header(path, size, "0", 0o444);
}

/** A folder's header. @param path With a slash at its end. */
export function tarFolderHeader(path: string): Uint8Array<ArrayBuffer> {
  return header(path, 0, "5", 0o755);
}

/** What follows a file of this size up to the next header. */
export function tarPadding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK - size % BLOCK) % BLOCK);
}

/** What ends a tar. */
export function tarEnd(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(2 * BLOCK);
}

function header(path: string, size: number, type: string, mode: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => block.set(new TextEncoder().encode(text), at);
  if (path.length > 100) {
    throw new UnsupportedError(`Cannot export "${path}": its digest is too long for the archive`, {
      needed: "a sha256 digest",
    });
  }
  put(0, path);
  put(100, octal(mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  if (size < MAX_OCTAL) put(124, octal(size, 11));
  else {
    block[124] = 0x80;
    for (let at = 135, rest = size; at > 124 && rest > 0; at--, rest = Math.floor(rest / 256)) {
      block[at] = rest % 256;
    }
  }
  put(136, octal(0, 11));
  put(148, "        ");
  put(156, type);
  put(257, "ustar\x0000");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}
