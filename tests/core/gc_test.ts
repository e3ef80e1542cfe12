import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Explanation } from "../../lib/core/garbage/explain.ts";
import { NotFoundError } from "../../lib/errors/errors.ts";
import { busyboxImage } from "../harness/images.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

/** Names of all blobs and snapshots of the namespace. */
async function stored({ ns }: DaemonTestEnv): Promise<string[]> {
  const names: string[] = [];
  for await (const { info } of ns.api.content.list({})) names.push(...info.map((i) => i.digest));
  for await (const { info } of ns.api.snapshots.list({ snapshotter: "overlayfs" })) {
    names.push(...info.map(({ name }) => name));
  }
  return names.sort();
}

function freedBy({ frees }: Explanation): string[] {
  return [
    ...frees.content.map(({ digest }) => digest),
    ...frees.snapshots.map(({ name }) => name),
  ].sort();
}

/** Does something, collects, and tells what went. */
async function goneAfter(t: DaemonTestEnv, act: () => Promise<unknown>): Promise<string[]> {
  const before = await stored(t);
  await act();
  await t.ns.gc();
  const after = new Set(await stored(t));
  return before.filter((name) => !after.has(name));
}

daemonTest("gc() collects what nothing keeps, before it returns", async (t) => {
  const { ns } = t;
  const lease = await ns.leases.create();
  const { digest } = await ns.withLease(lease).content.write(new TextEncoder().encode("garbage"));
  await ns.gc();
  assertEquals((await ns.content.info(digest)).sizeBytes, 7);
  assertEquals(await goneAfter(t, () => lease.delete()), [digest]);
  assertEquals(await ns.leases.list(), []);
});

daemonTest("explain() tells the way from an image to its parts", async (t) => {
  const image = await t.image();
  const top = await image.unpack();
  const { layer, config } = await busyboxImage();
  const why = await t.ns.explain({ content: layer.digest });
  assertEquals(why.alive, true);
  assertEquals(why.roots.map(({ root, steps }) => [root.name, steps.map(({ via }) => via)]), [
    [image.name, ["target", "containerd.io/gc.ref.content.l.0"]],
  ]);
  assertEquals(freedBy(why), [layer.digest]);
  assertEquals(why.frees.sizeBytes, layer.bytes.length);
  const snapshot = await t.ns.explain({ snapshot: top! });
  assertEquals(snapshot.roots[0]?.steps.map(({ to }) => to.name), [
    image.digest,
    config.digest,
    top!,
  ]);
  const text = String(snapshot);
  assertStringIncludes(text, `snapshot "${top}" (overlayfs) is kept by:\nimage "${image.name}"`);
  assertStringIncludes(text, `      containerd.io/gc.ref.snapshot.overlayfs: snapshot "${top}"`);
  assertStringIncludes(text, "0 blobs and 1 snapshot would go");
});

daemonTest("explain() foretells what the collector takes with an image", async (t) => {
  const image = await t.image();
  await image.unpack();
  const other = await t.ns.images.tag(image, "example.invalid/second:1");
  assertEquals(freedBy(await t.ns.explain({ image: other })), []);
  await t.ns.images.remove(other);
  const why = await t.ns.explain({ image: image.name });
  assertEquals(why.roots.map(({ why, steps }) => [why, steps]), [["image", []]]);
  assertEquals(why.frees.snapshots.length, 1);
  assert(why.frees.snapshots[0]!.sizeBytes > 0);
  assertEquals(await goneAfter(t, () => t.ns.images.remove(image)), freedBy(why));
  await assertRejects(
    () => t.ns.explain({ image: image.name }),
    NotFoundError,
    'Cannot explain image "davit.test/busybox:latest"',
  );
});

