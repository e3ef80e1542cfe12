/** Networks through the death of tasks, of the daemon, of everything; and many starts at once. @module */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { CONTAINERD_VERSIONS } from "../../.ci/setup/paths.ts";
import { eventually, exec, fetchFrom, HOST, networkedTest, SERVE } from "./support.ts";
import type { NetworkedDaemon } from "./support.ts";
import { listProcesses } from "../harness/machine.ts";
import { killProcess } from "../core/robust_support.ts";

/** The daemon's own restarts, which otherwise come every ten seconds. */
const QUICK = { plugins: { "io.containerd.internal.v1.restart": { interval: "500ms" } } };

/** The process of a container, once it is another one than before. */
function restarted({ ns }: NetworkedDaemon, id: string, before: number): Promise<number> {
  return eventually(
    async () => (await ns.containers.info(id)).pid ?? 0,
    (pid) => pid !== 0 && pid !== before,
    `process of ${id}`,
  );
}

/** As `restart("always")` does, when the container has started. */
async function setLabels({ ns }: NetworkedDaemon, labels: Record<string, string>): Promise<void> {
  const paths = Object.keys(labels).map((name) => `labels.${name}`);
  await ns.api.containers.update({ container: { id: "web", labels }, updateMask: { paths } });
}

networkedTest(
  "a container that the daemon starts again gets its network back",
  CONTAINERD_VERSIONS,
  async (daemon) => {
    const { ns, image } = daemon;
    await using client = await ns.container("client").image(image).network("bridge").logs(false)
      .command("sleep", "600").start();
    await using web = await ns.container("web").image(image).publish("8080:80").logs(false)
      .command("sh", "-c", SERVE).start();
    await web.until({ port: 80 });
    await setLabels(daemon, {
      "containerd.io/restart.policy": "always",
      "containerd.io/restart.status": "running",
    });
    const works = async () => {
      const url = `http://${HOST}:8080/`;
      await eventually(() => fetchFrom(daemon, url), (text) => text === "web", url);
      // By way of the kernel: an exec that is being cleared away wants a daemon.
      const hosts = await Deno.readTextFile(`/proc/${client.pid}/root/etc/hosts`);
      assertEquals(hosts.split("\n").filter((line) => / web$/.test(line)).length, 1, hosts);
    };
    await works();
    // The task alone; then the task while there is no daemon.
    await killProcess(web.pid);
    const second = await restarted(daemon, "web", web.pid);
    await works();
    await killProcess(daemon.pid);
    await killProcess(second);
    await daemon.restart();
    await restarted(daemon, "web", second);
    await works();
    // The daemon alone: nothing changes.
    await killProcess(daemon.pid);
    assertEquals(await fetchFrom(daemon, `http://${HOST}:8080/`), "web");
    await daemon.restart();
    await eventually(() => ns.containers.list(), (list) => list.every(({ pid }) => pid), "tasks");
    await works();
    await setLabels(daemon, { "containerd.io/restart.explicitly-stopped": "true" });
  },
  QUICK,
);

networkedTest(
  "what is left when everything was killed is found and freed by sweep()",
  ["2.1"],
  async (daemon) => {
    const { ns, image, dir } = daemon;
    await ns.container("web").image(image).publish("8080:80").logs(false)
      .command("sleep", "600").keep().start();
    assert((await daemon.left()).length > 5);
    assertEquals((await ns.sweep()).networks, [], "what lives is left alone");
    // As when the machine is switched off: nobody runs a hook.
    await killProcess(daemon.pid);
    const own = listProcesses().filter(({ argv }) =>
      argv.some((word) => word === ns.name) && argv[0]!.includes("shim")
    );
    for (const { pid } of own) {
      for (const child of listProcesses().filter(({ ppid }) => ppid === pid)) {
        if (!child.argv[0]!.startsWith("davit-ports")) await killProcess(child.pid);
      }
      await killProcess(pid);
    }
    const bundle = `${dir}/d/state/io.containerd.runtime.v2.task/${ns.name}/web`;
    assertEquals((await exec("umount", `${bundle}/rootfs`)).code, 0);
    await Deno.remove(bundle, { recursive: true });
    await Deno.remove(`/run/containerd/runc/${ns.name}/web`, { recursive: true }).catch(() => {});
    await daemon.restart();
    const left = await daemon.left();
    assertMatch(left.join("\n"), /CNI-DN-/);
    // A daemon that has just started may still take the task for alive.
    const rest = async () =>
      (await daemon.left()).filter((line) => !/containers|etchosts/.test(line));
    const freed: string[] = [];
    for (let i = 0; i < 50 && (await rest()).length > 0; i++) {
      freed.push(...(await ns.sweep()).networks);
      if (freed.length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assertEquals(freed, ["web"]);
    assertEquals(await rest(), []);
    assertEquals((await ns.sweep()).networks, []);
    // It can be started again; and a start frees by itself what the last one left.
    const web = await ns.containers.get("web");
    assert(web.state === "created" || web.state === "stopped");
    await using again = await web.start();
    assertEquals((await again.ports())[0]?.hostPort, 8080);
  },
);

networkedTest("fifty starts at once work, and leave nothing", ["2.1"], async (daemon) => {
  const { ns, image } = daemon;
  const many = Array.from({ length: 50 }, (_, i) => i);
  const base = ns.container().image(image).logs(false).command("sleep", "600");
  // Few with ports, which take most of the time; the benchmark has two for each.
  const all = await Promise.all(
    many.map((i) =>
      (i % 5 === 0 ? base.publish(`${20000 + i}:80`) : base.network("bridge")).start()
    ),
  );
  const { containers } = await ns.networks.inspect("bridge");
  assertEquals(new Set(containers.flatMap(({ addresses }) => addresses)).size, 50);
  const hosts = await all[0]!.exec("cat", "/etc/hosts").text();
  assertEquals(hosts.split("\n").filter((line) => line.includes("davit-")).length, 50);
  await Promise.all(all.map((container) => container.remove()));
  assertEquals((await ns.networks.inspect("bridge")).containers, []);
});
