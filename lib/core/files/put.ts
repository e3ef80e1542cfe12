/**
 * Puts the parts of a layer into a file system by the machine's own calls.
 *
 * @module
 */
import { UnsupportedError } from "../../errors/errors.ts";
import type { HostRoot } from "../../host/root.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { LayerPart, LayerParts } from "./part.ts";
import { joinPath } from "./path.ts";

/** How to put parts in place. */
export interface PutOptions {
  /** Whether owners are set; yes by default. */
  owners?: boolean;
  /** Told what cannot be put there: devices, FIFOs and names that are not UTF-8. An error without. */
  onSkip?: ((path: string, why: string) => void) | undefined;
  /** Ends it between two files. */
  signal?: AbortSignal | undefined;
}

/**
 * Puts parts in place, in their order. Extended attributes are left out.
 *
 * @throws {UnsupportedError} for what cannot be put there.
 */
export async function putParts(
  root: HostRoot,
  parts: LayerParts,
  options: PutOptions = {},
): Promise<void> {
  const { onSkip, signal } = options;
  // Writing into a folder changes its age: those come last, the innermost first.
  const ages: (() => Promise<void>)[] = [];
  for await (const part of parts) {
    throwIfAborted(signal, "copying files");
    try {
      await putPart(root, part, options, ages);
    } catch (error) {
      const foreign = (error as { code?: string }).code === "EILSEQ";
      if (!foreign && !(error instanceof UnsupportedError)) throw error;
      const path = joinPath(part.names);
      if (!onSkip) throw foreign ? unnamable(path, error) : error;
      onSkip(path, foreign ? "its name is not UTF-8" : "it is a device or a FIFO");
    }
  }
  for (const set of ages.reverse()) await set();
}

async function putPart(
  root: HostRoot,
  part: LayerPart,
  { owners = true }: PutOptions,
  ages: (() => Promise<void>)[],
): Promise<void> {
  const { names } = part;
  const there = await kindAt(root, names);
  if ("remove" in part) {
    if (there) await root.remove(names, true);
    return;
  }
  const { attributes, hardLink } = part;
  const { kind, mode, mtime } = attributes;
  const owner = owners ? { uid: attributes.uid, gid: attributes.gid } : {};
  const merged = there === kind && (kind === "directory" || kind === "file") && !hardLink;
  if (there && !merged && names.length > 0) await root.remove(names, true);
  if (hardLink) await root.link(hardLink, names);
  else if (kind === "directory") {
    if (names.length === 0) return;
    if (!merged) await root.mkdir(names, { mode: 0o700 });
    // Who may not write to it must still get what is in it.
    const change = { ...owner, mode, mtime };
    if (merged) await root.change(names, { ...owner, mode: mode | 0o700 }, false);
    ages.push(() => root.change(names, change, false));
  } else if (kind === "file") {
    await root.write(names, part.content?.() ?? none(), { ...owner, mode, mtime });
  } else if (kind === "symlink") {
    await root.symlink(attributes.linkTo ?? "", names);
    await root.change(names, { ...owner, mtime }, false);
  } else throw special(kind, joinPath(names));
}

async function kindAt(root: HostRoot, names: readonly string[]) {
  try {
    return (await root.stat(names, false)).info.kind;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

function special(kind: string, path: string): UnsupportedError {
  return new UnsupportedError(
    `Cannot make "${path}": it is a ${kind.replace("-", " ")}, which cannot be made this way; ` +
      "leave it out, or take files of something that does not run",
    { needed: "files of a container that does not run, or of a snapshot" },
  );
}

function unnamable(path: string, cause: unknown): UnsupportedError {
  return new UnsupportedError(
    `Cannot make ${JSON.stringify(path)}: its name is not UTF-8; leave it out, or use a tar`,
    { needed: "names in UTF-8" },
    { cause },
  );
}

async function* none(): AsyncGenerator<Uint8Array, void, undefined> {}
