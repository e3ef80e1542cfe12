import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { unpackTar } from "modern-tar";
import { DEBIAN_IMAGE } from "../../.ci/setup/paths.ts";
import type { BuildProgress } from "../../lib/build/options.ts";
import {
  FailedPreconditionError,
  InvalidArgumentError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { OCI } from "../../lib/oci/media_types.ts";
import { gzip, makeTar, otherPlatform } from "../harness/archives.ts";
import { ctr } from "../harness/ctr.ts";
import { startRegistry } from "../harness/registry.ts";
import { assertNothing, buildTest, runIn, withFolder } from "./support.ts";

const NEWEST = { versions: ["2.1"] } as const;

/** Names of the steps that were carried out, or not, in the order in which they ended. */
function tally(seen: readonly BuildProgress[], phase: "cached" | "layer" | "run"): string[] {
  return [...new Set(seen.filter((item) => item.phase === phase).map(({ name }) => name))];
}

buildTest("ImageBuilder.build() does again only what comes after a change", async (t, build) => {
  const base = await t.image();
  await withFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/first`, "1");
    await Deno.writeTextFile(`${dir}/second`, "1");
    const described = build(base)
      .sh`echo start > /start`
      .copy(`${dir}/first`, "/first").sh`cat /first > /a`
      .copy(`${dir}/second`, "/second").sh`cat /first /second > /b`
      .tag("cached");
    const once = async () => {
      const seen: BuildProgress[] = [];
      const image = await described.build({ onProgress: (progress) => seen.push(progress) });
      return { image, seen };
    };
    const first = await once();
    assertEquals(tally(first.seen, "cached"), []);
    const again = await once();
    assertEquals(tally(again.seen, "cached").length, 5);
    assertEquals(again.image.digest, first.image.digest);
    await Deno.writeTextFile(`${dir}/second`, "2");
    const { checked } = await described.plan({ cache: true });
    assertEquals(checked.map(({ state, why }) => [state, why]), [
      ["cached", undefined],
      ["cached", undefined],
      ["cached", undefined],
      ["run", "its files have changed"],
      ["run", "a step before it must be carried out"],
    ]);
    const changed = await once();
    assertEquals(tally(changed.seen, "cached").length, 3);
    assertEquals(await runIn(t, changed.image, "cat", "/a", "/b"), "112");
    // The first image is gone, and the cache is that of the second one now.
    await t.ns.gc();
    const back = await described.plan({ cache: true });
    assert(back.checked.every(({ state }) => state === "cached"));
    await t.ns.pruneBuilds();
    const cleared = await described.plan({ cache: true });
    assertEquals(cleared.checked[0]!.why, "it was not carried out here on this base before");
    assertEquals(await runIn(t, changed.image, "cat", "/b"), "12");
  });
});

buildTest(
  "ImageBuilder.build() builds stages once, side by side, and copies out of them",
  async (t, build) => {
    const base = await t.image();
    const common = build(base).as("common").sh`date +%N > /stamp`;
    const left = build(common).as("left")
      .sh`mkdir /out && cat /stamp > /out/left && ln -s left /out/link`;
    const right = build(common).as("right")
      .sh`mkdir -m 700 /out && cat /stamp > /out/right && chown 3:4 /out/right`;
    const seen: BuildProgress[] = [];
    const image = await build("scratch")
      .copy("/out", "/l", { from: left })
      .copy(["/out/r*", "/stamp"], "/r/", { from: right, mode: 0o444 })
      .copy("/bin/busybox", "/bin/", { from: base })
      .tag("staged").build({ onProgress: (progress) => seen.push(progress), compression: "none" });
    const stamps = seen.filter(({ phase, stage }) => phase === "step" && stage === "common");
    assertEquals(stamps.length, 1);
    const cat = ["/bin/busybox", "cat", "/l/left", "/l/link", "/r/right", "/r/stamp"];
    const values = (await runIn(t, image, ...cat)).trim().split("\n");
    assertEquals(values.length, 4);
    assertEquals(new Set(values).size, 1);
    const { manifest } = await image.resolve();
    const entries = await unpackTar(await t.ns.content.readAll(manifest.layers[1]!.digest));
    assertEquals(
      entries.map(({ header: { name, mode, uid, gid } }) =>
        `${name} ${mode?.toString(8)} ${uid}:${gid}`
      ),
      ["r/ 755 0:0", "r/right 444 3:4", "r/stamp 444 0:0"],
    );
  },
  NEWEST,
);

buildTest("ImageBuilder.build() shares the work of ten builds at once", async (t, build) => {
  const base = await t.image();
  await withFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/f`, "x".repeat(100_000));
    const images = await Promise.all(
      Array.from(
        { length: 10 },
        (_, i) =>
          build(base).sh`cat /proc/sys/kernel/random/uuid > /same`.copy(dir, "/data")
            .sh`echo ${i % 2} > /own`.tag(`many:${i}`).build(),
      ),
    );
    assertEquals(new Set(images.map(({ digest }) => digest)).size, 2);
    assertEquals(await runIn(t, images[7]!, "cat", "/own"), "1\n");
    assertEquals((await t.ns.leases.list()).length, 0);
  });
}, NEWEST);

