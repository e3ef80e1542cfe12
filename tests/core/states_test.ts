import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  AlreadyExistsError,
  CanceledError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
} from "../../lib/errors/errors.ts";
import { ctr } from "../harness/ctr.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

/** Ends with 7 when it is asked to by SIGUSR1, and minds no other signal that can be minded. */
const STUBBORN = "trap '' TERM; trap 'exit 7' USR1; echo ready; while :; do sleep 0.05; done";

async function stubborn({ ns, image }: DaemonTestEnv, id: string) {
  const box = await ns.container(id).image(await image()).command("sh", "-c", STUBBORN).start();
  await box.until(/ready/);
  return box;
}

daemonTest("a container goes through its states, each with its own methods", async (t) => {
  const { ns, image } = t;
  await using created = await ns.container("a").image(await image())
    .command("sh", "-c", "trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done").create();
  assertEquals([created.state, "exec" in created, "stop" in created], ["created", false, false]);
  assertEquals((await ns.containers.get("a")).state, "created");
  assertEquals((await ns.containers.info("a")).state, undefined);

  const running = await created.start();
  await running.until(/up/);
  assertEquals([running.state, "start" in running], ["running", false]);
  await assertRejects(() => created.start(), FailedPreconditionError, "it runs already");

  const paused = await running.pause();
  assertEquals([paused.state, "exec" in paused], ["paused", false]);
  const found = await ns.containers.get("a");
  assert(found.state === "paused" && found.pid === running.pid);
  await assertRejects(() => ns.containers.running("a"), FailedPreconditionError, "paused");
  assertEquals((await found.resume()).state, "running");
  assertEquals(await (await ns.containers.running("a")).exec("echo", "hi").text(), "hi");

  const stopped = await running.stop();
  assertEquals([stopped.state, stopped.exitCode, stopped.signal], ["stopped", 5, undefined]);
  const later = await created.current();
  assert(later.state === "stopped" && later.exitCode === 5 && later.exitedAt instanceof Date);
  const { state, exit, pid } = await ns.containers.info("a");
  assertEquals([state, exit?.exitCode, pid], ["stopped", 5, undefined]);
  await assertRejects(() => running.exec("true").text(), FailedPreconditionError, "ended");
  await assertRejects(() => running.kill(), NotFoundError, "ended");

  const again = await later.start();
  assert(again.pid !== running.pid);
  const restarted = await again.restart({ timeout: "30s" });
  assert(restarted.pid !== again.pid);
  assertEquals((await ns.containers.list({ state: "running" })).map(({ id }) => id), ["a"]);
  await restarted.remove();
  await assertRejects(() => created.current(), NotFoundError);
});

daemonTest("stop() kills a process that minds no signal, and one that is paused", async (t) => {
  await using one = await stubborn(t, "one");
  await using two = await stubborn(t, "two");
  const paused = await two.pause();
  const [first, second] = await Promise.all([
    one.stop({ timeout: "200ms" }),
    paused.stop({ with: "USR1", timeout: "30s" }),
  ]);
  assertEquals([first.exitCode, first.signal], [137, "SIGKILL"]);
  assertEquals(second.exitCode, 7);
  await assertRejects(() => one.stop({ timeout: "soon" }), InvalidArgumentError, "timeout");
  await assertRejects(() => one.stop({ with: "SIGWHAT" }), InvalidArgumentError, "SIGWHAT");
});

daemonTest("stop() asks with the container's own signal, and can be given up", async (t) => {
  const { ns, image } = t;
  await using box = await ns.container("box").image(await image())
    .labels({ "io.containerd.image.config.stop-signal": "SIGUSR1" })
    .command("sh", "-c", STUBBORN).start();
  await box.until(/ready/);
  const gone = new AbortController();
  const given = box.stop({ with: "SIGTERM", timeout: "10m", signal: gone.signal });
  gone.abort();
  await assertRejects(() => given, CanceledError, '"box"');
  assertEquals((await box.current()).state, "running");
  const again = await box.restart();
  await again.until(/ready/);
  assertEquals((await again.stop()).exitCode, 7);
});

daemonTest("start() clears away what is left of a process that ended", async ({ ns, image }) => {
  await using box = await ns.container("box").image(await image())
    .command("sh", "-c", "exit 3").start();
  assertEquals((await box.wait()).exitCode, 3);
  const ended = await box.current();
  assert(ended.state === "stopped" && ended.exitCode === 3);
  const second = await ended.start();
  assertEquals((await second.wait()).exitCode, 3);
  // Stopping what has ended by itself is fine.
  assertEquals((await second.stop()).exitCode, 3);
  assertEquals((await box.restart()).state, "running");
});

daemonTest("rename() gives a name that finds it", async ({ ns, image }) => {
  await using a = await ns.container("a").image(await image()).command("sleep", "60").start();
  await using b = await ns.container("b").image(await image()).command("sleep", "60").create();
  const web = await a.rename("web_1");
  assertEquals([web.id, web.name, web.state], ["a", "web_1", "running"]);
  assertEquals((await ns.containers.get("web_1")).id, "a");
  assertEquals((await ns.containers.info("web_1")).state, "running");
  assertEquals((await ns.containers.list()).map(({ name }) => name).sort(), ["b", "web_1"]);
  assertEquals((await ns.containers.list({ name: /^web/ })).map(({ id }) => id), ["a"]);
  await assertRejects(() => b.rename("web_1"), AlreadyExistsError, '"a" has that name');
  await assertRejects(() => b.rename("a"), AlreadyExistsError, '"a" has that name');
  await assertRejects(() => b.rename("a b"), InvalidArgumentError, '"a b"');
  assertEquals((await a.rename("web_1")).name, "web_1");
  await assertRejects(() => ns.containers.get("web"), NotFoundError);
});

