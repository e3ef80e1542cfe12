import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import type { Transport } from "@connectrpc/connect";
import { packMessage } from "../../lib/api/any.ts";
import { Client } from "../../lib/client/client.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { ContainerBuilder } from "../../lib/core/container/builder.ts";
import type { RunningContainer } from "../../lib/core/container/running.ts";
import type { WatchItem } from "../../lib/core/event/watch.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import {
  CanceledError,
  DavitError,
  InvalidArgumentError,
  TimeoutError,
  UnavailableError,
} from "../../lib/errors/errors.ts";
import { ImageCreateSchema } from "../../lib/gen/containerd/events/image_pb.ts";
import { LocalHost } from "../../lib/host/local.ts";
import { dialUnix } from "../../lib/rpc/dial.ts";
import { createGrpcTransport } from "../../lib/rpc/transport.ts";
import { testEach } from "../daemon/support.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";

/** Publishes an event of an image, which needs no image. */
async function publish(ns: Namespace, name: string): Promise<void> {
  const event = packMessage(ImageCreateSchema, { name, labels: {} });
  await ns.api.events.publish({ topic: "/images/create", event });
}

daemonTest("events() is subscribed when it returns", async ({ address, ns }) => {
  for (let i = 0; i < 30; i++) {
    await using client = clientOf(address);
    const own = client.namespace(ns.name);
    await using stream = own.events();
    // Nothing is quicker than this call, and nothing awaited the stream.
    await own.api.events.publish({ topic: "/test/quick", event: { typeUrl: `n${i}` } });
    const { value } = await stream.next();
    assert(value?.topic === "unknown");
    assertEquals([value.rawTopic, value.event?.typeUrl], ["/test/quick", `n${i}`]);
  }
});

daemonTest("events() tells what a run does, typed by topic", async ({ ns, image }) => {
  const name = (await image()).name;
  await using stream = ns.events();
  const run = ns.run(name).name("one").sh`exit 3`.noThrow();
  await run;
  const seen: string[] = [];
  for await (const item of stream) {
    assertEquals(item.namespace, ns.name);
    assert(item.timestamp instanceof Date);
    seen.push(item.topic);
    if (item.topic === "/containers/create") assertEquals(item.event.image, name);
    if (item.topic === "/snapshot/prepare" && item.event.key === "one") {
      assert(item.event.parent.startsWith("sha256:"));
    }
    if (item.topic === "/tasks/start") assert(item.event.pid > 0);
    if (item.topic === "/tasks/exit") {
      assertEquals([item.event.id, item.event.exitStatus], ["one", 3]);
    }
    // Events of shims come by another way, so that the order of the last ones is open.
    if (["/tasks/exit", "/containers/delete"].every((topic) => seen.includes(topic))) break;
  }
  const order = [
    "/containers/create",
    "/snapshot/prepare",
    "/tasks/create",
    "/tasks/start",
    "/tasks/exit",
  ];
  assertEquals([...new Set(seen.filter((topic) => order.includes(topic)))], order);
  assert(!seen.includes("unknown"), "a probe or an event of another kind came through");
});

daemonTest("events() keeps to its namespace unless told otherwise", async ({ client, ns }) => {
  await using own = ns.events({ topic: "/images/create" });
  await using all = ns.events({ topic: "/images/create", allNamespaces: true });
  const other = client.namespace(`${ns.name}-other`);
  await publish(other, "theirs");
  await publish(ns, "ours");
  assertEquals((await own.next()).value?.event.name, "ours");
  // Other tests run on the same daemon.
  const names: string[] = [];
  for await (const { event, namespace } of all) {
    if (namespace === ns.name || namespace === other.name) names.push(event.name);
    if (names.length === 2) break;
  }
  assertEquals(names, ["theirs", "ours"]);
});

daemonTest("events() looks for topics and values", async ({ ns }) => {
  await using one = ns.events({ topic: "/images/create", where: { name: "b" } });
  await using two = ns.events({ topic: ["/images/create", "/images/delete"] });
  for (const name of ["a", "b"]) await publish(ns, name);
  assertEquals((await one.next()).value?.event.name, "b");
  assertEquals([(await two.next()).value?.event.name, (await two.next()).value?.event.name], [
    "a",
    "b",
  ]);
  assertThrows(
    // @ts-expect-error containerd has no such topic
    () => ns.events({ topic: "/images/created" }),
    InvalidArgumentError,
    "/images/create,",
  );
  // @ts-expect-error an image event has no such field
  await ns.events({ topic: "/images/create", where: { pid: 1 } }).return();
  // @ts-expect-error a name is text
  await ns.events({ topic: "/images/create", where: { name: 1 } }).return();
  assertThrows(() => ns.events({ buffer: 0 }), InvalidArgumentError, "buffer of 0");
});

