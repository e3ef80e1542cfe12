import { assertEquals, assertRejects } from "@std/assert";
import { InvalidArgumentError } from "../../lib/errors/errors.ts";
import { PullError } from "../../lib/errors/image_errors.ts";
import { parseIndex } from "../../lib/oci/index_doc.ts";
import { OCI } from "../../lib/oci/media_types.ts";
import { formatPlatform } from "../../lib/oci/platform.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry } from "../harness/registry.ts";
import { skopeo } from "../images/support.ts";
import { jsonBlob, makeImage, pushImage, testRegistry } from "./support.ts";

const ARM = { os: "linux", architecture: "arm64" };

Deno.test("Registry.copy() copies within a registry and to another one, byte for byte", async () => {
  await using one = await startRegistry();
  await using two = await startRegistry();
  await using proxy = startFaultProxy(one.url);
  await using registry = testRegistry(one.dir);
  const [first, second] = [await makeImage(5_000_000, 1), await makeImage(1000, 2)];
  await pushImage(registry, `${one.host}/a:first`, first);
  await pushImage(registry, `${one.host}/a:second`, second);
  const manifests = [first, second].map((image, i) => ({
    ...image.manifest.descriptor,
    platform: i === 0 ? { os: "linux", architecture: "amd64" } : ARM,
  }));
  const index = await jsonBlob(
    { schemaVersion: 2, mediaType: OCI.index, manifests },
    OCI.index,
  );
  await registry.pushManifest(`${one.host}/a:all`, index.bytes, OCI.index);

  // The same registry: no byte of a blob is sent, or fetched.
  const linked = await registry.copy(`${proxy.host}/a:all`, `${proxy.host}/b:all`);
  assertEquals(linked.descriptor, index.descriptor);
  const moved = proxy.requests.filter(({ method, path, query }) =>
    path.includes("/blobs/") && (method === "GET" || method === "PATCH" || method === "PUT") &&
    !query.includes("mount=")
  );
  assertEquals(moved.map(({ method, path }) => `${method} ${path}`), []);

  const sent = await registry.copy(`${one.host}/a:all`, `${two.host}/c/d:1`);
  assertEquals(sent.descriptor, index.descriptor);
  const again = await registry.copy(`${one.host}/a:all`, `${two.host}/c/d:1`);
  assertEquals(again.existed, true);
  for (const reference of [`${one.host}/b:all`, `${two.host}/c/d:1`]) {
    await skopeo(
      one.dir,
      "copy",
      "--all",
      "--src-tls-verify=false",
      "--preserve-digests",
      `docker://${reference}`,
      `oci:${one.dir}/${reference.includes("/b:") ? "b" : "d"}:x`,
    );
  }
  // Another tag of the same repository.
  await registry.copy(`${one.host}/a:first`, `${one.host}/a:other`);
  const tag = await registry.resolve(`${one.host}/a:other`);
  assertEquals(tag.descriptor, first.manifest.descriptor);
  await assertRejects(() => registry.copy(`${one.host}/a:none`, `${two.host}/x:1`), PullError);
});

Deno.test("Registry.createIndex() makes an index of what registries have", async () => {
  await using one = await startRegistry();
  await using registry = testRegistry(one.dir);
  const [first, second] = [await makeImage(1000, 1), await makeImage(1000, 2)];
  await pushImage(registry, `${one.host}/app:amd64`, first);
  await pushImage(registry, `${one.host}/elsewhere/arm:1`, second);
  const { descriptor } = await registry.createIndex(`${one.host}/app:1`, [
    `${one.host}/app:amd64`,
    { reference: `${one.host}/elsewhere/arm:1`, platform: ARM, annotations: { a: "b" } },
  ], { annotations: { all: "c" } });
  const raw = await skopeo(
    one.dir,
    "inspect",
    "--raw",
    "--tls-verify=false",
    `docker://${one.host}/app:1`,
  );
  const index = parseIndex(raw);
  assertEquals(descriptor.mediaType, OCI.index);
  assertEquals(index.annotations, { all: "c" });
  assertEquals(index.manifests.map(({ platform }) => formatPlatform(platform!)), [
    "linux/amd64",
    "linux/arm64",
  ]);
  assertEquals(index.manifests[1]!.annotations, { a: "b" });
  assertEquals(index.manifests.map(({ digest }) => digest), [
    first.manifest.descriptor.digest,
    second.manifest.descriptor.digest,
  ]);
  // Both are in its repository now.
  await skopeo(
    one.dir,
    "copy",
    "--all",
    "--src-tls-verify=false",
    "--preserve-digests",
    `docker://${one.host}/app:1`,
    `oci:${one.dir}/all:x`,
  );
  // One more, for an index that is there.
  const more = await makeImage(1000, 3);
  await pushImage(registry, `${one.host}/app:riscv`, more);
  await registry.createIndex(`${one.host}/app:2`, [
    `${one.host}/app:1`,
    { reference: `${one.host}/app:riscv`, platform: { os: "linux", architecture: "riscv64" } },
  ]);
  const grown = parseIndex((await registry.manifest(`${one.host}/app:2`)).bytes);
  assertEquals(grown.manifests.length, 3);

  for (
    const [members, message] of [
      [[], "it would list nothing"],
      [[`${one.host}/app:amd64`, `${one.host}/app:riscv`], "two images for linux/amd64"],
      [[{ reference: `${one.host}/app:1`, platform: ARM }], "it is an index itself"],
    ] as const
  ) {
    await assertRejects(
      () => registry.createIndex(`${one.host}/app:3`, members),
      InvalidArgumentError,
      message,
    );
  }
  await assertRejects(() => registry.resolve(`${one.host}/app:3`), PullError);
});
