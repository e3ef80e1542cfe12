import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { unpackTar } from "modern-tar";
import { BuildError } from "../../lib/errors/errors.ts";
import { buildTest, runIn } from "./support.ts";

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
