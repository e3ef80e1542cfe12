import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FailedPreconditionError, InvalidArgumentError } from "../../lib/errors/errors.ts";
import { readLines } from "../../lib/io/lines.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";

const LOOP =
  "i=0; while [ ! -e /end ]; do i=$((i+1)); echo $i; echo e$i >&2; sleep 0.05; done; exit 5";

daemonTest("attach() shows what a container writes from now on", async ({ ns, image }) => {
  await using box = await ns.container().image(await image()).command("sh", "-c", LOOP).start();
  await box.until(/^5$/);
  await using one = await box.attach();
  await using two = await box.attach();
  const first = (await readLines(one.stdout).next()).value;
  assert(Number(first) > 5, `${first} was written before`);
  const err = readLines(two.stderr);
  assert(/^e\d+$/.test(`${(await err.next()).value}`));
  assertThrows(() => one.stdin, FailedPreconditionError, "openStdin()");
  const lines = readLines(two.stdout);
  await box.exec("touch", "/end");
  // The streams end with the process, and so does the status.
  for await (const _ of lines);
  for await (const _ of err);
  assertEquals((await two.status).exitCode, 5);
  await assertRejects(() => one.interactive(), FailedPreconditionError, "no terminal");
});

daemonTest("attach() writes to a terminal that was left open", async (t) => {
  const { name } = await t.image();
  const script =
    "echo ready; while read -r line; do printf 'got <%s> prompt> ' \"$line\"; done; echo bye";
  {
    // The script that made it is gone by the time that another one writes.
    await using other = clientOf(t.address);
    await other.namespace(t.ns.name).container("shell").image(name).keep()
      .tty().openStdin().command("sh", "-c", script).start();
  }
  await using found = await t.ns.containers.get("shell");
  const attachment = await found.attach();
  const output = attachment.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let shown = "";
  const shows = async (text: string) => {
    while (!shown.includes(text)) {
      const { value, done } = await output.read();
      assert(!done, `it ended without "${text}": ${shown}`);
      shown += value;
    }
    shown = "";
  };
  const input = attachment.stdin.getWriter();
  await input.write(new TextEncoder().encode("hello\n"));
  // Without a line end, as prompts are.
  await shows("got <hello> prompt> ");
  // Leaving does not end its input: the next one goes on.
  input.releaseLock();
  await attachment[Symbol.asyncDispose]();
  await attachment[Symbol.asyncDispose]();
  await using again = await found.attach();
  await again.resize({ columns: 100, rows: 30 });
  const lines = readLines(again.stdout);
  const writer = again.stdin.getWriter();
  await writer.write(new TextEncoder().encode("again\n\x04"));
  for (;;) {
    const { value, done } = await lines.next();
    assert(!done);
    if (`${value}`.includes("bye")) break;
  }
  assertEquals((await again.status).exitCode, 0);
});

daemonTest("attach() and openStdin() refuse what cannot work", async ({ ns, image }) => {
  const builder = ns.container().image(await image()).command("sleep", "60");
  await assertRejects(() => builder.openStdin().create(), InvalidArgumentError, "add tty()");
  await using silent = await builder.logs(false).start();
  await assertRejects(() => silent.attach(), FailedPreconditionError, "logs(false)");
});
