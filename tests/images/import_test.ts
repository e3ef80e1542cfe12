import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DEBIAN_IMAGE, DEBIAN_IMAGE_TAG, toolPath } from "../../.ci/setup/paths.ts";
import {
  CanceledError,
  DavitError,
  DigestError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { MissingContentError } from "../../lib/errors/image_errors.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { ArchiveSource, ImportOptions, ImportProgress } from "../../lib/core/image/import.ts";
import type { Image } from "../../lib/core/image/image.ts";
import { DOCKER, OCI } from "../../lib/oci/media_types.ts";
import {
  blobFiles,
  blobPath,
  blobsOf,
  dockerFiles,
  dockerManifest,
  gzip,
  layoutFiles,
  makeBlob,
  makeImage,
  makeIndex,
  makeTar,
  ociFiles,
  otherPlatform,
  type TarFiles,
  zstd,
} from "../harness/archives.ts";
import { ctr, ctrRun } from "../harness/ctr.ts";
import { daemonTest } from "../harness/daemons.ts";

const NAME = "docker.io/library/app:1";

/** Nothing was registered, and no ingest is left. */
async function assertNothing(ns: Namespace): Promise<void> {
  assertEquals(await ns.images.list(), []);
  const { statuses } = await ns.api.content.listStatuses({});
  assertEquals(statuses, []);
  assertEquals(await ns.leases.list(), []);
}

/** The import is refused, and nothing is left of it. */
async function assertRefused<E extends Error>(
  ns: Namespace,
  source: ArchiveSource,
  // deno-lint-ignore no-explicit-any -- as assertRejects has it
  ErrorClass: abstract new (...args: any[]) => E,
  message: string,
  options?: ImportOptions,
): Promise<E> {
  const error = await assertRejects(() => ns.images.import(source, options), ErrorClass, message);
  await assertNothing(ns);
  return error;
}

function names(images: readonly Image[]): string[] {
  return images.map(({ name }) => name);
}

async function run(command: string, ...args: string[]): Promise<string> {
  const output = await new Deno.Command(command, { args }).output();
  const text = new TextDecoder().decode(output.stdout);
  assert(output.success, new TextDecoder().decode(output.stderr) + text);
  return text;
}

daemonTest("images.import() takes an OCI layout, and the image stays complete", async (t) => {
  const image = await makeImage({ layers: [{ "a": "1" }, { "b": "2" }], compress: gzip });
  const imported = await t.ns.images.import(await makeTar(ociFiles(image, NAME)));

  assertEquals(names(imported), [NAME]);
  assertEquals(imported[0]!.target, image.manifest.descriptor);
  // The collector runs when a lease ends with `sync`, and must not take anything of it.
  await using lease = await t.ns.leases.create();
  await lease.delete({ sync: true });
  const check = await ctr(t, "images", "check");
  assertStringIncludes(check, "complete (3/3)");
  assertStringIncludes(check, "true");
  const resolved = await imported[0]!.resolve();
  const snapshot = await t.ns.api.snapshots.stat({
    snapshotter: "overlayfs",
    key: resolved.chainId!,
  });
  assertEquals(snapshot.info?.name, resolved.chainId);
});

daemonTest("images.import() takes gzip, zstd, streams and iterables alike", async (t) => {
  const image = await makeImage();
  const tar = await makeTar(ociFiles(image, NAME));
  const zipped = await gzip(tar);
  const members = new Uint8Array([
    ...await gzip(tar.subarray(0, 1000)),
    ...await gzip(tar.subarray(1000)),
  ]);
  async function* bytewise(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < zipped.length; i += 7) yield await zipped.subarray(i, i + 7);
  }
  const sources = [zipped, members, await zstd(tar), new Blob([tar]).stream(), bytewise()];
  for (const source of sources) {
    const [imported] = await t.ns.images.import(source);
    assertEquals(imported?.digest, image.manifest.descriptor.digest);
    await t.ns.images.remove(NAME, { sync: true });
  }
});

