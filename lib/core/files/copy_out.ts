/**
 * Files on their way out: as a tar, or into a folder of the script's machine.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { openLocalRoot } from "../../host/local_root.ts";
import { throwIfAborted } from "../call/abort.ts";
import { areInOrder } from "./content.ts";
import { describeFailure } from "./errors.ts";
import { type AddPart, layerTar } from "./part.ts";
import { pathNames } from "./path.ts";
import { putParts } from "./put.ts";
import { describe, look } from "./read.ts";
import type { FilesSource, OpenFiles } from "./source.ts";
import type { Found, TreeNode } from "./tree.ts";
import type { CopiedFiles, CopyOutOptions, FileOptions } from "./view.ts";

/** For {@linkcode FilesView.export}. */
export async function* exportFiles(
  source: FilesSource,
  path: string,
  { signal }: FileOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const names = pathNames(path, "export");
  const what = describe(source, "export", path);
  throwIfAborted(signal, `to ${what}`);
  try {
    await using files = await source.open(signal);
    const from = files.tree.find(names, true);
    for await (const bytes of layerTar(partsOf(files, from, { signal }))) yield bytes.slice();
  } catch (error) {
    throw describeFailure(error, what);
  }
}

/** For {@linkcode FilesView.copyOut}. */
export async function copyFilesOut(
  source: FilesSource,
  path: string,
  to: string | URL,
  options: CopyOutOptions,
): Promise<CopiedFiles> {
  const { signal, owners = Deno.uid() === 0 } = options;
  const skipped: { path: string; why: string }[] = [];
  let [count, sizeBytes] = [0, 0];
  await look(source, "copy", path, options, async (files, names) => {
    const from = files.tree.find(names, true);
    const isFolder = from.node.children !== undefined;
    const [folder, name] = isFolder ? [localPath(to), undefined] : splitTarget(localPath(to));
    if (isFolder) await Deno.mkdir(folder, { recursive: true });
    using root = openLocalRoot(folder);
    const parts = async function* () {
      for await (const part of partsOf(files, from, { signal })) {
        count++;
        sizeBytes += part.hardLink ? 0 : part.attributes.size;
        yield name === undefined ? part : { ...part, names: [name] };
      }
    };
    const onSkip = (path: string, why: string) => {
      count--;
      skipped.push({ path, why });
    };
    await putParts(root, parts(), { owners, signal, onSkip });
  });
  return { files: count, sizeBytes, skipped };
}

/**
 * What is below a folder, or a single file. A folder comes before what is in it, with all of that
 * right after it where files are stored in this order; else files come last, in the order in which
 * they are stored. Sockets are left out, as in tars.
 */
export async function* partsOf(
  files: OpenFiles,
  from: Found,
  options: { signal: AbortSignal | undefined },
): AsyncGenerator<AddPart, void, undefined> {
  const depth = from.node.children ? from.names.length : from.names.length - 1;
  const part = ({ node: { attributes }, names }: Found) => ({
    names: names.slice(depth),
    attributes,
  });
  const all = [...files.tree.walk(from)].filter((found) =>
    found.node.attributes.kind !== "socket" && !(found === from && found.node.children)
  );
  const isFile = ({ node }: Found) => node.attributes.kind === "file";
  const stored = new Set(all.filter(isFile).map(({ node }) => node));
  const contents = files.contents(stored, options.signal);
  /** The first names of files that have come, by file. */
  const first = new Map<TreeNode, readonly string[]>();
  try {
    if (areInOrder(stored)) {
      for (const found of all) {
        const hardLink = first.get(found.node);
        if (!isFile(found) || hardLink) {
          yield { ...part(found), ...(hardLink ? { hardLink } : {}) };
          continue;
        }
        const [, bytes] = (await contents.next()).value!;
        first.set(found.node, part(found).names);
        yield { ...part(found), content: () => bytes };
      }
      return;
    }
    for (const found of all) if (!isFile(found)) yield part(found);
    const named = Map.groupBy(all.filter(isFile), ({ node }) => node);
    for await (const [node, bytes] of contents) {
      const [one, ...others] = named.get(node)!.map(part);
      yield { ...one!, content: () => bytes };
      for (const other of others) yield { ...other, hardLink: one!.names };
    }
  } finally {
    await contents.return();
  }
}

/** A path of the script's machine. */
export function localPath(path: string | URL): string {
  if (path instanceof URL) {
    if (path.protocol !== "file:") {
      throw new InvalidArgumentError(`Cannot use "${path}" as a path: it is no file URL`);
    }
    return decodeURIComponent(path.pathname);
  }
  if (path === "" || path.includes("\0")) {
    throw new InvalidArgumentError(`Cannot use ${JSON.stringify(path)} as a path`);
  }
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

function splitTarget(path: string): [folder: string, name: string] {
  const cut = path.lastIndexOf("/");
  const name = path.slice(cut + 1);
  if (name === "" || name === "." || name === "..") {
    throw new InvalidArgumentError(
      `Cannot copy a file to ${JSON.stringify(path)}: say what it is to be called there`,
    );
  }
  return [path.slice(0, cut) || "/", name];
}
