/**
 * Walks from an imported index or manifest to its blobs: which of them belong to the platforms that
 * are wanted, whether they are there, and the labels that keep them.
 *
 * @module
 */
import { DigestError, InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { indexLabels, type Labels, manifestLabels } from "../../oci/gc_labels.ts";
import { MAX_CONFIG_BYTES, parseImageConfig } from "../../oci/image_config.ts";
import { parseIndex } from "../../oci/index_doc.ts";
import { type ImageManifest, manifestKind, parseManifest } from "../../oci/manifest.ts";
import { isConfig } from "../../oci/media_types.ts";
import {
  choosePlatform,
  formatPlatform,
  matchesPlatform,
  normalizePlatform,
  type Platform,
} from "../../oci/platform.ts";
import type { ContentStore } from "../content/content.ts";

/** Indexes may list indexes, but not without end. */
const MAX_DEPTH = 4;

/** What is wanted of an image. */
export type WantedPlatforms = readonly Platform[] | "all";

/** What of an image's tree is kept. */
export interface ImageTree {
  /** The labels to set, by the digest of the blob that gets them. */
  readonly labels: ReadonlyMap<Digest, Labels>;
  /** The platforms of the manifests that are kept, as far as they name one. */
  readonly platforms: readonly Platform[];
  /** All blobs that are kept. */
  readonly blobs: ReadonlySet<Digest>;
  /** Size of the layers that are kept, in bytes as they are stored. */
  readonly layerBytes: number;
}

/** Works out the tree of one image after the other, and remembers the platforms that it saw. */
export class TreeReader {
  readonly #store: ContentStore;
  readonly #wanted: WantedPlatforms;
  readonly #signal: AbortSignal | undefined;
  readonly #offered = new Set<string>();

  /** @param store Where the blobs are. @param wanted What to keep. */
  constructor(store: ContentStore, wanted: WantedPlatforms, signal: AbortSignal | undefined) {
    this.#store = store;
    this.#wanted = wanted;
    this.#signal = signal;
  }

  /** The platforms that the images so far are for, wanted or not. */
  get offered(): readonly string[] {
    return [...this.#offered];
  }

  /**
   * The tree of an image.
   *
   * @returns `undefined` when the image is for other platforms only.
   * @throws {MissingContentError} When blobs of a wanted platform are not in the store.
   * @throws {DigestError} When a blob has another size than its descriptor says.
   * @throws {InvalidArgumentError} When a document is malformed, or indexes are nested too deeply.
   */
  async read(target: Descriptor): Promise<ImageTree | undefined> {
    const walk: Walk = {
      labels: new Map(),
      platforms: [],
      blobs: new Set(),
      missing: new Map(),
      layerBytes: 0,
    };
    const kept = manifestKind(target.mediaType) === "index"
      ? await this.#index(target, walk, 1)
      : await this.#topManifest(target, walk);
    if (walk.missing.size > 0) throw missingError(walk.missing);
    return kept ? walk : undefined;
  }

  async #topManifest(target: Descriptor, walk: Walk): Promise<boolean> {
    const platform = target.platform ?? await this.#platformOf(target);
    this.#offer(platform);
    if (platform && !this.#wants(platform)) return false;
    await this.#manifest(target, platform, walk);
    return true;
  }

  /** @returns Whether anything under the index is kept. */
  async #index(descriptor: Descriptor, walk: Walk, depth: number): Promise<boolean> {
    if (depth > MAX_DEPTH) {
      throw new InvalidArgumentError(
        `Cannot read image index "${descriptor.digest}": indexes are nested more than ` +
          `${MAX_DEPTH} deep`,
      );
    }
    const bytes = await this.#document(descriptor);
    if (!bytes) {
      walk.missing.set(descriptor.digest, undefined);
      return false;
    }
    const index = parseIndex(bytes);
    const kept = new Set<Digest>();
    for (const { child, platform } of await this.#choose(index.manifests)) {
      if (manifestKind(child.mediaType) === "manifest") {
        await this.#manifest(child, platform, walk);
        kept.add(child.digest);
      } else if (await this.#index(child, walk, depth + 1)) kept.add(child.digest);
    }
    if (kept.size === 0) return false;
    walk.blobs.add(descriptor.digest);
    // Numbered by the place in the whole index, so that what an earlier import kept stays kept.
    const labels = Object.entries(indexLabels(index)).filter(([, digest]) =>
      kept.has(digest as Digest)
    );
    walk.labels.set(descriptor.digest, Object.fromEntries(labels));
    return true;
  }

  async #choose(children: readonly Descriptor[]): Promise<Candidate[]> {
    const candidates: Candidate[] = [];
    for (const child of children) {
      const isIndex = manifestKind(child.mediaType) === "index";
      const platform = child.platform ?? (isIndex ? undefined : await this.#platformOf(child));
      this.#offer(platform);
      candidates.push({ child, platform });
    }
    if (this.#wanted === "all") return candidates;
    const chosen = new Set<Candidate>();
    for (const candidate of candidates) {
      // An index without a platform may list what is wanted further down.
      const isIndex = manifestKind(candidate.child.mediaType) === "index";
      if (isIndex && !candidate.platform) chosen.add(candidate);
    }
    const named = candidates.filter(({ platform }) => platform);
    for (const wish of this.#wanted) {
      const best = choosePlatform(named, wish);
      if (best) chosen.add(best);
    }
    return [...chosen];
  }

  async #manifest(
    descriptor: Descriptor,
    platform: Platform | undefined,
    walk: Walk,
  ): Promise<void> {
    const bytes = await this.#document(descriptor);
    if (!bytes) {
      walk.missing.set(descriptor.digest, platform);
      return;
    }
    const manifest = parseManifest(bytes);
    for (const child of [manifest.config, ...manifest.layers]) {
      if (await this.#has(child)) walk.blobs.add(child.digest);
      else walk.missing.set(child.digest, platform);
    }
    for (const { size } of manifest.layers) walk.layerBytes += size;
    walk.blobs.add(descriptor.digest);
    walk.labels.set(descriptor.digest, manifestLabels(manifest));
    if (platform) walk.platforms.push(platform);
  }

  /** What a manifest's configuration says; `undefined` for an artifact, or if it is not there. */
  async #platformOf(descriptor: Descriptor): Promise<Platform | undefined> {
    const bytes = await this.#document(descriptor);
    if (!bytes) return undefined;
    const manifest: ImageManifest = parseManifest(bytes);
    if (!isConfig(manifest.config.mediaType)) return undefined;
    const document = await this.#document(manifest.config, MAX_CONFIG_BYTES);
    if (!document) return undefined;
    const { os, architecture, variant } = parseImageConfig(document);
    if (!os || !architecture) return undefined;
    return normalizePlatform({ os, architecture, ...(variant ? { variant } : {}) });
  }

  /** A blob that is small by nature; `undefined` when it is not in the store. */
  async #document(descriptor: Descriptor, maxBytes?: number): Promise<Uint8Array | undefined> {
    if (!await this.#has(descriptor)) return undefined;
    return await this.#store.readAll(descriptor.digest, { maxBytes, signal: this.#signal });
  }

  async #has({ digest, size }: Descriptor): Promise<boolean> {
    try {
      const { sizeBytes } = await this.#store.info(digest, { signal: this.#signal });
      if (sizeBytes === size) return true;
      throw new DigestError(
        `Cannot use blob "${digest}": it has ${sizeBytes} bytes where ${size} were promised`,
        { expected: digest, actual: digest },
      );
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  #wants(platform: Platform): boolean {
    return this.#wanted === "all" || this.#wanted.some((wish) => matchesPlatform(platform, wish));
  }

  #offer(platform: Platform | undefined): void {
    if (platform && platform.os !== "unknown") this.#offered.add(formatPlatform(platform));
  }
}

interface Walk extends ImageTree {
  readonly labels: Map<Digest, Labels>;
  readonly platforms: Platform[];
  readonly blobs: Set<Digest>;
  readonly missing: Map<Digest, Platform | undefined>;
  layerBytes: number;
}

interface Candidate {
  readonly child: Descriptor;
  readonly platform: Platform | undefined;
}

function missingError(missing: ReadonlyMap<Digest, Platform | undefined>): MissingContentError {
  const digests = [...missing.keys()];
  const names = new Set([...missing.values()].map((p) => p ? formatPlatform(p) : undefined));
  const platform = names.size === 1 ? [...names][0] : undefined;
  const shown = digests.slice(0, 3).map((digest) => `"${digest}"`).join(", ");
  const more = digests.length > 3 ? ` and ${digests.length - 3} more` : "";
  const where = platform ? ` for ${platform}` : "";
  return new MissingContentError(
    `Cannot read the image${where}: blobs are missing: ${shown}${more}; export it again with all ` +
      "of its content, or leave out that platform",
    { digests, ...(platform ? { platform } : {}) },
  );
}
