/**
 * What translates one command of a tool.
 *
 * @module
 */
import type { Chain } from "./chain.ts";

/** What a command comes to. */
export interface Found {
  /** The calls. */
  readonly chain: Chain;
  /** What is different. */
  readonly notes: readonly string[];
}

/** Translates the words behind a command's name. */
export type Command = (words: readonly string[]) => Found;
