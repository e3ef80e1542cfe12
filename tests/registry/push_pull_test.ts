import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  DavitError,
  DigestError,
  InvalidArgumentError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { PullError } from "../../lib/errors/image_errors.ts";
import { OCI } from "../../lib/oci/media_types.ts";
import { startRegistry } from "../harness/registry.ts";
import {
  asBlob,
  jsonBlob,
  makeImage,
  noise,
  pushImage,
  readAll,
  streamed,
  testRegistry,
} from "./support.ts";

Deno.test("Registry gives back the image that it pushed, byte for byte", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const image = await makeImage();
  const name = `${server.host}/some/where`;
  await pushImage(registry, `${name}:1`, image);

  const resolved = await registry.resolve(`${name}:1`);
  assertEquals(resolved.descriptor, image.manifest.descriptor);
  assertEquals(resolved.host, server.host);
  const manifest = await registry.manifest(`${name}:1`);
  assertEquals(manifest.bytes, image.manifest.bytes);
  const exact = await registry.manifest(name, { descriptor: image.manifest.descriptor });
  assertEquals(exact.bytes, image.manifest.bytes);
  const blob = await registry.blob(name, image.layer.descriptor);
  assertEquals(blob.sizeBytes, image.layer.bytes.length);
  assertEquals(await readAll(blob.stream), image.layer.bytes);
});

Deno.test("Registry.pushBlob() streams a big blob, and skips and mounts what is there", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const big = await asBlob(noise(20_000_000), OCI.layer);
  const seen: number[] = [];
  const first = await registry.pushBlob(
    `${server.host}/a`,
    big.descriptor,
    streamed(big.bytes),
    { onProgress: (sent) => seen.push(sent) },
  );
  assertEquals(first, "uploaded");
  assertEquals(seen.at(-1), big.bytes.length);

  const never = () => {
    throw new Error("must not be read");
  };
  assertEquals(await registry.pushBlob(`${server.host}/a`, big.descriptor, never), "exists");
  const mounted = await registry.pushBlob(`${server.host}/b`, big.descriptor, never, {
    mountFrom: ["a"],
  });
  assertEquals(mounted, "mounted");
  const back = await registry.blob(`${server.host}/b`, big.descriptor);
  assertEquals(await readAll(back.stream), big.bytes);
});

Deno.test("Registry.pushBlob() uploads where the other repository lacks the blob", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const blob = await asBlob(noise(5_000_000), OCI.layer);
  const done = await registry.pushBlob(
    `${server.host}/b`,
    blob.descriptor,
    streamed(blob.bytes),
    { mountFrom: ["nothing/here", "b"] },
  );
  assertEquals(done, "uploaded");
});

Deno.test("Registry.pushBlob() refuses a source that is not what its descriptor says", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const name = `${server.host}/a`;
  for (const size of [1000, 5_000_000]) {
    const { descriptor, bytes } = await asBlob(noise(size), OCI.layer);
    const other = noise(size, 2);
    const longer = new Uint8Array(size + 1);
    await assertRejects(
      () => registry.pushBlob(name, descriptor, streamed(other)),
      DigestError,
      "the source is not what its descriptor says",
    );
    await assertRejects(
      () => registry.pushBlob(name, descriptor, streamed(bytes.slice(1))),
      DigestError,
      `it ended after ${size - 1} bytes`,
    );
    await assertRejects(() => registry.pushBlob(name, descriptor, streamed(longer)), DigestError);
    await assertRejects(() => registry.pushBlob(name, descriptor, longer), DigestError);
    const failing = () =>
      new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull() {
          throw new Error("disk on fire");
        },
      });
    const error = await assertRejects(
      () => registry.pushBlob(name, descriptor, failing),
      InvalidArgumentError,
      "disk on fire",
    );
    assert(error.cause instanceof Error);
    await assertRejects(() => registry.blob(name, descriptor), PullError);
  }
});

Deno.test("Registry.pushBlob() leaves the check to the registry, and pieces empty, where it may", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const name = `${server.host}/a`;
  for (const size of [1000, 5_000_000]) {
    const { descriptor, bytes } = await asBlob(noise(size, 3), OCI.layer);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const source = (from: Uint8Array<ArrayBuffer>) => (offset: number) =>
      ReadableStream.from((function* () {
        for (let at = offset; at < from.length; at += 100_000) {
          const piece = from.slice(at, at + 100_000);
          pieces.push(piece);
          yield piece;
        }
      })());
    const other = source(noise(size, 4));
    const error = await assertRejects(
      () => registry.pushBlob(name, descriptor, other, { verify: false }),
      DavitError,
    );
    assert(!(error instanceof DigestError) && /digest/i.test(error.message), error.message);
    await assertRejects(() => registry.blob(name, descriptor), PullError);
    assert(pieces.every(({ length }) => length > 0));
    pieces.length = 0;
    await registry.pushBlob(name, descriptor, source(bytes), { verify: false, consume: true });
    assert(pieces.length > 0 && pieces.every(({ length }) => length === 0));
    const { stream } = await registry.blob(name, descriptor);
    assertEquals(await new Response(stream).bytes(), bytes);
  }
});

