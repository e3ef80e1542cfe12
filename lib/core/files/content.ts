/**
 * Contents of files out of the blobs that they are stored in.
 *
 * @module
 */
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { SessionCache } from "./cache.ts";
import { brokenLayer, openLayer, type StoredData } from "./layer_index.ts";
import { ByteReader } from "./tar/byte_reader.ts";
import { concat } from "./bytes.ts";
import type { TreeNode } from "./tree.ts";

/** Bytes of a hole are handed out in pieces of this size. */
const ZEROS = new Uint8Array(64 * 1024);

/** Small files of compressed layers are kept: to get at one again takes all that is before it. */
const MAX_SMALL = 256 * 1024;
const small = new SessionCache<Uint8Array>(16 * 1024 * 1024, (bytes) => bytes.length);

/**
 * The content of a file.
 *
 * @param label What it is of, for messages.
 */
export async function* readContent(
  context: Context,
  node: TreeNode,
  label: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { data, attributes: { size } } = node;
  if (!data || size === 0) return;
  if (data.plain) {
    const stored = storedSize(data, size);
    const store = new ContentStore(context);
    const bytes = stored === 0
      ? none()
      : store.read(data.digest, { offset: data.offset, sizeBytes: stored, signal });
    return yield* withHoles(new ByteReader(bytes), data, size);
  }
  const cache = small.of(context.session);
  const key = `${data.digest} ${data.offset}`;
  const kept = cache.get(key);
  if (kept) return yield kept;
  const parts: Uint8Array[] | undefined = size <= MAX_SMALL ? [] : undefined;
  for await (const [, bytes] of readContents(context, [node], label, signal)) {
    for await (const part of bytes) {
      parts?.push(part.slice());
      yield part;
    }
  }
  if (parts) cache.set(key, concat(parts));
}

/**
 * The contents of many files, each layer read once. Every file comes once: in the order in which
 * they are given where they are stored in that order, else in that in which they are stored. What is
 * not read of one is skipped.
 */
export async function* readContents(
  context: Context,
  nodes: Iterable<TreeNode>,
  label: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<[TreeNode, AsyncIterable<Uint8Array>], void, undefined> {
  const wanted = [...new Set(nodes)];
  if (!areInOrder(wanted)) {
    // The order of layers does not matter, that in each of them does.
    wanted.sort((a, b) => {
      const [x, y] = [a.data?.digest ?? "", b.data?.digest ?? ""];
      return x === y ? (a.data?.offset ?? 0) - (b.data?.offset ?? 0) : x < y ? -1 : 1;
    });
  }
  const readers = new Map<string, ByteReader>();
  try {
    for (const node of wanted) {
      const { data, attributes: { size } } = node;
      if (!data || size === 0) {
        yield [node, none()];
        continue;
      }
      let reader = readers.get(data.digest);
      if (!reader) {
        const store = new ContentStore(context);
        reader = new ByteReader((await openLayer(store, data.digest, label, signal)).bytes);
        readers.set(data.digest, reader);
      }
      await reader.skip(data.offset - reader.offset);
      yield [node, withHoles(reader, data, size)];
    }
  } catch (error) {
    throw brokenLayer(error, label);
  } finally {
    for (const reader of readers.values()) await reader.close();
  }
}

/** Whether files are stored in this order, in each of their layers. */
export function areInOrder(nodes: Iterable<TreeNode>): boolean {
  const ends = new Map<string, number>();
  for (const { data, attributes } of nodes) {
    if (!data || attributes.size === 0) continue;
    if (data.offset < (ends.get(data.digest) ?? 0)) return false;
    ends.set(data.digest, data.offset);
  }
  return true;
}

function storedSize({ segments }: StoredData, size: number): number {
  return segments ? segments.reduce((sum, segment) => sum + segment.size, 0) : size;
}

/** What is stored of a file, with its holes filled. */
export async function* withHoles(
  reader: ByteReader,
  { segments }: Pick<StoredData, "segments">,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0;
  for (const segment of segments ?? [{ at: 0, size }]) {
    yield* zeros(segment.at - at);
    at = segment.at + segment.size;
    for (let left = segment.size; left > 0;) {
      const part = await reader.some(left);
      if (part.length === 0) throw new RangeError("it is cut off");
      left -= part.length;
      yield part;
    }
  }
  yield* zeros(size - at);
}

function* zeros(size: number): Generator<Uint8Array, void, undefined> {
  for (let left = size; left > 0; left -= ZEROS.length) {
    yield left < ZEROS.length ? ZEROS.slice(0, left) : ZEROS.slice();
  }
}

async function* none(): AsyncGenerator<Uint8Array, void, undefined> {}
