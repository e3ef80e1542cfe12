import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  CanceledError,
  DavitError,
  InvalidArgumentError,
  TimeoutError,
} from "../../lib/errors/errors.ts";
import { ExitError, StartError } from "../../lib/errors/process_errors.ts";
import { daemonTest } from "../harness/daemons.ts";

daemonTest("follow() hands out the lines of both streams as they come", async ({ ns, image }) => {
  const run = ns.run(await image());
  await using box = await ns.container().image(await image()).command("sleep", "60").start();
  const script = "echo one; echo two >&2; read line; printf 'last: %s' \"$line\"";
  for (const process of [run.command("sh", "-c", script), box.exec("sh", "-c", script)]) {
    const gate = Promise.withResolvers<void>();
    const input = (async function* () {
      await gate.promise;
      yield "go\n";
    })();
    const before = Date.now();
    const seen: string[] = [];
    const lines = process.stdin(input).follow();
    for (;;) {
      const { done, value } = await lines.next();
      if (done) {
        assertEquals([value.exitCode, value.stdout], [0, ""]);
        break;
      }
      assert(value.time.getTime() >= before);
      seen.push(`${value.stream} ${value.text}`);
      // The process waits for this: what it wrote has come while it runs.
      if (seen.length === 2) gate.resolve();
    }
    assertEquals(seen.slice(0, 2).sort(), ["stderr two", "stdout one"]);
    assertEquals(seen.slice(2), ["stdout last: go"]);
  }
  assertEquals(await Array.fromAsync(run.tty().command("echo", "x").follow(), ({ text }) => text), [
    "x",
  ]);
});

daemonTest("follow() throws what awaiting throws, after the last line", async ({ ns, image }) => {
  const run = ns.run(await image());
  const texts: string[] = [];
  const all = async (process: typeof run) => {
    for await (const { text } of process.follow()) texts.push(text);
  };
  const failing = run.command("sh", "-c", "seq 1 100; echo why >&2; exit 3");
  const error = await assertRejects(() => all(failing), ExitError, "why");
  assertEquals([error.exitCode, texts.length], [3, 101]);
  await all(failing.noThrow());
  await assertRejects(() => all(run.command("no-such")), StartError);
  await assertRejects(() => all(run.command("sleep", "60").timeout("200ms")), TimeoutError);
  await assertRejects(
    () => all(run.command("true").signal(AbortSignal.abort())),
    CanceledError,
  );
  await assertRejects(() => all(run.command("true").stdout("inherit")), InvalidArgumentError);
});

daemonTest("follow() that is left kills the process, and a slow reader does not", async (t) => {
  const { ns, image } = t;
  await using box = await ns.container().image(await image()).command("sleep", "60").start();
  for await (const { text } of box.exec("yes").follow()) {
    assertEquals(text, "y");
    break;
  }
  assertEquals((await box.top()).length, 1);
  let count = 0;
  const done = "seq 1 20000; touch /done";
  for await (const _line of box.exec("sh", "-c", done).follow()) {
    // All was written although one line was read.
    if (++count === 1) {
      await box.until((box) =>
        box.exec("test", "-e", "/done").exitCode().then((code) => code === 0)
      );
    }
  }
  assertEquals(count, 20000);
});

daemonTest("maxOutput() ends a process that writes more, and says so", async ({ ns, image }) => {
  const run = ns.run(await image());
  for (const process of [run.command("yes"), run.command("sh", "-c", "yes >&2")]) {
    const error = await assertRejects(
      () => process.maxOutput("1MiB").then(),
      DavitError,
      "maxOutput",
    );
    assertEquals(error.code, "resource_exhausted");
  }
  const exact = run.command("head", "-c", "1048576", "/dev/zero").maxOutput("1MiB");
  assertEquals((await exact.bytes()).length, 1048576);
  const more = run.command("head", "-c", "1048577", "/dev/zero").maxOutput("1MiB");
  await assertRejects(() => more.bytes(), DavitError, "1048576 bytes");
  let bytes = 0;
  const sink = new WritableStream<Uint8Array>({ write: (chunk) => void (bytes += chunk.length) });
  await more.stdout(sink);
  assertEquals(bytes, 1048577);
});

daemonTest("detach() leaves a process alone", async ({ ns, image }) => {
  await using box = await ns.container().image(await image()).command("sleep", "60").start();
  const pid = await box.exec("sh", "-c", "sleep 30").detach();
  assert((await box.pids()).some((process) => process.pid === pid));
  const short = await box.exec("true").detach();
  assert(short > 0 && short !== pid);
  await assertRejects(() => box.exec("no-such").detach(), StartError);
  await assertRejects(() => box.exec("cat").stdin("x").detach(), InvalidArgumentError, "stdin()");
  await assertRejects(
    () => box.exec("true").detach({ signal: AbortSignal.abort() }),
    CanceledError,
  );
});
