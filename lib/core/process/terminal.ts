/**
 * Puts the caller's own terminal and a process together.
 *
 * @module
 */
import { DavitError, NotFoundError } from "../../errors/errors.ts";
import { DEFAULT_DETACH_KEYS, DetachFilter, parseDetachKeys } from "../../io/detach_keys.ts";
import { openTerminal } from "../../io/terminal.ts";
import type { TerminalSize } from "../../oci/spec_process.ts";
import type { ExitStatus } from "./exit_status.ts";

/** How to be interactive. */
export interface InteractiveOptions {
  /**
   * The keys that leave the process alone, as Docker writes them; `"ctrl-p,ctrl-q"` by default, `""`
   * for none.
   */
  readonly detachKeys?: string;
}

/** How it ended: by the process's end, or by the keys that leave it alone. */
export type InteractiveEnd =
  | ({ readonly detached: false } & ExitStatus)
  | { readonly detached: true };

/** A process with a terminal. */
export interface TerminalProcess {
  /** What is typed goes here. */
  readonly stdin: WritableStream<Uint8Array>;
  /** What comes from here is shown. */
  readonly stdout: ReadableStream<Uint8Array>;
  /** How it ends. */
  readonly status: Promise<ExitStatus>;
  /** Sends it a signal. */
  kill(signal: Deno.Signal): Promise<void>;
  /** Tells it a new size. */
  resize(size: TerminalSize): Promise<void>;
}

/** Signals that others send this process, and that are meant for the one in the terminal. */
const PASSED_ON: readonly Deno.Signal[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
];

let passing = 0;

/** Whether signals that this script gets are passed on to a process in its terminal. */
export function signalsArePassedOn(): boolean {
  return passing > 0;
}

/**
 * Connects this script's terminal with a process until it ends or is left alone. The terminal is as
 * it was before when this returns or throws.
 *
 * @param start Makes the process; called when the terminal was found to be one.
 * @throws {FailedPreconditionError} when this script has no terminal.
 */
export async function interact(
  start: () => Promise<TerminalProcess>,
  options: InteractiveOptions = {},
): Promise<InteractiveEnd> {
  const filter = new DetachFilter(parseDetachKeys(options.detachKeys ?? DEFAULT_DETACH_KEYS));
  using terminal = await openTerminal();
  const process = await start();
  const left = Promise.withResolvers<{ detached: true }>();
  // That the process is gone is told by its status.
  const gone = (error: unknown) => {
    if (!(error instanceof NotFoundError)) left.reject(error);
  };
  const resize = () => {
    const size = terminal.size();
    // Some terminals do not know their size, and say 0.
    if (size.columns > 0 && size.rows > 0) process.resize(size).catch(gone);
  };
  const listeners = [
    ["SIGWINCH", resize] as const,
    ...PASSED_ON.map((name) => [name, () => void process.kill(name).catch(gone)] as const),
  ];
  for (const [name, listener] of listeners) Deno.addSignalListener(name, listener);
  passing++;
  const writer = process.stdin.getWriter();
  const typing = (async () => {
    for await (const chunk of terminal.input) {
      const { pass, detached } = filter.feed(chunk);
      if (pass.length > 0) await writer.write(pass);
      if (detached) return left.resolve({ detached: true });
    }
  })().catch((error) => {
    // What is typed while the process ends goes nowhere.
    if (!(error instanceof DavitError)) left.reject(error);
  });
  const reader = process.stdout.getReader();
  const showing = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await terminal.write(value);
    }
  })();
  showing.catch(left.reject);
  try {
    resize();
    return await Promise.race([
      left.promise,
      (async () => {
        const status = await process.status;
        await showing;
        return { ...status, detached: false as const };
      })(),
    ]);
  } finally {
    passing--;
    for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
    terminal[Symbol.dispose]();
    await typing;
    writer.releaseLock();
    // What it writes after this is dropped.
    reader.cancel().catch(() => {});
  }
}
