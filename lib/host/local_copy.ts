/**
 * Exact copies of trees, by GNU's `cp`: Deno knows nothing of extended attributes, holes and devices.
 *
 * @module
 */

/** What is asked for fails rather than be left out; only labels of SELinux are kept if possible. */
const FLAGS = ["--archive", "--preserve=xattr", "--sparse=auto", "--reflink=auto"];

/**
 * Copies what is in a folder into an empty one.
 *
 * @returns Whether all of it was copied: not where `cp` is another one, or may not.
 */
export async function copyLocalTree(
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("cp", {
      args: [...FLAGS, "--", `${from}/.`, to],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      signal,
    }).output();
    return success;
  } catch {
    return false;
  }
}
