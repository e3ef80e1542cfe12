/**
 * The content store: immutable blobs named by their digest.
 *
 * @module
 */
import { InvalidArgumentError, ProtocolError } from "../../errors/errors.ts";
import type { Info } from "../../gen/containerd/services/content_pb.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { labelFilter } from "../../oci/filter.ts";
import { checkLabels } from "../../oci/names.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import { abortIngest, type Ingest, ingestOf } from "./ingest.ts";
import { ONE_MESSAGE, Upload, type WriteOptions, type WrittenContent } from "./upload.ts";
import type { WalkedContent } from "./walk.ts";
import { ContentWritable } from "./writable.ts";
import type { Context } from "../context.ts";
import { toDate } from "../time.ts";

/** A blob's metadata. */
export interface ContentInfo {
  /** The blob's name. */
  readonly digest: Digest;
  /** Its size in bytes. */
  readonly sizeBytes: number;
  /** When it was written. */
  readonly createdAt: Date | undefined;
  /** When its labels last changed. */
  readonly updatedAt: Date | undefined;
  /** Its labels, in this namespace. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Where bytes for the store come from. */
export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/** Which blobs. */
export interface ContentSelection {
  /** Only those with these labels; `true` for any value. */
  labels?: Readonly<Record<string, string | true>>;
  /** Ends the call. */
  signal?: AbortSignal;
}

/** The content store of a namespace. */
export class ContentStore {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Metadata of a blob.
   *
   * @throws {NotFoundError} when the namespace has no such blob.
   */
  async info(digest: string, options?: { signal?: AbortSignal }): Promise<ContentInfo> {
    const { info } = await this.#context.api.content.info(
      { digest: parseDigest(digest) },
      options,
    );
    if (!info) throw new ProtocolError(`Content.Info answered nothing for "${digest}"`);
    return contentInfo(info);
  }

  /**
   * Hands out the blobs as they arrive, whatever their number. Leaving the loop ends the call.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * let total = 0;
   * for await (const { sizeBytes } of davit.namespace("ci").content.list()) total += sizeBytes;
   * console.log(total);
   * ```
   */
  async *list(selection: ContentSelection = {}): AsyncGenerator<ContentInfo, void, undefined> {
    const { labels = {}, signal } = selection;
    const filters = Object.keys(labels).length === 0 ? [] : [labelFilter(labels)];
    for await (const { info } of this.#context.api.content.list({ filters }, { signal })) {
      for (const item of info) yield contentInfo(item);
    }
  }

