import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  CanceledError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { MissingContentError } from "../../lib/errors/image_errors.ts";
import {
  blobFiles,
  blobsOf,
  gzip,
  layoutFiles,
  makeImage,
  makeIndex,
  makeTar,
  ociFiles,
  otherPlatform,
} from "../harness/archives.ts";
import { ctr } from "../harness/ctr.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";
import { noise, skopeo } from "./support.ts";

const NAME = "docker.io/library/app:1";

async function imported(t: DaemonTestEnv) {
  const made = await makeImage({
    layers: [{ "a": "1" }, { "b": noise(70_001, 1) }],
    compress: gzip,
  });
  const [image] = await t.ns.images.import(await makeTar(ociFiles(made, NAME)), { unpack: false });
  return { made, image: image! };
}

daemonTest("image.export() is read by skopeo, by ctr and by import()", async (t) => {
  const { made, image } = await imported(t);
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/image.tar`;
    await image.exportTo(path);
    assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name), ["image.tar"]);
    for (const source of [`oci-archive:${path}`, `docker-archive:${path}`]) {
      const seen = JSON.parse(await skopeo(dir, "inspect", source));
      assertEquals(seen.Layers.length, 2, source);
      if (source.startsWith("oci")) assertEquals(seen.Digest, made.manifest.descriptor.digest);
    }
    await skopeo(dir, "copy", "--preserve-digests", `oci-archive:${path}`, `oci:${dir}/layout:1`);
    for (const { descriptor, bytes } of blobsOf(made)) {
      assertEquals(
        await Deno.readFile(`${dir}/layout/blobs/${descriptor.digest.replace(":", "/")}`),
        bytes,
      );
    }
    const listing = await new Deno.Command("tar", { args: ["-tvf", path] }).output();
    assert(listing.success, new TextDecoder().decode(listing.stderr));

    await t.ns.images.remove(image, { sync: true });
    assertEquals((await Array.fromAsync(t.ns.content.list())).length, 0);
    const [again] = await t.ns.images.import(path);
    assertEquals(again!.target, image.target);
    assertEquals(again!.name, NAME);
    await t.ns.images.remove(again!, { sync: true });
    await ctr(t, "images", "import", path);
    assertEquals((await t.ns.images.get(NAME)).target, image.target);
    assertStringIncludes(await ctr(t, "images", "check"), "complete (3/3)");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

daemonTest("image.export() takes platforms of an index, which keeps its digest", async (t) => {
  const own = await makeImage();
  const other = await makeImage({ layers: [{ "o": "ther" }], platform: otherPlatform() });
  const index = await makeIndex([own, other]);
  const annotations = { "io.containerd.image.name": NAME };
  const tar = await makeTar({
    ...blobFiles(...blobsOf(own), ...blobsOf(other), index),
    ...layoutFiles([{ ...index.descriptor, annotations }]),
  });
  const [image] = await t.ns.images.import(tar, { platforms: "all", unpack: false });
  const has = async (digest: string): Promise<boolean> =>
    await t.ns.content.info(digest).then(() => true, () => false);
  for (
    const [platforms, ownThere, otherThere] of [
      [undefined, true, false],
      [[other.platform], false, true],
      ["all", true, true],
    ] as const
  ) {
    const bytes = await new Response(image!.export({ platforms })).bytes();
    await using fresh = await copyOf(t);
    const [back] = await fresh.ns.images.import(bytes, {
      platforms: platforms ?? [own.platform],
      unpack: false,
    });
    assertEquals(back!.digest, index.descriptor.digest);
    const there = async (digest: string): Promise<boolean> =>
      await fresh.ns.content.info(digest).then(() => true, () => false);
    assertEquals(await there(own.layers[0]!.descriptor.digest), ownThere);
    assertEquals(await there(other.layers[0]!.descriptor.digest), otherThere);
  }
  await assertRejects(
    () =>
      new Response(image!.export({ platforms: [{ os: "linux", architecture: "riscv64" }] }))
        .bytes(),
    InvalidArgumentError,
    "for linux/riscv64: it is for linux/",
  );
  assert(await has(index.descriptor.digest));
});

/** Another namespace of the same daemon, which is emptied. */
async function copyOf(t: DaemonTestEnv) {
  const ns = t.client.namespace(`t-${crypto.randomUUID().slice(0, 13)}`);
  return await Promise.resolve({
    ns,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const image of await ns.images.list()) await ns.images.remove(image, { sync: true });
      await t.client.namespaces.delete(ns.name);
    },
  });
}

daemonTest("image.export() makes the same bytes again, and is read as it is needed", async (t) => {
  const { image } = await imported(t);
  const [first, second] = await Promise.all([
    new Response(image.export()).bytes(),
    new Response(image.export()).bytes(),
  ]);
  assertEquals(first, second);
  const reader = image.export().getReader();
  await reader.read();
  // The image may go meanwhile: the lease holds its blobs.
  await t.ns.images.remove(image, { sync: true });
  let size = 512;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
  }
  assertEquals(size, first.length);
  assertEquals(await t.ns.leases.list(), []);
});

daemonTest("image.export() ends when it is left, aborted or cannot go on", async (t) => {
  const { image, made } = await imported(t);
  const stream = image.export();
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel();
  assertEquals(await t.ns.leases.list(), []);
  const end = new AbortController();
  const aborted = image.export({ signal: end.signal }).getReader();
  await aborted.read();
  end.abort();
  await assertRejects(async () => {
    while (!(await aborted.read()).done);
  }, CanceledError);
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/a.tar`, "before");
  await t.ns.content.delete(made.layers[0]!.descriptor.digest);
  const error = await assertRejects(() => image.exportTo(`${dir}/a.tar`), MissingContentError);
  assertEquals(error.digests, [made.layers[0]!.descriptor.digest]);
  assertEquals(await Deno.readTextFile(`${dir}/a.tar`), "before");
  assertEquals([...Deno.readDirSync(dir)].length, 1);
  await Deno.remove(dir, { recursive: true });
});

daemonTest(
  "image.export() by the daemon is read by skopeo and by import(), and can be left",
  async (t) => {
    const made = await makeImage({ layers: [{ a: noise(3_000_000, 8) }], compress: gzip });
    const [image] = await t.ns.images.import(await makeTar(ociFiles(made, "davit.test/app:1")), {
      unpack: false,
    });
    if (t.version !== "2.1") {
      await assertRejects(
        () => new Response(image!.export({ via: "transfer" })).bytes(),
        UnsupportedError,
      );
      return;
    }
    const dir = await Deno.makeTempDir({ prefix: "davit-export-" });
    try {
      const file = `${dir}/app.tar`;
      await image!.exportTo(file, { via: "transfer" });
      const raw = await skopeo(dir, "inspect", "--raw", `oci-archive:${file}`);
      assertEquals(raw, new TextDecoder().decode(made.manifest.bytes));
      const reader = image!.export({ via: "transfer" }).getReader();
      assertEquals((await reader.read()).done, false);
      await reader.cancel();
      await t.ns.images.remove(image!, { sync: true });
      await assertRejects(
        () => new Response(image!.export({ via: "transfer" })).bytes(),
        NotFoundError,
      );
      const [again] = await t.ns.images.import(file);
      assertEquals(again!.target, made.manifest.descriptor);
      assertEquals((await again!.check({ content: true })).complete, true);
      assertEquals(await t.ns.leases.list(), []);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
);
