/** Options of limits, seen in the container's cgroups. @module */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InvalidArgumentError, NotFoundError } from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";

/** Whether the machine has cgroup v2 alone. */
const V2 = await Deno.stat("/sys/fs/cgroup/cgroup.controllers").then(() => true, () => false);

/** Reads files of a container's cgroups; v1 has a folder for each controller. */
function cgroupFiles(path: string, v1: readonly string[], v2: readonly string[]): string[] {
  const names = V2 ? v2 : v1;
  return names.map((name) => {
    const file = V2
      ? `/sys/fs/cgroup${path}/${name}`
      : `/sys/fs/cgroup/${name.replace("/", `${path}/`)}`;
    return Deno.readTextFileSync(file).trim();
  });
}

daemonTest("memory(), cpu() and pids() limit the cgroup", async ({ ns, image }) => {
  await using box = await ns.container("limits").image(await image()).command("sleep", "60")
    .memory("64MiB", { reservation: "32MiB" })
    .cpu({ shares: 512, quota: 20_000, period: 50_000, cpuset: "0", mems: "0" })
    .pids(77).start();
  assertEquals(
    cgroupFiles(`/${ns.name}/limits`, [
      "memory/memory.limit_in_bytes",
      "memory/memory.soft_limit_in_bytes",
      "cpu/cpu.shares",
      "cpu/cpu.cfs_quota_us",
      "cpu/cpu.cfs_period_us",
      "cpuset/cpuset.cpus",
      "pids/pids.max",
    ], ["memory.max", "memory.low", "cpu.weight", "cpu.max", "cpuset.cpus", "pids.max"]),
    V2
      ? ["67108864", "33554432", "20", "20000 50000", "0", "77"]
      : ["67108864", "33554432", "512", "20000", "50000", "0", "77"],
  );
  assertEquals(await box.exec("nproc").text(), "1");
});

daemonTest("cpus(), resources() and cgroupParent() reach the cgroup", async ({ ns, image }) => {
  const parent = `/davit-test-${crypto.randomUUID().slice(0, 8)}`;
  const box = await ns.container("placed").image(await image()).command("sleep", "60")
    .cgroupParent(parent).resources({ memory: "32MiB", pids: 50 }).cpus(0.5).start();
  try {
    assertEquals(
      cgroupFiles(`${parent}/placed`, [
        "memory/memory.limit_in_bytes",
        "cpu/cpu.cfs_quota_us",
        "pids/pids.max",
      ], ["memory.max", "cpu.max", "pids.max"]),
      V2 ? ["33554432", "50000 100000", "50"] : ["33554432", "50000", "50"],
    );
  } finally {
    await box.remove();
    // runc removes the cgroup, and leaves the one that it is in.
    const roots = V2 ? [""] : [...Deno.readDirSync("/sys/fs/cgroup")].map(({ name }) => `/${name}`);
    for (const root of roots) await Deno.remove(`/sys/fs/cgroup${root}${parent}`).catch(() => {});
  }
});

daemonTest("memory() ends what takes more", async ({ ns, image }) => {
  const run = ns.run(await image()).memory("8MiB", { swap: "8MiB" })
    .sh`head -c 64m /dev/zero | tail >/dev/null`;
  const result = await run.noThrow();
  assert(result.oomKilled, `${result.exitCode} ${result.stderr}`);
});