buildTest("ImageBuilder.build() goes on where a build was ended", async (t, build) => {
  const base = await t.image();
  const controller = new AbortController();
  const described = build(base).sh`cat /proc/sys/kernel/random/uuid > /first`;
  const slow = described.sh`echo ready; sleep 60`.tag("resumed");
  const seen: BuildProgress[] = [];
  await assertRejects(() =>
    slow.build({
      signal: controller.signal,
      onProgress(progress) {
        if (progress.output?.includes("ready")) controller.abort();
      },
    })
  );
  assertEquals((await t.ns.containers.list()).length, 0);
  const image = await described.sh`echo done > /second`.tag("resumed")
    .build({ onProgress: (progress) => seen.push(progress) });
  assertEquals(tally(seen, "cached").length, 1);
  assertEquals(await runIn(t, image, "cat", "/second"), "done\n");
  assertEquals((await t.ns.leases.list()).length, 0);
}, NEWEST);

buildTest("ImageBuilder.squash() makes one layer with the same files", async (t, build) => {
  const base = await t.image();
  const described = build(base).sh`mkdir /d && echo 1 > /d/a && echo 2 > /d/b`
    .sh`rm /d/a /bin/vi`.copy({ "c": "3" }, "/d").env({ A: "1" }).tag("squashed");
  const image = await described.squash().build({ compression: "none" });
  const { manifest, config } = await image.resolve();
  assertEquals(manifest.layers.length, 2);
  assertEquals(config.history?.filter(({ empty_layer: empty }) => !empty).length, 2);
  const entries = await unpackTar(await t.ns.content.readAll(manifest.layers[1]!.digest));
  const names = entries.map(({ header }) => header.name);
  assertEquals(names.filter((name) => name !== "bin/"), ["bin/.wh.vi", "d/", "d/b", "d/c"]);
  assertEquals(await runIn(t, image, "cat", "/d/b", "/d/c"), "2\n3");
  assertEquals((await described.squash().build({ compression: "none" })).digest, image.digest);
});

buildTest("Namespace.rebase() puts an image onto another base", async (t, build) => {
  const busybox = await t.image();
  const old = await build(busybox).env({ BASE: "old", KEPT: "no" }).copy({ base: "old" }, "/")
    .tag("base:1").build();
  const fixed = await build(busybox).env({ BASE: "new" }).copy({ base: "new" }, "/")
    .copy({ more: "more" }, "/").tag("base:2").build();
  const app = await build(old).env({ KEPT: "yes" }).copy({ app: "app" }, "/").tag("app").build();
  const image = await t.ns.rebase(app, { from: old, onto: fixed, tag: "app:2" });
  assertEquals(
    await runIn(t, image, "sh", "-c", "cat /base /more /app; echo $BASE$KEPT"),
    "newmoreappnewyes\n",
  );
  const { config } = await image.resolve();
  assertEquals(config.history?.at(-1)?.created_by, "COPY (files) /");
  assertEquals(
    config.history?.filter(({ empty_layer: empty }) => !empty).length,
    config.rootfs.diff_ids.length,
  );
  await assertRejects(
    () => t.ns.rebase(app, { from: fixed, onto: old }),
    FailedPreconditionError,
    "it was not built on",
  );
}, NEWEST);

