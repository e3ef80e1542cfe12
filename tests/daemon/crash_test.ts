import { assertEquals, assertNotEquals } from "@std/assert";
import { processRef, waitForEnd } from "../../lib/daemon/processes.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import {
  ctr,
  makePlace,
  runningTasks,
  runSleeper,
  settledTraces,
  startScript,
  testEach,
  traces,
} from "./support.ts";

/** Kills a process that is not our child, and waits for its end. */
async function kill(pid: number): Promise<void> {
  const ref = processRef(pid)!;
  Deno.kill(pid, "SIGKILL");
  assertEquals(await waitForEnd([ref], 10_000), []);
}

testEach("startDaemon() takes over from a killed script, containers and all", async (place) => {
  const script = await startScript(place);
  await runSleeper(place, script.daemon, "sleeper");
  await script.kill();
  const daemon = await startDaemon(place.options);
  assertEquals(daemon.pid, script.daemon.pid);
  assertEquals(await runningTasks(place, daemon), ["sleeper"]);
  await daemon.stop();
  assertEquals(await settledTraces(place.dir), []);
});

testEach("startDaemon() cleans up after a killed daemon", async (place) => {
  const script = await startScript(place);
  const first = await startDaemon(place.options);
  assertEquals(first.pid, script.daemon.pid);
  const socket = await runSleeper(place, first, "sleeper");
  await kill(first.pid);
  // Give it up without the chance to clean: the script, still alive, counts as a user.
  await first.stop();
  assertEquals(traces(place.dir).some((trace) => trace.includes("containerd-shim")), true);
  await script.kill();

  const second = await startDaemon(place.options);
  assertNotEquals(second.pid, first.pid);
  assertEquals(await runningTasks(place, second), []);
  assertEquals(traces(place.dir).some((trace) => trace.includes("containerd-shim")), false);
  assertEquals(await Deno.lstat(socket).then(() => true, () => false), false);
  await ctr(place, second, "containers", "rm", "sleeper");
  await runSleeper(place, second, "sleeper");
  await second.stop();
});

testEach("startDaemon() gives living scripts their containers back", async (place) => {
  const first = await startDaemon(place.options);
  await runSleeper(place, first, "sleeper");
  await kill(first.pid);
  const second = await startDaemon(place.options);
  assertNotEquals(second.pid, first.pid);
  assertEquals(second.address, first.address);
  assertEquals(await runningTasks(place, second), ["sleeper"]);
  await second.stop();
  assertEquals(await runningTasks(place, first), ["sleeper"]);
  await first.stop();
  assertEquals(await settledTraces(place.dir), []);
});

testEach("stop() cleans up when the daemon and a shim were killed", async (place) => {
  const daemon = await startDaemon(place.options);
  const sockets = [
    await runSleeper(place, daemon, "one"),
    await runSleeper(place, daemon, "two"),
  ];
  await kill(daemon.pid);
  const shim = traces(place.dir).find((trace) => trace.includes("-id two"))!;
  await kill(Number(/^process (\d+):/.exec(shim)![1]));
  await daemon.stop();
  assertEquals(await settledTraces(place.dir), []);
  for (const socket of sockets) {
    assertEquals(await Deno.lstat(socket).then(() => true, () => false), false);
  }
});

Deno.test("startDaemon() removes mounts that nobody owns", async () => {
  await using place = await makePlace("2.1");
  for (const folder of ["state/x", "root/y"]) {
    await Deno.mkdir(`${place.dir}/${folder}`, { recursive: true });
    const mount = new Deno.Command("mount", {
      args: ["-t", "tmpfs", "tmpfs", `${place.dir}/${folder}`],
    });
    assertEquals((await mount.output()).code, 0);
  }
  const daemon = await startDaemon(place.options);
  assertEquals(traces(place.dir).filter((trace) => trace.startsWith("mount")), []);
  await daemon.stop();
});

Deno.test("startDaemon() lets the script end by itself, and the next one takes over", async () => {
  await using place = await makePlace("2.1");
  const script = `
    import { startDaemon } from ${
    JSON.stringify(import.meta.resolve("../../lib/daemon/private_daemon.ts"))
  };
    await startDaemon(JSON.parse(Deno.args[0]));`;
  const file = `${new URL("../../.cache", import.meta.url).pathname}/${place.namespace}.ts`;
  await Deno.writeTextFile(file, script);
  try {
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", file, JSON.stringify(place.options)],
      stdin: "null",
      signal: AbortSignal.timeout(60_000),
    }).output();
    assertEquals(output.code, 0, new TextDecoder().decode(output.stderr));
  } finally {
    await Deno.remove(file);
  }
  assertNotEquals(traces(place.dir), []);
  await (await startDaemon(place.options)).stop();
});
