/**
 * Metadata of requests: custom headers, and values of names that end in `-bin`.
 *
 * @module
 */

import { StatusCode, WireError } from "./wire_error.ts";

/** Set by the transport itself; given ones are ignored. */
const OWN_NAMES = new Set(["content-type", "te", "user-agent", "grpc-timeout"]);

/** Part of HTTP/1.1 connections or of gRPC itself; requests must not have them. */
const FORBIDDEN_NAMES = new Set([
  "connection",
  "content-length",
  "grpc-encoding",
  "grpc-message",
  "grpc-status",
  "host",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Flattens headers to name, value, name, value, …, names in lower case.
 *
 * @throws {WireError} InvalidArgument for a name or value that gRPC cannot carry.
 */
export function metadataFields(init: HeadersInit | undefined): string[] {
  const fields: string[] = [];
  if (init === undefined) return fields;
  if (Symbol.iterator in init) {
    for (const entry of init) addField(fields, entry[0]!, entry[1]!);
  } else {
    for (const name in init) addField(fields, name, init[name]!);
  }
  return fields;
}

function addField(fields: string[], name: string, value: string): void {
  name = name.toLowerCase();
  if (OWN_NAMES.has(name)) return;
  if (!/^[a-z0-9_.-]+$/.test(name) || FORBIDDEN_NAMES.has(name)) {
    throw invalid(`Cannot send header "${name}": the name is not allowed in gRPC metadata`);
  }
  value = String(value).trim();
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw invalid(
      `Cannot send header "${name}": its value is not printable ASCII; ` +
        `give it a name that ends in "-bin" and encode it with encodeBinary()`,
    );
  }
  if (name.endsWith("-bin")) {
    for (const part of value.split(",")) fields.push(name, encodeBinary(decodeBinary(part)));
  } else {
    fields.push(name, value);
  }
}

function invalid(message: string): WireError {
  return new WireError(StatusCode.InvalidArgument, message);
}

/** Encodes the value of a `-bin` header: base64 without padding, as gRPC sends it. */
export function encodeBinary(bytes: Uint8Array): string {
  return bytes.toBase64({ omitPadding: true });
}

/**
 * Decodes the value of a `-bin` header, with or without padding.
 *
 * @throws {WireError} InvalidArgument where it is not base64.
 */
export function decodeBinary(value: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(value.trim());
  } catch (cause) {
    throw new WireError(
      StatusCode.InvalidArgument,
      `Cannot read binary header: "${value.slice(0, 64)}" is not base64`,
      { cause },
    );
  }
}

const TIMEOUT_UNITS: Readonly<Record<string, number>> = {
  n: 1e-6,
  u: 1e-3,
  m: 1,
  S: 1000,
  M: 60_000,
  H: 3_600_000,
};

/** The value of `grpc-timeout`: at most eight digits and a unit, rounded up. */
export function encodeTimeout(timeoutMs: number): string {
  if (timeoutMs <= 99_999_999) return `${Math.ceil(timeoutMs)}m`;
  return `${Math.min(Math.ceil(timeoutMs / 1000), 99_999_999)}S`;
}

/** The milliseconds of a `grpc-timeout`, or `undefined` where the value is broken. */
export function parseTimeout(value: string): number | undefined {
  const match = /^(\d{1,8})([numSMH])$/.exec(value);
  return match === null ? undefined : Number(match[1]) * TIMEOUT_UNITS[match[2]!]!;
}
