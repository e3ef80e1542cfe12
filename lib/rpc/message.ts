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

/**
 * Encodes a message.
 *
 * @throws {WireError} InvalidArgument where it does not fit its type, ResourceExhausted where it
 * is too large.
 */
export function encodeMessage<Desc extends DescMessage>(
  desc: Desc,
  init: MessageInitShape<Desc>,
  maxBytes: number,
): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = encode(desc, create(desc, init));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WireError(
      StatusCode.InvalidArgument,
      `cannot encode ${desc.typeName}: ${why}`,
      { cause },
    );
  }
  if (bytes.length > maxBytes) {
    throw new WireError(
      StatusCode.ResourceExhausted,
      `cannot send ${desc.typeName}: it has ${bytes.length} bytes, the limit is ${maxBytes}`,
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
 * The library's writer grows by doubling and copies at the end: for a chunk of 1 MiB it takes three
 * times that. So much data is put behind the rest instead; fields may come in any order.
 */
function encode<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): Uint8Array {
  const field = dataField(desc);
  if (field?.fieldKind !== "scalar") return toBinary(desc, message);
  const reflected = reflect(desc, message);
  const data: unknown = reflected.get(field);
  if (!(data instanceof Uint8Array) || data.length < LARGE_BYTES) return toBinary(desc, message);
  let rest: Uint8Array;
  reflected.clear(field);
  try {
    rest = toBinary(desc, message);
  } finally {
    // The message may be the caller's own.
    reflected.set(field, data);
  }
  const head = new BinaryWriter().tag(field.number, WireType.LengthDelimited).uint32(data.length)
    .finish();
  const bytes = new Uint8Array(rest.length + head.length + data.length);
  bytes.set(rest);
  bytes.set(head, rest.length);
  bytes.set(data, rest.length + head.length);
  return bytes;
}

/**
 * Gives back the memory of a message from {@linkcode encodeMessage} that has been sent. The garbage
 * collector sees late how much hangs on such arrays: uploads would hold some 60 MB more.
 */
export function freeMessage(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer.byteLength < LARGE_BYTES || !(buffer instanceof ArrayBuffer)) return;
  buffer.transfer(0);
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
