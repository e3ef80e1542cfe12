import { assert, assertEquals, assertRejects } from "@std/assert";
import type { RunningContainer } from "../../lib/core/container/running.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import {
  AlreadyExistsError,
  CanceledError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
} from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";
import { slimImage } from "./support.ts";

async function startDatabase(ns: Namespace, id: string): Promise<RunningContainer> {
  const running = await ns.container(id).image(await slimImage(ns)).env({ LEVEL: "1" })
    .sh`mkdir -p /data; [ -f /data/rows ] || echo first > /data/rows; rm -f /etc/group; while true; do sleep 1; done`
    .start();
  // It takes away the group's file last.
  await running.until(async () => !await running.files.exists("/etc/group"));
  return running;
}

const rows = (container: { files: RunningContainer["files"] }) =>
  container.files.readTextFile("/data/rows");

daemonTest("fork() gives a running container several futures, promote() keeps one", async (env) => {
  const { ns } = env;
  await using db = await startDatabase(ns, "db");
  await db.files.writeTextFile("/data/odd-ö", "x", {
    mode: 0o4600,
    uid: 9,
  });
  const [a, b] = await db.fork(2, { names: ["db-a", "db-b"] });
  assertEquals([a.id, b.id, a.state], ["db-a", "db-b", "created"]);
  // The original goes on, and none of them sees what another does from now on.
  await db.exec("sh", "-c", "echo original >> /data/rows").text();
  await using left = await a.start();
  await using right = await b.start();
  await left.exec("sh", "-c", "echo left >> /data/rows; rm /etc/passwd").text();
  await right.exec("sh", "-c", "echo right >> /data/rows; echo new > /data/new").text();
  assertEquals(await rows(db), "first\noriginal\n");
  assertEquals(await rows(left), "first\nleft\n");
  assertEquals(await rows(right), "first\nright\n");
  assertEquals(await right.exec("sh", "-c", "echo $LEVEL").text(), "1");
  assertEquals(await left.files.exists("/etc/group"), false);
  const odd = await left.files.stat("/data/odd-ö");
  assertEquals([odd.mode, odd.uid], [0o4600, 9]);
  // One is kept: the original has its files, and goes on by itself.
  const now = await right.promote({ timeout: "1s" });
  assertEquals([now.id, now.state], ["db", "running"]);
  assertEquals(await rows(now), "first\nright\n");
  assert(await now.files.exists("/data/new"));
  await assertRejects(() => ns.containers.get("db-b"), NotFoundError);
  assertEquals(await rows(left), "first\nleft\n");
  await assertRejects(() => now.promote(), FailedPreconditionError, "it is no fork");
}, { timeoutMs: 60_000 });

daemonTest("fork() says what is wrong, and leaves nothing then", async ({ ns }) => {
  await using made = await ns.container("made").image(await slimImage(ns)).command("true").create();
  await using _taken = await ns.container("taken").image(await slimImage(ns)).create();
  await assertRejects(() => made.fork(0), InvalidArgumentError, "0 times");
  await assertRejects(() => made.fork(1.5), InvalidArgumentError);
  await assertRejects(() => made.fork(2, { names: ["x"] }), InvalidArgumentError, "of its own");
  await assertRejects(
    () => made.fork(2, { names: ["x", "x"] }),
    InvalidArgumentError,
    "of its own",
  );
  await assertRejects(() => made.fork(1, { names: ["no/way"] }), InvalidArgumentError);
  await assertRejects(() => made.fork(3, { names: ["u", "taken", "v"] }), AlreadyExistsError);
  await assertRejects(() => made.fork(2, { signal: AbortSignal.abort() }), CanceledError);
  const ids = (await ns.containers.list()).map(({ id }) => id).sort();
  assertEquals(ids, ["made", "taken"]);
  const [fork] = await made.fork(1);
  await made.remove();
  await assertRejects(() => fork.promote(), NotFoundError, "commit() makes an image of it");
  await fork.remove();
});

