import { assert, assertEquals } from "@std/assert";
import { daemonTest } from "./daemons.ts";
import { BUSYBOX } from "./images.ts";
import { leftIn, RawDaemon } from "./leftovers.ts";

daemonTest("daemonTest() gives the daemon of the version that it names", async (env) => {
  const { version } = await env.client.version();
  assert(version.startsWith(`${env.version}.`), version);
});

daemonTest("daemonTest() gives an image that runs", async (env) => {
  const image = await env.image();
  assertEquals(image.name, BUSYBOX);
  assertEquals(await env.ns.run(image).command("echo", "hello").text(), "hello");
});

daemonTest("leftIn() names what is in a namespace", async (env) => {
  const { api } = env.ns;
  await api.leases.create({ id: "a-lease" });
  await api.snapshots.prepare({ snapshotter: "native", key: "a-snapshot" });
  await using raw = new RawDaemon(env.address);
  const left = await leftIn(raw, env.ns.name);
  await api.snapshots.remove({ snapshotter: "native", key: "a-snapshot" });
  await api.leases.delete({ id: "a-lease" });
  assertEquals(left, ["lease a-lease", "active snapshot a-snapshot (native)"]);
});
