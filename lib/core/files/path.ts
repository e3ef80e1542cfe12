/**
 * Paths inside a file system that is looked at from outside.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { nameToBytes } from "./name_bytes.ts";

/** What Linux takes: bytes of a path with its end, and bytes of a name. */
const PATH_MAX = 4096;
const NAME_MAX = 255;

/**
 * The names of a path that a caller gave, from the root on; `..` and `.` are left in, since what
 * they mean depends on links.
 *
 * @param path Absolute, or relative to the root.
 * @param what What it is for, to follow "Cannot".
 * @throws {InvalidArgumentError} when Linux could not have such a path.
 */
export function pathNames(path: string, what: string): string[] {
  const fail = (why: string): never => {
    const shown = JSON.stringify(path.length > 160 ? `${path.slice(0, 160)}…` : path);
    throw new InvalidArgumentError(`Cannot ${what} ${shown}: ${why}`);
  };
  if (path === "") fail("the path is empty");
  if (path.includes("\0")) fail("it has a NUL in it");
  // Only what is long in characters can be long in bytes.
  if (path.length > NAME_MAX / 4) {
    if (nameToBytes(path).length >= PATH_MAX) fail(`it has more than ${PATH_MAX - 1} bytes`);
    const long = path.split("/").some((name) =>
      name.length > NAME_MAX / 4 && nameToBytes(name).length > NAME_MAX
    );
    if (long) fail(`a name in it has more than ${NAME_MAX} bytes`);
  }
  return splitPath(path);
}

/** The names in a path; what is empty and `.` left out. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** Names as an absolute path. */
export function joinPath(names: readonly string[]): string {
  return `/${names.join("/")}`;
}

/** The last name of an absolute path; empty for the root. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
