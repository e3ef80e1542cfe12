import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { FailedPreconditionError, InvalidArgumentError } from "../../lib/errors/errors.ts";
import type { Image } from "../../lib/core/image/image.ts";
import { DOCKER, OCI } from "../../lib/oci/media_types.ts";
import { formatPlatform } from "../../lib/oci/platform.ts";
import {
  gzip,
  makeImage,
  makeIndex,
  makeTar,
  ociFiles,
  otherPlatform,
} from "../harness/archives.ts";
import { blobFiles, blobsOf, layoutFiles } from "../harness/archives.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

const EPOCH = "1970-01-01T00:00:00Z";

/** An image of two layers with a history of three steps. */
async function load(t: DaemonTestEnv, name: string): Promise<Image> {
  const image = await makeImage({
    layers: [{ "a": "1".repeat(10_000) }, { "b": "2" }],
    config: { Env: ["A=b"], Cmd: ["/a"] },
    history: [
      { created: EPOCH, created_by: "COPY a /", author: "Ann" },
      { created: EPOCH, created_by: "ENV A=b", empty_layer: true, comment: "no files" },
      { created: EPOCH, created_by: "COPY b /" },
    ],
    compress: gzip,
  });
  const [loaded] = await t.ns.images.import(await makeTar(ociFiles(image, name)));
  return loaded!;
}

daemonTest("image.inspect(), history(), usage(), config() say what an image is", async (t) => {
  const image = await load(t, "docker.io/library/noun:1");
  const { manifest, descriptor, chainId } = await image.resolve();
  const inspected = await image.inspect();
  assertEquals(inspected.name, "docker.io/library/noun:1");
  assertEquals(inspected.indexes, []);
  assertEquals(inspected.manifests.length, 1);
  const [one] = inspected.manifests;
  assertEquals(one!.descriptor.digest, descriptor.digest);
  assertEquals(one!.missing, []);
  assertEquals(one!.chainId, chainId);
  assertEquals(one!.unpacked, ["overlayfs"]);
  const stored = [image.target, manifest.config, ...manifest.layers]
    .reduce((sum, { size }) => sum + size, 0);
  assertEquals(one!.sizeBytes, stored);

  const usage = await image.usage();
  assertEquals(usage.contentBytes, stored);
  assertEquals(usage.blobs, 4);
  assert(usage.snapshotBytes > 0);
  assertEquals(usage.totalBytes, usage.contentBytes + usage.snapshotBytes);

  const history = await image.history();
  assertEquals(history.map(({ createdBy }) => createdBy), ["COPY b /", "ENV A=b", "COPY a /"]);
  assertEquals(history.map(({ layer }) => layer?.digest), [
    manifest.layers[1]!.digest,
    undefined,
    manifest.layers[0]!.digest,
  ]);
  assertEquals(history[1]!.comment, "no files");
  assertEquals(history[2]!.author, "Ann");
  assertEquals(history[1]!.sizeBytes, 0);
  assert(history[2]!.sizeBytes >= 10_000, "it is unpacked, so that its size is that of its files");
  assertEquals(history[0]!.createdAt, new Date(0));

  assertEquals((await image.config()).config?.Env, ["A=b"]);
  await t.ns.images.tag(image, "ghcr.io/me/other:2");
  const docker = await image.inspect({ format: "docker" });
  assertEquals(docker.Id, manifest.config.digest);
  assertEquals(docker.RepoTags, ["noun:1", "ghcr.io/me/other:2"]);
  assertEquals(docker.RepoDigests.toSorted(), [
    `ghcr.io/me/other@${image.digest}`,
    `noun@${image.digest}`,
  ]);
  assertEquals(docker.Config.Cmd, ["/a"]);
  assertEquals(docker.RootFS.Layers.length, 2);
  assert(docker.Size >= 10_000);
});

