/**
 * Symbolic links of a file system that is known by its layers.
 *
 * A layer with `bin/tool` on a base whose `/bin` is a link to `usr/bin` would hide all of `/bin`
 * behind a new folder: containerd applies layers without looking at what is below. So a build
 * follows the base's links first, as Docker's COPY does.
 *
 * @module
 */
import { createTarDecoder } from "modern-tar";
import { decompressed } from "../core/archive/compression.ts";
import type { ContentStore } from "../core/content/content.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { LayerEntry } from "./copy_files.ts";

const MAX_LINKS = 40;
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/** The symbolic links of a file system, by absolute path. */
export class Links {
  readonly #links: Map<string, string>;

  /** @param links Where each link points, as it is written. */
  constructor(links: ReadonlyMap<string, string> = new Map()) {
    this.#links = new Map(links);
  }

  /**
   * Reads the links of a stack of layers, the lowest first.
   *
   * @param signal Ends it.
   */
  static async read(
    store: ContentStore,
    layers: readonly Descriptor[],
    signal: AbortSignal | undefined,
  ): Promise<Links> {
    const links = new Links();
    const ends = signal ?? new AbortController().signal;
    for (const { digest } of layers) {
      const blob = ReadableStream.from(store.read(digest, { signal }));
      const label = `layer "${digest}"`;
      const tar = await decompressed(blob as ReadableStream<Uint8Array<ArrayBuffer>>, label, ends);
      const added: { path: string; linkTo: string | undefined }[] = [];
      for await (const { header, body } of tar.pipeThrough(createTarDecoder(), { signal: ends })) {
        const path = `/${header.name.split("/").filter((p) => p !== "" && p !== ".").join("/")}`;
        const linkTo = header.type === "symlink" ? header.linkname ?? "" : undefined;
        // A deletion is of what is below this layer, wherever in the layer it stands.
        if (!links.#delete(path) && (linkTo !== undefined || links.#links.has(path))) {
          added.push({ path, linkTo });
        }
        await body.cancel();
      }
      for (const { path, linkTo } of added) links.#set(path, linkTo);
    }
    return links;
  }

  /** A copy that changes on its own. */
  copy(): Links {
    return new Links(this.#links);
  }

  /** Puts the entries of a further layer on top. */
  add(entries: readonly LayerEntry[]): void {
    for (const { path, linkTo } of entries) this.#set(path, linkTo);
  }

  /**
   * The entries at the places where the links lead. A folder where there is a link already is left
   * out: what is in it goes to where the link leads.
   */
  follow(entries: readonly LayerEntry[]): LayerEntry[] {
    return entries.flatMap((entry) => {
      if (entry.kind === "directory" && this.#links.has(entry.path)) return [];
      const cut = entry.path.lastIndexOf("/");
      const folder = this.resolve(entry.path.slice(0, cut));
      const path = `${folder === "/" ? "" : folder}${entry.path.slice(cut)}`;
      if (entry.kind === "directory" && this.#links.has(path)) return [];
      return [{ ...entry, path }];
    });
  }

  /** Where a path leads when all links are followed; one that runs in circles is left as it is. */
  resolve(path: string): string {
    const done: string[] = [];
    const rest = path.split("/");
    for (let followed = 0; rest.length > 0;) {
      const part = rest.shift()!;
      if (part === "" || part === ".") continue;
      if (part === "..") {
        done.pop();
        continue;
      }
      const target = this.#links.get(`/${[...done, part].join("/")}`);
      if (target === undefined) {
        done.push(part);
        continue;
      }
      if (++followed > MAX_LINKS) return path;
      if (target.startsWith("/")) done.length = 0;
      rest.unshift(...target.split("/"));
    }
    return `/${done.join("/")}`;
  }

  #set(path: string, linkTo: string | undefined): void {
    if (linkTo === undefined) this.#links.delete(path);
    else this.#links.set(path, linkTo);
  }

  /** @returns Whether the path stands for a deletion. */
  #delete(path: string): boolean {
    const cut = path.lastIndexOf("/");
    const [folder, name] = [path.slice(0, cut), path.slice(cut + 1)];
    if (!name.startsWith(WHITEOUT)) return false;
    const gone = name === OPAQUE ? folder : `${folder}/${name.slice(WHITEOUT.length)}`;
    if (name !== OPAQUE) this.#links.delete(gone);
    for (const link of this.#links.keys()) {
      if (link.startsWith(`${gone}/`)) this.#links.delete(link);
    }
    return true;
  }
}