daemonTest("blockIo(), hugepages(), rdt() and cgroupFiles() are in the spec", async (t) => {
  const image = await t.image();
  const { oci } = await t.ns.run(image)
    .blockIo({ weight: 100 }).hugepages({ "2MB": "64MiB" }).rdt("gold")
    .cgroupFiles({ "memory.high": "1073741824" })
    .memory("1GiB", {
      swap: "unlimited",
      swappiness: 10,
      kernelTcp: "1MiB",
      disableOomKiller: true,
    })
    .cpu({ realtimeRuntime: 1000, realtimePeriod: 10_000, burst: 500, idle: true })
    .spec();
  const { resources, intelRdt } = oci.linux ?? {};
  assertEquals(resources?.blockIO, { weight: 100 });
  assertEquals(resources?.hugepageLimits, [{ pageSize: "2MB", limit: 67108864 }]);
  assertEquals(resources?.unified, { "memory.high": "1073741824" });
  assertEquals(resources?.memory, {
    limit: 1073741824,
    swap: -1,
    swappiness: 10,
    kernelTCP: 1048576,
    disableOOMKiller: true,
  });
  assertEquals(resources?.cpu, {
    burst: 500,
    realtimeRuntime: 1000,
    realtimePeriod: 10_000,
    idle: 1,
  });
  assertEquals(intelRdt, { closID: "gold" });
}, { versions: ["2.1"] });

daemonTest("blockIo() limits a device of the host, by its path", async ({ ns, image }) => {
  const device = await blockDevice();
  if (!device) return console.error("skipped: the machine has no block device");
  const run = ns.run(await image()).blockIo({
    devices: { [device]: { readBps: "1MiB", writeIops: 100 } },
  });
  const { oci } = await run.spec();
  const { throttleReadBpsDevice: [read] = [], throttleWriteIOPSDevice: [write] = [] } =
    oci.linux?.resources?.blockIO ?? {};
  assertEquals([read?.rate, write?.rate], [1048576, 100]);
  assertEquals([read?.major, read?.minor], [write?.major, write?.minor]);
  await run.command("true");
  const wrong = (path: string) =>
    run.blockIo({ devices: { [path]: { readBps: 1 } } }).command("true");
  await assertRejects(
    async () => await wrong("/dev/null"),
    InvalidArgumentError,
    "no block device",
  );
  await assertRejects(async () => await wrong("/dev/none"), NotFoundError, "does not exist");
});

async function blockDevice(): Promise<string | undefined> {
  for await (const { name } of Deno.readDir("/sys/class/block")) {
    const info = await Deno.lstat(`/dev/${name}`).catch(() => undefined);
    if (info?.isBlockDevice && !/^loop/.test(name)) return `/dev/${name}`;
  }
  return undefined;
}

daemonTest("limits that are out of range are refused", ({ ns }) => {
  const run = ns.run("x");
  const refused = (call: () => unknown, text: string) =>
    assertThrows(call, InvalidArgumentError, text);
  refused(() => run.memory("5MiB"), "minimum is 6 MiB");
  refused(() => run.memory("64MiB", { swap: "32MiB" }), "memory limit alone");
  refused(() => run.memory("64MiB", { reservation: "65MiB" }), "Cannot reserve");
  refused(() => run.memory("64MiB", { swappiness: 101 }), "0 to 100");
  refused(() => run.cpus(0), "0.01");
  refused(() => run.cpu({ quota: 999 }), "from 1000");
  refused(() => run.cpu({ period: 999 }), "from 1000 to 1000000");
  refused(() => run.cpu({ shares: 1 }), "from 2");
  refused(() => run.cpu({ cpuset: "0-" }), "list of CPUs");
  refused(() => run.pids(0), "from 1");
  refused(() => run.blockIo({ weight: 9 }), "10 to 1000");
  refused(() => run.blockIo({ devices: { "/dev/sda": { readBps: 0 } } }), "to 0");
  refused(() => run.hugepages({ "2 megs": 1 }), "huge pages");
  refused(() => run.cgroupFiles({ "../x": "1" }), "cgroup file");
  refused(() => run.cgroupParent("a/b"), "as cgroup");
  refused(() => run.cgroupParent("/a/../b"), "as cgroup");
  refused(() => run.rdt("../gold"), "RDT class");
  refused(() => run.resources({ cpus: 1, cpuQuota: 5000 }), "at once");
  return Promise.resolve();
}, { versions: ["2.1"] });
