/** The library on top: what scripts do. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  FailedPreconditionError,
  NotFoundError,
  TimeoutError,
} from "../../../lib/errors/errors.ts";
import { ExitError, StartError } from "../../../lib/errors/process_errors.ts";
import { type ConformanceCase, uniqueId } from "./case.ts";

export const runCases: readonly ConformanceCase[] = [
  {
    name: "run() gives streams and exit code",
    async run({ ns, image }) {
      const base = ns.run(await image());
      const script = "echo out; echo err >&2; exit 3";
      const result = await base.command("sh", "-c", script).noThrow();
      assertEquals([result.stdout, result.stderr, result.exitCode], ["out\n", "err\n", 3]);
      const error = await assertRejects(
        async () => await base.command("sh", "-c", script),
        ExitError,
      );
      assertEquals([error.exitCode, error.stderrTail], [3, "err\n"]);
      assertEquals(await base.command("echo", "a", "b").lines(), ["a b"]);
      assertEquals(await base.command("cat").stdin("from outside").text(), "from outside");
      assertEquals(await base.command("sh", "-c", 'echo "$A"').env({ A: "1" }).text(), "1");
      assertEquals(await base.command("false").exitCode(), 1);
      assertEquals(
        await base.command("sh", "-c", "echo out; echo err >&2").tty().bytes(),
        new TextEncoder().encode("out\r\nerr\r\n"),
      );
    },
  },
  {
    name: "run() ends as it must",
    async run({ ns, image }) {
      const base = ns.run(await image());
      const missing = await assertRejects(
        async () => await base.command("no-such-command"),
        StartError,
      );
      assertEquals([missing.reason, missing.exitCode], ["command_not_found", 127]);
      const folder = await assertRejects(async () => await base.command("/tmp"), StartError);
      assertEquals([folder.reason, folder.exitCode], ["not_executable", 126]);
      await assertRejects(
        async () => await base.command("sleep", "1000").timeout(100),
        TimeoutError,
      );
      await assertRejects(async () => await ns.run("no-such-image"), NotFoundError);
      await assertRejects(
        async () => await base.command("true").user("nobody-knows"),
        NotFoundError,
      );
      assertEquals(await base.command("true").user("app").exitCode(), 0);
    },
  },
  {
    name: "containers that live",
    async run({ ns, image }) {
      const id = uniqueId("live");
      const created = await ns.container(id).image(await image()).command("sleep", "1000")
        .create();
      const container = await created.start();
      assertEquals((await ns.containers.list()).map(({ id, state }) => [id, state]), [
        [id, "running"],
      ]);
      assertEquals(await container.exec("echo", "from exec").text(), "from exec");
      await assertRejects(() => created.start(), FailedPreconditionError, "runs already");
      const paused = await container.pause();
      assertEquals((await ns.containers.get(id)).state, "paused");
      await paused.resume();
      assertEquals((await created.current()).state, "running");
      await container.kill("SIGKILL");
      assertEquals((await container.wait()).signal, "SIGKILL");
      const stopped = await container.current();
      assert(stopped.state === "stopped" && stopped.exitCode === 137);
      const again = await stopped.start();
      assertEquals((await again.stop({ with: "SIGKILL" })).signal, "SIGKILL");
      assertEquals((await ns.containers.info(id)).exit?.exitCode, 137);
      assertEquals((await again.restart({ with: "SIGKILL" })).state, "running");
      await container.remove();
      assertEquals(await ns.containers.list(), []);
    },
  },
  {
    name: "containers that live have logs",
    async run({ ns, image }) {
      await using container = await ns.container(uniqueId("log")).image(await image())
        .command("sh", "-c", "echo out; echo err >&2").start();
      const lines: string[] = [];
      for await (const { stream, text } of container.logs({ follow: true })) {
        lines.push(`${stream} ${text}`);
      }
      assertEquals(lines.toSorted(), ["stderr err", "stdout out"]);
    },
  },
  {
    name: "processes with live streams",
    async run({ ns, image }) {
      await using process = await ns.run(await image()).command("cat").spawn();
      await process.stderr.cancel();
      const read = new Response(process.stdout).text();
      const writer = process.stdin.getWriter();
      await writer.write(new TextEncoder().encode("there and "));
      await writer.write(new TextEncoder().encode("back"));
      await writer.close();
      assertEquals(await read, "there and back");
      assertEquals((await process.status).exitCode, 0);
    },
  },
  {
    name: "events tell of a run",
    async run({ ns, image }) {
      const busybox = await image();
      const seen: string[] = [];
      const events = ns.events({ topic: "/tasks/exit" });
      const run = ns.run(busybox).command("sh", "-c", "exit 7").exitCode();
      for await (const event of events) {
        if (event.topic !== "/tasks/exit") continue;
        seen.push(`${event.event.exitStatus}`);
        break;
      }
      assertEquals(seen, ["7"]);
      assertEquals(await run, 7);
    },
  },
  {
    name: "images are removed with all that they have",
    async run({ ns, image }) {
      const busybox = await image();
      const top = await busybox.unpack();
      assert(top);
      await ns.images.remove(busybox, { sync: true });
      await assertRejects(() => ns.images.get(busybox.name), NotFoundError);
      await assertRejects(() => ns.content.info(busybox.digest), NotFoundError);
      await assertRejects(
        () => ns.api.snapshots.stat({ snapshotter: "overlayfs", key: top }),
        NotFoundError,
      );
    },
  },
];
