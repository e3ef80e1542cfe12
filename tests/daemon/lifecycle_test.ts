import { assertEquals, assertStringIncludes } from "@std/assert";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import {
  command,
  ctr,
  makePlace,
  runningTasks,
  runSleeper,
  settledTraces,
  testEach,
  traces,
} from "./support.ts";

testEach(
  "startDaemon() serves, and stop() leaves no trace of a running container",
  async (place) => {
    const daemon = await startDaemon(place.options);
    assertStringIncludes(await ctr(place, daemon, "version"), daemon.version);
    const socket = await runSleeper(place, daemon, "sleeper");
    assertEquals(await runningTasks(place, daemon), ["sleeper"]);
    const before = traces(place.dir);
    for (const kind of ["process", "mount", "socket"]) {
      assertEquals(before.some((trace) => trace.startsWith(kind)), true, `${kind}: ${before}`);
    }
    await daemon.stop();
    assertEquals(await settledTraces(place.dir), []);
    assertEquals(await exists(socket), false, "the shim's socket");
    assertEquals(await exists(`/run/containerd/runc/${place.namespace}/sleeper`), false, "runc");
    assertEquals(await exists(`${place.dir}/state`), false);
    assertEquals(await exists(daemon.address), false);
    await daemon.stop();
  },
);

testEach("startDaemon() finds the images of its last start", async (place) => {
  {
    await using daemon = await startDaemon(place.options);
    await runSleeper(place, daemon, "one");
  }
  await using daemon = await startDaemon(place.options);
  assertStringIncludes(await ctr(place, daemon, "images", "ls", "-q"), "busybox");
  assertEquals(await runningTasks(place, daemon), []);
  await ctr(place, daemon, "containers", "rm", "one");
  await runSleeper(place, daemon, "one");
});

testEach("startDaemon() loads what its services need", async (place) => {
  await using daemon = await startDaemon(place.options);
  const plugins = (await ctr(place, daemon, "plugins", "ls")).split("\n").slice(1);
  const failed = plugins.filter((line) => /\serror\s*$/.test(line));
  assertEquals(failed, []);
  for (const name of ["restart", "tasks-service", "leases", "overlayfs"]) {
    assertEquals(plugins.some((line) => line.includes(name) && /\bok\b/.test(line)), true, name);
  }
});

Deno.test("stop() of an ephemeral daemon removes its files and nobody else's", async () => {
  await using place = await makePlace("2.1");
  await Deno.writeTextFile(`${place.dir}/mine`, "");
  const daemon = await startDaemon({ ...place.options, ephemeral: true });
  await runSleeper(place, daemon, "sleeper");
  await daemon.stop();
  assertEquals([...Deno.readDirSync(place.dir)].map(({ name }) => name), ["mine"]);
});

Deno.test("stop() of an ephemeral daemon removes a folder that is empty then", async () => {
  await using place = await makePlace("2.1");
  const dir = `${place.dir}/deep/daemon`;
  await (await startDaemon({ ...place.options, dir, ephemeral: true })).stop();
  assertEquals(await exists(dir), false);
  assertEquals(await exists(`${place.dir}/deep`), true);
});

Deno.test("startDaemon() gives the daemon a session of its own", async () => {
  await using place = await makePlace("2.1");
  await using daemon = await startDaemon(place.options);
  const session = (await command(["ps", "-o", "sid=", "-p", `${daemon.pid}`])).trim();
  assertEquals(session, `${daemon.pid}`);
});

Deno.test("startDaemon() follows a link to its folder, where stop() finds the mounts", async () => {
  await using place = await makePlace("2.1");
  await Deno.mkdir(`${place.dir}/real`);
  await Deno.symlink("real", `${place.dir}/link`);
  const daemon = await startDaemon({ ...place.options, dir: `${place.dir}/link` });
  assertEquals(daemon.dir, `${place.dir}/real`);
  await daemon.stop();
});

Deno.test("startDaemon() merges the caller's configuration", async () => {
  await using place = await makePlace("2.1");
  const config = { plugins: { "io.containerd.gc.v1.scheduler": { schedule_delay: "7ms" } } };
  await using _daemon = await startDaemon({ ...place.options, config });
  const dump = await command([
    place.options.containerd!,
    "--config",
    `${place.dir}/config.toml`,
    "config",
    "dump",
  ]);
  assertStringIncludes(dump, "7ms");
});

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
