import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SERVICES } from "../../.ci/rpc_docs/services.ts";
import { packMessage } from "../../lib/api/any.ts";
import type { Api } from "../../lib/api/api.ts";
import type { Client } from "../../lib/client/client.ts";
import { CallMetrics } from "../../lib/core/policy/metrics.ts";
import { type SpanLike, traceCalls } from "../../lib/core/policy/tracing.ts";
import { isRead } from "../../lib/core/call/reads.ts";
import {
  DavitError,
  NotFoundError,
  PermissionError,
  UnavailableError,
} from "../../lib/errors/errors.ts";
import { RuntimeRequestSchema } from "../../lib/gen/containerd/types/runtime_pb.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

daemonTest("use() sees calls, answers and errors", async ({ client, ns, image }) => {
  await image();
  const seen: string[] = [];
  const watched = client.use(({ service, method, namespace, request }) => {
    const rpc = `${service.split(".").at(-1)}.${method}`;
    seen.push(`${rpc} ${namespace === ns.name} ${request?.$typeName.split(".").at(-1)}`);
    return {
      request: (message) => seen.push(`> ${message.$typeName.split(".").at(-1)}`),
      response: (message) => seen.push(`< ${message.$typeName.split(".").at(-1)}`),
      end: (error) => seen.push(`${rpc} ended: ${error?.code ?? "ok"}`),
    };
  }).namespace(ns.name);
  await watched.images.list();
  await assertRejects(() => watched.api.images.get({ name: "nothere" }), NotFoundError);
  assertEquals(seen.splice(0), [
    "Images.List true ListImagesRequest",
    "< ListImagesResponse",
    "Images.List ended: ok",
    "Images.Get true GetImageRequest",
    "Images.Get ended: not_found",
  ]);
  await using lease = await ns.leases.create();
  await watched.withLease(lease).content.write(new TextEncoder().encode("some bytes"));
  assertEquals(seen.splice(0), [
    "Content.Write true undefined",
    "> WriteContentRequest",
    "< WriteContentResponse",
    "Content.Write ended: ok",
  ]);
  for await (const _ of watched.api.content.list({})) break;
  assertEquals(seen.splice(0), [
    "Content.List true ListContentRequest",
    "< ListContentResponse",
    "Content.List ended: ok",
  ]);
  // What another client does, it does not see.
  await ns.images.list();
  assertEquals(seen, []);
});

daemonTest("use() refuses, and passes on what an interceptor throws", async ({ client, ns }) => {
  const strict = client.use((call) => {
    if (call.method === "Delete") call.deny("nothing is deleted on Fridays");
  }).namespace(ns.name);
  await strict.images.list();
  const error = await assertRejects(
    () => strict.api.images.delete({ name: "x" }),
    PermissionError,
    "Cannot call Images.Delete in namespace",
  );
  assert(error.message.endsWith(": nothing is deleted on Fridays"));
  const slow = client.use(async (call) => {
    await Promise.resolve();
    call.deny("after some thought");
  }).namespace(ns.name);
  await assertRejects(() => slow.images.list(), PermissionError, "after some thought");
  await assertRejects(
    async () => {
      for await (const _ of slow.api.content.list({}));
    },
    PermissionError,
    "after some thought",
  );
  const broken = client.use(() => {
    throw new TypeError("a mistake");
  });
  const raised = await assertRejects(() => broken.version(), DavitError, "a mistake");
  assert(raised.cause instanceof TypeError);
});

daemonTest("use() keeps the order of calls, so that a subscription misses nothing", async (t) => {
  const watched = t.client.use(() => {}).namespace(t.ns.name);
  const events = watched.api.events.subscribe({
    filters: [`namespace==${t.ns.name},topic=="/images/create"`],
  });
  await t.image();
  await watched.images.set("made-after", (await t.image()).target);
  const names: string[] = [];
  for await (const { topic } of events) {
    names.push(topic);
    if (names.length === 2) break;
  }
  assertEquals(names, ["/images/create", "/images/create"]);
});

