/**
 * The errors that Davit throws. Every one is a {@linkcode DavitError} with a `code`; callers catch
 * a class or switch on the code. A message says what was tried, on what, where, and what to do.
 *
 * @module
 */

/** What went wrong, in the words of gRPC's status codes. */
export type ErrorCode =
  | "aborted"
  | "already_exists"
  | "canceled"
  | "data_loss"
  | "deadline_exceeded"
  | "failed_precondition"
  | "internal"
  | "invalid_argument"
  | "not_found"
  | "out_of_range"
  | "permission_denied"
  | "resource_exhausted"
  | "unauthenticated"
  | "unavailable"
  | "unimplemented"
  | "unknown";

/**
 * The base of all errors of this library.
 *
 * @example
 * ```ts
 * import { DavitError } from "@davit/sdk";
 *
 * const error = new DavitError('Cannot write "x": no space left', "resource_exhausted");
 * if (error.code === "resource_exhausted") console.error(error.message);
 * ```
 */
export class DavitError extends Error {
  /** What kind of failure this is; stable, unlike the message. */
  readonly code: ErrorCode;

  /**
   * Makes the error.
   *
   * @param message What was tried, on what, where, and what to do; no final period.
   * @param code The kind of failure.
   * @param options `cause`: the error underneath, where there is one.
   */
  constructor(message: string, code: ErrorCode = "unknown", options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The thing does not exist, in this namespace at least. */
export class NotFoundError extends DavitError {
  /** Makes the error. @param message What was looked for, and where. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "not_found", options);
  }
}

/** A thing of that name exists already. */
export class AlreadyExistsError extends DavitError {
  /** Makes the error. @param message What exists, and where. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "already_exists", options);
  }
}

/** An argument is wrong: a name, reference, digest, path, size or option. Nothing was changed. */
export class InvalidArgumentError extends DavitError {
  /** Makes the error. @param message Which value, why it is wrong, what is allowed. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "invalid_argument", options);
  }
}

/** The thing is in a state that does not allow this: still running, not empty, in use. */
export class FailedPreconditionError extends DavitError {
  /** Makes the error. @param message What the state is, and what it must be. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "failed_precondition", options);
  }
}

/** The operating system, the daemon or a policy refused. */
export class PermissionError extends DavitError {
  /** Makes the error. @param message What was refused, and what to do about it. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "permission_denied", options);
  }
}

/** The daemon cannot be reached, or went away in the middle of a call. */
export class UnavailableError extends DavitError {
  /** Makes the error. @param message Which daemon, and why it cannot be reached. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "unavailable", options);
  }
}

/** What answers is not what was expected: broken frames, or no containerd at all. */
export class ProtocolError extends DavitError {
  /** Makes the error. @param message What came, and what was expected. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "internal", options);
  }
}

/** The daemon, its host or its runtime lacks a feature. */
export class UnsupportedError extends DavitError {
  /** What the call needs, such as `"containerd 2.0 (Transfer)"`. */
  readonly needed: string;
  /** What is there, such as `"containerd 1.6.20"`, when that is known. */
  readonly found: string | undefined;

  /** Makes the error. @param message What was tried. @param feature What it needs and what was found. */
  constructor(
    message: string,
    feature: { needed: string; found?: string },
    options?: ErrorOptions,
  ) {
    super(message, "unimplemented", options);
    this.needed = feature.needed;
    this.found = feature.found;
  }
}

/** The caller's signal ended the call; `cause` is the signal's reason. */
export class CanceledError extends DavitError {
  /** Makes the error. @param message What was canceled. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "canceled", options);
  }
}

/** A deadline passed: the caller's `timeout`, or that of a signal made by `AbortSignal.timeout`. */
export class TimeoutError extends DavitError {
  /** Makes the error. @param message What took too long, and how long was allowed. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "deadline_exceeded", options);
  }
}

/** Bytes do not have the digest or size that they must have. Nothing was registered. */
export class DigestError extends DavitError {
  /** The digest that was promised. */
  readonly expected: string;
  /** The digest of what arrived. */
  readonly actual: string;

  /** Makes the error. @param message What was checked. @param digests The promised digest and the real one. */
  constructor(
    message: string,
    digests: { expected: string; actual: string },
    options?: ErrorOptions,
  ) {
    super(message, "data_loss", options);
    this.expected = digests.expected;
    this.actual = digests.actual;
  }
}

/** What is wrong with a network. */
export type NetworkFailure =
  | "port_taken"
  | "address_taken"
  | "no_free_address"
  | "subnet_overlap"
  | "plugin_missing"
  | "plugin_failed"
  | "bad_configuration";

/** A network could not be made, or a container not be connected to it; what was done was undone. */
export class NetworkError extends DavitError {
  /** What is wrong. */
  readonly reason: NetworkFailure;
  /** The network, where it is one's fault. */
  readonly network: string | undefined;
  /** The CNI plugin that failed or is missing. */
  readonly plugin: string | undefined;

  /** Makes the error. @param message What could not be done. @param reason Why. @param details Which network and plugin. */
  constructor(
    message: string,
    reason: NetworkFailure,
    details: { network?: string | undefined; plugin?: string | undefined } = {},
    options?: ErrorOptions,
  ) {
    const codes: Record<NetworkFailure, ErrorCode> = {
      port_taken: "already_exists",
      address_taken: "already_exists",
      no_free_address: "resource_exhausted",
      subnet_overlap: "already_exists",
      plugin_missing: "failed_precondition",
      plugin_failed: "unknown",
      bad_configuration: "invalid_argument",
    };
    super(message, codes[reason], options);
    this.reason = reason;
    this.network = details.network;
    this.plugin = details.plugin;
  }
}
