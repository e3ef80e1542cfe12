import { assert, assertEquals, assertRejects } from "@std/assert";
import { DavitError } from "../../lib/errors/errors.ts";
import { clientOf, daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

/** A script that runs a container for a minute, in a process of its own. */
function startScript(address: string, namespace: string, image: string): Deno.ChildProcess {
  const script = `
    import { connect } from "${new URL("../../mod.ts", import.meta.url).href}";
    await using davit = await connect("${address}");
    const ns = davit.namespace("${namespace}");
    await ns.leases.create({ id: "of-the-script" });
    await ns.container("lives").image("${image}").command("sleep", "60").start();
    await ns.container("kept").image("${image}").command("sleep", "60").keep().create();
    const running = ns.run("${image}").name("runs").command("sleep", "60").then();
    const events = ns.api.events.subscribe({ filters: [] });
    for (;;) {
      const { tasks } = await ns.api.tasks.list({});
      if (tasks.length === 2 && tasks.every((task) => task.pid > 0)) break;
    }
    console.log("ready");
    await running;`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    stdout: "piped",
    stderr: "inherit",
    cwd: new URL("../..", import.meta.url).pathname,
  }).spawn();
}

/** Waits until a process has printed something. */
async function printed(child: Deno.ChildProcess): Promise<void> {
  const reader = child.stdout.getReader();
  const { done } = await reader.read();
  assert(!done, "the script ended early");
  await reader.cancel();
}

daemonTest("what a killed script left is swept by the next", async ({ address, ns, image }) => {
  const { name } = await image();
  const child = startScript(address, ns.name, name);
  await printed(child);
  assertEquals((await ns.sweep()).containers, [], "a script that lives is left alone");
  child.kill("SIGKILL");
  await child.status;
  const before = (await ns.containers.list()).map(({ id }) => id).sort();
  assertEquals(before, ["kept", "lives", "runs"]);
  {
    // The first thing that another script makes sweeps by itself; closing waits for it.
    await using other = clientOf(address);
    await other.namespace(ns.name).run(name).command("true");
  }
  assertEquals((await ns.containers.list()).map(({ id }) => id), ["kept"]);
  assertEquals((await ns.leases.list()).map(({ id }) => id), []);
  await (await ns.containers.get("kept")).remove();
});

daemonTest("sweep() says what it removed, and a second one finds nothing", async (t) => {
  const { name } = await t.image();
  const child = startScript(t.address, t.ns.name, name);
  await printed(child);
  child.kill("SIGKILL");
  await child.status;
  const { containers, leases } = await t.ns.sweep();
  assertEquals([[...containers].sort(), leases], [["lives", "runs"], ["of-the-script"]]);
  const nothing = {
    containers: [],
    leases: [],
    snapshots: [],
    ingests: [],
    shims: [],
    volumes: [],
    networks: [],
  };
  assertEquals(await t.ns.sweep(), nothing);
  await (await t.ns.containers.get("kept")).remove();
});

daemonTest("a name that a killed script left taken is free for the next", async (t) => {
  const { name } = await t.image();
  const child = startScript(t.address, t.ns.name, name);
  await printed(child);
  child.kill("SIGKILL");
  await child.status;
  assertEquals(await t.ns.run(name).name("runs").command("echo", "mine").text(), "mine");
  await (await t.ns.containers.get("kept")).remove();
});

