/**
 * Files and variables of the machine that this process runs on. What is not there is `undefined`;
 * what may not be read is an error, except for variables, which then count as not set.
 *
 * @module
 */

import { PermissionError } from "../errors/errors.ts";

/** A variable of the environment; an empty one, or one that may not be read, counts as not set. */
export function envVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** Whether this process runs as root; `true` where that cannot be told. */
export function isRoot(): boolean {
  try {
    return (Deno.uid() ?? 0) === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return true;
    throw error;
  }
}

/** Text of a file; `undefined` when there is none. */
export async function readOptionalText(path: string): Promise<string | undefined> {
  return await orMissing(path, () => Deno.readTextFile(path));
}

/** What a path is; `undefined` when there is nothing. */
export async function statOptional(path: string): Promise<Deno.FileInfo | undefined> {
  return await orMissing(path, () => Deno.stat(path));
}

/** Names in a folder, sorted; none when there is no such folder. */
export async function listOptional(path: string): Promise<string[]> {
  const names = await orMissing(path, async () => {
    const found: string[] = [];
    for await (const entry of Deno.readDir(path)) if (!entry.isDirectory) found.push(entry.name);
    return found.sort();
  });
  return names ?? [];
}

async function orMissing<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (cause) {
    const { NotFound, NotADirectory, NotCapable, PermissionDenied } = Deno.errors;
    if (cause instanceof NotFound || cause instanceof NotADirectory) return undefined;
    if (cause instanceof NotCapable) {
      throw new PermissionError(
        `Cannot read "${path}": the script may not; allow it with --allow-read="${path}"`,
        { cause },
      );
    }
    if (cause instanceof PermissionDenied) {
      throw new PermissionError(
        `Cannot read "${path}": permission denied; run as another user, or change its mode`,
        { cause },
      );
    }
    throw cause;
  }
}