daemonTest("images.import() takes a folder, a path and a file URL", async (t) => {
  const image = await makeImage();
  const files = ociFiles(image, NAME);
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/layout/blobs/sha256`, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${dir}/layout/${path}`, bytes as Uint8Array);
    }
    await Deno.writeFile(`${dir}/app.tar`, await makeTar(files));
    const sources = [`${dir}/layout`, `${dir}/app.tar`, new URL(`file://${dir}/app.tar`)];
    for (const source of sources) {
      assertEquals(names(await t.ns.images.import(source)), [NAME]);
      await t.ns.images.remove(NAME, { sync: true });
    }
    await Deno.remove(`${dir}/layout/index.json`);
    await assertRefused(
      t.ns,
      `${dir}/layout`,
      InvalidArgumentError,
      "the folder has no index.json",
    );
    await assertRefused(t.ns, `${dir}/none.tar`, NotFoundError, "there is no such file");
    await run("mkfifo", `${dir}/fifo`);
    await assertRefused(t.ns, `${dir}/fifo`, InvalidArgumentError, "neither a file nor a folder");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

daemonTest("images.import() makes of a Docker archive what ctr makes of it", async (t) => {
  const image = await makeImage({ layers: [{ "a": "1" }, { "b": "2" }] });
  const tar = await makeTar(dockerFiles(image, ["app:1", "ghcr.io/me/app:2"]));
  const imported = await t.ns.images.import(tar);

  assertEquals(names(imported), [NAME, "ghcr.io/me/app:2"]);
  const expected = await dockerManifest(image);
  assertEquals(imported.map(({ target }) => target), [expected.descriptor, expected.descriptor]);
  const { layers } = (await imported[0]!.resolve()).manifest;
  assertEquals(layers.map(({ mediaType }) => mediaType), [DOCKER.layer, DOCKER.layer]);

  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, tar);
    await t.ns.images.remove(imported[1]!, { sync: true });
    await t.ns.images.remove(imported[0]!, { sync: true });
    await ctr(t, "images", "import", "--local", file).catch(() => ctr(t, "images", "import", file));
    assertEquals((await t.ns.images.get(NAME)).target, expected.descriptor);
  } finally {
    await Deno.remove(file);
  }
});

daemonTest("images.import() takes Docker archives with links and compressed layers", async (t) => {
  const image = await makeImage({ compress: gzip });
  const [layer] = image.layers;
  const tar = await makeTar({
    // As docker wrote the second of two equal layers, and crane names its files.
    "one/layer.tar": { type: "symlink", linkname: "../two/layer.tar" },
    "two/layer.tar": layer!.bytes,
    [image.config.descriptor.digest]: image.config.bytes,
    "manifest.json": JSON.stringify([{
      Config: image.config.descriptor.digest,
      RepoTags: ["app:1"],
      Layers: ["one/layer.tar"],
    }]),
  });
  // The second time the store has all of it.
  for (const _ of [1, 2]) {
    const [imported] = await t.ns.images.import(tar);
    const { manifest } = await imported!.resolve();
    assertEquals(manifest.layers[0]?.digest, layer!.descriptor.digest);
    assertEquals(manifest.layers[0]?.mediaType, DOCKER.layerGzip);
  }
});

daemonTest("images.import() prefers the layout where an archive is both", async (t) => {
  const image = await makeImage();
  const tar = await makeTar({ ...dockerFiles(image, ["other:1"]), ...ociFiles(image, NAME) });
  const [imported] = await t.ns.images.import(tar);
  assertEquals([imported?.name, imported?.digest], [NAME, image.manifest.descriptor.digest]);
});

