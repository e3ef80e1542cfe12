import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  AlreadyExistsError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
} from "../../lib/errors/errors.ts";
import { StartError } from "../../lib/errors/process_errors.ts";
import { loadBusybox } from "../harness/images.ts";
import { daemonTest } from "../harness/daemons.ts";

daemonTest("namespaces.create(), label() and get() keep labels", async ({ client, ns }) => {
  const { namespaces } = client;
  await namespaces.create(ns.name, { labels: { a: "1", b: "2" } });
  await assertRejects(() => namespaces.create(ns.name), AlreadyExistsError, "namespaces.label()");
  const labelled = await namespaces.label(ns.name, { b: "", c: "3" });
  assertEquals(labelled, { name: ns.name, labels: { a: "1", c: "3" } });
  assertEquals((await namespaces.get(ns.name)).labels, { a: "1", c: "3" });
  assert((await namespaces.list()).some(({ name }) => name === ns.name));
  await namespaces.delete(ns.name);
  await assertRejects(() => namespaces.get(ns.name), NotFoundError);
  await assertRejects(() => namespaces.delete(ns.name), NotFoundError);
  await assertRejects(() => namespaces.create("no spaces"), InvalidArgumentError);
  await assertRejects(() => namespaces.delete("../x"), InvalidArgumentError);
});

daemonTest(
  "labels of a namespace choose snapshotter and runtime",
  async ({ client, ns, image }) => {
    const box = () => ns.container().image("davit.test/busybox:latest").command("true");
    const { name } = await image();
    await using _before = await box().create();
    await client.namespaces.label(ns.name, { "containerd.io/defaults/snapshotter": "native" });
    await using after = await box().create();
    const { container } = await ns.api.containers.get({ id: after.id });
    assertEquals([container?.image, container?.snapshotter], [name, "native"]);
    await client.namespaces.label(ns.name, { "containerd.io/defaults/runtime": "io.x.nope.v1" });
    await assertRejects(() => box().start(), StartError, "the runtime refused");
  },
);

daemonTest(
  "namespaces.delete() refuses, and says what is inside",
  async ({ client, ns, image }) => {
    const { namespaces } = client;
    const { name } = await image();
    await using lease = await ns.leases.create();
    await using box = await ns.container("box").image(name).command("sleep", "60").start();
    const error = await assertRejects(() => namespaces.delete(ns.name), FailedPreconditionError);
    assertStringIncludes(
      error.message,
      `Cannot delete namespace "${ns.name}": it has 1 task, 1 container, 1 image, 1 lease, ` +
        "2 snapshots, 3 blobs in it; remove that first, or use namespaces.deleteAll()",
    );
    await box.remove();
    await lease.delete();
    await ns.images.remove(name);
    // Only what the collector has not come to yet is left; that does not count.
    await namespaces.delete(ns.name);
    await assertRejects(() => namespaces.get(ns.name), NotFoundError);
  },
);

daemonTest("namespaces.deleteAll() empties a namespace and deletes it", async (t) => {
  const { client, ns } = t;
  const { name, target } = await t.image();
  const box = () => ns.container().image(name).command("sleep", "1000").keep();
  await box().start();
  const paused = await box().start();
  await ns.api.tasks.pause({ containerId: paused.id });
  await box().create();
  await ns.leases.create({ expires: "never" });
  // Roots by label, in a chain, and an unfinished write.
  const root = { "containerd.io/gc.root": "test" };
  const at = { snapshotter: "native", labels: root };
  await ns.api.snapshots.prepare({ ...at, key: "a" });
  await ns.api.snapshots.commit({ snapshotter: "native", key: "a", name: "b", labels: root });
  await ns.api.snapshots.prepare({ ...at, key: "c", parent: "b" });
  await ns.content.write(new Uint8Array(5), { labels: root });
  await ns.content.write(
    (async function* () {
      yield await Promise.resolve(new Uint8Array(5));
      throw new Error("broken off");
    })(),
    { ref: "half" },
  ).catch(() => {});
  if (t.version !== "1.6") {
    await ns.api.sandboxStore.create({
      sandbox: { sandboxId: "pod", runtime: { name: "io.containerd.runc.v2" } },
    });
  }
  assertEquals((await ns.images.list()).length, 1);
  const deleted = await client.namespaces.deleteAll(ns.name);
  assertEquals({ ...deleted, snapshots: deleted.snapshots > 5, blobs: deleted.blobs > 3 }, {
    tasks: 2,
    containers: 3,
    sandboxes: t.version === "1.6" ? 0 : 1,
    images: 1,
    leases: 1,
    ingests: deleted.ingests,
    snapshots: true,
    blobs: true,
  });
  assert(deleted.ingests <= 1);
  await assertRejects(() => client.namespaces.get(ns.name), NotFoundError);
  await assertRejects(() => client.namespaces.deleteAll(ns.name), NotFoundError);
  assertEquals(await ns.containers.list(), []);
  await assertRejects(() => ns.content.info(target.digest), NotFoundError);
}, { timeoutMs: 60_000 });

daemonTest("errors say in which other namespace a thing is", async ({ client, ns }) => {
  const name = `${ns.name}-x`;
  const other = client.namespace(name);
  await loadBusybox(other, "docker.io/library/hidden:latest");
  await using _box = await other.container("box").image("hidden").command("true").create();
  const hint = `; it is in namespace "${name}"`;
  await assertRejects(() => ns.images.get("hidden"), NotFoundError, hint);
  await assertRejects(() => ns.containers.get("box"), NotFoundError, hint);
  await assertRejects(async () => await ns.run("hidden").command("true"), NotFoundError, hint);
  const plain = await assertRejects(() => ns.images.get("nowhere"), NotFoundError);
  assertStringIncludes(plain.message, "import it first");
  await client.namespaces.deleteAll(name);
});
