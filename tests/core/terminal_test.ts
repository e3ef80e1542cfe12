import { assert, assertEquals, assertRejects } from "@std/assert";
import { FailedPreconditionError, InvalidArgumentError } from "../../lib/errors/errors.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

const SCRIPT = new URL("./terminal_script.ts", import.meta.url).pathname;

/** A script in a pseudo-terminal of its own, made by util-linux's `script`. */
class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #shown = "";
  #changed = Promise.withResolvers<void>();
  #ended = false;

  constructor(command: string) {
    const child = new Deno.Command("script", {
      args: ["--quiet", "--return", "--echo", "never", "--command", command, "/dev/null"],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#reading = (async () => {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        this.#shown += text;
        this.#changed.resolve();
      }
      this.#ended = true;
      this.#changed.resolve();
    })();
  }

  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Waits until something is shown, and forgets all up to its end. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#shown);
      if (match) {
        this.#shown = this.#shown.slice(match.index + match[0].length);
        return match;
      }
      assert(!this.#ended, `it ended without ${pattern}: ${JSON.stringify(this.#shown)}`);
      this.#changed = Promise.withResolvers<void>();
      await this.#changed.promise;
    }
  }

  async end(): Promise<number> {
    const { code } = await this.#child.status;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended */ }
    await this.#child.status;
    await this.#input.abort().catch(() => {});
    await this.#reading.catch(() => {});
  }
}

async function open(t: DaemonTestEnv, kind: string, before = ""): Promise<Terminal> {
  const { name } = await t.image();
  const words = [
    Deno.execPath(),
    "run",
    "-A",
    "--no-check",
    SCRIPT,
    t.address,
    t.ns.name,
    name,
    kind,
  ];
  return new Terminal(`${before}${words.join(" ")}`);
}

daemonTest("interactive() leaves the terminal as it was", async (t) => {
  await using terminal = await open(t, "run", "stty rows 33 cols 101; ");
  await terminal.shows(/ready/);
  await terminal.type("hello\r");
  await terminal.shows(/<hello>/);
  await terminal.type("size\r");
  await terminal.shows(/33 101/);
  await terminal.type("end\r");
  const [, end] = await terminal.shows(/END (.*)/);
  const { detached, exitCode } = JSON.parse(end!);
  assertEquals([detached, exitCode], [false, 7]);
  await terminal.shows(/RAW false/);
  assertEquals(await terminal.end(), 0);
});

daemonTest("interactive() is left by the detach keys", async (t) => {
  await using terminal = await open(t, "run");
  await terminal.shows(/ready/);
  await terminal.type("\x10x\r");
  await terminal.shows(/x>/);
  await terminal.type("\x10\x11");
  const [, end] = await terminal.shows(/END (.*)/);
  assertEquals(JSON.parse(end!), { detached: true });
  await terminal.shows(/RAW false/);
  assertEquals(await terminal.end(), 0);
});

daemonTest("interactive() passes signals on, in an exec too", async (t) => {
  await using terminal = await open(t, "exec");
  const [, pid] = await terminal.shows(/PID (\d+)/);
  await terminal.shows(/ready/);
  Deno.kill(Number(pid), "SIGTERM");
  await terminal.shows(/got term/);
  const [, end] = await terminal.shows(/END (.*)/);
  assertEquals(JSON.parse(end!).exitCode, 9);
  await terminal.shows(/RAW false/);
});

daemonTest("interactive() needs a terminal, and no streams set", async (t) => {
  const run = t.ns.run(await t.image()).command("sh");
  await assertRejects(() => run.interactive({ detachKeys: "nonsense" }), InvalidArgumentError);
  await assertRejects(async () => await run.stdin("x").interactive(), InvalidArgumentError);
  if (Deno.stdin.isTerminal()) return;
  await assertRejects(() => run.interactive(), FailedPreconditionError, "in a terminal");
  assertEquals(await t.ns.containers.list(), []);
});
