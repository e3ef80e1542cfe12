/**
 * What the processes of a fake daemon do: a test says so.
 *
 * @module
 */

/** What a process writes: at once, or piece by piece. */
export type ScriptOutput =
  | string
  | Uint8Array
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>;

/** What a process does. */
export interface RunOutcome {
  /** What it writes to standard output; nothing by default. */
  readonly stdout?: ScriptOutput;
  /** What it writes to standard error; nothing by default. Goes to `stdout` with a terminal. */
  readonly stderr?: ScriptOutput;
  /** Its exit code; 0 by default. */
  readonly exitCode?: number;
  /** How long it goes on after it has written everything, in milliseconds; 0 by default. */
  readonly delayMs?: number;
  /** It goes on until a signal ends it. */
  readonly untilSignal?: boolean;
  /**
   * What it does on a signal, by name: a number is the exit code that it ends with, nothing means
   * that it goes on. Without this, a signal ends it as the kernel does, with 128 and the signal's
   * number. `SIGKILL` is never asked about.
   *
   * The init process of a container ignores signals that it has no handler for, `SIGTERM` among
   * them; say `onSignal: () => undefined` to test against that.
   */
  onSignal?(signal: string): number | undefined;
  /**
   * It cannot be started: what the runtime says, such as `exec: "/x": permission denied`. The rest
   * does not matter then.
   */
  readonly startError?: string;
}

/** A process that is to run. */
export interface RunRequest {
  /** The namespace's name. */
  readonly namespace: string;
  /** The container's id. */
  readonly containerId: string;
  /** The exec's id; `undefined` for the container's own process. */
  readonly execId: string | undefined;
  /** The name of the container's image. */
  readonly image: string;
  /** Command and arguments. */
  readonly args: readonly string[];
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory. */
  readonly cwd: string;
  /** The ids that it runs as. */
  readonly user: { readonly uid: number; readonly gid: number };
  /** Whether it has a terminal. */
  readonly terminal: boolean;
  /** The container's labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** What it can read. Empty when there is nothing. */
  readonly stdin: ReadableStream<Uint8Array>;
  /** Aborts when the process was ended from outside. */
  readonly signal: AbortSignal;
}

/**
 * Says what a process does; nothing, when it is for others to say. When nobody says anything, the
 * command does not exist, and the process cannot be started.
 *
 * A promise is for a process that works: it counts as started at once. When it comes to nothing in
 * the end, the process ends with exit code 127.
 */
export type RunHandler = (
  process: RunRequest,
) => RunOutcome | undefined | void | Promise<RunOutcome | undefined | void>;

/** A process that was started, for a test to look at. */
export interface RunRecord extends Omit<RunRequest, "stdin" | "signal"> {
  /** Its exit code, once it has ended; 128 and its number for a signal. */
  readonly exitCode: number | undefined;
}

/** What is written, piece by piece. */
export async function* pieces(output: ScriptOutput | undefined): AsyncGenerator<Uint8Array> {
  if (output === undefined) return;
  const encoder = new TextEncoder();
  const whole = typeof output === "string" || output instanceof Uint8Array;
  for await (const piece of whole ? [output] : output) {
    yield typeof piece === "string" ? encoder.encode(piece) : piece;
  }
}