buildTest("ImageBuilder.platform() makes an index for several platforms", async (t, build) => {
  const other = otherPlatform();
  const own = (await t.image().then((image) => image.platforms()))[0]!;
  const described = build("scratch").platform(own, other).copy({ "a": "1" }, "/").env({ A: "1" });
  const image = await described.tag("multi").build();
  assertEquals(image.target.mediaType, OCI.index);
  assertEquals((await image.platforms()).map(({ architecture }) => architecture), [
    own.architecture,
    other.architecture,
  ]);
  const [a, b] = await Promise.all([own, other].map((platform) => image.resolve({ platform })));
  assertEquals(a!.manifest.layers, b!.manifest.layers);
  assertEquals(b!.config.architecture, other.architecture);
  await t.ns.gc();
  assertEquals(/complete \(\d\/\d\)/.test(await ctr(t, "images", "check")), true);
  await assertRejects(
    () => described.run("true").tag("x").build(),
    UnsupportedError,
    "Cannot run a command for linux/",
  );
  await t.ns.pruneBuilds();
}, NEWEST);

buildTest(
  "Namespace.pushBuildCache() lets another namespace build without work",
  async (t, build) => {
    const base = await t.image();
    await using server = await startRegistry();
    const registry = { hostsDir: `${server.dir}/certs.d`, configDir: server.dir };
    const tools = build(base).as("tools").sh`cat /proc/sys/kernel/random/uuid > /tool`;
    const described = build("scratch").copy("/tool", "/bin/", { from: tools }).tag("app");
    const image = await described.build();
    const reference = `${server.host}/cache/app:1`;
    assertEquals(await t.ns.pushBuildCache(image, reference, { registry }), {
      layers: 2,
      steps: 2,
    });
    await t.ns.images.remove(image, { sync: true });
    await t.ns.pruneBuilds();
    assertNotEquals((await described.build()).digest, image.digest);
    await t.ns.pruneBuilds();
    await t.ns.images.remove("app", { sync: true });
    assertEquals(await t.ns.pullBuildCache(reference, { registry }), { layers: 2, steps: 2 });
    assertEquals((await described.build()).digest, image.digest);
    await assertRejects(
      () => t.ns.pushBuildCache(base, reference, { registry }),
      Error,
      "there is none; build the image first",
    );
  },
  NEWEST,
);

