/** Snapshots. @module */
import { assert, assertEquals } from "@std/assert";
import type { Api } from "../../../lib/api/api.ts";
import { Kind } from "../../../lib/gen/containerd/services/snapshots_pb.ts";
import type { Mount } from "../../../lib/gen/containerd/types/mount_pb.ts";
import { assertFails, collect, type ConformanceCase, Keeping, Listening } from "./case.ts";

const snapshotter = "overlayfs";

function keys(api: Api, ...filters: string[]): Promise<string[]> {
  const pages = api.snapshots.list({ snapshotter, filters });
  return collect(pages, ({ info }) => info.map(({ name }) => name)).then((all) => all.sort());
}

/** Which kind of mount, and which of its options have a place. */
function shape([mount]: readonly Mount[]): string {
  const options = mount!.options.map((option) => option.replace(/=.*/, "")).sort();
  const wanted = ["lowerdir", "rbind", "ro", "rw", "upperdir", "workdir"];
  return [mount!.type, ...options.filter((option) => wanted.includes(option))].join(" ");
}

export const snapshotCases: readonly ConformanceCase[] = [
  {
    name: "snapshots: from preparation to removal",
    async run({ ns, version }) {
      await using keeping = await Keeping.in(ns);
      const { snapshots } = keeping.ns.api;
      const at = (key: string) => ({ snapshotter, key });
      const first = await snapshots.prepare({ ...at("a"), labels: { l: "1" } });
      assertEquals(shape(first.mounts), "bind rbind rw");
      const { info } = await snapshots.stat(at("a"));
      assertEquals([info?.kind, info?.parent, info?.labels], [Kind.ACTIVE, "", { l: "1" }]);
      assertEquals((await snapshots.mounts(at("a"))).mounts, first.mounts);
      await assertFails(
        snapshots.prepare(at("a")),
        'already_exists: snapshot "a": already exists',
      );
      await assertFails(
        snapshots.prepare({ ...at("b"), parent: "zz" }),
        "not_found: parent snapshot zz does not exist: not found",
      );
      await assertFails(
        snapshots.prepare({ ...at("b"), parent: "a" }),
        new RegExp(
          `^invalid_argument: failed to create snapshot: parent "${ns.name}/\\d+/a" is not ` +
            "committed snapshot: invalid argument$",
        ),
      );
      await snapshots.commit({ ...at("a"), name: "A", labels: { m: "1" } });
      await assertFails(
        snapshots.stat(at("a")),
        "not_found: snapshot a does not exist: not found",
      );
      const committed = (await snapshots.stat(at("A"))).info;
      assertEquals([committed?.kind, committed?.labels], [Kind.COMMITTED, { m: "1" }]);
      await assertFails(
        snapshots.mounts(at("A")),
        new RegExp(
          `^failed_precondition: failed to get active mount: requested snapshot ${ns.name}/\\d+/A ` +
            "not active or view: failed precondition$",
        ),
      );
      const child = await snapshots.prepare({ ...at("b"), parent: "A" });
      assertEquals(shape(child.mounts), "overlay lowerdir upperdir workdir");
      assertEquals(
        shape((await snapshots.view({ ...at("v"), parent: "A" })).mounts),
        "bind rbind ro",
      );
      await assertFails(
        snapshots.commit({ ...at("v"), name: "V" }),
        new RegExp(
          `^failed_precondition: failed to commit snapshot${
            version === "1.6" ? "" : ` ${ns.name}/\\d+/v`
          }: snapshot "${ns.name}/\\d+/v" is not active: failed precondition$`,
        ),
      );
      for (const name of ["A", "b"]) {
        await assertFails(
          snapshots.commit({ ...at("b"), name }),
          `already_exists: snapshot "${name}": already exists`,
        );
      }
      await assertFails(
        snapshots.remove(at("A")),
        "failed_precondition: cannot remove snapshot with child: failed precondition",
      );
      await snapshots.commit({ ...at("b"), name: "B" });
      assertEquals(
        shape((await snapshots.view({ ...at("w"), parent: "B" })).mounts),
        "overlay lowerdir",
      );
      assertEquals((await snapshots.stat(at("w"))).info?.parent, "B");
      for (const key of ["w", "v", "B", "A"]) await snapshots.remove(at(key));
      await assertFails(
        snapshots.remove(at("A")),
        "not_found: snapshot A does not exist: not found",
      );
    },
  },
  {
    name: "snapshots: what is not there or not allowed",
    async run({ ns }) {
      const { snapshots } = ns.api;
      const missing = "not_found: snapshot x does not exist: not found";
      const at = { snapshotter, key: "x" };
      await assertFails(snapshots.stat(at), missing);
      await assertFails(snapshots.mounts(at), missing);
      await assertFails(snapshots.usage(at), missing);
      await assertFails(snapshots.remove(at), missing);
      await assertFails(
        snapshots.commit({ ...at, name: "X" }),
        'not_found: can not find snapshotter "overlayfs": not found',
      );
      await assertFails(
        snapshots.update({ snapshotter, info: { name: "x", labels: { a: "1" } } }),
        missing,
      );
      const foreign = { snapshotter: "foo", key: "x" };
      const unknown = "invalid_argument: snapshotter not loaded: foo: invalid argument";
      await assertFails(snapshots.stat(foreign), unknown);
      await assertFails(snapshots.prepare(foreign), unknown);
      await assertFails(snapshots.remove(foreign), unknown);
      await assertFails(
        snapshots.list({ snapshotter: "foo" }),
        "invalid_argument: snapshotter not loaded: foo: invalid argument",
      );
      await assertFails(
        snapshots.stat({ snapshotter: "", key: "x" }),
        "invalid_argument: snapshotter argument missing: invalid argument",
      );
      await assertFails(
        snapshots.prepare({ snapshotter, key: "" }),
        "unknown: bucket name required",
      );
      await assertFails(
        snapshots.prepare({ snapshotter, key: "b", labels: { k: "x".repeat(4097) } }),
        /^invalid_argument: info.Labels: label key and value .*greater than maximum size/,
      );
    },
  },
  {
    name: "snapshots: labels, filters and what is there already",
    async run({ ns }) {
      await using keeping = await Keeping.in(ns);
      const { snapshots } = keeping.ns.api;
      await snapshots.prepare({ snapshotter, key: "a" });
      await snapshots.commit({ snapshotter, key: "a", name: "A", labels: { m: "1" } });
      await snapshots.prepare({ snapshotter, key: "b", parent: "A" });
      await snapshots.view({ snapshotter, key: "c", parent: "A" });
      assertEquals(await keys(ns.api), ["A", "b", "c"]);
      assertEquals(await keys(ns.api, "kind==committed"), ["A"]);
      assertEquals(await keys(ns.api, "kind==active", "kind==view"), ["b", "c"]);
      assertEquals(await keys(ns.api, "kind==Active"), []);
      assertEquals(await keys(ns.api, "parent==A"), ["b", "c"]);
      assertEquals(await keys(ns.api, "labels.m==1"), ["A"]);
      assertEquals(await keys(ns.api, "name~=^[bc]$,kind!=view"), ["b"]);
      const update = async (labels: Record<string, string>, ...paths: string[]) =>
        (await snapshots.update({
          snapshotter,
          info: { name: "b", labels },
          updateMask: { paths },
        })).info?.labels;
      assertEquals(await update({ q: "1" }, "labels.q"), { q: "1" });
      assertEquals(await update({ q: "" }, "labels.q"), {});
      assertEquals(await update({ z: "1" }, "labels"), { z: "1" });
      assertEquals(await update({ y: "1" }), { y: "1" });
      await assertFails(
        update({}, "parent"),
        'invalid_argument: cannot update "parent" field on snapshot "b": invalid argument',
      );
      await assertFails(
        snapshots.prepare({
          snapshotter,
          key: "extract",
          labels: { "containerd.io/snapshot.ref": "A" },
        }),
        'already_exists: target snapshot "A": already exists',
      );
      assert((await snapshots.usage({ snapshotter, key: "b" })).size >= 0n);
      for (const key of ["b", "c", "A"]) await snapshots.remove({ snapshotter, key });
    },
  },
  {
    name: "snapshots: events and leases",
    async run({ ns }) {
      const { leases } = ns.api;
      await leases.create({ id: "l" });
      const { snapshots, images, content } = ns.withLease("l").api;
      const onLease = async () =>
        (await leases.listResources({ id: "l" })).resources.map(({ type, id }) => `${type} ${id}`);
      await using listening = await Listening.to(ns);
      await snapshots.prepare({ snapshotter, key: "a" });
      assertEquals(await onLease(), ["snapshots/overlayfs a"]);
      await snapshots.commit({ snapshotter, key: "a", name: "A" });
      assertEquals(await onLease(), ["snapshots/overlayfs A"]);
      await snapshots.remove({ snapshotter, key: "A" });
      assertEquals(await onLease(), []);
      const topics = (await listening.soFar()).map(({ topic }) => topic);
      assertEquals(topics, ["/snapshot/prepare", "/snapshot/commit", "/snapshot/remove"]);
      await ns.withLease("l").content.write(new Uint8Array([1, 2, 3]), { ref: "r" });
      const [blob = ""] = await onLease();
      assert(blob.startsWith("content sha256:"));
      await content.delete({ digest: blob.replace("content ", "") });
      assertEquals(await onLease(), []);
      await leases.delete({ id: "l" });
      const missing = "not_found: lease does not exist: not found";
      await assertFails(snapshots.prepare({ snapshotter, key: "b" }), missing);
      await assertFails(
        ns.withLease("l").content.write(new Uint8Array([1])).catch((error) => {
          throw error;
        }),
        missing,
      );
      // Records ask no lease.
      const target = { mediaType: "a/b", digest: `sha256:${"1".repeat(64)}`, size: 1n };
      await images.create({ image: { name: "i", target } });
      await images.delete({ name: "i" });
    },
  },
];
