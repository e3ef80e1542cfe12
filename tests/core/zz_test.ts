import { daemonTest, clientOf } from "../harness/daemons.ts";
import { assertEquals } from "@std/assert";
daemonTest("close", async ({ ns, image, address }) => {
  const {name} = await image();
  for (const wait of [300, 100, 50, 20, 1000]) {
  const c = clientOf(address);
  const p = c.namespace(ns.name).run(name).command("sleep","20").then(() => "ended", (e) => String(e));
  await new Promise((r) => setTimeout(r, wait));
  await c.close();
  const left = (await ns.containers.list()).length;
  console.log(wait, await p, left);
  assertEquals(left, 0);
  }
}, { versions: ["2.1"], timeoutMs: 30000 });
