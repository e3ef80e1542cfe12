/**
 * Encoding of requests and decoding of answers.
 *
 * @module
 */

import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
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
    bytes = toBinary(desc, create(desc, init));
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
