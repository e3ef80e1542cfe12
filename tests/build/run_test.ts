import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { unpackTar } from "modern-tar";
import { BuildError } from "../../lib/errors/image_errors.ts";
import { ctrExport } from "../harness/ctr.ts";
import { buildTest, runIn, tool, withFolder } from "./support.ts";

buildTest(
  "ImageBuilder.run() makes a layer of what a command changes, the same each time",
  async (t, build) => {
    const base = await t.image();
    const described = build(base)
      .env({ WHO: "world" }).workdir("/work")
      .run("sh", "-c", 'echo "hello $WHO" > greeting; ln greeting second; ln -s greeting third')
      .sh`rm /bin/vi; chown 7:8 greeting; chmod 4755 greeting; touch -d 1960-01-02 old || true`
      .run({
        argv: ["sh", "-c", "echo $X > /x; id -u > /who"],
        env: { X: "1" },
        cwd: "/",
        user: "0",
      })
      .tag("ran");
    const image = await described.build({ compression: "none" });
    assertEquals(
      await runIn(
        t,
        image,
        "sh",
        "-c",
        "cat /work/greeting /work/third /x /who; ls /bin/vi 2>&1 || true",
      ),
      "hello world\nhello world\n1\n0\nls: /bin/vi: No such file or directory\n",
    );
    const { manifest, config } = await image.resolve();
    const layers = manifest.layers.slice(-3);
    const names = await Promise.all(
      layers.map(async ({ digest }) => {
        const entries = await unpackTar(await t.ns.content.readAll(digest));
        for (const { header } of entries) assertEquals(header.mtime?.getTime(), 0, header.name);
        return entries.map(({ header }) =>
          `${header.name} ${header.type} ${header.mode?.toString(8)} ${header.uid}:${header.gid}`
        );
      }),
    );
    assertEquals(names[0], [
      "work/ directory 755 0:0",
      "work/greeting file 644 0:0",
      "work/second link 644 0:0",
      "work/third symlink 777 0:0",
    ]);
    assertEquals(names[2], ["who file 644 0:0", "x file 644 0:0"]);
    assert(names[1]!.includes("bin/.wh.vi file 0 0:0"), names[1]!.join());
    assertEquals(config.history?.at(-1)?.created_by, 'RUN "sh" "-c" "echo $X > /x; id -u > /who"');
    // Everything again, nothing of it from the cache.
    const again = await described.build({ compression: "none", noCache: true });
    assertEquals(again.digest, image.digest);
  },
);

buildTest(
  "ImageBuilder.run() tells what failed, and keeps its state on request",
  async (t, build) => {
    const base = await t.image();
    const failing = build(base).as("try")
      .sh`echo before > /file; echo told; echo >&2 worse; exit 7`.tag("x");
    const seen: string[] = [];
    const error = await assertRejects(
      () =>
        failing.build({ onError: "keep", onProgress: ({ output }) => output && seen.push(output) }),
      BuildError,
      "it ended with exit code 7",
    );
    assertEquals([error.exitCode, error.stage], [7, "try"]);
    assertStringIncludes(error.tail, "told\n");
    assertStringIncludes(error.tail, "worse\n");
    assertStringIncludes(seen.join(""), "told");
    assertEquals(await t.ns.run(error.image!).command("cat", "/file").text(), "before");
    await t.ns.images.remove(error.image!, { force: true });
    const missing = await assertRejects(
      () => build(base).run("no-such-program").tag("x").build(),
      BuildError,
      "it could not be started",
    );
    assertEquals([missing.exitCode, missing.image], [undefined, undefined]);
    assertEquals((await t.ns.images.list()).map(({ name }) => name), [base.name]);
  },
);

