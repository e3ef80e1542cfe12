import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { RunningContainer } from "../../lib/core/container/running.ts";
import type { Image } from "../../lib/core/image/image.ts";
import {
  CanceledError,
  DavitError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  TimeoutError,
} from "../../lib/errors/errors.ts";
import { ExitError, StartError } from "../../lib/errors/process_errors.ts";
import { daemonTest } from "../harness/daemons.ts";

/** A container that waits to be used. */
function idle(ns: Namespace, image: Image): Promise<RunningContainer> {
  return ns.container().image(image).env({ BASE: "container" }).cwd("/tmp")
    .command("sleep", "600").start();
}

daemonTest("exec() runs in the container, with its environment", async ({ ns, image }) => {
  await using box = await idle(ns, await image());
  const result = await box.exec().sh`echo $BASE $PWD; echo err >&2; exit 5`.noThrow();
  assertEquals([result.stdout, result.stderr, result.exitCode], ["container /tmp\n", "err\n", 5]);
  assertEquals(await box.exec("cat", "/proc/1/cmdline").text(), "sleep\x00600\x00");
  assertEquals(await box.exec("sh", "-c", "exit 9").exitCode(), 9);
  assertEquals(await box.exec("echo", "[1]").json(), [1]);
  const error = await assertRejects(
    async () => await box.exec().sh`echo bad >&2; exit 7`,
    ExitError,
    "bad",
  );
  assertEquals(error.exitCode, 7);
  // What one leaves, the next one sees.
  await box.exec().sh`echo kept > /tmp/file`;
  assertEquals(await box.exec("cat", "file").lines(), ["kept"]);
});

daemonTest("exec() takes env, cwd, user, tty, privileged", async ({ ns, image }) => {
  await using box = await idle(ns, await image());
  assertEquals(
    await box.exec().env({ A: "1", BASE: "over" }).sh`echo $A $BASE`.text(),
    "1 over",
  );
  assertEquals(await box.exec("pwd").cwd("/etc").text(), "/etc");
  assertEquals(await box.exec().user("app").sh`id -u; id -g; id -G`.lines(), [
    "1000",
    "1000",
    "1000 29",
  ]);
  assertEquals(await box.exec().user("77:88").sh`id -u; id -g`.lines(), ["77", "88"]);
  // The container's files count as they are now, not as they were in the image.
  await box.exec().sh`echo 'late:x:4321:4321::/:/bin/sh' >> /etc/passwd`;
  assertEquals(await box.exec("id", "-u").user("late").text(), "4321");
  assertEquals((await box.exec().tty().sh`test -t 0 && echo $TERM`).stdout, "xterm\r\n");
  const status = (text: string, field: string) =>
    new RegExp(`^${field}:\\s*(\\S+)$`, "m").exec(text)?.[1];
  const plain = await box.exec("cat", "/proc/self/status").text();
  assertEquals([status(plain, "CapEff"), status(plain, "NoNewPrivs")], ["00000000a80425fb", "1"]);
  const privileged = await box.exec("cat", "/proc/self/status").privileged().text();
  const own = await Deno.readTextFile("/proc/self/status");
  assertEquals(status(privileged, "CapEff"), status(own, "CapBnd"));
  assertEquals(status(privileged, "NoNewPrivs"), "0");
});

daemonTest("exec() tells why a process cannot start", async ({ ns, image }) => {
  await using box = await idle(ns, await image());
  const failure = async (run: PromiseLike<unknown>) => {
    const error = await assertRejects(async () => await run, StartError);
    return [error.reason, error.exitCode];
  };
  assertEquals(await failure(box.exec("nosuch")), ["command_not_found", 127]);
  assertEquals(await failure(box.exec("/bin/nosuch")), ["command_not_found", 127]);
  assertEquals(await failure(box.exec("/etc/passwd")), ["not_executable", 126]);
  assertEquals(await failure(box.exec("true").cwd("/nosuch")), ["bad_cwd", 125]);
  assertEquals(await failure(box.exec("true").cwd("/etc/passwd")), ["bad_cwd", 125]);
  await assertRejects(
    async () => await box.exec("true").user("nobodyhere"),
    NotFoundError,
    "nobodyhere",
  );
  await assertRejects(async () => await box.exec(), InvalidArgumentError, "needs a command");
  await assertRejects(async () => await box.exec("a\0b"), InvalidArgumentError, "NUL");
  // None of that did the container any harm, or left a process in it.
  assertEquals((await ns.api.tasks.listPids({ containerId: box.id })).processes.length, 1);
});

daemonTest("exec() in a container that does not run says so", async ({ ns, image }) => {
  await using box = await idle(ns, await image());
  await box.kill("SIGKILL");
  await box.wait();
  const refused = async () => {
    const error = await assertRejects(
      async () => await box.exec("true"),
      FailedPreconditionError,
      "has ended",
    );
    assertStringIncludes(error.message, `container "${box.id}"`);
  };
  await refused(); // its task is there still
  await box.stop();
  await refused();
  await box.remove();
  await assertRejects(async () => await box.exec("true"), DavitError);
});

daemonTest("exec() in a paused container says so", async ({ ns, image }) => {
  await using box = await idle(ns, await image());
  await ns.api.tasks.pause({ containerId: box.id });
  try {
    await assertRejects(
      async () => await box.exec("true"),
      FailedPreconditionError,
      "it is paused",
    );
  } finally {
    await ns.api.tasks.resume({ containerId: box.id });
  }
  assertEquals(await box.exec("echo", "again").text(), "again");
});

daemonTest("exec() is killed by timeout() and signal()", async ({ ns, image }) => {
  await using box = await idle(ns, await image());
  await assertRejects(
    async () => await box.exec().sh`echo working; sleep 60`.timeout("1s"),
    TimeoutError,
    "working",
  );
  for (const delay of [0, 10, 30, 60, 100]) {
    const controller = new AbortController();
    const run = assertRejects(
      async () => await box.exec("sleep", "60").signal(controller.signal),
      CanceledError,
    );
    setTimeout(() => controller.abort(), delay);
    await run;
  }
  assertEquals((await ns.api.tasks.listPids({ containerId: box.id })).processes.length, 1);
});

daemonTest("exec() ends with its container", async ({ ns, image }) => {
  await using box = await idle(ns, await image());
  await using sleeper = await box.exec("sleep", "60").spawn();
  await box.kill("SIGKILL");
  const { exitCode, signal } = await sleeper.status;
  assertEquals([exitCode, signal], [137, "SIGKILL"]);
  await assertRejects(() => sleeper.kill(), NotFoundError, "it has ended");
});

daemonTest("exec() returns when its process ended, though a child holds the output", async (t) => {
  await using box = await idle(t.ns, await t.image());
  const started = performance.now();
  const text = await box.exec().sh`sleep 20 & echo done`.text();
  assertEquals(text, "done");
  assert(performance.now() - started < 15_000, "it waited for the child");
});

daemonTest("a thousand execs in one container leave nothing", async ({ ns, image }) => {
  await using box = await idle(ns, await image());
  const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
  await box.exec("true");
  const before = open();
  const worker = async (first: number) => {
    for (let i = first; i < 1000; i += 20) {
      assertEquals(await box.exec("echo", `${i}`).text(), `${i}`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, first) => worker(first)));
  assert(open() <= before + 5, `${open()} descriptors, ${before} before`);
  assertEquals((await ns.api.tasks.listPids({ containerId: box.id })).processes.length, 1);
}, { timeoutMs: 170_000, versions: ["2.1"] });
