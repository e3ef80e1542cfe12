/**
 * Fetches the documents of an image, and finds out which blobs the wanted platforms need.
 *
 * @module
 */
import { InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { sourceLabel } from "../../oci/gc_labels.ts";
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
import type { WantedPlatforms } from "../archive/tree.ts";
import { ContentStore } from "../content/content.ts";
import { type FetchContext, fetchInto, labelSource } from "./fetch.ts";

/** Indexes may list indexes, but not without end. */
const MAX_DEPTH = 4;

/** Looks for the blobs of one image. */
export class PullTree {
  readonly #fetch: FetchContext;
  readonly #wanted: WantedPlatforms;
  readonly #store: ContentStore;
  readonly #offered = new Set<string>();
  readonly #blobs = new Map<Digest, Descriptor>();
  readonly #taken = new Set<Digest>();
  readonly #manifests = new Map<Digest, ImageManifest>();

  /** @param fetch How to get at the documents. @param wanted Which platforms are wanted. */
  constructor(fetch: FetchContext, wanted: WantedPlatforms) {
    this.#fetch = fetch;
    this.#wanted = wanted;
    this.#store = new ContentStore(fetch.context);
  }

  /** The platforms that the image is for, wanted or not, as far as they were seen. */
  get offered(): readonly string[] {
    return [...this.#offered];
  }

  /**
   * Fetches manifests and indexes into the store.
   *
   * @returns The configurations and layers that are needed; `undefined` when the image is for other
   * platforms only.
   * @throws {InvalidArgumentError} When a document is malformed, or indexes are nested too deeply.
   */
  async read(root: Descriptor): Promise<readonly Descriptor[] | undefined> {
    const found = manifestKind(root.mediaType) === "index"
      ? await this.#index(root, 1)
      : await this.#single(root);
    return found ? [...this.#blobs.values()] : undefined;
  }

  async #single(root: Descriptor): Promise<boolean> {
    const platform = await this.#platformOf(root);
    this.#offer(platform);
    const fits = this.#wanted === "all" || !platform ||
      this.#wanted.some((wish) => matchesPlatform(platform, wish));
    if (fits) await this.#take(root);
    return fits;
  }

  async #index(descriptor: Descriptor, depth: number): Promise<boolean> {
    if (depth > MAX_DEPTH) {
      throw new InvalidArgumentError(
        `Cannot pull "${this.#fetch.reference}": its indexes are nested more than ${MAX_DEPTH} deep`,
      );
    }
    const { manifests } = parseIndex(await this.#document(descriptor));
    let found = false;
    for (const child of await this.#choose(manifests)) {
      if (manifestKind(child.mediaType) === "manifest") {
        await this.#take(child);
        found = true;
      } else if (await this.#index(child, depth + 1)) found = true;
    }
    return found;
  }

  /** Which children of an index are wanted: for each platform the one that suits it best. */
  async #choose(children: readonly Descriptor[]): Promise<readonly Descriptor[]> {
    if (this.#wanted === "all") return children;
    const chosen = new Set<Descriptor>();
    const named: { child: Descriptor; platform: Platform }[] = [];
    for (const child of children) {
      const isIndex = manifestKind(child.mediaType) === "index";
      const platform = child.platform ?? (isIndex ? undefined : await this.#platformOf(child));
      this.#offer(platform);
      if (platform) named.push({ child, platform });
      // An index without a platform may list what is wanted further down.
      else if (isIndex) chosen.add(child);
    }
    for (const wish of this.#wanted) {
      const best = choosePlatform(named, wish);
      if (best) chosen.add(best.child);
    }
    return [...chosen];
  }

  /** Whether a manifest is among those that are wanted. */
  takes(digest: Digest): boolean {
    return this.#taken.has(digest);
  }

  async #take(descriptor: Descriptor): Promise<void> {
    this.#taken.add(descriptor.digest);
    const { config, layers } = await this.#manifest(descriptor);
    for (const blob of [config, ...layers]) this.#blobs.set(blob.digest, blob);
  }

  /** What a manifest's configuration says; `undefined` for an artifact. */
  async #platformOf(descriptor: Descriptor): Promise<Platform | undefined> {
    const { config } = await this.#manifest(descriptor);
    if (!isConfig(config.mediaType)) return undefined;
    await fetchInto(this.#fetch, config);
    const { signal } = this.#fetch;
    const bytes = await this.#store.readAll(config.digest, { maxBytes: MAX_CONFIG_BYTES, signal });
    const { os, architecture, variant } = parseImageConfig(bytes);
    if (!os || !architecture) return undefined;
    return normalizePlatform({ os, architecture, ...(variant ? { variant } : {}) });
  }

  async #manifest(descriptor: Descriptor): Promise<ImageManifest> {
    const known = this.#manifests.get(descriptor.digest);
    if (known) return known;
    const manifest = parseManifest(await this.#document(descriptor));
    this.#manifests.set(descriptor.digest, manifest);
    return manifest;
  }

  /** A manifest or an index, which is in the store afterwards. */
  async #document(descriptor: Descriptor): Promise<Uint8Array> {
    const { context, reference, registry, fetched, onProgress, signal } = this.#fetch;
    const { digest, size } = descriptor;
    const bytes = await this.#stored(digest) ??
      (await registry.manifest(reference, { descriptor, signal })).bytes;
    const { existed } = await this.#store.write(bytes, {
      digest,
      sizeBytes: size,
      labels: sourceLabel(reference),
      signal,
    });
    fetched.blobs.add(digest);
    if (existed) await labelSource(context, reference, digest, signal);
    onProgress?.({ phase: "fetch", name: digest, current: size, total: size });
    return bytes;
  }

  async #stored(digest: Digest): Promise<Uint8Array | undefined> {
    try {
      return await this.#store.readAll(digest, { signal: this.#fetch.signal });
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  #offer(platform: Platform | undefined): void {
    if (platform && platform.os !== "unknown") this.#offered.add(formatPlatform(platform));
  }
}
