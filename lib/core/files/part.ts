/**
 * What is to change in a file system: the parts of a layer.
 *
 * @module
 */
import type { FileAttributes } from "./info.ts";
import { tarEnd, tarFill, tarHeader } from "./tar/writer.ts";

/** A file to be there. */
export interface AddPart {
  /** The names on the way to it, links resolved. */
  readonly names: readonly string[];
  /** What it is to be. */
  readonly attributes: FileAttributes;
  /** For another name of a file that is there, or was added before: the names on the way to that. */
  readonly hardLink?: readonly string[];
  /** The content of a file: as many bytes as its attributes say. */
  content?(): AsyncIterable<Uint8Array>;
}

/** A file to be gone, with all that is in it. */
export interface RemovePart {
  /** The names on the way to it, links resolved. */
  readonly names: readonly string[];
  /** That it is to be gone. */
  readonly remove: true;
}

/** A part of a layer. */
export type LayerPart = AddPart | RemovePart;

/** Parts in their order: a folder before what is in it. */
export type LayerParts = Iterable<LayerPart> | AsyncIterable<LayerPart>;

/** A name that begins with this says in a layer that a file is gone (OCI image spec, layer.md). */
export const WHITEOUT = ".wh.";

/**
 * The tar of a layer.
 *
 * @throws {RangeError} when a content has another size than its attributes say.
 */
export async function* layerTar(
  parts: LayerParts,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of parts) {
    if ("remove" in part) {
      const names = [...part.names.slice(0, -1), `${WHITEOUT}${part.names.at(-1)}`];
      yield tarHeader({ name: names.join("/"), attributes: GONE });
      continue;
    }
    const { attributes, hardLink } = part;
    const name = part.names.join("/");
    if (name === "") continue;
    yield tarHeader({ name, attributes, hardLink: hardLink?.join("/") });
    if (attributes.kind !== "file" || hardLink || attributes.size === 0) continue;
    let size = 0;
    for await (const bytes of part.content?.() ?? []) {
      size += bytes.length;
      if (size > attributes.size) break;
      yield bytes;
    }
    if (size !== attributes.size) {
      throw new RangeError(`"${name}" became ${size < attributes.size ? "shorter" : "longer"}`);
    }
    yield tarFill(size);
  }
  yield tarEnd();
}

const GONE: FileAttributes = {
  kind: "file",
  size: 0,
  mode: 0,
  uid: 0,
  gid: 0,
  mtime: new Date(0),
};
