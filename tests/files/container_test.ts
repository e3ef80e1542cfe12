import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Files } from "../../lib/core/files/files.ts";
import type { FileChange } from "../../lib/core/files/compare.ts";
import type { CreatedContainer } from "../../lib/core/container/idle.ts";
import type { RunningContainer } from "../../lib/core/container/running.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import {
  AlreadyExistsError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";
import { all, remotely, slimImage, text } from "./support.ts";

/** Shows files as the container's own `stat` and `cat` see them. */
const SHOW = `cd /work && find . | sort | while read p; do
  stat -c '%n %F %a %u %g' "$p"; [ -L "$p" ] && readlink "$p"; [ -f "$p" ] && [ ! -L "$p" ] && cat "$p"
done; cat /etc/motd /bin/added; true`;

/** Does one of everything. */
async function change(files: Files): Promise<void> {
  await files.mkdir("/work/deep/er", { recursive: true });
  await files.mkdir("work/deep", { recursive: true });
  await files.mkdir("/work/own", { mode: 0o1777, uid: 5, gid: 6 });
  await files.writeTextFile("/work/a", "one\n", { mode: 0o4711, uid: 7 });
  await files.writeFile("/work/a", "two\n");
  await files.writeFile("/work/deep/er/b", ReadableStream.from([text("x"), text("y\n")]));
  await files.writeFile("/work/empty", new Uint8Array());
  await files.symlink("../../work/a", "/work/deep/link");
  await files.writeFile("/work/deep/link", "three\n");
  await files.symlink("/", "/work/top");
  await files.writeFile("/work/top/work/top/work/c", "c\n");
  await files.rename("/work/c", "/work/own/d");
  await files.mkdir("/work/dir");
  await files.writeFile("/work/dir/in", "in\n");
  await files.writeFile("/work/dir/gone", "gone\n");
  await files.remove("/work/dir/gone");
  await files.rename("/work/dir", "/work/moved");
  await files.chmod("/work/moved", 0o700);
  await files.chmod("/work/moved/in", 0o640);
  await files.chown("/work/moved/in", { uid: 9, gid: 10 });
  await files.chown("/work/top", { uid: 11 }, { follow: false });
  await files.mkdir("/work/tree/x/y", { recursive: true });
  await files.remove("/work/tree", { recursive: true });
  // What the image has.
  await files.writeTextFile("/etc/motd", "hello\n");
  await files.remove("/etc/group");
  await files.rename("/bin/busybox", "/bin/renamed");
  await files.rename("/bin/renamed", "/bin/busybox");
  await files.chmod("/home/app", 0o711);
  await files.writeFile("/bin/added", "added\n");
}

const SEEN = `. directory 755 0 0
./a regular file 4711 7 0
three
./deep directory 755 0 0
./deep/er directory 755 0 0
./deep/er/b regular file 644 0 0
xy
./deep/link symbolic link 777 0 0
../../work/a
./empty regular empty file 644 0 0
./moved directory 700 0 0
./moved/in regular file 640 9 10
in
./own directory 1777 5 6
./own/d regular file 644 0 0
c
./top symbolic link 777 11 0
/
hello
added`;

async function assertErrors(files: Files): Promise<void> {
  const fails = (work: Promise<unknown>, kind: typeof NotFoundError, code: string) =>
    assertRejects(() => work, kind, `(${code})`);
  await fails(files.writeFile("/work", "x"), FailedPreconditionError, "EISDIR");
  await fails(files.writeFile("/nope/x", "x"), NotFoundError, "ENOENT");
  await fails(files.writeFile("/work/a/x", "x"), FailedPreconditionError, "ENOTDIR");
  await fails(files.mkdir("/work/a"), AlreadyExistsError, "EEXIST");
  await fails(files.mkdir("/work/a", { recursive: true }), AlreadyExistsError, "EEXIST");
  await fails(files.mkdir("/"), AlreadyExistsError, "EEXIST");
  await fails(files.symlink("x", "/work/a"), AlreadyExistsError, "EEXIST");
  await fails(files.remove("/work"), FailedPreconditionError, "ENOTEMPTY");
  await fails(files.remove("/work/nope"), NotFoundError, "ENOENT");
  await fails(files.remove("/"), InvalidArgumentError, "EINVAL");
  await fails(files.rename("/work/nope", "/x"), NotFoundError, "ENOENT");
  await fails(files.rename("/work", "/work/deep/x"), InvalidArgumentError, "EINVAL");
  await fails(files.rename("/work/a", "/work/deep"), FailedPreconditionError, "EISDIR");
  await fails(files.rename("/work/deep", "/work/a"), FailedPreconditionError, "ENOTDIR");
  await fails(files.rename("/work/own", "/work/deep"), FailedPreconditionError, "ENOTEMPTY");
  await fails(files.chmod("/work/nope", 0o600), NotFoundError, "ENOENT");
  await assertRejects(() => files.chmod("/work/a", 0o10000), InvalidArgumentError, "0o7777");
  await assertRejects(() => files.chown("/work/a", { uid: -1 }), InvalidArgumentError, "owner");
}

async function make(ns: Namespace): Promise<CreatedContainer> {
  return await ns.container().image(await slimImage(ns)).command("sleep", "1000").create();
}

async function seenBy(running: RunningContainer): Promise<string> {
  return (await running.exec("sh", "-c", SHOW).text()).trimEnd();
}

function show(changes: readonly FileChange[]): string[] {
  return changes.map((item) =>
    `${item.type} ${item.path}${item.type === "changed" ? ` ${item.parts}` : ""}`
  );
}

