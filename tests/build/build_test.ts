import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { unpackTar } from "modern-tar";
import { DEBIAN_IMAGE, toolPath } from "../../.ci/setup/paths.ts";
import type { ImageBuilder } from "../../lib/build/builder.ts";
import type { BuildProgress } from "../../lib/build/options.ts";
import { CanceledError, InvalidArgumentError, NotFoundError } from "../../lib/errors/errors.ts";
import { MissingContentError } from "../../lib/errors/image_errors.ts";
import { OCI } from "../../lib/oci/media_types.ts";
import { dockerFiles, makeImage, makeTar, ociFiles } from "../harness/archives.ts";
import { ctr, ctrExport } from "../harness/ctr.ts";
import { assertNothing, buildTest, runIn, tool, withFolder } from "./support.ts";

/** A folder with a bit of everything, its entries made in the given order. */
async function makeSource(dir: string, order: readonly string[]): Promise<void> {
  await Deno.mkdir(`${dir}/sub`, { recursive: true });
  for (const name of order) {
    if (name === "link") await Deno.symlink("sub/b.txt", `${dir}/link`);
    else await Deno.writeTextFile(`${dir}/${name}`, `this is ${name}\n`);
  }
  await Deno.chmod(`${dir}/run.sh`, 0o700);
  await Deno.utime(`${dir}/a.txt`, order.length, Date.now() / 1000);
}

buildTest(
  "ImageBuilder.build() makes an image that runs, is complete and stays",
  async (t, build) => {
    const busybox = toolPath("busybox");
    const image = await build("scratch")
      .copy(busybox, "/bin/busybox", { mode: 0o755 })
      .copy({ "greeting": "hello", "deep/er/x": new Uint8Array([65, 10]) }, "/data", {
        uid: 7,
        gid: 8,
        mode: 0o640,
      })
      .env({ WHO: "world" }).workdir("/data").user("7:8").label({ l: "1" })
      .entrypoint("/bin/busybox", "sh", "-c")
      .command('echo "$(cat greeting) $WHO $(cat deep/er/x) $(id -u)"')
      .annotation({ "org.example.note": "n" })
      .tag("built:1").tag("built:2")
      .build();

    assertEquals(image.name, "docker.io/library/built:1");
    assertEquals((await t.ns.images.get("built:2")).digest, image.digest);
    await using lease = await t.ns.leases.create();
    await lease.delete({ sync: true });
    const check = await ctr(t, "images", "check");
    assertEquals(check.match(/complete \(3\/3\).*true/g)?.length, 2, check);
    assertEquals(await runIn(t, image), "hello world A 7\n");
    const modes = await runIn(
      t,
      image,
      "/bin/busybox",
      "stat",
      "-c",
      "%a %u:%g %Y %n",
      "/data",
      "/data/greeting",
      "/data/deep/er",
      "/bin/busybox",
    );
    assertEquals(modes.split("\n"), [
      "750 7:8 0 /data",
      "640 7:8 0 /data/greeting",
      "750 7:8 0 /data/deep/er",
      "755 0:0 0 /bin/busybox",
      "",
    ]);
    const { manifest, config } = await image.resolve();
    assertEquals(manifest.annotations, { "org.example.note": "n" });
    assertEquals(config.config?.Labels, { l: "1" });
  },
);

buildTest("ImageBuilder.build() gives the same digest for the same files", async (t, build) => {
  await withFolder(async (dir) => {
    const names = ["a.txt", "run.sh", "sub/b.txt", "link", "ünïcode.txt", "Z"];
    await makeSource(`${dir}/here/src`, names);
    await makeSource(`${dir}/there/src`, [...names].reverse());
    const digests: string[] = [];
    for (const from of [`${dir}/here/src`, `${dir}/there/src/`]) {
      const image = await build("scratch").copy(from, "/app").label({ b: "1", a: "2" }).tag("same")
        .build();
      digests.push(image.digest);
      // The second build must make everything again, not find it.
      await t.ns.images.remove(image, { sync: true });
    }
    assertEquals(digests[0], digests[1]);
    await Deno.writeTextFile(`${dir}/there/src/Z`, "something else");
    const other = await build("scratch").copy(`${dir}/there/src`, "/app").label({ a: "2", b: "1" })
      .tag("same").build();
    assert(other.digest !== digests[0]);
  });
});

