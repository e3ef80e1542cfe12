/** Restart policies: the daemon starts containers again, also after it was killed. @module */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InvalidArgumentError, UnsupportedError } from "../../lib/errors/errors.ts";
import type { OwnDaemon } from "../core/robust_support.ts";
import { ownDaemonTest } from "../core/robust_support.ts";
import { daemonTest } from "../harness/daemons.ts";

/** The monitor looks every 10 s by default. */
const config = { plugins: { "io.containerd.internal.v1.restart": { interval: "200ms" } } };

/** Waits, for as long as it takes, until a container has said something this often. */
async function said(own: OwnDaemon, id: string, text: string, times: number): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  const box = await own.ns.containers.get(id);
  for (let found = 0;; found = 0) {
    signal.throwIfAborted();
    for await (const line of box.logs()) if (line.text === text) found++;
    if (found >= times) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

ownDaemonTest("restart() survives kills of the task and of the daemon; logs go on", async (own) => {
  const { ns, image } = own;
  await using box = await ns.container("always").image(image).restart("always")
    .sh`echo up; exec sleep 600`.start();
  await said(own, "always", "up", 1);
  await box.kill("SIGKILL");
  await said(own, "always", "up", 2);
  const { tasks } = ns;
  const { pid } = await tasks.get("always");
  assert(pid !== undefined && pid !== box.pid, `${pid}`);
  // What ends while the daemon is away is started when it is back.
  await own.kill();
  Deno.kill(pid, "SIGKILL");
  await own.start();
  await said(own, "always", "up", 3);
  // What is stopped on purpose stays so.
  const stopped = await (await box.current());
  assert(stopped.state === "running");
  await stopped.stop({ timeout: 0 });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assertEquals((await box.current()).state, "stopped");
}, { config });

ownDaemonTest("restart() on failure counts, and leaves success alone", async (own) => {
  const { ns, image, version } = own;
  const builder = ns.container("failing").image(image).restart("on-failure:2");
  if (version === "1.6") {
    await assertRejects(() => builder.create(), UnsupportedError, "containerd 1.7");
    return;
  }
  await using _failing = await builder.sh`echo try; exit 3`.start();
  await using _fine = await ns.container("fine").image(image).restart("on-failure")
    .sh`echo once`.start();
  await said(own, "failing", "try", 3);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const lines = async (id: string) => {
    const texts: string[] = [];
    for await (const { text } of (await ns.containers.get(id)).logs()) texts.push(text);
    return texts;
  };
  assertEquals(await lines("failing"), ["try", "try", "try"]);
  assertEquals(await lines("fine"), ["once"]);
}, { config });

daemonTest("restart() takes policies that there are", ({ ns }) => {
  const builder = ns.container("x");
  for (const policy of ["sometimes", "on-failure:0", "always:3", "on-failure:"]) {
    assertThrows(() => builder.restart(policy as "always"), InvalidArgumentError, "use ");
  }
  return Promise.resolve();
}, { versions: ["2.1"] });
