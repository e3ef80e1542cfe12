import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { CreatedContainer } from "../../lib/core/container/idle.ts";
import type { RunningContainer } from "../../lib/core/container/running.ts";
import { changedFolder } from "../../lib/core/fork/copy.ts";
import { DavitError } from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";
import { smallDiskTest } from "../harness/small_disk.ts";
import { tar } from "../harness/tar.ts";
import { command, remotely, slimImage, text } from "./support.ts";

const rootOf = (container: RunningContainer) => `/proc/${container.pid}/root`;

/** Everything that can be said of files, but of those that a container has mounted. */
async function archive(root: string): Promise<Uint8Array> {
  return await command("tar", [
    ...["--create", "--sort=name", "--numeric-owner", "--xattrs", "--format=posix"],
    "--pax-option=exthdr.name=%d/pax/%f,delete=atime,delete=ctime",
    "--xattrs-include=*",
    ...["proc", "sys", "dev", "run"].map((name) => `--exclude=./${name}`),
    ...["-C", root, "."],
  ]);
}

/** The same without what a layer does not carry: parts of seconds, and most extended attributes. */
async function listing(bytes: Uint8Array): Promise<string[]> {
  const out = await command("tar", ["--list", "-vv", "--full-time", "--numeric-owner"], {
    stdin: bytes,
  });
  return new TextDecoder().decode(out).split("\n").map((line) =>
    line.replace(/(:\d\d)\.\d+/, "$1").replace(/ +/g, " ")
  );
}

/** Where two archives differ, with what is there; whole ones would be too much to show. */
function firstDifference(a: Uint8Array, b: Uint8Array): string | undefined {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  if (at < 0) return a.length === b.length ? undefined : `${a.length} bytes, not ${b.length}`;
  const around = (bytes: Uint8Array) =>
    JSON.stringify(
      new TextDecoder("latin1").decode(bytes.subarray(at - 600, at + 100)).replace(/\0+/g, " "),
    );
  return `${around(a)}, not ${around(b)}`;
}

const CHANGES = String.raw`
rm /etc/group
rm -r /home; mkdir /home
mkdir -p /d/sub; chmod 1777 /d; chown 7:8 /d/sub; chmod 2750 /d/sub
echo hello > /d/file; chmod 4711 /d/file; chown 1000:1001 /d/file; chmod 4711 /d/file
ln /d/file /d/sub/linked
ln -s ../nowhere /d/link; busybox chown -h 5:6 /d/link
busybox mkfifo /d/fifo; busybox mknod /d/device c 1 3; chmod 666 /d/device
echo secret > /d/secret; chmod 0 /d/secret
touch "$(printf '/d/odd-\377-name')"
dd if=/dev/zero of=/d/holes bs=1 count=1 seek=5000000 2>/dev/null
busybox touch -d '2001-02-03 04:05:06' /d/file /d/sub
chmod 700 /tmp; touch /tmp/new
echo done`;

daemonTest("fork() takes everything that can be said of files", async (env) => {
  const { ns } = env;
  await using source = await ns.container("source").image(await slimImage(ns))
    .command("sleep", "600").start();
  assertEquals(await source.exec("sh", "-c", CHANGES).text(), "done");
  const root = rootOf(source);
  const capability = "\x01\0\0\x02\0\x20" + "\0".repeat(14);
  await command("tar", ["-x", "-p", "--xattrs", "--xattrs-include=*", "-C", root], {
    stdin: tar([
      { name: "d/attributes", data: text("x"), xattrs: { "user.davit": "yes=\nno" } },
      { name: "d/capable", data: text("y"), xattrs: { "security.capability": capability } },
      { name: "d/kept/", kind: "directory", xattrs: { "trusted.davit": "1" } },
    ]),
  });
  using _listener = Deno.listen({ transport: "unix", path: `${root}/d/socket` });
  const before = await archive(root);
  const calls: string[] = [];
  await using watching = env.client.use(({ service, method }) =>
    void calls.push(`${service.split(".").at(-1)}.${method}`)
  );
  const [one, two] = await (await watching.namespace(ns.name).containers.get("source")).fork(2);
  assert(!calls.includes("Diff.Diff"), "the short way was not taken");
  const [far] = await remotely(env, async (elsewhere) => {
    return await (await elsewhere.containers.get("source")).fork(1, { keep: true });
  });
  assertEquals((await ns.containers.get("source")).state, "running");
  for (const fork of [one, two]) {
    await using running = await fork.start();
    const there = rootOf(running);
    const after = await archive(there);
    assertEquals(await listing(after), await listing(before));
    assertEquals(firstDifference(after, before), undefined);
    assert((await Deno.lstat(`${there}/d/socket`)).isSocket);
    assert((await Deno.stat(`${there}/d/holes`)).blocks! < 100, "the holes were filled");
    assertEquals(await running.exec("ls", "/home").text(), "");
    assertEquals((await running.files.diff()).map(({ type, path }) => `${type} ${path}`).sort(), [
      ...(await source.files.diff()).map(({ type, path }) => `${type} ${path}`).sort(),
    ]);
  }
  // The other way carries what layers do; nothing of the root itself.
  const found = await ns.containers.get(far.id);
  await using running = await (found as CreatedContainer).start();
  const after = await archive(rootOf(running));
  assertEquals((await listing(after)).slice(1), (await listing(before)).slice(1));
  assertNotEquals(firstDifference(after, before), undefined);
}, { timeoutMs: 90_000 });