daemonTest("explain() knows containers, leases and labels as keepers", async (t) => {
  const image = await t.image();
  const top = await image.unpack();
  const { layer } = await busyboxImage();
  await using _box = await t.ns.container("box").image(image).command("true").create();
  await using lease = await t.ns.leases.create({ id: "held" });
  await t.ns.api.leases.addResource({
    id: lease.id,
    resource: { type: "content", id: layer.digest },
  });
  await t.ns.images.remove(image, { force: true });
  await t.ns.gc();
  const snapshot = await t.ns.explain({ snapshot: top! });
  assertEquals(snapshot.roots.map(({ root, steps }) => [root.kind, root.name, steps.length]), [
    ["container", "box", 2],
  ]);
  assertEquals(freedBy(snapshot), [top!]);
  const blob = await t.ns.explain({ content: layer.digest });
  assertEquals(blob.roots.map(({ root }) => `${root.kind} ${root.name}`), ["lease held"]);
  await t.ns.api.content.update({
    info: { digest: layer.digest, labels: { "containerd.io/gc.root": "test" } },
    updateMask: { paths: ["labels.containerd.io/gc.root"] },
  });
  const labelled = await t.ns.explain({ content: layer.digest });
  assertEquals(labelled.roots.map(({ why }) => why).sort(), [
    "label containerd.io/gc.root",
    "lease",
  ]);
  assertStringIncludes(
    String(labelled),
    `content "${layer.digest}", by label containerd.io/gc.root`,
  );
  await t.ns.api.content.delete({ digest: layer.digest });
});

daemonTest("explain() says that garbage is garbage", async (t) => {
  await using lease = await t.ns.leases.create();
  const { digest } = await t.ns.withLease(lease).content.write(new Uint8Array(2048));
  await t.ns.api.leases.deleteResource({
    id: lease.id,
    resource: { type: "content", id: digest },
  });
  // The daemon may have collected it by now: it does so when anybody's things are deleted.
  const why = await t.ns.explain({ content: digest }).catch((error) => {
    if (!(error instanceof NotFoundError)) throw error;
  });
  if (why) {
    assertEquals([why.alive, why.frees.sizeBytes], [false, 2048]);
    assertStringIncludes(String(why), "is garbage: the next collection takes it\nFrees 2.0 KiB in");
  }
  await t.ns.gc();
  await assertRejects(() => t.ns.content.info(digest), NotFoundError);
});

daemonTest("df() counts images, snapshots, blobs and garbage", async (t) => {
  const image = await t.image();
  const { layer, config, manifest } = await busyboxImage();
  const bytes = [layer, config, manifest].reduce((sum, blob) => sum + blob.bytes.length, 0);
  const packed = await t.ns.df();
  assertEquals(packed.images, [
    { name: image.name, sizeBytes: bytes, uniqueBytes: bytes, unpacked: false },
  ]);
  assertEquals(packed.content, { count: 3, sizeBytes: bytes, garbageBytes: 0 });
  assertEquals([packed.snapshots.length, packed.totalBytes], [0, bytes]);
  await image.unpack();
  await t.ns.images.tag(image, "example.invalid/second:1");
  const { images: [first, second], snapshots: [top], ...usage } = await t.ns.df();
  assertEquals([first?.unpacked, first?.uniqueBytes, second?.uniqueBytes], [true, 0, 0]);
  assertEquals(top?.alive, true);
  assertEquals(first?.sizeBytes, bytes + top!.sizeBytes);
  assertEquals(usage.content.count, 3);
  await using lease = await t.ns.leases.create();
  const { digest } = await t.ns.withLease(lease).content.write(new Uint8Array(3000));
  const resource = { type: "content", id: digest };
  await t.ns.api.leases.deleteResource({ id: lease.id, resource });
  const full = await t.ns.df();
  assertEquals(full.garbageBytes, 3000);
  assertStringIncludes(String(full), "example.invalid/second:1");
  assertStringIncludes(String(full), "2.9 KiB of it is garbage");
  await t.ns.gc();
  assertEquals((await t.ns.df()).garbageBytes, 0);
});
