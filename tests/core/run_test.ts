import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  AlreadyExistsError,
  CanceledError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  TimeoutError,
} from "../../lib/errors/errors.ts";
import { ExitError, StartError } from "../../lib/errors/process_errors.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";

/** Signals a task from outside as soon as it runs. */
async function killOnceRunning(ns: Namespace, id: string, signal: number): Promise<void> {
  const events = ns.api.events.subscribe({
    filters: [`namespace==${ns.name},topic=="/tasks/start"`],
  });
  for await (const _ of events) break;
  await ns.api.tasks.kill({ containerId: id, signal });
}

daemonTest("run() keeps the streams apart and returns the exit code", async ({ ns, image }) => {
  const result = await ns.run(await image()).sh`echo out; echo err >&2; exit 3`.noThrow();
  assertEquals(result.stdout, "out\n");
  assertEquals(result.stderr, "err\n");
  assertEquals(result.exitCode, 3);
  assertEquals(result.signal, undefined);
  assertEquals(result.success, false);
  assert(result.exitedAt instanceof Date && result.durationMs > 0);
});

daemonTest("run() throws an ExitError that shows what went wrong", async ({ ns, image }) => {
  const error = await assertRejects(
    async () => await ns.run(await image()).sh`echo to-stdout; echo no such thing >&2; exit 4`,
    ExitError,
    "no such thing",
  );
  assertEquals(error.exitCode, 4);
  assertEquals(error.stdoutTail, "to-stdout\n");
  assertEquals(error.stderrTail, "no such thing\n");
  assertEquals(error.argv.slice(0, 2), ["/bin/sh", "-c"]);
});

daemonTest("run() says which signal ended the process", async ({ ns, image }) => {
  const run = ns.run(await image()).command("sleep", "60").name("victim");
  const [{ exitCode, signal }] = await Promise.all([
    assertRejects(async () => await run, ExitError, "was ended by SIGKILL"),
    killOnceRunning(ns, "victim", 9),
  ]);
  assertEquals([exitCode, signal], [137, "SIGKILL"]);
});

daemonTest("run() has forms for text, lines, JSON, bytes and the code", async ({ ns, image }) => {
  const base = ns.run(await image());
  assertEquals(await base.command("echo", "a b").text(), "a b");
  assertEquals(await base.command("printf", "a\\n\\nb\\r\\n").lines(), ["a", "", "b"]);
  assertEquals(await base.command("true").lines(), []);
  assertEquals(await base.command("echo", '{"a":[1]}').json<{ a: number[] }>(), { a: [1] });
  assertEquals(await base.command("false").exitCode(), 1);
  // 0xff is never valid in UTF-8, and NUL must not end anything.
  assertEquals(
    await base.command("printf", "\\377\\000x").bytes(),
    new Uint8Array([0xff, 0, 0x78]),
  );
  assertEquals(await base.command("printf", "\\377").text(), "\ufffd");
  await assertRejects(
    () => base.command("echo", "oops").json(),
    InvalidArgumentError,
    'it starts with "oops',
  );
});

daemonTest("sh`` passes on any text as one word", async ({ ns, image }) => {
  const hostile = [
    "it's; rm -rf /",
    "$(id) `id` $HOME",
    'double " quote',
    "line\nbreak",
    "",
    "-n",
    "*",
    "ünï ☃",
    "back\\slash",
  ];
  const base = ns.run(await image());
  const printed = await base.sh`for word in ${hostile}; do printf '<%s>' "$word"; done`.text();
  assertEquals(printed, hostile.map((word) => `<${word}>`).join(""));
});

daemonTest("run() applies env, cwd, user, hostname and limits", async ({ ns, image }) => {
  const base = ns.run(await image());
  assertEquals(await base.env({ A: "b c" }).env({ B: "=" }).sh`echo "$A|$B"`.text(), "b c|=");
  assertEquals(await base.cwd("/tmp").command("pwd").text(), "/tmp");
  assertEquals(await base.user("1000:1001").sh`id -u; id -g`.lines(), ["1000", "1001"]);
  assertEquals(await base.hostname("box").command("hostname").text(), "box");
  const limited = await base.memory("64MiB").pids(50).cpus(0.5)
    .sh`cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null`
    .noThrow();
  if (limited.stdout) assertEquals(limited.stdout.trim(), "67108864");
});

