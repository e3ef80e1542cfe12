import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FailedPreconditionError, InvalidArgumentError } from "../../lib/errors/errors.ts";
import { MissingContentError, PullError } from "../../lib/errors/image_errors.ts";
import type { ImageProgress } from "../../lib/core/image/progress.ts";
import type { SyncProgress } from "../../lib/core/pull/sync.ts";
import {
  blobFiles,
  blobsOf,
  gzip,
  layoutFiles,
  makeImage,
  makeIndex,
} from "../harness/archives.ts";
import { makeTar, ociFiles, otherPlatform, type TestImage } from "../harness/archives.ts";
import { ctr } from "../harness/ctr.ts";
import { clientOf, daemonTest, type TestDaemon } from "../harness/daemons.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry } from "../harness/registry.ts";
import { apart, noise, seed, waysOf } from "./support.ts";

/** The daemon of another version than the test's. */
function otherDaemon(version: string): TestDaemon {
  const daemons = JSON.parse(Deno.env.get("DAVIT_TEST_DAEMONS")!) as Record<string, TestDaemon>;
  return daemons[version === "2.1" ? "1.6" : "2.1"]!;
}

daemonTest("image.sync() copies to namespaces and daemons what is missing there", async (t) => {
  const image = await makeImage({
    layers: [{ a: noise(3_000_000, 1) }, { b: "2" }],
    compress: gzip,
  });
  const [here] = await t.ns.images.import(await makeTar(ociFiles(image, "davit.test/app:1")), {
    labels: { "davit.test/label": "x" },
  });
  const sizes = new Map(blobsOf(image).map(({ descriptor: { digest, size } }) => [digest, size]));
  await using far = clientOf(otherDaemon(t.version).address);
  for (const client of [t.client, far]) {
    const name = `sync-${crypto.randomUUID().slice(0, 8)}`;
    const ns = client.namespace(name);
    try {
      const steps: ImageProgress[] = [];
      const there = await here!.sync(ns, { onProgress: (step) => steps.push(step) });
      assertEquals(there.name, here!.name);
      assertEquals(there.target, here!.target);
      assertEquals(there.labels["davit.test/label"], "x");
      // Nothing of it is collected, and it is unpacked.
      await ns.gc();
      const check = await there.check({ content: true });
      assertEquals(check.complete, true);
      assertEquals(check.platforms[0]!.unpacked, ["overlayfs"]);
      assertEquals(await ns.leases.list(), []);
      for (const [digest, size] of sizes) {
        const mine = steps.filter((step) => step.phase === "copy" && step.name === digest);
        assertEquals(mine.at(-1), { phase: "copy", name: digest, current: size, total: size });
      }
      const layer = image.layers[0]!.descriptor;
      const pieces = steps.filter((step) => step.phase === "copy" && step.name === layer.digest);
      // The same daemon shares what is stored; another one is sent it, piece by piece.
      if (client === t.client) assertEquals(pieces.map(({ current }) => current), [0, layer.size]);
      else assert(pieces.length > 2, `${pieces.length}`);

      // Again, under another name: nothing is sent.
      const again: ImageProgress[] = [];
      const second = await here!.sync(ns, {
        name: "davit.test/second:1",
        onProgress: (step) => again.push(step),
      });
      assertEquals(second.name, "davit.test/second:1");
      assertEquals(
        again.filter(({ name }) => name === layer.digest).map(({ current }) => current),
        [0, layer.size],
      );
    } finally {
      await client.namespaces.deleteAll(name);
    }
  }
});

daemonTest("image.sync() copies what is complete of an index, or tells what is not", async (t) => {
  const platform = otherPlatform();
  const own = await makeImage({ layers: [{ "own": "1" }] });
  const other = await makeImage({ layers: [{ "other": "1" }], platform });
  const index = await makeIndex([own, other]);
  // Nothing refers to the other manifest, so that it might be collected.
  await using lease = await t.ns.leases.create();
  const [here] = await t.ns.withLease(lease).images.import(
    await makeTar({
      ...blobFiles(...blobsOf(own), index, other.manifest),
      ...layoutFiles([{
        ...index.descriptor,
        annotations: { "io.containerd.image.name": "davit.test/part:1" },
      }]),
    }),
  );
  const name = `sync-${crypto.randomUUID().slice(0, 8)}`;
  const ns = t.client.namespace(name);
  try {
    await assertRejects(
      () => here!.sync(ns, { platforms: "all" }),
      MissingContentError,
      'Cannot copy image "davit.test/part:1": 2 of its blobs are not in the content store',
    );
    await assertRejects(
      () => here!.sync(ns, { platforms: [{ os: "windows", architecture: "amd64" }] }),
      InvalidArgumentError,
      "it is for linux/",
    );
    assertEquals(await ns.images.list(), []);
    assertEquals(await ns.leases.list(), []);
    const there = await here!.sync(ns);
    assertEquals(there.digest, index.descriptor.digest);
    await ns.gc();
    assertEquals((await there.check()).complete, true);
    const signal = AbortSignal.abort();
    await assertRejects(() => here!.sync(ns, { name: "davit.test/never:1", signal }));
    assertEquals((await ns.images.list()).length, 1);
  } finally {
    await t.client.namespaces.deleteAll(name);
  }
});

