/**
 * What a run of a container and an exec have in common: a process that the daemon is asked to make,
 * to start, and to clear away.
 *
 * @module
 */
import type { TerminalSize } from "../../oci/spec_process.ts";
import type { ExitStatus } from "./exit_status.ts";
import type { TaskIo } from "../task/task.ts";

/** A process that the daemon can be asked for. */
export interface ProcessTarget {
  /** What is run. */
  readonly argv: readonly string[];
  /** For work behind a finished call; see `Session.background`. */
  readonly key: string;
  /** Makes the process, without starting it. */
  create(io: TaskIo): Promise<void>;
  /** Starts it. Returns its process id on the daemon's host. */
  start(): Promise<number>;
  /** Waits until it has ended, or `signal` aborts. */
  wait(signal?: AbortSignal): Promise<ExitStatus>;
  /** What more can be told of how it ended, before it is deleted. */
  complete(status: ExitStatus): Promise<ExitStatus>;
  /** Sends a signal. @throws {NotFoundError} when it has ended. */
  kill(signal: number): Promise<void>;
  /** Changes the size of its terminal. */
  resize(size: TerminalSize): Promise<void>;
  /** Ends its standard input, once the pipe to it was closed. Gone is fine. */
  closeStdin(): Promise<void>;
  /** Forgets the process, which has ended; all of its output was copied then. Gone is fine. */
  delete(): Promise<void>;
  /** Ends and forgets it, whatever it does. Gone is fine. */
  end(): Promise<void>;
  /** Removes what was made for the process, such as a container of its own. */
  discard(): Promise<void>;
}

/** How a builder makes its process. */
export interface ProcessMaker {
  /** The command, for messages. */
  readonly what: string;
  /** Whether the process gets a terminal. */
  readonly terminal: boolean;
  /** Makes all that is needed before the process. Ends early, leaving nothing, on `signal`. */
  prepare(signal: AbortSignal): Promise<ProcessTarget>;
}

/** Words of a command, for messages. */
export function quoteWords(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(" ");
}
