import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ExitError } from "../../lib/errors/process_errors.ts";
import { daemonTest } from "../harness/daemons.ts";

daemonTest("stats() samples what a container uses, until it ends", async ({ ns, image }) => {
  await using box = await ns.container().image(await image()).memory("64MiB")
    .command("sh", "-c", "while :; do :; done").start();
  let count = 0;
  for await (const stats of box.stats({ every: "200ms" })) {
    assert(stats.cpuPercent > 5 && stats.cpuPercent < 250, `${stats.cpuPercent} %`);
    assert(stats.memoryBytes > 0 && stats.memoryBytes < 64 * 1024 * 1024);
    assertEquals([stats.pids, stats.memoryLimitBytes], [1, 64 * 1024 * 1024]);
    // It has a network of its own, with the loopback alone.
    assertEquals([stats.network?.rxBytes, stats.network?.interfaces], [0, {}]);
    if (++count === 2) await box.kill("SIGKILL");
    assert(count < 5);
  }
  assert(count >= 2);
});

daemonTest("stats() ends on its signal and when left", async ({ ns, image }) => {
  await using box = await ns.container().image(await image()).command("sleep", "60").start();
  for await (const _ of box.stats({ every: 50 })) break;
  const controller = new AbortController();
  for await (const _ of box.stats({ every: 50, signal: controller.signal })) controller.abort();
});

daemonTest("top() lists the processes", async ({ ns, image }) => {
  await using box = await ns.container().image(await image()).command("sleep", "60").start();
  await using other = await box.exec("sleep", "61").user("1000").spawn();
  // A process begins as the runtime's own, and becomes another program a moment later.
  await box.until(async () => (await box.top()).every(({ argv }) => argv[0] === "sleep"));
  const found = await box.top();
  assertEquals(found.map(({ argv, uid }) => [argv.join(" "), uid]).sort(), [
    ["sleep 60", 0],
    ["sleep 61", 1000],
  ]);
  assert(found.some(({ pid }) => pid === box.pid) && found.some(({ pid }) => pid === other.pid));
  for (const { memoryBytes, state, parentPid } of found) {
    assert(memoryBytes > 0 && /^[SR]$/.test(state) && parentPid > 0);
  }
});

daemonTest("debug() looks into a container with other tools", async ({ ns, image }) => {
  const busybox = await image();
  await using box = await ns.container().image(busybox).hostname("target")
    .command("sh", "-c", "echo secret > /tmp/file; sleep 600").start();
  await box.until(async () => await box.exec("test", "-s", "/tmp/file").exitCode() === 0);
  const debug = box.debug(busybox);
  assertStringIncludes(await debug.command("ps").text(), "sleep 600");
  assertEquals(await debug.command("hostname").text(), "target");
  assertEquals(await debug.command("cat", "/proc/1/root/tmp/file").text(), "secret");
  // Its own root file system is that of the other image.
  assertEquals(await debug.command("test", "-e", "/tmp/file").exitCode(), 1);
});

daemonTest("a process that the kernel kills for want of memory is told as such", async (t) => {
  const hog = "x=x; while :; do x=$x$x; done";
  const base = t.ns.run(await t.image()).memory("16MiB");
  const error = await assertRejects(
    async () => await base.command("sh", "-c", hog),
    ExitError,
    "out of memory",
  );
  assertEquals([error.exitCode, error.oomKilled], [137, true]);
  const killed = await base.sh`kill -9 $$; sleep 5`.noThrow();
  assertEquals(killed.oomKilled, false);
  await using box = await t.ns.container().image(await t.image()).memory("16MiB")
    .command("sleep", "600").start();
  const inside = await assertRejects(
    async () => await box.exec("sh", "-c", hog),
    ExitError,
    "out of memory",
  );
  assertEquals(inside.oomKilled, true);
  // The next one that is killed was not killed for that.
  const other = await box.exec().sh`kill -9 $$`.noThrow();
  assertEquals([other.signal, other.oomKilled], ["SIGKILL", false]);
  await using lives = await t.ns.container().image(await t.image()).memory("16MiB")
    .command("sh", "-c", hog).start();
  assertEquals((await lives.wait()).oomKilled, true);
});
