/**
 * What has to go to a registry, and in which order.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestOf } from "../../oci/digest.ts";
import { parseIndex } from "../../oci/index_doc.ts";
import { manifestKind, parseManifest } from "../../oci/manifest.ts";
import { isNonDistributable } from "../../oci/media_types.ts";
import { formatPlatform } from "../../oci/platform.ts";
import { TreeReader, type WantedPlatforms } from "../archive/tree.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";

/** A manifest or an index. */
export interface PushDocument {
  /** Type, digest and size. */
  readonly descriptor: Descriptor;
  /** The document. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a push sends. */
export interface PushPlan {
  /** What the name is to stand for. */
  readonly root: Descriptor;
  /** Configurations and layers. */
  readonly blobs: readonly Descriptor[];
  /** Manifests and indexes, each after what it names; the root is the last. */
  readonly documents: readonly PushDocument[];
}

/**
 * Works out what to send. Reads documents of the content store, and sees that all blobs are there.
 *
 * @param wanted Which platforms; indexes that list others are cut down.
 * @throws {MissingContentError} When something is not there.
 * @throws {InvalidArgumentError} When the image is for other platforms only, or malformed.
 */
export async function planPush(
  context: Context,
  image: { readonly name: string; readonly target: Descriptor },
  wanted: WantedPlatforms,
  signal: AbortSignal | undefined,
): Promise<PushPlan> {
  const store = new ContentStore(context);
  const reader = new TreeReader(store, wanted, signal);
  const tree = await reader.read(image.target).catch((error) => {
    if (!(error instanceof MissingContentError)) throw error;
    const { digests, platform } = error;
    throw new MissingContentError(
      `Cannot push image "${image.name}"${platform ? ` for ${platform}` : ""}: ${digests.length} ` +
        `of its blobs are not in the content store, such as "${digests[0]}"; pull them, or name ` +
        'those "platforms" that are there',
      { digests, ...(platform ? { platform } : {}) },
      { cause: error },
    );
  });
  if (!tree) {
    const list = wanted === "all" ? "" : ` for ${wanted.map(formatPlatform).join(" or ")}`;
    throw new InvalidArgumentError(
      `Cannot push image "${image.name}"${list}: it is for ${
        reader.offered.join(", ") || "no platform"
      } only`,
    );
  }
  const planner = new Planner(store, tree.blobs, signal);
  const root = await planner.add(image.target);
  return { root, blobs: [...planner.blobs.values()], documents: planner.documents };
}

class Planner {
  readonly blobs = new Map<Digest, Descriptor>();
  readonly documents: PushDocument[] = [];
  readonly #store: ContentStore;
  readonly #kept: ReadonlySet<Digest>;
  readonly #signal: AbortSignal | undefined;

  constructor(
    store: ContentStore,
    kept: ReadonlySet<Digest>,
    signal: AbortSignal | undefined,
  ) {
    this.#store = store;
    this.#kept = kept;
    this.#signal = signal;
  }

  /** @returns What stands for the descriptor: itself, or what is left of it. */
  async add(descriptor: Descriptor, isRoot = true): Promise<Descriptor> {
    const read = await this.#store.readAll(descriptor.digest, { signal: this.#signal });
    const bytes = new Uint8Array(read);
    if (manifestKind(descriptor.mediaType) === "manifest") {
      const { config, layers } = parseManifest(bytes);
      for (const blob of [config, ...layers]) {
        // Registries refer to where such a layer may be had.
        if (!isNonDistributable(blob.mediaType)) this.blobs.set(blob.digest, blob);
      }
      return this.#document({ descriptor, bytes });
    }
    const index = parseIndex(bytes);
    const kept = index.manifests.filter(({ digest }) => this.#kept.has(digest));
    const only = kept.length === 1 && kept.length < index.manifests.length ? kept[0] : undefined;
    if (only && isRoot) return await this.add(only);
    const manifests: Descriptor[] = [];
    for (const child of kept) manifests.push(await this.add(child, false));
    const whole = kept.length === index.manifests.length &&
      manifests.every(({ digest }, i) => digest === kept[i]?.digest);
    if (whole) return this.#document({ descriptor, bytes });
    const less = new TextEncoder().encode(JSON.stringify({ ...index, manifests }));
    const digest = await digestOf(less);
    return this.#document({
      descriptor: { ...descriptor, digest, size: less.length },
      bytes: less,
    });
  }

  #document(document: PushDocument): Descriptor {
    const { digest } = document.descriptor;
    if (!this.documents.some(({ descriptor }) => descriptor.digest === digest)) {
      this.documents.push(document);
    }
    return document.descriptor;
  }
}
