import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  AlreadyExistsError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
} from "../../lib/errors/errors.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";
import { tar } from "../harness/tar.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

daemonTest("volumes are made, found, listed, pruned and removed", async ({ ns }) => {
  assertEquals(await ns.volumes.list(), []);
  const data = await ns.volumes.create("data", { labels: { app: "shop" } });
  assertMatch(data.path, /\/volumes\/t-[^/]+\/data\/_data$/);
  assertEquals(Deno.statSync(data.path).mode! & 0o7777, 0o755);
  assertEquals(
    JSON.parse(Deno.readTextFileSync(data.path.replace("_data", "volume.json"))),
    { labels: { app: "shop" } },
  );
  const unnamed = await ns.volumes.create();
  assert(unnamed.anonymous && !data.anonymous);

  const found = await ns.volumes.get("data");
  assertEquals([found.labels["app"], found.path], ["shop", data.path]);
  Deno.writeTextFileSync(`${data.path}/a`, "12345");
  Deno.mkdirSync(`${data.path}/b`);
  Deno.writeTextFileSync(`${data.path}/b/c`, "678");
  assertEquals(await found.size(), 8);

  const names = async (options?: Parameters<typeof ns.volumes.list>[0]) =>
    (await ns.volumes.list(options)).map(({ name }) => name);
  assertEquals(await names({ labels: { app: "shop" } }), ["data"]);
  assertEquals(await names({ labels: { app: true } }), ["data"]);
  assertEquals(await names({ labels: { app: "other" } }), []);
  assertEquals(await ns.volumes.prune(), [unnamed.name]);
  assertEquals(await names(), ["data"]);
  await data[Symbol.asyncDispose]();
  await data[Symbol.asyncDispose]();
  await found.remove();
  assertEquals(await names(), []);
});

daemonTest("volumes with bad names, or that are not there, are told of", async ({ ns }) => {
  await using _ = await ns.volumes.create("taken");
  await assertRejects(() => ns.volumes.create("taken"), AlreadyExistsError, "choose another name");
  for (const name of ["", "../up", "a/b", "a b"]) {
    await assertRejects(() => ns.volumes.create(name), InvalidArgumentError, "volume name");
    await assertRejects(() => ns.volumes.get(name), InvalidArgumentError, "volume name");
  }
  await assertRejects(() => ns.volumes.get("none"), NotFoundError, 'find volume "none"');
  const gone = await ns.volumes.create("gone");
  await gone.remove();
  await assertRejects(() => gone.size(), NotFoundError, 'measure volume "gone"');
  await assertRejects(() => new Response(gone.export()).bytes(), NotFoundError, "export volume");
});

daemonTest("two make one volume at once: one does, the other is told", async ({ ns }) => {
  const made = await Promise.allSettled([1, 2, 3, 4].map(() => ns.volumes.create("one")));
  assertEquals(made.filter(({ status }) => status === "fulfilled").length, 1);
  await (await ns.volumes.get("one")).remove();
});

daemonTest("a volume that a container uses stays", async ({ ns, image }) => {
  await using data = await ns.volumes.create("data");
  {
    await using user = await ns.container("user").image(await image())
      .mount({ bind: data.path, to: "/data" }).command("true").create();
    assertEquals(await data.usedBy(), [user.id]);
    const refused = await assertRejects(() => data.remove(), FailedPreconditionError);
    assertMatch(refused.message, /container "user" uses it; remove them first/);
    assertEquals(await ns.volumes.prune({ all: true }), []);
    assertEquals(await ns.volumes.list({ unused: true }), []);
  }
  assertEquals(await data.usedBy(), []);
});

