/**
 * Clears up when the script is ended from outside: by Ctrl-C, by SIGTERM, or by an error that nobody
 * catches.
 *
 * @module
 */
import { signalsArePassedOn } from "../core/process/terminal.ts";
import { wasIgnored } from "./ignored_signals.ts";

/** What there is to be cleared up: clients. */
type Closable = { close(): Promise<void> };

/** How long clearing up may take before the script ends all the same, in milliseconds. */
const LIMIT_MS = 20_000;
/** The signals that ask a script to end, and their numbers. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
type EndSignal = keyof typeof SIGNALS;

const guarded = new Set<Closable>();
let ending = false;

const listeners: readonly (readonly [EndSignal, () => void])[] = [
  ["SIGINT", () => onSignal("SIGINT")],
  ["SIGTERM", () => onSignal("SIGTERM")],
  ["SIGHUP", () => onSignal("SIGHUP")],
];

/**
 * Has a client closed before the script is ended. Does not keep the script alive.
 *
 * @returns Ends it; to be called when the client is closed.
 */
export function guardExit(client: Closable): () => void {
  if (guarded.size === 0) watch();
  guarded.add(client);
  return () => {
    if (guarded.delete(client) && guarded.size === 0 && !ending) unwatch();
  };
}

function watch(): void {
  for (const [signal, listener] of listeners) {
    try {
      Deno.addSignalListener(signal, listener);
    } catch { /* this system has no such signal */ }
  }
  globalThis.addEventListener("error", onError);
  globalThis.addEventListener("unhandledrejection", onRejection);
}

function unwatch(): void {
  for (const [signal, listener] of listeners) {
    try {
      Deno.removeSignalListener(signal, listener);
    } catch { /* this system has no such signal */ }
  }
  globalThis.removeEventListener("error", onError);
  globalThis.removeEventListener("unhandledrejection", onRejection);
}

function onSignal(signal: EndSignal): void {
  if (!wasIgnored(SIGNALS[signal])) void endBy(signal);
}

async function endBy(signal: EndSignal): Promise<void> {
  // It is meant for the process in the terminal.
  if (signalsArePassedOn()) return;
  // The second one ends the script at once.
  if (ending) return die(signal);
  ending = true;
  await closeAll();
  die(signal);
}

/** Ends the script as the signal itself would, where that is allowed. */
function die(signal: EndSignal): void {
  unwatch();
  try {
    Deno.kill(Deno.pid, signal);
  } catch { /* without the permission an exit code tells the same */ }
  // The signal takes a moment; that it does not end this process is told by nobody.
  setTimeout(() => Deno.exit(128 + SIGNALS[signal]), 100);
}

function onError(event: ErrorEvent): void {
  fail(event, event.error, "Uncaught");
}

function onRejection(event: PromiseRejectionEvent): void {
  fail(event, event.reason, "Uncaught (in promise)");
}

/** Prints an error as Deno does, which would end the script now, and ends it a little later. */
function fail(event: Event, error: unknown, how: string): void {
  if (event.defaultPrevented) return;
  event.preventDefault();
  // What is being closed makes the script's own work fail.
  if (ending) return;
  ending = true;
  console.error(`error: ${how}`, error);
  closeAll().then(() => Deno.exit(1));
}

async function closeAll(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LIMIT_MS);
  const closed = Promise.allSettled([...guarded].map((client) => client.close()));
  await Promise.race([closed, promise]);
  clearTimeout(timer);
}
