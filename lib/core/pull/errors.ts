/**
 * What goes wrong with pulls, in one form whoever does the work.
 *
 * @module
 */
import {
  CanceledError,
  DavitError,
  DigestError,
  type ErrorCode,
  InvalidArgumentError,
  TimeoutError,
  UnavailableError,
  UnsupportedError,
} from "../../errors/errors.ts";
import { PullError } from "../../errors/image_errors.ts";
import { formatPlatform } from "../../oci/platform.ts";
import type { Reference } from "../../oci/reference.ts";
import type { WantedPlatforms } from "../archive/tree.ts";

/** The image is for other platforms only. @param offered Those it is for; empty where not known. */
export function otherPlatforms(
  name: string,
  wanted: WantedPlatforms,
  offered: readonly string[],
): InvalidArgumentError {
  const list = wanted === "all" ? "any platform" : wanted.map(formatPlatform).join(" or ");
  const why = offered.length === 0
    ? "it has nothing for it"
    : `it is for ${offered.join(", ")} only`;
  return new InvalidArgumentError(
    `Cannot pull "${name}" for ${list}: ${why}; name a platform that it has`,
  );
}

/** What containerd's words about a registry mean. */
const MEANINGS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /\b401\b|unauthorized|authorization failed|no basic auth/i,
    "unauthenticated",
    "check the credentials",
  ],
  [/\b403\b|forbidden|insufficient_scope/i, "permission_denied", "check what the user may do"],
  [/\b404\b|not found/i, "not_found", "check name and tag"],
  [/\b429\b|too many requests/i, "resource_exhausted", "try again later"],
  [
    /connection refused|no such host|timeout|EOF|reset by peer|\b50[0234]\b/i,
    "unavailable",
    "check that the daemon's machine reaches the registry",
  ],
];

/** A failure of a pull by the daemon as the same class as a failure of a pull by this process. */
export function transferPullError(
  error: unknown,
  reference: Reference,
  wanted: WantedPlatforms,
): unknown {
  if (!(error instanceof DavitError) || error instanceof PullError) return error;
  if (
    error instanceof CanceledError || error instanceof TimeoutError ||
    error instanceof UnsupportedError || error instanceof UnavailableError
  ) return error;
  const { message } = error;
  if (/no match for platform|no unpack platforms/.test(message)) {
    return otherPlatforms(reference.toString(), wanted, []);
  }
  const digests = /unexpected commit digest (\w+:\w+), expected (\w+:\w+)/.exec(message);
  if (digests) {
    return new DigestError(
      `Cannot pull "${reference}": its bytes hash to "${
        digests[1]
      }"; the registry or something on ` +
        "the way changed them",
      { expected: digests[2] ?? "", actual: digests[1] ?? "" },
      { cause: error },
    );
  }
  const { code, advice } = meaningOf(error);
  return new PullError(
    `Cannot pull "${reference}": the daemon says: ${message}${advice}`,
    code,
    { reference: reference.toString(), host: reference.domain, attempts: [] },
    { cause: error },
  );
}

/** A failure of a push by the daemon, with a code that says what it is. */
export function transferPushError(error: unknown, reference: Reference): unknown {
  if (!(error instanceof DavitError)) return error;
  if (
    error instanceof CanceledError || error instanceof TimeoutError ||
    error instanceof UnsupportedError || error instanceof UnavailableError
  ) return error;
  const { code, advice } = meaningOf(error);
  const message = `Cannot push "${reference}": the daemon says: ${error.message}${advice}`;
  return new DavitError(message, code, { cause: error });
}

function meaningOf(error: DavitError): { code: ErrorCode; advice: string } {
  const meaning = MEANINGS.find(([pattern]) => pattern.test(error.message));
  return meaning
    ? { code: meaning[1], advice: `; ${meaning[2]}` }
    : { code: error.code, advice: "" };
}