daemonTest("images.import() names images by annotation, tag and option", async (t) => {
  const image = await makeImage();
  const named = async (annotations: Record<string, string>, name?: string) => {
    const descriptor = { ...image.manifest.descriptor, annotations };
    const files = { ...blobFiles(...blobsOf(image)), ...layoutFiles([descriptor]) };
    return names(await t.ns.images.import(await makeTar(files), { name, unpack: false }));
  };
  const ref = "org.opencontainers.image.ref.name";
  assertEquals(await named({ "io.containerd.image.name": "as/it:Is" }), ["as/it:Is"]);
  assertEquals(await named({ [ref]: "ghcr.io/a/b:2" }), ["ghcr.io/a/b:2"]);
  assertEquals(await named({ [ref]: "alpine:3" }), ["docker.io/library/alpine:3"]);
  assertEquals(await named({ [ref]: "v3" }, "me/app"), ["docker.io/me/app:v3"]);
  assertEquals(await named({ [ref]: "v3" }, "me/app:mine"), ["docker.io/me/app:mine"]);
  assertEquals(await named({}, "app"), ["docker.io/library/app:latest"]);
  await assertRejects(() => named({}), InvalidArgumentError, 'has no name; pass { name: "…" }');
  await assertRejects(() => named({ [ref]: "v3" }), InvalidArgumentError, 'only the tag "v3"');
  await assertRejects(() => named({}, "Not A Name"), InvalidArgumentError);
});

daemonTest("images.import() keeps the wanted platforms of an index only", async (t) => {
  const [own, other] = [await makeImage(), await makeImage({ platform: otherPlatform() })];
  const index = await makeIndex([other, own]);
  const descriptor = { ...index.descriptor, annotations: { "io.containerd.image.name": NAME } };
  const files = { ...blobFiles(index, ...blobsOf(own)), ...layoutFiles([descriptor]) };

  // Nothing of the other platform is there, nor needed.
  const [partial] = await t.ns.images.import(await makeTar(files));
  assertEquals((await partial!.resolve()).descriptor.digest, own.manifest.descriptor.digest);
  await t.ns.images.remove(NAME, { sync: true });

  const error = await assertRefused(
    t.ns,
    await makeTar(files),
    MissingContentError,
    "blobs are missing",
    { platforms: "all" },
  );
  assertEquals(error.digests, [other.manifest.descriptor.digest]);
  assertEquals(error.platform, "linux/s390x");

  const whole = await makeTar({ ...blobFiles(...blobsOf(other)), ...files });
  await t.ns.images.import(whole, { platforms: "all" });
  await t.ns.images.import(whole);
  await using lease = await t.ns.leases.create();
  await lease.delete({ sync: true });
  // What the first import kept, the second one does not give up.
  for (const { descriptor } of [...blobsOf(own), ...blobsOf(other)]) {
    await t.ns.content.info(descriptor.digest);
  }
});

daemonTest("images.import() says so when an image is for other platforms only", async (t) => {
  const image = await makeImage({ platform: otherPlatform() });
  const tar = await makeTar(ociFiles(image, NAME));
  await assertRefused(t.ns, tar, InvalidArgumentError, "it is for linux/s390x only");
  const [imported] = await t.ns.images.import(tar, { platforms: "all" });
  assertEquals(imported?.digest, image.manifest.descriptor.digest);
});

daemonTest("images.import() names the blobs that are missing", async (t) => {
  const image = await makeImage({ layers: [{ a: "1" }, { b: "2" }] });
  const files = ociFiles(image, NAME);
  delete files[blobPath(image.layers[1]!.descriptor.digest)];
  const missing = await assertRefused(
    t.ns,
    await makeTar(files),
    MissingContentError,
    `"${image.layers[1]!.descriptor.digest}"`,
  );
  assertEquals(missing.digests, [image.layers[1]!.descriptor.digest]);
  delete files[blobPath(image.manifest.descriptor.digest)];
  await assertRefused(t.ns, await makeTar(files), MissingContentError, "blobs are missing");

  const docker = dockerFiles(image, ["app:1"]);
  delete docker[Object.keys(docker)[0]!];
  const error = "which is not in the archive";
  await assertRefused(t.ns, await makeTar(docker), InvalidArgumentError, error);
});

