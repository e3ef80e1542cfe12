import { assert, assertEquals } from "@std/assert";
import { toolPath } from "../../.ci/setup/paths.ts";
import { parseManifest } from "../../lib/oci/manifest.ts";
import { DOCKER, OCI } from "../../lib/oci/media_types.ts";
import { startRegistry, TEST_USER } from "../harness/registry.ts";
import { asBlob, jsonBlob, makeImage, pushImage, readAll, testRegistry } from "./support.ts";

/** Runs skopeo; nothing of this machine's configuration is used. */
async function skopeo(dir: string, ...args: string[]): Promise<string> {
  const policy = `${dir}/policy.json`;
  await Deno.writeTextFile(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  const { success, stdout, stderr } = await new Deno.Command(toolPath("skopeo"), {
    args: [`--policy=${policy}`, "--tmpdir", dir, ...args],
    env: { HOME: dir, XDG_RUNTIME_DIR: dir },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assert(success, `skopeo ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

Deno.test("skopeo inspects and copies what Registry pushed", async () => {
  await using server = await startRegistry({ htpasswd: true });
  await using registry = testRegistry(server.dir, { credentials: () => TEST_USER });
  const image = await makeImage();
  await pushImage(registry, `${server.host}/a:1`, image);
  const source = `docker://${server.host}/a:1`;
  const creds = `${TEST_USER.username}:${TEST_USER.password}`;
  const inspected = JSON.parse(
    await skopeo(server.dir, "inspect", "--tls-verify=false", "--creds", creds, source),
  );
  assertEquals(inspected.Digest, image.manifest.descriptor.digest);
  assertEquals(inspected.Layers, [image.layer.descriptor.digest]);
  const layout = `${server.dir}/layout`;
  await skopeo(
    server.dir,
    "copy",
    "--src-tls-verify=false",
    "--src-creds",
    creds,
    "--preserve-digests",
    source,
    `oci:${layout}:1`,
  );
  for (const { descriptor, bytes } of Object.values(image)) {
    const file = `${layout}/blobs/${descriptor.digest.replace(":", "/")}`;
    assertEquals(await Deno.readFile(file), bytes);
  }
});

for (const [format, mediaType] of [["oci", OCI.manifest], ["v2s2", DOCKER.manifest]] as const) {
  Deno.test(`Registry reads what skopeo pushed as ${format}`, async () => {
    await using server = await startRegistry();
    await using registry = testRegistry(server.dir);
    const tar = `${server.dir}/layer.tar`;
    const layout = `${server.dir}/layout`;
    await Deno.writeTextFile(`${server.dir}/file`, "hello");
    await new Deno.Command("tar", { args: ["-C", server.dir, "-cf", tar, "file"] }).output();
    await writeLayout(layout, await Deno.readFile(tar));
    await skopeo(
      server.dir,
      "copy",
      "--dest-tls-verify=false",
      "--format",
      format,
      `oci:${layout}:1`,
      `docker://${server.host}/x/y:1`,
    );
    const name = `${server.host}/x/y`;
    const { descriptor, bytes } = await registry.manifest(`${name}:1`);
    assertEquals(descriptor.mediaType, mediaType);
    const said = await skopeo(
      server.dir,
      "inspect",
      "--tls-verify=false",
      "--format={{.Digest}}",
      `docker://${name}:1`,
    );
    assertEquals(descriptor.digest, said.trim());
    const manifest = parseManifest(bytes);
    for (const blob of [manifest.config, ...manifest.layers]) {
      const { stream } = await registry.blob(name, blob);
      assertEquals((await readAll(stream)).length, blob.size);
    }
  });
}

async function writeLayout(layout: string, tar: Uint8Array<ArrayBuffer>): Promise<void> {
  const layer = await asBlob(tar, OCI.layer);
  const config = await jsonBlob({
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: [layer.descriptor.digest] },
  }, OCI.config);
  const manifest = await jsonBlob({
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: config.descriptor,
    layers: [layer.descriptor],
  }, OCI.manifest);
  await Deno.mkdir(`${layout}/blobs/sha256`, { recursive: true });
  for (const { descriptor, bytes } of [layer, config, manifest]) {
    await Deno.writeFile(`${layout}/blobs/${descriptor.digest.replace(":", "/")}`, bytes);
  }
  await Deno.writeTextFile(`${layout}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}');
  const entry = {
    ...manifest.descriptor,
    annotations: { "org.opencontainers.image.ref.name": "1" },
  };
  const index = { schemaVersion: 2, manifests: [entry] };
  await Deno.writeTextFile(`${layout}/index.json`, JSON.stringify(index));
}
