/**
 * An image: a name for a tree of blobs, and what it says of itself.
 *
 * @module
 */
import { InvalidArgumentError, MissingContentError, NotFoundError } from "../../errors/errors.ts";
import type { Image as ImageMessage } from "../../gen/containerd/services/images_pb.ts";
import { chainId } from "../../oci/chain_id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { type ImageConfig, parseImageConfig } from "../../oci/image_config.ts";
import { type ImageIndex, parseIndex } from "../../oci/index_doc.ts";
import { type ImageManifest, manifestKind, parseManifest } from "../../oci/manifest.ts";
import {
  choosePlatform,
  formatPlatform,
  matchesPlatform,
  type Platform,
} from "../../oci/platform.ts";
import type { Reference } from "../../oci/reference.ts";
import { waitUnlessAborted } from "../call/abort.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import type { ExportOptions } from "./export.ts";
import type { PushedImage, PushOptions } from "../push/push.ts";
import type { FileChange } from "../files/compare.ts";
import { lazySource } from "../files/source.ts";
import { FilesView } from "../files/view.ts";
import { toDate } from "../time.ts";
import { unpack } from "./unpack.ts";

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

/** An image of a namespace. */
export class Image {
  readonly #context: Context;
  /** Its name, such as `docker.io/library/alpine:3.20`. */
  readonly name: string;
  /** The index or manifest that the name stands for. */
  readonly target: Descriptor;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was made. */
  readonly createdAt: Date | undefined;
  /** When it was last changed. */
  readonly updatedAt: Date | undefined;

  /** For {@linkcode Images}. */
  constructor(context: Context, message: ImageMessage) {
    this.#context = context;
    this.name = message.name;
    const target = message.target;
    this.target = {
      mediaType: target?.mediaType ?? "",
      digest: parseDigest(target?.digest ?? ""),
      size: Number(target?.size ?? 0),
    };
    this.labels = message.labels;
    this.createdAt = toDate(message.createdAt);
    this.updatedAt = toDate(message.updatedAt);
  }

  /** The digest of the index or manifest. */
  get digest(): Digest {
    return this.target.digest;
  }

  /**
   * Manifest and configuration for a platform.
   *
   * @param options `platform`: the daemon's own by default.
   * @throws {InvalidArgumentError} when the image is for other platforms only.
   * @throws {MissingContentError} when its manifest or configuration is not in the store.
   */
  resolve(options: { platform?: Platform; signal?: AbortSignal } = {}): Promise<ResolvedImage> {
    const platform = options.platform ?? this.#context.session.platform;
    // Content is immutable, so what a digest says is looked up once.
    const key = this.#context.key(`image ${formatPlatform(platform)}`, this.digest);
    const work = this.#context.session.memo(key, () => this.#resolve(platform));
    // One caller's signal must not end what others wait for too.
    return waitUnlessAborted(work, options.signal, `looking into image "${this.name}"`);
  }