daemonTest("images.list() chooses by labels and by target", async (t) => {
  const image = await load(t, "davit.test/list:1");
  const other = await t.ns.images.tag(await t.image(), "davit.test/other:1");
  const labelled = await image.label({ "davit.test/a": "1", "davit.test/b": "2" });
  assertEquals(labelled.labels["davit.test/a"], "1");
  const names = (images: readonly Image[]) => images.map(({ name }) => name);
  assertEquals(names(await t.ns.images.list({ labels: { "davit.test/a": "1" } })), [image.name]);
  assertEquals(names(await t.ns.images.list({ labels: { "davit.test/a": "2" } })), []);
  assertEquals(names(await t.ns.images.list({ labels: { "davit.test/b": true } })), [image.name]);
  assertEquals(names(await t.ns.images.list({ digest: image.digest })), [image.name]);
  assertEquals(
    names(await t.ns.images.list({ digest: other.digest, labels: { "davit.test/a": "1" } })),
    [],
  );
  const less = await labelled.label({ "davit.test/a": "" });
  assertEquals(Object.keys(less.labels).filter((key) => key.startsWith("davit.test/")), [
    "davit.test/b",
  ]);
  assertEquals((await labelled.label({})).labels, less.labels);
  await assertRejects(() => image.label({ "x": "1".repeat(5000) }), InvalidArgumentError);
});

daemonTest("images.remove() leaves images of containers, unless it is forced", async (t) => {
  const image = await t.image();
  await using container = await t.ns.container("user").image(image).create();
  const error = await assertRejects(() => t.ns.images.remove(image), FailedPreconditionError);
  assertEquals(
    error.message,
    `Cannot remove image "${image.name}": container "user" is made of it; remove that first, or ` +
      "pass { force: true }",
  );
  // Another name of it may go.
  const other = await t.ns.images.tag(image, "davit.test/second:1");
  await t.ns.images.remove(other);
  await t.ns.images.remove(image, { force: true, sync: true });
  assertEquals(await t.ns.images.list(), []);
  assertEquals(container.id, "user");
});

daemonTest("images.prune() removes what nobody needs", async (t) => {
  const busybox = await t.image();
  const old = await load(t, "davit.test/old:1");
  const { images } = t.ns;
  const bare = await images.set(`davit.test/bare@${old.digest}`, old.target);
  await using _ = await t.ns.container("user").image(busybox).create();
  const names = (list: readonly Image[]) => list.map(({ name }) => name);

  // It has another name with a tag, so that it is none that was left behind.
  assertEquals(await images.prune(), { images: [], freedBytes: 0 });
  assertEquals(await images.prune({ all: true, olderThan: "1h" }), { images: [], freedBytes: 0 });
  const would = await images.prune({ all: true, dryRun: true });
  assertEquals(names(would.images), [old.name, bare.name].toSorted());
  assertEquals((await images.list()).length, 3);

  await images.remove(old);
  const dangling = await images.prune();
  assertEquals(names(dangling.images), [bare.name]);
  assert(dangling.freedBytes > 10_000, `${dangling.freedBytes}`);
  assertEquals(names(await images.list()), [busybox.name]);

  const pinned = await (await load(t, "davit.test/pinned:1")).label({
    "io.cri-containerd.pinned": "pinned",
  });
  await load(t, "davit.test/unused:1");
  const { images: gone } = await images.prune({ all: true });
  // The names share a target, and none of both is pinned by the other's label.
  assertEquals(names(gone), ["davit.test/unused:1"]);
  assertEquals(names(await images.list()), [busybox.name, pinned.name]);
});

