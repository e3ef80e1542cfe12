import { assert, assertEquals, assertRejects } from "@std/assert";
import { ExitError, InvalidArgumentError } from "../../mod.ts";
import { remoteTest } from "./support.ts";

remoteTest("a run by ssh gives output, exit codes and streams apart", async (t) => {
  await using davit = await t.connect();
  assertEquals(davit.address, t.remote);
  const base = davit.namespace(t.ns.name).run((await t.image()).name);
  assertEquals(await base.command("echo", "hello").text(), "hello");
  const both = await base.sh`echo out; echo err >&2; exit 3`.noThrow();
  assertEquals([both.exitCode, both.stdout, both.stderr], [3, "out\n", "err\n"]);
  const error = await assertRejects(() => base.sh`echo why >&2; exit 7`.text(), ExitError);
  assertEquals([error.exitCode, error.stderrTail], [7, "why\n"]);
  await assertRejects(
    () => base.command("true").stdout({ file: "here.log" }).text(),
    InvalidArgumentError,
    "give an absolute path there",
  );
});

remoteTest("standard input by ssh is read to its end, in bytes and by a pipe", async (t) => {
  await using davit = await t.connect();
  const base = davit.namespace(t.ns.name).run((await t.image()).name);
  assertEquals(await base.command("wc", "-c").stdin("four").text(), "4");
  const chunks = (async function* () {
    for (let at = 0; at < 20; at++) yield await new Uint8Array(50_000).fill(at);
  })();
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(20, 50_000))).toHex();
  assertEquals((await base.command("sha256sum").stdin(chunks).text()).split(" ")[0], sum);
  // Nobody reads it: what is left over must not hold up the end.
  await base.command("true").stdin(new Blob([new Uint8Array(3_000_000)]).stream());
});

function bytesOf(count: number, size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(count * size);
  for (let at = 0; at < count; at++) all.fill(at, at * size, (at + 1) * size);
  return all;
}

remoteTest(
  "64 MiB of binary output arrive whole by ssh, kept and live, on both streams",
  async (t) => {
    await using davit = await t.connect();
    const base = davit.namespace(t.ns.name).run((await t.image()).name);
    const size = 64 * 1024 * 1024;
    const script = base.sh`dd if=/dev/urandom of=/tmp/f bs=1M count=64 2>/dev/null
    cat /tmp/f; sha256sum </tmp/f >&2`;
    const kept = await script;
    assertEquals(kept.stdoutBytes.length, size);
    assertEquals(await sumOf([kept.stdoutBytes]), kept.stderr.split(" ")[0]);
    await using process = await script.spawn();
    const err = new Response(process.stderr).text();
    const chunks = await Array.fromAsync(process.stdout);
    assertEquals(chunks.reduce((sum, { length }) => sum + length, 0), size);
    assertEquals(await sumOf(chunks), (await err).split(" ")[0]);
    assertEquals((await process.status).exitCode, 0);
  },
);

async function sumOf(chunks: readonly Uint8Array[]): Promise<string> {
  const bytes = await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

remoteTest("a process whose output nobody reads waits, and goes on when it is read", async (t) => {
  await using davit = await t.connect();
  const ns = davit.namespace(t.ns.name);
  // What the pipes, ssh's window and its buffers hold is less.
  const total = 32 * 1024 * 1024;
  await using process = await ns.run((await t.image()).name)
    .sh`head -c ${total} /dev/zero; echo done >/dev/stderr`.spawn();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  let ended = false;
  process.status.then(() => ended = true);
  await Promise.resolve();
  assert(!ended, "it wrote all that although nobody read");
  let count = 0;
  for await (const chunk of process.stdout) count += chunk.length;
  assertEquals(count, total);
});

remoteTest(
  "thirty processes with pipes at once, which one connection has no sessions for",
  async (t) => {
    await using davit = await t.connect();
    const ns = davit.namespace(t.ns.name);
    const { name } = await t.image();
    await using container = await ns.container("many").image(name).command("sleep", "100").start();
    const processes = await Promise.all(
      Array.from({ length: 30 }, async (_, at) => {
        const process = await container.exec("cat").spawn();
        const writer = process.stdin.getWriter();
        await writer.write(new TextEncoder().encode(`number ${at}`));
        return { process, writer };
      }),
    );
    const answers = await Promise.all(processes.map(async ({ process, writer }) => {
      await writer.close();
      const text = await new Response(process.stdout).text();
      await process.status;
      await process[Symbol.asyncDispose]();
      return text;
    }));
    assertEquals(answers, answers.map((_, at) => `number ${at}`));
  },
  { timeoutMs: 120_000 },
);
