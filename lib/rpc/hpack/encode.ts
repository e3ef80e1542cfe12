/**
 * HPACK encoding: literals without indexing and without Huffman code (RFC 7541 section 6.2.2). Such
 * a block does not depend on any state, so that it can be kept and sent again.
 *
 * @module
 */

/** Indices of names in the static table that requests use. */
const NAME_INDEX: ReadonlyMap<string, number> = new Map([
  [":authority", 1],
  [":path", 4],
  ["content-type", 31],
  ["user-agent", 58],
]);

/** Whole entries of the static table that requests use. */
const ENTRY_INDEX: ReadonlyMap<string, number> = new Map([
  [":method POST", 3],
  [":scheme http", 6],
]);

/**
 * Encodes headers.
 *
 * @param fields Name, value, name, value, …; code units 0 to 255, names in lower case.
 */
export function encodeHeaders(fields: readonly string[]): Uint8Array {
  let capacity = 0;
  for (const text of fields) capacity += text.length + 6;
  const into = new Uint8Array(capacity);
  let at = 0;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i]!;
    const value = fields[i + 1]!;
    const entry = ENTRY_INDEX.get(`${name} ${value}`);
    if (entry !== undefined) {
      into[at++] = 0x80 | entry;
      continue;
    }
    const index = NAME_INDEX.get(name);
    if (index !== undefined) {
      at = putInteger(into, at, 4, index);
    } else {
      into[at++] = 0;
      at = putString(into, at, name);
    }
    at = putString(into, at, value);
  }
  return into.subarray(0, at);
}

function putString(into: Uint8Array, at: number, text: string): number {
  at = putInteger(into, at, 7, text.length);
  for (let i = 0; i < text.length; i++) into[at++] = text.charCodeAt(i);
  return at;
}

/** RFC 7541 section 5.1. */
function putInteger(into: Uint8Array, at: number, prefixBits: number, value: number): number {
  const mask = (1 << prefixBits) - 1;
  if (value < mask) {
    into[at++] = value;
    return at;
  }
  into[at++] = mask;
  value -= mask;
  while (value >= 0x80) {
    into[at++] = 0x80 | (value & 0x7f);
    value >>>= 7;
  }
  into[at++] = value;
  return at;
}
