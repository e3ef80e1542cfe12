/**
 * Makes a prompt of a `deno repl`: its names, its looks, its Ctrl-C.
 *
 * @module
 */
import { installInterrupts } from "./cancelable.ts";
import { openConnection } from "./connection.ts";
import { drawBanner } from "./banner.ts";
import { defineGlobals } from "./globals.ts";
import { lastLine } from "./history.ts";
import { formatDuration } from "./human.ts";
import { terminal } from "./ink.ts";
import { Interrupts } from "./interrupts.ts";
import { LineLog } from "./lines.ts";
import { installLooks, lookOfCollections } from "./looks.ts";
import { DavitError, UnavailableError } from "../errors/errors.ts";
import type { PromptOptions, StartNotes } from "./options.ts";
import { restoreStack, shortenStacks } from "./stacks.ts";
import { Workspace } from "./workspace.ts";

/** A line that takes longer is told how long it took. */
const SLOW_MS = 1000;

/** Makes a prompt of this process. */
export async function beginPrompt(options: PromptOptions): Promise<void> {
  const say = (text: string) => console.log(terminal().ink.dim(text));
  const log = new LineLog(() => lastLine(options.history));
  const interrupts = new Interrupts({ say, onCall: () => log.called() });
  const { client, version, problem } = await openConnection(options.address).catch((error) => {
    if (!(error instanceof DavitError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  });
  const answer = options.offer ? await offered(problem, options) : undefined;
  if (answer === true) {
    // The program that started this prompt holds the daemon, so that it ends behind it.
    const notes: StartNotes = { start: true };
    Deno.writeTextFileSync(options.notes, JSON.stringify(notes));
    Deno.exit(0);
  }
  const workspace = new Workspace(client, options);
  installInterrupts(interrupts, workspace.ns);
  installLooks({
    line: () => lastLine(options.history),
    container: (id) => workspace.names.info(id),
  });
  lookOfCollections(workspace.ns);
  workspace.watchNamespaces();
  shortenStacks();
  defineGlobals({ workspace, log, options, interrupts });
  Deno.addSignalListener("SIGINT", () => interrupts.press());
  globalThis.addEventListener("unhandledrejection", (event) => {
    // Deno would print "Uncaught undefined" over the line that is being typed.
    event.preventDefault();
    log.unhandled(event.reason);
  });
  afterEachLine(() => {
    const line = log.end();
    restoreStack(line.error);
    interrupts.nextLine();
    for (const reason of log.takeUnhandled()) {
      const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
      say(`Something that was not awaited failed: ${text}`);
    }
    if (line.durationMs !== undefined && line.durationMs >= SLOW_MS) {
      say(`took ${formatDuration(line.durationMs)}`);
    }
    void workspace.refresh();
  });
  if (problem) log.begin(problem);
  void workspace.refresh();
  const said = answer !== undefined;
  console.log(drawBanner({ address: client.address, version, problem, said, options }, terminal()));
}

/**
 * Offers to start a private daemon where there is none.
 *
 * @returns The answer; `undefined` when there was nothing to ask, or nobody.
 */
async function offered(
  problem: DavitError | undefined,
  options: PromptOptions,
): Promise<boolean | undefined> {
  if (!(problem instanceof UnavailableError)) return undefined;
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return undefined;
  const { offerDaemon } = await import("./offer.ts");
  return offerDaemon(options, terminal());
}

/**
 * Calls a function whenever a line was evaluated, before its result is printed. Deno's prompt asks
 * then whether `close()` was called; that it asks twice is not seen.
 */
function afterEachLine(work: () => void): void {
  const own = Object.getOwnPropertyDescriptor(globalThis, "closed");
  let asked = false;
  Object.defineProperty(globalThis, "closed", {
    configurable: true,
    enumerable: own?.enumerable ?? true,
    get(): boolean {
      if (!asked) {
        asked = true;
        queueMicrotask(() => asked = false);
        work();
      }
      return own?.get ? Reflect.apply(own.get, globalThis, []) : false;
    },
  });
}
