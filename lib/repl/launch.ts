/**
 * The program: starts a `deno repl` that makes itself a prompt, and clears up when it is over.
 *
 * @module
 */
import { type LaunchArgs, parseLaunchArgs } from "./args.ts";
import { historyFile } from "./history.ts";
import type { PromptNotes, PromptOptions, StartNotes } from "./options.ts";

/** Who holds a daemon for as long as the prompt is there. */
interface Holder {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Runs a prompt until it ends.
 *
 * @param args The program's arguments.
 * @param entry The URL of the module with `begin()`.
 * @returns The exit code.
 */
export async function launch(args: readonly string[], entry: string): Promise<number> {
  const asked = parseLaunchArgs(args);
  if ("text" in asked) {
    (asked.exitCode === 0 ? console.log : console.error)(asked.text);
    return asked.exitCode;
  }
  // The terminal sends Ctrl-C to every process of the group; it is meant for the prompt.
  Deno.addSignalListener("SIGINT", () => {});
  const folder = Deno.makeTempDirSync({ prefix: "davit-prompt-" });
  const notes = `${folder}/notes.json`;
  const options = {
    namespace: asked.namespace,
    history: historyFile(asked.namespace) ?? `${folder}/history`,
    notes,
    run: ["deno run -A", ...configOf(entry)].join(" "),
    command: commandOf(entry),
    ...placesOf(entry),
  };
  let holder: Holder | undefined;
  const run = async (start: boolean): Promise<number> => {
    if (start) holder = await hold(asked.address);
    const address = holder?.address ?? asked.address;
    const code = await runRepl(entry, {
      ...options,
      ...(address === undefined ? {} : { address }),
      connect: connectCode({ ...asked, start }),
      offer: !start,
    });
    return !start && wantsDaemon(notes) ? await run(true) : code;
  };
  try {
    return await run(asked.start);
  } catch (error) {
    if (holder) throw error;
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await clearUp(notes);
    Deno.removeSync(folder, { recursive: true });
    await holder?.close();
  }
}

async function runRepl(entry: string, options: PromptOptions): Promise<number> {
  const call = `await (await import(${JSON.stringify(entry)})).begin(${
    JSON.stringify(options)
  }); 0`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["repl", "--quiet", "--allow-all", ...configOf(entry), `--eval=${call}`],
    env: { DENO_REPL_HISTORY: options.history, DENO_NO_UPDATE_CHECK: "1" },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const end = (signal: Deno.Signal) => () => {
    try {
      child.kill(signal);
    } catch { /* it has ended */ }
  };
  const signals = (["SIGTERM", "SIGHUP"] as const).map((name) => [name, end(name)] as const);
  for (const [name, listener] of signals) Deno.addSignalListener(name, listener);
  const { code } = await child.status;
  for (const [name, listener] of signals) Deno.removeSignalListener(name, listener);
  return code;
}

/** A checkout brings its own import map, wherever the prompt is started; a package needs none. */
function configOf(entry: string): string[] {
  const url = new URL("../../deno.json", entry);
  if (url.protocol !== "file:") return [];
  try {
    Deno.statSync(url);
    return [`--config=${url.pathname}`];
  } catch {
    return [];
  }
}

/**
 * Where the sources are that `deno doc` reads, and the SDK. A package has the sources beside the
 * bundle that runs.
 */
function placesOf(entry: string): Pick<PromptOptions, "docs" | "sdk"> {
  const bundled = entry.endsWith(".js");
  const sources = bundled ? "../../../src/" : "../../";
  const published = /^https:\/\/jsr\.io\/(@[^/]+\/[^/]+)\/([^/]+)\//.exec(entry);
  return {
    docs: ["mod.ts", "lib/repl/mod.ts"].map((path) => new URL(sources + path, entry).href),
    sdk: published
      ? `jsr:${published[1]}@${published[2]}`
      : new URL(bundled ? "../../mod.js" : "../../mod.ts", entry).href,
  };
}

function connectCode({ address, start }: LaunchArgs): string {
  if (address === undefined) return start ? "{ start: true }" : "";
  return JSON.stringify(start ? { address, start } : address);
}

function commandOf(entry: string): string {
  return entry.startsWith("file:")
    ? `deno run -A ${new URL(entry).pathname}`
    : "deno run -A jsr:@davit/sdk/repl";
}

/** Connects, to a private daemon when there is no other. */
async function hold(address: string | undefined): Promise<Holder> {
  const { connect } = await import("../client/connect.ts");
  return await connect({
    ...(address === undefined ? {} : { address }),
    start: true,
    onExit: "leave",
  });
}

/** Whether the user wants a daemon that is not there yet. */
function wantsDaemon(path: string): boolean {
  const notes = readNotes(path);
  if (!notes || !("start" in notes)) return false;
  // Said once.
  Deno.removeSync(path);
  return true;
}

/** Removes what the prompt made and did not keep. */
async function clearUp(path: string): Promise<void> {
  const notes = readNotes(path);
  if (!notes || "start" in notes) return;
  const { clearUpAfter } = await import("./clear_up.ts");
  await clearUpAfter(notes);
}

/** What the prompt left; nothing when it never got as far as using a daemon. */
function readNotes(path: string): PromptNotes | StartNotes | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch {
    return undefined;
  }
}