  /**
   * Walks a tree of blobs: an index, its manifests, their configurations and layers. Every blob
   * comes once, before those that it names; one that is not in the store comes without `info`.
   *
   * @param root A descriptor, such as `image.target`.
   * @throws {InvalidArgumentError} when a manifest or an index is malformed.
   */
  async *walk(
    root: Descriptor,
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<WalkedContent, void, undefined> {
    const { walkContent } = await import("./walk.ts");
    yield* walkContent(this, root, options);
  }

  /**
   * Sets labels of a blob, and deletes those whose value is empty. Others stay. Labels are the
   * namespace's own.
   *
   * @throws {NotFoundError} when the namespace has no such blob.
   */
  async label(
    digest: string,
    labels: Record<string, string>,
    options: { signal?: AbortSignal } = {},
  ): Promise<ContentInfo> {
    checkLabels(labels);
    throwIfAborted(options.signal, `labelling "${digest}"`);
    const { info } = await this.#context.api.content.update({
      info: { digest: parseDigest(digest), labels },
      updateMask: { paths: Object.keys(labels).map((key) => `labels.${key}`) },
    }, { timeoutMs: CHANGE_TIMEOUT_MS });
    if (!info) throw new ProtocolError(`Content.Update answered nothing for "${digest}"`);
    return contentInfo(info);
  }

  /**
   * Deletes a blob from the namespace, whatever needs it. Blobs that nothing needs are collected
   * without this.
   *
   * @throws {NotFoundError} when the namespace has no such blob.
   */
  async delete(digest: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    throwIfAborted(options.signal, `deleting "${digest}"`);
    await this.#context.api.content.delete({ digest: parseDigest(digest) }, {
      timeoutMs: CHANGE_TIMEOUT_MS,
    });
  }

  /** The writes under way and those that were interrupted, with how far they are, by name. */
  async ingests(options: { signal?: AbortSignal } = {}): Promise<Ingest[]> {
    const { statuses } = await this.#context.api.content.listStatuses({}, options);
    return statuses.map(ingestOf).sort((a, b) => a.ref < b.ref ? -1 : 1);
  }

  /**
   * How far a write is.
   *
   * @param ref The name that the write was given.
   * @throws {NotFoundError} when there is none of that name.
   */
  async ingest(ref: string, options: { signal?: AbortSignal } = {}): Promise<Ingest> {
    const { status } = await this.#context.api.content.status({ ref }, options);
    if (!status) throw new ProtocolError(`Content.Status answered nothing for "${ref}"`);
    return ingestOf(status);
  }

  /**
   * Drops what an interrupted write left. A write under way fails.
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  async abort(ref: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    throwIfAborted(options.signal, `aborting ingest "${ref}"`);
    await abortIngest(this.#context, ref);
  }

  /**
   * A blob's bytes, as they arrive. Leaving the loop, or canceling the stream, ends the call.
   *
   * @param options `offset` and `sizeBytes`: which part; the whole by default.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const ns = davit.namespace("ci");
   * const image = await ns.images.get("alpine:3.20");
   * const { manifest } = await image.resolve();
   * const layer = ns.content.read(manifest.layers[0]!.digest);
   * await Deno.writeFile("layer.tar.gz", layer);
   * ```
   */
  read(
    digest: string,
    options: { offset?: number; sizeBytes?: number; signal?: AbortSignal } = {},
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    return ReadableStream.from(this.#read(digest, options));
  }

  async *#read(
    digest: string,
    options: { offset?: number; sizeBytes?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const messages = this.#context.api.content.read({
      digest: parseDigest(digest),
      offset: BigInt(options.offset ?? 0),
      size: BigInt(options.sizeBytes ?? 0),
    }, { signal: options.signal });
    // The transport's buffers are never shared ones, which streams of the platform refuse.
    for await (const { data } of messages) yield data as Uint8Array<ArrayBuffer>;
  }

  /**
   * A whole blob, which must not be larger than `maxBytes` (8 MiB by default).
   *
   * @throws {InvalidArgumentError} when it is larger.
   */
  async readAll(
    digest: string,
    options: { maxBytes?: number; signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    const maxBytes = options.maxBytes ?? 8 * 1024 * 1024;
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of this.#read(digest, options)) {
      size += part.length;
      if (size > maxBytes) {
        throw new InvalidArgumentError(
          `Cannot read "${digest}" into memory: it is larger than ${maxBytes} bytes`,
        );
      }
      parts.push(part);
    }
    if (parts.length === 1) return parts[0]!;
    const whole = new Uint8Array(size);
    let offset = 0;
    for (const part of parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  /**
   * Writes a blob. One that the store has already is left as it is, and not read from the source.
   *
   * @param source Bytes, or a stream of them (a `ReadableStream` is one).
   * @returns The blob's digest and size, and whether the store had it already (then, with a named
   * digest only, `sizeBytes` is that of the store).
   * @throws {DigestError} when the bytes do not hash to `options.digest`.
   */
  async write(
    source: ByteSource,
    options: WriteOptions = {},
  ): Promise<WrittenContent> {
    const upload = new Upload(this.#context, options);
    if (!(source instanceof Uint8Array)) return await upload.stream(source);
    if (source.length > ONE_MESSAGE || options.ref) return await upload.stream(one(source));
    return await upload.whole(source);
  }

  /**
   * A stream whose bytes become a blob: what is piped into it is committed at its end. Aborting it
   * drops what an unnamed one wrote; a named one goes on where it was, skipping that many bytes.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const blob = davit.namespace("ci").content.writable();
   * const { body } = await fetch("https://example.com/");
   * await body!.pipeTo(blob);
   * console.log((await blob.result).digest);
   * ```
   */
  writable(options: WriteOptions = {}): ContentWritable {
    return new ContentWritable(new Upload(this.#context, options));
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await bytes;
}

function contentInfo(info: Info): ContentInfo {
  return {
    digest: parseDigest(info.digest),
    sizeBytes: Number(info.size),
    createdAt: toDate(info.createdAt),
    updatedAt: toDate(info.updatedAt),
    labels: info.labels,
  };
}
