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

/** An image names blobs that the content store does not have. */
export class MissingContentError extends DavitError {
  /** Digests of the missing blobs. */
  readonly digests: readonly string[];
  /** The platform that they belong to, such as `"linux/arm64"`, when that is known. */
  readonly platform: string | undefined;

  /** Makes the error. @param message Which image lacks what. @param missing The digests, and their platform. */
  constructor(
    message: string,
    missing: { digests: readonly string[]; platform?: string },
    options?: ErrorOptions,
  ) {
    super(message, "not_found", options);
    this.digests = missing.digests;
    this.platform = missing.platform;
  }
}

/** Why a process could not be started. */
export type StartFailure =
  | "command_not_found"
  | "not_executable"
  | "bad_cwd"
  | "unknown_user"
  | "bad_mount"
  | "runtime";

/**
 * The runtime could not start the process. `exitCode` is what a shell would report: 127 where the
 * command does not exist, 126 where it cannot be executed, else 125 (as Docker does).
 */
export class StartError extends DavitError {
  /** What is wrong with the process that was asked for. */
  readonly reason: StartFailure;
  /** 127, 126 or 125. */
  readonly exitCode: number;

  /** Makes the error. @param message What could not be started. @param reason Why. */
  constructor(message: string, reason: StartFailure, options?: ErrorOptions) {
    const codes: Record<StartFailure, ErrorCode> = {
      command_not_found: "not_found",
      not_executable: "permission_denied",
      bad_cwd: "invalid_argument",
      unknown_user: "invalid_argument",
      bad_mount: "invalid_argument",
      runtime: "unknown",
    };
    super(message, codes[reason], options);
    this.reason = reason;
    this.exitCode = reason === "command_not_found" ? 127 : reason === "not_executable" ? 126 : 125;
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

/** How a process ended, with the ends of what it wrote. */
export interface ExitDetails {
  /** What was run. */
  readonly argv: readonly string[];
  /** The process's own exit code; 128 + N when signal N ended it, as shells report it. */
  readonly exitCode: number;
  /** The signal that ended it, such as `"SIGKILL"`. */
  readonly signal?: string | undefined;
  /** The kernel killed it because the container was out of memory. */
  readonly oomKilled?: boolean | undefined;
  /** The last 4 KiB of standard output, decoded. */
  readonly stdoutTail: string;
  /** The last 4 KiB of standard error, decoded. */
  readonly stderrTail: string;
}

/** A process ended with another exit code than 0. */
export class ExitError extends DavitError implements ExitDetails {
  /** What was run. */
  readonly argv: readonly string[];
  /** The process's own exit code; 128 + N when signal N ended it. */
  readonly exitCode: number;
  /** The signal that ended it, such as `"SIGKILL"`. */
  readonly signal: string | undefined;
  /** The kernel killed it because the container was out of memory. */
  readonly oomKilled: boolean;
  /** The last 4 KiB of standard output, decoded. */
  readonly stdoutTail: string;
  /** The last 4 KiB of standard error, decoded. */
  readonly stderrTail: string;

  /** Makes the error. @param message What ended how. @param details The same as data. */
  constructor(message: string, details: ExitDetails, options?: ErrorOptions) {
    super(message, "aborted", options);
    this.argv = details.argv;
    this.exitCode = details.exitCode;
    this.signal = details.signal;
    this.oomKilled = details.oomKilled ?? false;
    this.stdoutTail = details.stdoutTail;
    this.stderrTail = details.stderrTail;
  }
}

/** What belongs to a {@linkcode BuildError}. */
export interface BuildErrorDetails {
  /** The step, as it stands in the image's history: `RUN make`. */
  readonly step: string;
  /** The stage that it is in, where it has a name. */
  readonly stage?: string | undefined;
  /** The file and the line that it came from, for a step of a Dockerfile. */
  readonly origin?: { readonly file: string; readonly line: number } | undefined;
  /** What was run. */
  readonly argv: readonly string[];
  /** Its exit code; 128 + N when signal N ended it; `undefined` when it could not be started. */
  readonly exitCode?: number | undefined;
  /** The last 4 KiB of what it wrote, both streams as they came. */
  readonly tail: string;
  /** The name of the image that was kept of the failed state, with `onError: "keep"`. */
  readonly image?: string | undefined;
}

/** A command of an image build failed. */
export class BuildError extends DavitError implements BuildErrorDetails {
  /** The step, as it stands in the image's history: `RUN make`. */
  readonly step: string;
  /** The stage that it is in, where it has a name. */
  readonly stage: string | undefined;
  /** The file and the line that it came from, for a step of a Dockerfile. */
  readonly origin: { readonly file: string; readonly line: number } | undefined;
  /** What was run. */
  readonly argv: readonly string[];
  /** Its exit code; `undefined` when it could not be started. */
  readonly exitCode: number | undefined;
  /** The last 4 KiB of what it wrote. */
  readonly tail: string;
  /**
   * The name of the image that was kept of the failed state, with `onError: "keep"`: run a shell in
   * it, and remove it then.
   */
  readonly image: string | undefined;

  /** Makes the error. @param message What failed how. @param details The same as data. */
  constructor(message: string, details: BuildErrorDetails, options?: ErrorOptions) {
    super(message, "aborted", options);
    this.step = details.step;
    this.stage = details.stage;
    this.origin = details.origin;
    this.argv = details.argv;
    this.exitCode = details.exitCode;
    this.tail = details.tail;
    this.image = details.image;
  }
}

/** A process ended while nobody could see it, so that its exit status is gone for good. */
export class ExitStatusLostError extends DavitError {
  /** Makes the error. @param message Which process, and since when. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "data_loss", options);
  }
}

/** One thing that was tried on the way to content of a registry, and how it went wrong. */
export interface PullAttempt {
  /** The registry or mirror that was asked: `"registry-1.docker.io"`, `"localhost:5000"`. */
  readonly host: string;
  /** Method and URL, without the query: `"HEAD https://ghcr.io/v2/a/b/manifests/1"`. */
  readonly request: string;
  /** The HTTP status of the answer; none where no answer came. */
  readonly status: number | undefined;
  /** What was wrong. */
  readonly error: string;
}

/** What belongs to a {@linkcode PullError}. */
export interface PullErrorDetails {
  /** The image that was asked for. */
  readonly reference: string;
  /** The host that was asked last. */
  readonly host: string;
  /** The blob or manifest that was wanted, where its digest was known. */
  readonly digest?: string | undefined;
  /** Everything that was tried, in order. */
  readonly attempts: readonly PullAttempt[];
}

/**
 * No registry or mirror gave what was asked for. `code` is that of the failure that tells most:
 * `"not_found"` only where every host answered that it does not have it.
 */
export class PullError extends DavitError implements PullErrorDetails {
  /** The image that was asked for. */
  readonly reference: string;
  /** The host that was asked last. */
  readonly host: string;
  /** The blob or manifest that was wanted, where its digest was known. */
  readonly digest: string | undefined;
  /** Everything that was tried, in order. */
  readonly attempts: readonly PullAttempt[];

  /** Makes the error. @param message What could not be fetched. @param code Why. @param details The same as data. */
  constructor(
    message: string,
    code: ErrorCode,
    details: PullErrorDetails,
    options?: ErrorOptions,
  ) {
    super(message, code, options);
    this.reference = details.reference;
    this.host = details.host;
    this.digest = details.digest;
    this.attempts = details.attempts;
  }
}

/** What belongs to a {@linkcode VerificationError}. */
export interface VerificationErrorDetails {
  /** The image that was not trusted. */
  readonly reference: string;
  /** What its name stands for. */
  readonly digest: string;
  /** What was wrong with each of its signatures; none when it has no signature. */
  readonly reasons: readonly string[];
}

/** An image is not trusted: it has no good signature, or a policy refused it. */
export class VerificationError extends DavitError implements VerificationErrorDetails {
  /** The image that was not trusted. */
  readonly reference: string;
  /** What its name stands for. */
  readonly digest: string;
  /** What was wrong with each of its signatures; none when it has no signature. */
  readonly reasons: readonly string[];

  /** Makes the error. @param message Which image, and why. @param details The same as data. */
  constructor(message: string, details: VerificationErrorDetails, options?: ErrorOptions) {
    super(message, "permission_denied", options);
    this.reference = details.reference;
    this.digest = details.digest;
    this.reasons = details.reasons;
  }
}
