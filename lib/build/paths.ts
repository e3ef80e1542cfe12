/**
 * Paths in an image.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";

/**
 * The plain absolute form of a path in an image.
 *
 * @param path Absolute, or relative to `workdir`. A `/` at its end is kept.
 * @param what What it is for, for the message: `copy to`.
 * @throws {InvalidArgumentError} When it is empty, has a NUL in it, or climbs above the root.
 */
export function imagePath(path: string, workdir: string, what: string): string {
  const fail = (why: string): never => {
    throw new InvalidArgumentError(`Cannot ${what} ${JSON.stringify(path)}: ${why}`);
  };
  if (path === "") fail("the path is empty");
  if (path.includes("\0")) fail("it has a NUL in it");
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${workdir}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) fail("it leads out of the image");
  }
  const isFolder = /(?:^|\/)\.{0,2}$/.test(path);
  return parts.length === 0 ? "/" : `/${parts.join("/")}${isFolder ? "/" : ""}`;
}
