/**
 * Checks for JSON that came from outside. Each function looks at one member of an object, deletes
 * it when it is an optional `null` (Go prints empty lists and maps so), and throws otherwise when
 * it has the wrong form.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import { isDigest } from "./digest.ts";

/** A JSON object whose members are not known yet. */
export type JsonObject = Record<string, unknown>;

/** Where we are in which document, for messages. */
export interface Place {
  /** What kind of document: "image manifest". */
  readonly document: string;
  /** Path inside it: `layers[3].digest`. */
  readonly path: string;
}

/** A place further down. */
export function inside(place: Place, step: string | number): Place {
  const path = typeof step === "number"
    ? `${place.path}[${step}]`
    : place.path === ""
    ? step
    : `${place.path}.${step}`;
  return { document: place.document, path };
}

/** Throws an error that names the place. */
export function malformed(place: Place, why: string): never {
  const at = place.path === "" ? "" : `"${place.path}" `;
  throw new InvalidArgumentError(`Cannot read ${place.document}: ${at}${why}`);
}

/**
 * Parses JSON text or bytes whose top level is an object.
 *
 * @param data UTF-8 bytes, or text.
 * @param maxBytes More than this is refused before it is parsed.
 * @param reviver As of `JSON.parse`.
 * @throws {InvalidArgumentError} When it is too big, not UTF-8, not JSON, or not an object.
 */
export function parseObject(
  data: Uint8Array | string,
  document: string,
  maxBytes: number,
  reviver?: (key: string, value: unknown) => unknown,
): JsonObject {
  const place = { document, path: "" };
  if (data.length > maxBytes) {
    malformed(place, `it has ${data.length} bytes; at most ${maxBytes} are allowed`);
  }
  let value: unknown;
  try {
    const text = typeof data === "string"
      ? data
      : new TextDecoder("utf-8", { fatal: true }).decode(data);
    value = JSON.parse(text, reviver);
  } catch (cause) {
    const why = cause instanceof TypeError ? "it is not UTF-8" : "it is not JSON";
    throw new InvalidArgumentError(`Cannot read ${document}: ${why}`, { cause });
  }
  return asObject(value, place);
}

/** The value as an object. */
export function asObject(value: unknown, place: Place): JsonObject {
  if (isObject(value)) return value;
  return malformed(place, "must be an object");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Drops an optional member that is `null`; tells whether there is one left. */
export function present(object: JsonObject, key: string): boolean {
  if (object[key] === null) delete object[key];
  return object[key] !== undefined;
}

/** A member that must be a string; not an empty one, if `filled`. */
export function requireString(object: JsonObject, key: string, place: Place, filled = true): void {
  const value = object[key];
  if (typeof value !== "string" || (filled && value === "")) {
    malformed(inside(place, key), filled ? "must be a string with text in it" : "must be a string");
  }
}

/** A member that may be missing, else must be a string. */
export function optionalString(object: JsonObject, key: string, place: Place): void {
  if (present(object, key)) requireString(object, key, place, false);
}

/** A member that may be missing, else must be a boolean. */
export function optionalBoolean(object: JsonObject, key: string, place: Place): void {
  if (present(object, key) && typeof object[key] !== "boolean") {
    malformed(inside(place, key), "must be true or false");
  }
}

/** A member that may be missing, else must be a number. */
export function optionalNumber(object: JsonObject, key: string, place: Place): void {
  if (present(object, key) && typeof object[key] !== "number") {
    malformed(inside(place, key), "must be a number");
  }
}

/** A member that must be a whole number from 0 that JavaScript can hold exactly. */
export function requireSize(object: JsonObject, key: string, place: Place): void {
  const value = object[key];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    malformed(inside(place, key), "must be a whole number from 0");
  }
}

/** A member that must be a digest. */
export function requireDigest(object: JsonObject, key: string, place: Place): void {
  checkDigest(object[key], inside(place, key));
}

/** A value that must be a digest. */
export function checkDigest(value: unknown, place: Place): void {
  if (!isDigest(value)) {
    malformed(place, 'must be a digest: "sha256:" and 64 lower-case hex digits');
  }
}

/** A member that may be missing, else must be a list of strings. */
export function optionalStrings(object: JsonObject, key: string, place: Place): void {
  if (!present(object, key)) return;
  for (const [i, item] of requireArray(object, key, place).entries()) {
    if (typeof item !== "string") malformed(inside(inside(place, key), i), "must be a string");
  }
}

/** A member that may be missing, else must be an object whose values are strings. */
export function optionalStringMap(object: JsonObject, key: string, place: Place): void {
  if (!present(object, key)) return;
  const at = inside(place, key);
  for (const [name, value] of Object.entries(asObject(object[key], at))) {
    if (typeof value !== "string") malformed(inside(at, name), "must be a string");
  }
}

/** A member that may be missing, else must be an object (a set, as Go prints it). */
export function optionalObject(object: JsonObject, key: string, place: Place): void {
  if (present(object, key)) asObject(object[key], inside(place, key));
}

/** A member that must be a list. */
export function requireArray(object: JsonObject, key: string, place: Place): unknown[] {
  const value = object[key];
  if (Array.isArray(value)) return value;
  return malformed(inside(place, key), "must be a list");
}
