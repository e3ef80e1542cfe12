/**
 * Files of a folder of the daemon's machine: by that machine's own calls where it is this one, else
 * through the socket, as tars.
 *
 * @module
 */
import { InvalidArgumentError, UnsupportedError } from "../../errors/errors.ts";
import type { HostRoot } from "../../host/root.ts";
import { OCI } from "../../oci/media_types.ts";
import { writeUnnamed } from "../archive/write.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { Leases, underLease } from "../lease/leases.ts";
import { applyDiff, diff } from "../snapshot/diff.ts";
import type { FileChange } from "./compare.ts";
import { openTree } from "./image_source.ts";
import { indexLayer } from "./layer_index.ts";
import { type LayerParts, layerTar } from "./part.ts";
import type { OpenFiles, WritableSource } from "./source.ts";
import { FileTree } from "./tree.ts";

/** The files of a folder. */
export class FolderSource implements WritableSource {
  readonly #context: Context;
  readonly #path: string;
  /** What it is, for messages. */
  readonly label: string;

  /**
   * @param path The folder, absolute.
   * @throws {InvalidArgumentError} when it is none.
   */
  constructor(context: Context, path: string, label: string) {
    if (!path.startsWith("/") || path.includes("\0")) {
      throw new InvalidArgumentError(
        `Cannot use ${JSON.stringify(path)} as a folder of ${context.session.host.name}: use an ` +
          "absolute path",
      );
    }
    this.#context = context;
    this.#path = path;
    this.label = label;
  }

  /** Looks at it as it is now. */
  async open(signal: AbortSignal | undefined): Promise<OpenFiles> {
    const lease = await new Leases(this.#context).create({ signal });
    try {
      const context = this.#context.withLease(lease.id);
      const right = [{ type: "bind", source: this.#path, options: ["bind", "ro"] }];
      const tar = await diff(context, { right, mediaType: OCI.layer, signal });
      const tree = FileTree.of([await indexLayer(context, tar, this.label, signal)]);
      return {
        ...openTree(context, tree, this.label),
        [Symbol.asyncDispose]: () => lease[Symbol.asyncDispose](),
      };
    } catch (error) {
      await lease[Symbol.asyncDispose]().catch(() => {/* the first error counts */});
      throw error;
    }
  }

  /** The folder itself, where it is on this machine. */
  async direct(): Promise<HostRoot | undefined> {
    try {
      return await this.#context.session.host.openRoot?.(this.#path);
    } catch {
      // Not allowed, or not there: the daemon says so better.
      return undefined;
    }
  }

  /** Puts files on top. */
  async apply(parts: LayerParts, signal: AbortSignal | undefined): Promise<void> {
    await underLease(this.#context, async (context) => {
      const blob = await writeUnnamed(new ContentStore(context), layerTar(parts), { signal });
      const to = [{ type: "bind", source: this.#path, options: ["bind", "rw"] }];
      await applyDiff(context, { mediaType: OCI.layer, ...blob }, to);
    });
  }

  /** A folder was made of nothing. */
  changes(): Promise<FileChange[]> {
    throw new UnsupportedError(
      `Cannot tell what changed in ${this.label}: it was not made of anything`,
      { needed: "files of a container or a snapshot" },
    );
  }
}