daemonTest("volumes travel as tars", async ({ ns }) => {
  await using from = await ns.volumes.create("from", { labels: { a: "1" } });
  await from.import(tar([
    { name: "dir", kind: "directory", mode: 0o750, uid: 7 },
    { name: "dir/file", data: bytes("hello"), mode: 0o640, uid: 1000 },
    { name: "link", kind: { symlink: "dir/file" } },
    { name: "../escaped", data: bytes("out") },
  ]));
  const look = (path: string) => {
    const info = Deno.lstatSync(path);
    return [info.mode! & 0o7777, info.uid];
  };
  assertEquals(look(`${from.path}/dir`), [0o750, 7]);
  assertEquals(look(`${from.path}/dir/file`), [0o640, 1000]);
  assertEquals(Deno.readLinkSync(`${from.path}/link`), "dir/file");
  await assertRejects(() => Deno.lstat(`${from.path}/../escaped`), Deno.errors.NotFound);

  await using to = await ns.volumes.create("to");
  await to.import(from.export().pipeThrough(new CompressionStream("gzip")));
  assertEquals(look(`${to.path}/dir/file`), [0o640, 1000]);
  assertEquals(Deno.readTextFileSync(`${to.path}/link`), "hello");

  await using copy = await from.clone("copy");
  assertEquals([copy.labels["a"], Deno.readTextFileSync(`${copy.path}/dir/file`)], ["1", "hello"]);
  await assertRejects(() => from.clone("to"), AlreadyExistsError);
  await assertRejects(() => to.import(bytes("no tar at all")), InvalidArgumentError, '"to"');
  await assertRejects(() => to.import(new Uint8Array()), InvalidArgumentError, "it is empty");
});

daemonTest("a volume gets a saved state back", async ({ ns, image }) => {
  await using data = await ns.volumes.create("data");
  Deno.writeTextFileSync(`${data.path}/a`, "one");
  const saved = await data.snapshot("before");
  Deno.writeTextFileSync(`${data.path}/a`, "two");
  Deno.writeTextFileSync(`${data.path}/b`, "more");
  await data.snapshot("after");
  // The collector leaves them alone.
  await ns.gc();
  assertEquals((await data.snapshots()).map(({ name }) => name), ["before", "after"]);
  assertEquals(saved.digest, (await data.snapshots())[0]!.digest);

  {
    await using web = await ns.container().image(await image())
      .mount({ bind: data.path, to: "/data" }).command("sleep", "60").start();
    await assertRejects(() => data.rollback("before"), FailedPreconditionError, "stop them first");
    assertEquals(Deno.readTextFileSync(`${data.path}/a`), "two");
    assertEquals(await web.exec("cat", "/data/b").text(), "more");
  }
  await data.rollback("before");
  assertEquals([...Deno.readDirSync(data.path)].map(({ name }) => name), ["a"]);
  assertEquals(Deno.readTextFileSync(`${data.path}/a`), "one");
  assertEquals(
    [...Deno.readDirSync(data.path.replace("/_data", ""))].map(({ name }) => name).sort(),
    ["_data", "volume.json"],
  );
  const none = await assertRejects(() => data.rollback("never"), NotFoundError);
  assertMatch(none.message, /there are "before", "after"$/);
  for (const name of ["before", "after", "after"]) await data.deleteSnapshot(name);
  assertEquals(await data.snapshots(), []);
  await ns.gc();
  assertEquals(
    await Array.fromAsync(ns.content.list({ labels: { "containerd.io/gc.root": true } })),
    [],
  );
});

daemonTest("containers share a volume by its name, which outlives them", async ({ ns, image }) => {
  const base = ns.run(await image()).mount({ volume: "shared", to: "/data" });
  await base.sh`echo kept > /data/file`;
  await using shared = await ns.volumes.get("shared");
  assertEquals(await base.command("cat", "/data/file").text(), "kept");
  const sealed = ns.run(await image()).mount({ volume: "shared", to: "/d", readonly: true });
  const { exitCode, stderr } = await sealed.sh`echo no > /d/file`.noThrow();
  assertEquals([exitCode, /Read-only file system/.test(stderr)], [1, true]);
  assertThrows(() => base.mount({ volume: "../x", to: "/x" }), InvalidArgumentError, "volume name");
  assertEquals(await shared.size(), 5);
});

