/**
 * How a process ended, as containerd reports it.
 *
 * @module
 */
import { signalName } from "../../oci/signals.ts";

/** How a process ended. */
export interface ExitStatus {
  /** The process's own exit code; 128 + N when signal N ended it, as shells report it. */
  readonly exitCode: number;
  /**
   * The signal that an exit code above 128 stands for, such as `"SIGKILL"`. The runtime reports
   * one number for both, so a process that itself exits with 137 looks killed.
   */
  readonly signal: string | undefined;
  /** When it ended. */
  readonly exitedAt: Date | undefined;
  /**
   * Whether the kernel killed it because its container was out of memory; unset where that is not
   * known, as for a process that was not killed.
   */
  readonly oomKilled?: boolean;
}

/** Reads the number that a runtime reports. */
export function exitStatus(status: number, exitedAt: Date | undefined): ExitStatus {
  const signal = status > 128 && status < 128 + 65 ? signalName(status - 128) : undefined;
  return { exitCode: status, signal, exitedAt };
}

/** An exit status as the value of a label. */
export function formatExit({ exitCode, exitedAt, oomKilled }: ExitStatus): string {
  return JSON.stringify({ exitCode, exitedAt: exitedAt?.toISOString(), oomKilled });
}

/** Reads what {@linkcode formatExit} wrote; `undefined` for anything else. */
export function parseExit(text: string | undefined): ExitStatus | undefined {
  // Most have none, and what is thrown and caught takes its time in a long list.
  if (!text) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { exitCode, exitedAt, oomKilled } = value as Record<string, unknown>;
  if (typeof exitCode !== "number") return undefined;
  const date = new Date(typeof exitedAt === "string" ? exitedAt : NaN);
  return {
    ...exitStatus(exitCode, Number.isNaN(date.getTime()) ? undefined : date),
    ...(typeof oomKilled === "boolean" ? { oomKilled } : {}),
  };
}