daemonTest("fork() leaves a paused container paused", async ({ ns }) => {
  const running = await ns.container("source").image(await slimImage(ns))
    .command("sleep", "600").start();
  await running.files.writeTextFile("/new", "1");
  await using paused = await running.pause();
  const [fork] = await paused.fork(1);
  assertEquals((await ns.containers.get("source")).state, "paused");
  assertEquals(await fork.files.readTextFile("/new"), "1");
  await fork.remove();
});

smallDiskTest("fork() and commit() on a full disk leave nothing", 26, async (client) => {
  const ns = client.namespace("full");
  const image = await slimImage(ns);
  await using source = await ns.container("source").image(image).create();
  await using other = await ns.container("other").image(image).create();
  const noise = new Uint8Array(9 * 1024 * 1024);
  for (let at = 0; at < noise.length; at += 65_536) {
    crypto.getRandomValues(noise.subarray(at, at + 65_536));
  }
  await source.files.writeFile("/noise", noise);
  await ns.gc();
  const refused = async (work: () => Promise<unknown>) => {
    const error = await assertRejects(work, DavitError, "no space left on device");
    assertEquals(error.code, "resource_exhausted");
    await ns.gc();
    assertEquals((await ns.containers.list()).map(({ id }) => id).sort(), ["other", "source"]);
    assertEquals((await ns.leases.list()).length, 0);
  };
  await refused(() => source.fork(3));
  await other.files.writeFile("/noise", noise.subarray(0, 6 * 1024 * 1024));
  await ns.gc();
  await refused(() => source.commit("davit.test/full:1"));
  await other.remove();
  await ns.gc();
  const [fork] = await source.fork(1);
  assertEquals(fork.state, "created");
});

Deno.test("changedFolder() knows the folder of a daemon's own overlay, and no other", () => {
  const root = "/var/lib/containerd";
  const at = `${root}/io.containerd.snapshotter.v1.overlayfs/snapshots/7`;
  const overlay = (...options: string[]) =>
    changedFolder([mount("overlay", "overlay", "index=off", "lowerdir=/a:/b", ...options)]);
  const mount = (type: string, source: string, ...options: string[]) =>
    ({ $typeName: "containerd.types.Mount", type, source, target: "", options }) as const;
  const found = overlay(`upperdir=${at}/fs`, `workdir=${at}/work`);
  assertEquals([found?.path, found?.daemonRoot], [`${at}/fs`, root]);
  const other = at.replace("7", "8");
  assertEquals(
    overlay(`workdir=${other}/work`, `upperdir=${other}/fs`)?.below,
    found?.below,
  );
  assertEquals(overlay(), undefined);
  assertEquals(overlay("upperdir=/elsewhere/7/fs"), undefined);
  assertEquals(changedFolder([mount("bind", `${at}/fs`, "rw", "rbind")])?.path, `${at}/fs`);
  const native = at.replace("overlayfs", "native");
  assertEquals(changedFolder([mount("bind", native, "rw", "rbind")]), undefined);
  assertEquals(changedFolder([]), undefined);
});
