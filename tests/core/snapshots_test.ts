import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import type { Namespace } from "../../lib/client/namespace.ts";
import { OWNER_LABEL } from "../../lib/core/session/owner.ts";
import { ActiveSnapshot, Snapshot, SnapshotView } from "../../lib/core/snapshot/snapshot.ts";
import {
  AlreadyExistsError,
  CanceledError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";

/** Ends everything that nothing keeps any more. */
async function collectGarbage(ns: Namespace): Promise<void> {
  const lease = await ns.leases.create();
  await lease.delete({ sync: true });
}

async function keys(ns: Namespace): Promise<string[]> {
  return (await ns.snapshots.list()).map(({ key }) => key).filter((key) => !/sha256:/.test(key));
}

daemonTest(
  "snapshots are prepared from an image, committed and built on",
  async ({ ns, image }) => {
    const base = await image();
    const { chainId } = await base.resolve();
    // The image is not unpacked yet.
    await using work = await ns.snapshots.from(base).key("work").labels({ a: "1" }).prepare();
    const info = await work.stat();
    assertEquals([info.key, info.parent, info.kind, info.labels["a"]], [
      "work",
      chainId,
      "active",
      "1",
    ]);
    assert(info.createdAt instanceof Date);
    const [mount] = await work.mounts();
    assert(mount && mount.type !== "" && mount.options.length > 0);
    const { inodes } = await work.usage();
    assert(inodes >= 0);
    assertEquals((await work.label({ a: "", b: "2" })).labels["b"], "2");
    assertEquals((await work.stat()).labels["a"], undefined);

    await using done = await work.commit("done", { labels: { c: "3" } });
    assertEquals([(await done.stat()).kind, (await done.stat()).labels["c"]], ["committed", "3"]);
    await assertRejects(() => work.stat(), NotFoundError, '"work" of "overlayfs"');

    await using view = await ns.snapshots.from(done).key("view").view();
    assertEquals((await view.mounts()).length, 1);
    await using more = await ns.snapshots.from("done").prepare();
    assertEquals((await more.stat()).parent, "done");
    await using empty = await ns.snapshots.from().prepare();
    assertEquals((await empty.stat()).parent, undefined);

    assertInstanceOf(await ns.snapshots.get("view"), SnapshotView);
    assertInstanceOf(await ns.snapshots.get(more.key), ActiveSnapshot);
    const found = await ns.snapshots.get("done");
    assertEquals([found instanceof Snapshot, found instanceof ActiveSnapshot], [true, false]);
    await assertRejects(() => found.remove(), FailedPreconditionError, "others are built on it");
  },
);

daemonTest("snapshots say what is wrong", async ({ ns, image }) => {
  const base = await image();
  await using _taken = await ns.snapshots.from(base).key("taken").prepare();
  await assertRejects(
    () => ns.snapshots.from().key("taken").prepare(),
    AlreadyExistsError,
    '"taken" of "overlayfs"',
  );
  await assertRejects(() => ns.snapshots.from("nope").view(), NotFoundError, 'parent "nope"');
  await assertRejects(() => ns.snapshots.get("nope"), NotFoundError, 'find snapshot "nope"');
  const unknown = await assertRejects(
    () => ns.snapshots.from(base).snapshotter("zfs").prepare(),
    UnsupportedError,
    '"native", "overlayfs"',
  );
  assertEquals(unknown.needed, 'snapshotter "zfs"');
  assertThrows(() => ns.snapshots.from().key(""), InvalidArgumentError, "is empty");
  assertThrows(() => ns.snapshots.from().remap([]), InvalidArgumentError, "no mappings");
  await assertRejects(
    () => ns.snapshots.from().prepare({ signal: AbortSignal.abort() }),
    CanceledError,
  );
  await using one = await ns.snapshots.from().key("one").prepare();
  await using _done = await one.commit("done");
  await using two = await ns.snapshots.from().key("two").prepare();
  await assertRejects(() => two.commit("done"), AlreadyExistsError, 'as "done"');
  // A commit that failed leaves the snapshot as it was.
  assertEquals((await two.stat()).kind, "active");
});

daemonTest("builders of snapshots never change", async ({ ns }) => {
  const base = ns.snapshots.from().labels({ a: "base" });
  const left = base.key("left").labels({ a: "left" });
  const right = base.key("right").with((b) => b.labels({ b: "right" }));
  await using l = await left.prepare();
  await using r = await right.prepare();
  const own = ({ [OWNER_LABEL]: _, ...labels }: Readonly<Record<string, string>>) => labels;
  assertEquals(own((await l.stat()).labels), { a: "left" });
  assertEquals(own((await r.stat()).labels), { a: "base", b: "right" });
});

daemonTest("snapshots live as long as what holds them", async (t) => {
  const { ns } = t;
  const other = clientOf(t.address);
  const theirs = other.namespace(ns.name);
  const owned = await theirs.snapshots.from().key("owned").prepare();
  await (await theirs.snapshots.from().key("committed").prepare()).commit("owned-done");
  const parent = await (await theirs.snapshots.from().prepare()).commit("parent");
  await theirs.snapshots.from(parent).key("kept").keep().prepare();
  const lease = await ns.leases.create();
  await theirs.withLease(lease).snapshots.from().key("leased").prepare();
  await collectGarbage(ns);
  const all = ["kept", "leased", "owned", "owned-done", "parent"];
  assertEquals(await keys(ns), all);
  assert(OWNER_LABEL in (await owned.stat()).labels);

  // What the client owns ends with it; a parent that is needed stays for the one that needs it.
  await other.close();
  await collectGarbage(ns);
  assertEquals(await keys(ns), ["kept", "leased", "parent"]);
  assertEquals((await ns.leases.list()).map(({ id }) => id), [lease.id]);
  await lease.delete({ sync: true });
  assertEquals(await keys(ns), ["kept", "parent"]);
  const kept = await ns.snapshots.get("kept");
  assertEquals(OWNER_LABEL in (await kept.stat()).labels, false);
  await kept.remove();
  await collectGarbage(ns);
  assertEquals(await keys(ns), []);
});

daemonTest("a snapshot that is committed to be kept outlives the script", async (t) => {
  const other = clientOf(t.address);
  const work = await other.namespace(t.ns.name).snapshots.from().key("work").prepare();
  await work.commit("kept", { keep: true });
  // Its key is free again: who disposes of the old object must not remove the new snapshot.
  await using _again = await t.ns.snapshots.from().key("work").prepare();
  await work[Symbol.asyncDispose]();
  await other.close();
  await collectGarbage(t.ns);
  assertEquals(await keys(t.ns), ["kept", "work"]);
  await (await t.ns.snapshots.get("kept")).remove();
});

daemonTest("list(), walk() and tree() show what is built on what", async ({ ns, image }) => {
  const base = await image();
  const { chainId } = await base.resolve();
  await using a = await ns.snapshots.from(base).key("a").labels({ x: "1" }).prepare();
  await using _b = await ns.snapshots.from(base).key("b").labels({ x: "2" }).view();
  await using _c = await ns.snapshots.from().key("c").prepare();
  const found = async (selection: Parameters<typeof ns.snapshots.list>[0]) =>
    (await ns.snapshots.list(selection)).map(({ key }) => key);
  assertEquals(await found({}), ["a", "b", "c", chainId!].sort());
  assertEquals(await found({ kind: "view" }), ["b"]);
  assertEquals(await found({ parent: chainId }), ["a", "b"]);
  assertEquals(await found({ labels: { x: true } }), ["a", "b"]);
  assertEquals(await found({ labels: { x: "1" }, kind: "active" }), ["a"]);
  assertEquals(await found({ snapshotter: "native" }), []);
  for await (const { key } of ns.snapshots.walk({ kind: "active" })) {
    assert(["a", "c"].includes(key));
    break;
  }
  const drawn = String(await ns.snapshots.tree());
  assertEquals(drawn, `${chainId!.slice(0, 19)}\n├─ a  (active)\n└─ b  (view)\nc  (active)`);
  assertEquals(a.snapshotter, "overlayfs");
});

daemonTest("snapshots of another snapshotter", async ({ ns, image }) => {
  const names = (await ns.snapshots.snapshotters()).map(({ name }) => name);
  assertEquals(["native", "overlayfs"].filter((name) => names.includes(name)).length, 2);
  await using native = await ns.snapshots.from(await image()).snapshotter("native").prepare();
  assertEquals((await native.stat()).kind, "active");
  assertEquals((await native.mounts())[0]?.type, "bind");
  await using done = await native.commit("native-done");
  // What is built on it is of the same snapshotter.
  await using more = await ns.snapshots.from(done).prepare();
  assertEquals(more.snapshotter, "native");
});

daemonTest("a namespace's default snapshotter is used", async ({ ns }) => {
  const labels = { "containerd.io/defaults/snapshotter": "native" };
  await ns.api.namespaces.create({ namespace: { name: ns.name, labels } });
  await using native = await ns.snapshots.from().prepare();
  assertEquals(native.snapshotter, "native");
});

daemonTest("remap() shows files under other ids, where the daemon can", async ({ ns, image }) => {
  const builder = ns.snapshots.from(await image())
    .remap([{ containerID: 0, hostID: 100_000, size: 65_536 }]);
  const snapshotter = (await ns.snapshots.snapshotters()).find(({ name }) => name === "overlayfs");
  if (snapshotter?.capabilities.includes("remap-ids")) {
    await using work = await builder.prepare();
    const options = (await work.mounts()).flatMap((mount) => mount.options).join();
    assert(/uidmap=0:100000:65536/.test(options), options);
  } else {
    const error = await assertRejects(() => builder.prepare(), UnsupportedError, "remap-ids");
    assertEquals(error.found, '"overlayfs" with no capabilities');
  }
});