daemonTest("events() passes on what it does not know as it came", async ({ ns }) => {
  await using stream = ns.events();
  await using images = ns.events({ topic: "/images/create" });
  const event = { typeUrl: "example.com/what.Ever", value: new Uint8Array([1, 255, 0]) };
  await ns.api.events.publish({ topic: "/other/thing", event });
  // A known topic, with another message and with one that is broken.
  await ns.api.events.publish({ topic: "/images/create", event });
  const broken = { typeUrl: ImageCreateSchema.typeName, value: new Uint8Array([10, 200]) };
  await ns.api.events.publish({ topic: "/images/create", event: broken });
  await publish(ns, "good");
  for (const [rawTopic, sent] of [["/other/thing", event], ["/images/create", event]] as const) {
    const { value } = await stream.next();
    assert(value?.topic === "unknown");
    assertEquals(value.rawTopic, rawTopic);
    assertEquals([value.event?.typeUrl, value.event?.value], [sent.typeUrl, sent.value]);
  }
  const { value } = await stream.next();
  assert(value?.topic === "unknown");
  assertEquals(value.event?.value, broken.value);
  assertEquals((await images.next()).value?.event.name, "good");
});

/** A client that counts the subscriptions under way. */
function countingClient(address: string): { client: Client; open: () => number } {
  const transport = createGrpcTransport({ dial: dialUnix(address), address });
  let open = 0;
  const stream: Transport["stream"] = async (method, signal, ...rest) => {
    const response = await transport.stream(method, signal, ...rest);
    if (method.name === "Subscribe") {
      open++;
      signal?.addEventListener("abort", () => open--, { once: true });
    }
    return response;
  };
  const counting = { ...transport, stream, close: () => transport.close() };
  return {
    client: new Client({ transport: counting, address, host: new LocalHost() }),
    open: () => open,
  };
}

daemonTest("events() of one client share a subscription, which ends with the last", async (t) => {
  const { client, open } = countingClient(t.address);
  await using _closed = client;
  const ns = client.namespace(t.ns.name);
  const streams = Array.from({ length: 5 }, () => ns.events({ topic: "/images/create" }));
  await Promise.all(streams.map(({ ready }) => ready));
  assertEquals(open(), 1);
  await publish(ns, "x");
  for (const stream of streams) assertEquals((await stream.next()).value?.event.name, "x");
  for (const stream of streams) {
    assertEquals(open(), 1);
    await stream.return();
    assertEquals(await stream.next(), { done: true, value: undefined });
  }
  assertEquals(open(), 0);
  // Another one begins anew, and a break ends it.
  const again = ns.events({ topic: "/images/create" });
  await publish(ns, "y");
  for await (const { event } of again) {
    assertEquals([event.name, open()], ["y", 1]);
    break;
  }
  assertEquals(open(), 0);
});

daemonTest("a slow consumer finds a gap, others miss nothing", async ({ ns }) => {
  await using slow = ns.events({ topic: "/images/create", buffer: 10, gaps: true });
  await using strict = ns.events({ topic: "/images/create", buffer: 10 });
  await using quick = ns.events({ topic: "/images/create" });
  for (let i = 0; i < 100; i++) await publish(ns, `${i}`);
  for (let i = 0; i < 100; i++) assertEquals((await quick.next()).value?.event.name, `${i}`);
  for (let i = 0; i < 10; i++) {
    const { value } = await slow.next();
    assert(value?.topic === "/images/create");
    assertEquals(value.event.name, `${i}`);
    assertEquals((await strict.next()).value?.event.name, `${i}`);
  }
  const { value: gap } = await slow.next();
  assert(gap?.topic === "gap");
  assertEquals([gap.reason, gap.missed], ["overflow", 90]);
  const error = await assertRejects(() => strict.next(), DavitError, "90 came faster");
  assertEquals(error.code, "data_loss");
  assertEquals(await strict.next(), { done: true, value: undefined });
  // It goes on behind the gap.
  await publish(ns, "later");
  const { value } = await slow.next();
  assert(value?.topic === "/images/create");
  assertEquals(value.event.name, "later");
});

daemonTest("10000 events wait for a consumer that is busy", async ({ ns }) => {
  await using stream = ns.events({ topic: "/images/create" });
  const count = 10_000;
  for (let i = 0; i < count; i += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, j) => publish(ns, `${i + j}`)));
  }
  const names = new Set<string>();
  for await (const { event } of stream) if (names.add(event.name).size === count) break;
}, { timeoutMs: 60_000 });

daemonTest("once() waits for the event that fits", async ({ ns }) => {
  const second = ns.once("/images/create", ({ event }) => event.name === "2");
  for (const name of ["1", "2", "3"]) await publish(ns, name);
  assertEquals((await second).event.name, "2");
  await assertRejects(
    () => ns.once("/images/delete", undefined, { timeout: "50ms" }),
    TimeoutError,
    'Cannot wait for "/images/delete"',
  );
  const reason = new Error("enough");
  const canceled = await assertRejects(
    () => ns.once("/images/delete", undefined, { signal: AbortSignal.abort(reason) }),
    CanceledError,
  );
  assertStrictEquals(canceled.cause, reason);
  await assertRejects(
    () => ns.once("/images/delete", () => true, { signal: AbortSignal.timeout(20) }),
    TimeoutError,
  );
  // A predicate that throws ends the wait with its error.
  const broken = ns.once("/images/create", () => {
    throw new RangeError("oops");
  });
  await Promise.all([assertRejects(() => broken, RangeError, "oops"), publish(ns, "4")]);
});

