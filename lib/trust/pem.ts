/**
 * PEM (RFC 7468).
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";

/** A block of a PEM file. */
export interface PemBlock {
  /** What it says it is, such as `"PUBLIC KEY"`. */
  readonly label: string;
  /** What it holds. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The first block of a text.
 *
 * @param what What it should be, for messages: `"public key"`.
 * @throws {InvalidArgumentError} When there is none, or it is malformed.
 */
export function parsePem(text: string, what: string): PemBlock {
  const match = /-----BEGIN ([A-Z0-9 ]+)-----\s*([\s\S]*?)-----END \1-----/.exec(text);
  if (!match) {
    throw new InvalidArgumentError(
      `Cannot read the ${what}: there is no PEM block in it ("-----BEGIN …"); give the text of the ` +
        "file, not its name",
    );
  }
  const [, label = "", body = ""] = match;
  try {
    // Keys that OpenSSL encrypted in its old way have headers (RFC 1421).
    const base64 = body.replace(/^[\w-]+: .*$/gm, "").replace(/\s+/g, "");
    return { label, bytes: Uint8Array.fromBase64(base64) };
  } catch (cause) {
    throw new InvalidArgumentError(`Cannot read the ${what}: its PEM block is no base64`, {
      cause,
    });
  }
}

/** Writes a block, with lines of 64 characters. */
export function formatPem({ label, bytes }: PemBlock): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
