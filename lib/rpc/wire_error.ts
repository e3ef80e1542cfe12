/**
 * The error of a call, as Connect's clients know it, without loading Connect.
 *
 * @module
 */

import type { Code, ConnectError } from "@connectrpc/connect";
import type { DescMessage, Message, MessageShape, Registry } from "@bufbuild/protobuf";
import { fromBinary } from "@bufbuild/protobuf";

/** The status codes of gRPC (statuscodes.md), under the names that Connect gives them. */
export const StatusCode = {
  Canceled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
} as const satisfies Record<keyof typeof Code, number>;

/** The status codes as Connect prints them; the index is the code. */
export const STATUS_NAMES = [
  "ok",
  "canceled",
  "unknown",
  "invalid_argument",
  "deadline_exceeded",
  "not_found",
  "already_exists",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "aborted",
  "out_of_range",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
  "unauthenticated",
] as const;

/** What {@linkcode WireError} takes besides its code and message. */
export interface WireErrorOptions {
  /** The error underneath. */
  cause?: unknown;
  /** Headers or trailers that came with the status: name, value, name, value, … */
  fields?: readonly string[];
  /** Details of `grpc-status-details-bin`: names and bytes of messages. */
  details?: ConnectError["details"];
  /** The status was sent by the server, not made here. */
  fromServer?: boolean;
}

/**
 * A failed call. It has the shape of Connect's `ConnectError` and counts as one
 * (`error instanceof ConnectError` is true), but does not load `@connectrpc/connect`, which would
 * cost every process several milliseconds at its start.
 */
export class WireError extends Error implements ConnectError {
  /** The status code. */
  readonly code: Code;
  /** The message without the code in front. */
  readonly rawMessage: string;
  /** Details that the server attached; see {@linkcode WireError.findDetails}. */
  details: ConnectError["details"];
  /** The error underneath, where there is one. */
  override cause: unknown;
  /** True where the server sent this status. */
  isWireError: boolean;
  readonly #fields: readonly string[];
  #metadata: Headers | undefined;

  /**
   * Makes the error of a call.
   *
   * @param code A status code.
   * @param message What happened.
   * @param options Cause, details, and what came with it.
   */
  constructor(code: number, message: string, options: WireErrorOptions = {}) {
    super(message === "" ? `[${statusName(code)}]` : `[${statusName(code)}] ${message}`);
    this.name = "ConnectError";
    this.code = code;
    this.rawMessage = message;
    this.details = options.details ?? [];
    this.cause = options.cause;
    this.isWireError = options.fromServer ?? false;
    this.#fields = options.fields ?? [];
  }

  /** Headers and trailers that came with the error. */
  get metadata(): Headers {
    return this.#metadata ??= toHeaders(this.#fields);
  }

  /**
   * The attached details of a type, decoded; those that cannot be decoded are left out.
   *
   * @param typeOrRegistry The type, or a registry of types.
   */
  findDetails<Desc extends DescMessage>(desc: Desc): MessageShape<Desc>[];
  findDetails(registry: Registry): Message[];
  findDetails(typeOrRegistry: DescMessage | Registry): Message[] {
    const found: Message[] = [];
    for (const detail of this.details) {
      if (!("type" in detail)) continue;
      const desc = typeOrRegistry.kind === "registry"
        ? typeOrRegistry.getMessage(detail.type)
        : typeOrRegistry.typeName === detail.type
        ? typeOrRegistry
        : undefined;
      if (desc === undefined) continue;
      try {
        found.push(fromBinary(desc, detail.value));
      } catch {
        // A detail is a courtesy: a broken one must not hide the error that it came with.
      }
    }
    return found;
  }
}

/** The name of a status code, or `code_N` for one that gRPC does not define. */
export function statusName(code: number): string {
  return STATUS_NAMES[code] ?? `code_${code}`;
}

/**
 * Headers of a list of names and values, without pseudo-headers. What `Headers` refuses is left
 * out, so that a strange header never breaks a call.
 */
export function toHeaders(fields: readonly string[], into: Headers = new Headers()): Headers {
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i]!;
    if (name.startsWith(":")) continue;
    try {
      into.append(name, fields[i + 1]!);
    } catch {
      // See above.
    }
  }
  return into;
}
