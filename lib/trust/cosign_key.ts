/**
 * cosign's own form of encrypted keys: PKCS #8 in a secretbox of NaCl, whose key is made of the
 * password by scrypt.
 *
 * @module
 */
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { DavitError, InvalidArgumentError } from "../errors/errors.ts";
import {
  asObject,
  inside,
  type JsonObject,
  malformed,
  parseObject,
  type Place,
  requireString,
} from "../oci/json_check.ts";

const MAX_BYTES = 64 * 1024;
/** What scrypt may be made to work: cosign asks for N = 2^16 and r = 8, 64 MiB. */
const MAX_N = 2 ** 18;
const KEY_BYTES = 32;

/**
 * Opens a key.
 *
 * @param box What the PEM block holds.
 * @returns The key as PKCS #8.
 * @throws {DavitError} `unauthenticated`, when the password is wrong or missing.
 * @throws {InvalidArgumentError} When it is malformed.
 */
export async function openCosignKey(
  box: Uint8Array,
  password: string | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const place: Place = { document: "cosign's private key", path: "" };
  const document = parseObject(box, place.document, MAX_BYTES);
  const kdf = member(document, "kdf", place);
  const cipher = member(document, "cipher", place);
  const params = member(kdf, "params", inside(place, "kdf"));
  if (kdf["name"] !== "scrypt") malformed(inside(place, "kdf.name"), 'must be "scrypt"');
  if (cipher["name"] !== "nacl/secretbox") {
    malformed(inside(place, "cipher.name"), 'must be "nacl/secretbox"');
  }
  const { N, r, p } = params;
  const sane = [N, r, p].every((n) => typeof n === "number" && Number.isInteger(n) && n > 0) &&
    (N as number) <= MAX_N && (r as number) <= 32 && (p as number) <= 16;
  if (!sane) malformed(inside(place, "kdf.params"), "has numbers that make no sense");
  const salt = base64(kdf, "salt", inside(place, "kdf"));
  const nonce = base64(cipher, "nonce", inside(place, "cipher"));
  if (nonce.length !== 24) malformed(inside(place, "cipher.nonce"), "must have 24 bytes");
  const sealed = base64(document, "ciphertext", place);
  if (password === undefined) {
    throw new DavitError(
      "Cannot read the private key: it is encrypted; give its password",
      "unauthenticated",
    );
  }
  const key = await scrypt(password, salt, { N: N as number, r: r as number, p: p as number });
  try {
    return new Uint8Array(xsalsa20poly1305(key, nonce).decrypt(sealed));
  } catch (cause) {
    throw new DavitError("Cannot read the private key: its password is wrong", "unauthenticated", {
      cause,
    });
  }
}

async function scrypt(
  password: string,
  salt: Uint8Array,
  cost: { N: number; r: number; p: number },
): Promise<Uint8Array> {
  const { scryptSync } = await import("node:crypto");
  const { N, r, p } = cost;
  const maxmem = 256 * N * r + 1024 * 1024;
  return new Uint8Array(scryptSync(password, salt, KEY_BYTES, { N, r, p, maxmem }));
}

function member(object: JsonObject, name: string, place: Place): JsonObject {
  return asObject(object[name], inside(place, name));
}

function base64(object: JsonObject, name: string, place: Place): Uint8Array<ArrayBuffer> {
  requireString(object, name, place);
  try {
    return Uint8Array.fromBase64(object[name] as string);
  } catch (cause) {
    throw new InvalidArgumentError(
      `Cannot read ${place.document}: "${inside(place, name).path}" is no base64`,
      { cause },
    );
  }
}
