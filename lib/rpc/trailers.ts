/**
 * How a call ended: from headers and trailers to a status.
 *
 * @module
 */

import { BinaryReader } from "@bufbuild/protobuf/wire";
import { H2Code, h2CodeName } from "./frames.ts";
import { decodeBinary } from "./metadata.ts";
import { STATUS_NAMES, StatusCode, WireError, type WireErrorOptions } from "./wire_error.ts";

/** The first value of a name in a list of names and values. */
export function findField(fields: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < fields.length; i += 2) {
    if (fields[i] === name) return fields[i + 1];
  }
  return undefined;
}

/**
 * Checks the response headers, but for a status that they may carry.
 *
 * @returns The error, where they are not those of a gRPC server.
 */
export function checkResponse(headers: readonly string[]): WireError | undefined {
  const http = findField(headers, ":status");
  const type = findField(headers, "content-type");
  if (http !== "200") {
    return new WireError(
      codeOfHttp(http),
      `the server answered with HTTP status ${http ?? "(none)"} instead of gRPC`,
      { fields: headers },
    );
  }
  if (type === undefined || !/^application\/grpc($|[+;])/.test(type)) {
    return new WireError(
      StatusCode.Unknown,
      `the server answered with content type "${type ?? ""}" instead of gRPC`,
      { fields: headers },
    );
  }
  return undefined;
}

/** "HTTP to gRPC Status Code Mapping" of gRPC. */
function codeOfHttp(status: string | undefined): number {
  switch (status) {
    case "400":
      return StatusCode.Internal;
    case "401":
      return StatusCode.Unauthenticated;
    case "403":
      return StatusCode.PermissionDenied;
    case "404":
      return StatusCode.Unimplemented;
    case "429":
    case "502":
    case "503":
    case "504":
      return StatusCode.Unavailable;
    default:
      return StatusCode.Unknown;
  }
}

/**
 * The status in trailers.
 *
 * @param trailers The trailers, or the headers of an answer that has nothing else.
 * @returns The error, or `undefined` for OK.
 */
export function trailerError(trailers: readonly string[]): WireError | undefined {
  const status = findField(trailers, "grpc-status");
  if (status === "0") return undefined;
  if (status === undefined) {
    return new WireError(StatusCode.Internal, "the server ended the call without a status", {
      fields: trailers,
    });
  }
  const code = /^\d{1,3}$/.test(status) ? Number(status) : -1;
  const encoded = findField(trailers, "grpc-message");
  const binary = findField(trailers, "grpc-status-details-bin");
  const parsed = binary === undefined ? undefined : parseStatus(binary);
  const message = encoded === undefined ? parsed?.message ?? "" : percentDecode(encoded);
  const options: WireErrorOptions = {
    fields: trailers,
    fromServer: true,
    details: parsed?.details ?? [],
  };
  if (STATUS_NAMES[code] !== undefined) return new WireError(code, message, options);
  // Codes that gRPC does not define count as UNKNOWN (statuscodes.md).
  return new WireError(StatusCode.Unknown, `undefined status "${status}": ${message}`, options);
}

/** Reads a google.rpc.Status; what is broken is left out, since the status is known without it. */
function parseStatus(
  binary: string,
): { message: string | undefined; details: { type: string; value: Uint8Array }[] } {
  const details: { type: string; value: Uint8Array }[] = [];
  let message: string | undefined;
  try {
    const reader = new BinaryReader(decodeBinary(binary));
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field === 2) message = reader.string();
      else if (field === 3) details.push(parseAny(reader.bytes()));
      else reader.skip(wireType, field);
    }
  } catch {
    // See above.
  }
  return { message, details };
}

function parseAny(bytes: Uint8Array): { type: string; value: Uint8Array } {
  const reader = new BinaryReader(bytes);
  let type = "";
  let value: Uint8Array = new Uint8Array(0);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) type = reader.string();
    else if (field === 2) value = reader.bytes();
    else reader.skip(wireType, field);
  }
  return { type: type.slice(type.lastIndexOf("/") + 1), value };
}

/**
 * Decodes `grpc-message`: UTF-8, where octets outside of printable ASCII are percent-encoded.
 * Broken sequences stay as they are, as gRPC demands.
 */
export function percentDecode(text: string): string {
  // deno-lint-ignore no-control-regex -- a text of bytes, whichever they are
  if (!/[%\x80-\xff]/.test(text) && /^[\x00-\xff]*$/.test(text)) return text;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const hex = text[i] === "%" ? text.slice(i + 1, i + 3) : "";
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes[length++] = parseInt(hex, 16);
      i += 2;
    } else {
      bytes[length++] = text.charCodeAt(i);
    }
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

/** The error of a call whose stream the server reset ("Errors" in gRPC over HTTP2). */
export function resetError(h2Code: number): WireError {
  return new WireError(
    codeOfReset(h2Code),
    `the server reset the stream with ${h2CodeName(h2Code)}`,
  );
}

function codeOfReset(h2Code: number): number {
  switch (h2Code) {
    case H2Code.REFUSED_STREAM:
      return StatusCode.Unavailable;
    case H2Code.CANCEL:
      return StatusCode.Canceled;
    case H2Code.ENHANCE_YOUR_CALM:
      return StatusCode.ResourceExhausted;
    case H2Code.INADEQUATE_SECURITY:
      return StatusCode.PermissionDenied;
    default:
      return StatusCode.Internal;
  }
}
