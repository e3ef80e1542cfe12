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
import { checkLabels } from "../../oci/names.ts";
import { imageName, type Reference } from "../../oci/reference.ts";
import type { Context } from "../context.ts";
import { Image } from "./image.ts";
import type { ArchiveSource, ImportOptions } from "./import.ts";
import type { PullOptions } from "../pull/pull.ts";

/** The images of a namespace. */
export class Images {
  readonly #context: Context;

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
        const { image } = await this.#context.api.images.get({ name: candidate }, options);
        if (!image) throw new ProtocolError(`Images.Get answered nothing for "${candidate}"`);
        return new Image(this.#context, image);
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
      }
    }
    const { elsewhereHint } = await import("../call/hints.ts");
    const hint = await elsewhereHint(this.#context, "image", [full, name]);
    throw new NotFoundError(
      `Cannot find image "${full}" in namespace "${this.#context.namespace}"${
        hint || "; import it first, or look with images.list()"
      }`,
    );
  }

  /** Lists the images, by name. */
  async list(options: { signal?: AbortSignal } = {}): Promise<Image[]> {
    const { images } = await this.#context.api.images.list({}, options);
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
   * Removes an image's name. What nothing else uses is collected, before this returns if `sync`.
   *
   * @throws {NotFoundError} when the namespace has no such image.
   */
  async remove(
    image: Image | string,
    options: { sync?: boolean; signal?: AbortSignal } = {},
  ): Promise<void> {
    const { name } = typeof image === "string" ? await this.get(image, options) : image;
    await this.#context.api.images.delete(
      { name, sync: options.sync ?? false },
      { signal: options.signal },
    );
  }
}
