/**
 * Files of an image, read out of its layers: it need not be unpacked.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Platform } from "../../oci/platform.ts";
import { throwIfAborted, waitUnlessAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { Image } from "../image/image.ts";
import { atOnce } from "../pull/parallel.ts";
import { SessionCache } from "./cache.ts";
import { compareFiles, type FileChange } from "./compare.ts";
import { readContent, readContents } from "./content.ts";
import { indexLayer, type LayerIndex } from "./layer_index.ts";
import type { FilesSource, OpenFiles } from "./source.ts";
import { FileTree } from "./tree.ts";

/** So many entries are kept in memory: some hundred bytes each. */
const layers = new SessionCache<LayerIndex>(400_000, ({ items }) => items.length + 1);
const trees = new SessionCache<FileTree>(400_000, ({ size }) => size);

/** Layers that are read at the same time. */
const AT_ONCE = 3;

/** The files of an image. */
export class ImageSource implements FilesSource {
  readonly #context: Context;
  readonly #image: Image;
  readonly #platform: Platform | undefined;
  /** What it is, for messages. */
  readonly label: string;

  /** @param platform Which of the image's; the daemon's own by default. */
  constructor(context: Context, image: Image, platform: Platform | undefined) {
    this.#context = context;
    this.#image = image;
    this.#platform = platform;
    this.label = `image "${image.name}"`;
  }

  /** Looks at it. What its digest stands for never changes, so that this is cheap the second time. */
  async open(signal: AbortSignal | undefined): Promise<OpenFiles> {
    const platform = this.#platform;
    const { manifest } = await this.#image.resolve({ ...(platform ? { platform } : {}), signal });
    return await openLayers(this.#context, manifest.layers, this.label, signal);
  }
}

/** What the files of the second image differ in from those of the first. */
export async function diffImages(
  context: Context,
  [old, now]: readonly [Image, Image],
  options: { platform?: Platform; signal?: AbortSignal },
): Promise<FileChange[]> {
  const { platform, signal } = options;
  await using before = await new ImageSource(context, old, platform).open(signal);
  await using after = await new ImageSource(context, now, platform).open(signal);
  return await compareFiles(before, after, signal);
}

/** The file system that layers make, the lowest first. */
export async function openLayers(
  context: Context,
  stack: readonly Descriptor[],
  label: string,
  signal: AbortSignal | undefined,
): Promise<OpenFiles> {
  return openTree(context, await treeOf(context, stack, label, signal), label);
}

/** Names and attributes of the file system that layers make, the lowest first. */
export async function treeOf(
  context: Context,
  stack: readonly Descriptor[],
  label: string,
  signal: AbortSignal | undefined,
): Promise<FileTree> {
  throwIfAborted(signal, `reading ${label}`);
  const key = stack.map(({ digest }) => digest).join(" ");
  const tree = trees.of(context.session).compute(key, async () => {
    const indexes: LayerIndex[] = new Array(stack.length);
    await atOnce(AT_ONCE, [...stack.entries()], new AbortController(), async ([i, layer]) => {
      indexes[i] = await indexOf(context, layer, label);
    });
    return FileTree.of(indexes);
  });
  // One caller's signal must not end what others wait for too.
  return await waitUnlessAborted(tree, signal, `reading ${label}`);
}

/** What a layer holds, read once. */
export function indexOf(
  context: Context,
  layer: Descriptor,
  label: string,
): Promise<LayerIndex> {
  const { session } = context;
  return layers.of(session).compute(layer.digest, async () => {
    try {
      return await indexLayer(context, layer, `layer "${layer.digest}"`, session.closing);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      throw new MissingContentError(
        `Cannot read ${label}: its layer "${layer.digest}" is not in the content store; pull or ` +
          "import the image again",
        { digests: [layer.digest] },
        { cause: error },
      );
    }
  });
}

/** A tree with the contents that blobs of the store have. */
export function openTree(context: Context, tree: FileTree, label: string): OpenFiles {
  return {
    tree,
    content: (node, signal) => readContent(context, node, label, signal),
    contents: (nodes, signal) => readContents(context, nodes, label, signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
