import { assertEquals, assertRejects } from "@std/assert";
import { openLocalRoot } from "./local_root.ts";
import type { HostRoot } from "./root.ts";

async function withRoot(work: (root: HostRoot, dir: string) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir({ prefix: "files-root-" });
  try {
    await Deno.mkdir(`${base}/root/a/b`, { recursive: true });
    await Deno.writeTextFile(`${base}/secret`, "secret");
    using root = openLocalRoot(`${base}/root`);
    await work(root, `${base}/root`);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

const names = (path: string) => path.split("/");

async function readText(root: HostRoot, path: string): Promise<string> {
  const file = await root.open(names(path));
  let text = "";
  for await (const part of file.read()) text += new TextDecoder().decode(part);
  return text;
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield await new TextEncoder().encode(text);
}

const fails = async (work: Promise<unknown>, code: string) =>
  assertEquals((await assertRejects(() => work) as { code?: string }).code, code);

Deno.test("openLocalRoot() leads no path out", async () => {
  await withRoot(async (root, dir) => {
    await Deno.writeTextFile(`${dir}/a/f`, "inside");
    await Deno.symlink("../../../../secret", `${dir}/a/up`);
    await Deno.symlink(`${dir.slice(0, dir.lastIndexOf("/"))}/secret`, `${dir}/a/abs`);
    await Deno.symlink("/", `${dir}/a/top`);
    await Deno.symlink("/a", `${dir}/link`);
    await Deno.symlink("loop", `${dir}/loop`);
    for (const path of ["../secret", "a/../../secret", "a/up", "a/abs", "a/top/../secret"]) {
      await fails(root.open(names(path)), "ENOENT");
    }
    assertEquals(await readText(root, "a/top/link/f"), "inside");
    assertEquals(await readText(root, "/link/b/../../a/top/a/f"), "inside");
    assertEquals((await root.stat(names("a/top/link"), true)).names, ["a"]);
    assertEquals((await root.stat(names("link"), false)).info.linkTo, "/a");
    await fails(root.stat(names("loop"), true), "ELOOP");
    await fails(root.open(names("a")), "EISDIR");
    await fails(root.list(names("a/f")), "ENOTDIR");
    await fails(root.open(names("a/f/x")), "ENOTDIR");
    assertEquals((await root.list(names("/"))).items.map(({ name }) => name), [
      "a",
      "link",
      "loop",
    ]);

    // Writes neither follow links out nor leave drafts.
    await root.write(names("a/up"), once("x"), {});
    assertEquals(await Deno.readTextFile(`${dir}/secret`), "x");
    await Deno.mkdir(`${dir}/etc`);
    await Deno.symlink("/etc/made", `${dir}/made`);
    await root.write(names("made"), once("written"), { mode: 0o4640 });
    assertEquals(await Deno.readTextFile(`${dir}/etc/made`), "written");
    assertEquals((await root.stat(names("etc/made"), true)).info.mode, 0o4640);
    await root.write(names("etc/made"), once("again"), {});
    assertEquals((await root.stat(names("etc/made"), true)).info.mode, 0o4640);
    const broken = async function* () {
      yield await new Uint8Array(3);
      throw new Error("broken source");
    };
    await assertRejects(() => root.write(names("etc/made"), broken(), {}), Error, "broken source");
    assertEquals(await Deno.readTextFile(`${dir}/etc/made`), "again");
    assertEquals((await root.list(names("etc"))).items.map(({ name }) => name), ["made"]);
    assertEquals(await Deno.readTextFile(`${dir}/../secret`), "secret");
  });
});

Deno.test("openLocalRoot() changes files", async () => {
  await withRoot(async (root, dir) => {
    await root.mkdir(names("a/new"), { mode: 0o1777 });
    assertEquals((await root.stat(names("a/new"), true)).info.mode, 0o1777);
    await fails(root.mkdir(names("a/new"), {}), "EEXIST");
    await root.symlink("to", names("a/link"));
    assertEquals(
      (await root.list(names("a"))).items.map(({ name, info }) => [name, info.kind, info.linkTo]),
      [["b", "directory", undefined], ["link", "symlink", "to"], ["new", "directory", undefined]],
    );
    const bytes = "printf x > $(printf '%s/b/\\377' \"$0\")";
    await new Deno.Command("sh", { args: ["-c", bytes, `${dir}/a`] }).output();
    await fails(root.list(names("a/b")), "EILSEQ");
    await fails(root.stat(names("a/b/\udcff"), true), "EILSEQ");
    await new Deno.Command("sh", { args: ["-c", 'rm "$0"/*', `${dir}/a/b`] }).output();
    await root.rename(names("a/link"), names("a/new/plain"));
    assertEquals((await root.stat(names("a/new/plain"), false)).info.kind, "symlink");
    await fails(root.remove(names("a"), false), "ENOTEMPTY");
    await fails(root.remove(names("/"), true), "EINVAL");
    await fails(root.remove(names("nope"), false), "ENOENT");
    await Deno.mkdir(`${dir}/../outside`);
    await Deno.writeTextFile(`${dir}/../outside/kept`, "kept");
    await Deno.symlink("../outside", `${dir}/a/b/out`);
    await root.change(names("a/b"), { mode: 0o700, mtime: new Date(5000) }, true);
    assertEquals((await root.stat(names("a/b"), true)).info.mtime, new Date(5000));
    await root.remove(names("a"), true);
    assertEquals((await root.list([])).items, []);
    assertEquals(await Deno.readTextFile(`${dir}/../outside/kept`), "kept");
  });
});

Deno.test("openLocalRoot() holds while another swaps folders and links", async () => {
  await withRoot(async (root, dir) => {
    await Deno.mkdir(`${dir}/../out`);
    await Deno.writeTextFile(`${dir}/../out/f`, "secret");
    await Deno.writeTextFile(`${dir}/a/f`, "inside");
    const swapper = new Deno.Command("sh", {
      args: [
        "-c",
        `cd "$0" && while [ ! -e ../stop ]; do mv a real && ln -s ../out a; rm a && mv real a; done 2>/dev/null`,
        dir,
      ],
    }).spawn();
    try {
      const until = Date.now() + 700;
      let reads = 0;
      while (Date.now() < until) {
        try {
          assertEquals(await readText(root, "a/f"), "inside");
          reads++;
        } catch (error) {
          if (!["ENOENT", "ENOTDIR"].includes((error as { code: string }).code)) throw error;
        }
        if (reads % 50 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      // It ends by itself: what a killed shell has started would go on for a moment.
      await Deno.writeTextFile(`${dir}/../stop`, "");
      await swapper.status;
    }
  });
});
