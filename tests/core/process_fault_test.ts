import { assertEquals, assertRejects } from "@std/assert";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import { processRef, waitForEnd } from "../../lib/daemon/processes.ts";
import { ExitStatusLostError } from "../../lib/errors/process_errors.ts";
import { shimSocket } from "../../lib/host/shim_sockets.ts";
import { readLines } from "../../lib/io/lines.ts";
import { testEach } from "../daemon/support.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";

/** The shim of a container: the parent of its process. */
function shimOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

daemonTest("a killed shim is told to all who wait for its processes", async (t) => {
  const box = await t.ns.container().image(await t.image()).command("sleep", "60").start();
  await using process = await box.exec("sleep", "61").spawn();
  const waits = [process.status, box.wait(), box.exec("sleep", "62").then()];
  const told = Promise.all(waits.map((wait) => assertRejects(() => wait, ExitStatusLostError)));
  await box.until(async () => (await box.pids()).length === 3);
  Deno.kill(shimOf(box.pid), "SIGKILL");
  await told;
  await box.remove();
  const socket = await shimSocket(t.address, t.ns.name, box.id);
  assertEquals(await Deno.lstat(socket).then(() => true, () => false), false);
});

testEach("processes go on while a killed daemon is away", async (place) => {
  const first = await startDaemon(place.options);
  const client = clientOf(first.address);
  const ns = client.namespace("away");
  const image = await loadBusybox(ns);
  const box = await ns.container("box").image(image)
    .sh`i=0; while [ ! -e /end ]; do i=$((i+1)); echo $i; sleep 0.05; done; exit 6`.start();
  await using cat = await box.exec("cat").spawn();
  const input = cat.stdin.getWriter();
  const lines = readLines(cat.stdout);
  const seen = (async () => {
    const texts: string[] = [];
    for await (const { text } of box.logs({ follow: true })) texts.push(text);
    return texts;
  })();
  const ended = box.wait();
  const ref = processRef(first.pid)!;
  Deno.kill(first.pid, "SIGKILL");
  assertEquals(await waitForEnd([ref], 10_000), []);
  // The pipes are between the process and this script: they need no daemon.
  await input.write(new TextEncoder().encode("still here\n"));
  assertEquals((await lines.next()).value, "still here");
  const second = await startDaemon(place.options);
  await box.exec("touch", "/end");
  assertEquals((await ended).exitCode, 6);
  const texts = await seen;
  assertEquals(texts, texts.map((_, i) => `${i + 1}`));
  await cat[Symbol.asyncDispose]();
  await box.remove();
  await client.close();
  await second.stop();
  await first.stop();
});
