import { assert, assertEquals, assertRejects } from "@std/assert";
import { daemonTest } from "../harness/daemons.ts";
import { unpackSpec } from "../../lib/api/any.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { RunningContainer } from "../../lib/core/container/running.ts";
import type { Image } from "../../lib/core/image/image.ts";
import {
  CanceledError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";

const MIB = 1024 * 1024;

function sleeper(ns: Namespace, image: Image, id: string): Promise<RunningContainer> {
  return ns.container(id).image(image).memory("64MiB").command("sleep", "600").start();
}

/** The limits in a container's record. */
async function recorded(ns: Namespace, id: string) {
  const { container } = await ns.api.containers.get({ id });
  return unpackSpec(container!.spec!).linux?.resources;
}

daemonTest("tasks are listed with what they do", async ({ ns, image }) => {
  assertEquals(await ns.tasks.list(), []);
  await using a = await sleeper(ns, await image(), "a");
  await using b = await ns.container("b").image(await image()).command("sh", "-c", "exit 7")
    .start();
  await using _c = await ns.container("c").image(await image()).create();
  await b.wait();
  const [first, second, ...more] = await ns.tasks.list();
  assertEquals(more, []);
  assertEquals([first?.id, first?.state, first?.pid, first?.exitCode], [
    "a",
    "running",
    a.pid,
    undefined,
  ]);
  assertEquals([second?.id, second?.state, second?.pid, second?.exitCode], [
    "b",
    "stopped",
    undefined,
    7,
  ]);
  assert(second?.exitedAt instanceof Date);
  assertEquals(await ns.tasks.get("a"), first);
  await assertRejects(() => ns.tasks.get("c"), NotFoundError, 'container "c": it does not run');
  await assertRejects(() => ns.tasks.get("nope"), NotFoundError);
});

daemonTest("pids() names the execs", async ({ ns, image }) => {
  await using a = await sleeper(ns, await image(), "a");
  assertEquals(await a.pids(), [{ pid: a.pid, execId: undefined }]);
  const started = ns.once("/tasks/exec-started");
  const exec = ns.api.tasks.exec({
    containerId: "a",
    execId: "mine",
    spec: {
      typeUrl: "types.containerd.io/opencontainers/runtime-spec/1/Process",
      value: new TextEncoder().encode(JSON.stringify({
        args: ["sleep", "600"],
        cwd: "/",
        env: ["PATH=/bin"],
        user: { uid: 0, gid: 0 },
      })),
    },
  });
  await exec;
  await ns.api.tasks.start({ containerId: "a", execId: "mine" });
  const { event } = await started;
  const pids = await ns.tasks.pids("a");
  assertEquals(pids.length, 2);
  assertEquals(pids.find(({ execId }) => execId === "mine")?.pid, event.pid);
  await assertRejects(() => ns.tasks.pids("nope"), NotFoundError);
});

daemonTest("pause() stops processes, resume() lets them go on", async ({ ns, image }) => {
  await using a = await sleeper(ns, await image(), "a");
  const paused = await a.pause();
  assertEquals((await ns.tasks.get("a")).state, "paused");
  await assertRejects(() => a.pause(), FailedPreconditionError, '"a": it is paused');
  const again = await paused.resume();
  assertEquals([paused.state, again.state, again.pid], ["paused", "running", a.pid]);
  assertEquals((await ns.tasks.get("a")).state, "running");
  await assertRejects(() => paused.resume(), FailedPreconditionError, '"a": it is running');
  await assertRejects(() => ns.tasks.pause("nope"), NotFoundError, "does not run");
  await assertRejects(() => a.pause({ signal: AbortSignal.abort() }), CanceledError);
  await a.kill("SIGKILL");
  await a.wait();
  await assertRejects(() => a.pause(), FailedPreconditionError, "it is stopped");
  await assertRejects(() => paused.resume(), FailedPreconditionError, "it is stopped");
});

daemonTest("metrics() tells what a container uses", async ({ ns, image }) => {
  await using a = await ns.container("a").image(await image()).memory("64MiB").pids(20)
    .command("sh", "-c", "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; sleep 600").start();
  await using _b = await sleeper(ns, await image(), "b");
  const { id, timestamp, cgroup, cpu, memory, pids, raw } = await a.metrics();
  assertEquals([id, timestamp instanceof Date], ["a", true]);
  assert(cgroup === "v1" || cgroup === "v2");
  assert(cpu && cpu.usageMicros > 0);
  assert(memory && memory.usageBytes > 0 && memory.workingSetBytes <= memory.usageBytes);
  assertEquals(memory.limitBytes, 64 * MIB);
  assertEquals(pids?.limit, 20);
  assert(pids && pids.current >= 1 && raw);
  assertEquals((await ns.tasks.allMetrics()).map(({ id }) => id), ["a", "b"]);
  await assertRejects(() => ns.tasks.metrics("nope"), NotFoundError, "does not run");
});

daemonTest("update() changes limits at once, and for the next start", async ({ ns, image }) => {
  await using a = await sleeper(ns, await image(), "a");
  const limits = await a.update({ memory: "96MiB", pids: 33 });
  assertEquals([limits.memory?.limit, limits.pids?.limit], [96 * MIB, 33]);
  const metrics = await a.metrics();
  assertEquals([metrics.memory?.limitBytes, metrics.pids?.limit], [96 * MIB, 33]);
  assertEquals((await recorded(ns, "a"))?.memory?.limit, 96 * MIB);
  // What is left out stays, devices and all.
  assert(((await recorded(ns, "a"))?.devices?.length ?? 0) > 5);
  await ns.tasks.update("a", { cpus: 0.5 });
  const all = await recorded(ns, "a");
  assertEquals([all?.memory?.limit, all?.cpu?.quota, all?.pids?.limit], [96 * MIB, 50_000, 33]);

  const stopped = await a.stop({ with: "SIGKILL" });
  await a.update({ memory: "32MiB" });
  const again = await stopped.start();
  assertEquals((await again.metrics()).memory?.limitBytes, 32 * MIB);
  await again.kill("SIGKILL");
  await again.wait();
  await again.update({ memory: "48MiB" });
  assertEquals((await recorded(ns, "a"))?.memory?.limit, 48 * MIB);

  await assertRejects(() => a.update({}), InvalidArgumentError, "no limits");
  await assertRejects(() => a.update({ pids: -3 }), InvalidArgumentError);
  await assertRejects(() => ns.tasks.update("nope", { pids: 3 }), NotFoundError);
});

daemonTest(
  "update() refuses what the kernel refuses, and records nothing",
  async ({ ns, image }) => {
    await using a = await sleeper(ns, await image(), "a");
    const before = await recorded(ns, "a");
    // There is no such CPU.
    await assertRejects(() => a.update({ cpuset: "9999" }));
    assertEquals(await recorded(ns, "a"), before);
  },
);

daemonTest("checkpoint() saves and restores where criu works, and says so else", async (t) => {
  const { ns, image } = t;
  await using a = await ns.container("a").image(await image())
    .command("sh", "-c", "i=0; while sleep 0.05; do i=$((i+1)); echo $i > /tmp/count; done")
    .start();
  await assertRejects(() => ns.tasks.checkpoint("nope"), NotFoundError);
  let checkpoint;
  try {
    checkpoint = await a.checkpoint({ exit: true });
  } catch (error) {
    // criu of Debian 12 does not know the kernels of newer hosts.
    assert(error instanceof UnsupportedError, String(error));
    assert(/criu/.test(error.needed) && error.found);
    assertEquals((await ns.tasks.get("a")).state, "running");
    assertEquals(await ns.leases.list(), []);
    return;
  }
  await using saved = checkpoint;
  assert(saved.descriptor.size > 0);
  await a.wait();
  const stopped = await a.stop();
  const again = await stopped.restore(saved);
  assert(again.pid > 0);
  assertEquals((await ns.tasks.get("a")).state, "running");
});
