/**
 * Folders with those that lead to them.
 *
 * @module
 */
import type { Host } from "./host.ts";

/**
 * Makes a folder, and those that it is in, as far as they are not there.
 *
 * @param path An absolute path.
 * @param mode Of those that are made; `0o700` by default: only this user can enter them.
 */
export async function makeFolders(host: Host, path: string, mode: number = 0o700): Promise<void> {
  const make = () =>
    host.makeDir(path, mode).catch((error) => {
      // It was there, or somebody else made it just now.
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    });
  try {
    await make();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) || path === "/") throw error;
    await makeFolders(host, path.slice(0, path.lastIndexOf("/")) || "/", mode);
    await make();
  }
}
