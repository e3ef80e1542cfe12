import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestQueue } from "../../lib/api/request_queue.ts";
import { NotFoundError, UnsupportedError } from "../../lib/errors/errors.ts";
import { WriteAction } from "../../lib/gen/containerd/services/content_pb.ts";
import { Kind } from "../../lib/gen/containerd/services/snapshots_pb.ts";
import { daemonTest } from "../harness/daemons.ts";
import { putBlob } from "./support.ts";

const ROOT = { "containerd.io/gc.root": "test" };

daemonTest("content: write, status, listStatuses, abort", async ({ ns }) => {
  const { api } = ns;
  const requests = new RequestQueue<
    { action: WriteAction; ref: string; data?: Uint8Array; offset?: bigint }
  >();
  const responses = api.content.write(requests);
  requests.push({ action: WriteAction.WRITE, ref: "half", data: new Uint8Array(100), offset: 0n });
  const { value } = await responses.next();
  assertEquals(value?.offset, 100n);
  assertEquals((await api.content.status({ ref: "half" })).status?.offset, 100n);
  const { statuses } = await api.content.listStatuses({});
  assertEquals(statuses.map(({ ref }) => ref), ["half"]);
  requests.end();
  for await (const _ of responses);
  await api.content.abort({ ref: "half" });
  await assertRejects(() => api.content.status({ ref: "half" }), NotFoundError);
});

daemonTest("content: info, update, list, read, delete", async ({ ns }) => {
  const { api } = ns;
  const digest = await putBlob(api, new TextEncoder().encode("0123456789"), ROOT);
  const { info } = await api.content.update({
    info: { digest, labels: { a: "b" } },
    updateMask: { paths: ["labels.a"] },
  });
  assertEquals(info?.labels, { ...ROOT, a: "b" });
  assertEquals((await api.content.info({ digest })).info?.size, 10n);
  const listed: string[] = [];
  for await (const { info } of api.content.list({ filters: ["labels.a==b"] })) {
    listed.push(...info.map((one) => one.digest));
  }
  assertEquals(listed, [digest]);
  let text = "";
  for await (const { data } of api.content.read({ digest, offset: 2n, size: 5n })) {
    text += new TextDecoder().decode(data);
  }
  assertEquals(text, "23456");
  await api.content.delete({ digest });
  await assertRejects(() => api.content.info({ digest }), NotFoundError);
});

daemonTest(
  "snapshots: prepare, mounts, commit, view, stat, update, list, usage, remove",
  async (t) => {
    const { api } = t.ns;
    const at = { snapshotter: "overlayfs" };
    const { mounts } = await api.snapshots.prepare({ ...at, key: "work", labels: ROOT });
    assertEquals((await api.snapshots.mounts({ ...at, key: "work" })).mounts, mounts);
    await Deno.writeFile(`${mounts[0]!.source}/file`, new Uint8Array(5000));
    await api.snapshots.commit({ ...at, key: "work", name: "base", labels: ROOT });
    const usage = await api.snapshots.usage({ ...at, key: "base" });
    assert(usage.size >= 5000n && usage.inodes >= 1n);
    const view = await api.snapshots.view({ ...at, key: "look", parent: "base", labels: ROOT });
    assert(view.mounts.some(({ options }) => options.includes("ro")));
    const { info } = await api.snapshots.stat({ ...at, key: "look" });
    assertEquals([info?.kind, info?.parent], [Kind.VIEW, "base"]);
    const updated = await api.snapshots.update({
      ...at,
      info: { name: "base", labels: { a: "b" } },
      updateMask: { paths: ["labels.a"] },
    });
    assertEquals(updated.info?.labels["a"], "b");
    const names: string[] = [];
    for await (const { info } of api.snapshots.list(at)) {
      names.push(
        ...info.map(({ name }) => name),
      );
    }
    assertEquals(names.sort(), ["base", "look"]);
    await api.snapshots.remove({ ...at, key: "look" });
    await api.snapshots.remove({ ...at, key: "base" });
    await assertRejects(() => api.snapshots.stat({ ...at, key: "base" }), NotFoundError);
  },
);

daemonTest("snapshots: cleanup", async ({ ns }) => {
  const { api } = ns;
  // Only snapshotters that remove in the background have something to clean up.
  await assertRejects(
    () => api.snapshots.cleanup({ snapshotter: "native" }),
    UnsupportedError,
    "does not implement Cleanup",
  );
});

daemonTest("diff: diff, apply", async ({ ns }) => {
  await ns.api.leases.create({ id: "diff" });
  const { api } = ns.withLease("diff");
  const [from, to] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  try {
    await Deno.writeTextFile(`${from}/file`, "carried over");
    const mount = (source: string) => [{ type: "bind", source, options: ["bind", "rw"] }];
    const mediaType = "application/vnd.oci.image.layer.v1.tar";
    const { diff } = await api.diff.diff({ right: mount(from), mediaType });
    assertEquals(diff?.mediaType, mediaType);
    const { applied } = await api.diff.apply({ diff, mounts: mount(to) });
    assertEquals(applied?.digest, diff?.digest);
    assertEquals(await Deno.readTextFile(`${to}/file`), "carried over");
  } finally {
    for (const folder of [from, to]) await Deno.remove(folder, { recursive: true });
    await api.leases.delete({ id: "diff", sync: true });
  }
});