daemonTest("volumes without a name go with their container", async ({ ns, image, address }) => {
  const names = async () => (await ns.volumes.list()).map(({ name }) => name);
  const { name } = await image();
  {
    await using other = clientOf(address);
    const run = other.namespace(ns.name).run(name).mount({ volume: true, to: "/data" });
    await run.sh`echo 1 > /data/a`;
  }
  assertEquals(await names(), []);
  {
    await using _web = await ns.container("web").image(await image())
      .mount({ volume: true, to: "/data" }, { volume: true, to: "/more" })
      .command("sleep", "60").start();
    const [one, two] = await names();
    assertEquals(await (await ns.volumes.get(one!)).usedBy(), ["web"]);
    // As nerdctl reads it.
    const { labels } = await ns.containers.info("web");
    assertEquals((JSON.parse(labels["nerdctl/anonymous-volumes"]!) as string[]).sort(), [one, two]);
    const [, mount] = JSON.parse(labels["nerdctl/mounts"]!);
    assertEquals([mount.Type, mount.Destination, mount.RW], ["volume", "/more", true]);
  }
  const kept = await ns.container("kept").image(await image()).keep()
    .mount({ volume: true, to: "/data" }).create();
  await kept.remove();
  assertEquals((await names()).length, 1);
  assertEquals((await ns.volumes.prune()).length, 1);
  const again = await ns.container("kept").image(await image()).keep()
    .mount({ volume: true, to: "/data" }).create();
  await again.remove({ volumes: true });
  assertEquals(await names(), []);
});

daemonTest("a container that cannot be made leaves no volume", async ({ ns, image }) => {
  await using _ = await ns.container("taken").image(await image()).command("true").create();
  const again = ns.container("taken").image(await image()).mount({ volume: "new", to: "/data" });
  await assertRejects(() => again.create(), AlreadyExistsError);
  assertEquals(await ns.volumes.list(), []);
});

daemonTest("an empty volume gets what the image has at its place", async ({ ns, image }) => {
  const base = ns.run(await image());
  await using data = await ns.volumes.create("data");
  const filled = base.mount({ volume: "data", to: "/home" });
  const inImage = await base.command("ls", "-ln", "/home").lines();
  assertEquals((await filled.command("ls", "-ln", "/home").lines()).length, inImage.length);
  assertEquals(Deno.statSync(`${data.path}/app`).uid, 1000);
  // What is there is never written over.
  await filled.sh`rm -r /home/app; echo own > /home/own`;
  assertEquals(await filled.command("ls", "/home").text(), "own");
  await using bare = await ns.volumes.create("bare");
  await base.mount({ volume: "bare", to: "/home", copyUp: false }).command("true");
  assertEquals([...Deno.readDirSync(bare.path)], []);
  await base.mount({ volume: "bare", to: "/no/such/folder" }).command("true");
  assertEquals([...Deno.readDirSync(bare.path)], []);
});

daemonTest("volumes that the image asks for are there, and go with the container", async (t) => {
  const { ns } = t;
  const image = await ns.build(await t.image()).volume("/home", "/data/deep").tag("v:1").build();
  {
    await using web = await ns.container("web").image(image).mount({
      tmpfs: true,
      to: "/data/deep/",
    })
      .command("sleep", "60").start();
    assertEquals((await ns.volumes.list()).length, 1);
    assertEquals(await web.exec("stat", "-c", "%u", "/home/app").text(), "1000");
  }
  assertEquals(await ns.volumes.list(), []);
});

daemonTest("a container of many volumes tells of each", async ({ ns, image }) => {
  const names = Array.from({ length: 24 }, (_, index) => `volume-${index}`);
  const many = ns.container("many").image(await image())
    .mount(...names.map((volume) => ({ volume, to: `/data/${volume}` })));
  {
    await using _many = await many.create();
    for (const volume of await ns.volumes.list()) {
      assertEquals(await volume.usedBy(), ["many"], volume.name);
      await assertRejects(() => volume.remove(), FailedPreconditionError);
    }
  }
  assertEquals((await ns.volumes.prune({ all: true })).length, names.length);
});