daemonTest("image.repair() fetches what is missing and what is corrupt", async (t) => {
  await using server = await startRegistry();
  const image = await makeImage({ layers: [{ a: noise(100_000, 3) }, { b: "2" }], compress: gzip });
  const reference = `${server.host}/repair:1`;
  const registry = apart(server.dir);
  await seed(reference, image, registry);
  for (const via of waysOf(t)) {
    await using proxy = startFaultProxy(server.url);
    const pulled = await t.ns.images.pull(reference, { via, registry, labels: { own: via } });
    assertEquals((await pulled.repair({ via, registry })).complete, true);
    // From a name that says of no registry, under which it stays.
    const odd = await t.ns.images.set(`odd name ${via}`, pulled.target, { labels: { a: "b" } });
    await t.ns.images.remove(pulled);
    const [first, second] = image.layers.map(({ descriptor }) => descriptor);
    const file = `${t.dir}/root/io.containerd.content.v1.content/blobs/sha256/${
      first!.digest.slice("sha256:".length)
    }`;
    const other = `repair-${crypto.randomUUID().slice(0, 8)}`;
    await odd.sync(t.client.namespace(other), { unpack: false });
    const bytes = await Deno.readFile(file);
    bytes[50_000] = bytes[50_000]! ^ 0xff;
    await Deno.chmod(file, 0o644);
    await Deno.writeFile(file, bytes);
    await t.ns.content.delete(second!.digest);
    const check = await odd.check({ content: true });
    assertEquals(check.missing.map(({ digest }) => digest), [second!.digest]);
    assertEquals(check.corrupt.map(({ digest }) => digest), [first!.digest]);
    await assertRejects(() => odd.repair(), Error, "its name says of no registry");
    const from = `${proxy.host}/repair`;
    const options = { from, via, registry, content: true };
    await assertRejects(
      () => odd.repair(options),
      FailedPreconditionError,
      `blob "${first!.digest}" is corrupt, and in use by another namespace too`,
    );
    await t.client.namespaces.deleteAll(other);
    assertEquals((await odd.repair(options)).corrupt.length, 1);
    assertEquals((await odd.check({ content: true })).complete, true);
    const blobs = proxy.requests.filter(({ method, path }) =>
      method === "GET" && path.includes("/blobs/")
    );
    assert(blobs.some(({ path }) => path.endsWith(first!.digest)));
    const found = await t.ns.images.list();
    assertEquals(found.map(({ name }) => name), [odd.name]);
    assertEquals(found[0]!.labels["a"], "b");
    assertStringIncludes(await ctr(t, "images", "check"), "complete (");
    await t.ns.images.remove(found[0]!, { sync: true });
  }
});

daemonTest("images.sync() pulls many images with one progress", async (t) => {
  await using server = await startRegistry();
  await using proxy = startFaultProxy(server.url);
  const shared = { s: noise(300_000, 9) };
  const registry = apart(server.dir);
  const images: TestImage[] = [];
  for (let i = 0; i < 6; i++) {
    const image = await makeImage({ layers: [shared, { i: `${i}` }], compress: gzip });
    images.push(image);
    await seed(`${server.host}/many/${i}:1`, image, registry);
  }
  const references = images.map((_, i) => `${proxy.host}/many/${i}:1`);
  for (const via of waysOf(t)) {
    const steps: SyncProgress[] = [];
    const pulled = await t.ns.images.sync(references, {
      via,
      registry,
      images: 6,
      onProgress: (step) => steps.push(step),
    });
    assertEquals(pulled.map(({ name }) => name), references);
    assertEquals(
      pulled.map(({ digest }) => digest),
      images.map((i) => i.manifest.descriptor.digest),
    );
    const last = steps.at(-1)!;
    assertEquals(last.done, 6);
    assertEquals(last.current, last.total);
    assert(last.total > 300_000 && last.total < 600_000, "the shared layer counts once");
    const layer = images[0]!.layers[0]!.descriptor.digest;
    const fetched = proxy.requests.filter(({ method, path }) =>
      method === "GET" && path.endsWith(layer)
    );
    if (via === "client") assertEquals(fetched.length, 1);
    // Again: nothing is fetched but what the names stand for.
    const before = proxy.requests.length;
    await t.ns.images.sync(references.slice(0, 3), { via, registry });
    const again = proxy.requests.slice(before).filter(({ path }) => path.includes("/blobs/"));
    assertEquals(again, []);
    for (const image of pulled) await t.ns.images.remove(image);
    await t.ns.gc();
  }
  // Those that fail do not keep the others.
  const wrong = [`${server.host}/none/a:1`, references[0]!, `${server.host}/none/b:1`];
  const error = await assertRejects(() => t.ns.images.sync(wrong, { registry }), AggregateError);
  assertEquals(error.errors.length, 2);
  assert(error.errors.every((one) => one instanceof PullError));
  assertEquals((await t.ns.images.list()).map(({ name }) => name), [references[0]!]);
  await assertRejects(() => t.ns.images.sync([], { images: 0 }), InvalidArgumentError);
  assertEquals(await t.ns.images.sync([]), []);
}, { timeoutMs: 60_000 });