async function assertDiff(files: Files): Promise<void> {
  // /run and the like are made for what is mounted there.
  const changes = show(await files.diff()).filter((line) =>
    !/ \/(?:work|dev|proc|sys)\/|added \/run$/.test(line)
  );
  assertEquals(changes, [
    "added /bin/added",
    "removed /etc/group",
    "added /etc/motd",
    "changed /home/app mode",
    "added /work",
  ]);
}

daemonTest("container.files changes files before the start, through the socket", async (env) => {
  await remotely(env, async (ns) => {
    await using made = await make(ns);
    await change(made.files);
    await assertErrors(made.files);
    await assertDiff(made.files);
    await using running = await made.start();
    assertEquals(await seenBy(running), SEEN);
    assertEquals(await running.files.readTextFile("/work/top/work/a"), "three\n");
    // A running container is read through the socket, too, but cannot be changed.
    await running.exec("sh", "-c", "echo live > /work/live; rm /bin/added").text();
    assertEquals(await running.files.readTextFile("/work/live"), "live\n");
    assertEquals(await running.files.exists("/bin/added"), false);
    await assertRejects(
      () => running.files.writeFile("/work/x", "x"),
      UnsupportedError,
      "stop it first",
    );
  });
}, { timeoutMs: 60_000 });

daemonTest("container.files changes files of a running container", async (env) => {
  await using made = await make(env.ns);
  await using running = await made.start();
  // What its kernel has seen already must not be what it goes on to see.
  await running.exec("sh", "-c", "ls /work /etc/motd /bin/added; cat /etc/group").noThrow();
  await change(running.files);
  await assertErrors(running.files);
  await assertDiff(running.files);
  assertEquals(await seenBy(running), SEEN);
  assert((await running.files.stat("/proc/1/cmdline")).kind === "file");
  assert((await running.files.readTextFile("/proc/1/cmdline")).startsWith("sleep"));
  const names = (await all(running.files.readDir("/work"))).map(({ name }) => name);
  assertEquals(names, ["a", "deep", "empty", "moved", "own", "top"]);
  const paused = await running.pause();
  await running.files.writeTextFile("/work/paused", "p");
  assertEquals(await running.files.readTextFile("work/paused"), "p");
  await paused.resume();
  await running.stop({ timeout: "1s" });
  // The snapshot goes on with what the processes had.
  assertEquals(await made.files.readTextFile("/work/deep/link"), "three\n");
  await made.files.writeTextFile("/work/stopped", "s");
  assertEquals(await made.files.exists("/bin/added"), true);
}, { timeoutMs: 60_000 });

daemonTest("snapshot.files looks at and changes snapshots of all kinds", async (env) => {
  const image = await slimImage(env.ns);
  await using work = await env.ns.snapshots.from(image).prepare();
  await change(work.files);
  await assertErrors(work.files);
  await assertDiff(work.files);
  await using done = await work.commit("done");
  assertEquals(await done.files.readTextFile("/work/deep/link"), "three\n");
  await using view = await env.ns.snapshots.from(done).view();
  assertEquals((await view.files.stat("/work/moved/in")).gid, 10);
  await using empty = await env.ns.snapshots.from().prepare();
  assertEquals(await all(empty.files.walk()), []);
  await empty.files.mkdir("/a/b", { recursive: true });
  await empty.files.writeFile("a/b/c", "c");
  assertEquals((await all(empty.files.glob("/**/c"))).map(({ path }) => path), ["/a/b/c"]);
  assertEquals(show(await empty.files.diff()), ["added /a", "added /a/b", "added /a/b/c"]);
});

daemonTest("container.files goes to what is mounted, whether it runs or not", async (env) => {
  await slimImage(env.ns);
  const dir = await Deno.makeTempDir({ prefix: "files-mount-" });
  try {
    await Deno.mkdir(`${dir}/data`);
    await Deno.writeTextFile(`${dir}/data/f`, "host\n");
    await remotely(env, async (ns) => {
      await using made = await ns.container().image("davit.test/slim:latest").command(
        "sleep",
        "100",
      )
        .mount({ bind: `${dir}/data`, to: "/data" })
        .mount({ bind: `${dir}/data/f`, to: "/etc/one", readonly: true })
        .create();
      assertEquals(await made.files.readTextFile("/data/f"), "host\n");
      assertEquals(await made.files.readTextFile("/etc/one"), "host\n");
      assertEquals((await all(made.files.readDir("/data"))).map(({ name }) => name), ["f"]);
      await made.files.writeTextFile("/data/g", "new\n");
      await assertRejects(() => made.files.writeTextFile("/etc/one", "x"), Error, "(EROFS)");
      await assertRejects(
        () => made.files.readFile("/data/no"),
        NotFoundError,
        '"/data" of container',
      );
      // From elsewhere, and while it runs.
      await using running = await made.start();
      assertEquals(await running.files.readTextFile("/data/g"), "new\n");
      assertEquals(await running.exec("cat", "/data/g").text(), "new");
    });
    assertEquals(await Deno.readTextFile(`${dir}/data/g`), "new\n");
    const folder = env.ns.hostFiles(`${dir}/data`);
    assertEquals(await folder.readTextFile("f"), "host\n");
    await assertRejects(() => folder.diff(), UnsupportedError, "not made of anything");
    await assertRejects(() => env.ns.hostFiles("x").stat("/"), InvalidArgumentError, "absolute");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
