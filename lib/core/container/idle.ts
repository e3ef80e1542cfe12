/**
 * Containers that do not run: those that were never started, and those whose process has ended.
 *
 * @module
 */
import type { ExitStatus } from "../process/exit_status.ts";
import type { Checkpoint } from "../task/checkpoint.ts";
import { Container, HANDLE } from "./container.ts";
import type { ContainerHandle } from "./handle.ts";
import type { RunningContainer } from "./running.ts";

/** A container that does not run. */
export abstract class IdleContainer extends Container {
  /**
   * Starts its process. Its output goes to the container's log, if it has one.
   *
   * @throws {FailedPreconditionError} when it runs already.
   * @throws {StartError} when the process cannot be started.
   */
  async start(options: { signal?: AbortSignal } = {}): Promise<RunningContainer> {
    const { startContainer } = await import("./start.ts");
    return await startContainer(this[HANDLE], options);
  }

  /**
   * Starts it from a saved state, see {@linkcode RunningContainer.checkpoint}: its own, or that of
   * a container with the same files. Its output is not kept.
   *
   * @throws {UnsupportedError} when criu is missing on the daemon's host, or does not work there.
   */
  async restore(checkpoint: Checkpoint): Promise<RunningContainer> {
    const { restoreContainer } = await import("./start.ts");
    return await restoreContainer(this[HANDLE], checkpoint);
  }
}

/** A container that was made and never started. */
export class CreatedContainer extends IdleContainer {
  /** What it does. */
  override readonly state = "created";
}

/** A container whose process has ended. */
export class StoppedContainer extends IdleContainer {
  /** What it does. */
  override readonly state = "stopped";
  /**
   * The process's own exit code, 128 + N when signal N ended it; `undefined` when the daemon does
   * not know it any more.
   */
  readonly exitCode: number | undefined;
  /** The signal that an exit code above 128 stands for. */
  readonly signal: string | undefined;
  /** When it ended. */
  readonly exitedAt: Date | undefined;
  /** Whether the kernel killed it because it was out of memory; unset where that is not known. */
  readonly oomKilled: boolean | undefined;

  /** For {@linkcode Containers} and {@linkcode RunningContainer.stop}. */
  constructor(handle: ContainerHandle, exit: ExitStatus | undefined) {
    super(handle);
    this.exitCode = exit?.exitCode;
    this.signal = exit?.signal;
    this.exitedAt = exit?.exitedAt;
    this.oomKilled = exit?.oomKilled;
  }
}
