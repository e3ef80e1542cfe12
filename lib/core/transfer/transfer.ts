/**
 * Transfers: the daemon itself pulls, pushes, imports, exports and tags images (Transfer service,
 * complete since containerd 2.0).
 *
 * @module
 */
import { ProtocolError } from "../../errors/errors.ts";
import { ProgressSchema } from "../../gen/containerd/transfer/progress_pb.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseDigest } from "../../oci/digest.ts";
import type { Context } from "../context.ts";
import { requireFeature } from "../features/features.ts";
import { underLease } from "../lease/leases.ts";
import { type MessageStream, openStream } from "./streaming.ts";
import {
  type Attendant,
  packDestination,
  packSource,
  type TransferDestination,
  type TransferSource,
} from "./ends.ts";

/** How long the last messages may take after the end of their transfer, in milliseconds. */
const LAST_MESSAGES_MS = 30_000;

/** One step of a transfer. */
export interface TransferProgress {
  /** What happens, in containerd's words: `"downloading"`, `"extracting"`, `"saved"`, … */
  readonly event: string;
  /** What it happens to: a blob or an image. */
  readonly name: string;
  /** What that is part of. */
  readonly parents: readonly string[];
  /** How far it is, mostly in bytes. */
  readonly current: number;
  /** Where it ends; 0 where that is not known. */
  readonly total: number;
  /** The blob, where it is one (containerd 2.0). */
  readonly descriptor: Descriptor | undefined;
}

/** Options of {@linkcode transfer}. */
export interface TransferOptions {
  /** Called for each step that the daemon reports, in order. What it throws ends the transfer. */
  onProgress?: (progress: TransferProgress) => void;
  /**
   * Ends the transfer. The image is recorded last, so that no half of one is left; blobs that were
   * fetched go with the next collection of garbage.
   */
  signal?: AbortSignal | undefined;
}

/**
 * Has the daemon move images.
 *
 * @param context The namespace of images, and the lease for what is written.
 * @param source An image of the namespace, a registry, or the bytes of an archive.
 * @param destination The same, or a stream that takes the bytes of an archive.
 * @throws {UnsupportedError} before containerd 2.0.
 *
 * @example An archive of an image.
 * ```ts
 * import { connect } from "@davit/sdk";
 *
 * await using davit = await connect();
 * using file = await Deno.open("alpine.tar", { write: true, create: true });
 * const name = "docker.io/library/alpine:3.20";
 * await davit.namespace("ci").transfer({ image: { name } }, { archive: file.writable });
 * ```
 */
export async function transfer(
  context: Context,
  source: TransferSource,
  destination: TransferDestination,
  options: TransferOptions = {},
): Promise<void> {
  await requireFeature(context.session, "transfer", "have the daemon transfer images");
  // The daemon would make a lease itself, but leaves it behind when the transfer is canceled.
  await underLease(context, async (leased) => {
    await new Transfer(leased, options).run(source, destination);
  });
}

class Transfer implements Attendant {
  readonly #context: Context;
  readonly #options: TransferOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #streams: MessageStream[] = [];
  readonly #lasting: Promise<unknown>[] = [];
  readonly #settles: ((failure: { error: unknown } | undefined) => Promise<void>)[] = [];
  #failure: { error: unknown } | undefined;

  constructor(context: Context, options: TransferOptions) {
    this.#context = context;
    this.#options = options;
    const { signal } = options;
    this.#signal = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal;
  }

  async serve(
    work: (stream: MessageStream) => Promise<unknown>,
    lasting?: "lasting",
  ): Promise<string> {
    const stream = await openStream(this.#context, undefined, { signal: this.#signal });
    this.#streams.push(stream);
    const done = work(stream).catch((error) => this.#fail(error));
    if (lasting) this.#lasting.push(done);
    return stream.id;
  }

  finally(settle: (failure: { error: unknown } | undefined) => Promise<void>): void {
    this.#settles.push(settle);
  }

  /** The first failure ends everything; what follows from it does not matter. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort(error);
  }

  async run(source: TransferSource, destination: TransferDestination): Promise<void> {
    try {
      const { onProgress } = this.#options;
      const progressStream = onProgress
        ? await this.serve((stream) => followProgress(stream, onProgress), "lasting")
        : "";
      const request = {
        source: await packSource(source, this),
        destination: await packDestination(destination, this),
        options: { progressStream },
      };
      await this.#context.api.transfer.transfer(request, { signal: this.#signal });
      await this.#lastMessages();
    } catch (error) {
      this.#fail(error);
    } finally {
      await Promise.all(this.#streams.map((stream) => stream[Symbol.asyncDispose]()));
    }
    for (const settle of this.#settles) {
      await settle(this.#failure).catch((error) => this.#fail(error));
    }
    if (this.#failure) throw this.#failure.error;
  }

  /** Waits for what is still under way on the streams. */
  async #lastMessages(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(() => resolve("late"), LAST_MESSAGES_MS);
    const first = await Promise.race([Promise.all(this.#lasting), promise]);
    clearTimeout(timer);
    if (first === "late") {
      throw new ProtocolError("Cannot end the transfer: the daemon left its streams open");
    }
  }
}

async function followProgress(
  stream: MessageStream,
  onProgress: (progress: TransferProgress) => void,
): Promise<void> {
  while (true) {
    const message = await stream.receive(ProgressSchema);
    if (!message) return;
    const { event, name, parents, progress, total, desc } = message;
    onProgress({
      event,
      name,
      parents,
      current: Number(progress),
      total: Number(total),
      descriptor: desc && {
        mediaType: desc.mediaType,
        digest: parseDigest(desc.digest),
        size: Number(desc.size),
      },
    });
  }
}
