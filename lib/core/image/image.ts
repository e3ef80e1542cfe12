/**
 * An image: a name for a tree of blobs, and what it says of itself.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import {
  type Image as ImageMessage,
  ImageSchema,
} from "../../gen/containerd/services/images_pb.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image_config.ts";
import { formatPlatform, type Platform } from "../../oci/platform.ts";
import { imageName, type Reference } from "../../oci/reference.ts";
import type { VerifyPolicy } from "../../trust/policy.ts";
import type { ImageSignature, SignOptions } from "../../trust/sign.ts";
import { waitUnlessAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { CheckOptions, ImageCheck } from "./check.ts";
import type { ConvertOptions } from "./convert.ts";
import type { ExportOptions } from "./export.ts";
import type { HistoryEntry } from "./history.ts";
import type { Images } from "./images.ts";
import type { IndexChanges } from "./index_image.ts";
import type { ImageInspection } from "./inspect.ts";
import type { DockerImageInspect } from "./inspect_docker.ts";
import type { RepairOptions } from "./repair.ts";
import type { ResolvedImage } from "./resolve.ts";
import type { SyncOptions } from "./sync.ts";
import type { TrustOptions } from "./trust.ts";
import type { ImageUsage } from "./usage.ts";
import type { PushedImage, PushOptions } from "../push/push.ts";
import type { FileChange } from "../files/compare.ts";
import { FilesView, lazySource } from "../files/view.ts";
import { toDate } from "../time.ts";

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
    const work = this.#context.session.memo(key, async () => {
      const { ImageResolver } = await import("./resolve.ts");
      return await new ImageResolver(this.#context, this).resolve(platform);
    });
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
    const { unpack } = await import("./unpack.ts");
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
   * Asks a policy whether the image is trusted, by what its registry says of its digest.
   *
   * @param options `from`: the repository where signatures are looked up; the image's name by
   * default.
   * @throws {VerificationError} When it is not.
   * @throws {FailedPreconditionError} When the name says of no registry, and `from` is not given.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   * import { requireSignature } from "@davit/sdk/trust";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").images.get("registry.example.com/app:1");
   * await image.verify(requireSignature({ keys: await Deno.readTextFile("cosign.pub") }));
   * ```
   */
  async verify(policy: VerifyPolicy, options: TrustOptions = {}): Promise<void> {
    const { verifyStored } = await import("./trust.ts");
    await verifyStored(this, policy, options);
  }

  /**
   * Signs the image in its registry, where it must have been pushed to.
   *
   * @param options The key, and `from`: the repository; the image's name by default.
   * @returns Where the signature is.
   * @throws {PullError} When the registry does not know the image's digest.
   * @throws {FailedPreconditionError} When the name says of no registry, and `from` is not given.
   */
  async sign(options: SignOptions & TrustOptions): Promise<ImageSignature> {
    const { signStored } = await import("./trust.ts");
    return await signStored(this, options);
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
   * All that is known of the image: its index, manifests and configurations, what is missing of
   * them, and where it is unpacked.
   *
   * @throws {MissingContentError} When its index is not in the store.
   */
  inspect(options?: { format?: "native"; signal?: AbortSignal }): Promise<ImageInspection>;
  /**
   * The image as `docker image inspect` prints it, for one platform.
   *
   * @param options `platform`: the daemon's own by default. `snapshotter`: where its size is looked
   * up; the namespace's by default.
   * @throws {MissingContentError} When the platform's configuration is not in the store.
   */
  inspect(
    options: {
      format: "docker";
      platform?: Platform;
      snapshotter?: string;
      signal?: AbortSignal;
    },
  ): Promise<DockerImageInspect>;
  async inspect(
    options: {
      format?: "native" | "docker";
      platform?: Platform;
      snapshotter?: string;
      signal?: AbortSignal;
    } = {},
  ): Promise<ImageInspection | DockerImageInspect> {
    if (options.format !== "docker") {
      const { inspectImage } = await import("./inspect.ts");
      return await inspectImage(this.#context, this, options);
    }
    const resolved = await this.resolve(options);
    const { inspectDocker } = await import("./inspect_docker.ts");
    return await inspectDocker(this.#context, this, resolved, options);
  }

  /**
   * How the image came about, the newest step first.
   *
   * @param options `platform`: the daemon's own by default. `snapshotter`: where sizes are looked
   * up; the namespace's by default.
   */
  async history(
    options: { platform?: Platform; snapshotter?: string; signal?: AbortSignal } = {},
  ): Promise<HistoryEntry[]> {
    const resolved = await this.resolve(options);
    const { imageHistory } = await import("./history.ts");
    return await imageHistory(this.#context, resolved, options);
  }

  /** How much space the image takes. Other images may share it: `ns.df()` tells what is its alone. */
  async usage(options: { signal?: AbortSignal } = {}): Promise<ImageUsage> {
    const { imageUsage } = await import("./usage.ts");
    return await imageUsage(this.#context, this.target, options);
  }

  /**
   * The configuration for a platform: how to run it, and what it is made of.
   *
   * @param options `platform`: the daemon's own by default.
   */
  async config(options: { platform?: Platform; signal?: AbortSignal } = {}): Promise<ImageConfig> {
    return (await this.resolve(options)).config;
  }

  /**
   * Sets labels of the image, and deletes those whose value is empty. Others stay.
   *
   * @returns The image with its labels; this object does not change.
   * @throws {NotFoundError} When the image has been removed.
   */
  async label(
    labels: Record<string, string>,
    options: { signal?: AbortSignal } = {},
  ): Promise<Image> {
    const { labelImage } = await import("./label.ts");
    return await labelImage(this.#context, this, labels, options.signal);
  }

  /**
   * Looks what of the image is in the store. Nothing is fetched.
   *
   * @throws {InvalidArgumentError} When the image is for other platforms only.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").images.get("app");
   * const { complete, missing } = await image.check({ content: true });
   * if (!complete) console.log("missing:", missing.map(({ digest }) => digest));
   * await image.repair();
   * ```
   */
  async check(options: CheckOptions = {}): Promise<ImageCheck> {
    const { checkImage } = await import("./check.ts");
    return await checkImage(this.#context, this, options);
  }

  /**
   * Fetches what is missing, and replaces what is corrupt. Name, target and labels stay.
   *
   * @returns What was wrong; `complete` is `true` where there was nothing to do.
   * @throws {PullError} When the registry does not have it any more.
   * @throws {FailedPreconditionError} When the image's name says of no registry, and `from` is not
   * given.
   */
  async repair(options: RepairOptions = {}): Promise<ImageCheck> {
    const { repairImage } = await import("./repair.ts");
    return await repairImage(this.#context, this, options);
  }

  /**
   * Makes another image of this one: with other media types, layers compressed otherwise, or fewer
   * platforms.
   *
   * @param name What it is called, completed like a reference. It may be this one's name, which then
   * stands for the new image.
   * @throws {MissingContentError} When a wanted platform is not complete.
   * @throws {UnsupportedError} When a layer is encrypted.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").images.get("app");
   * const small = await image.convert("app:zstd", { mediaTypes: "oci", compression: "zstd" });
   * console.log(small.digest);
   * ```
   */
  async convert(name: string, options: ConvertOptions = {}): Promise<Image> {
    const { convertImage } = await import("./convert.ts");
    return await convertImage(this.#context, this, imageName(name), options);
  }

  /**
   * Changes what an index says of itself and of what it lists. The image gets another digest.
   *
   * @returns The changed image; this object does not change.
   * @throws {InvalidArgumentError} When the image is no index, or lists no such manifest.
   */
  async annotate(changes: IndexChanges): Promise<Image> {
    const { annotateIndex } = await import("./index_image.ts");
    return await annotateIndex(this.#context, this, changes);
  }

  /**
   * Copies the image to another namespace, or to another daemon: only what is missing there.
   *
   * @param to A namespace, of this daemon or of another one.
   * @returns The image there.
   * @throws {MissingContentError} When a wanted platform is not complete here.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using here = await connect();
   * await using there = await connect("/run/other/containerd.sock");
   * const image = await here.namespace("ci").images.get("app");
   * await image.sync(there.namespace("prod"));
   * ```
   */
  async sync(to: { readonly images: Images }, options: SyncOptions = {}): Promise<Image> {
    const { syncImage } = await import("./sync.ts");
    return await syncImage(this.#context, this, to.images, options);
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
    const { ImageResolver } = await import("./resolve.ts");
    return await new ImageResolver(this.#context, this).platforms(options.signal);
  }
}

/** An image that has no record yet. */
export function draftImage(context: Context, name: string, target: Descriptor): Image {
  const { mediaType, digest, size } = target;
  const message = create(ImageSchema, { name, target: { mediaType, digest, size: BigInt(size) } });
  return new Image(context, message);
}
