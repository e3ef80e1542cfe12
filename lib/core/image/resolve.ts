/**
 * What an image is for a platform.
 *
 * @module
 */
import { InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import { chainId } from "../../oci/chain_id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { type ImageConfig, parseImageConfig } from "../../oci/image_config.ts";
import { type ImageIndex, parseIndex } from "../../oci/index_doc.ts";
import { type ImageManifest, manifestKind, parseManifest } from "../../oci/manifest.ts";
import {
  choosePlatform,
  formatPlatform,
  matchesPlatform,
  type Platform,
} from "../../oci/platform.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";

/** What an image is for one platform. */
export interface ResolvedImage {
  /** The manifest's descriptor. */
  readonly descriptor: Descriptor;
  /** The manifest. */
  readonly manifest: ImageManifest;
  /** The configuration. */
  readonly config: ImageConfig;
  /** The name of the snapshot of all layers; `undefined` for an image without layers. */
  readonly chainId: Digest | undefined;
}

/** Reads the documents of one image. */
export class ImageResolver {
  readonly #context: Context;
  readonly #name: string;
  readonly #target: Descriptor;

  /** @param context Where. @param image Whose name is for messages. */
  constructor(context: Context, image: { readonly name: string; readonly target: Descriptor }) {
    this.#context = context;
    this.#name = image.name;
    this.#target = image.target;
  }

  /**
   * Manifest and configuration for a platform.
   *
   * @throws {InvalidArgumentError} When the image is for other platforms only.
   * @throws {MissingContentError} When its manifest or configuration is not in the store.
   */
  async resolve(platform: Platform): Promise<ResolvedImage> {
    let descriptor = this.#target;
    // An index may list indexes; a chain that is longer than this is not meant honestly.
    for (let depth = 0; manifestKind(descriptor.mediaType) === "index"; depth++) {
      if (depth === 4) {
        throw new InvalidArgumentError(
          `Cannot use image "${this.#name}": its indexes are too deep`,
        );
      }
      const index = parseIndex(await this.#blob(descriptor.digest, undefined, platform));
      descriptor = this.#choose(index, platform);
    }
    const { manifest, config } = await this.#load(descriptor, undefined, platform);
    const own = platformOf(config);
    if (config.os && !matchesPlatform(own, platform)) throw this.#otherPlatform([own], platform);
    const diffIds = config.rootfs.diff_ids;
    return {
      descriptor,
      manifest,
      config,
      chainId: diffIds.length === 0 ? undefined : await chainId(diffIds),
    };
  }

  /** The platforms that the image is for. */
  async platforms(signal: AbortSignal | undefined): Promise<Platform[]> {
    if (manifestKind(this.#target.mediaType) === "manifest") {
      const { config } = await this.#load(this.#target, signal);
      return [platformOf(config)];
    }
    const index = parseIndex(await this.#blob(this.#target.digest, signal));
    return index.manifests.flatMap(({ platform }) =>
      platform && platform.os !== "unknown" ? [platform] : []
    );
  }

  #choose(index: ImageIndex, platform: Platform): Descriptor {
    const chosen = choosePlatform(index.manifests, platform);
    if (chosen) return chosen;
    // An index made by simple tools names no platforms; the configuration tells then.
    const unnamed = index.manifests.find((manifest) => !manifest.platform);
    if (unnamed) return unnamed;
    throw this.#otherPlatform(
      index.manifests.flatMap((manifest) => manifest.platform ?? []),
      platform,
    );
  }

  #otherPlatform(offered: readonly Platform[], wanted: Platform): InvalidArgumentError {
    const list = offered.filter(({ os }) => os !== "unknown").map(formatPlatform).join(", ");
    return new InvalidArgumentError(
      `Cannot use image "${this.#name}" on ${formatPlatform(wanted)}: it is for ${
        list || "no platform"
      } only; pass that platform, or get an image for this one`,
    );
  }

  async #load(
    descriptor: Descriptor,
    signal: AbortSignal | undefined,
    platform?: Platform,
  ): Promise<{ manifest: ImageManifest; config: ImageConfig }> {
    const manifest = parseManifest(await this.#blob(descriptor.digest, signal, platform));
    const config = parseImageConfig(await this.#blob(manifest.config.digest, signal, platform));
    const [layers, diffIds] = [manifest.layers.length, config.rootfs.diff_ids.length];
    if (layers !== diffIds) {
      throw new InvalidArgumentError(
        `Cannot use image "${this.#name}": its manifest lists ${layers} layers, its ` +
          `configuration ${diffIds}`,
      );
    }
    return { manifest, config };
  }

  async #blob(
    digest: Digest,
    signal: AbortSignal | undefined,
    platform?: Platform,
  ): Promise<Uint8Array> {
    try {
      return await new ContentStore(this.#context).readAll(digest, { signal });
    } catch (cause) {
      if (!(cause instanceof NotFoundError)) throw cause;
      const where = platform ? ` for ${formatPlatform(platform)}` : "";
      throw new MissingContentError(
        `Cannot use image "${this.#name}"${where}: its blob "${digest}" is not in the content ` +
          "store; pull or import the image again",
        { digests: [digest], ...(platform ? { platform: formatPlatform(platform) } : {}) },
        { cause },
      );
    }
  }
}

function platformOf(config: ImageConfig): Platform {
  const { os = "", architecture = "", variant } = config;
  return { os, architecture, ...(variant ? { variant } : {}) };
}
