import { assertEquals } from "@std/assert";
import type { Namespace } from "../../lib/client/namespace.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";
import { busyboxArchive } from "../harness/images.ts";
import { leftIn, RawDaemon } from "../harness/leftovers.ts";

/** Milliseconds from the call to the client's end. */
const DELAYS = [0, 10, 40, 100, 250];

/** What takes a while, and would leave something if it were given up half-way. */
const WORK: Record<string, (ns: Namespace, image: string) => Promise<unknown>> = {
  "run()": (ns, image) => ns.run(image).command("sleep", "60").then(),
  "exec()": async (ns, image) => {
    const box = await ns.container().image(image).command("sleep", "60").start();
    await box.exec("sleep", "60");
  },
  "spawn()": async (ns, image) => {
    const process = await ns.run(image).command("sleep", "60").spawn();
    await process.status;
  },
  "create()": (ns, image) => ns.container().image(image).create(),
  "start()": (ns, image) => ns.container().image(image).command("sleep", "60").start(),
  "restart()": async (ns, image) => {
    const box = await ns.container().image(image).command("sleep", "60").start();
    await box.restart({ timeout: "10s" });
  },
  "build()": (ns, image) => ns.build(image).sh`sleep 60`.tag("built").build(),
  "import()": async (ns) => ns.images.import(await busyboxArchive(), { name: "again:1" }),
  "commit()": async (ns, image) => {
    const box = await ns.container().image(image).command("sleep", "60").start();
    await box.commit("committed:1");
  },
  "fork()": async (ns, image) => {
    const box = await ns.container().image(image).command("sleep", "60").start();
    const forks = await box.fork(2);
    await forks[0]!.start();
  },
};

for (const [what, work] of Object.entries(WORK)) {
  daemonTest(`a client that is closed ends ${what}, and leaves nothing of it`, async (t) => {
    const { name } = await t.image();
    await using raw = new RawDaemon(t.address);
    const before = await leftIn(raw, t.ns.name);
    for (const delay of DELAYS) {
      const client = clientOf(t.address);
      const over = work(client.namespace(t.ns.name), name).then(() => "ended", (error) => error);
      await new Promise((resolve) => setTimeout(resolve, delay));
      await client.close();
      await over;
      // What was let go is garbage, which the daemon collects in its own time.
      await t.ns.gc();
      assertEquals(await leftIn(raw, t.ns.name), before, `closed after ${delay} ms: ${await over}`);
    }
  }, { versions: ["2.1"], timeoutMs: 60_000 });
}
