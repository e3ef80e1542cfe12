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
  "77777777878djde6f56565666577666567655677777fbedskmkkmmmnmnnnnnonnoomnonnnnlmnmnnomlkmmnnlnm" +
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

function makeCode(): Code {
  const lengths = Array.from(LENGTHS, (digit) => parseInt(digit, 36));
  const symbols = new Uint16Array(lengths.length);
  const limits = new Uint32Array(MAX_LENGTH + 1);
  const offsets = new Int32Array(MAX_LENGTH + 1);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    code *= 2;
    offsets[length] = place - code;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[place++] = symbol;
      code++;
    }
    // The last limit is 2^32, which does not fit; EOS is all ones, so the largest number will do.
    limits[length] = Math.min(code * 2 ** (32 - length), 0xffff_ffff);
  }
  return { symbols, limits, offsets };
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
    const octet = (i: number): number => at + i < end ? from[at + i]! : 0xff;
    const word = (octet(0) << 24) | (octet(1) << 16) | (octet(2) << 8) | octet(3);
    const window = ((word << shift) | (octet(4) >>> (8 - shift))) >>> 0;
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
