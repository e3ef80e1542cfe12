/** Garbage collection. @module */
import { assertEquals } from "@std/assert";
import type { Namespace } from "../../../lib/client/namespace.ts";
import { JSON_TYPES, packSpec } from "../../../lib/api/any.ts";
import { collect, type ConformanceCase, newBlob, store, uniqueId, write } from "./case.ts";

const snapshotter = "overlayfs";
const mediaType = "application/vnd.oci.image.manifest.v1+json";

/** Has garbage collected. */
async function collectGarbage({ api }: Namespace): Promise<void> {
  const id = uniqueId("gc");
  await api.leases.create({ id });
  await api.leases.delete({ id, sync: true });
}

/** Which of these blobs there are, by their names. */
async function blobs(
  { api }: Namespace,
  names: Readonly<Record<string, string>>,
): Promise<string[]> {
  const there = await collect(api.content.list({}), ({ info }) => info.map((it) => it.digest));
  return Object.keys(names).filter((name) => there.includes(names[name]!));
}

async function snapshots({ api }: Namespace): Promise<string[]> {
  const pages = api.snapshots.list({ snapshotter });
  return (await collect(pages, ({ info }) => info.map(({ name }) => name))).sort();
}

async function commit({ api }: Namespace, name: string, parent = "", labels = {}): Promise<void> {
  const key = `${name}-active`;
  await api.snapshots.prepare({ snapshotter, key, parent, labels });
  await api.snapshots.commit({ snapshotter, key, name, labels });
}

