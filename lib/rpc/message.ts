/**
 * Encoding of requests and decoding of answers.
 *
 * @module
 */

import type { DescField, DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { create, fromBinary, ScalarType, toBinary } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { StatusCode, WireError } from "./wire_error.ts";

/** An encoded message in two pieces, so that much data need not be copied behind the rest. */
export interface EncodedMessage {
  /** How it begins. */
  readonly head: Uint8Array;
  /** How it goes on: memory of whoever made the message, not to be changed until it is written. */
  readonly rest: Uint8Array;
}

/** What follows messages that are in one piece. */
export const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * Encodes a message into memory of its own.
 *
 * @throws {WireError} InvalidArgument where it does not fit its type, ResourceExhausted where it
 * is too large.
 */
export function encodeMessage<Desc extends DescMessage>(
  desc: Desc,
  init: MessageInitShape<Desc>,
  maxBytes: number,
): Uint8Array {
  return encoded(desc, maxBytes, () => toBinary(desc, create(desc, init)));
}

/** Encodes a message like {@linkcode encodeMessage}, but leaves much data where it is. */
export function encodeInPieces<Desc extends DescMessage>(
  desc: Desc,
  init: MessageInitShape<Desc>,
  maxBytes: number,
): EncodedMessage {
  let rest = NOTHING;
  const head = encoded(desc, maxBytes, () => {
    const message = create(desc, init);
    const field = dataField(desc);
    if (field?.fieldKind !== "scalar") return toBinary(desc, message);
    const reflected = reflect(desc, message);
    const data: unknown = reflected.get(field);
    if (!(data instanceof Uint8Array) || data.length < LARGE_BYTES) return toBinary(desc, message);
    const writer = new BinaryWriter();
    reflected.clear(field);
    try {
      writer.raw(toBinary(desc, message));
    } finally {
      // The message may be the caller's own.
      reflected.set(field, data);
    }
    rest = data;
    // Fields may come in any order.
    return writer.tag(field.number, WireType.LengthDelimited).uint32(data.length).finish();
  }, () => rest.length);
  return { head, rest };
}

function encoded(
  desc: DescMessage,
  maxBytes: number,
  encode: () => Uint8Array,
  more: () => number = () => 0,
): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = encode();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WireError(
      StatusCode.InvalidArgument,
      `cannot encode ${desc.typeName}: ${why}`,
      { cause },
    );
  }
  const length = bytes.length + more();
  if (length > maxBytes) {
    throw new WireError(
      StatusCode.ResourceExhausted,
      `cannot send ${desc.typeName}: it has ${length} bytes, the limit is ${maxBytes}`,
    );
  }
  return bytes;
}

/** From so many bytes on memory and copies count. */
const LARGE_BYTES = 65_536;

/** The field of a type that may hold much: its only one of bytes. */
const dataFields = new WeakMap<DescMessage, DescField | null>();

function dataField(desc: DescMessage): DescField | null {
  let field = dataFields.get(desc);
  if (field === undefined) {
    field = desc.fields.find((one) => one.scalar === ScalarType.BYTES && !one.oneof) ?? null;
    dataFields.set(desc, field);
  }
  return field;
}

/**
 * Decodes a message. Its `bytes` fields share the memory of the input.
 *
 * @throws {WireError} Internal where it is broken.
 */
export function decodeMessage<Desc extends DescMessage>(
  desc: Desc,
  bytes: Uint8Array,
): MessageShape<Desc> {
  try {
    return fromBinary(desc, bytes);
  } catch (cause) {
    throw new WireError(StatusCode.Internal, `cannot decode ${desc.typeName}`, { cause });
  }
}
