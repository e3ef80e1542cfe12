import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CanceledError, DavitError, InvalidArgumentError } from "../../lib/errors/errors.ts";
import { MissingContentError } from "../../lib/errors/image_errors.ts";
import type { ImageProgress } from "../../lib/core/image/progress.ts";
import { parseIndex } from "../../lib/oci/index_doc.ts";
import { Registry } from "../../lib/registry/registry.ts";
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
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry, TEST_USER } from "../harness/registry.ts";
import { apart, noise, seed, skopeo, waysOf } from "./support.ts";

const NAME = "docker.io/library/app:1";

async function imported(t: DaemonTestEnv, image: Awaited<ReturnType<typeof makeImage>>) {
  const [made] = await t.ns.images.import(await makeTar(ociFiles(image, NAME)), { unpack: false });
  return made!;
}

/** An index of two platforms in the store, whole. */
async function importedIndex(t: DaemonTestEnv) {
  const own = await makeImage();
  const other = await makeImage({ layers: [{ "o": "ther" }], platform: otherPlatform() });
  const index = await makeIndex([own, other]);
  const annotations = { "io.containerd.image.name": NAME };
  const [image] = await t.ns.images.import(
    await makeTar({
      ...blobFiles(...blobsOf(own), ...blobsOf(other), index),
      ...layoutFiles([{ ...index.descriptor, annotations }]),
    }),
    { platforms: "all", unpack: false },
  );
  return { own, other, index, image: image! };
}

daemonTest("image.push() sends what skopeo copies, byte for byte", async (t) => {
  const made = await makeImage({
    layers: [{ "a": "1" }, { "big": noise(5_000_000, 3) }],
    compress: gzip,
  });
  const image = await imported(t, made);
  for (const via of waysOf(t)) {
    await using server = await startRegistry({ htpasswd: true });
    const registry = apart(server.dir, { credentials: () => TEST_USER });
    const reference = `${server.host}/team/app:1`;
    const steps: ImageProgress[] = [];
    const pushed = await image.push(reference, {
      via,
      registry,
      onProgress: (step) => steps.push(step),
    });
    assertEquals(pushed.reference, reference);
    assertEquals(pushed.descriptor, made.manifest.descriptor);
    const layout = `${server.dir}/layout`;
    await skopeo(
      server.dir,
      "copy",
      "--src-tls-verify=false",
      "--src-creds",
      `${TEST_USER.username}:${TEST_USER.password}`,
      "--preserve-digests",
      `docker://${reference}`,
      `oci:${layout}:1`,
    );
    for (const { descriptor, bytes } of blobsOf(made)) {
      assertEquals(
        await Deno.readFile(`${layout}/blobs/${descriptor.digest.replace(":", "/")}`),
        bytes,
      );
      if (via === "client") {
        const last = steps.findLast(({ name }) => name === descriptor.digest);
        assertEquals([last?.phase, last?.current], ["push", descriptor.size]);
      }
    }
    assert(steps.length > 0);
    const error = await assertRejects(
      () => image.push(reference, { via, registry: apart(server.dir) }),
      DavitError,
    );
    assertEquals(error.code, "unauthenticated", `${via}: ${error.message}`);
    assertStringIncludes(error.message, "Cannot push");
  }
});

daemonTest("image.push() sends an index with its platforms, or what is wanted of it", async (t) => {
  const { image, index, own, other } = await importedIndex(t);
  await using server = await startRegistry();
  const options = apart(server.dir);
  await using registry = new Registry(options);
  for (const via of waysOf(t)) {
    const reference = (tag: string) => `${server.host}/${via}:${tag}`;
    const whole = await image.push(reference("all"), { via, registry: options });
    assertEquals(whole.descriptor, index.descriptor);
    const seen = await registry.manifest(reference("all"));
    assertEquals(seen.bytes, index.bytes);
    for (const { manifest } of [own, other]) {
      await registry.manifest(reference("all"), { descriptor: manifest.descriptor });
    }
    const one = await image.push(reference("one"), {
      via,
      registry: options,
      platforms: [other.platform],
    });
    assertEquals(one.descriptor.digest, other.manifest.descriptor.digest);
    const single = (await registry.resolve(reference("one"))).descriptor;
    assertEquals(single.digest, other.manifest.descriptor.digest);
  }
  assertEquals((await t.ns.images.list()).map(({ name }) => name), [NAME]);
  await assertRejects(
    () =>
      image.push(`${server.host}/x:1`, { platforms: [{ os: "linux", architecture: "riscv64" }] }),
    InvalidArgumentError,
    "linux/riscv64: it is for linux/",
  );
});

