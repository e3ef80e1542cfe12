/**
 * Archives that are compressed as a whole.
 *
 * @module
 */
import { InvalidArgumentError, UnsupportedError } from "../../errors/errors.ts";
import { sniffCompression } from "../../oci/media_types.ts";
import { uncompressed } from "./recompress.ts";

/** Formats that are often met but not read, by their first bytes. */
const foreign: readonly { magic: readonly number[]; name: string; advice: string }[] = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], name: "xz", advice: "xz -d" },
  { magic: [0x42, 0x5a, 0x68], name: "bzip2", advice: "bzip2 -d" },
  { magic: [0x50, 0x4b, 0x03, 0x04], name: "zip", advice: "unzip" },
];

/**
 * The bytes without their compression, which the first bytes tell.
 *
 * @param label The archive's name, for messages.
 * @param verb What is done with it, for messages.
 * @throws {InvalidArgumentError} When there are no bytes at all; from the stream, when the
 * compression is broken.
 * @throws {UnsupportedError} When it is compressed otherwise than by gzip or zstd.
 */
export async function decompressed(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  label: string,
  signal: AbortSignal,
  verb: string = "import",
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { head, whole } = await peek(bytes, 8, signal);
  if (head.length === 0) throw new InvalidArgumentError(`Cannot ${verb} ${label}: it is empty`);
  const compression = sniffCompression(head);
  if (compression === "none") {
    const known = foreign.find(({ magic }) => magic.every((byte, i) => head[i] === byte));
    if (!known) return whole;
    throw new UnsupportedError(
      `Cannot ${verb} ${label}: it is compressed by ${known.name}; unpack it first (${known.advice})`,
      { needed: "a tar, plain or compressed by gzip or zstd", found: known.name },
    );
  }
  const plain = await uncompressed(whole, head, signal);
  return ReadableStream.from(explained(plain, { compression, label, verb }));
}

async function* explained(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  about: { compression: string; label: string; verb: string },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    yield* bytes;
  } catch (cause) {
    const { compression, label, verb } = about;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(
      `Cannot ${verb} ${label}: its ${compression} compression is broken or cut off (${why}); ` +
        "copy it or make it again",
      { cause },
    );
  }
}

/** The first bytes, at least `count` where there are so many, and the stream with them still in. */
async function peek(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  count: number,
  signal: AbortSignal,
): Promise<{ head: Uint8Array; whole: ReadableStream<Uint8Array<ArrayBuffer>> }> {
  const reader = bytes.getReader();
  const stop = (): void => void reader.cancel(signal.reason).catch(() => {});
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const head = new Uint8Array(count);
  let seen = 0;
  while (seen < count) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) break;
    head.set(value.subarray(0, Math.min(value.length, count - seen)), seen);
    seen += value.length;
    parts.push(value);
  }
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller): Promise<void> {
      const first = parts.shift();
      if (first) return controller.enqueue(first);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  return { head: head.subarray(0, Math.min(seen, count)), whole };
}