daemonTest(
  "images.createIndex() makes an index of images, and annotate() changes it",
  async (t) => {
    const { images } = t.ns;
    const platform = otherPlatform();
    const own = await makeImage({ layers: [{ "own": "1" }] });
    const other = await makeImage({ layers: [{ "other": "1" }], platform });
    await images.import(await makeTar(ociFiles(own, "davit.test/own:1")));
    const [second] = await images.import(await makeTar(ociFiles(other, "davit.test/other:1")), {
      platforms: "all",
    });
    const made = await images.createIndex("davit.test/both:1", [
      "davit.test/own:1",
      { image: second!, annotations: { "org.example.note": "x" } },
    ], { annotations: { "org.example.all": "y" }, labels: { "davit.test/l": "1" } });
    assertEquals(made.target.mediaType, OCI.index);
    assertEquals(made.labels["davit.test/l"], "1");
    assertEquals(
      (await made.platforms()).map(formatPlatform),
      [own.platform, platform].map(formatPlatform),
    );
    // What it lists stays although its members' own names go.
    for (const name of ["davit.test/own:1", "davit.test/other:1"]) await images.remove(name);
    await t.ns.gc();
    const { indexes, manifests } = await made.inspect();
    assertEquals(manifests.map(({ missing }) => missing), [[], []]);
    assertEquals(indexes[0]!.index.annotations, { "org.example.all": "y" });
    assertEquals(indexes[0]!.index.manifests[1]!.annotations, { "org.example.note": "x" });
    assertEquals(
      (await made.resolve({ platform })).descriptor.digest,
      other.manifest.descriptor.digest,
    );

    const armed = await made.annotate({
      annotations: { "org.example.all": null },
      manifests: {
        [other.manifest.descriptor.digest]: {
          platform: { os: "linux", architecture: "arm", variant: "v7" },
          annotations: { "org.example.note": null, "org.example.more": "z" },
        },
      },
    });
    assertNotEquals(armed.digest, made.digest);
    const [changed] = (await armed.inspect()).indexes;
    assertEquals(changed!.index.annotations, undefined);
    assertEquals(changed!.index.manifests[1]!.annotations, { "org.example.more": "z" });
    assertEquals((await armed.platforms()).map(formatPlatform)[1], "linux/arm/v7");
    const less = await armed.annotate({ manifests: { [other.manifest.descriptor.digest]: null } });
    assertEquals((await less.platforms()).length, 1);

    const docker = await images.createIndex("davit.test/list:1", [less], { mediaTypes: "docker" });
    assertEquals(docker.target.mediaType, DOCKER.index);
    await assertRejects(() => images.createIndex("x", []), InvalidArgumentError, "list nothing");
    await assertRejects(
      () => images.createIndex("x", [less], { mediaTypes: "docker", annotations: { a: "b" } }),
      InvalidArgumentError,
      "no annotations",
    );
    await assertRejects(
      () => less.annotate({ manifests: { [`sha256:${"0".repeat(64)}`]: null } }),
      InvalidArgumentError,
      "lists no manifest",
    );
    const twice = await makeImage({ layers: [{ "twice": "1" }] });
    await images.import(await makeTar(ociFiles(twice, "davit.test/twice:1")));
    await assertRejects(
      () => images.createIndex("x", [less, "davit.test/twice:1"]),
      InvalidArgumentError,
      "two images for",
    );
    const single = await images.get("davit.test/twice:1");
    await assertRejects(() => single.annotate({}), InvalidArgumentError, "it is no index");
  },
);

daemonTest("image.check() tells what is missing of which platform", async (t) => {
  const platform = otherPlatform();
  const own = await makeImage({ layers: [{ "own": "1" }] });
  const other = await makeImage({ layers: [{ "other": "1" }], platform });
  const index = await makeIndex([own, other]);
  const files = {
    ...blobFiles(...blobsOf(own), index, other.manifest),
    ...layoutFiles([{
      ...index.descriptor,
      annotations: { "io.containerd.image.name": "davit.test/part:1" },
    }]),
  };
  // Nothing refers to the other manifest, so that it might be collected.
  await using lease = await t.ns.leases.create();
  const [image] = await t.ns.withLease(lease).images.import(await makeTar(files));
  const check = await image!.check({ content: true });
  assertEquals(check.complete, true);
  assertEquals(check.platforms.length, 1);
  assertEquals(check.platforms[0]!.unpacked, ["overlayfs"]);
  assertEquals(check.platforms[0]!.blobs, 3);
  const all = await image!.check({ platforms: "all" });
  assertEquals(all.complete, false);
  assertEquals(all.platforms.map(({ complete }) => complete), [true, false]);
  const theirs = await image!.check({ platforms: [platform] });
  assertEquals(theirs.platforms.length, 1);
  assertEquals(theirs.missing, all.missing);
  await assertRejects(
    () => image!.check({ platforms: [{ os: "windows", architecture: "amd64" }] }),
    InvalidArgumentError,
    `Cannot check image "davit.test/part:1" for windows/amd64: it is for linux/`,
  );
});
