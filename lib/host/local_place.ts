/**
 * Places in open folders: a name is only ever looked at relative to its folder, and without following
 * links.
 *
 * @module
 */
import fs from "node:fs";

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = fs.constants;
/** How much is read or written at once. */
export const CHUNK = 256 * 1024;

/** A place in a folder: the folder, open, and a name in it. */
export interface Place {
  /** The folder. */
  readonly fd: number;
  /** The name. */
  readonly name: string;
  /** The names on the way to the folder. */
  readonly parents: readonly string[];
}

/** A path of this process that leads to a place, wherever its folder is moved to. */
export function pathOf({ fd, name }: Pick<Place, "fd" | "name">): string {
  return `/proc/self/fd/${fd}/${exact(name)}`;
}

/** A name that stands for one file alone: Deno knows names in UTF-8 only, and has U+FFFD for bytes of others. */
export function exact(name: string): string {
  if (name.includes("\ufffd") || !name.isWellFormed()) throw problem("EILSEQ");
  return name;
}

/** What is there, links not followed; `undefined` for nothing. */
export function lstat(place: Pick<Place, "fd" | "name">): fs.Stats | undefined {
  try {
    return fs.lstatSync(pathOf(place));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Where a link points. @throws `ENOENT` when it is none any more. */
export function readLink(place: Pick<Place, "fd" | "name">): string {
  try {
    return exact(fs.readlinkSync(pathOf(place)));
  } catch (error) {
    // It was a link a moment ago, and is no more.
    throw codeOf(error) === "EINVAL" ? problem("ENOENT") : error;
  }
}

/** Puts a draft in the place of a file; one that something is mounted on is written to as it is. */
export function moveOver(draft: Place, place: Place): void {
  try {
    fs.renameSync(pathOf(draft), pathOf(place));
  } catch (error) {
    if (codeOf(error) !== "EBUSY") throw error;
    const from = fs.openSync(pathOf(draft), O_RDONLY | O_NOFOLLOW);
    try {
      const to = fs.openSync(pathOf(place), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK);
      try {
        const buffer = new Uint8Array(CHUNK);
        let at = 0;
        for (let count; (count = fs.readSync(from, buffer, 0, CHUNK, null)) > 0; at += count) {
          writeAll(to, buffer.subarray(0, count), at);
        }
      } finally {
        fs.closeSync(to);
      }
    } finally {
      fs.closeSync(from);
    }
    fs.unlinkSync(pathOf(draft));
  }
}

/** Removes what is there; a folder with all that is in it only when `recursive`. */
export function removeAt(place: Place, recursive: boolean): void {
  const info = lstat(place);
  if (!info) throw problem("ENOENT");
  if (!info.isDirectory()) return fs.unlinkSync(pathOf(place));
  if (recursive) {
    // Each folder is opened as what it is, so that one that becomes a link is not gone into.
    const fd = fs.openSync(pathOf(place), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      for (const name of fs.readdirSync(`/proc/self/fd/${fd}`)) {
        removeAt({ fd, name, parents: [] }, true);
      }
    } finally {
      fs.closeSync(fd);
    }
  }
  fs.rmdirSync(pathOf(place));
}

/** Writes all bytes at a place of an open file. */
export function writeAll(fd: number, bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < bytes.length;) {
    at += fs.writeSync(fd, bytes, at, bytes.length - at, offset + at);
  }
}

/** An error with a `code` of Linux. */
export function problem(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** The `code` of an error. */
export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
