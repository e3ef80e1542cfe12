import { assert, assertEquals, assertRejects } from "@std/assert";
import { DigestError, InvalidArgumentError } from "../../lib/errors/errors.ts";
import { MissingContentError } from "../../lib/errors/image_errors.ts";
import type { ImageProgress } from "../../lib/core/image/progress.ts";
import { DOCKER, OCI, sniffCompression } from "../../lib/oci/media_types.ts";
import { formatPlatform } from "../../lib/oci/platform.ts";
import { blobFiles, blobsOf, gzip, layoutFiles, makeBlob, makeImage } from "../harness/archives.ts";
import { makeIndex, makeTar, ociFiles, otherPlatform, zstd } from "../harness/archives.ts";
import { daemonTest } from "../harness/daemons.ts";
import { skopeo } from "./support.ts";

const text = "davit ".repeat(50_000);

daemonTest("image.convert() changes media types and compression", async (t) => {
  const image = await makeImage({ layers: [{ text }, { b: "2" }], compress: gzip });
  const [first] = await t.ns.images.import(await makeTar(ociFiles(image, "davit.test/app:1")), {
    unpack: false,
  });
  const diffIds = (await first!.config()).rootfs.diff_ids;
  let from = first!;
  const types = {
    oci: { none: OCI.layer, gzip: OCI.layerGzip, zstd: OCI.layerZstd },
    docker: { none: DOCKER.layer, gzip: DOCKER.layerGzip, zstd: DOCKER.layerZstd },
  };
  const sizes = new Map<string, number>();
  for (const mediaTypes of ["docker", "oci"] as const) {
    for (const compression of ["none", "zstd", "gzip"] as const) {
      const steps: ImageProgress[] = [];
      // Docker's daemon and containerd 1.6 know no zstd in Docker's types, and need not unpack it.
      from = await from.convert(`app:${mediaTypes}-${compression}`, {
        mediaTypes,
        compression,
        onProgress: (step) => steps.push(step),
      });
      const { manifest, config } = await from.resolve();
      assertEquals(from.name, `docker.io/library/app:${mediaTypes}-${compression}`);
      const known = mediaTypes === "oci" ? OCI : DOCKER;
      assertEquals(from.target.mediaType, known.manifest);
      assertEquals(manifest.mediaType, known.manifest);
      assertEquals(manifest.config.mediaType, known.config);
      assertEquals(
        manifest.layers.map(({ mediaType }) => mediaType),
        Array(2).fill(types[mediaTypes][compression]),
      );
      assertEquals(config.rootfs.diff_ids, diffIds);
      for (const layer of manifest.layers) {
        const bytes = await t.ns.content.readAll(layer.digest);
        assertEquals(sniffCompression(bytes), compression);
        assertEquals(bytes.length, layer.size);
      }
      sizes.set(compression, manifest.layers[0]!.size);
      const ends = steps.filter(({ current, total }) => current === total);
      assertEquals(ends.length, 2);
      assert(ends.every(({ phase }) => phase === "convert"));
    }
  }
  assert(sizes.get("none")! > 10 * sizes.get("gzip")!);
  assert(sizes.get("none")! > 10 * sizes.get("zstd")!);
  // What was made stays, and unpacks; what is not named any more goes.
  for (const one of await t.ns.images.list()) {
    if (one.name !== from.name) await t.ns.images.remove(one);
  }
  await t.ns.gc();
  assertEquals((await from.check({ content: true })).complete, true);
  await from.unpack();
  // What has the form already is the same image.
  const same = await from.convert("app:same", { mediaTypes: "oci", compression: "gzip" });
  assertEquals(same.target, from.target);
  // Levels are asked for anew, and the same level makes the same bytes.
  const best = await from.convert("app:best", { compression: "gzip", level: 9 });
  const again = await same.convert("app:again", { compression: "gzip", level: 9 });
  assertEquals(again.digest, best.digest);

  const dir = await Deno.makeTempDir({ prefix: "davit-convert-" });
  try {
    const archive = `${dir}/app.tar`;
    await from.exportTo(archive);
    const raw = await skopeo(dir, "inspect", "--raw", `oci-archive:${archive}`);
    const bytes = await t.ns.content.readAll(from.digest);
    assertEquals(raw, new TextDecoder().decode(bytes));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

daemonTest(
  "image.convert() chooses platforms, and drops what is said of old digests",
  async (t) => {
    const platform = otherPlatform();
    const own = await makeImage({
      layers: [{ own: "1" }],
      compress: zstd,
      layerType: OCI.layerZstd,
    });
    const other = await makeImage({ layers: [{ other: "1" }], compress: gzip, platform });
    const both = await makeIndex([own, other]);
    const about = await makeBlob("application/vnd.in-toto+json", { about: own.platform });
    const empty = await makeBlob(OCI.config, {
      architecture: "unknown",
      os: "unknown",
      rootfs: {},
    });
    const attestation = await makeBlob(OCI.manifest, {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      config: { ...empty.descriptor, mediaType: OCI.empty },
      layers: [about.descriptor],
    });
    const document = JSON.parse(new TextDecoder().decode(both.bytes));
    const index = await makeBlob(OCI.index, {
      ...document,
      manifests: [...document.manifests, {
        ...attestation.descriptor,
        platform: { os: "unknown", architecture: "unknown" },
        annotations: { "vnd.docker.reference.digest": own.manifest.descriptor.digest },
      }],
    });
    const [image] = await t.ns.images.import(
      await makeTar({
        ...blobFiles(...blobsOf(own), ...blobsOf(other), index, attestation, about, empty),
        ...layoutFiles([{
          ...index.descriptor,
          annotations: { "io.containerd.image.name": "davit.test/all:1" },
        }]),
      }),
      { platforms: "all", unpack: false },
    );
    // Only the second manifest changes: it is gzip already, the first is not.
    const zipped = await image!.convert("davit.test/gzip:1", { compression: "gzip" });
    const [changed] = (await zipped.inspect()).indexes;
    assertEquals(
      changed!.index.manifests.map((one) => formatPlatform(one.platform!)),
      [own.platform, platform].map(formatPlatform),
      "the attestation is about a digest that changed",
    );
    assertEquals(changed!.index.manifests[1]!.digest, other.manifest.descriptor.digest);
    const kept = await image!.convert("davit.test/zstd:1", { compression: "zstd" });
    const [index2] = (await kept.inspect()).indexes;
    assertEquals(index2!.index.manifests.length, 3, "the first did not change");
    await t.ns.gc();
    assertEquals((await kept.check({ platforms: "all" })).complete, true);

    const one = await image!.convert("davit.test/one:1", { platforms: [platform] });
    assertEquals(one.target, other.manifest.descriptor);
    await assertRejects(
      () => image!.convert("x", { platforms: [{ os: "windows", architecture: "amd64" }] }),
      InvalidArgumentError,
      "it is for linux/",
    );
    await assertRejects(() => image!.convert("x", { platforms: [] }), InvalidArgumentError);
    await assertRejects(
      () => image!.convert("x", { compression: "gzip", level: 10 }),
      InvalidArgumentError,
      "levels are 1 to 9",
    );
    await assertRejects(() => image!.convert("x", { level: 3 }), InvalidArgumentError);
    await t.ns.content.delete(other.layers[0]!.descriptor.digest);
    await assertRejects(
      () => image!.convert("x", { platforms: [platform] }),
      MissingContentError,
      "fetch them with image.repair()",
    );
  },
);

daemonTest("image.convert() registers nothing when a layer is not what it should be", async (t) => {
  const good = await makeImage({ layers: [{ a: "1" }], compress: gzip });
  const wrong = await makeImage({ layers: [{ a: "2" }], compress: gzip });
  const manifest = await makeBlob(OCI.manifest, {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: good.config.descriptor,
    layers: wrong.layers.map(({ descriptor }) => descriptor),
  });
  const mixed = { ...good, layers: wrong.layers, manifest };
  const [image] = await t.ns.images.import(await makeTar(ociFiles(mixed, "davit.test/mixed:1")), {
    unpack: false,
  });
  await assertRejects(() => image!.convert("x", { compression: "none" }), DigestError);
  assertEquals((await t.ns.images.list()).length, 1);
  assertEquals(await t.ns.content.ingests(), []);
  await t.ns.gc();
  assertEquals((await Array.fromAsync(t.ns.content.list())).length, 3);
});
