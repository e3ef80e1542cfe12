/**
 * The images of a namespace.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import { AlreadyExistsError, NotFoundError, ProtocolError } from "../../errors/errors.ts";
import {
  type Image as ImageMessage,
  ImageSchema,
} from "../../gen/containerd/services/images_pb.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { formatFilter, labelFilter } from "../../oci/filter.ts";
import { checkLabels } from "../../oci/names.ts";
import { imageName, type Reference } from "../../oci/reference.ts";
import type { Context } from "../context.ts";
import { Image } from "./image.ts";
import type { ArchiveSource, ImportOptions } from "./import.ts";
import type { CreateIndexOptions, IndexMember } from "./index_image.ts";
import type { PrunedImages, PruneOptions } from "./prune.ts";
import type { PullOptions } from "../pull/pull.ts";
import type { SyncPullOptions } from "../pull/sync.ts";

/** Which images. */
export interface ImageSelection {
  /** Only those with these labels; `true` for any value. */
  labels?: Readonly<Record<string, string | true>>;
  /** Only those whose target this is. */
  digest?: Digest;
  /** Ends the call. */
  signal?: AbortSignal;
}

/** Where images are, for those that work with several namespaces. */
export let contextOf: (images: Images) => Context;

/** The images of a namespace. */
export class Images {
  readonly #context: Context;

