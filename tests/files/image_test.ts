import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
} from "../../lib/errors/errors.ts";
import type { FileChange } from "../../lib/core/files/compare.ts";
import { daemonTest } from "../harness/daemons.ts";
import { tar } from "../harness/tar.ts";
import { all, imageOf, type Stored, text } from "./support.ts";

const FIRST = tar([
  { name: "data/", kind: "directory", mode: 0o750, uid: 7 },
  { name: "data/old", data: text("old") },
  { name: "data/both", data: text("first") },
  { name: "opaque/", kind: "directory" },
  { name: "opaque/hidden", data: text("x") },
  { name: "data/set", data: text("#"), mode: 0o4711 },
  { name: "data/hard", kind: { hardlink: "data/both" } },
  { name: "abs", kind: { symlink: "/data" } },
  { name: "out", kind: { symlink: "../../../../etc/passwd" } },
  { name: "loop", kind: { symlink: "loop" } },
]);

const SECOND = tar([
  { name: "data/.wh.old", data: text("") },
  { name: "data/both", data: text("second") },
  { name: "opaque/new", data: text("n") },
  { name: "opaque/.wh..wh..opq", data: text("") },
  { name: "abs/", kind: "directory" },
  { name: "abs/here", data: text("h") },
]);

daemonTest("image.files reads layers as they would be unpacked", async ({ ns, image }) => {
  await image();
  for (const how of ["plain", "gzip", "zstd"] as Stored[]) {
    const made = await imageOf(ns, `made-${how}`, [FIRST, SECOND], how);
    const { files } = made;
    // The judge: a process in a container of the image, whose layers the daemon unpacked.
    const seen = (await ns.run(made).sh`
      find /data /opaque /abs /out /loop | sort | while read p; do
        stat -c '%n %F %a %u %g %s' "$p"
      done`.lines()).join("\n");
    const kinds: Record<string, string> = {
      file: "regular file",
      directory: "directory",
      symlink: "symbolic link",
    };
    const lines: string[] = [];
    for await (const info of files.walk()) {
      if (!/^\/(data|opaque|abs|out|loop)\b/.test(info.path)) continue;
      const { path, kind, mode, uid, gid, size } = info;
      const bytes = kind === "symlink" ? info.linkTo!.length : size;
      const mark = kind === "directory" ? "SIZE" : `${bytes}`;
      const bits = kind === "symlink" ? "777" : mode.toString(8);
      lines.push(`${path} ${kinds[kind]} ${bits} ${uid} ${gid} ${mark}`);
    }
    const sizeless = (line: string) =>
      / directory /.test(line) ? line.replace(/\d+$/, "SIZE") : line;
    assertEquals(lines.sort(), seen.split("\n").map(sizeless).sort());

    assertEquals(await files.readTextFile("/data/both"), "second");
    assertEquals(await files.readTextFile("data/hard"), "first");
    assertEquals(await files.readTextFile("/abs/here"), "h");
    assertEquals(await files.readTextFile("/out"), await files.readTextFile("/etc/passwd"));
    assertEquals((await files.stat("/out", { follow: false })).linkTo, "../../../../etc/passwd");
    assertEquals(await files.readLink("out"), "../../../../etc/passwd");
    assertEquals(await files.exists("/data/old"), false);
    assertEquals((await all(files.readDir("/data"))).map(({ name }) => name), [
      "both",
      "hard",
      "set",
    ]);
    assertEquals((await all(files.glob("/{data,opaque}/*[wh]*"))).map(({ path }) => path), [
      "/data/both",
      "/data/hard",
      "/opaque/new",
    ]);
    const stream = await files.open("/bin/busybox");
    const whole = await new Response(stream).bytes();
    assertEquals(
      whole,
      Deno.readFileSync(Deno.realPathSync(`${Deno.cwd()}/.cache/tools/bin/busybox`)),
    );
    await (await files.open("/bin/busybox")).cancel();
  }
});

daemonTest("image.files says what is wrong with a path", async ({ ns, image }) => {
  await image();
  const { files } = await imageOf(ns, "made", [FIRST]);
  await assertRejects(
    () => files.readFile("/nope"),
    NotFoundError,
    'Cannot read "/nope" of image "made": there is no such file (ENOENT)',
  );
  await assertRejects(() => files.readFile("/data"), FailedPreconditionError, "(EISDIR)");
  await assertRejects(() => files.readFile("/data/both/x"), FailedPreconditionError, "(ENOTDIR)");
  await assertRejects(() => files.readFile("/loop"), FailedPreconditionError, "(ELOOP)");
  await assertRejects(() => files.exists("/loop"), FailedPreconditionError, "(ELOOP)");
  await assertRejects(() => files.readLink("/data"), InvalidArgumentError, "(EINVAL)");
  await assertRejects(() => all(files.readDir("/data/both")), FailedPreconditionError, "(ENOTDIR)");
  await assertRejects(() => files.open("/data/nope"), NotFoundError, "(ENOENT)");
  await assertRejects(() => files.stat(""), InvalidArgumentError, "empty");
  await assertRejects(() => files.stat("a\0b"), InvalidArgumentError, "NUL");
  await assertRejects(() => files.stat("/a".repeat(2048)), InvalidArgumentError, "4095");
  await assertRejects(() => files.stat("ä".repeat(128)), InvalidArgumentError, "255");
  await assertRejects(
    () => files.readFile("/bin/busybox", { maxBytes: 1000 }),
    Error,
    "pass a larger maxBytes",
  );
  const gone = AbortSignal.abort();
  await assertRejects(() => files.readFile("/etc/passwd", { signal: gone }), Error, "canceled");
  assert(await files.exists("/data/both"));
});

daemonTest("image.diff() tells what another image differs in", async ({ ns, image }) => {
  const base = await image();
  const [one, two] = [await imageOf(ns, "one", [FIRST]), await imageOf(ns, "two", [FIRST, SECOND])];
  const show = (changes: readonly FileChange[]) =>
    changes.map((change) =>
      `${change.type} ${change.path}${change.type === "changed" ? ` ${change.parts}` : ""}`
    );
  assertEquals(show(await one.diff(two)), [
    "changed /abs kind",
    "added /abs/here",
    "changed /data/both content",
    "removed /data/old",
    "removed /opaque/hidden",
    "added /opaque/new",
  ]);
  assertEquals(show(await two.diff(one)).length, 6);
  assertEquals(await two.diff(two), []);
  assertEquals((await base.diff(one)).length, (await one.diff(base)).length);
  // The same files in other layers are the same files; sizes alone do not tell.
  const other = tar([
    { name: "data/", kind: "directory", mode: 0o750, uid: 7 },
    { name: "data/both", data: text("FIRST") },
    { name: "data/set", data: text("#"), mode: 0o4711, uid: 9 },
  ]);
  assertEquals(show(await one.diff(await imageOf(ns, "other", [FIRST, other], "plain"))), [
    "changed /data/both content",
    "changed /data/set owner",
  ]);
});
