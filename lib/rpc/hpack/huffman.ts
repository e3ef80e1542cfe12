/**
 * Decoding of HPACK's Huffman code (RFC 7541 section 5.2 and appendix B).
 *
 * The code is canonical: symbols of one length have consecutive codes in the order of the symbols,
 * and shorter codes come first. So the lengths alone define it.
 *
 * @module
 */

/** Lengths of the codes of symbols 0 to 256 (256 is EOS), a digit of base 36 each. */
const LENGTHS = "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad677777777777777" +
  "77777777878djde6f56565666577666567655677777fbedskmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnm" +
  "molmnnllmlnmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu";

const EOS = 256;
const MAX_LENGTH = 30;

interface Code {
  /** Symbols in the order of their codes. */
  readonly symbols: Uint16Array;
  /** Per length: the first code that is longer, aligned to the left of 32 bits. */
  readonly limits: Uint32Array;
  /** Per length: what to add to a code of this length to get its place in `symbols`. */
  readonly offsets: Int32Array;
}

let table: Code | undefined;

/** Two passes of counting sort, as the first call of a process waits for this. */
function makeCode(): Code {
  const symbols = new Uint16Array(LENGTHS.length);
  const limits = new Uint32Array(MAX_LENGTH + 1);
  const offsets = new Int32Array(MAX_LENGTH + 1);
  const counts = new Uint16Array(MAX_LENGTH + 1);
  const next = new Uint16Array(MAX_LENGTH + 1);
  for (let symbol = 0; symbol < LENGTHS.length; symbol++) counts[lengthOf(symbol)]!++;
  let code = 0;
  let place = 0;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    code *= 2;
    offsets[length] = place - code;
    next[length] = place;
    place += counts[length]!;
    code += counts[length]!;
    // The last limit is 2^32, which does not fit; EOS is all ones, so the largest number will do.
    limits[length] = Math.min(code * 2 ** (32 - length), 0xffff_ffff);
  }
  for (let symbol = 0; symbol < LENGTHS.length; symbol++) {
    symbols[next[lengthOf(symbol)]!++] = symbol;
  }
  return { symbols, limits, offsets };
}

/** A digit of base 36. */
function lengthOf(symbol: number): number {
  const digit = LENGTHS.charCodeAt(symbol);
  return digit < 0x3a ? digit - 0x30 : digit - 0x57;
}

/**
 * Decodes a Huffman-coded string.
 *
 * @returns Its octets as code units 0 to 255, or `undefined` where the code is broken: EOS inside,
 * padding longer than 7 bits, or padding that is not all ones.
 */
export function decodeHuffman(from: Uint8Array, start: number, end: number): string | undefined {
  const { symbols, limits, offsets } = table ??= makeCode();
  const bitEnd = (end - start) * 8;
  let bit = 0;
  let text = "";
  while (bit < bitEnd) {
    const at = start + (bit >>> 3);
    const shift = bit & 7;
    // The next 32 bits, with ones after the end: all ones, cleared where an octet has zeros.
    let window = -1;
    for (let i = 0, left = 24 + shift; i < 5 && at + i < end; i++, left -= 8) {
      const octet = 0xff - from[at + i]!;
      window ^= left >= 0 ? octet << left : octet >>> -left;
    }
    window >>>= 0;
    if (window === 0xffff_ffff) return bitEnd - bit < 8 ? text : undefined;
    let length = 5;
    while (length < MAX_LENGTH && window >= limits[length]!) length++;
    const symbol = symbols[(window >>> (32 - length)) + offsets[length]!];
    bit += length;
    if (symbol === undefined || symbol === EOS) {
      // Up to 7 ones at the very end are padding; EOS itself must not be sent.
      return undefined;
    }
    if (bit > bitEnd) return undefined;
    text += String.fromCharCode(symbol);
  }
  return text;
}