buildTest(
  "ImageBuilder.run() makes layers that containerd, umoci and tar see alike",
  async (t, build) => {
    const image = await build(await t.image())
      .sh`mkdir -m 1777 /d && echo x > /d/f && chown 7:8 /d/f && chmod 4711 /d/f`
      .sh`ln /d/f /d/hard && ln -s f /d/soft && touch -d '1999-12-31 00:00:00' /d/old && rm /bin/vi`
      .copy({ "c": "copied" }, "/d", { mode: 0o640, uid: 9, gid: 10 })
      .tag("judged:1").build({ epoch: new Date(1_000_000_000_000) });
    const paths = ["d", "d/f", "d/hard", "d/soft", "d/old", "d/c"];
    const format = "%n %f %u %g %Y %h";
    const stat = async (root: string) => {
      const args = ["-c", format, ...paths];
      const { stdout } = await new Deno.Command("stat", { args, cwd: root }).output();
      return new TextDecoder().decode(stdout);
    };
    // File systems differ in how many names a folder has.
    const plain = (text: string) => text.replace(/^(d .*) \d+$/m, "$1");
    const seen = await runIn(
      t,
      image,
      "sh",
      "-c",
      `cd / && stat -c '${format}' ${paths.join(" ")}`,
    );
    assertStringIncludes(seen, "d/f 89c9 7 8 1000000000 2");
    assertStringIncludes(seen, "d/old 81a4 0 0 946598400 1");
    await withFolder(async (dir) => {
      await ctrExport(t, `${dir}/out.tar`, image.name);
      const policy = ["--insecure-policy"];
      await tool("skopeo", [
        ...policy,
        "copy",
        `oci-archive:${dir}/out.tar`,
        `oci:${dir}/layout:x`,
      ]);
      const inspected = JSON.parse(await tool("skopeo", ["inspect", `oci-archive:${dir}/out.tar`]));
      assertEquals(inspected.Digest, (await image.resolve()).descriptor.digest);
      await tool("umoci", ["unpack", "--image", `${dir}/layout:x`, `${dir}/bundle`]);
      assertEquals(plain(await stat(`${dir}/bundle/rootfs`)), plain(seen));
      await assertRejects(() => Deno.lstat(`${dir}/bundle/rootfs/bin/vi`));
      await Deno.mkdir(`${dir}/plain`);
      for (const { digest } of (await image.resolve()).manifest.layers.slice(1)) {
        await Deno.writeFile(`${dir}/layer`, await t.ns.content.readAll(digest));
        const args = ["-x", "-z", "-p", "--same-owner", "-f", `${dir}/layer`, "-C", `${dir}/plain`];
        const { code, stderr } = await new Deno.Command("tar", { args }).output();
        assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
      }
      assertEquals(plain(await stat(`${dir}/plain`)), plain(seen));
    });
  },
);

buildTest(
  "ImageBuilder.build() gives this very digest, today and on another day",
  async (_t, build) => {
    const image = await build("scratch").platform("linux/amd64")
      .copy({ "bin/tool": "#!/bin/sh\n".repeat(10_000), "etc/x": "1" }, "/", { mode: 0o755 })
      .env({ A: "1" }).label({ b: "2", a: "1" }).entrypoint("/bin/tool").tag("fixed").build();
    const { config } = await image.resolve();
    assertEquals(config.rootfs.diff_ids, [
      "sha256:72a0f338cc5f1bf87e09f3dc0b76e4e972f49e68f5d25bc8fadc2002fb4a5f96",
    ]);
    assertEquals(
      image.digest,
      "sha256:72423f5f0b4a1f2ef00730f1a8fc787771361a7380f69e446ff969219f1dc3cd",
      "with the same diff ids, as here, it is Deno that has another zlib: no change of ours may do this",
    );
  },
);

buildTest("ImageBuilder.build() goes on after its script was killed", async (t, build) => {
  const base = await t.image();
  const script = new URL("killed_script.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, t.address, t.ns.name, base.name],
    stdout: "piped",
    env: { PATH: `${t.bin}:${Deno.env.get("PATH")}` },
  }).spawn();
  let said = "";
  for await (const chunk of child.stdout) {
    said += new TextDecoder().decode(chunk);
    if (said.includes("running")) break;
  }
  child.kill("SIGKILL");
  await child.status;
  // What it left is swept, but for the layer that it had made.
  await t.ns.sweep();
  await t.ns.gc();
  assertEquals((await t.ns.containers.list()).length, 0);
  const described = build(base).sh`cat /proc/sys/kernel/random/uuid > /first`.tag("killed");
  const { checked } = await described.plan({ cache: true });
  assertEquals(checked.map(({ state }) => state), ["cached"]);
  await described.build();
  assertEquals((await t.ns.leases.list()).length, 0);
}, { versions: ["2.1"] });
