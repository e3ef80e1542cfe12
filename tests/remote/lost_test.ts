import { assert, assertEquals, assertRejects } from "@std/assert";
import { UnavailableError } from "../../mod.ts";
import { readLines } from "../../lib/io/lines.ts";
import { listProcesses } from "../harness/machine.ts";
import type { TestSshd } from "../harness/sshd.ts";
import { processesOf, remoteTest } from "./support.ts";

/** Ends all connections to an sshd, as a network that goes away does. */
function cut({ dir }: TestSshd): void {
  for (const { pid, argv } of listProcesses()) {
    if (!argv.includes(`${dir}/ssh_config`) || !argv.includes("ControlMaster=yes")) continue;
    Deno.kill(pid, "SIGKILL");
  }
}

remoteTest("a run whose connection is cut goes on, and gives all its output", async (t) => {
  await using davit = await t.connect();
  const ns = davit.namespace(t.ns.name);
  const run = ns.run((await t.image()).name).name("long")
    .sh`echo one; while [ ! -e /go ]; do sleep 0.1; done; echo two`.text();
  await using box = await t.ns.containers.get("long").catch(async () => {
    for await (const { event } of t.ns.events({ topic: "/tasks/start" })) {
      if ("containerId" in event && event.containerId === "long") break;
    }
    return await t.ns.containers.get("long");
  });
  assert(box.state === "running");
  cut(t.sshd);
  await box.exec("touch", "/go");
  assertEquals(await run, "one\ntwo");
  // What comes later is as if nothing had been.
  assertEquals(await ns.run((await t.image()).name).command("echo", "on").text(), "on");
});

remoteTest("pipes whose connection is cut fail, and do not end as if that were all", async (t) => {
  await using davit = await t.connect();
  const ns = davit.namespace(t.ns.name);
  const process = await ns.run((await t.image()).name).sh`echo one; sleep 600`.spawn();
  const lines = readLines(process.stdout);
  assertEquals((await lines.next()).value, "one");
  cut(t.sshd);
  await assertRejects(() => lines.next(), UnavailableError, "the connection was lost");
  // The process itself can be ended over the next connection.
  await process.kill("SIGKILL");
  assertEquals((await process.status).exitCode, 137);
  await process[Symbol.asyncDispose]();
});

remoteTest("of a killed script nothing stays on the other machine", async (t) => {
  const { name } = await t.image();
  const script = `
    import { connect } from "${new URL("../../mod.ts", import.meta.url).href}";
    const ssh = ${JSON.stringify(t.sshd.ssh)};
    await using davit = await connect({ address: "${t.remote}", ssh });
    const ns = davit.namespace("${t.ns.name}");
    const kept = ns.run("${name}").command("sleep", "600").then();
    const process = await ns.run("${name}").sh\`echo ready; sleep 600\`.spawn();
    for await (const _ of process.stdout) console.log("ready");
    await kept;`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    stdout: "piped",
    stderr: "inherit",
    cwd: new URL("../..", import.meta.url).pathname,
  }).spawn();
  const reader = child.stdout.getReader();
  assert(!(await reader.read()).done, "the script ended early");
  while ((await t.ns.containers.list({ state: "running" })).length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert(processesOf(t.sshd).length > 0);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  while (processesOf(t.sshd).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  // What was captured is found by the next script, there as everywhere.
  assertEquals(t.sshd.left().length, 1);
  await using davit = await t.connect();
  const { containers } = await davit.namespace(t.ns.name).sweep();
  assertEquals(containers.length, 2);
  assertEquals(t.sshd.left().filter((folder) => folder.includes(`-${child.pid}-`)), []);
});
