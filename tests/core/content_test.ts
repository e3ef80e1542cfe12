import { assert, assertEquals, assertRejects } from "@std/assert";
import { clientOf, daemonTest } from "../harness/daemons.ts";
import {
  CanceledError,
  DavitError,
  DigestError,
  InvalidArgumentError,
  NotFoundError,
} from "../../lib/errors/errors.ts";
import type { ContentStore } from "../../lib/core/content/content.ts";
import { type Digest, digestOf } from "../../lib/oci/digest.ts";

const MIB = 1024 * 1024;

/** Bytes that no other test writes and that differ from place to place. */
function blob(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65_536, size)));
  }
  return bytes;
}

/** A source in pieces that do not match the chunks of a write. */
async function* pieces(bytes: Uint8Array, size = 700_001): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await bytes.subarray(at, at + size);
}

/** A source that is cut off after `size` bytes, once the store has taken some of them. */
async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  yield* pieces(bytes.subarray(0, size));
  throw new RangeError("the line is dead");
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(ReadableStream.from(stream)).arrayBuffer());
}

async function has(content: ContentStore, digest: Digest): Promise<boolean> {
  return await content.info(digest).then(() => true, () => false);
}

daemonTest("content is read as a stream, whole and in parts", async ({ ns }) => {
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const bytes = blob(9 * MIB + 3);
  const { digest, sizeBytes, existed } = await content.write(bytes);
  assertEquals([digest, sizeBytes, existed], [await digestOf(bytes), bytes.length, false]);
  // Once more, by who cannot know before that they are there.
  assertEquals(await content.write(bytes), { digest, sizeBytes, existed: true });
  assertEquals(await collect(content.read(digest)), bytes);
  assertEquals(
    await collect(content.read(digest, { offset: 5 * MIB - 1, sizeBytes: 2 * MIB })),
    bytes.subarray(5 * MIB - 1, 7 * MIB - 1),
  );
  // It is a ReadableStream, with all that those can do.
  const stream = content.read(digest);
  assert(stream instanceof ReadableStream);
  const reader = stream.getReader();
  const { value } = await reader.read();
  assertEquals(value?.subarray(0, 8), bytes.subarray(0, 8));
  await reader.cancel();
  for await (const part of content.read(digest)) {
    assert(part.length > 0);
    break;
  }
  const none = await digestOf(blob(8));
  await assertRejects(() => collect(content.read(none)), NotFoundError);
  assertEquals(await content.readAll(digest, { maxBytes: bytes.length }), bytes);
  await assertRejects(() => content.readAll(digest), InvalidArgumentError, "larger than 8388608");
});

daemonTest("list() streams what the namespace has", async ({ ns }) => {
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const digests = new Set<string>();
  for (let i = 0; i < 20; i++) {
    const labels: Record<string, string> = i % 2 === 0 ? { kind: "even", n: `${i}` } : {};
    digests.add((await content.write(blob(100 + i), { labels })).digest);
  }
  const listed: string[] = [];
  for await (const { digest, sizeBytes, createdAt } of content.list()) {
    assert(sizeBytes >= 100 && createdAt instanceof Date);
    listed.push(digest);
  }
  assertEquals(listed.sort(), [...digests].sort());
  const even = await Array.fromAsync(content.list({ labels: { kind: true } }));
  assertEquals(even.length, 10);
  const [four] = await Array.fromAsync(content.list({ labels: { kind: "even", n: "4" } }));
  assertEquals(four?.sizeBytes, 104);
  for await (const _ of content.list()) break;
});

daemonTest("label() and delete() change what the namespace has", async ({ ns, client }) => {
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const { digest } = await content.write(blob(10), { labels: { a: "1", b: "2" } });
  assertEquals((await content.label(digest, { a: "", c: "3" })).labels, { b: "2", c: "3" });
  assertEquals((await content.info(digest)).labels, { b: "2", c: "3" });
  await content.delete(digest);
  assertEquals(await has(content, digest), false);
  await assertRejects(() => content.delete(digest), NotFoundError);
  await assertRejects(() => content.label(digest, { a: "1" }), NotFoundError);
  await assertRejects(() => content.info("sha256:abc"), InvalidArgumentError);
  await assertRejects(() => client.namespace("nowhere").content.info(digest), NotFoundError);
});

