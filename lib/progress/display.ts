/**
 * Shows on a terminal how far long work is.
 *
 * @module
 */
import type { SyncProgress } from "../core/pull/sync.ts";
import { type ProgressStep, renderSteps } from "./render.ts";

/** A place on the terminal whose lines are written anew. */
interface Lines {
  (...text: string[]): void;
  done(): void;
  clear(): void;
}

/** How often the lines are written at most, in milliseconds. */
const EVERY_MS = 80;
/** How many lines there are at most. */
const ROWS = 12;

/** How {@linkcode showProgress} works. */
export interface ProgressOptions {
  /**
   * Whether to show anything.
   * @default where the standard error stream is a terminal that can move its cursor, and not in CI
   */
  show?: boolean;
}

/** A display of progress. Dispose of it, or call {@linkcode done}, when the work is over. */
export class ProgressDisplay implements Disposable {
  readonly #lines: Lines | undefined;
  readonly #steps = new Map<string, ProgressStep>();
  #at = 0;

  /** For {@linkcode showProgress}. */
  constructor(lines: Lines | undefined) {
    this.#lines = lines;
  }

  /** Takes a report, to be given as `onProgress` of `pull`, `push`, `import`, `sync`, `convert`… */
  readonly onProgress = (step: ProgressStep | SyncProgress): void => {
    if (!this.#lines) return;
    const one = "step" in step ? step.step : step;
    if (!one) return;
    const { phase, name, current, total } = one;
    this.#steps.set(`${phase} ${name}`, { phase, name, current, total });
    const now = performance.now();
    if (now - this.#at < EVERY_MS) return;
    this.#at = now;
    this.#write();
  };

  /** Writes the last state, and leaves it there. Twice is fine. */
  done(): void {
    if (this.#steps.size === 0) return;
    this.#write();
    this.#lines?.done();
    this.#steps.clear();
  }

  /** Takes all lines away, for instance before an error is shown. */
  clear(): void {
    if (this.#steps.size === 0) return;
    this.#lines?.clear();
    this.#steps.clear();
  }

  #write(): void {
    const { columns, rows } = size();
    this.#lines?.(renderSteps([...this.#steps.values()], columns, Math.min(ROWS, rows)).join("\n"));
  }

  /** The same as {@linkcode done}. */
  [Symbol.dispose](): void {
    this.done();
  }
}

/**
 * Makes a display. Where there is no terminal, it shows nothing and loads nothing.
 *
 * @example
 * ```ts
 * import { connect } from "@davit/sdk";
 * import { showProgress } from "@davit/sdk/progress";
 *
 * await using davit = await connect();
 * using progress = await showProgress();
 * await davit.namespace("ci").images.pull("alpine:3.20", { onProgress: progress.onProgress });
 * ```
 */
export async function showProgress(options: ProgressOptions = {}): Promise<ProgressDisplay> {
  const { show = isLively() } = options;
  if (!show) return new ProgressDisplay(undefined);
  const [{ createLogUpdate }, { default: process }] = await Promise.all([
    import("log-update"),
    import("node:process"),
  ]);
  // The cursor stays as it is: a script that is killed would leave it hidden.
  return new ProgressDisplay(createLogUpdate(process.stderr, { showCursor: true }));
}

/** Whether somebody looks who can see lines change. */
function isLively(): boolean {
  return Deno.stderr.isTerminal() && variable("TERM") !== "dumb" && !variable("CI");
}

/** A variable of the environment; `undefined` where the script may not look. */
function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function size(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: Math.max(2, (rows || 24) - 1) };
  } catch {
    return { columns: 80, rows: 23 };
  }
}
