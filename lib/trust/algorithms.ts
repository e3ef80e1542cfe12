/**
 * The kinds of keys that signatures of images are made with, in the form of WebCrypto. All of them
 * sign SHA-256 of the data, but Ed25519, which signs the data.
 *
 * @module
 */

/** What kind a key is. */
export type KeyKind = "ecdsa-p256" | "rsa" | "ed25519";

/** How WebCrypto is told of each kind: for imports, and for signatures. */
export const ALGORITHMS: Readonly<
  Record<
    KeyKind,
    {
      /** Of keys. */
      readonly key: AlgorithmIdentifier & { namedCurve?: string; hash?: string };
      /** Of signatures. */
      readonly signature: AlgorithmIdentifier & { hash?: string };
    }
  >
> = {
  "ecdsa-p256": {
    key: { name: "ECDSA", namedCurve: "P-256" },
    signature: { name: "ECDSA", hash: "SHA-256" },
  },
  rsa: {
    key: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    signature: { name: "RSASSA-PKCS1-v1_5" },
  },
  ed25519: { key: { name: "Ed25519" }, signature: { name: "Ed25519" } },
};

/** Object identifiers in DER, by kind; for ECDSA with the curve. */
const OIDS: readonly (readonly [string, KeyKind])[] = [
  ["06072a8648ce3d020106082a8648ce3d030107", "ecdsa-p256"],
  ["06092a864886f70d010101", "rsa"],
  ["06032b6570", "ed25519"],
];

/** Where the identifier ends at the latest: it stands at a key's start. */
const HEAD_BYTES = 48;

/** The kind of a key in SubjectPublicKeyInfo or PKCS #8; `undefined` for others. */
export function keyKind(der: Uint8Array): KeyKind | undefined {
  const head = der.slice(0, HEAD_BYTES).toHex();
  return OIDS.find(([oid]) => head.includes(oid))?.[1];
}
