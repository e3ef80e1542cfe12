import { assert, assertEquals, assertRejects } from "@std/assert";
import { containerdDir } from "../../.ci/setup/paths.ts";
import { pause } from "../../lib/core/call/abort.ts";
import { OWNER_LABEL } from "../../lib/core/session/owner.ts";
import { withAnnotations } from "../../lib/oci/spec_linux.ts";
import {
  AlreadyExistsError,
  CanceledError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";

/** The shim of runc that has sandboxes: that of 1.7, which works with newer daemons too. */
const SHIM = `${containerdDir("1.7")}/containerd-shim-runc-v2`;

const SANDBOXES = ["1.7", "2.1"] as const;

/** The process ids of the shims that serve a namespace. */
async function shims(namespace: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const argv = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    const words = argv.split("\0");
    // The daemon also runs the program for a moment, to start a shim or to clean up after one.
    const serves = !words.includes("start") && !words.includes("delete");
    if (words[0]?.includes("containerd-shim") && serves && words.includes(namespace)) {
      found.push(Number(name));
    }
  }
  return found;
}

/** Resolves when the shims of a namespace have ended: they do so after their last answer. */
async function shimsGone(namespace: string): Promise<void> {
  while ((await shims(namespace)).length > 0) await pause(5, undefined);
}

daemonTest("sandboxes are made, listed, labelled and removed", async ({ ns }) => {
  const options = { runtime: SHIM, labels: { a: "1" }, edit: withAnnotations({ k: "v" }) };
  await using one = await ns.sandboxes.create({ id: "one", ...options });
  await using _two = await ns.sandboxes.create({ runtime: SHIM });
  const info = await one.info();
  assertEquals([info.id, info.runtime, info.labels["a"]], ["one", SHIM, "1"]);
  assert(OWNER_LABEL in info.labels && info.createdAt instanceof Date);
  assertEquals((await ns.sandboxes.list()).length, 2);
  assertEquals((await ns.sandboxes.list({ labels: { a: "1" } })).map(({ id }) => id), ["one"]);
  assertEquals((await one.label({ a: "", b: "2" })).labels["b"], "2");
  assertEquals((await one.info()).labels["a"], undefined);
  const { state, pid, exitedAt } = await one.status();
  assertEquals([typeof state, pid, exitedAt], ["string", undefined, undefined]);
  assertEquals((await ns.sandboxes.get("one")).id, "one");
  assertEquals(await one.containers(), []);
  await assertRejects(
    () => ns.sandboxes.create({ id: "one", ...options }),
    AlreadyExistsError,
    '"one" in namespace',
  );
  // The shim of runc tells neither.
  await assertRejects(() => one.platform(), UnsupportedError, "get the platform of");
  await assertRejects(() => one.metrics(), UnsupportedError, 'measure sandbox "one"');
  await one.remove();
  await assertRejects(() => one.info(), NotFoundError, 'find sandbox "one"');
  await assertRejects(() => ns.sandboxes.get("one"), NotFoundError);
  await one.remove();
}, { versions: SANDBOXES });

daemonTest("wait() ends with the sandbox", async ({ ns }) => {
  await using one = await ns.sandboxes.create({ runtime: SHIM });
  const [{ exitCode }] = await Promise.all([one.wait(), one.stop()]);
  assert(exitCode === 0 || exitCode === undefined);
  await one.stop();
  await shimsGone(ns.name);
}, { versions: SANDBOXES });

daemonTest("closing the client removes its sandboxes, others stay", async (t) => {
  const other = clientOf(t.address);
  const theirs = other.namespace(t.ns.name);
  await theirs.sandboxes.create({ id: "mine", runtime: SHIM });
  await theirs.sandboxes.create({ id: "kept", runtime: SHIM, keep: true });
  await other.close();
  assertEquals((await t.ns.sandboxes.list()).map(({ id }) => id), ["kept"]);
  await (await t.ns.sandboxes.get("kept")).remove();
  await shimsGone(t.ns.name);
}, { versions: SANDBOXES });

daemonTest("containers of a sandbox share its shim", async ({ ns, image }) => {
  const pod = await ns.sandboxes.create({ id: "pod" });
  const [a, b] = await Promise.all(
    ["a", "b"].map(async (id) =>
      await pod.container(id).image(await image()).command("sleep", "600").start()
    ),
  );
  assert(a && b && a.pid !== b.pid);
  assertEquals((await pod.containers()).sort(), ["a", "b"]);
  assertEquals((await shims(ns.name)).length, 1);
  await a.remove();
  assertEquals(await pod.containers(), ["b"]);
  // What is still in it goes with it.
  await pod.remove();
  assertEquals([await ns.containers.list(), await ns.tasks.list()], [[], []]);
  await shimsGone(ns.name);
  await assertRejects(() => Deno.readTextFile(`/proc/${b.pid}/cmdline`), Deno.errors.NotFound);
}, { versions: ["1.7"] });

daemonTest("sandboxes that cannot be leave nothing behind", async ({ ns }) => {
  await assertRejects(
    () => ns.sandboxes.create({ runtime: "io.containerd.nothere.v1" }),
    Error,
    "io.containerd.nothere.v1",
  );
  await assertRejects(() => ns.sandboxes.create({ id: "a b" }), InvalidArgumentError);
  await assertRejects(
    () => ns.sandboxes.create({ runtime: SHIM, signal: AbortSignal.abort() }),
    CanceledError,
  );
  assertEquals(await ns.sandboxes.list(), []);
  await shimsGone(ns.name);
}, { versions: SANDBOXES });

daemonTest("the shim of runc has no sandboxes from 2.0 on", async ({ ns }) => {
  const error = await assertRejects(() => ns.sandboxes.create(), UnsupportedError, "group()");
  assert(error.found?.includes("containerd 2.1"));
  assertEquals([await ns.sandboxes.list(), await shims(ns.name)], [[], []]);
}, { versions: ["2.1"] });

daemonTest("1.6 says that it has no sandboxes", async ({ ns }) => {
  for (
    const call of [
      () => ns.sandboxes.create(),
      () => ns.sandboxes.list(),
      () => ns.sandboxes.get("a"),
    ]
  ) {
    const error = await assertRejects(call, UnsupportedError, "containerd 1.7 (sandboxes)");
    assertEquals(error.needed, "containerd 1.7 (sandboxes)");
    assert(error.found?.startsWith("containerd 1.6"));
  }
}, { versions: ["1.6"] });

daemonTest("group() lets many runs share one shim", async ({ ns, image }) => {
  const base = ns.container().image(await image()).group("jobs").command("sleep", "600");
  await using _holder = await base.start();
  const [shim, ...more] = await shims(ns.name);
  assertEquals(more, []);
  const run = ns.run(await image()).group("jobs");
  const seen: number[][] = [];
  const texts = await Promise.all(Array.from({ length: 5 }, async (_, i) => {
    const text = await run.sh`echo ${i}`.text();
    seen.push(await shims(ns.name));
    return text;
  }));
  assertEquals(texts, ["0", "1", "2", "3", "4"]);
  for (const found of seen) assertEquals(found, [shim]);
  // One that is not of the group has a shim of its own.
  await using _alone = await ns.container().image(await image()).command("sleep", "600").start();
  assertEquals((await shims(ns.name)).length, 2);
});

daemonTest("a group ends with its last container", async ({ ns, image }) => {
  const base = ns.container().image(await image()).group("jobs").command("sleep", "600");
  const first = await base.start();
  const second = await base.start();
  await first.remove();
  assertEquals(await ns.tasks.pids(second.id), [{ pid: second.pid, execId: undefined }]);
  await second.remove();
});