daemonTest("walk() finds every blob of an image, and those that are missing", async (t) => {
  const image = await t.image();
  const { content } = t.ns;
  const { manifest, descriptor } = await image.resolve();
  const walked = await Array.fromAsync(content.walk(image.target));
  assertEquals(
    walked.map(({ descriptor, depth, info }) => [descriptor.digest, depth, info?.sizeBytes]),
    [
      [descriptor.digest, 0, descriptor.size],
      ...[manifest.config, ...manifest.layers].map(({ digest, size }) => [digest, 1, size]),
    ],
  );
  assertEquals(walked[1]?.parent?.digest, descriptor.digest);
  // An index that lists the image twice and one that is not there.
  await using lease = await t.ns.leases.create();
  const missing = { ...descriptor, digest: await digestOf(blob(9)) };
  const index = new TextEncoder().encode(JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [missing, descriptor, descriptor],
  }));
  const { digest } = await t.ns.withLease(lease).content.write(index);
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const root = { mediaType, digest, size: index.length };
  const found = await Array.fromAsync(content.walk(root));
  assertEquals(found.map(({ depth }) => depth), [0, 1, 1, 2, ...manifest.layers.map(() => 2)]);
  assertEquals(
    found.filter(({ info }) => !info).map(({ descriptor }) => descriptor.digest),
    [missing.digest],
  );
  const wrong = { ...root, mediaType: "application/vnd.oci.image.manifest.v1+json" };
  await assertRejects(() => Array.fromAsync(content.walk(wrong)), InvalidArgumentError);
});

daemonTest("a write that was cut goes on where it stopped", async ({ ns }) => {
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const bytes = blob(11 * MIB + 5);
  const digest = await digestOf(bytes);
  const options = { ref: "big", digest, sizeBytes: bytes.length };
  await assertRejects(
    () => content.write(cut(bytes, 7 * MIB + 9), options),
    RangeError,
    "line is dead",
  );
  const ingest = await content.ingest("big");
  assertEquals([ingest.ref, ingest.totalBytes], ["big", bytes.length]);
  // What was sent ahead is there too.
  assertEquals(ingest.offsetBytes, 7 * MIB);
  assert(ingest.startedAt instanceof Date && ingest.updatedAt instanceof Date);
  assertEquals((await content.ingests()).map(({ ref }) => ref), ["big"]);

  // The part that is there is not sent again: a source that differs there goes unnoticed.
  const other = bytes.slice();
  other.fill(0, 0, 7 * MIB);
  const done = await content.write(pieces(other), options);
  assertEquals([done.digest, done.sizeBytes, done.existed], [digest, bytes.length, false]);
  assertEquals(await content.ingests(), []);
  assertEquals(await collect(content.read(digest)), bytes);
});

daemonTest("a write that an abort or a lost client cut goes on in another", async (t) => {
  await using lease = await t.ns.leases.create();
  const { content } = t.ns.withLease(lease);
  const bytes = blob(8 * MIB + 5);
  const options = { ref: "big", digest: await digestOf(bytes) };
  const controller = new AbortController();
  async function* aborting() {
    yield* pieces(bytes.subarray(0, 5 * MIB));
    controller.abort();
    yield* pieces(bytes.subarray(5 * MIB));
  }
  await assertRejects(
    () => content.write(aborting(), { ...options, signal: controller.signal }),
    CanceledError,
  );
  const other = clientOf(t.address);
  const theirs = other.namespace(t.ns.name).withLease(lease).content;
  async function* closing() {
    yield* pieces(bytes.subarray(0, 7 * MIB));
    await other.close();
    yield* pieces(bytes.subarray(7 * MIB));
  }
  await assertRejects(() => theirs.write(closing(), options), DavitError);
  // All but what was sent ahead, and as much of that as the daemon got. Pieces are never smaller.
  const { offsetBytes } = await content.ingest("big");
  assertEquals(offsetBytes % (128 * 1024), 0);
  assert(offsetBytes >= 4 * MIB && offsetBytes <= 7 * MIB, `${offsetBytes}`);
  assertEquals((await content.write(pieces(bytes), options)).sizeBytes, bytes.length);
});