daemonTest("image.push() cuts an index down, and says what is missing", async (t) => {
  const third = await makeImage({
    layers: [{ "t": "hird" }],
    platform: { os: "linux", architecture: "riscv64" },
  });
  const own = await makeImage();
  const other = await makeImage({ layers: [{ "o": "ther" }], platform: otherPlatform() });
  const index = await makeIndex([own, other, third]);
  await using server = await startRegistry();
  const options = apart(server.dir);
  const images = [own, other, third];
  await seed(`${server.host}/from:1`, {
    blobs: images.flatMap(({ config, layers }) => [config, ...layers]),
    manifests: [...images.map(({ manifest }) => manifest), index],
  }, options);
  const platforms = [own.platform, other.platform];
  for (const via of waysOf(t)) {
    const image = await t.ns.images.pull(`${server.host}/from:1`, {
      via,
      registry: options,
      platforms,
    });
    const to = `${server.host}/to-${via}:1`;
    const error = await assertRejects(
      () => image.push(to, { via, registry: options }),
      MissingContentError,
      'name those "platforms" that are there',
    );
    assert(error.digests.length > 0);
    const pushed = await image.push(to, { via, registry: options, platforms });
    await using registry = new Registry(options);
    const { bytes, descriptor } = await registry.manifest(to);
    assertEquals(descriptor.digest, pushed.descriptor.digest);
    assertEquals(
      parseIndex(bytes).manifests.map(({ digest }) => digest),
      [own, other].map(({ manifest }) => manifest.descriptor.digest),
    );
    await t.ns.images.remove(image, { sync: true });
  }
});

daemonTest(
  "image.push() links blobs from where they were pulled, and sends none twice",
  async (t) => {
    await using server = await startRegistry();
    const made = await makeImage({ layers: [{ "a": noise(200_000, 5) }] });
    await seed(`${server.host}/from:1`, made, apart(server.dir));
    await using proxy = startFaultProxy(server.url);
    const image = await t.ns.images.pull(`${proxy.host}/from:1`, { registry: apart(server.dir) });
    for (const via of waysOf(t)) {
      proxy.requests.length = 0;
      await image.push(`${proxy.host}/to-${via}:1`, { via, registry: apart(server.dir) });
      const posts = proxy.requests.filter(({ method }) => method === "POST");
      assert(posts.some(({ query }) => query.includes("from=from")), "no mount was tried");
      assertEquals(proxy.requests.filter(({ method }) => method === "PATCH").length, 0);
      assert(posts.every(({ status }) => status === 201), "a blob was sent");
      proxy.requests.length = 0;
      await image.push(`${proxy.host}/to-${via}:1`, { via, registry: apart(server.dir) });
      assertEquals(proxy.requests.filter(({ method }) => method === "POST"), []);
    }
  },
);

daemonTest("image.push() that is aborted leaves the name unknown", async (t) => {
  const image = await imported(t, await makeImage({ layers: [{ "a": noise(9_000_000, 7) }] }));
  await using server = await startRegistry();
  for (const via of waysOf(t)) {
    await using proxy = startFaultProxy(server.url);
    const end = new AbortController();
    proxy.rule = ({ method }) => {
      // The upload has begun.
      if (method === "POST") end.abort();
      return undefined;
    };
    await assertRejects(
      () =>
        image.push(`${proxy.host}/${via}:1`, {
          via,
          registry: apart(server.dir),
          signal: end.signal,
        }),
      CanceledError,
    );
    await using registry = new Registry(apart(server.dir));
    const error = await assertRejects(
      () => registry.resolve(`${server.host}/${via}:1`),
      DavitError,
    );
    assertEquals(error.code, "not_found");
  }
});
