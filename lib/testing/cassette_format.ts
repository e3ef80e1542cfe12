/**
 * What a recorded session looks like in its file: JSON that can be read, compared and edited.
 *
 * @module
 */
import { type DescMessage, fromBinary, isMessage, toBinary } from "@bufbuild/protobuf";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AnySchema } from "../gen/google/protobuf/any_pb.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import { EVENT_SCHEMAS } from "./event_schemas.ts";

/** A value of JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The version of the format. */
const FORMAT = 1;

/** How a call ended: by itself, with an error, or because the caller left. */
export interface CassetteEnd {
  /** The code and the text of an error. */
  readonly error?: { readonly code: number; readonly text: string };
  /** The caller left. */
  readonly left?: true;
}

/** One message of a call. */
export interface CassetteFrame {
  /** A request. */
  readonly in?: Json;
  /** An answer. */
  readonly out?: Json;
  /** How many calls had been made when the answer came. */
  readonly after?: number;
}

/** One call. */
export interface CassetteCall {
  /** `containerd.services.images.v1.Images/Get`. */
  readonly method: string;
  /** The namespace, where there was one. */
  readonly namespace?: string;
  /** The lease, where there was one. */
  readonly lease?: string;
  /** Its messages, in the order in which they were seen. */
  readonly frames: CassetteFrame[];
  /** How it ended; not there when it had not ended. */
  end?: CassetteEnd;
  /** What the process wrote that it was about, for Tasks.Create and Tasks.Exec. */
  output?: { readonly stdout: Json; readonly stderr: Json };
}

/** A recorded session. */
export interface Cassette {
  /** The version of the format. */
  readonly format: typeof FORMAT;
  /** Where the daemon was: paths of logs depend on it. */
  readonly address: string;
  /** The calls, in the order in which they were made. */
  readonly calls: CassetteCall[];
  /** What was read of the daemon's machine, by path; `null` where nothing was. */
  readonly files: Record<string, CassetteFile | null>;
}

/** What was at a path. */
export interface CassetteFile {
  /** What it is. */
  readonly kind: "file" | "directory" | "symlink" | "other";
  /** A file's content, as far as it was read. */
  readonly data?: Json;
  /** Where a link points. */
  readonly target?: string;
}

/** An empty session. */
export function newCassette(address: string): Cassette {
  return { format: FORMAT, address, calls: [], files: {} };
}

/**
 * Reads the text of a cassette.
 *
 * @param label Its name, for messages.
 * @throws {InvalidArgumentError} when it is none.
 */
export function parseCassette(text: string, label: string): Cassette {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidArgumentError(`Cannot replay "${label}": it is not JSON`, { cause });
  }
  const shape = value as Partial<Cassette> | null;
  if (typeof shape !== "object" || shape?.format !== FORMAT || !Array.isArray(shape.calls)) {
    throw new InvalidArgumentError(
      `Cannot replay "${label}": it is no cassette of format ${FORMAT}; record it again`,
    );
  }
  const { address = "", calls, files = {} } = shape;
  return { format: FORMAT, address, calls, files };
}

/** A message as JSON. What has its default value is left out. */
export function encodeMessageJson(value: unknown): Json | undefined {
  if (typeof value === "bigint") return value === 0n ? undefined : { $int: `${value}` };
  if (value instanceof Uint8Array) return value.length === 0 ? undefined : encodeBytes(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((item) => encodeMessageJson(item) ?? null);
  }
  if (typeof value !== "object" || value === null) {
    return value === 0 || value === "" || value === false ? undefined : value as Json;
  }
  if (isMessage(value, AnySchema)) {
    const schema = EVENT_SCHEMAS.get(value.typeUrl);
    if (schema) {
      const event = encodeMessageJson(fromBinary(schema, value.value));
      return { $event: value.typeUrl, value: event ?? {} };
    }
  }
  // Sorted, since the same message may have been made in several ways.
  const object: { [key: string]: Json } = {};
  for (const [key, member] of Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1)) {
    if (key.startsWith("$")) continue;
    const json = encodeMember(value, member);
    if (json !== undefined) object[key] = json;
  }
  return Object.keys(object).length === 0 && !isMessage(value) ? undefined : object;
}

/** The values of a map stay when they are empty. */
function encodeMember(parent: object, member: unknown): Json | undefined {
  const json = encodeMessageJson(member);
  return json === undefined && !isMessage(parent) && typeof member === "string" ? "" : json;
}

/** Bytes as text where they are text, else in base64. */
export function encodeBytes(bytes: Uint8Array): Json {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    // deno-lint-ignore no-control-regex -- with these it is no text that people read
    if (!/[\u0000-\u0008\u000e-\u001f]/.test(text)) return { $text: text };
  } catch { /* no text */ }
  return { $base64: bytes.toBase64() };
}

/** The bytes of {@linkcode encodeBytes}. */
export function decodeBytes(json: Json): Uint8Array {
  const bytes = decodeMessageJson(json);
  if (bytes instanceof Uint8Array) return bytes;
  throw new InvalidArgumentError(
    `Cannot replay a cassette: it has ${JSON.stringify(json)?.slice(0, 80)} where bytes must be`,
  );
}

/** What `create()` makes a message of. */
export function decodeMessageJson(json: Json): unknown {
  if (Array.isArray(json)) return json.map((item) => item === null ? {} : decodeMessageJson(item));
  if (typeof json !== "object" || json === null) return json;
  if (typeof json.$int === "string") return BigInt(json.$int);
  if (typeof json.$text === "string") return new TextEncoder().encode(json.$text);
  if (typeof json.$base64 === "string") return Uint8Array.fromBase64(json.$base64);
  if (typeof json.$event === "string") {
    const schema = EVENT_SCHEMAS.get(json.$event);
    const init = decodeMessageJson(json.value ?? {});
    const value = schema
      ? toBinary(schema, create(schema, init as MessageInitShape<DescMessage>))
      : new Uint8Array();
    return create(AnySchema, { typeUrl: json.$event, value });
  }
  return Object.fromEntries(
    Object.entries(json).map(([key, member]) => [key, decodeMessageJson(member)]),
  );
}
