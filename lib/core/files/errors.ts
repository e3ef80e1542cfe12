/**
 * What goes wrong with paths, in Linux's words, and what that means to callers.
 *
 * @module
 */
import {
  AlreadyExistsError,
  DavitError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  PermissionError,
} from "../../errors/errors.ts";

/** Why a path cannot be used. */
export type PathFailure =
  | "ENOENT"
  | "ENOTDIR"
  | "EISDIR"
  | "ELOOP"
  | "EEXIST"
  | "ENOTEMPTY"
  | "EINVAL"
  | "EXDEV"
  | "ENOSPC"
  | "EROFS"
  | "EACCES"
  | "EPERM";

/** A path that cannot be used; callers get {@linkcode describeFailure} of it. */
export class PathProblem extends Error {
  /** Why. */
  readonly code: PathFailure;

  /** Makes it. */
  constructor(code: PathFailure, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

const REASONS: Readonly<Record<PathFailure, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead in circles, or are more than 40",
  EEXIST: "it exists",
  ENOTEMPTY: "the folder is not empty; pass recursive",
  EINVAL: "it is of another kind",
  EXDEV: "the two are on different file systems",
  ENOSPC: "there is no space left",
  EROFS: "it is on a file system that cannot be written to",
  EACCES: "permission denied",
  EPERM: "it is not permitted",
};

/**
 * The error for callers; what is no problem of a path is returned as it is.
 *
 * @param what What was tried, to follow "Cannot": `read "/etc/passwd" of image "x"`.
 */
export function describeFailure(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof DavitError) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string" || !(code in REASONS)) return error;
  const message = `Cannot ${what}: ${REASONS[code as PathFailure]} (${code})`;
  const cause = { cause: error };
  switch (code as PathFailure) {
    case "ENOENT":
      return new NotFoundError(message, cause);
    case "EEXIST":
      return new AlreadyExistsError(message, cause);
    case "EINVAL":
      return new InvalidArgumentError(message, cause);
    case "ENOSPC":
      return new DavitError(message, "resource_exhausted", cause);
    case "EACCES":
    case "EPERM":
      return new PermissionError(message, cause);
    default:
      return new FailedPreconditionError(message, cause);
  }
}
