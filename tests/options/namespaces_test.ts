/** Namespaces, user namespaces and kernel parameters, seen from inside. @module */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import type { LinuxIDMapping } from "../../lib/oci/runtime_spec.ts";
import { daemonTest } from "../harness/daemons.ts";

const own = (type: string) => Deno.readLinkSync(`/proc/self/ns/${type}`);

daemonTest("namespace() shares those of the host, and of a container", async ({ ns, image }) => {
  const busybox = await image();
  const links = "for n in pid net ipc uts cgroup; do readlink /proc/self/ns/$n; done";
  const host = ns.run(busybox).namespace("pid", "host").namespace("network", "host")
    .namespace("ipc", "host").namespace("uts", "host").namespace("cgroup", "host");
  assertEquals(
    await host.command("sh", "-c", links).lines(),
    ["pid", "net", "ipc", "uts", "cgroup"].map(own),
  );
  await using box = await ns.container("shared").image(busybox).hostname("shared")
    .namespace("cgroup", "private").command("sleep", "77").start();
  const theirs = ["pid", "net", "ipc", "uts", "cgroup"].map((type) =>
    Deno.readLinkSync(`/proc/${box.pid}/ns/${type}`)
  );
  assert(theirs.every((link, i) => link !== own(["pid", "net", "ipc", "uts", "cgroup"][i]!)));
  const joined = ns.run(busybox).namespace("pid", { container: "shared" })
    .namespace("network", { path: `/proc/${box.pid}/ns/net` })
    .namespace("ipc", { container: "shared" }).namespace("uts", { container: "shared" })
    .namespace("cgroup", { container: "shared" });
  const lines = await joined.command("sh", "-c", `${links}; hostname; ps`).lines();
  assertEquals(lines.slice(0, 6), [...theirs, "shared"]);
  assert(lines.some((line) => line.endsWith("sleep 77")), `${lines}`);
});

daemonTest("namespace() says what cannot be joined", async ({ ns, image }) => {
  const run = ns.run(await image()).command("true");
  const join = (container: string) => async () => await run.namespace("pid", { container });
  await assertRejects(join("nobody"), NotFoundError, 'container "nobody": there is none');
  await using _box = await ns.container("idle").image(await image()).create();
  await assertRejects(join("idle"), FailedPreconditionError, "it does not run");
  const path = async () => await run.namespace("network", { path: "/run/netns/davit-none" });
  await assertRejects(path, NotFoundError, "does not exist");
  assertThrows(() => run.namespace("mount", "host"), InvalidArgumentError, "mount namespace");
  assertThrows(() => run.namespace("user", "private"), InvalidArgumentError, "userNamespace()");
  assertThrows(() => run.namespace("net" as "network", "host"), InvalidArgumentError, "Linux has");
});

daemonTest("sysctl() sets parameters of the container's namespaces only", async ({ ns, image }) => {
  const run = ns.run(await image()).sysctl({ "net.ipv4.ip_forward": 1, "kernel.shmmax": "123456" });
  const text = await run.command("cat", "/proc/sys/net/ipv4/ip_forward", "/proc/sys/kernel/shmmax")
    .text();
  assertEquals(text, "1\n123456");
  assertThrows(() => run.sysctl({ "vm.swappiness": 1 }), InvalidArgumentError, "to the host");
  // Whichever comes first.
  const shared = async () => await run.namespace("network", "host").command("true");
  await assertRejects(shared, InvalidArgumentError, "shares the network namespace");
});

daemonTest(
  "timeOffsets() moves the clocks, where the runtime can",
  async ({ ns, image, client }) => {
    const run = ns.run(await image()).timeOffsets({ boottime: { secs: 1_000_000 } })
      .command("cat", "/proc/uptime");
    const { features } = await client.runtime();
    const linux = features?.linux as { namespaces?: string[] } | undefined;
    if (linux?.namespaces?.includes("time")) {
      assert(Number((await run.text()).split(" ")[0]) > 1_000_000);
    } else {
      await assertRejects(async () => await run, UnsupportedError, "no time namespaces");
    }
  },
  { versions: ["2.1"] },
);

const maps = { uids: [{ containerID: 0, hostID: 120_000, size: 65_536 }] };

daemonTest("userNamespace() maps users, and the image's files to them", async ({ ns, image }) => {
  const busybox = await image();
  for (const files of ["copy", undefined] as const) {
    const run = ns.run(busybox).userNamespace({ ...maps, files });
    const lines = await run.sh`tr -s ' ' < /proc/self/uid_map; stat -c %u:%g /etc/passwd /home/app
      touch /etc/made && stat -c %u /etc/made; id -u`.lines();
    assertEquals(
      lines.map((line) => line.trim()),
      ["0 120000 65536", "0:0", "1000:1000", "0", "0"],
      `${files}`,
    );
  }
});

daemonTest("userNamespace() checks its ranges, and says who cannot map files", async (t) => {
  const run = t.ns.run(await t.image()).command("true");
  const bad = async (uids: LinuxIDMapping[], text: string) => {
    await assertRejects(async () => await run.userNamespace({ uids }), InvalidArgumentError, text);
  };
  await bad([], "give 1 to 340");
  await bad([{ containerID: 0, hostID: 1, size: 0 }], "no range");
  await bad([{ containerID: 1, hostID: 1, size: 1 }], "id 0 is in no range");
  await bad(
    [{ containerID: 0, hostID: 1, size: 9 }, { containerID: 9, hostID: 5, size: 1 }],
    "overlap",
  );
  const { snapshotters } = await t.client.features();
  if (snapshotters.find(({ name }) => name === "overlayfs")?.capabilities.includes("remap-ids")) {
    return;
  }
  const idmapped = async () => await run.userNamespace({ ...maps, files: "idmapped" });
  await assertRejects(idmapped, UnsupportedError, 'capability "remap-ids"');
});