  /**
   * Makes the snapshots of all layers, as far as they do not exist.
   *
   * @param options `platform`: the daemon's own by default. `snapshotter`: the namespace's by
   * default.
   * @returns The name of the top snapshot; `undefined` for an image without layers.
   */
  async unpack(
    options: { platform?: Platform; snapshotter?: string; signal?: AbortSignal } = {},
  ): Promise<Digest | undefined> {
    const resolved = await this.resolve(options);
    await unpack(this.#context, this.name, resolved, options);
    return resolved.chainId;
  }

  /**
   * Pushes the image to a registry. What the registry has is not sent again.
   *
   * @param reference Where to; the image's own name by default.
   * @throws {MissingContentError} When blobs of a platform are not in the store: nothing was sent.
   * @throws {DavitError} `unauthenticated`, `permission_denied`, `unavailable`… when the registry
   * does not take it.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").images.get("app");
   * const { descriptor } = await image.push("registry.example.com/team/app:1");
   * console.log(descriptor.digest);
   * ```
   */
  async push(reference?: string | Reference, options: PushOptions = {}): Promise<PushedImage> {
    const { pushImage } = await import("../push/push.ts");
    return await pushImage(this.#context, this, reference, options);
  }

  /**
   * The image as a tar: an OCI layout with Docker's `manifest.json` beside it. It is read as it is
   * needed; memory does not depend on its size. Cancel it when it is not read to its end.
   *
   * The stream fails with {@linkcode MissingContentError} when blobs are not in the store, and with
   * {@linkcode InvalidArgumentError} when the image is for other platforms only.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").images.get("app");
   * const gzip = image.export().pipeThrough(new CompressionStream("gzip"));
   * await Deno.writeFile("app.tar.gz", gzip);
   * ```
   */
  export(options: ExportOptions = {}): ReadableStream<Uint8Array<ArrayBuffer>> {
    const [context, { name, target }] = [this.#context, this];
    return ReadableStream.from(async function* () {
      const { exportImage } = await import("./export.ts");
      yield* exportImage(context, { name, target }, options);
    }());
  }

  /**
   * Writes {@linkcode export} to a file. One that is there is replaced when all has been written;
   * after a failure it is as it was.
   */
  async exportTo(path: string | URL, options: ExportOptions = {}): Promise<void> {
    const { writeWhole } = await import("./export_file.ts");
    await writeWhole(path, this.export(options));
  }

  /**
   * Its files, read out of its layers: the image need not be unpacked. The first look at a
   * compressed image takes as long as decompressing it; what is known then is kept for later ones.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").images.get("alpine:3.20");
   * console.log(await image.files.readTextFile("/etc/os-release"));
   * ```
   */
  get files(): FilesView {
    return this.filesFor();
  }

  /** The same as {@linkcode files}, for another platform than the daemon's own. */
  filesFor(platform?: Platform): FilesView {
    const context = this.#context;
    return new FilesView(lazySource(`image "${this.name}"`, async () => {
      const { ImageSource } = await import("../files/image_source.ts");
      return new ImageSource(context, this, platform);
    }));
  }

  /**
   * What the files of another image, such as a newer tag, differ in from those of this one.
   *
   * @param options `platform`: which of both; the daemon's own by default.
   * @returns The differences, by path. Layers that both have are not read.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const { images } = davit.namespace("ci");
   * const old = await images.get("app:1");
   * for (const change of await old.diff(await images.get("app:2"))) {
   *   console.log(change.type, change.path);
   * }
   * ```
   */
  async diff(
    other: Image,
    options: { platform?: Platform; signal?: AbortSignal } = {},
  ): Promise<FileChange[]> {
    const { diffImages } = await import("../files/image_source.ts");
    return await diffImages(this.#context, [this, other], options);
  }

  /** The platforms that the image is for. */
  async platforms(options: { signal?: AbortSignal } = {}): Promise<Platform[]> {
    if (manifestKind(this.target.mediaType) === "manifest") {
      const { config } = await this.#load(this.target, options.signal);
      return [platformOf(config)];
    }
    const index = parseIndex(await this.#blob(this.target.digest, options.signal));
    return index.manifests.flatMap(({ platform }) =>
      platform && platform.os !== "unknown" ? [platform] : []
    );
  }

  async #resolve(platform: Platform): Promise<ResolvedImage> {
    let descriptor = this.target;
    // An index may list indexes; a chain that is longer than this is not meant honestly.
    for (let depth = 0; manifestKind(descriptor.mediaType) === "index"; depth++) {
      if (depth === 4) {
        throw new InvalidArgumentError(`Cannot use image "${this.name}": its indexes are too deep`);
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
      `Cannot use image "${this.name}" on ${formatPlatform(wanted)}: it is for ${
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
        `Cannot use image "${this.name}": its manifest lists ${layers} layers, its ` +
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
        `Cannot use image "${this.name}"${where}: its blob "${digest}" is not in the content ` +
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