daemonTest("run() confines: capabilities, seccomp, no new privileges", async ({ ns, image }) => {
  const status = await ns.run(await image()).command("cat", "/proc/self/status").text();
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)$`, "m").exec(status)?.[1];
  assertEquals(field("Seccomp"), "2");
  assertEquals(field("NoNewPrivs"), "1");
  assertEquals(field("CapEff"), "00000000a80425fb");
  assertEquals(field("CapBnd"), "00000000a80425fb");
});

daemonTest("run() mounts folders, read-only ones too, and memory", async ({ ns, image }) => {
  const folder = await Deno.makeTempDir({ prefix: "davit-mount-" });
  try {
    await Deno.writeTextFile(`${folder}/in`, "from outside");
    const base = ns.run(await image()).mount({ bind: folder, to: "/data" });
    assertEquals(await base.sh`cat /data/in; echo made > /data/out`.text(), "from outside");
    assertEquals(await Deno.readTextFile(`${folder}/out`), "made\n");
    const readonly = ns.run(await image()).mount({ bind: folder, to: "/data", readonly: true });
    await assertRejects(async () => await readonly.sh`echo x > /data/no`, ExitError, "Read-only");
    const memory = ns.run(await image()).mount({ tmpfs: "8MiB", to: "/mem" });
    assertStringIncludes(await memory.sh`grep ' /mem ' /proc/mounts`.text(), "size=8192k");
    await assertRejects(
      async () => await ns.run(await image()).mount({ bind: `${folder}/none`, to: "/x" }),
      InvalidArgumentError,
      "does not exist",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

daemonTest("run() feeds standard input, then ends it", async ({ ns, image }) => {
  const base = ns.run(await image());
  assertEquals(await base.command("cat").stdin("some\ntext").text(), "some\ntext");
  assertEquals(await base.command("cat").text(), "");
  const data = crypto.getRandomValues(new Uint8Array(60_000));
  const big = new Uint8Array(3 * 1024 * 1024).map((_, i) => data[i % data.length]!);
  const sum = await base.command("md5sum").stdin(big).text();
  assertEquals(sum, await base.command("md5sum").stdin(big).text());
  assertEquals(await base.command("wc", "-c").stdin(big).text(), `${big.length}`);
});

daemonTest("run() brings 256 MiB of output whole", async ({ ns, image }) => {
  const size = 256 * 1024 * 1024;
  const bytes = await ns.run(await image()).sh`yes 0123456789abcde | head -c ${size}`.bytes();
  assertEquals(bytes.length, size);
  const line = new TextEncoder().encode("0123456789abcde\n");
  for (let i = 0; i < size; i += 1_048_573) assertEquals(bytes[i], line[i % line.length]);
});

daemonTest("run() gives a terminal when asked", async ({ ns, image }) => {
  const base = ns.run(await image());
  assertEquals((await base.tty().sh`test -t 1 && echo yes; echo err >&2`).stdout, "yes\r\nerr\r\n");
  assertEquals(await base.sh`test -t 1 || echo no`.text(), "no");
});

daemonTest("timeout() kills, and says so with the last output", async ({ ns, image }) => {
  const started = performance.now();
  await assertRejects(
    async () => await ns.run(await image()).sh`echo working >&2; sleep 60`.timeout("1s"),
    TimeoutError,
    "working",
  );
  assert(performance.now() - started < 30_000);
  assertEquals(await ns.containers.list(), []);
});

daemonTest("signal() cancels a run before, while and after it is made", async ({ ns, image }) => {
  const base = ns.run(await image()).command("sleep", "60");
  await assertRejects(async () => await base.signal(AbortSignal.abort("why")), CanceledError);
  await assertRejects(async () => await base.signal(AbortSignal.timeout(300)), TimeoutError);
  for (const delay of [0, 5, 15, 30, 60, 100]) {
    const controller = new AbortController();
    const run = assertRejects(async () => await base.signal(controller.signal), CanceledError);
    setTimeout(() => controller.abort(), delay);
    const error = await run;
    assertStringIncludes(error.message, "canceled");
    assertEquals(await ns.containers.list(), []);
  }
});

daemonTest("run() tells why a process cannot start", async ({ ns, image }) => {
  const base = ns.run(await image());
  const failure = async (run: PromiseLike<unknown>) => {
    const error = await assertRejects(async () => await run, StartError);
    return [error.reason, error.exitCode];
  };
  assertEquals(await failure(base.command("nosuch")), ["command_not_found", 127]);
  assertEquals(await failure(base.command("/bin/nosuch")), ["command_not_found", 127]);
  assertEquals(await failure(base.command("/etc/passwd")), ["not_executable", 126]);
  assertEquals(await failure(base.command("/etc")), ["not_executable", 126]);
  assertEquals(await failure(base.command("true").cwd("/etc/passwd")), ["bad_cwd", 125]);
  await assertRejects(
    async () => await base.command("true").user("nobodyhere"),
    NotFoundError,
    'user "nobodyhere"',
  );
  assertEquals(await ns.containers.list(), []);
});

daemonTest("run() refuses names that are taken or malformed", async ({ ns, image }) => {
  const base = ns.run(await image()).command("true");
  await assertRejects(async () => await base.name("no spaces"), InvalidArgumentError, "no spaces");
  await assertRejects(async () => await ns.run("nothere:1"), NotFoundError, "nothere:1");
  await using _taken = await ns.container("taken").image(await image()).command("true").create();
  await assertRejects(async () => await base.name("taken"), Error, '"taken"');
  // The same name again and again is fine: each run is gone before the next one begins.
  for (let i = 0; i < 3; i++) await base.name("again");
});

daemonTest("a run that is over keeps neither its image nor its namespace in use", async (t) => {
  const image = await t.image();
  for (let i = 0; i < 3; i++) {
    await t.ns.run(image).command("true");
    await t.ns.images.remove(image);
    await loadBusybox(t.ns);
    await t.ns.run(image).command("true");
    await assertRejects(
      () => t.client.namespaces.delete(t.ns.name),
      FailedPreconditionError,
      "it has 1 image, ",
    );
  }
});

daemonTest("a name that a living process has is taken, without a wait", async ({ ns, image }) => {
  const base = ns.run(await image()).name("lives");
  await using _process = await base.command("sleep", "1000").spawn();
  await assertRejects(async () => await base.command("true"), AlreadyExistsError, '"lives"');
});

daemonTest("builders never change: two branches of one are apart", async ({ ns, image }) => {
  const base = ns.run(await image()).env({ A: "base" });
  const left = base.env({ A: "left" }).cwd("/tmp");
  const right = base.env({ B: "right" });
  assertEquals(await left.sh`echo $A $B; pwd`.lines(), ["left", "/tmp"]);
  assertEquals(await right.sh`echo $A $B; pwd`.lines(), ["base right", "/"]);
  const twice = base.with((b) => b.env({ C: "with" }));
  assertEquals(await twice.sh`echo $C`.text(), "with");
  assertEquals((await base.command("true").spec()).oci.process?.args, ["true"]);
});

daemonTest("50 runs at once are all right", async ({ ns, image }) => {
  const base = ns.run(await image());
  const runs = Array.from({ length: 50 }, (_, i) => base.sh`echo ${i}; exit ${i % 7}`.noThrow());
  const results = await Promise.all(runs);
  assertEquals(
    results.map(({ stdout, exitCode }) => [stdout, exitCode]),
    results.map((_, i) => [`${i}\n`, i % 7]),
  );
}, { timeoutMs: 120_000 });

daemonTest("closing the client ends what runs and removes what it made", async (t) => {
  const other = clientOf(t.address);
  const ns = other.namespace(t.ns.name);
  const image = await t.image();
  const run = assertRejects(async () => await ns.run(image.name).command("sleep", "60"));
  const lives = await ns.container("lives").image(image.name).command("sleep", "60").start();
  const kept = ns.container("kept").image(image.name).command("sleep", "60").keep();
  await kept.create();
  assert(lives.pid > 0);
  await other.close();
  await run;
  assertEquals((await t.ns.containers.list()).map(({ id }) => id), ["kept"]);
  await (await t.ns.containers.get("kept")).remove();
});