buildTest("ImageBuilder.add() unpacks archives, and refuses hostile ones", async (t, build) => {
  await withFolder(async (dir) => {
    const write = async (name: string, files: Parameters<typeof makeTar>[0], zip = true) => {
      const tar = await makeTar(files);
      await Deno.writeFile(`${dir}/${name}`, zip ? await gzip(tar) : tar);
      return `${dir}/${name}`;
    };
    const good = await write("good.tgz", {
      "a/": { type: "directory", mode: 0o750, uid: 5 },
      "a/f": "file",
      "hard": { type: "link", linkname: "a/f" },
      "soft": { type: "symlink", linkname: "/etc/shadow" },
    });
    const image = await build("scratch").add(good, "/to").tag("added").build({
      compression: "none",
    });
    const [layer] = (await image.resolve()).manifest.layers;
    const entries = await unpackTar(await t.ns.content.readAll(layer!.digest));
    assertEquals(
      entries.map(({ header: { name, type, uid, linkname = "" }, data }) =>
        `${name} ${type} ${uid} ${linkname}${type === "file" ? new TextDecoder().decode(data) : ""}`
      ),
      [
        "to/ directory 0 ",
        "to/a/ directory 5 ",
        "to/a/f file 0 file",
        "to/hard file 0 file",
        "to/soft symlink 0 /etc/shadow",
      ],
    );
    await t.ns.images.remove(image, { sync: true });
    const zeros = new Uint8Array(3_000_000);
    const cases: [string, string][] = [
      [await write("up.tar", { "../up": "x" }), "leads out of it"],
      [
        await write("through.tar", { "l": { type: "symlink", linkname: "/etc" }, "l/passwd": "x" }),
        "below one that is no folder",
      ],
      [
        await write("device.tar", { "d": { type: "character-device" } }),
        "is a character device",
      ],
      [await write("fifo.tar", { "p": { type: "fifo" } }, false), "is a fifo"],
      [
        await write("hard.tar", { "h": { type: "link", linkname: "../../etc/shadow" } }),
        "leads out of it",
      ],
      [await write("bomb.tgz", { "zeros": zeros }), "it is larger than 1048576 bytes"],
      [await write("long.tar", { [`${"n".repeat(250)}/`.repeat(17)]: "x" }), "4095 are allowed"],
      [await write("white.tar", { ".wh.x": "" }), "stands for a deletion"],
    ];
    for (const [path, why] of cases) {
      const described = build("scratch").add(path, "/", { maxSize: "1MiB" }).tag("bad");
      await assertRejects(() => described.build(), InvalidArgumentError, why, path);
      await assertNothing(t);
    }
    await Deno.writeFile(`${dir}/cut.tgz`, (await Deno.readFile(good)).subarray(0, 90));
    await assertRejects(
      () => build("scratch").add(`${dir}/cut.tgz`, "/").tag("bad").build(),
      InvalidArgumentError,
    );
    await Deno.mkdir(`${dir}/context`);
    await Deno.symlink("/etc", `${dir}/context/out`);
    await assertRejects(
      () =>
        build("scratch").copy("out/passwd", "/", { context: `${dir}/context` }).tag("bad").build(),
      InvalidArgumentError,
      "it leads out of the context",
    );
    await new Deno.Command("sh", { args: ["-c", `: > "$(printf '%b' '${dir}/context/\\0377A')"`] })
      .output();
    await assertRejects(
      () => build("scratch").copy(`${dir}/context`, "/").tag("bad").build(),
      InvalidArgumentError,
      "its name is not UTF-8",
    );
    await assertNothing(t);
  });
}, NEWEST);

buildTest("Namespace.sbom() lists what dpkg lists", async (t) => {
  const [image] = await t.ns.images.import(DEBIAN_IMAGE, { name: "debian" });
  const sbom = await t.ns.sbom(image!);
  const format = "${Package} ${Version} ${Architecture}\n";
  const listed = await runIn(t, image!, "dpkg-query", "--show", `--showformat=${format}`);
  assertEquals(
    sbom.packages.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`)
      .sort(),
    listed.trim().split("\n").sort(),
  );
  assertEquals(sbom.distribution.id, "debian");
  const spdx = sbom.spdx() as {
    packages: { SPDXID: string; externalRefs?: { referenceLocator: string }[] }[];
  };
  assertEquals(spdx.packages.length, sbom.packages.length + 1);
  assertEquals(new Set(spdx.packages.map(({ SPDXID }) => SPDXID)).size, spdx.packages.length);
  const bash = sbom.packages.find(({ name }) => name === "bash")!;
  const purl = `pkg:deb/debian/bash@${
    bash.version.replace("+", "%2B")
  }?arch=${bash.architecture}&distro=debian-12`;
  assert(
    spdx.packages.some(({ externalRefs }) => externalRefs?.[0]?.referenceLocator === purl),
    purl,
  );
  const { components } = sbom.cycloneDx() as { components: { purl?: string }[] };
  assert(components.some((component) => component.purl === purl));
}, NEWEST);