/** Runs a script that has a container, a process in it and a run, until they are there. */
async function busyScript(t: DaemonTestEnv, rest: string, options = "") {
  const { name } = await t.image();
  const script = `
    import { connect } from "${new URL("../../mod.ts", import.meta.url).href}";
    const davit = await connect({ address: "${t.address}"${options} });
    const ns = davit.namespace("${t.ns.name}");
    const box = await ns.container("lives").image("${name}").command("sleep", "60").start();
    const exec = box.exec("sleep", "60").then();
    const run = ns.run("${name}").name("runs").command("sleep", "60").then();
    for (;;) {
      const { tasks } = await ns.api.tasks.list({});
      if (tasks.length === 2 && tasks.every((task) => task.pid > 0)) break;
    }
    console.log("ready");
    ${rest}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    stdout: "piped",
    stderr: "piped",
    cwd: new URL("../..", import.meta.url).pathname,
  }).spawn();
  await printed(child);
  return child;
}

daemonTest("SIGINT, SIGTERM and SIGHUP end a script that clears up first", async (t) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const child = await busyScript(t, "await run;");
    child.kill(signal);
    const { signal: by, code } = await child.status;
    const errors = await new Response(child.stderr).text();
    assert(by === signal || code > 128, `${by} ${code} ${errors}`);
    assertEquals(errors, "");
    assertEquals(await t.ns.containers.list(), [], signal);
  }
}, { timeoutMs: 90_000, versions: ["2.1"] });

/** What a script exits with that came to `connect()` when Deno had begun to handle signals. */
const TOO_LATE = 77;

daemonTest("signals that a script was started to ignore stay ignored", async (t) => {
  const { name } = await t.image();
  const script = `
    import { connect } from "${new URL("../../mod.ts", import.meta.url).href}";
    const connecting = connect("${t.address}");
    // Deno handles them itself half a second after its start, and that they were ignored is lost.
    const ignored = /^SigIgn:\\s*([0-9a-f]+)/m.exec(Deno.readTextFileSync("/proc/self/status"))[1];
    if ((parseInt(ignored, 16) & 3) !== 3) Deno.exit(${TOO_LATE});
    await using davit = await connecting;
    for (const signal of ["SIGINT", "SIGHUP"]) Deno.kill(Deno.pid, signal);
    console.log(await davit.namespace("${t.ns.name}").run("${name}").command("echo", "on").text());`;
  // "deno eval" ignores no signals, whatever it was told.
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    Deno.writeTextFileSync(file, script);
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const run = ["run", "-A", "--no-check", "--config", config, file];
    const start = () =>
      new Deno.Command("sh", {
        args: ["-c", 'trap "" INT HUP; exec "$@"', "sh", Deno.execPath(), ...run],
      }).output();
    let output = await start();
    while (output.code === TOO_LATE) output = await start();
    const { code, stdout, stderr } = output;
    const decoder = new TextDecoder();
    assertEquals([code, decoder.decode(stdout)], [0, "on\n"], decoder.decode(stderr));
  } finally {
    Deno.removeSync(file);
  }
}, { timeoutMs: 90_000, versions: ["2.1"] });

daemonTest("an error that nobody catches ends a script that clears up first", async (t) => {
  for (const how of ["throw new Error('by intent')", "Promise.reject(new Error('by intent'))"]) {
    const child = await busyScript(t, `setTimeout(() => { ${how}; }); await run;`);
    const { code } = await child.status;
    const errors = await new Response(child.stderr).text();
    assertEquals([code, errors.includes("by intent")], [1, true], errors);
    assertEquals(await t.ns.containers.list(), []);
  }
}, { timeoutMs: 90_000, versions: ["2.1"] });

daemonTest("connect({ onExit: 'leave' }) leaves signals to the script", async (t) => {
  const mine = "Deno.addSignalListener('SIGTERM', () => Deno.exit(9)); await run;";
  const child = await busyScript(t, mine, ", onExit: 'leave'");
  // The listener is there soon after the line that was read.
  let code: number | undefined;
  const ended = child.status.then((status) => code = status.code);
  while (code === undefined) {
    try {
      child.kill("SIGTERM");
    } catch { /* it has ended */ }
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  await child.stderr.cancel();
  assert([9, 143].includes(code));
  assertEquals((await t.ns.containers.list()).map(({ id }) => id).sort(), ["lives", "runs"]);
  assertEquals([...(await t.ns.sweep()).containers].sort(), ["lives", "runs"]);
}, { versions: ["2.1"] });

daemonTest("a script that ends by an error cleans up what it ran", async (t) => {
  const { name } = await t.image();
  const script = `
    import { connect } from "${new URL("../../mod.ts", import.meta.url).href}";
    await using davit = await connect("${t.address}");
    const ns = davit.namespace("${t.ns.name}");
    await ns.container("lives").image("${name}").command("sleep", "60").start();
    void ns.run("${name}").command("sleep", "60").then(() => {}, () => {});
    throw new Error("by intent");`;
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    cwd: new URL("../..", import.meta.url).pathname,
  }).output();
  assertEquals(output.code, 1);
  assert(new TextDecoder().decode(output.stderr).includes("by intent"));
  assertEquals(await t.ns.containers.list(), []);
});

daemonTest("a client that was closed says so", async ({ address }) => {
  const client = clientOf(address);
  await client.close();
  await client.close();
  await assertRejects(() => client.version(), DavitError, "closed");
});
