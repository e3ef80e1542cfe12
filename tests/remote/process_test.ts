import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { readLines } from "../../lib/io/lines.ts";
import { CanceledError, UnsupportedError } from "../../mod.ts";
import { remoteTest } from "./support.ts";

remoteTest(
  "exec by ssh: a terminal that is resized and echoes, half-closed input, signals",
  async (t) => {
    await using davit = await t.connect();
    const ns = davit.namespace(t.ns.name);
    await using box = await ns.container("box").image((await t.image()).name)
      .command("sleep", "600").start();
    assertEquals(await box.exec("echo", "in").text(), "in");
    await using shell = await box.exec("sh").tty().spawn();
    await shell.resize({ columns: 101, rows: 33 });
    const writer = shell.stdin.getWriter();
    await writer.write(new TextEncoder().encode("stty size; exit 4\n"));
    const screen = await new Response(shell.stdout).text();
    assertStringIncludes(screen, "stty size; exit 4\r\n33 101\r\n");
    assertEquals((await shell.status).exitCode, 4);
    // The input ends while output goes on.
    await using sorting = await box.exec("sh", "-c", "cat; echo rest; echo err >&2").spawn();
    const input = sorting.stdin.getWriter();
    await input.write(new TextEncoder().encode("first\n"));
    const lines = readLines(sorting.stdout);
    assertEquals((await lines.next()).value, "first");
    await input.close();
    assertEquals((await lines.next()).value, "rest");
    assertEquals(await new Response(sorting.stderr).text(), "err\n");
    await using waits = await box.exec("sleep", "600").spawn();
    await waits.kill("SIGKILL");
    assertEquals((await waits.status).exitCode, 137);
  },
);

remoteTest(
  "logs, attach and openStdin() by ssh, of a container that outlives its script",
  async (t) => {
    const { name } = await t.image();
    {
      await using davit = await t.connect();
      await davit.namespace(t.ns.name).container("lives").image(name).keep().tty().openStdin()
        .sh`stty -echo; echo begun; read -r line; echo "got $line"; echo bye`.start();
    }
    await using davit = await t.connect();
    await using box = await davit.namespace(t.ns.name).containers.get("lives");
    assert(box.state === "running");
    const log = box.logs({ follow: true })[Symbol.asyncIterator]();
    assertEquals((await log.next()).value?.text, "begun");
    await using attachment = await box.attach();
    const writer = attachment.stdin.getWriter();
    await writer.write(new TextEncoder().encode("one\n"));
    assertEquals((await log.next()).value?.text, "got one");
    assertEquals((await readLines(attachment.stdout).next()).value, "got one");
    assertEquals((await log.next()).value?.text, "bye");
    assertEquals((await log.next()).done, true);
    assertEquals((await attachment.status).exitCode, 0);
    // The daemon's own client finds the same log: it is where one of that machine puts it.
    await using local = await t.ns.containers.get("lives");
    const texts = (await Array.fromAsync(local.logs())).map(({ text }) => text);
    assertEquals(texts, ["begun", "got one", "bye"]);
    await local.remove();
  },
);

remoteTest("twenty runs at once by ssh, and one that is given up", async (t) => {
  await using davit = await t.connect();
  const base = davit.namespace(t.ns.name).run((await t.image()).name);
  const outputs = await Promise.all(
    Array.from({ length: 20 }, (_, at) => base.command("echo", `${at}`).text()),
  );
  assertEquals(outputs, outputs.map((_, at) => `${at}`));
  const given = new AbortController();
  await using process = await base.sh`echo ready; sleep 600`.signal(given.signal).spawn();
  await readLines(process.stdout).next();
  given.abort();
  await assertRejects(() => process.status, CanceledError);
}, { timeoutMs: 120_000 });

remoteTest("what is followed by ssh comes while it is written", async (t) => {
  await using davit = await t.connect();
  const base = davit.namespace(t.ns.name).run((await t.image()).name);
  const seen: string[] = [];
  const script = base.sh`for i in 1 2 3; do echo $i; sleep 0.3; done`;
  const stream = new WritableStream<Uint8Array>({
    write: (chunk) => void seen.push(new TextDecoder().decode(chunk)),
  });
  await script.stdout(stream);
  assertEquals(seen.join(""), "1\n2\n3\n");
  assert(seen.length > 1, "it came all at once");
});

remoteTest("what cannot work by ssh says so", async (t) => {
  await using davit = await t.connect();
  const ns = davit.namespace(t.ns.name);
  const { name } = await t.image();
  const relative = ns.run(name).mount({ bind: "./lib", to: "/lib" }).command("true");
  await assertRejects(() => relative.text(), Error, "give an absolute path");
  await assertRejects(
    () => ns.networks.serveDns("bridge"),
    UnsupportedError,
    "run the script there",
  );
  await using box = await ns.container("box").image(name).command("sleep", "600")
    .healthcheck({ http: { port: 80 } }).start();
  await assertRejects(
    () => Array.fromAsync(box.health()),
    UnsupportedError,
    "requests are made by the machine that this script runs on",
  );
});
