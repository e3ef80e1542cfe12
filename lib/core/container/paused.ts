/**
 * A container whose processes are stopped where they are.
 *
 * @module
 */
import { Tasks } from "../task/tasks.ts";
import { ActiveContainer } from "./active.ts";
import { HANDLE } from "./container.ts";
import type { RunningContainer } from "./running.ts";

/** A container whose processes are stopped where they are. */
export class PausedContainer extends ActiveContainer {
  /** What it does. */
  override readonly state = "paused";

  /**
   * Lets its processes go on.
   *
   * @throws {FailedPreconditionError} when it is not paused any more.
   */
  async resume(options: { signal?: AbortSignal } = {}): Promise<RunningContainer> {
    await new Tasks(this[HANDLE].context).resume(this.id, options);
    const { running } = await import("./states.ts");
    return running(this[HANDLE], this.pid);
  }
}
