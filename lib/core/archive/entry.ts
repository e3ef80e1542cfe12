/**
 * What an archive consists of, whatever its container is: a tar or a folder.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";

/** A file or a link in an archive. Other kinds, which images do not need, are left out. */
export interface ArchiveEntry {
  /** Path inside the archive, without `./` at its start. */
  readonly path: string;
  /** Size in bytes; 0 for a link. */
  readonly sizeBytes: number;
  /** For a link: the path inside the archive that it stands for. */
  readonly linkTo: string | undefined;
  /** The bytes. What is not read is skipped. */
  read(): AsyncIterable<Uint8Array>;
}

/**
 * The plain form of a path in an archive; `""` for the archive's own folder.
 *
 * @param label The archive's name, for the message.
 * @throws {InvalidArgumentError} When the path is absolute or climbs: nothing here would follow it,
 * but no honest archive has such paths.
 */
export function entryPath(path: string, label: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || parts.includes("..") || path.includes("\0")) {
    const shown = JSON.stringify(path.length > 160 ? `${path.slice(0, 160)}…` : path);
    throw new InvalidArgumentError(
      `Cannot import ${label}: its entry ${shown} points outside of the archive; do not trust it`,
    );
  }
  return parts.join("/");
}

/**
 * The path that a symbolic link at `path` points to, inside the archive; `undefined` when it points
 * outside.
 */
export function linkedPath(path: string, target: string): string | undefined {
  if (target.startsWith("/")) return undefined;
  const parts = path.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/**
 * Reads a small entry as a whole.
 *
 * @param maxBytes A larger one is refused before it is read.
 * @param label The archive's name, for the message.
 * @throws {InvalidArgumentError} When it is larger.
 */
export async function readEntry(
  entry: ArchiveEntry,
  maxBytes: number,
  label: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (entry.sizeBytes > maxBytes) {
    throw new InvalidArgumentError(
      `Cannot import ${label}: its "${entry.path}" has ${entry.sizeBytes} bytes; at most ` +
        `${maxBytes} are allowed`,
    );
  }
  const bytes = new Uint8Array(entry.sizeBytes);
  let offset = 0;
  for await (const part of entry.read()) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