daemonTest("use() nests, the last one first, and ends with its client", async ({ client, ns }) => {
  const order: string[] = [];
  const first = client.use(() => void order.push("first"));
  const second = first.use(() => void order.push("second"));
  await second.namespace(ns.name).images.list();
  assertEquals(order, ["second", "first"]);
  await second.close();
  await assertRejects(() => second.version(), UnavailableError, "was closed");
  await first.version();
  await client.version();
});

daemonTest("CallMetrics counts calls and failures", async ({ client, ns }) => {
  const metrics = new CallMetrics();
  const counted = client.use(metrics.interceptor).namespace(ns.name);
  await counted.images.list();
  await counted.images.list();
  await counted.api.images.get({ name: "nothere" }).catch(() => {});
  const [get, list] = metrics.stats();
  assertEquals([get?.rpc, get?.ended, get?.active], [
    "containerd.services.images.v1.Images/Get",
    1,
    0,
  ]);
  assertEquals(get?.failures, { not_found: 1 });
  assertEquals([list?.ended, list?.failures], [2, {}]);
  assert(list!.totalMs >= list!.maxMs && list!.maxMs > 0);
});

daemonTest("traceCalls() makes spans and sends their context", async ({ client, ns }) => {
  const log: unknown[] = [];
  const sent: (string | null)[] = [];
  const tracer = {
    startSpan(name: string, options?: { kind?: number; attributes?: Record<string, string> }) {
      log.push(["start", name, options?.kind, options?.attributes?.["rpc.method"]]);
      const span: SpanLike = {
        spanContext: () => ({ traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 }),
        setAttribute: (key, value) => log.push([key, value]),
        setStatus: ({ code }) => log.push(["status", code]),
        recordException: (error) => log.push(["exception", error.name]),
        end: () => log.push("end"),
      };
      return span;
    },
  };
  const traced = client.use(({ headers }) => void sent.push(headers.get("traceparent")))
    .use(traceCalls(tracer)).namespace(ns.name);
  await traced.images.list();
  await traced.api.images.get({ name: "nothere" }).catch(() => {});
  assertEquals(sent, Array(2).fill(`00-${"a".repeat(32)}-${"b".repeat(16)}-01`));
  assertEquals(log, [
    ["start", "containerd.services.images.v1.Images/List", 2, "List"],
    "end",
    ["start", "containerd.services.images.v1.Images/Get", 2, "Get"],
    ["error.type", "not_found"],
    ["exception", "NotFoundError"],
    ["status", 2],
    "end",
  ]);
});

/** Every method of every service. */
function rpcs(api: Api): { name: string; method: string; call: () => Promise<unknown> }[] {
  return SERVICES.flatMap(({ key, service }) =>
    service.methods.map((method) => ({
      name: `${key}.${method.localName}`,
      method: method.localName,
      call: async () => {
        const call = Reflect.get(api[key], method.localName).bind(api[key]);
        const options = { timeoutMs: 2000 };
        if (method.methodKind === "unary") return await call({}, options);
        const request = method.methodKind === "bidi_streaming" ? ReadableStream.from([]) : {};
        for await (const _ of call(request, options)) break;
      },
    }))
  );
}

const READING =
  /^(get|list|listStream|info|listStatuses|read|status|subscribe|plugins|pluginInfo|server|listResources|metrics|platform|wait|mounts|stat|usage|listPids|version)$/;