daemonTest("images.import() refuses bytes that are not what they are named", async (t) => {
  const image = await makeImage({ layers: [{ "big": new Uint8Array(3_000_000) }] });
  // The layer first: once the store has a blob, its bytes in an archive are not looked at.
  for (const { descriptor, bytes } of [image.layers[0]!, image.config]) {
    const files = ociFiles(image, NAME);
    const changed = bytes.slice();
    changed[5]! ^= 1;
    files[blobPath(descriptor.digest)] = changed;
    const error = await assertRefused(t.ns, await makeTar(files), DigestError, "is corrupt");
    assertEquals(error.expected, descriptor.digest);
  }
  const wrong = { ...image.manifest.descriptor, size: image.manifest.descriptor.size + 1 };
  const files = { ...blobFiles(...blobsOf(image)), ...layoutFiles([wrong]) };
  const options = { name: NAME };
  await assertRefused(t.ns, await makeTar(files), DigestError, "were promised", options);

  const docker = dockerFiles(image, ["app:1"]);
  const path = Object.keys(docker)[0]!;
  const layer = image.layers[0]!.bytes.slice();
  layer[2_000_000] = 1;
  docker[path] = layer;
  await assertRefused(t.ns, await makeTar(docker), DigestError, `layer "${path}": it is corrupt`);
});

daemonTest("images.import() registers nothing when a layer does not unpack", async (t) => {
  const broken = await makeImage({
    compress: async (tar) => (await gzip(tar)).subarray(0, 60),
  });
  const error = await assertRejects(() =>
    makeTar(ociFiles(broken, NAME)).then((tar) => t.ns.images.import(tar))
  );
  assertStringIncludes(String(error), broken.layers[0]!.descriptor.digest);
  await assertNothing(t.ns);
});

daemonTest("images.import() notices an archive that is cut off anywhere", async (t) => {
  const image = await makeImage({ layers: [{ "big": new Uint8Array(2_500_000).fill(7) }] });
  const tar = await makeTar(ociFiles(image, NAME));
  const cuts = [1, 511, 512, 700, 1_000_000, 2_400_000, tar.length - 1025, tar.length - 1024];
  for (const cut of cuts) {
    await assertRefused(
      t.ns,
      tar.subarray(0, cut),
      InvalidArgumentError,
      "Cannot import the bytes",
    );
  }
  const zipped = await gzip(tar);
  for (const cut of [5, 100, zipped.length - 3]) {
    const source = new Blob([zipped.subarray(0, cut)]).stream();
    await assertRefused(t.ns, source, InvalidArgumentError, "Cannot import the stream");
  }
  const squeezed = await zstd(tar);
  const half = squeezed.subarray(0, squeezed.length / 2);
  await assertRefused(t.ns, half, InvalidArgumentError, "Cannot import the bytes");
  const flipped = zipped.slice();
  flipped[zipped.length / 2 | 0]! ^= 0xff;
  await assertRefused(t.ns, flipped, InvalidArgumentError, "gzip compression is broken");
});

