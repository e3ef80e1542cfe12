/**
 * Reads a tar as it arrives, with memory that does not depend on its size.
 *
 * @module
 */
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { DavitError, InvalidArgumentError } from "../../errors/errors.ts";
import { type ArchiveEntry, entryPath, linkedPath } from "./entry.ts";

/**
 * The files and links of a tar. Nothing is written to disk. Headers may be ustar, PAX or GNU's; the
 * tar must end with its two blocks of zeros, so that one that was cut off is noticed.
 *
 * @param label The archive's name, for messages.
 * @throws {InvalidArgumentError} When it is no tar, broken, cut off, or has sparse files or paths
 * that point outside.
 */
export async function* tarEntries(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  label: string,
  signal: AbortSignal,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  let last: string | undefined;
  const explain = (error: unknown): unknown => tarError(error, label, last);
  try {
    const decoder = createTarDecoder({ strict: true });
    for await (const { header, body } of bytes.pipeThrough(decoder, { signal })) {
      last = header.name;
      const entry = toEntry(header, body, label, explain);
      if (entry) yield entry;
      // The next header comes only after the bytes of this one.
      if (!body.locked) await body.cancel();
    }
  } catch (error) {
    throw explain(error);
  }
}

function toEntry(
  header: ParsedTarEntry["header"],
  body: ReadableStream<Uint8Array>,
  label: string,
  explain: (error: unknown) => unknown,
): ArchiveEntry | undefined {
  const path = entryPath(header.name, label);
  const { type, size, linkname = "", pax = {} } = header;
  if (type === "symlink" || type === "link") {
    const linkTo = type === "link" ? entryPath(linkname, label) : linkedPath(path, linkname);
    // A link to elsewhere is none that an image needs; it is not followed.
    return linkTo === undefined ? undefined : { path, sizeBytes: 0, linkTo, read: () => none() };
  }
  if (type !== "file" || path === "") return undefined;
  if (Object.keys(pax).some((key) => key.startsWith("GNU.sparse."))) {
    throw new InvalidArgumentError(
      `Cannot import ${label}: its "${path}" is a sparse file; make the tar without --sparse`,
    );
  }
  return {
    path,
    sizeBytes: size,
    linkTo: undefined,
    async *read(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        yield* body;
      } catch (error) {
        throw explain(error);
      }
    },
  };
}

async function* none(): AsyncGenerator<Uint8Array> {}

function tarError(error: unknown, label: string, last: string | undefined): unknown {
  if (error instanceof DavitError || !(error instanceof Error)) return error;
  const after = last === undefined
    ? ""
    : ` after its entry ${JSON.stringify(last.length > 160 ? `${last.slice(0, 160)}…` : last)}`;
  if (error.message.includes("truncated")) {
    return new InvalidArgumentError(
      `Cannot import ${label}: the tar is cut off${after}; copy it or make it again`,
      { cause: error },
    );
  }
  if (last === undefined) {
    return new InvalidArgumentError(
      `Cannot import ${label}: it is not a tar archive, plain or compressed by gzip or zstd`,
      { cause: error },
    );
  }
  return new InvalidArgumentError(
    `Cannot import ${label}: the tar is broken${after} (${error.message}); copy it or make it again`,
    { cause: error },
  );
}
