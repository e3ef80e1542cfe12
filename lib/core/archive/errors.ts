/**
 * Errors of reading this machine's files, and of stopping to do so, in words that name the thing.
 *
 * @module
 */
import {
  CanceledError,
  DavitError,
  NotFoundError,
  PermissionError,
  TimeoutError,
} from "../../errors/errors.ts";

/**
 * Says what is wrong with a file of this machine.
 *
 * @param label The file, for the message: a quoted path.
 * @param what What was tried: `"import"`.
 */
export function fileError(label: string, cause: unknown, what = "import"): unknown {
  if (cause instanceof Deno.errors.NotFound) {
    return new NotFoundError(`Cannot ${what} ${label}: there is no such file or folder`, { cause });
  }
  if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
    return new PermissionError(`Cannot ${what} ${label}: it may not be read; ${cause.message}`, {
      cause,
    });
  }
  if (cause instanceof DavitError || !(cause instanceof Error)) return cause;
  return new DavitError(`Cannot ${what} ${label}: ${cause.message}`, "unknown", { cause });
}

/**
 * The error for an import whose signal is aborted.
 *
 * @param label The archive's name.
 */
export function canceledError(label: string, signal: AbortSignal): DavitError {
  const cause: unknown = signal.reason;
  if (cause instanceof DavitError) return cause;
  if (cause instanceof DOMException && cause.name === "TimeoutError") {
    return new TimeoutError(`Cannot import ${label}: it took longer than was allowed`, { cause });
  }
  return new CanceledError(`Cannot import ${label}: it was canceled`, { cause });
}