daemonTest("images.import() refuses what is no archive of images", async (t) => {
  const image = await makeImage();
  const good = ociFiles(image, NAME);
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(), "it is empty"],
    [new TextEncoder().encode("hello, world\n".repeat(100)), "it is not a tar archive"],
    [new Uint8Array(10_240), "neither an index.json"],
    [await makeTar({ "bin/sh": "x", "etc/passwd": "y" }), "a root file system alone is no image"],
    [await makeTar({ "repositories": "{}" }), "Docker before 1.10"],
    [await makeTar({ ...good, "index.json": "{" }), "it is not JSON"],
    [await makeTar({ ...good, "index.json": "[]" }), "must be an object"],
    [await makeTar({ ...good, ...layoutFiles([]) }), "it lists no image"],
    [await makeTar({ ...good, "index.json#1": "{}" }), 'it has "index.json" twice'],
    [await makeTar({ ...good, "index.json": " ".repeat(5 << 20) }), "at most 4194304 are allowed"],
    [await makeTar({ "manifest.json": "[]" }), "a list of at least one image"],
    [await makeTar({ "manifest.json": "[{}]" }), '"[0].Config" must be a string'],
    [await makeTar({ ...good, "../etc/passwd": "x" }), "points outside of the archive"],
    [await makeTar({ ...good, "/etc/passwd": "x" }), "points outside of the archive"],
    [
      await makeTar({ ...good, "sparse": { pax: { "GNU.sparse.major": "1" } } }),
      "is a sparse file",
    ],
    [
      await makeTar({
        "a": { type: "symlink", linkname: "a" },
        "manifest.json": '[{"Config":"a","Layers":[]}]',
      }),
      "leads in circles",
    ],
    [await makeTar({ "manifest.json": '[{"Config":"manifest.json"}]' }), "not in the archive"],
  ];
  for (const [bytes, message] of cases) {
    await assertRefused(t.ns, bytes, InvalidArgumentError, message);
  }
  const tooNew = await makeTar({ ...good, "oci-layout": '{"imageLayoutVersion":"2.0.0"}' });
  await assertRefused(t.ns, tooNew, UnsupportedError, "only 1.x is known");
  const xz = new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2]);
  await assertRefused(t.ns, xz, UnsupportedError, "compressed by xz");
  const long = { ...good, [`blobs/sha512/${"a".repeat(128)}`]: "x" };
  await assertRefused(t.ns, await makeTar(long), UnsupportedError, "sha256 only");
});

daemonTest("images.import() refuses manifests that lead nowhere good", async (t) => {
  const schema1 = await makeBlob("application/vnd.docker.distribution.manifest.v1+prettyjws", {
    schemaVersion: 1,
    fsLayers: [],
  });
  const old = { ...blobFiles(schema1), ...layoutFiles([schema1.descriptor]) };
  await assertRefused(t.ns, await makeTar(old), UnsupportedError, "Docker schema 1");

  // A manifest that claims to be the blob that it lists.
  const self = await makeBlob(OCI.index, { schemaVersion: 2, manifests: [] });
  const bytes = new TextEncoder().encode(JSON.stringify({
    schemaVersion: 2,
    manifests: [self.descriptor],
  }));
  const circle = { [blobPath(self.descriptor.digest)]: bytes, ...layoutFiles([self.descriptor]) };
  await assertRefused(t.ns, await makeTar(circle), DigestError, "is corrupt");

  let nested = await makeIndex([await makeImage()]);
  const files: TarFiles = {};
  for (let depth = 0; depth < 4; depth++) {
    Object.assign(files, blobFiles(nested));
    nested = await makeBlob(OCI.index, { schemaVersion: 2, manifests: [nested.descriptor] });
  }
  Object.assign(files, blobFiles(nested), layoutFiles([nested.descriptor]));
  await assertRefused(t.ns, await makeTar(files), InvalidArgumentError, "more than 4 deep");
});

daemonTest("images.import() tells of progress, byte by byte", async (t) => {
  const image = await makeImage({ layers: [{ "big": new Uint8Array(2_500_000).fill(3) }] });
  const seen: ImportProgress[] = [];
  await t.ns.images.import(await makeTar(ociFiles(image, NAME)), {
    onProgress: (progress) => seen.push(progress),
  });
  const layer = image.layers[0]!.descriptor;
  const own = seen.filter(({ name }) => name === blobPath(layer.digest));
  assertEquals(own[0], {
    phase: "store",
    name: blobPath(layer.digest),
    current: 0,
    total: layer.size,
  });
  assertEquals(own.at(-1)?.current, layer.size);
  assertEquals(seen.at(-1), {
    phase: "unpack",
    name: NAME,
    current: layer.size,
    total: layer.size,
  });
});

daemonTest("images.import() stops when its signal says so, or its source fails", async (t) => {
  const image = await makeImage();
  const tar = await makeTar(ociFiles(image, NAME));
  let canceled = false;
  const stuck = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(tar.subarray(0, 600)),
    cancel: () => void (canceled = true),
  });
  const abort = new AbortController();
  await assertRefused(t.ns, stuck, CanceledError, "Cannot import the stream: it was canceled", {
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  assert(canceled, "the source was not told");
  const failing = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(tar.subarray(0, 600)),
    pull: (controller) => controller.error(new Error("connection reset")),
  });
  await assertRefused(t.ns, failing, Error, "reading it failed: connection reset");
});