buildTest("ImageBuilder.build() compresses alike, however the bytes come", async (_t, build) => {
  // Text-like bytes, so that the compressor has choices to make.
  const bytes = new Uint8Array(2_000_000).map((_, i) => (i * i >> 7 & 0xff) ^ (i % 97));
  await withFolder(async (dir) => {
    await Deno.writeFile(`${dir}/big`, bytes);
    const layers = [];
    for (const from of [dir, { big: bytes }]) {
      const image = await build("scratch").copy(from, "/").tag("x").build();
      layers.push((await image.resolve()).manifest.layers);
    }
    assertEquals(layers[0], layers[1]);
  });
});

buildTest("ImageBuilder.build() compresses or not, with the same diff ids", async (_t, build) => {
  const described = build("scratch").copy({ "big": new Uint8Array(3_000_000) }, "/").tag("x");
  const zipped = await (await described.build()).resolve();
  const plain = await (await described.build({ compression: "none" })).resolve();
  assertEquals(zipped.config, plain.config);
  assertEquals(zipped.manifest.layers[0]?.mediaType, OCI.layerGzip);
  assertEquals(plain.manifest.layers[0]?.mediaType, OCI.layer);
  assertEquals(plain.manifest.layers[0]?.digest, plain.config.rootfs.diff_ids[0]);
  assert(zipped.manifest.layers[0]!.size < 10_000);
  // Both again, now that the store has all of it.
  assertEquals((await (await described.build()).resolve()).manifest, zipped.manifest);
});

buildTest(
  "ImageBuilder.build() follows the base's links instead of hiding them",
  async (t, build) => {
    const [debian] = await t.ns.images.import(DEBIAN_IMAGE, { name: "debian" });
    const image = await build(debian!)
      .copy({ "tool": "#!/bin/sh\necho from tool\n" }, "/bin", { mode: 0o755 })
      .copy({ "sub/x": "x" }, "/lib/davit")
      .env({ PATH: "/bin" })
      .tag("linked").build();
    assertEquals(await runIn(t, image, "/usr/bin/tool"), "from tool\n");
    assertEquals(await runIn(t, image, "cat", "/usr/lib/davit/sub/x"), "x");
    assertEquals(await runIn(t, image, "readlink", "/bin", "/lib"), "usr/bin\nusr/lib\n");
    const { config, manifest } = await image.resolve();
    const base = await debian!.resolve();
    assertEquals(manifest.layers[0], base.manifest.layers[0]);
    const own = base.config.history?.length ?? 1;
    assertEquals(config.history?.slice(own).map((entry) => entry.created_by), [
      "COPY (files) /bin",
      "COPY (files) /lib/davit",
      "ENV PATH=/bin",
    ]);
    // The base may go; the image has all that it needs.
    await t.ns.images.remove(debian!, { sync: true });
    assertStringIncludes(await ctr(t, "images", "check"), "complete (4/4)");
  },
);

buildTest(
  "ImageBuilder.build() knows which of the base's links later layers changed",
  async (t, build) => {
    const source = await makeImage({
      layers: [
        {
          "real/": { type: "directory", mode: 0o755 },
          "kept": { type: "symlink", linkname: "real" },
          "removed": { type: "symlink", linkname: "real" },
          "replaced": { type: "symlink", linkname: "real" },
          "gone/link": { type: "symlink", linkname: "/real" },
          "opaque/link": { type: "symlink", linkname: "/real" },
        },
        {
          ".wh.removed": "",
          "replaced/": { type: "directory", mode: 0o755 },
          ".wh.gone": "",
          "opaque/fresh": { type: "symlink", linkname: "/real" },
          "opaque/.wh..wh..opq": "",
        },
      ],
    });
    const [base] = await t.ns.images.import(await makeTar(ociFiles(source, "linked")));
    const folders = ["kept", "removed", "replaced", "gone/link", "opaque/link", "opaque/fresh"];
    const files = Object.fromEntries(folders.map((name, i) => [`${name}/${i}`, ""]));
    const image = await build(base!).copy(files, "/").tag("x").build({ compression: "none" });
    const { manifest } = await image.resolve();
    const layer = await t.ns.content.readAll(manifest.layers.at(-1)!.digest);
    const names = (await unpackTar(layer)).map(({ header }) => header.name);
    assertEquals(names, [
      "gone/",
      "gone/link/",
      "gone/link/3",
      "opaque/",
      "opaque/link/",
      "opaque/link/4",
      "real/0",
      "real/5",
      "removed/",
      "removed/1",
      "replaced/",
      "replaced/2",
    ]);
  },
);