  static {
    contextOf = (images) => images.#context;
  }

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Finds an image by name.
   *
   * @param name A reference, completed as Docker does (`alpine` is
   * `docker.io/library/alpine:latest`), or else exactly the name that the image has.
   * @throws {NotFoundError} when the namespace has no such image.
   */
  async get(name: string, options: { signal?: AbortSignal } = {}): Promise<Image> {
    const full = imageName(name);
    for (const candidate of new Set([full, name])) {
      try {
        return await exactImage(this.#context, candidate, options);
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
      }
    }
    const { elsewhereHint } = await import("../call/hints.ts");
    const hint = await elsewhereHint(this.#context, "image", [full, name]);
    throw new NotFoundError(
      `Cannot find image "${full}" in namespace "${this.#context.namespace}"${
        hint || "; pull or import it first, or look with images.list()"
      }`,
    );
  }

  /**
   * Lists the images, by name.
   *
   * @param options `labels`: only images with these labels; `true` for any value. `digest`: only
   * those with this target.
   */
  async list(options: ImageSelection = {}): Promise<Image[]> {
    const { labels = {}, digest, signal } = options;
    // Terms of one filter must all hold.
    const terms = [
      ...(Object.keys(labels).length > 0 ? [labelFilter(labels)] : []),
      ...(digest === undefined ? [] : [formatFilter({ field: "target.digest", is: digest })]),
    ];
    const filters = terms.length > 0 ? [terms.join(",")] : [];
    const { images } = await this.#context.api.images.list({ filters }, { signal });
    return images.map((image) => new Image(this.#context, image)).sort((a, b) =>
      a.name < b.name ? -1 : 1
    );
  }

  /**
   * Lets `name` stand for `target`, which must be in the content store.
   *
   * @param name Taken as it is; an image that has it already is changed.
   */
  async set(
    name: string,
    target: Descriptor,
    options: { labels?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<Image> {
    const labels = options.labels ?? {};
    checkLabels(labels);
    const { mediaType, digest, size } = target;
    const image: ImageMessage = create(ImageSchema, {
      name,
      labels,
      target: { mediaType, digest, size: BigInt(size) },
    });
    const { images } = this.#context.api;
    const { signal } = options;
    const created = await images.create({ image }, { signal }).catch((error) => {
      if (!(error instanceof AlreadyExistsError)) throw error;
      return images.update({ image, updateMask: { paths: ["target", "labels"] } }, { signal });
    });
    return new Image(this.#context, created.image ?? image);
  }

  /**
   * Gives an image another name.
   *
   * @param image The image, or its name.
   * @param name The new name, completed like a reference; an image that has it is replaced.
   */
  async tag(
    image: Image | string,
    name: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<Image> {
    const source = typeof image === "string" ? await this.get(image, options) : image;
    return await this.set(imageName(name), source.target, { labels: source.labels, ...options });
  }

  /**
   * Imports the images of an archive, made by Davit, Docker, skopeo, nerdctl or others.
   *
   * @param source An OCI layout or a Docker archive, as a tar: a path, bytes or a stream.
   */
  async import(source: ArchiveSource, options: ImportOptions = {}): Promise<Image[]> {
    // Only who imports pays for loading the tar reader and what else it takes.
    const { importArchive } = await import("./import.ts");
    return await importArchive(this.#context, source, options);
  }

  /**
   * Pulls an image from a registry, and unpacks it. What the store has is not fetched again. When
   * this throws, no image was registered.
   *
   * @param reference What to pull, completed as Docker does: `"alpine:3.20"`.
   * @param options By whom, which platforms, with which credentials.
   * @throws {PullError} When the registry does not give it: its `code` says why.
   * @throws {DigestError} When bytes are not what they should be. They are not kept.
   * @throws {VerificationError} When `verify` refuses it. Nothing was fetched then.
   * @throws {InvalidArgumentError} When the image is for other platforms only.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").images.pull("alpine:3.20", {
   *   onProgress: ({ phase, name, current, total }) => console.log(phase, name, current, total),
   * });
   * console.log(image.digest);
   * ```
   */
  async pull(reference: string | Reference, options: PullOptions = {}): Promise<Image> {
    const { pullImage } = await import("../pull/pull.ts");
    return await pullImage(this.#context, reference, options);
  }

  /**
   * Pulls several images, a few at once, with one progress for all. Blobs that several need are
   * fetched once; of images that are there already nothing is fetched.
   *
   * @returns The images, in the order of their references.
   * @throws What the pull of an image failed with; an `AggregateError` for several. The others are
   * pulled nevertheless, and stay.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const images = await davit.namespace("ci").images.sync(["alpine:3.20", "debian:12"], {
   *   onProgress: ({ done, images, current, total }) => console.log(done, images, current, total),
   * });
   * console.log(images.map(({ name }) => name));
   * ```
   */
  async sync(
    references: readonly (string | Reference)[],
    options: SyncPullOptions = {},
  ): Promise<Image[]> {
    const { syncImages } = await import("../pull/sync.ts");
    return await syncImages(this.#context, references, options);
  }

  /**
   * Makes an index of images that are here, such as one for several platforms: a manifest list, in
   * Docker's words.
   *
   * @param name What it is called, completed like a reference; an image that has it is replaced.
   * @param members The images. Those that are indexes themselves bring all that they list and have.
   * @throws {MissingContentError} When a member is not complete.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const { images } = davit.namespace("ci");
   * const app = await images.createIndex("registry.example.com/app:1", ["app:amd64", "app:arm64"]);
   * await app.push();
   * ```
   */
  async createIndex(
    name: string,
    members: readonly (Image | string | IndexMember)[],
    options: CreateIndexOptions = {},
  ): Promise<Image> {
    const { createIndex } = await import("./index_image.ts");
    return await createIndex(this.#context, imageName(name), members, options);
  }

  /**
   * Removes images that nobody needs.
   *
   * @param options Which; by default those without a tag ("dangling").
   * @returns The images, and how much space that freed.
   */
  async prune(options: PruneOptions = {}): Promise<PrunedImages> {
    const { pruneImages } = await import("./prune.ts");
    return await pruneImages(this.#context, options);
  }

  /**
   * Removes an image's name. What nothing else uses is collected, before this returns if `sync`.
   *
   * @param options `force`: although containers are made of it; they keep their file systems.
   * @throws {NotFoundError} when the namespace has no such image.
   * @throws {FailedPreconditionError} when containers are made of it, and `force` is not set.
   */
  async remove(
    image: Image | string,
    options: { force?: boolean; sync?: boolean; signal?: AbortSignal } = {},
  ): Promise<void> {
    const { force = false, sync = false, signal } = options;
    const { name } = typeof image === "string" ? await this.get(image, options) : image;
    if (!force) {
      const { checkUnused } = await import("./in_use.ts");
      await checkUnused(this.#context, name, signal);
    }
    await this.#context.api.images.delete({ name, sync }, { signal });
  }
}

/**
 * The image of exactly this name.
 *
 * @throws {NotFoundError} when the namespace has none.
 */
export async function exactImage(
  context: Context,
  name: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Image> {
  const { image } = await context.api.images.get({ name }, { signal: options.signal });
  if (!image) throw new ProtocolError(`Images.Get answered nothing for "${name}"`);
  return new Image(context, image);
}
