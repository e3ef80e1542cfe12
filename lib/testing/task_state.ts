/**
 * A task: the process of a container, and those that were added to it.
 *
 * @module
 */
import type { ProcessState } from "./process_state.ts";
import type { RunOutcome } from "./script.ts";

/** What a script said of a process, now or later. */
export type Scripted = RunOutcome | Promise<RunOutcome | undefined | void>;

/** A task. */
export interface TaskState {
  /** The container's id. */
  readonly containerId: string;
  /** The container's own process. */
  readonly init: ProcessState;
  /** What it does once it is started. */
  readonly outcome: Scripted;
  /** Further processes by id, with what they are described by. */
  readonly execs: Map<string, ExecState>;
}

/** A further process of a task. */
export interface ExecState {
  /** The process. */
  readonly process: ProcessState;
  /** Asks the script what it does. */
  readonly ask: () => Promise<{ scripted: Scripted } | undefined>;
  /** Its command and arguments. */
  readonly args: readonly string[];
}
