/**
 * From the errors of calls to the errors of this library.
 *
 * @module
 */

import {
  AlreadyExistsError,
  CanceledError,
  DavitError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  PermissionError,
  ProtocolError,
  TimeoutError,
  UnavailableError,
  UnsupportedError,
} from "../errors/errors.ts";
import { STATUS_NAMES, StatusCode } from "./wire_error.ts";

/** What a failed call was about. */
export interface CallContext {
  /** The RPC as gRPC writes it: `containerd.services.images.v1.Images/Get`. */
  method: string;
  /** Where the call went. */
  address: string;
  /** What was tried, to follow "Cannot": `get image "alpine:3.20"`. Default: the RPC's name. */
  what?: string;
  /** The namespace that the call was made in. */
  namespace?: string;
}

/** What this module needs to know of Connect's errors. */
interface CallError extends Error {
  readonly code: number;
  readonly rawMessage: string;
  readonly isWireError: boolean;
}

function isCallError(error: unknown): error is CallError {
  return error instanceof Error && error.name === "ConnectError" && "code" in error &&
    typeof error.code === "number" && "rawMessage" in error;
}

/**
 * Makes this library's error of whatever a call threw.
 *
 * Errors that are of this library stay as they are, also where a call's own requests threw them.
 * The `cause` is the error of the call; for calls that a signal ended, the signal's reason.
 *
 * @param error What was thrown: mostly a `ConnectError`.
 * @param context What the call was about, for the message.
 */
export function toDavitError(error: unknown, context: CallContext): DavitError {
  if (error instanceof DavitError) return error;
  if (!isCallError(error)) {
    const why = error instanceof Error ? error.message : String(error);
    return new DavitError(describe(context, why), "unknown", { cause: error });
  }
  const { cause, code } = error;
  if (!error.isWireError && code === StatusCode.Unknown && cause instanceof DavitError) {
    return cause;
  }
  const refusal = code === StatusCode.Unavailable ? connectError(error, context) : undefined;
  if (refusal !== undefined) return refusal;
  const message = describe(context, error.rawMessage || (STATUS_NAMES[code] ?? "unknown"));
  const options = { cause: error };
  const reason = { cause: cause ?? error };
  switch (code) {
    case StatusCode.Canceled:
      return new CanceledError(message, reason);
    case StatusCode.DeadlineExceeded:
      return new TimeoutError(message, reason);
    case StatusCode.InvalidArgument:
      return new InvalidArgumentError(message, options);
    case StatusCode.NotFound:
      return new NotFoundError(message, options);
    case StatusCode.AlreadyExists:
      return new AlreadyExistsError(message, options);
    case StatusCode.PermissionDenied:
      return new PermissionError(message, options);
    case StatusCode.FailedPrecondition:
      return new FailedPreconditionError(message, options);
    case StatusCode.Unimplemented:
      return new UnsupportedError(message, { needed: context.method }, options);
    case StatusCode.Unavailable:
      return new UnavailableError(message, options);
    case StatusCode.Internal:
      if (cause instanceof ProtocolError) return new ProtocolError(message, options);
      break;
  }
  const name = STATUS_NAMES[code];
  return new DavitError(message, name === undefined || name === "ok" ? "unknown" : name, options);
}

function describe({ method, namespace, what }: CallContext, why: string): string {
  const tried = what ?? `call ${shortName(method)}`;
  return `Cannot ${tried}${namespace === undefined ? "" : ` in namespace "${namespace}"`}: ${why}`;
}

/** `Images.Get` of `containerd.services.images.v1.Images/Get`. */
function shortName(method: string): string {
  return method.slice(method.lastIndexOf(".", method.lastIndexOf("/")) + 1).replace("/", ".");
}

/** The error of a call for which the daemon could not be reached, where it is known what to do. */
function connectError(error: CallError, { address }: CallContext): DavitError | undefined {
  const { cause } = error;
  // Who dials knows best.
  if (cause instanceof DavitError) return cause;
  const message = (why: string): string => `Cannot connect to "${address}": ${why}`;
  const options = { cause: error };
  if (cause instanceof Deno.errors.PermissionDenied) {
    return new PermissionError(
      message("permission denied; run as root, join its group, or set CONTAINERD_ADDRESS"),
      options,
    );
  }
  if (cause instanceof Deno.errors.NotCapable) {
    return new PermissionError(
      message(
        `Deno was not granted access; run with --allow-read=${address} ` +
          `--allow-write=${address} --allow-net=unix:${address}`,
      ),
      options,
    );
  }
  if (cause instanceof Deno.errors.NotFound) {
    return new UnavailableError(
      message("there is no such socket; start containerd, or set CONTAINERD_ADDRESS"),
      options,
    );
  }
  if (cause instanceof Deno.errors.ConnectionRefused) {
    // The system says the same of a path that is no socket.
    const why = isOtherFile(address)
      ? "it is no socket; name containerd's socket, or set CONTAINERD_ADDRESS"
      : "nobody listens there; start containerd, or set CONTAINERD_ADDRESS";
    return new UnavailableError(message(why), options);
  }
  return undefined;
}

/** Whether there is something at a path that is no socket, as far as this script may look. */
function isOtherFile(path: string): boolean {
  try {
    return Deno.statSync(path).isSocket === false;
  } catch {
    return false;
  }
}
