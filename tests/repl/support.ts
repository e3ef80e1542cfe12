/** A prompt on a terminal, as the tests start it. @module */

import { Terminal, type TerminalOptions } from "./terminal.ts";

/** The program. */
export const ENTRY = new URL("../../lib/repl/mod.ts", import.meta.url).pathname;

/** A prompt of a checkout, with a home of its own. */
export class TestPrompt extends Terminal {
  readonly #home: string;

  /** @param args Arguments of the program. */
  constructor(
    args: readonly string[],
    options: TerminalOptions & {
      /** Words before the program, which start it. */
      readonly by?: readonly string[];
    },
  ) {
    const home = Deno.makeTempDirSync({ prefix: "davit-repl-" });
    super(
      [...options.by ?? [], Deno.execPath(), "run", "--allow-all", "--no-lock", ENTRY, ...args],
      {
        cwd: home,
        ...options,
        // Its history is its own, Deno's cache is everybody's.
        env: { XDG_STATE_HOME: home, CONTAINERD_ADDRESS: "", ...options.env },
      },
    );
    this.#home = home;
  }

  /** The prompt's home and current folder. */
  get home(): string {
    return this.#home;
  }

  /** Types a line, and returns what it prints: without how long it took, where that was long. */
  override async line(text: string): Promise<string> {
    return (await super.line(text)).replace(/^took \d.*\n/, "");
  }

  /** Ends it and removes its home. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await Deno.remove(this.#home, { recursive: true });
  }
}
