import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { containerdBin, containerdDir, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { textWidth } from "../../lib/repl/width.ts";
import { ownDaemonTest } from "../core/robust_support.ts";
import { ENTRY, TestPrompt } from "./support.ts";

const LIMIT_MS = 30_000;

/** Waits for the question whether to start a daemon, answers, and waits for the prompt. */
async function decline(prompt: TestPrompt, answer: string): Promise<void> {
  await asked(prompt);
  await prompt.type(answer);
  await prompt.until("the prompt", (text) => text.endsWith("\n>"));
}

async function asked(prompt: TestPrompt): Promise<void> {
  await prompt.until("the question", (text) => text.replace(/\s/g, "").endsWith("[y/N]"));
}

Deno.test("a prompt without a daemon says so, on 40 columns too, and goes on", async () => {
  for (const columns of [80, 40]) {
    const signal = AbortSignal.timeout(LIMIT_MS);
    await using prompt = new TestPrompt(["-a", "/nowhere/c.sock"], { signal, columns });
    await decline(prompt, columns === 80 ? "n\r" : "\r");
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
  name: "a prompt without a daemon starts a private one when told to, which ends with it",
  ignore: Deno.uid() !== 0,
  async fn() {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const folder = Deno.makeTempDirSync({ prefix: "davit-offer-" });
    try {
      // The daemon's own folders are hidden: what others on this machine have there is not used.
      const script = `${folder}/alone`;
      const hidden = ["/run", "/var/lib"].map((path) => `mount -t tmpfs tmpfs ${path}\n`).join("");
      Deno.writeTextFileSync(script, `#!/bin/sh -e\n${hidden}exec "$@"\n`, { mode: 0o755 });
      await using prompt = new TestPrompt(["-a", "/nowhere/c.sock"], {
        signal,
        by: ["unshare", "--mount", "--propagation=private", script],
        env: {
          DAVIT_CONTAINERD: containerdBin("2.1"),
          PATH: `${containerdDir("2.1")}:${TOOLS_BIN}:${Deno.env.get("PATH")}`,
        },
      });
      await asked(prompt);
      await prompt.type("y\r");
      await prompt.until("the banner", (text) => text.includes("at /run/davit/containerd.sock"));
      await prompt.prompt();
      assertEquals(await prompt.line("(await images.list()).length"), "0");
      const pid = await prompt.line("(await ns.api.introspection.server({})).pid");
      assert(Deno.statSync(`/proc/${parseInt(pid)}`).isDirectory);
      await prompt.type("\x04");
      assertEquals(await prompt.end(), 0);
      assertThrows(() => Deno.statSync(`/proc/${parseInt(pid)}`), Deno.errors.NotFound);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

Deno.test("a prompt whose input is no terminal asks nothing", async () => {
  const home = Deno.makeTempDirSync({ prefix: "davit-repl-" });
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-lock", ENTRY, "-a", "/nowhere/c.sock"],
    env: { XDG_STATE_HOME: home, NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  await using child = command.spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode("1 + 41\n"));
  await input.close();
  const text = await new Response(child.stdout).text();
  assertStringIncludes(text, "No containerd answers at /nowhere/c.sock");
  assertStringIncludes(text, "42");
  assertEquals(text.includes("[y/N]"), false);
  assertEquals((await child.status).code, 0);
  Deno.removeSync(home, { recursive: true });
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
    await decline(prompt, "no\r");
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
