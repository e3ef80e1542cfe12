/**
 * The two forms of ECDSA signatures: ASN.1 DER, as cosign and OpenSSL have it, and the two numbers
 * one after the other, as WebCrypto has it (IEEE P1363).
 *
 * @module
 */

/** Bytes of each number, for P-256. */
const HALF = 32;

/** DER to P1363; `undefined` when it is no signature for P-256. */
export function ecdsaFromDer(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 2 + 2 * (HALF + 3)) {
    return undefined;
  }
  const raw = new Uint8Array(2 * HALF);
  let at = 2;
  for (const end of [HALF, 2 * HALF]) {
    const length = der[at + 1] ?? 0;
    if (der[at] !== 0x02 || length === 0 || at + 2 + length > der.length) return undefined;
    let number = der.subarray(at + 2, at + 2 + length);
    // Positive numbers whose first bit is set have a zero in front.
    if (number[0] === 0 && length > 1) number = number.subarray(1);
    else if (number[0]! >= 0x80) return undefined;
    if (number.length > HALF) return undefined;
    raw.set(number, end - number.length);
    at += 2 + length;
  }
  return at === der.length ? raw : undefined;
}

/** P1363 to DER. */
export function ecdsaToDer(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const numbers = [raw.subarray(0, HALF), raw.subarray(HALF)].map((half) => {
    let from = 0;
    while (from < half.length - 1 && half[from] === 0) from++;
    const number = half.subarray(from);
    const sign = number[0]! >= 0x80 ? [0] : [];
    return [0x02, sign.length + number.length, ...sign, ...number];
  });
  const body = numbers.flat();
  return Uint8Array.of(0x30, body.length, ...body);
}
