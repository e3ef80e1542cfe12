import { assert, assertEquals, assertRejects } from "@std/assert";
import { toolPath } from "../../.ci/setup/paths.ts";
import type { FileAttributes } from "../../lib/core/files/info.ts";
import { concat } from "../../lib/core/files/bytes.ts";
import { tarEnd, tarFill, tarHeader } from "../../lib/core/files/tar/writer.ts";
import { DavitError, InvalidArgumentError, NotFoundError } from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";
import { tar, type TarEntry } from "../harness/tar.ts";
import { all, command, imageOf, remotely, slimImage, text } from "./support.ts";

/** A folder that is gone afterwards. */
async function withDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir({ prefix: "files-copy-" });
  try {
    return await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** What find says of all files in a folder, the folder itself left out. */
async function listing(dir: string): Promise<string[]> {
  const format = "%P|%y|%m|%U|%G|%l|%n|%T@|%s\\n";
  const out = await command("find", [dir, "-mindepth", "1", "-printf", format]);
  const lines = new TextDecoder().decode(out).trimEnd().split("\n").sort();
  // The daemon's tars have times in seconds. The size and the count of names of a folder are its file system's own matter.
  return lines.map((line) => {
    const [path, kind, mode, uid, gid, link, count, age, size] = line.split("|");
    const own = kind === "d" ? [] : [count, size];
    return [path, kind, mode, uid, gid, link, Math.floor(Number(age)), ...own].join(" ");
  });
}

/** A folder with one of everything that Deno can make. */
async function makeTree(dir: string): Promise<void> {
  await Deno.mkdir(`${dir}/sub/empty`, { recursive: true });
  await Deno.writeTextFile(`${dir}/a`, "aaa\n");
  await Deno.chmod(`${dir}/a`, 0o4751);
  await Deno.link(`${dir}/a`, `${dir}/sub/same`);
  await Deno.symlink("../a", `${dir}/sub/soft`);
  await Deno.symlink("/nowhere", `${dir}/dangling`);
  await Deno.writeTextFile(`${dir}/sub/ä ö\n`, "odd name");
  await Deno.chown(`${dir}/sub/ä ö\n`, 7, 8);
  using sparse = await Deno.open(`${dir}/sparse`, { create: true, write: true });
  await sparse.seek(3_000_000, Deno.SeekMode.Start);
  await sparse.write(text("end"));
  for (const path of ["a", "sub/ä ö\n", "sub/empty", "sub", "sparse"]) {
    await Deno.utime(`${dir}/${path}`, 1_500_000_000, 1_500_000_000);
  }
}

daemonTest("copyIn() and copyOut() keep what files are", async (env) => {
  const image = await slimImage(env.ns);
  await withDir(async (dir) => {
    await Deno.mkdir(`${dir}/in`);
    await makeTree(`${dir}/in`);
    const wanted = await listing(`${dir}/in`);
    // Through the socket, into a container that does not run, and out again.
    await remotely(env, async (ns) => {
      await using made = await ns.container().image(image.name).command("sleep", "100").create();
      await made.files.copyIn(`${dir}/in`, "/deep/in", { owners: true });
      const out = await made.files.copyOut("/deep/in", `${dir}/out`);
      assertEquals(await listing(`${dir}/out`), wanted);
      assertEquals([out.files, out.skipped], [8, []]);
      await command("diff", ["-r", "--no-dereference", `${dir}/in`, `${dir}/out`]);
      // Holes came back.
      assert((await Deno.stat(`${dir}/out/sparse`)).blocks! * 512 < 1_000_000);
      // The judge for the tar is tar.
      await Deno.mkdir(`${dir}/tar`);
      const exported = await new Response(made.files.export("/deep/in")).bytes();
      await command("tar", ["-C", `${dir}/tar`, "-xpf", "-"], { stdin: exported });
      assertEquals(await listing(`${dir}/tar`), wanted);
      // A process in the container sees the same.
      await using running = await made.start();
      const seen = await running.exec(
        "sh",
        "-c",
        "cd /deep/in; stat -c '%a %u %h' a sub/same; md5sum sparse",
      )
        .lines();
      const [sum] = new TextDecoder().decode(await command("md5sum", [`${dir}/in/sparse`])).split(
        " ",
      );
      assertEquals(seen, ["4751 0 2", "4751 0 2", `${sum}  sparse`]);
    });
    // By the machine's own calls, into one that runs.
    await using made = await env.ns.container().image(image).command("sleep", "100").create();
    await using running = await made.start();
    await running.files.copyIn(`${dir}/in`, "/deep/in", { owners: true });
    await running.files.copyOut("/deep/in", `${dir}/live`);
    assertEquals(await listing(`${dir}/live`), wanted);
    // Single files, other owners, a tar that GNU tar made.
    await running.files.copyIn(`${dir}/in/a`, "/etc/a", { uid: 3 });
    assertEquals((await running.files.stat("/etc/a")).uid, 3);
    await running.files.copyOut("/etc/a", `${dir}/single`);
    assertEquals(await Deno.readTextFile(`${dir}/single`), "aaa\n");
    const gnu = await command("tar", ["-C", `${dir}/in`, "--sparse", "-czf", "-", "."]);
    await running.files.copyIn(gnu, "/from-tar");
    await running.files.copyOut("/from-tar", `${dir}/from-tar`);
    assertEquals(await listing(`${dir}/from-tar`), wanted);
    await assertRejects(() => running.files.copyIn(`${dir}/nope`, "/x"), NotFoundError, "/nope");
    await assertRejects(() => running.files.copyOut("/nope", `${dir}/x`), NotFoundError, "ENOENT");
  });
}, { timeoutMs: 60_000 });

const file: FileAttributes = {
  kind: "file",
  size: 1,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: new Date(1_000_000),
};

daemonTest("copyIn() of a tar lets nothing climb out", async (env) => {
  await using work = await env.ns.snapshots.from(await slimImage(env.ns)).prepare();
  const refused = async (entries: readonly TarEntry[], why: string) =>
    await assertRejects(() => work.files.copyIn(tar(entries), "/in"), InvalidArgumentError, why);
  const data = text("x");
  await refused([{ name: "../etc/passwd", data }], "points outside");
  await refused([{ name: "a/../../x", data }], "points outside");
  await refused(
    [{ name: "l", kind: { symlink: "/etc" } }, { name: "l/passwd", data }],
    "its links",
  );
  await refused([
    { name: "l", kind: { symlink: ".." } },
    { name: "h", kind: { hardlink: "l/etc/passwd" } },
  ], "its links");
  await refused([{ name: "h", kind: { hardlink: "../etc/passwd" } }], "points outside");
  await refused([{ name: ".wh.x", data }], ".wh.");
  await refused([{ name: `${"n".repeat(90)}`, data }, { name: ".wh..wh..opq", data }], ".wh.");
  await assertRejects(() => work.files.copyIn(text("no tar"), "/in"), InvalidArgumentError);
  const cut = tar([{ name: "a", data }]).subarray(0, 1024);
  await assertRejects(() => work.files.copyIn(cut, "/in"), InvalidArgumentError, "cut off");
  const long = concat([
    tarHeader({ name: `${"n".repeat(256)}`, attributes: file }),
    data,
    tarFill(1),
    tarEnd(),
  ]);
  await assertRejects(() => work.files.copyIn(long, "/in"), InvalidArgumentError, "255 bytes");
  const path = concat([
    tarHeader({ name: `${"d/".repeat(2100)}f`, attributes: file }),
    data,
    tarFill(1),
    tarEnd(),
  ]);
  await assertRejects(() => work.files.copyIn(path, "/in"), InvalidArgumentError, "4095 bytes");
  const device = (kind: FileAttributes["kind"]) =>
    concat([
      tarHeader({
        name: "dev",
        attributes: { ...file, kind, size: 0, device: { major: 1, minor: 5 } },
      }),
      tarEnd(),
    ]);
  await assertRejects(
    () => work.files.copyIn(device("character-device"), "/in"),
    InvalidArgumentError,
    "devices: true",
  );
  // A bomb: a gigabyte of zeros, of a thousandth in gzip.
  const { gzipSync } = await import("node:zlib");
  const bomb = gzipSync(tar([{ name: "bomb", data: new Uint8Array(3_000_000) }]));
  const large = await assertRejects(
    () => work.files.copyIn(bomb, "/in", { maxBytes: 2_000_000 }),
    DavitError,
    "meant to do harm",
  );
  assertEquals(large.code, "resource_exhausted");
  // Nothing of all that arrived.
  assertEquals(await work.files.diff(), []);
  assertEquals(await work.files.readTextFile("/etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");

  await work.files.copyIn(device("character-device"), "/in", { devices: true });
  assertEquals((await work.files.stat("/in/dev")).device, { major: 1, minor: 5 });
  const raw = concat([
    tarHeader({ name: "x\udcff", attributes: file }),
    data,
    tarFill(1),
    tarEnd(),
  ]);
  await work.files.copyIn(raw, "/in");
  assertEquals((await all(work.files.readDir("/in"))).map(({ name }) => name), ["dev", "x\udcff"]);
  assertEquals(await work.files.readTextFile("/in/x\udcff"), "x");
  await work.files.rename("/in/x\udcff", "/in/y\udcfe");
  await withDir(async (dir) => {
    const { files, skipped } = await work.files.copyOut("/in", `${dir}/out`);
    assertEquals([files, skipped], [0, [
      { path: "/dev", why: "it is a device or a FIFO" },
      { path: "/y\udcfe", why: "its name is not UTF-8" },
    ]]);
  });
  // Links of the file system itself are followed, inside of it.
  await work.files.symlink("../../../../etc", "/in/link");
  await work.files.copyIn(tar([{ name: "made", data }]), "/in/link");
  assertEquals(await work.files.readTextFile("/etc/made"), "x");
});

daemonTest("copyOut() of a hostile image stays where it is told", async ({ ns, image }) => {
  await image();
  const data = text("evil");
  await withDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/kept`, "kept");
    const made = await imageOf(ns, "hostile", [
      tar([
        { name: "h/", kind: "directory" },
        { name: "h/up", kind: { symlink: `${dir}` } },
        { name: "h/up2", kind: { symlink: "../../.." } },
        { name: "h/up2/kept", data },
        { name: "h/x", kind: { symlink: `${dir}/kept` } },
      ]),
      // What was a link is a folder or a file by now.
      tar([{ name: "h/up/", kind: "directory" }, { name: "h/up/kept", data }, {
        name: "h/x",
        data,
      }]),
    ]);
    for (let round = 0; round < 2; round++) {
      // The second time, what is there was made by the first.
      await made.files.copyOut("/h", `${dir}/out`);
      assertEquals(await Deno.readTextFile(`${dir}/kept`), "kept");
      assertEquals(await Deno.readTextFile(`${dir}/out/up/kept`), "evil");
      assertEquals(await Deno.readTextFile(`${dir}/out/x`), "evil");
    }
    // A link that somebody else left there is replaced, not followed.
    await Deno.remove(`${dir}/out/x`);
    await Deno.symlink(`${dir}/kept`, `${dir}/out/x`);
    await made.files.copyOut("/h", `${dir}/out`);
    assertEquals(await Deno.readTextFile(`${dir}/kept`), "kept");
  });
}, { versions: ["2.1"] });

daemonTest("export() of an image is what umoci unpacks", async ({ ns, image }) => {
  await image();
  await withDir(async (dir) => {
    const layers = [
      tar([
        { name: "w/", kind: "directory", mode: 0o1777, uid: 5 },
        { name: "w/a", data: text("a"), mode: 0o4755, uid: 6 },
        { name: "w/same", kind: { hardlink: "w/a" } },
        { name: "w/gone", data: text("gone") },
        { name: "w/soft", kind: { symlink: "/nowhere" } },
        { name: "o/", kind: "directory" },
        { name: "o/hidden", data: text("h") },
      ]),
      tar([
        { name: "w/.wh.gone", data: text("") },
        { name: "o/.wh..wh..opq", data: text("") },
        { name: "o/seen", data: text("seen") },
        { name: "w/soft", data: text("a file by now") },
      ]),
    ];
    const made = await imageOf(ns, "davit.test/judged:1", layers);
    await Deno.mkdir(`${dir}/ours`);
    const exported = await new Response(made.files.export()).bytes();
    await command("tar", ["-C", `${dir}/ours`, "-xpf", "-"], { stdin: exported });
    await made.exportTo(`${dir}/archive.tar`);
    await Deno.mkdir(`${dir}/layout`);
    await command("tar", ["-C", `${dir}/layout`, "-xf", `${dir}/archive.tar`]);
    const { manifests } = JSON.parse(await Deno.readTextFile(`${dir}/layout/index.json`));
    const tag = manifests[0].annotations["org.opencontainers.image.ref.name"];
    await command(toolPath("umoci"), ["unpack", "--image", `${dir}/layout:${tag}`, `${dir}/umoci`]);
    const theirs = await listing(`${dir}/umoci/rootfs`);
    // umoci gives folders that only a layer above mentions an age of their own.
    const ageless = (lines: string[]) =>
      lines.map((line) => line.replace(/^(\S+ d .*) \d+$/, "$1"));
    assertEquals(ageless(await listing(`${dir}/ours`)), ageless(theirs));
    await command("diff", ["-r", "--no-dereference", `${dir}/ours`, `${dir}/umoci/rootfs`]);
  });
}, { versions: ["2.1"] });
