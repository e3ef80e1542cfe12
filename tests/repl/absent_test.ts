import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { textWidth } from "../../lib/repl/width.ts";
import { ownDaemonTest } from "../core/robust_support.ts";
import { TestPrompt } from "./support.ts";

const LIMIT_MS = 30_000;

Deno.test("a prompt without a daemon says so, on 40 columns too, and goes on", async () => {
  for (const columns of [80, 40]) {
    const signal = AbortSignal.timeout(LIMIT_MS);
    await using prompt = new TestPrompt(["-a", "/nowhere/c.sock"], { signal, columns });
    await prompt.prompt();
    assertStringIncludes(prompt.text.replace(/\s+/g, " "), "No containerd answers at /nowhere/c");
    assertStringIncludes(prompt.text, "--start");
    const error = await prompt.line("await images.list()");
    assertStringIncludes(error.replaceAll("\n", ""), "Uncaught UnavailableError: Cannot connect");
    assertStringIncludes(await prompt.line("last"), "code");
    assertStringIncludes(await prompt.line("help()"), "Look around");
    assertEquals(await prompt.line("1 + 1"), "2");
    for (const line of prompt.text.split("\n")) assert(textWidth(line) <= columns, line);
    await prompt.type("\x04");
    assertEquals(await prompt.end(), 0);
  }
});

Deno.test({
  name: "a prompt of someone who may not use the daemon says so, and what to do",
  ignore: Deno.uid() !== 0,
  async fn() {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const folder = Deno.makeTempDirSync();
    try {
      const address = `${folder}/c.sock`;
      using _daemon = Deno.listen({ transport: "unix", path: address });
      const nobody = 65_534;
      Deno.chownSync(address, nobody, nobody);
      Deno.chmodSync(address, 0o600);
      // The checkout may be root's alone, so that it is a root who lacks root's rights.
      const rights = "-dac_override,-dac_read_search";
      await using prompt = new TestPrompt(["-a", address], {
        signal,
        by: ["setpriv", `--bounding-set=${rights}`, `--inh-caps=${rights}`],
      });
      await prompt.prompt();
      assertStringIncludes(prompt.text, "You may not use the containerd that runs here");
      assertStringIncludes(prompt.text, "Run this as root, or join the group that owns its socket");
      const error = (await prompt.line("await images.list()")).replace(/\s+/g, " ");
      assertStringIncludes(error, "Uncaught PermissionError: Cannot connect");
      await prompt.type("\x04");
      assertEquals(await prompt.end(), 0);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test("a prompt refuses arguments that it does not know", async () => {
  const signal = AbortSignal.timeout(LIMIT_MS);
  await using prompt = new TestPrompt(["--nope"], { signal });
  assertEquals(await prompt.end(), 2);
  assertStringIncludes(prompt.text, "Unknown option '--nope'");
});

Deno.test("a prompt that is hung up on leaves no files", async () => {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const temporary = Deno.makeTempDirSync();
  try {
    await using prompt = new TestPrompt(["-a", "/nowhere/c.sock"], {
      signal,
      env: { TMPDIR: temporary },
    });
    await prompt.prompt();
    assertEquals([...Deno.readDirSync(temporary)].length, 1);
    await prompt.hangUp();
    while ([...Deno.readDirSync(temporary)].length > 0) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    Deno.removeSync(temporary, { recursive: true });
  }
});

ownDaemonTest("a prompt outlives its daemon, and works again with the next one", async (own) => {
  const signal = AbortSignal.timeout(LIMIT_MS);
  await using prompt = new TestPrompt(["-a", own.address, "-n", own.ns.name], { signal });
  await prompt.prompt();
  assertStringIncludes(await prompt.line("(await images.list()).length"), "1");
  await prompt.enter(
    'const s = events(); await s.ready; console.log("follows"); for await (const e of s) {}',
  );
  await prompt.until("the events", (text) => text.endsWith("follows"));
  await own.kill();
  // Ctrl-C need not wait for the daemon.
  await prompt.type("\x03");
  await prompt.prompt();
  assertStringIncludes(prompt.text, "Uncaught CanceledError");
  await own.start();
  assertStringIncludes(await prompt.line("(await images.list()).length"), "1");
  await prompt.type("\x04");
  assertEquals(await prompt.end(), 0);
});
