/**
 * The encoded headers of requests.
 *
 * @module
 */

import type { DescMethod } from "@bufbuild/protobuf";
import { encodeHeaders } from "./hpack/encode.ts";
import { encodeTimeout, metadataFields } from "./metadata.ts";

const heads = new WeakMap<DescMethod, Uint8Array>();

/** The headers that all calls of a method share. */
function methodHead(method: DescMethod): Uint8Array {
  let head = heads.get(method);
  if (head === undefined) {
    head = encodeHeaders([
      ":method",
      "POST",
      ":scheme",
      "http",
      ":path",
      `/${method.parent.typeName}/${method.name}`,
      ":authority",
      "localhost",
      "content-type",
      "application/grpc+proto",
      "te",
      "trailers",
      "user-agent",
      "davit",
    ]);
    heads.set(method, head);
  }
  return head;
}

/**
 * The header block of a request.
 *
 * @param init The caller's metadata.
 * @param timeoutMs The call's deadline, which the server is told.
 * @throws {WireError} InvalidArgument for metadata that gRPC cannot carry.
 */
export function requestHead(
  method: DescMethod,
  init: HeadersInit | undefined,
  timeoutMs: number | undefined,
): Uint8Array {
  const head = methodHead(method);
  if (init === undefined && timeoutMs === undefined) return head;
  const fields = metadataFields(init);
  if (timeoutMs !== undefined) fields.push("grpc-timeout", encodeTimeout(timeoutMs));
  const rest = encodeHeaders(fields);
  const block = new Uint8Array(head.length + rest.length);
  block.set(head);
  block.set(rest, head.length);
  return block;
}
