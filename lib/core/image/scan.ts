/**
 * Looks through all documents of an image, and which of its blobs are there.
 *
 * @module
 */
import { InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { type ImageConfig, MAX_CONFIG_BYTES, parseImageConfig } from "../../oci/image_config.ts";
import { type ImageIndex, parseIndex } from "../../oci/index_doc.ts";
import {
  type ImageManifest,
  manifestKind,
  MAX_MANIFEST_BYTES,
  parseManifest,
} from "../../oci/manifest.ts";
import { isConfig } from "../../oci/media_types.ts";
import { matchesPlatform, normalizePlatform, type Platform } from "../../oci/platform.ts";
import type { WantedPlatforms } from "../archive/tree.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";

/** Indexes may list indexes, but not without end. */
const MAX_DEPTH = 4;

/** A manifest of an image, as far as it is in the store. */
export interface ScannedManifest {
  /** What names it. */
  readonly descriptor: Descriptor;
  /** What it is for, by its index or its configuration; `undefined` for what is no image. */
  readonly platform: Platform | undefined;
  /** `undefined` when it is not in the store. */
  readonly manifest: ImageManifest | undefined;
  /** `undefined` when it is not in the store, or this is no image. */
  readonly config: ImageConfig | undefined;
  /** All that it needs, itself first: manifest, configuration, layers. */
  readonly blobs: readonly Descriptor[];
  /** What of that is not in the store. */
  readonly missing: readonly Descriptor[];
}

/** An index of an image that is in the store. */
export interface ScannedIndex {
  /** What names it. */
  readonly descriptor: Descriptor;
  /** What it says. */
  readonly index: ImageIndex;
}

/** All of an image. */
export interface ImageScan {
  /** The indexes that are there, the root first. */
  readonly indexes: readonly ScannedIndex[];
  /** Indexes that are not there. */
  readonly missingIndexes: readonly Descriptor[];
  /** The manifests that they list, or the one that the image is. */
  readonly manifests: readonly ScannedManifest[];
}

/**
 * Reads all documents of an image that are in the store.
 *
 * @throws {InvalidArgumentError} When one is malformed, or indexes are nested too deeply.
 */
export async function scanImage(
  context: Context,
  target: Descriptor,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<ImageScan> {
  const scanner = new Scanner(new ContentStore(context), options.signal);
  await scanner.visit(target, 0);
  return scanner;
}

/** The manifests for some platforms; all for `"all"`. */
export function wantedManifests(
  scan: ImageScan,
  wanted: WantedPlatforms,
): readonly ScannedManifest[] {
  if (wanted === "all") return scan.manifests;
  return scan.manifests.filter(({ platform, missing, descriptor }) =>
    // What it is for is not known as long as its configuration is not there.
    platform
      ? wanted.some((wish) => matchesPlatform(platform, wish))
      : missing.length > 0 && descriptor.platform === undefined
  );
}

class Scanner implements ImageScan {
  readonly indexes: ScannedIndex[] = [];
  readonly missingIndexes: Descriptor[] = [];
  readonly manifests: ScannedManifest[] = [];
  readonly #store: ContentStore;
  readonly #signal: AbortSignal | undefined;
  readonly #seen = new Set<Digest>();
  readonly #there = new Map<Digest, boolean>();

  constructor(store: ContentStore, signal: AbortSignal | undefined) {
    this.#store = store;
    this.#signal = signal;
  }

  async visit(descriptor: Descriptor, depth: number): Promise<void> {
    if (this.#seen.has(descriptor.digest)) return;
    this.#seen.add(descriptor.digest);
    if (manifestKind(descriptor.mediaType) === "manifest") {
      this.manifests.push(await this.#manifest(descriptor));
      return;
    }
    if (depth === MAX_DEPTH) {
      throw new InvalidArgumentError(
        `Cannot read image index "${descriptor.digest}": indexes are nested more than ` +
          `${MAX_DEPTH} deep`,
      );
    }
    const bytes = await this.#read(descriptor, MAX_MANIFEST_BYTES);
    if (!bytes) {
      this.missingIndexes.push(descriptor);
      return;
    }
    const index = parseIndex(bytes);
    this.indexes.push({ descriptor, index });
    for (const child of index.manifests) await this.visit(child, depth + 1);
  }

  async #manifest(descriptor: Descriptor): Promise<ScannedManifest> {
    const bytes = await this.#read(descriptor, MAX_MANIFEST_BYTES);
    if (!bytes) {
      return {
        descriptor,
        platform: isReal(descriptor.platform) ? descriptor.platform : undefined,
        manifest: undefined,
        config: undefined,
        blobs: [descriptor],
        missing: [descriptor],
      };
    }
    const manifest = parseManifest(bytes);
    const image = isConfig(manifest.config.mediaType) && descriptor.platform?.os !== "unknown";
    const read = image ? await this.#read(manifest.config, MAX_CONFIG_BYTES) : undefined;
    const config = read && parseImageConfig(read);
    const blobs = [descriptor, manifest.config, ...manifest.layers];
    const missing: Descriptor[] = [];
    for (const blob of blobs) if (!await this.#has(blob.digest)) missing.push(blob);
    const platform = descriptor.platform ?? (config ? platformOf(config) : undefined);
    return {
      descriptor,
      platform: image && isReal(platform) ? platform : undefined,
      manifest,
      config,
      blobs,
      missing,
    };
  }

  async #read({ digest }: Descriptor, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      return await this.#store.readAll(digest, { maxBytes, signal: this.#signal });
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  async #has(digest: Digest): Promise<boolean> {
    const known = this.#there.get(digest);
    if (known !== undefined) return known;
    const there = await this.#store.info(digest, { signal: this.#signal }).then(() => true, (e) => {
      if (e instanceof NotFoundError) return false;
      throw e;
    });
    this.#there.set(digest, there);
    return there;
  }
}

/** What a configuration is for; `undefined` where it does not say. */
function platformOf({ os, architecture, variant }: ImageConfig): Platform | undefined {
  if (!os || !architecture) return undefined;
  return normalizePlatform({ os, architecture, ...(variant ? { variant } : {}) });
}

function isReal(platform: Platform | undefined): boolean {
  return platform !== undefined && platform.os !== "unknown";
}