daemonTest("restricted({ readOnly }) lets no RPC pass that changes anything", async (t) => {
  const { client, ns, image } = t;
  await image();
  const { api } = client.restricted({ readOnly: true }).namespace(ns.name);
  const all = rpcs(api);
  assertEquals(all.length, 88);
  for (const { name, method, call } of all) {
    if (READING.test(method)) continue;
    await assertRejects(call, PermissionError, "only reads", `${name} was let pass`);
  }
  assert(!isRead({ service: "containerd.services.images.v2.Images", method: "Get" }));
  const reader = client.restricted({ readOnly: true });
  const seen = await reader.namespace(ns.name).images.list();
  assertEquals(seen.map(({ name }) => name), [(await image()).name]);
  await assertRejects(async () => await reader.namespace(ns.name).run(seen[0]!), PermissionError);
  await assertRejects(() => reader.namespace(ns.name).images.remove(seen[0]!), PermissionError);
  await assertRejects(() => reader.namespaces.create("x"), PermissionError);
  assertEquals((await reader.version()).version, (await client.version()).version);
  // It cannot be loosened by what is made of it.
  const derived = reader.use(() => {}).restricted({ readOnly: false });
  await assertRejects(
    () => derived.namespace(ns.name).images.remove(seen[0]!),
    PermissionError,
  );
  await reader.close();
  await client.version();
});

/** Another namespace with an image in it; emptied at the end. */
async function elsewhere(t: DaemonTestEnv): Promise<{ name: string } & AsyncDisposable> {
  const name = `${t.ns.name}-x`;
  const image = await t.image();
  const api = t.client.namespace(name).api;
  await api.images.create({
    image: { name: "secret", target: { ...image.target, size: BigInt(image.target.size) } },
  });
  return {
    name,
    async [Symbol.asyncDispose]() {
      await api.images.delete({ name: "secret", sync: true });
      await t.client.api.namespaces.delete({ name });
    },
  };
}

function attempts(limited: Client, own: string, other: string): [string, () => unknown][] {
  const { api } = limited;
  return [
    ["namespace()", () => limited.namespace(other)],
    ["restricted()", () => limited.restricted({ namespace: other })],
    ["a call without a namespace", () => api.images.list({})],
    ["Namespaces.List", () => limited.namespaces.list()],
    ["Namespaces.Get", () => limited.namespaces.get(other)],
    ["Namespaces.Create", () => limited.namespaces.create(`${other}y`)],
    ["Namespaces.Update", () => limited.namespaces.label(other, { a: "b" })],
    ["Namespaces.Delete", () => api.namespaces.delete({ name: other })],
    ["Events.Forward", () =>
      limited.namespace(own).api.events.forward({
        envelope: { namespace: other, topic: "/tasks/exit" },
      })],
    ["Introspection.PluginInfo", () =>
      api.introspection.pluginInfo({
        type: "io.containerd.runtime.v2",
        id: "task",
        options: packMessage(RuntimeRequestSchema, { runtimePath: "/bin/true" }),
      })],
  ];
}

daemonTest("restricted({ namespace }) cannot be escaped", async (t) => {
  await using other = await elsewhere(t);
  const limited = t.client.restricted({ namespace: t.ns.name });
  assertEquals(limited.namespace().name, t.ns.name);
  assertEquals((await limited.namespace().images.list()).length, 1);
  for (const [what, attempt] of attempts(limited, t.ns.name, other.name)) {
    await assertRejects(async () => await attempt(), PermissionError, undefined, what);
  }
  assertThrows(() => limited.use(() => {}).namespace(other.name), PermissionError);
  // An interceptor that turns the call around is asked before the limit, not after it.
  const turned = limited.use(({ headers }) => headers.set("containerd-namespace", other.name));
  await assertRejects(() => turned.namespace().images.list(), PermissionError);
  await limited.close();
});

daemonTest("restricted({ namespace }) brings only its own events", async (t) => {
  await using other = await elsewhere(t);
  const limited = t.client.restricted({ namespace: t.ns.name });
  const events = limited.namespace().api.events.subscribe({ filters: ['topic~="/images/"'] });
  const { target } = await t.image();
  await t.client.namespace(other.name).images.set("secret", target, { labels: { a: "b" } });
  await t.ns.images.set("own", target);
  for await (const { namespace } of events) {
    assertEquals(namespace, t.ns.name);
    break;
  }
  await limited.close();
});
