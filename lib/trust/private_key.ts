/**
 * Keys that images are signed with.
 *
 * @module
 */
import { DavitError, InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import { ALGORITHMS, type KeyKind, keyKind } from "./algorithms.ts";
import { ecdsaToDer } from "./ecdsa.ts";
import { formatPem, parsePem } from "./pem.ts";

/** What cosign calls the files of its keys: now, and before its version 2. */
const COSIGN_LABELS: readonly string[] = [
  "ENCRYPTED SIGSTORE PRIVATE KEY",
  "ENCRYPTED COSIGN PRIVATE KEY",
];

/** A key that images are signed with. */
export class PrivateKey {
  /** What kind it is. */
  readonly kind: KeyKind;
  /** SHA-256 of its public key in base64, by which a sigstore bundle names it. */
  readonly hint: string;
  readonly #key: CryptoKey;

  private constructor(kind: KeyKind, hint: string, key: CryptoKey) {
    this.kind = kind;
    this.hint = hint;
    this.#key = key;
  }

  /**
   * Reads a key: a `cosign.key`, or one of OpenSSL, with a password or without.
   *
   * @param pem The text of the file.
   * @param password What it is encrypted with.
   * @throws {DavitError} `unauthenticated`, when the password is wrong or missing.
   * @throws {InvalidArgumentError} When it is no private key.
   * @throws {UnsupportedError} When it is neither ECDSA P-256, RSA nor Ed25519.
   */
  static async parse(pem: string, password?: string): Promise<PrivateKey> {
    const bytes = await pkcs8(pem, password);
    const kind = keyKind(bytes);
    if (!kind) {
      throw new UnsupportedError(
        "Cannot read the private key: it is neither ECDSA P-256, RSA nor Ed25519",
        { needed: "an ECDSA P-256, RSA or Ed25519 key" },
      );
    }
    try {
      const { key: algorithm } = ALGORITHMS[kind];
      const key = await crypto.subtle.importKey("pkcs8", bytes, algorithm, false, ["sign"]);
      const hash = await crypto.subtle.digest("SHA-256", await publicPart(bytes));
      return new PrivateKey(kind, new Uint8Array(hash).toBase64(), key);
    } catch (cause) {
      throw new InvalidArgumentError("Cannot read the private key: it is malformed", { cause });
    }
  }

  /** Signs bytes, in the form that cosign writes. */
  async sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const { signature: algorithm } = ALGORITHMS[this.kind];
    const raw = new Uint8Array(await crypto.subtle.sign(algorithm, this.#key, data));
    return this.kind === "ecdsa-p256" ? ecdsaToDer(raw) : raw;
  }
}

/** A pair of keys, as PEM. */
export interface KeyPair {
  /** For signing; PKCS #8, not encrypted. Keep it secret. */
  readonly privateKey: string;
  /** For checking, as in a `cosign.pub`. */
  readonly publicKey: string;
}

/**
 * Makes a pair of ECDSA P-256 keys, as `cosign generate-key-pair` does, but that the private key is
 * not encrypted.
 *
 * @example
 * ```ts
 * import { generateKeyPair } from "@davit/sdk/trust";
 *
 * const { privateKey, publicKey } = await generateKeyPair();
 * await Deno.writeTextFile("signing.key", privateKey, { mode: 0o600, createNew: true });
 * await Deno.writeTextFile("signing.pub", publicKey);
 * ```
 */
export async function generateKeyPair(): Promise<KeyPair> {
  const { key: algorithm } = ALGORITHMS["ecdsa-p256"];
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { privateKey, publicKey } = pair as CryptoKeyPair;
  const [pkcs8, spki] = await Promise.all([
    crypto.subtle.exportKey("pkcs8", privateKey),
    crypto.subtle.exportKey("spki", publicKey),
  ]);
  return {
    privateKey: formatPem({ label: "PRIVATE KEY", bytes: new Uint8Array(pkcs8) }),
    publicKey: formatPem({ label: "PUBLIC KEY", bytes: new Uint8Array(spki) }),
  };
}

async function pkcs8(pem: string, password: string | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const { label, bytes } = parsePem(pem, "private key");
  if (label === "PRIVATE KEY") return bytes;
  if (COSIGN_LABELS.includes(label)) {
    const { openCosignKey } = await import("./cosign_key.ts");
    return await openCosignKey(bytes, password);
  }
  if (!label.endsWith("PRIVATE KEY")) {
    throw new InvalidArgumentError(
      `Cannot read the private key: its PEM block is "${label}", which is no private key`,
    );
  }
  // Encrypted PKCS #8, SEC 1 and PKCS #1 are not WebCrypto's.
  const { createPrivateKey } = await import("node:crypto");
  if (/^ENCRYPTED |DEK-Info/m.test(`${label}\n${pem}`) && password === undefined) {
    throw new DavitError(
      "Cannot read the private key: it is encrypted; give its password",
      "unauthenticated",
    );
  }
  try {
    const key = createPrivateKey({
      key: pem,
      ...(password === undefined ? {} : { passphrase: password }),
    });
    return new Uint8Array(key.export({ type: "pkcs8", format: "der" }));
  } catch (cause) {
    const encrypted = label.startsWith("ENCRYPTED ") || pem.includes("DEK-Info");
    throw encrypted
      ? new DavitError(
        "Cannot read the private key: its password is wrong, or it is malformed",
        "unauthenticated",
        { cause },
      )
      : new InvalidArgumentError("Cannot read the private key: it is malformed", { cause });
  }
}

/** The public key that belongs to a private one, as SubjectPublicKeyInfo. */
async function publicPart(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { createPublicKey } = await import("node:crypto");
  const pem = formatPem({ label: "PRIVATE KEY", bytes });
  const key = createPublicKey({ key: pem, format: "pem" });
  return new Uint8Array(key.export({ type: "spki", format: "der" }));
}