buildTest("ImageBuilder.build() makes OCI's manifest of a Docker base", async (t, build) => {
  const source = await makeImage({ layers: [{ "a": "1" }] });
  const [base] = await t.ns.images.import(await makeTar(dockerFiles(source, ["dock:1"])));
  const image = await build("dock:1").copy({ b: "2" }, "/").tag("oci").build();
  const { manifest } = await image.resolve();
  assertEquals(manifest.mediaType, OCI.manifest);
  assertEquals(manifest.layers.map(({ mediaType }) => mediaType), [OCI.layer, OCI.layerGzip]);
  assertEquals((await base!.resolve()).manifest.layers[0]?.digest, manifest.layers[0]?.digest);
});

buildTest("ImageBuilder.build() tells of progress", async (_t, build) => {
  const seen: BuildProgress[] = [];
  await build("scratch").copy({ a: "12345", b: "678" }, "/").tag("p")
    .build({ onProgress: (progress) => seen.push(progress) });
  const layer = seen.filter(({ phase }) => phase === "layer");
  assertEquals(layer.map(({ current, total }) => [current, total]), [[0, 8], [5, 8], [8, 8]]);
  assertEquals(layer[0]?.name, "COPY (files) /");
  assertEquals(seen.at(-1)?.phase, "unpack");
});

buildTest(
  "ImageBuilder.build() says what cannot be built, and leaves nothing",
  async (t, build) => {
    await withFolder(async (dir) => {
      await Deno.mkdir(`${dir}/special`);
      await new Deno.Command("mkfifo", { args: [`${dir}/special/fifo`] }).output();
      await Deno.mkdir(`${dir}/white`);
      await Deno.writeTextFile(`${dir}/white/.wh.x`, "");
      const empty = build("scratch");
      const tagged = empty.tag("bad");
      const twice = { "a/b": "1", "./a/./b": "2" };
      const cases: [ImageBuilder, typeof NotFoundError | typeof InvalidArgumentError, string][] = [
        [empty, InvalidArgumentError, "it has no name"],
        [tagged.copy(`${dir}/none`, "/x"), NotFoundError, "there is no such file"],
        [tagged.copy(`${dir}/special/fifo`, "/x"), InvalidArgumentError, "device, socket or FIFO"],
        [tagged.copy(`${dir}/special`, "/x"), InvalidArgumentError, "device, socket or FIFO"],
        [tagged.copy(`${dir}/white`, "/x"), InvalidArgumentError, "stands for a deletion"],
        [tagged.copy({ "../x": "" }, "/x"), InvalidArgumentError, "leads out of the image"],
        [tagged.copy(twice, "/x"), InvalidArgumentError, "Cannot copy two files"],
        [
          tagged.copy({ "a": "", "a/b": "" }, "/x"),
          InvalidArgumentError,
          "both a file and a folder",
        ],
        [build("no/such:1").tag("bad"), NotFoundError, "Cannot find image"],
      ];
      for (const [builder, ErrorClass, message] of cases) {
        await assertRejects(() => builder.build(), ErrorClass, message);
        await assertNothing(t);
      }
      const abort = new AbortController();
      const onProgress = () => abort.abort();
      await assertRejects(
        () => tagged.copy({ a: "1" }, "/").build({ signal: abort.signal, onProgress }),
        CanceledError,
      );
      await assertNothing(t);
    });
  },
);

buildTest("ImageBuilder.build() names the layers that the base lacks", async (t, build) => {
  const source = await makeImage();
  const [base] = await t.ns.images.import(await makeTar(dockerFiles(source, ["dock:1"])));
  const { digest } = source.layers[0]!.descriptor;
  await t.ns.api.content.delete({ digest });
  const error = await assertRejects(
    () => build(base!).copy({ a: "1" }, "/").tag("x").build(),
    MissingContentError,
    'Cannot build on image "docker.io/library/dock:1"',
  );
  assertEquals(error.digests, [digest]);
});

buildTest("ImageBuilder.build() makes what skopeo and umoci accept", async (t, build) => {
  const image = await build("scratch").copy({ "a/b.txt": "b" }, "/app").env({ A: "1" })
    .tag("judged:1").build();
  await withFolder(async (dir) => {
    await ctrExport(t, `${dir}/out.tar`, image.name);
    await Deno.writeTextFile(
      `${dir}/policy.json`,
      '{"default":[{"type":"insecureAcceptAnything"}]}',
    );
    const policy = ["--policy", `${dir}/policy.json`];
    const copy = [...policy, "copy", `oci-archive:${dir}/out.tar`, `oci:${dir}/layout:x`];
    await tool("skopeo", copy);
    await tool("umoci", ["unpack", "--image", `${dir}/layout:x`, `${dir}/bundle`]);
    assertEquals(await Deno.readTextFile(`${dir}/bundle/rootfs/app/a/b.txt`), "b");
  });
});
