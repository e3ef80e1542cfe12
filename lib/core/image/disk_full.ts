/**
 * What it means when the daemon's disk is full.
 *
 * @module
 */
import { DavitError } from "../../errors/errors.ts";

/**
 * Does work that stores things, and says so where the daemon's machine has no room for them.
 *
 * @param what What is done: `pull "x"`.
 * @throws {DavitError} `resource_exhausted`, when the disk is full.
 */
export async function withinDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const full = error instanceof DavitError &&
      /no space left on device|disk quota exceeded/.exec(error.message)?.[0];
    if (!full) throw error;
    throw new DavitError(
      `Cannot ${what}: ${full}; free some on the daemon's machine: ns.df() tells what takes how ` +
        "much, images.prune() removes what nobody needs",
      "resource_exhausted",
      { cause: error },
    );
  }
}
