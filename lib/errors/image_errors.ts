/**
 * Errors of images: what is missing, could not be built or fetched, or is not trusted.
 *
 * @module
 */
import { DavitError, type ErrorCode } from "./errors.ts";

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
