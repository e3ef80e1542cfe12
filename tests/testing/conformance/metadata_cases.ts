/** Namespaces, images, leases, containers, filters, events. @module */
import { assert, assertEquals } from "@std/assert";
import { JSON_TYPES, packSpec, unpackMessage } from "../../../lib/api/any.ts";
import { ContainerUpdateSchema } from "../../../lib/gen/containerd/events/container_pb.ts";
import { ImageCreateSchema } from "../../../lib/gen/containerd/events/image_pb.ts";
import { NamespaceCreateSchema } from "../../../lib/gen/containerd/events/namespace_pb.ts";
import {
  assertFails,
  type ConformanceCase,
  Keeping,
  Listening,
  newBlob,
  store,
  uniqueId,
  write,
} from "./case.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;
const OTHER_DIGEST = `sha256:${"2".repeat(64)}`;
const target = {
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  digest: DIGEST,
  size: 10n,
};
const spec = packSpec(JSON_TYPES.spec, { ociVersion: "1.0.2" });
const runtime = { name: "io.containerd.runc.v2" };
const big = { k: "x".repeat(4096) };

export const metadataCases: readonly ConformanceCase[] = [
  {
    name: "namespaces: create, label, delete",
    // 1.6 does it, but reports that it could not tell anybody.
    versions: ["1.7", "2.1"],
    async run({ client }) {
      const { namespaces } = client.api;
      const name = uniqueId("conf");
      assertEquals((await namespaces.get({ name })).namespace?.labels, {});
      await namespaces.create({ namespace: { name, labels: { a: "1" } } });
      await assertFails(
        namespaces.create({ namespace: { name } }),
        `already_exists: namespace "${name}": already exists`,
      );
      assertEquals(
        (await namespaces.update({
          namespace: { name, labels: { b: "2", c: "3" } },
          updateMask: { paths: ["labels.b"] },
        })).namespace,
        undefined,
      );
      assertEquals((await namespaces.get({ name })).namespace?.labels, { a: "1", b: "2" });
      const update = {
        namespace: { name, labels: { b: "" } },
        updateMask: { paths: ["labels.b"] },
      };
      await namespaces.update(update);
      await namespaces.update({ namespace: { name, labels: { d: "4" } } });
      assertEquals((await namespaces.get({ name })).namespace?.labels, { d: "4" });
      for (const path of ["labels", "name"]) {
        await assertFails(
          namespaces.update({ namespace: { name }, updateMask: { paths: [path] } }),
          `invalid_argument: cannot update "${path}" field`,
        );
      }
      await namespaces.delete({ name });
      await assertFails(
        namespaces.delete({ name }),
        `not_found: namespace "${name}": not found`,
      );
      const { namespaces: all } = await namespaces.list({});
      assert(!all.some((namespace) => namespace.name === name));
    },
  },
  {
    name: "namespaces: names and labels are checked",
    async run({ client }) {
      const { namespaces } = client.api;
      const create = (name: string) => namespaces.create({ namespace: { name } });
      await assertFails(create("a/b"), /^invalid_argument: identifier "a\/b" must match \^\[A-Z/);
      await assertFails(
        create(""),
        "invalid_argument: identifier must not be empty: invalid argument",
      );
      await assertFails(
        create("x".repeat(80)),
        /^invalid_argument: identifier "x+" greater than maximum length \(76 characters\)/,
      );
      await assertFails(
        namespaces.create({ namespace: { name: uniqueId("conf"), labels: big } }),
        /^invalid_argument: namespace.Labels: label key and value .*greater than maximum size/,
      );
    },
  },
  {
    name: "namespaces: one with something in it is not deleted, and says what",
    async run({ client, ns }) {
      await using keeping = await Keeping.in(ns);
      const { api, name } = keeping.ns;
      const { bytes, digest } = await newBlob();
      const remove = () => client.api.namespaces.delete({ name });
      const text = (inside: string) =>
        `failed_precondition: namespace "${name}" must be empty, but it still has ${inside}: ` +
        "failed precondition";
      await api.images.create({ image: { name: "i", target } });
      await store(api, bytes);
      await api.containers.create({ container: { id: uniqueId("c"), runtime, spec } });
      await api.snapshots.prepare({ snapshotter: "overlayfs", key: "k" });
      await assertFails(
        remove(),
        text('images, blobs, containers, snapshots on "overlayfs" snapshotter'),
      );
      await api.images.delete({ name: "i" });
      await api.content.delete({ digest });
      await assertFails(remove(), text('containers, snapshots on "overlayfs" snapshotter'));
      for (const { id } of (await api.containers.list({})).containers) {
        await api.containers.delete({ id });
      }
      await api.snapshots.remove({ snapshotter: "overlayfs", key: "k" });
      // Neither a lease nor an unfinished write keeps it.
      await api.leases.create({ id: "l" });
      for await (const _ of write(api, { ref: "r" }));
      await remove();
      assertEquals((await api.leases.list({})).leases, []);
    },
  },
  {
    name: "calls need a namespace, and a valid one",
    async run({ client }) {
      const { api } = client;
      const text = "failed_precondition: namespace is required: failed precondition";
      await assertFails(api.images.list({}), text);
      await assertFails(api.containers.get({ id: "a" }), text);
      await assertFails(api.content.list({}), text);
      await assertFails(write(api, { ref: "x" }), text);
      await assertFails(api.snapshots.stat({ snapshotter: "overlayfs", key: "x" }), text);
      await assertFails(api.leases.list({}), text);
      await assertFails(api.tasks.list({}), text);
      await assertFails(api.tasks.get({ containerId: "x" }), text);
    },
  },
  {
    name: "images: create, change, delete",
    async run({ ns, version }) {
      const { images } = ns.api;
      await assertFails(images.get({ name: "x" }), 'not_found: image "x": not found');
      const { image } = await images.create({ image: { name: "x", target, labels: { a: "1" } } });
      assertEquals(image?.labels, { a: "1" });
      assert(image?.createdAt && image.updatedAt);
      await assertFails(
        images.create({ image: { name: "x", target } }),
        'already_exists: image "x": already exists',
      );
      const update = async (labels: Record<string, string>, paths: string[]) =>
        (await images.update({ image: { name: "x", target, labels }, updateMask: { paths } })).image
          ?.labels;
      assertEquals(await update({ b: "2", c: "3" }, ["labels.b"]), { a: "1", b: "2" });
      assertEquals(await update({ b: "" }, ["labels.b"]), { a: "1" });
      assertEquals(await update({ z: "9" }, ["labels"]), { z: "9" });
      assertEquals(await update({ l: "1" }, []), { l: "1" });
      await assertFails(
        update({}, ["name"]),
        'invalid_argument: cannot update "name" field on image "x": invalid argument',
      );
      const annotated = await images.update({
        image: { name: "x", target: { ...target, annotations: { q: "1" } } },
        updateMask: { paths: ["annotations.q"] },
      });
      assertEquals(annotated.image?.target?.annotations, { q: "1" });
      assertEquals(annotated.image?.labels, { l: "1" });
      await assertFails(
        images.update({ image: { name: "nope", target } }),
        'not_found: image "nope": not found',
      );
      if (version === "2.1") {
        await assertFails(
          images.delete({ name: "x", target: { ...target, digest: OTHER_DIGEST } }),
          `not_found: image "x" has target ${DIGEST}, not ${OTHER_DIGEST}: not found`,
        );
      }
      await images.delete({ name: "x" });
      await assertFails(images.delete({ name: "x" }), 'not_found: image "x": not found');
    },
  },
  {
    name: "images: what is wrong with them",
    async run({ ns }) {
      const { images } = ns.api;
      const create = (change: Partial<typeof target>, name = "y", labels = {}) =>
        images.create({ image: { name, labels, target: { ...target, ...change } } });
      await assertFails(create({}, ""), "invalid_argument: Image.Name required");
      await assertFails(
        create({ digest: "sha256:abc" }),
        'invalid_argument: Target.Digest "sha256:abc" invalid: invalid checksum digest length: ' +
          "invalid argument",
      );
      await assertFails(
        create({ digest: "foo" }),
        'invalid_argument: Target.Digest "foo" invalid: invalid checksum digest format: ' +
          "invalid argument",
      );
      const size = "invalid_argument: Target.Size must be greater than zero: invalid argument";
      await assertFails(create({ size: 0n }), size);
      await assertFails(create({ size: -1n }), size);
      await assertFails(
        create({ mediaType: "" }),
        "invalid_argument: Target.MediaType must be set: invalid argument",
      );
      await assertFails(
        create({}, "y", big),
        /^invalid_argument: image.Labels: label key and value .*greater than maximum size/,
      );
    },
  },
  {
    name: "filters choose",
    async run({ ns }) {
      const { images } = ns.api;
      await images.create({
        image: { name: "x", target, labels: { l: "1", "a.b/c": "two words" } },
      });
      await images.create({ image: { name: "y", target: { ...target, digest: OTHER_DIGEST } } });
      const chosen = async (...filters: string[]) =>
        (await images.list({ filters })).images.map(({ name }) => name).join();
      assertEquals(await chosen(), "x,y");
      assertEquals(await chosen(""), "x,y");
      assertEquals(await chosen("name==x"), "x");
      assertEquals(await chosen("name!=x"), "y");
      assertEquals(await chosen("name==x,name==y"), "");
      assertEquals(await chosen("name==x", "name==y"), "x,y");
      assertEquals(await chosen(" name == x"), "x");
      assertEquals(await chosen("name~=^[xz]$"), "x");
      assertEquals(await chosen("name~=/^x$/"), "x");
      assertEquals(await chosen("name~=|^x$|"), "x");
      assertEquals(await chosen('name~="("'), "");
      assertEquals(await chosen("name~=(?i)^X$"), "x");
      assertEquals(await chosen("labels.l"), "x");
      assertEquals(await chosen("labels.l==1"), "x");
      assertEquals(await chosen("labels.l!=1"), "y");
      assertEquals(await chosen('labels."a.b/c"=="two words"'), "x");
      assertEquals(await chosen(`labels."a.b/c"!='two`, "name==y"), "x,y");
      assertEquals(await chosen('labels."a.b/c"=="\\x74wo\\u0020words"'), "x");
      assertEquals(await chosen("labels"), "");
      assertEquals(await chosen("target"), "");
      assertEquals(await chosen(`target.digest==${DIGEST}`), "x");
      assertEquals(await chosen("target.mediatype~=manifest"), "x,y");
      assertEquals(await chosen("foo==1"), "");
      assertEquals(await chosen("foo!=1"), "x,y");
    },
  },
  {
    name: "filters: what is wrong with them",
    async run({ ns, client, version }) {
      const list = (filter: string) => ns.api.images.list({ filters: [filter] });
      const text = (shown: string, why: string) =>
        `invalid_argument: filters: parse error: [${shown}]: ${why}: invalid argument: ` +
        "invalid argument";
      await assertFails(list("name=="), text("name==", "expected value or quoted"));
      await assertFails(
        list("name=~x"),
        text("name >|=|< ~x", 'unsupported operator "=~"'),
      );
      await assertFails(list("name==x,"), text("name==x,", "expected field or quoted"));
      await assertFails(list("=="), text(" >|=|< =", "expected field or quoted"));
      await assertFails(
        list('labels."a"b==x'),
        text('labels."a" >|b|< ==x', 'expected an operator ("=="|"!="|"~=")'),
      );
      await assertFails(
        list("name==/x y"),
        text("name== >|/|< x y", "quoted literal not terminated"),
      );
      await assertFails(list("name==/x/"), text("name== >|/|< x/", "invalid quote encountered"));
      await assertFails(
        list("name==x y"),
        text("name==x >| |< y", "unexpected input:  "),
      );
      await assertFails(
        ns.api.snapshots.list({ snapshotter: "overlayfs", filters: ["name="] }),
        'unknown: filters: parse error: [name >|=|< ]: unsupported operator "=": invalid argument',
      );
      await assertFails(
        ns.api.events.subscribe({ filters: ["topic=="] }),
        "unknown: subscription error: failed parsing subscription filters: filters: parse error: " +
          "[topic==]: expected value or quoted: invalid argument",
      );
      await assertFails(
        client.api.introspection.plugins({ filters: ["type=="] }),
        version === "2.1"
          ? "invalid_argument: invalid argument: filters: parse error: [type==]: expected value or " +
            "quoted: invalid argument"
          : text("type==", "expected value or quoted"),
      );
    },
  },
  {
    name: "leases: what is on them",
    async run({ ns, version }) {
      const { leases } = ns.api;
      const id = "a/b";
      // Ids and labels are not checked.
      assertEquals((await leases.create({ id, labels: big })).lease?.id, id);
      await assertFails(leases.create({ id }), `already_exists: lease "${id}": already exists`);
      const made = await leases.create({});
      assert(made.lease?.id);
      await leases.delete({ id: made.lease.id });
      await assertFails(leases.delete({ id: "no" }), 'not_found: lease "no": not found');
      const list = async (filter: string) =>
        (await leases.list({ filters: [filter] })).leases.map((lease) => lease.id);
      assertEquals(await list(`id=="${id}"`), [id]);
      assertEquals(await list("labels.k"), [id]);
      assertEquals(await list("labels.q"), []);
      const add = (type: string, name: string) =>
        leases.addResource({ id, resource: { type, id: name } });
      await add("content", DIGEST);
      await add("content", DIGEST);
      await add("ingests", "i");
      await add("snapshots/overlayfs", "s");
      const images = version === "2.1"
        ? "ok"
        : "unimplemented: resource type images not supported yet: not implemented";
      await assertFails(add("images", "img"), images);
      await assertFails(
        add("foo", "x"),
        "unimplemented: resource type foo not supported yet: not implemented",
      );
      await assertFails(
        add("content", "x"),
        "invalid_argument: invalid content resource id x: invalid checksum digest format: " +
          "invalid argument",
      );
      await assertFails(
        add("content/x", DIGEST),
        "invalid_argument: invalid resource type content/x: invalid argument",
      );
      for (const type of ["snapshots", "snapshots/a/b"]) {
        await assertFails(
          add(type, "s"),
          `invalid_argument: invalid snapshot resource type ${type}: invalid argument`,
        );
      }
      await assertFails(add("ingests", ""), "unknown: key required");
      await leases.deleteResource({ id, resource: { type: "ingests", id: "i" } });
      await leases.deleteResource({ id, resource: { type: "ingests", id: "i" } });
      assertEquals(
        (await leases.listResources({ id })).resources.map((it) => `${it.type} ${it.id}`),
        [
          `content ${DIGEST}`,
          ...(version === "2.1" ? ["images img"] : []),
          "snapshots/overlayfs s",
        ],
      );
      await assertFails(
        leases.listResources({ id: "no" }),
        'not_found: lease "no": not found',
      );
      await leases.delete({ id });
    },
  },
  {
    name: "containers: records and their changes",
    async run({ ns, version }) {
      const { containers } = ns.api;
      const id = uniqueId("c");
      const container = { id, runtime, spec, image: "img" };
      await assertFails(
        containers.get({ id }),
        `not_found: container "${id}" in namespace "${ns.name}": not found`,
      );
      await containers.create({ container: { ...container, labels: { a: "1" } } });
      await assertFails(
        containers.create({ container }),
        `already_exists: container "${id}": already exists`,
      );
      const update = async (change: object, ...paths: string[]) =>
        (await containers.update({ container: { id, ...change }, updateMask: { paths } }))
          .container;
      assertEquals((await update({ labels: { b: "2", z: "9" } }, "labels.b"))?.labels, {
        a: "1",
        b: "2",
      });
      assertEquals((await update({ labels: { b: "" } }, "labels.b"))?.labels, { a: "1" });
      assertEquals((await update({ labels: { x: "1" } }, "labels"))?.labels, { x: "1" });
      assertEquals((await update({ image: "img2" }, "image"))?.image, "img2");
      await update({ spec }, "spec");
      for (const path of ["runtime", "snapshot_key"]) {
        await assertFails(
          update({}, path),
          `invalid_argument: cannot update "${path}" field on "${id}": invalid argument`,
        );
      }
      await assertFails(
        update({ snapshotKey: "sk" }, "snapshotkey"),
        "invalid_argument: update failed validation: container.Snapshotter must be set if " +
          "container.SnapshotKey is set: invalid argument",
      );
      await assertFails(
        update({ ...container, runtime: { name: "other" } }),
        "invalid_argument: container.Runtime.Name field is immutable: invalid argument",
      );
      await assertFails(
        update({ ...container, snapshotter: "other" }),
        "invalid_argument: container.Snapshotter field is immutable: invalid argument",
      );
      await assertFails(update({ id: "" }), "invalid_argument: Container.ID required");
      await assertFails(
        update({ ...container, id: "no" }),
        'not_found: container "no": not found',
      );
      const list = async (filter: string) =>
        (await containers.list({ filters: [filter] })).containers.length;
      assertEquals(await list(`id==${id}`), 1);
      assertEquals(await list("image==img2"), 1);
      assertEquals(await list("runtime.name~=runc"), 1);
      assertEquals(await list("labels.x"), 1);
      assertEquals(await list("snapshotkey==k"), 0);
      const streamed: (string | undefined)[] = [];
      for await (const message of containers.listStream({})) streamed.push(message.container?.id);
      assertEquals(streamed, [id]);
      await containers.delete({ id });
      await assertFails(containers.delete({ id }), `not_found: container ${id}: not found`);
      const prefix = "invalid_argument: create container failed validation: ";
      const create = (change: object) =>
        containers.create({ container: { ...container, ...change } });
      await assertFails(
        create({ id: "a/b" }),
        /failed validation: container.ID: identifier "a\/b"/,
      );
      await assertFails(
        create({ runtime: undefined }),
        `${prefix}container.Runtime.Name must be set: invalid argument`,
      );
      await assertFails(
        create({ snapshotKey: "k" }),
        `${prefix}container.Snapshotter must be set if container.SnapshotKey is set: ` +
          "invalid argument",
      );
      await assertFails(
        create({ extensions: { "": spec } }),
        `${prefix}container.Extension keys must not be zero-length: invalid argument`,
      );
      if (version === "1.6") {
        await assertFails(
          create({ spec: undefined }),
          `${prefix}container.Spec must be set: invalid argument`,
        );
      }
    },
  },
  {
    name: "events: topics, envelopes and filters",
    async run({ ns }) {
      const { api, name } = ns;
      await using images = await Listening.to(ns, [
        `namespace==${name},topic=="/images/create",event.name==x`,
      ]);
      await using all = await Listening.to(ns);
      await api.images.create({ image: { name: "y", target } });
      await api.images.create({ image: { name: "x", target, labels: { a: "1" } } });
      await api.images.update({ image: { name: "x", target } });
      await api.images.delete({ name: "x" });
      await api.images.delete({ name: "y" });
      const topics = (await all.soFar()).map(({ topic }) => topic);
      assertEquals(topics, [
        "/images/create",
        "/images/create",
        "/images/update",
        "/images/delete",
        "/images/delete",
      ]);
      const [created] = await images.until("/images/create");
      assertEquals([created?.namespace, created?.topic], [name, "/images/create"]);
      assert(created?.timestamp && created.event);
      const event = unpackMessage(ImageCreateSchema, created.event);
      assertEquals([event?.name, event?.labels], ["x", { a: "1" }]);
    },
  },
  {
    name: "events: those of labels and namespaces",
    versions: ["1.7", "2.1"],
    async run({ ns, client }) {
      const { api } = ns;
      const id = uniqueId("c");
      await using labelled = await Listening.to(ns, [
        `namespace==${ns.name},event.labels."a.b/c"==1`,
      ]);
      await api.containers.create({ container: { id, runtime, spec } });
      await api.containers.update({
        container: { id, labels: { "a.b/c": "1" } },
        updateMask: { paths: ["labels"] },
      });
      await api.containers.delete({ id });
      const [updated] = await labelled.until("/containers/update");
      assert(updated?.event);
      assertEquals(unpackMessage(ContainerUpdateSchema, updated.event)?.labels, { "a.b/c": "1" });
      const name = uniqueId("conf");
      await using created = await Listening.to(ns, [`namespace==${name}`]);
      await client.api.namespaces.create({ namespace: { name, labels: { a: "1" } } });
      await client.api.namespaces.delete({ name });
      const [first, ...rest] = await created.until("/namespaces/delete");
      assert(first?.event);
      assertEquals(unpackMessage(NamespaceCreateSchema, first.event)?.labels, { a: "1" });
      assertEquals(rest.map(({ namespace }) => namespace), [name]);
    },
  },
  {
    name: "events: what may be published",
    async run({ ns, client }) {
      const event = { typeUrl: "x", value: new Uint8Array([1]) };
      const publish = (topic: string) => ns.api.events.publish({ topic, event });
      await assertFails(
        publish("a"),
        `invalid_argument: envelope topic "a": must start with '/': invalid argument`,
      );
      await assertFails(
        publish("/"),
        'invalid_argument: envelope topic "/": must have at least one component: invalid argument',
      );
      await assertFails(
        publish(""),
        'invalid_argument: envelope topic "": must not be empty: invalid argument',
      );
      await assertFails(
        publish("/a b"),
        /^invalid_argument: envelope topic "\/a b": failed validation on component "a b": identif/,
      );
      await assertFails(
        client.api.events.publish({ topic: "/a", event }),
        "failed_precondition: failed publishing event: namespace is required: failed precondition",
      );
      await using listening = await Listening.to(ns);
      await publish("/a/b");
      const [published] = await listening.until("/a/b");
      assertEquals(published?.event?.typeUrl, "x");
      assertEquals(published?.event?.value, new Uint8Array([1]));
    },
  },
  {
    name: "a daemon says what it is and what it lacks",
    async run({ client, version }) {
      const { api } = client;
      assert((await client.version()).version.startsWith(version));
      assert((await api.introspection.server({})).uuid);
      const { plugins } = await api.introspection.plugins({
        filters: ["type==io.containerd.snapshotter.v1"],
      });
      assert(plugins.some(({ id }) => id === "overlayfs"));
      assert(plugins.some(({ id }) => id === "native"));
      await assertFails(
        api.mounts.info({ name: "x" }),
        "unimplemented: unknown service containerd.services.mounts.v1.Mounts",
      );
      const info = api.introspection.pluginInfo({ type: "a", id: "b" });
      await assertFails(
        info,
        version === "2.1"
          ? "not_found: plugin a.b not found: not found"
          : "unimplemented: unknown method PluginInfo for service " +
            "containerd.services.introspection.v1.Introspection",
      );
    },
  },
];