Deno.test("Registry.pushManifest() sends a manifest once, and says what is missing", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const image = await makeImage();
  const name = `${server.host}/a`;
  const send = (tag: string) =>
    registry.pushManifest(`${name}${tag}`, image.manifest.bytes, OCI.manifest);
  await assertRejects(() => send(":1"), InvalidArgumentError, "MANIFEST_BLOB_UNKNOWN");
  await pushImage(registry, `${name}:1`, image);
  assertEquals((await send(":1")).existed, true);
  assertEquals((await send(":2")).existed, false);
  const { digest } = image.manifest.descriptor;
  assertEquals((await send(`@${digest}`)).descriptor.digest, digest);
  await assertRejects(() => send(`:1@sha256:${"0".repeat(64)}`), DigestError);
  await assertRejects(
    () => registry.pushManifest(`${name}:1`, new Uint8Array(5 << 20), OCI.manifest),
    InvalidArgumentError,
    "at most 4194304",
  );
});

Deno.test("Registry.tags() and Registry.catalog() list what there is", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const image = await makeImage(100);
  for (const name of ["c/d", "a", "b"]) {
    await pushImage(registry, `${server.host}/${name}:1`, image);
  }
  await pushImage(registry, `${server.host}/a:other`, image);
  assertEquals(await Array.fromAsync(registry.catalog(server.host)), ["a", "b", "c/d"]);
  const tags = await Array.fromAsync(registry.tags(`${server.host}/a`));
  assertEquals(tags.sort(), ["1", "other"]); // docker-registry 2.8 does not sort them
  const error = await assertRejects(
    () => Array.fromAsync(registry.tags(`${server.host}/nothing`)),
    PullError,
    "NAME_UNKNOWN",
  );
  assertEquals(error.code, "not_found");
});

Deno.test("Registry.delete() removes a manifest, or says that it may not", async () => {
  const image = await makeImage(100);
  {
    await using server = await startRegistry();
    await using registry = testRegistry(server.dir);
    const name = `${server.host}/a`;
    await pushImage(registry, `${name}:1`, image);
    assertEquals(await registry.delete(`${name}:1`), image.manifest.descriptor.digest);
    const gone = await assertRejects(() => registry.resolve(`${name}:1`), PullError);
    assertEquals(gone.code, "not_found");
  }
  await using server = await startRegistry({ delete: false });
  await using registry = testRegistry(server.dir);
  await pushImage(registry, `${server.host}/a:1`, image);
  await assertRejects(
    () => registry.delete(`${server.host}/a:1`),
    UnsupportedError,
    "deletion must be switched on",
  );
});

Deno.test("Registry.referrers() uses the tag that stands for the API, and pushes fill it", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir);
  const name = `${server.host}/a`;
  const image = await makeImage(100);
  await pushImage(registry, `${name}:1`, image);
  const subject = image.manifest.descriptor;
  assertEquals(await registry.referrers(`${name}@${subject.digest}`), []);

  const empty = await jsonBlob({}, OCI.empty);
  await registry.pushBlob(name, empty.descriptor, empty.bytes);
  for (const artifactType of ["application/x.signature", "application/x.sbom"]) {
    const artifact = await jsonBlob({
      schemaVersion: 2,
      mediaType: OCI.manifest,
      artifactType,
      config: empty.descriptor,
      layers: [empty.descriptor],
      subject,
      annotations: { who: "a test" },
    }, OCI.manifest);
    const { digest } = artifact.descriptor;
    await registry.pushManifest(`${name}@${digest}`, artifact.bytes, OCI.manifest);
    const found = await registry.referrers(`${name}@${subject.digest}`, { artifactType });
    assertEquals(found.map((descriptor) => descriptor.digest), [digest]);
    assertEquals(found[0]?.annotations, { who: "a test" });
  }
  assertEquals((await registry.referrers(`${name}@${subject.digest}`)).length, 2);
  await assertRejects(
    () => registry.referrers(`${name}:1`),
    InvalidArgumentError,
    "it needs a digest",
  );
});