daemonTest("closing the client ends its streams", async (t) => {
  const client = clientOf(t.address);
  const stream = client.namespace(t.ns.name).events();
  await stream.ready;
  const waiting = assertRejects(() => stream.next(), CanceledError, "closed");
  await client.close();
  await waiting;
});

Deno.test("events() without a daemon fails at once", async () => {
  await using client = clientOf("/nonexistent/containerd.sock");
  const stream = client.namespace("x").events();
  await assertRejects(() => stream.ready, UnavailableError);
  await assertRejects(() => stream.next(), UnavailableError);
});

/** Takes items until one of `type`. */
async function until(
  watch: AsyncIterator<WatchItem, void>,
  type: WatchItem["type"],
): Promise<string[]> {
  const seen: string[] = [];
  while (true) {
    const { done, value } = await watch.next();
    if (done) throw new Error(`the watch ended after ${seen.join(", ")}`);
    if ("container" in value) {
      const { id, state, exit } = value.container;
      const how = exit ? `${state} ${exit.exitCode}` : state;
      seen.push(`${value.type} ${id} ${how} ${value.event?.topic}`);
    } else {
      seen.push(value.type);
    }
    if (value.type === type) return seen;
  }
}

/** Shims send their events by a way of their own: the last may come after the container's end. */
function withoutTaskDelete(seen: readonly string[]): string[] {
  return seen.filter((item) => !item.endsWith("/tasks/delete"))
    .map((item) => item.replace(/^(removed \S+) .* /, "$1 "));
}

/** Starts containers, and waits until nothing is still to come of that. */
async function startQuietly(
  ns: Namespace,
  ...plans: ContainerBuilder[]
): Promise<RunningContainer[]> {
  await using events = ns.events({ topic: "/tasks/start" });
  await events.ready;
  const started = await Promise.all(plans.map((plan) => plan.start()));
  for (let left = plans.length; left > 0; left--) await events.next();
  return started;
}

daemonTest("watch() lists, then follows", async ({ ns, image }) => {
  const plan = ns.container("old").image(await image()).command("sleep", "60");
  await using old = (await startQuietly(ns, plan))[0]!;
  const watch = ns.watch();
  assertEquals(await until(watch, "synced"), ["added old running undefined", "synced"]);
  await old.remove();
  assertEquals(withoutTaskDelete(await until(watch, "removed")), [
    "changed old stopped 137 /tasks/exit",
    "removed old /containers/delete",
  ]);
  // A run is told from its beginning to its end, however quickly it is over.
  await ns.run(await image()).name("quick").command("true");
  assertEquals(withoutTaskDelete(await until(watch, "removed")), [
    "added quick undefined /containers/create",
    "changed quick created /tasks/create",
    "changed quick running /tasks/start",
    "changed quick stopped 0 /tasks/exit",
    "removed quick /containers/delete",
  ]);
  await watch.return();
});

testEach("watch() finds out what happened while containerd was away", async (place) => {
  const daemon = await startDaemon(place.options);
  const client = clientOf(daemon.address);
  try {
    const ns = client.namespace(place.namespace);
    const image = await loadBusybox(ns);
    const plan = (id: string) => ns.container(id).image(image).command("sleep", "600");
    const [victim] = await startQuietly(ns, plan("victim"), plan("stays"));
    const watch = ns.watch();
    assertEquals((await until(watch, "synced")).length, 3);
    const strict = ns.events();
    const once = assertRejects(() => ns.once("/containers/delete"), DavitError, "lost");
    await strict.ready;

    Deno.kill(daemon.pid, "SIGKILL");
    Deno.kill(victim!.pid, "SIGKILL");
    await using again = await startDaemon(place.options);
    const seen = await until(watch, "synced");
    // Newer daemons clean up what ended while they were away, older ones keep the ended task.
    assertEquals(seen.map((item) => item.replace(/(victim) (stopped \d+|undefined)/, "$1 ended")), [
      "gap",
      "changed victim ended undefined",
      "synced",
    ]);
    const error = await assertRejects(() => strict.next(), DavitError, "lost for a while");
    assertEquals(error.code, "data_loss");
    await once;

    await (await ns.containers.get("victim")).remove();
    const last = withoutTaskDelete(await until(watch, "removed")).at(-1);
    assertEquals(last, "removed victim /containers/delete");
    await (await ns.containers.get("stays")).remove();
    await watch.return();
    await client.close();
    assert(again.pid !== daemon.pid);
  } finally {
    await client.close().catch(() => {/* the first error counts */});
    await daemon.stop().catch(() => {});
  }
});
