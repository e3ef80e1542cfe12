/**
 * The JSON of runtime specs. Go writes 64-bit numbers, such as an unlimited rlimit
 * (18446744073709551615), that a JavaScript number cannot hold and that `JSON.stringify` would
 * turn into something that Go refuses to read.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import { malformed, parseObject, requireString } from "./json_check.ts";
import type { LinuxResources } from "./runtime_resources.ts";
import type { Process, Spec } from "./runtime_spec.ts";

/** An rlimit without a limit: RLIM_INFINITY, 2⁶⁴ − 1. */
export const RLIM_INFINITY: bigint = 18446744073709551615n;

/** The largest spec that is read: 16 MiB, the largest message of containerd. */
const MAX_SPEC_BYTES = 16 * 1024 * 1024;

const INT64_MAX = 2n ** 63n - 1n;

/** Members whose type has room for a bigint. */
const exactKeys: ReadonlySet<string> = new Set(["hard", "soft", "value", "valueTwo"]);

/**
 * Prints a spec, a process or resources as containerd wants them: JSON in UTF-8, big numbers in
 * full.
 *
 * @throws {InvalidArgumentError} When a number is not finite.
 */
export function encodeSpec(value: Spec | Process | LinuxResources): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(value, (key, member: unknown) => {
    if (typeof member === "bigint") return raw(member);
    if (typeof member !== "number" || Number.isSafeInteger(member)) return member;
    if (!Number.isInteger(member)) {
      throw new InvalidArgumentError(
        `Cannot write the spec: "${key}" is ${member}, and must be a whole number`,
      );
    }
    return raw(BigInt(member)); // rounded when it was read, so cut to what Go can hold
  });
  return new TextEncoder().encode(text);
}

/** Digits that `JSON.stringify` copies as they are, cut to the largest integers of Go. */
function raw(value: bigint): unknown {
  const cut = value > RLIM_INFINITY ? RLIM_INFINITY : value === 2n ** 63n ? INT64_MAX : value;
  const json: object = JSON;
  if (!hasRawJson(json)) throw new TypeError("This JavaScript engine has no JSON.rawJSON");
  return json.rawJSON(cut.toString());
}

/** TypeScript does not know `JSON.rawJSON` yet. */
function hasRawJson(json: object): json is { rawJSON(text: string): unknown } {
  return "rawJSON" in json;
}

/**
 * Reads the spec of a container. Limits and seccomp values above 2⁵³ become bigints; other members
 * are rounded to what a number can hold.
 *
 * @param data UTF-8 bytes or text, at most 16 MiB.
 * @throws {InvalidArgumentError} When it is no JSON object with an `ociVersion`.
 */
export function decodeSpec(data: Uint8Array | string): Spec {
  const place = { document: "runtime spec", path: "" };
  const object: unknown = parseObject(data, place.document, MAX_SPEC_BYTES, bigNumbers);
  checkSpec(object);
  return object;

  function checkSpec(value: unknown): asserts value is Spec {
    if (typeof value !== "object" || value === null) malformed(place, "must be an object");
    requireString({ ...value }, "ociVersion", place);
  }
}

function bigNumbers(key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || !exactKeys.has(key) || Number.isSafeInteger(value)) return value;
  const digits = context?.source ?? "";
  return /^-?\d+$/.test(digits) ? BigInt(digits) : value;
}