daemonTest("ingests are refused, aborted and told apart", async ({ ns }) => {
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const bytes = blob(5 * MIB);
  await assertRejects(() => content.write(cut(bytes, 4 * MIB + 9), { ref: "a" }), RangeError);
  // Another source that is shorter than what is there.
  await assertRejects(
    () => content.write(pieces(bytes.subarray(0, 10)), { ref: "a" }),
    InvalidArgumentError,
    'Cannot go on with ingest "a": it has 4194304 bytes, the source only 10',
  );
  await content.abort("a");
  await assertRejects(() => content.abort("a"), NotFoundError);
  await assertRejects(() => content.ingest("a"), NotFoundError);
  const error = await assertRejects(
    async () => content.write(pieces(bytes), { digest: await digestOf(blob(5)) }),
    DigestError,
  );
  assertEquals(error.actual, await digestOf(bytes));
  await assertRejects(
    () => content.write(pieces(bytes), { sizeBytes: bytes.length - 1 }),
    InvalidArgumentError,
    "were promised",
  );
  assertEquals(await content.ingests(), []);
});

daemonTest("two writes of one name do not mix", async ({ ns }) => {
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const first = content.writable({ ref: "same" });
  const writer = first.getWriter();
  await writer.write(blob(3 * MIB));
  await assertRejects(
    () => content.write(pieces(blob(5 * MIB)), { ref: "same" }),
    DavitError,
    "another write of that name goes on",
  );
  await writer.abort();
  await content.abort("same");
});

daemonTest("writable() takes what is piped into it", async ({ ns }) => {
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const bytes = blob(6 * MIB + 1);
  const digest = await digestOf(bytes);
  const target = content.writable({ digest, labels: { a: "1" } });
  await ReadableStream.from(pieces(bytes)).pipeTo(target);
  assertEquals(await target.result, { digest, sizeBytes: bytes.length, existed: false });
  assertEquals((await content.info(digest)).labels["a"], "1");
  // From the store through gzip to the store.
  const zipped = content.writable();
  await content.read(digest).pipeThrough(new CompressionStream("gzip")).pipeTo(zipped);
  const unzipped = content.read((await zipped.result).digest)
    .pipeThrough(new DecompressionStream("gzip"));
  assertEquals(await collect(unzipped), bytes);
  // What the store has is not written again.
  const again = content.writable({ digest });
  await ReadableStream.from(pieces(bytes)).pipeTo(again);
  assertEquals((await again.result).existed, true);
  const empty = content.writable();
  await empty.close();
  assertEquals((await empty.result).sizeBytes, 0);
});

daemonTest("writable() fails as a whole, and drops what it wrote", async ({ ns }) => {
  await using lease = await ns.leases.create();
  const { content } = ns.withLease(lease);
  const bytes = blob(5 * MIB);
  const wrong = content.writable({ digest: await digestOf(blob(3)) });
  await assertRejects(() => ReadableStream.from(pieces(bytes)).pipeTo(wrong), DigestError);
  await assertRejects(() => wrong.result, DigestError);
  const aborted = content.writable();
  await assertRejects(
    () => ReadableStream.from(cut(bytes, 5 * MIB)).pipeTo(aborted),
    RangeError,
    "line is dead",
  );
  await assertRejects(() => aborted.result, CanceledError);
  assertEquals(await content.ingests(), []);
  // A named one can go on.
  const named = content.writable({ ref: "named" });
  await assertRejects(() => ReadableStream.from(cut(bytes, 4 * MIB + 9)).pipeTo(named), RangeError);
  assertEquals((await content.ingest("named")).offsetBytes, 4 * MIB);
  const more = content.writable({ ref: "named" });
  await ReadableStream.from(pieces(bytes)).pipeTo(more);
  assertEquals((await more.result).digest, await digestOf(bytes));
});
