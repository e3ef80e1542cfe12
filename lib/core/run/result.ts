/**
 * What came of a process that has ended.
 *
 * @module
 */
import type { ExitStatus } from "../process/exit_status.ts";

/** What came of a process that has ended. */
export class RunResult implements ExitStatus {
  /** What was run. */
  readonly argv: readonly string[];
  /** The process's own exit code; 128 + N when signal N ended it. */
  readonly exitCode: number;
  /** The signal that an exit code above 128 stands for. */
  readonly signal: string | undefined;
  /** When the process ended. */
  readonly exitedAt: Date | undefined;
  /** Whether the kernel killed the process because its container was out of memory. */
  readonly oomKilled: boolean;
  /** From the first call to the daemon to the end of the process, in milliseconds. */
  readonly durationMs: number;
  /** Standard output, as it came. */
  readonly stdoutBytes: Uint8Array;
  /** Standard error, as it came. */
  readonly stderrBytes: Uint8Array;
  #stdout: string | undefined;
  #stderr: string | undefined;

  /** For {@linkcode RunBuilder}. */
  constructor(
    argv: readonly string[],
    status: ExitStatus,
    output: { stdout: Uint8Array; stderr: Uint8Array; durationMs: number },
  ) {
    this.argv = argv;
    this.exitCode = status.exitCode;
    this.signal = status.signal;
    this.exitedAt = status.exitedAt;
    this.oomKilled = status.oomKilled ?? false;
    this.durationMs = output.durationMs;
    this.stdoutBytes = output.stdout;
    this.stderrBytes = output.stderr;
  }

  /** Standard output as UTF-8; what is not becomes U+FFFD. */
  get stdout(): string {
    return this.#stdout ??= new TextDecoder().decode(this.stdoutBytes);
  }

  /** Standard error as UTF-8; what is not becomes U+FFFD. */
  get stderr(): string {
    return this.#stderr ??= new TextDecoder().decode(this.stderrBytes);
  }

  /** Whether the exit code is 0. */
  get success(): boolean {
    return this.exitCode === 0;
  }
}
