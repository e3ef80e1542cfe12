/**
 * Keys that signatures are checked with.
 *
 * @module
 */
import { InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import { ALGORITHMS, type KeyKind, keyKind } from "./algorithms.ts";
import { ecdsaFromDer } from "./ecdsa.ts";
import { parsePem } from "./pem.ts";

/** Shorter RSA keys can be broken. */
const MIN_RSA_BITS = 2048;

/** A key that signatures are checked with. */
export class PublicKey {
  /** What kind it is. */
  readonly kind: KeyKind;
  /** SHA-256 of the key in base64, by which a sigstore bundle names it. */
  readonly hint: string;
  readonly #key: CryptoKey;

  private constructor(kind: KeyKind, hint: string, key: CryptoKey) {
    this.kind = kind;
    this.hint = hint;
    this.#key = key;
  }

  /**
   * Reads a key.
   *
   * @param pem The text of a `cosign.pub`, or what `openssl pkey -pubout` prints.
   * @throws {InvalidArgumentError} When it is no public key, or a weak one.
   * @throws {UnsupportedError} When it is neither ECDSA P-256, RSA nor Ed25519.
   */
  static async parse(pem: string): Promise<PublicKey> {
    const { label, bytes } = parsePem(pem, "public key");
    if (label !== "PUBLIC KEY") {
      throw new InvalidArgumentError(
        `Cannot read the public key: its PEM block is "${label}", not "PUBLIC KEY"; "openssl pkey ` +
          '-pubout" prints one',
      );
    }
    const kind = keyKind(bytes);
    if (!kind) {
      throw new UnsupportedError(
        "Cannot read the public key: it is neither ECDSA P-256, RSA nor Ed25519",
        { needed: "an ECDSA P-256, RSA or Ed25519 key" },
      );
    }
    let key: CryptoKey;
    try {
      key = await crypto.subtle.importKey("spki", bytes, ALGORITHMS[kind].key, true, ["verify"]);
    } catch (cause) {
      throw new InvalidArgumentError("Cannot read the public key: it is malformed", { cause });
    }
    const bits = (key.algorithm as { modulusLength?: number }).modulusLength ?? MIN_RSA_BITS;
    if (bits < MIN_RSA_BITS) {
      throw new InvalidArgumentError(
        `Cannot trust an RSA key of ${bits} bits; it must have ${MIN_RSA_BITS} at least`,
      );
    }
    const hash = await crypto.subtle.digest("SHA-256", bytes);
    return new PublicKey(kind, new Uint8Array(hash).toBase64(), key);
  }

  /** Whether a signature, as cosign writes it, is one of these bytes by this key. */
  async verifies(
    signature: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<boolean> {
    const raw = this.kind === "ecdsa-p256" ? ecdsaFromDer(signature) : signature;
    if (!raw) return false;
    return await crypto.subtle.verify(ALGORITHMS[this.kind].signature, this.#key, raw, data);
  }
}