daemonTest("containers that others made are found and driven the same way", async (t) => {
  const { ns, image } = t;
  const id = "0123456789abcdef".repeat(4);
  await ctr(
    t,
    "run",
    "-d",
    "--label",
    "nerdctl/name=theirs",
    (await image()).name,
    id,
    "sleep",
    "600",
  );
  await using box = await ns.containers.running("theirs");
  assertEquals([box.id, box.name], [id, "theirs"]);
  assertEquals((await ns.containers.get(id.slice(0, 12))).id, id);
  assertEquals(await box.exec("echo", "hi").text(), "hi");
  assertEquals((await box.top()).map(({ argv }) => argv), [["sleep", "600"]]);
  await (await box.pause()).resume();
  assertEquals((await ns.containers.list({ labels: { "nerdctl/name": true } })).length, 1);
  assertEquals((await ns.containers.list({ labels: { "nerdctl/name": "x" } })).length, 0);
  const stopped = await box.stop({ with: "SIGKILL" });
  const again = await stopped.start();
  assertEquals(await again.exec("echo", "again").text(), "again");
  await assertRejects(
    () => Array.fromAsync(again.logs()),
    FailedPreconditionError,
    "there is none",
  );
});

daemonTest("inspect() tells all, in Docker's form too", async ({ ns, image }) => {
  await using box = await ns.container("box").image(await image()).memory("64MiB").pids(12)
    .env({ A: "b" }).cwd("/tmp").mount({ tmpfs: "1MiB", to: "/x" })
    .labels({ "nerdctl/ports": '[{"HostPort":8080,"ContainerPort":80,"Protocol":"tcp"}]' })
    .command("sleep", "60").start();
  const native = await box.inspect();
  assertEquals([native.id, native.task?.state, native.task?.pid], ["box", "running", box.pid]);
  assertEquals(native.spec?.process?.args, ["sleep", "60"]);
  assertEquals(native.snapshotKey, "box");
  const docker = await box.inspect({ format: "docker" });
  assertEquals([docker.Id, docker.Name, docker.Path, docker.Args], ["box", "/box", "sleep", [
    "60",
  ]]);
  assertEquals([docker.State.Status, docker.State.Running, docker.State.Pid], [
    "running",
    true,
    box.pid,
  ]);
  assertEquals([docker.HostConfig.Memory, docker.HostConfig.PidsLimit], [64 * 1024 * 1024, 12]);
  assert(docker.Config.Env.includes("A=b") && docker.Config.WorkingDir === "/tmp");
  assertEquals(docker.Mounts.map(({ Type, Destination }) => [Type, Destination]), [[
    "tmpfs",
    "/x",
  ]]);
  const port = { HostIp: "0.0.0.0", HostPort: "8080" };
  assertEquals(docker.NetworkSettings.Ports, { "80/tcp": [port] });
  assertEquals(docker.LogPath.endsWith("/box-json.log"), true);
  const stopped = await box.stop({ with: "KILL" });
  const after = await stopped.inspect({ format: "docker" });
  assertEquals([after.State.Status, after.State.ExitCode, after.State.Pid], ["exited", 137, 0]);
  await box.remove();
  await assertRejects(() => box.inspect(), NotFoundError);
});

daemonTest("stop() and start() tell a daemon that restarts containers", async ({ ns, image }) => {
  const stopped = async () => {
    const { container } = await ns.api.containers.get({ id: "box" });
    return container?.labels["containerd.io/restart.explicitly-stopped"];
  };
  await using box = await ns.container("box").image(await image()).command("sleep", "60")
    .labels({ "containerd.io/restart.status": "running" }).start();
  assertEquals(await stopped(), "false");
  const idle = await box.stop({ with: "SIGKILL" });
  assertEquals(await stopped(), "true");
  await idle.start();
  assertEquals(await stopped(), "false");
});

daemonTest("100 containers at once are started, entered, listed and removed", async (t) => {
  const { ns } = t;
  const base = ns.container().image(await t.image()).logs(false).command("sleep", "1000");
  const boxes = await Promise.all(Array.from({ length: 100 }, () => base.start()));
  const pids = await Promise.all(boxes.map((box) => box.exec("sh", "-c", "echo $PPID").text()));
  assertEquals(new Set(pids), new Set(["0"]));
  assertEquals((await ns.containers.list({ state: "running" })).length, 100);
  assertEquals(new Set(boxes.map(({ pid }) => pid)).size, 100);
  await Promise.all(boxes.map((box) => box.remove()));
  assertEquals(await ns.containers.list(), []);
}, { versions: ["2.1"], timeoutMs: 180_000 });

daemonTest("only what a state allows compiles", async ({ ns, image }) => {
  const created = await ns.container("box").image(await image()).command("sleep", "60").create();
  // @ts-expect-error a container that does not run has no processes to add to
  assertEquals(created.exec, undefined);
  // @ts-expect-error nothing runs that could be paused
  assertEquals(created.pause, undefined);
  const running = await created.start();
  // @ts-expect-error it runs
  assertEquals(running.start, undefined);
  const paused = await running.pause();
  // @ts-expect-error its processes are frozen
  assertEquals(paused.exec, undefined);
  const found = await ns.containers.get("box");
  // @ts-expect-error which state it is in must be asked first
  assertEquals(found.exec, undefined);
  if (found.state === "paused") await found.resume();
  await found.remove();
}, { versions: ["2.1"] });