export const garbageCases: readonly ConformanceCase[] = [
  {
    name: "garbage: images keep what labels lead to",
    async run({ ns }) {
      const leased = ns.withLease((await ns.api.leases.create({ id: "l" })).lease!.id);
      const [manifest, config, layer, loose] = await Promise.all([
        newBlob(),
        newBlob(),
        newBlob(),
        newBlob(),
      ]);
      const names = {
        manifest: manifest.digest,
        config: config.digest,
        layer: layer.digest,
        loose: loose.digest,
      };
      await commit(leased, "base");
      await commit(leased, "top", "base");
      await commit(leased, "loose", "base");
      await store(leased.api, layer.bytes);
      await store(leased.api, config.bytes, {
        [`containerd.io/gc.ref.snapshot.${snapshotter}`]: "top",
      });
      await store(leased.api, manifest.bytes, {
        "containerd.io/gc.ref.content.config": config.digest,
        "containerd.io/gc.ref.content.l.0": layer.digest,
      });
      await store(leased.api, loose.bytes);
      const target = { mediaType, digest: manifest.digest, size: 32n };
      await ns.api.images.create({ image: { name: "i", target } });
      await collectGarbage(ns);
      assertEquals(await blobs(ns, names), ["manifest", "config", "layer", "loose"]);
      assertEquals(await snapshots(ns), ["base", "loose", "top"]);
      await ns.api.leases.delete({ id: "l", sync: true });
      assertEquals(await blobs(ns, names), ["manifest", "config", "layer"]);
      assertEquals(await snapshots(ns), ["base", "top"]);
      await ns.api.images.delete({ name: "i", sync: true });
      assertEquals(await blobs(ns, names), []);
      assertEquals(await snapshots(ns), []);
    },
  },
  {
    name: "garbage: containers and roots keep things",
    async run({ ns }) {
      const leased = ns.withLease((await ns.api.leases.create({ id: "l" })).lease!.id);
      const soon = new Date(Date.now() + 3_600_000).toISOString();
      const [root, later, labelled] = await Promise.all([newBlob(), newBlob(), newBlob()]);
      const names = {
        root: root.digest,
        later: later.digest,
        labelled: labelled.digest,
      };
      await store(leased.api, root.bytes, { "containerd.io/gc.root": "x" });
      // A time that has not come keeps no blob.
      await store(leased.api, later.bytes, { "containerd.io/gc.expire": soon });
      await store(leased.api, labelled.bytes);
      await commit(leased, "rooted", "", { "containerd.io/gc.root": "x" });
      await commit(leased, "base");
      await leased.api.snapshots.prepare({ snapshotter, key: "used", parent: "base" });
      await leased.api.snapshots.prepare({ snapshotter, key: "unused" });
      const id = uniqueId("c");
      await ns.api.containers.create({
        container: {
          id,
          runtime: { name: "io.containerd.runc.v2" },
          spec: packSpec(JSON_TYPES.spec, { ociVersion: "1.0.2" }),
          snapshotter,
          snapshotKey: "used",
          labels: { "containerd.io/gc.ref.content": labelled.digest },
        },
      });
      await ns.api.leases.delete({ id: "l", sync: true });
      assertEquals(await blobs(ns, names), ["root", "labelled"]);
      assertEquals(await snapshots(ns), ["base", "rooted", "used"]);
      await ns.api.containers.delete({ id });
      await collectGarbage(ns);
      assertEquals(await blobs(ns, names), ["root"]);
      assertEquals(await snapshots(ns), ["rooted"]);
      await ns.api.snapshots.remove({ snapshotter, key: "rooted" });
      await ns.api.content.delete({ digest: root.digest });
    },
  },
  {
    name: "garbage: leases end, unfinished writes go with theirs",
    async run({ ns }) {
      const past = new Date(Date.now() - 1000).toISOString();
      await ns.api.leases.create({ id: "over", labels: { "containerd.io/gc.expire": past } });
      await ns.api.leases.create({ id: "odd", labels: { "containerd.io/gc.expire": "soon" } });
      const [lost, kept] = await Promise.all([newBlob(), newBlob()]);
      await store(ns.withLease("over").api, lost.bytes);
      await store(ns.withLease("odd").api, kept.bytes);
      await collect(write(ns.withLease("over").api, { ref: "leased" }), () => []);
      await collect(write(ns.api, { ref: "free" }), () => []);
      await collectGarbage(ns);
      const names = { lost: lost.digest, kept: kept.digest };
      assertEquals(await blobs(ns, names), ["kept"]);
      assertEquals((await ns.api.leases.list({})).leases.map(({ id }) => id), ["odd"]);
      const { statuses } = await ns.api.content.listStatuses({});
      assertEquals(statuses.map(({ ref }) => ref), ["free"]);
      await ns.api.content.abort({ ref: "free" });
      await ns.api.leases.delete({ id: "odd", sync: true });
      assertEquals(await blobs(ns, names), []);
    },
  },
  {
    name: "garbage: images whose time is over",
    async run({ ns, version }) {
      const { images } = ns.api;
      const target = { mediaType, digest: `sha256:${"1".repeat(64)}`, size: 1n };
      const times = {
        past: new Date(Date.now() - 1000).toISOString(),
        later: new Date(Date.now() + 3_600_000).toISOString(),
        odd: "soon",
      };
      for (const [name, time] of Object.entries(times)) {
        const labels = { "containerd.io/gc.expire": time };
        await images.create({ image: { name, target, labels } });
      }
      await collectGarbage(ns);
      assertEquals(
        (await images.list({})).images.map(({ name }) => name),
        version === "2.1" ? ["later", "odd"] : ["later", "odd", "past"],
      );
    },
  },
  {
    name: "garbage: a flat lease keeps what is on it alone",
    async run({ ns }) {
      await ns.api.leases.create({ id: "build" });
      await ns.api.leases.create({ id: "flat", labels: { "containerd.io/gc.flat": "x" } });
      const [parent, child] = await Promise.all([newBlob(), newBlob()]);
      const { api } = ns.withLease("build");
      await store(api, child.bytes);
      await store(api, parent.bytes, { "containerd.io/gc.ref.content.0": child.digest });
      const resource = { type: "content", id: parent.digest };
      await ns.api.leases.addResource({ id: "flat", resource });
      await ns.api.leases.delete({ id: "build", sync: true });
      const names = { parent: parent.digest, child: child.digest };
      assertEquals(await blobs(ns, names), ["parent"]);
      await ns.api.leases.delete({ id: "flat", sync: true });
      assertEquals(await blobs(ns, names), []);
    },
  },
];
