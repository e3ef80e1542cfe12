/**
 * What the prompt asks where there is no daemon.
 *
 * @module
 */
import type { Canvas } from "./ink.ts";
import type { PromptOptions } from "./options.ts";
import { wrap } from "./width.ts";

/**
 * Asks on the terminal whether to start a private daemon. An empty line, Ctrl-C and Ctrl-D are a no.
 *
 * @param options `address`: where none answered.
 */
export function offerDaemon(
  { address }: Pick<PromptOptions, "address">,
  { width, ink }: Canvas,
): boolean {
  const where = address === undefined ? "" : ` at ${address}`;
  for (const line of wrap(`No containerd answers${where}`, width)) console.log(ink.yellow(line));
  const answer = prompt("Start a private one? It ends with this prompt. [y/N]");
  return /^\s*y(es)?\s*$/i.test(answer ?? "");
}
