/**
 * What the prompt says when it begins.
 *
 * @module
 */
import { type DavitError, PermissionError } from "../errors/errors.ts";
import type { Canvas } from "./ink.ts";
import type { PromptOptions } from "./options.ts";
import { wrap } from "./width.ts";

/** What is known at the beginning. */
export interface Beginning {
  /** The daemon's socket. */
  readonly address: string;
  /** Its version, if it answered. */
  readonly version: string | undefined;
  /** Why it did not. */
  readonly problem: DavitError | undefined;
  /** Whether that was said already. */
  readonly said?: boolean;
  /** How the prompt was started. */
  readonly options: PromptOptions;
}

/** Draws it. */
export function drawBanner(beginning: Beginning, { width, ink }: Canvas): string {
  const { address, version, problem, options } = beginning;
  const lines = (text: string, paint: (text: string) => string) =>
    wrap(text, width).map((line) => paint(line));
  if (!problem) {
    return [
      ...lines(`containerd ${version} at ${address}, namespace ${options.namespace}`, ink.bold),
      ...lines("help() says what there is, TAB completes, Ctrl-D ends", ink.dim),
    ].join("\n");
  }
  const denied = problem instanceof PermissionError;
  return [
    ...(beginning.said ? [] : lines(
      denied
        ? "You may not use the containerd that runs here"
        : `No containerd answers${options.address === undefined ? "" : ` at ${address}`}`,
      ink.yellow,
    )),
    ...lines(
      denied
        ? "Run this as root, or join the group that owns its socket."
        : `Start a private one: ${options.command} --start`,
      ink.dim,
    ),
    ...lines("last.message says what was tried. What is here works as soon as it does.", ink.dim),
  ].join("\n");
}
