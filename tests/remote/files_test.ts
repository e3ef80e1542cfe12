import { assert, assertEquals, assertRejects } from "@std/assert";
import { UnsupportedError } from "../../mod.ts";
import { SshMachine } from "../../lib/host/ssh/open.ts";
import { slimImage } from "../files/support.ts";
import { remoteTest } from "./support.ts";

remoteTest("files of containers by ssh: read, written, copied in and out, forked", async (t) => {
  await using davit = await t.connect();
  const { name } = await slimImage(t.ns);
  const ns = davit.namespace(t.ns.name);
  await using made = await ns.container("made").image(name).command("sleep", "600").create();
  await made.files.writeTextFile("/etc/new", "written", { mode: 0o640 });
  assertEquals(await made.files.readTextFile("/etc/new"), "written");
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/a`, "a");
    await made.files.copyIn(folder, "/in");
    await made.files.copyOut("/in", `${folder}/out`);
    assertEquals(Deno.readTextFileSync(`${folder}/out/a`), "a");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
  await using box = await made.start();
  assertEquals(await box.exec("cat", "/in/a", "/etc/new").text(), "awritten");
  await box.exec("sh", "-c", "echo live > /etc/live").text();
  assertEquals(await box.files.readTextFile("/etc/live"), "live\n");
  // The files of what runs there cannot be changed from below.
  await assertRejects(() => box.files.writeTextFile("/etc/x", "x"), UnsupportedError, "stop it");
  const [fork] = await box.fork(1, { names: ["future"] });
  await using future = await fork!.start();
  assertEquals(await future.exec("cat", "/etc/live").text(), "live");
}, { image: false });

remoteTest("volumes and folders of the other machine by ssh", async (t) => {
  await using davit = await t.connect();
  const ns = davit.namespace(t.ns.name);
  const { name } = await t.image();
  await using volume = await ns.volumes.create("data");
  const run = ns.run(name).mount({ volume: "data", to: "/data" });
  await run.sh`echo kept > /data/f`;
  assertEquals(await run.command("cat", "/data/f").text(), "kept");
  assertEquals((await t.ns.volumes.list()).map(({ name }) => name), ["data"]);
  await volume.remove();
});

remoteTest(
  "SshHost has the files of the other machine, and the errors of this one's",
  async (t) => {
    await using machine = await SshMachine.open(
      t.remote,
      { local: "davit-t-", remote: "davit-t-" },
      { ssh: t.sshd.ssh, signal: t.signal },
    );
    const { host } = machine;
    const dir = await host.makeTempDir("davit-t-");
    const path = (name: string) => `${dir}/${name}`;
    const big = crypto.getRandomValues(new Uint8Array(60_000));
    const bytes = new Uint8Array(3_000_000).map((_, at) => big[at % 60_000]!);
    await host.createFile(path("it's ü"), bytes);
    assertEquals(await host.readFile(path("it's ü")), bytes);
    assertEquals(Deno.readFileSync(path("it's ü")), bytes);
    await assertRejects(() => host.createFile(path("it's ü")), Deno.errors.AlreadyExists);
    await assertRejects(() => host.readFile(path("no")), Deno.errors.NotFound);
    await assertRejects(() => host.makeDir(dir), Deno.errors.AlreadyExists);
    await assertRejects(() => host.makeDir(path("a/b")), Deno.errors.NotFound);
    assertEquals(await host.lstat(path("no")), undefined);
    assertEquals(await host.lstat(path("no"), { inode: true }), undefined);
    assertEquals(await host.lstat(path("it's ü/x"), { inode: true }), undefined);
    const info = await host.lstat(path("it's ü"), { inode: true });
    const { ino, uid, gid } = Deno.lstatSync(path("it's ü"));
    const owner = { uid: uid!, gid: gid!, mode: 0o600 };
    assertEquals(info, { kind: "file", size: bytes.length, inode: ino, owner });
    assertEquals((await host.lstat("/dev/null"))?.device, { type: "c", major: 1, minor: 3 });
    await host.makeDir(path("dir"), 0o1777);
    assertEquals((await host.lstat(path("dir")))?.owner?.mode, 0o1777);
    await host.writeFile(path("dir/f"), new TextEncoder().encode("old"));
    await host.writeFile(path("dir/f"), new TextEncoder().encode("x"));
    await host.rename(path("dir/f"), path("it's ü"));
    assertEquals(await host.readFile(path("it's ü")), new TextEncoder().encode("x"));
    Deno.symlinkSync("to/where", path("link"));
    assertEquals(await host.readLink(path("link")), "to/where");
    assertEquals(await host.readDir(dir), ["dir", "it's ü", "link"]);
    // Files without a size, in pieces that are not full.
    assert((await host.readFile("/proc/self/mountinfo")).length > 100);
    await host.remove(path("dir"));
    await host.remove(path("dir"));
    await assertRejects(() => host.readDir(path("dir")), Deno.errors.NotFound);
    const first = await host.lockDir(dir);
    const refused = new AbortController();
    const waiting = host.lockDir(dir, refused.signal);
    setTimeout(() => refused.abort(new Error("enough")), 100);
    await assertRejects(() => waiting, Error, "enough");
    first[Symbol.dispose]();
    (await host.lockDir(dir))[Symbol.dispose]();
    const watch = host.watch(dir);
    const events = watch[Symbol.asyncIterator]();
    const next = events.next();
    // The first look is the one that later ones are compared with.
    await host.readDir(dir);
    Deno.writeTextFileSync(path("seen"), "1");
    assertEquals((await next).value?.path, path("seen"));
    watch.close();
    await events.return?.();
    await host.remove(dir);
  },
  { image: false },
);
