/**
 * What was entered at the prompt, and what came of it.
 *
 * @module
 */

import { RunResult } from "../core/run/result.ts";

/** A line that was entered. */
export interface Line {
  /** Its text; several lines where the input went on. */
  readonly text: string;
  /** Whether it worked; a line that is no JavaScript counts as one that did. */
  readonly worked: boolean;
  /** Whether its result is what came of a process. */
  readonly output: boolean;
}

/** A line that has just ended. */
export interface EndedLine extends Line {
  /** What it threw. */
  readonly error?: unknown;
  /** From its first call of the SDK to its end, in milliseconds; `undefined` without such a call. */
  readonly durationMs?: number;
}

/** Deno's own names for the last result and the last error. */
interface ReplGlobals {
  readonly _?: unknown;
  readonly _error?: unknown;
}

/** The lines of this session. */
export class LineLog {
  readonly #readLine: () => string;
  readonly #globals: ReplGlobals;
  readonly #lines: Line[] = [];
  readonly #unhandled: unknown[] = [];
  #error: unknown;
  #last: unknown;
  #since: number | undefined;
  #took: number | undefined;

  /**
   * @param readLine Tells the line that was entered last.
   * @param globals Where Deno leaves results; the tests give their own.
   */
  constructor(readLine: () => string, globals: ReplGlobals = globalThis as ReplGlobals) {
    this.#readLine = readLine;
    this.#globals = globals;
  }

  /** The lines so far. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** The last line's result, or what it threw. */
  get last(): unknown {
    return this.#last;
  }

  /** How long the last line took that called the SDK, in milliseconds. */
  get took(): number | undefined {
    return this.#took;
  }

  /** Before the first line: what there is to look at. */
  begin(last: unknown): void {
    this.#last = last;
  }

  /** A method of the SDK is called. */
  called(): void {
    this.#since ??= performance.now();
  }

  /** A promise that nobody waits for was rejected. */
  unhandled(reason: unknown): void {
    this.#unhandled.push(reason);
  }

  /** What was rejected since it was asked. */
  takeUnhandled(): unknown[] {
    return this.#unhandled.splice(0);
  }

  /** A line is over. */
  end(): EndedLine {
    const { _: value, _error: error } = this.#globals;
    const failed = error !== this.#error;
    const line: Line = {
      text: this.#readLine(),
      worked: !failed,
      output: !failed && value instanceof RunResult,
    };
    const durationMs = this.#since === undefined ? undefined : performance.now() - this.#since;
    this.#since = undefined;
    this.#took = durationMs ?? this.#took;
    this.#error = error;
    this.#last = failed ? error : value;
    this.#lines.push(line);
    return {
      ...line,
      ...(failed ? { error } : {}),
      ...(durationMs === undefined ? {} : { durationMs }),
    };
  }
}
