/**
 * Names of files as text. Linux takes any bytes but "/" and NUL for a name; where they are not
 * UTF-8, every byte that does not fit stands as a lone surrogate from U+DC80 to U+DCFF, as in
 * Python (PEP 383), so that nothing is lost on the way there and back.
 *
 * @module
 */
import { concat } from "./bytes.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The lone surrogate of a byte is this and the byte. */
const ESCAPE = 0xdc00;

/** Bytes as text. */
export function nameFromBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return escaped(bytes);
  }
}

/** Text as bytes, see {@linkcode nameFromBytes}. Other lone surrogates become U+FFFD. */
export function nameToBytes(name: string): Uint8Array<ArrayBuffer> {
  if (name.isWellFormed()) return encoder.encode(name);
  const parts: Uint8Array[] = [];
  for (const char of name) {
    const code = char.codePointAt(0)!;
    const byte = code - ESCAPE;
    parts.push(byte >= 0x80 && byte <= 0xff ? Uint8Array.of(byte) : encoder.encode(char));
  }
  return concat(parts);
}

/** Decodes sequence by sequence; a byte that begins none is escaped. */
function escaped(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at]!);
    const part = bytes.subarray(at, at + length);
    const known = part.length === length ? decode(part) : undefined;
    text += known ?? String.fromCharCode(ESCAPE + bytes[at]!);
    at += known === undefined ? 1 : length;
  }
  return text;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

function decode(part: Uint8Array): string | undefined {
  try {
    return strict.decode(part);
  } catch {
    return undefined;
  }
}
