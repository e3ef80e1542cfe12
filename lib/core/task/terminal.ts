/**
 * Terminals and standard input of processes that run.
 *
 * @module
 */
import { InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import type { TerminalSize } from "../../oci/spec_process.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import type { Context } from "../context.ts";

/** A container's process, or one that was added to it. */
export interface ProcessName {
  /** The container. */
  readonly containerId: string;
  /** The added process; none for the container's own. */
  readonly execId?: string;
}

/**
 * Daemons of all versions say in their own words that a process is gone. "ttrpc: closed": its shim
 * is, and so is all that ran under it.
 */
const GONE =
  /not found|process already finished|no such process|container not running|does not exist|ttrpc: closed/i;

/** Whether an error says that the process it is about has ended. */
export function saysGone(error: unknown): boolean {
  return error instanceof NotFoundError || GONE.test(String(error));
}

/**
 * Changes the size of a terminal.
 *
 * @throws {NotFoundError} when the process has ended.
 */
export async function resizeTerminal(
  context: Context,
  name: ProcessName,
  size: TerminalSize,
): Promise<void> {
  const { columns, rows } = size;
  for (const value of [columns, rows]) {
    if (!Number.isInteger(value) || value < 1 || value > 65535) {
      throw new InvalidArgumentError(
        `Cannot make a terminal of ${columns}x${rows}: both must be from 1 to 65535`,
      );
    }
  }
  try {
    await context.api.tasks.resizePty({ ...name, width: columns, height: rows }, {
      timeoutMs: CHANGE_TIMEOUT_MS,
    });
  } catch (error) {
    if (!saysGone(error)) throw error;
    throw new NotFoundError(
      `Cannot resize a terminal in container "${name.containerId}": the process has ended`,
      { cause: error },
    );
  }
}

/** Has the runtime let go of its end of standard input, so that the process sees the end of file. */
export async function closeStdin(context: Context, name: ProcessName): Promise<void> {
  try {
    await context.api.tasks.closeIO({ ...name, stdin: true }, { timeoutMs: CHANGE_TIMEOUT_MS });
  } catch (error) {
    if (!saysGone(error)) throw error;
  }
}
