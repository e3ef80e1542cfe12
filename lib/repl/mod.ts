/**
 * A prompt for containers: Deno's own, with a connected client and its namespace at hand.
 *
 * ```text
 * deno run -A jsr:@davit/sdk/repl [--namespace NAME] [--start] [ADDRESS]
 * ```
 *
 * @module
 */
import type { PromptOptions } from "./options.ts";

export type { CliLine } from "./cli/cli.ts";
export type { PromptGlobals, ShellTag } from "./globals.ts";
export type { HelpPage } from "./help/help.ts";
export type { Watched } from "./live/watch.ts";
export type { ByName } from "./names.ts";
export type { SavedScript } from "./save_file.ts";
export type { PromptOptions };

/**
 * Makes a prompt of the process that calls it, which is a `deno repl`. Not for scripts: the program
 * of this module starts that `deno repl`.
 */
export async function begin(options: PromptOptions): Promise<void> {
  try {
    const { beginPrompt } = await import("./prompt.ts");
    await beginPrompt(options);
  } catch (error) {
    // Deno's prompt would go on without any of our names.
    console.error(error);
    Deno.exit(1);
  }
}

if (import.meta.main) {
  const { launch } = await import("./launch.ts");
  Deno.exit(await launch(Deno.args, import.meta.url));
}