daemonTest("rollback() takes a container's files back to a snapshot()", async (env) => {
  const { ns } = env;
  await using db = await startDatabase(ns, "db");
  await db.snapshot("empty");
  await db.exec("sh", "-c", "echo second >> /data/rows; rm -r /home").text();
  const saved = await db.snapshot("full");
  assert(saved.sizeBytes > 0);
  await db.exec("sh", "-c", "rm -r /data").text();
  // The container's labels keep what was saved.
  await ns.gc();
  assertEquals((await db.snapshots()).map(({ name }) => name), ["empty", "full"]);
  const full = await db.rollback("full", { timeout: "1s" });
  assertEquals(full.state, "running");
  assertEquals(await rows(full), "first\nsecond\n");
  assertEquals(await full.files.exists("/home"), false);
  const empty = await full.rollback("empty", { timeout: "1s" });
  assertEquals(await rows(empty), "first\n");
  assertEquals(await empty.files.exists("/home/app"), true);
  await assertRejects(() => empty.rollback("nope"), NotFoundError, '"empty", "full"');
  await empty.deleteSnapshot("empty");
  assertEquals((await empty.snapshots()).map(({ name }) => name), ["full"]);
  await assertRejects(() => empty.snapshot("a/b"), InvalidArgumentError);
  // One that does not run stays so.
  if (empty.state !== "running") throw new Error(empty.state);
  const stopped = await empty.stop({ timeout: "1s" });
  assertEquals((await stopped.rollback("full")).state, "stopped");
  assertEquals(await rows(stopped), "first\nsecond\n");
}, { timeoutMs: 60_000 });

daemonTest("rollback() and promote() repair a container without files", async (env) => {
  const { ns } = env;
  await using db = await ns.container("db").image(await slimImage(ns)).command("true").create();
  await db.files.writeTextFile("/saved", "1");
  await db.snapshot("good");
  await db.files.writeTextFile("/saved", "2");
  const [fork] = await db.fork(1);
  const breakOff = async () => {
    const found = await ns.snapshots.get("db");
    await found.remove();
    await ns.gc();
    await assertRejects(() => db.files.readTextFile("/saved"));
  };
  await breakOff();
  assertEquals((await db.snapshots()).map(({ name }) => name), ["good"]);
  const now = await db.rollback("good");
  assertEquals(now.state, "created");
  assertEquals(await now.files.readTextFile("/saved"), "1");
  assertEquals(await now.files.exists("/etc/passwd"), true);
  await breakOff();
  const kept = await fork.promote();
  assertEquals(await kept.files.readTextFile("/saved"), "2");
});

daemonTest("commit() makes an image of a container", async (env) => {
  const { ns } = env;
  await using db = await startDatabase(ns, "db");
  const sourceDate = new Date("2020-01-01T00:00:00Z");
  const make = (name: string) =>
    db.commit(name, {
      sourceDate,
      author: "Ada",
      message: "with rows",
      config: (config) => ({
        ...config,
        Env: ["PATH=/bin", "LEVEL=2"],
        Cmd: ["cat", "/data/rows"],
      }),
    });
  const one = await make("davit.test/one:1");
  const two = await make("davit.test/two:1");
  assertEquals(one.digest, two.digest);
  const { config, manifest } = await one.resolve();
  const base = await (await slimImage(ns)).resolve();
  assertEquals(manifest.layers[0]!.digest, base.manifest.layers[0]!.digest);
  assertEquals(config.history?.at(-1), {
    created: "2020-01-01T00:00:00.000Z",
    created_by: "commit",
    author: "Ada",
    comment: "with rows",
  });
  // The judge: a container of it.
  assertEquals(await ns.run(one).text(), "first");
  assertEquals(await ns.run(one).command("sh", "-c", "echo $LEVEL; ls /etc").lines(), [
    "2",
    "passwd",
  ]);
  assertEquals((await one.files.stat("/data/rows")).mtime, sourceDate);
  // The daemon's own compression, without a date.
  const plain = await db.commit("davit.test/plain:1");
  assertEquals(await ns.run(plain).command("cat", "/data/rows").text(), "first");
  assertEquals((await plain.resolve()).config.config?.Cmd, ["sh"]);
  // Without its image's layers everything is in one.
  await ns.images.remove("davit.test/slim:latest", { force: true });
  for (const name of ["one", "two", "plain"]) {
    await ns.images.remove(`davit.test/${name}:1`, { force: true });
  }
  await ns.gc();
  const whole = await db.commit("davit.test/whole:1", { pause: false });
  assertEquals((await whole.resolve()).manifest.layers.length, 1);
  assertEquals(await ns.run(whole).command("cat", "/data/rows").text(), "first");
  await assertRejects(() => db.commit("Not A Name"), InvalidArgumentError);
}, { timeoutMs: 60_000 });