daemonTest("images.import() labels images and can leave them packed", async (t) => {
  const image = await makeImage();
  const [imported] = await t.ns.images.import(await makeTar(ociFiles(image, NAME)), {
    labels: { team: "a" },
    unpack: false,
  });
  assertEquals(imported?.labels, { team: "a" });
  const { chainId } = await imported!.resolve();
  await assertRejects(
    () => t.ns.api.snapshots.stat({ snapshotter: "overlayfs", key: chainId! }),
    NotFoundError,
  );
});

daemonTest("images.import() takes what skopeo and umoci make, and it runs", async (t) => {
  const dir = await Deno.makeTempDir();
  try {
    const source = `oci-archive:${DEBIAN_IMAGE}:${DEBIAN_IMAGE_TAG}`;
    const skopeo = toolPath("skopeo");
    const policy = `${dir}/policy.json`;
    await Deno.writeTextFile(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
    const copy = (to: string) => run(skopeo, "--policy", policy, "copy", "-q", source, to);
    await copy(`docker-archive:${dir}/docker.tar:sk/docker:1`);
    await copy(`oci-archive:${dir}/oci.tar:sk/oci:1`);
    await copy(`oci:${dir}/layout:umoci`);
    const umoci = toolPath("umoci");
    await run(umoci, "config", "--image", `${dir}/layout:umoci`, "--config.env", "MADE_BY=umoci");

    const imported = [
      ...await t.ns.images.import(`${dir}/docker.tar`),
      ...await t.ns.images.import(`${dir}/oci.tar`),
      ...await t.ns.images.import(`${dir}/layout`, { name: "um/oci" }),
    ];
    assertEquals(names(imported), [
      "docker.io/sk/docker:1",
      "docker.io/sk/oci:1",
      "docker.io/um/oci:umoci",
    ]);
    for (const { name } of imported) {
      assertStringIncludes(await ctrRun(t, name, "cat", "/etc/debian_version"), "12.");
    }
    const check = await ctr(t, "images", "check");
    assertEquals(check.match(/ complete \(2\/2\) .* true/g)?.length, 3, check);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

daemonTest("images.import() by the daemon takes what this process takes", async (t) => {
  const made = await makeImage({ layers: [{ a: "1".repeat(100_000) }], compress: gzip });
  const name = "docker.io/library/daemon:1";
  const tar = await makeTar(ociFiles(made, name));
  if (t.version !== "2.1") {
    await assertRejects(() => t.ns.images.import(tar, { via: "transfer" }), UnsupportedError);
    return;
  }
  for (const bytes of [tar, await gzip(tar)]) {
    const images = await t.ns.images.import(bytes, { via: "transfer", labels: { a: "b" } });
    assertEquals(images.map((image) => image.name), [name]);
    assertEquals(images[0]!.target.digest, made.manifest.descriptor.digest);
    assertEquals(images[0]!.labels, { a: "b" });
    await t.ns.gc();
    const check = await images[0]!.check({ content: true });
    assertEquals(check.complete, true);
    assertEquals(check.platforms[0]!.unpacked, ["overlayfs"]);
    await t.ns.images.remove(images[0]!, { sync: true });
  }
  for (const wrong of [new TextEncoder().encode("no tar"), tar.slice(0, tar.length / 2)]) {
    await assertRejects(() => t.ns.images.import(wrong, { via: "transfer" }), DavitError);
    assertEquals(await t.ns.images.list(), []);
    assertEquals(await t.ns.leases.list(), []);
  }
  const dir = await Deno.makeTempDir();
  await assertRejects(
    () => t.ns.images.import(dir, { via: "transfer" }),
    InvalidArgumentError,
    "it is a folder",
  );
  await Deno.remove(dir);
});
