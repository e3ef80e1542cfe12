/**
 * Errors as containerd sends them: a code, and a text that ends in the name of the code's error.
 *
 * @module
 */
import { StatusCode, WireError } from "../rpc/wire_error.ts";

/** An error with exactly this text. */
export function status(code: number, text: string): WireError {
  return new WireError(code, text, { fromServer: true });
}

/** The thing does not exist. */
export function notFound(text: string): WireError {
  return status(StatusCode.NotFound, `${text}: not found`);
}

/** The name is taken. */
export function alreadyExists(text: string): WireError {
  return status(StatusCode.AlreadyExists, `${text}: already exists`);
}

/** The request is wrong. */
export function invalidArgument(text: string): WireError {
  return status(StatusCode.InvalidArgument, `${text}: invalid argument`);
}

/** The thing's state does not allow it. */
export function failedPrecondition(text: string): WireError {
  return status(StatusCode.FailedPrecondition, `${text}: failed precondition`);
}

/** What the runtime and the shim report: a text without a code. */
export function unknown(text: string): WireError {
  return status(StatusCode.Unknown, text);
}

/** There is no such method. */
export function unimplemented(text: string): WireError {
  return status(StatusCode.Unimplemented, text);
}

/**
 * The part of a request that the daemon cannot do without. containerd itself crashes when some of
 * them are missing; a fake that did so would help nobody.
 */
export function required<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw invalidArgument(`${name} is missing, which crashes containerd`);
  return part;
}
