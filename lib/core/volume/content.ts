/**
 * What is in volumes, written and copied by the daemon: as layers of its content store.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { decompressed } from "../archive/compression.ts";
import { type ByteSource, ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { underLease } from "../lease/leases.ts";
import { applyDiff, diff } from "../snapshot/diff.ts";
import type { FileSystemMount } from "../snapshot/mounts.ts";

/** A tar that is not compressed. */
const PLAIN = "application/vnd.oci.image.layer.v1.tar";

/** Ends of an operation. */
interface Options {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks a tar onto a file system.
 *
 * @param options `label`: what is done, for messages, to follow "Cannot import".
 */
export async function unpackInto(
  context: Context,
  tar: ByteSource,
  to: readonly FileSystemMount[],
  options: Options & { readonly label: string },
): Promise<void> {
  const { signal = new AbortController().signal, label } = options;
  const source = tar instanceof Uint8Array ? [tar] : tar;
  const bytes = ReadableStream.from(source) as ReadableStream<Uint8Array<ArrayBuffer>>;
  await underLease(context, async (leased) => {
    const plain = await decompressed(bytes, label, signal);
    const { digest, sizeBytes } = await new ContentStore(leased).write(plain, { signal });
    try {
      await applyDiff(leased, { mediaType: PLAIN, digest, size: sizeBytes }, to, { signal });
    } catch (error) {
      if (!/archive\/tar|invalid tar|unexpected EOF/.test(String(error))) throw error;
      throw new InvalidArgumentError(`Cannot import ${label}: it is not a whole tar`, {
        cause: error,
      });
    }
  });
}

/** Copies all files of one file system to another. */
export async function copyTree(
  context: Context,
  from: readonly FileSystemMount[],
  to: readonly FileSystemMount[],
  options: Options,
): Promise<void> {
  await underLease(context, async (leased) => {
    const layer = await diff(leased, { right: from, mediaType: PLAIN, signal: options.signal });
    await applyDiff(leased, layer, to, options);
  });
}
