import { assert, assertEquals, assertRejects } from "@std/assert";
import { unpackSpec } from "../../lib/api/any.ts";
import { AlreadyExistsError, NotFoundError, UnsupportedError } from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";
import { makeContainer, putBlob } from "./support.ts";

daemonTest("containers: create, get, list, listStream, update, delete", async (t) => {
  const { api } = t.ns;
  await using made = await makeContainer(t, "true");
  const { id } = made;
  const { container } = await api.containers.get({ id });
  assertEquals([container?.id, container?.snapshotKey, container?.image], [id, id, "raw"]);
  assertEquals(unpackSpec(container!.spec!).process?.args, ["true"]);
  const { container: changed } = await api.containers.update({
    container: { id, labels: { a: "b" } },
    updateMask: { paths: ["labels.a"] },
  });
  assertEquals(changed?.labels, { a: "b" });
  const { containers } = await api.containers.list({ filters: ["labels.a==b"] });
  assertEquals(containers.map((one) => one.id), [id]);
  const streamed: (string | undefined)[] = [];
  for await (const { container } of api.containers.listStream({})) streamed.push(container?.id);
  assertEquals(streamed, [id]);
  await api.containers.delete({ id });
  await assertRejects(() => api.containers.get({ id }), NotFoundError);
});

daemonTest("images: create, get, list, update, delete", async (t) => {
  const { api } = t.ns;
  const { target } = await t.image();
  const image = { name: "mine", target: { ...target, size: BigInt(target.size) } };
  const made = await api.images.create({ image });
  assertEquals(made.image?.target?.digest, target.digest);
  await assertRejects(() => api.images.create({ image }), AlreadyExistsError);
  assertEquals((await api.images.get({ name: "mine" })).image?.name, "mine");
  await api.images.update({
    image: { ...image, labels: { a: "b" } },
    updateMask: { paths: ["labels"] },
  });
  const { images } = await api.images.list({ filters: ["labels.a==b"] });
  assertEquals(images.map(({ name }) => name), ["mine"]);
  await api.images.delete({ name: "mine", sync: true });
  await assertRejects(() => api.images.get({ name: "mine" }), NotFoundError);
});

daemonTest(
  "leases: create, list, addResource, listResources, deleteResource, delete",
  async (t) => {
    const { api } = t.ns;
    const { lease } = await api.leases.create({ id: "held", labels: { a: "b" } });
    assertEquals(lease?.id, "held");
    const digest = await putBlob(t.ns.withLease("held").api, new Uint8Array([1, 2, 3]));
    const resource = { type: "content", id: digest };
    const { resources } = await api.leases.listResources({ id: "held" });
    assertEquals(resources.map(({ type, id }) => ({ type, id })), [resource]);
    await api.leases.deleteResource({ id: "held", resource });
    assertEquals((await api.leases.listResources({ id: "held" })).resources, []);
    await api.leases.addResource({ id: "held", resource });
    assertEquals((await api.leases.listResources({ id: "held" })).resources.length, 1);
    const { leases } = await api.leases.list({ filters: ["labels.a==b"] });
    assertEquals(leases.map(({ id }) => id), ["held"]);
    await api.leases.delete({ id: "held", sync: true });
    await assertRejects(() => api.content.info({ digest }), NotFoundError);
  },
);

daemonTest("namespaces: create, get, list, update, delete", async ({ ns }) => {
  const { api } = ns;
  const { name } = ns;
  await api.namespaces.create({ namespace: { name, labels: { a: "1" } } });
  assertEquals((await api.namespaces.get({ name })).namespace?.labels, { a: "1" });
  // What it answers is empty.
  await api.namespaces.update({
    namespace: { name, labels: { b: "2" } },
    updateMask: { paths: ["labels.b"] },
  });
  assertEquals((await api.namespaces.get({ name })).namespace?.labels, { a: "1", b: "2" });
  const { namespaces } = await api.namespaces.list({});
  assert(namespaces.some((one) => one.name === name));
  await api.namespaces.delete({ name });
  await assertRejects(() => api.namespaces.delete({ name }), NotFoundError);
});

daemonTest("events: subscribe, publish, forward", async ({ ns }) => {
  const { api } = ns;
  const filters = [`namespace==${ns.name}`];
  const events = api.events.subscribe({ filters });
  const event = { typeUrl: "test.Event", value: new Uint8Array([1]) };
  const topics: string[] = [];
  const seen = (async () => {
    for await (const { topic } of events) {
      topics.push(topic);
      if (topic === "/test/forwarded") return;
    }
  })();
  // Calls are served side by side: what is published at once may come before the subscription.
  while (topics.length === 0) await api.events.publish({ topic: "/test/probe", event });
  await api.events.publish({ topic: "/test/published", event });
  await api.events.forward({
    envelope: { namespace: ns.name, topic: "/test/forwarded", event, timestamp: { seconds: 1n } },
  });
  await seen;
  assertEquals(topics.filter((topic) => topic !== "/test/probe"), [
    "/test/published",
    "/test/forwarded",
  ]);
});

daemonTest("introspection: plugins, server, pluginInfo; version: version", async (t) => {
  const { api } = t.client;
  const { plugins } = await api.introspection.plugins({ filters: ["id==overlayfs"] });
  assertEquals(plugins.map(({ id }) => id), ["overlayfs"]);
  const server = await api.introspection.server({});
  assert(/^[0-9a-f-]{36}$/.test(server.uuid));
  const { version } = await api.version.version({});
  assert(version.replace(/^v/, "").startsWith(t.version));
  const info = api.introspection.pluginInfo({ type: "io.containerd.runtime.v2", id: "task" });
  if (t.version === "2.1") assertEquals((await info).plugin?.id, "task");
  else await assertRejects(() => info, UnsupportedError);
});

daemonTest("mounts: activate, deactivate, info, update, list", async ({ ns, client }) => {
  const { api } = ns;
  assertEquals((await client.features()).mounts, false, "a test of Mounts is due");
  const calls = [
    () => api.mounts.activate({ name: "m" }),
    () => api.mounts.deactivate({ name: "m" }),
    () => api.mounts.info({ name: "m" }),
    () => api.mounts.update({ info: { name: "m" } }),
    () => Array.fromAsync(api.mounts.list({})),
  ];
  for (const call of calls) await assertRejects(call, UnsupportedError);
});
