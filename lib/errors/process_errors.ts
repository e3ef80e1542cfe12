/**
 * Errors of processes: how they could not be started, and how they ended.
 *
 * @module
 */
import { DavitError, type ErrorCode } from "./errors.ts";

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

/** A process ended while nobody could see it, so that its exit status is gone for good. */
export class ExitStatusLostError extends DavitError {
  /** Makes the error. @param message Which process, and since when. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, "data_loss", options);
  }
}
