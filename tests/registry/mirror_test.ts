import { assertEquals, assertRejects } from "@std/assert";
import { FailedPreconditionError, UnavailableError } from "../../lib/errors/errors.ts";
import { PullError } from "../../lib/errors/image_errors.ts";
import { formatHostsToml, type HostsFile } from "../../lib/registry/hosts_file.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry } from "../harness/registry.ts";
import { makeImage, pushImage, readAll, testRegistry } from "./support.ts";

Deno.test("Registry asks mirrors in order, then the registry", async () => {
  await using server = await startRegistry();
  await using empty = await startRegistry();
  const image = await makeImage();
  {
    await using registry = testRegistry(server.dir);
    await pushImage(registry, `${server.host}/some/image:1`, image);
  }
  await using broken = startFaultProxy(server.url, () => ({ kind: "status", status: 503 }));
  await using lacking = startFaultProxy(empty.url);
  await using origin = startFaultProxy(server.url);
  const file: HostsFile = {
    server: origin.url,
    hosts: [
      { url: broken.url, capabilities: ["pull", "resolve"] },
      { url: `${lacking.url}/v2`, capabilities: ["pull", "resolve"] },
      { url: "http://127.0.0.1:4", capabilities: ["push"] },
    ],
  };
  await Deno.mkdir(`${server.dir}/certs.d/registry.example`, { recursive: true });
  const path = `${server.dir}/certs.d/registry.example/hosts.toml`;
  await Deno.writeTextFile(path, formatHostsToml(file));
  await using registry = testRegistry(server.dir);
  const found = await registry.resolve("registry.example/some/image:1");
  assertEquals(found.host, origin.host);
  assertEquals(found.attempts.map(({ host, status }) => [host, status]), [
    [broken.host, 503],
    [lacking.host, 404],
  ]);
  // A mirror learns which registry is meant.
  assertEquals(broken.requests[0]?.query, "?ns=registry.example");
  const { stream, host } = await registry.blob(
    "registry.example/some/image",
    image.layer.descriptor,
  );
  assertEquals([await readAll(stream), host], [image.layer.bytes, origin.host]);

  const missing = await assertRejects(
    () => registry.resolve("registry.example/some/image:2"),
    PullError,
    "answered 503",
  );
  assertEquals([missing.code, missing.attempts.length], ["unavailable", 3]);
  broken.rule = () => undefined;
  const gone = await assertRejects(
    () => registry.resolve("registry.example/some/image:2"),
    PullError,
  );
  assertEquals(gone.code, "not_found");
});

Deno.test("Registry moves to another host when one breaks in the middle of a blob", async () => {
  await using server = await startRegistry();
  const image = await makeImage(2_000_000);
  {
    await using registry = testRegistry(server.dir);
    await pushImage(registry, `${server.host}/a:1`, image);
  }
  await using mirror = startFaultProxy(server.url, ({ method }, count) => {
    if (method !== "GET") return undefined;
    return count === 0 ? { kind: "cut", afterBytes: 600_000 } : { kind: "status", status: 502 };
  });
  await using registry = testRegistry(server.dir, {
    hosts: { "registry.example": { server: server.url, hosts: [{ url: mirror.url }] } },
  });
  const { stream, host } = await registry.blob("registry.example/a", image.layer.descriptor);
  assertEquals([await readAll(stream), host], [image.layer.bytes, mirror.host]);
});

Deno.test("Registry uses hosts for what hosts.toml allows only", async () => {
  await using server = await startRegistry();
  await using registry = testRegistry(server.dir, {
    hosts: { "registry.example": { server: server.url, capabilities: ["pull"], hosts: [] } },
  });
  const image = await makeImage(10);
  await assertRejects(
    () => pushImage(registry, "registry.example/a:1", image),
    FailedPreconditionError,
    'the capability "push"',
  );
  await assertRejects(
    () => registry.resolve("registry.example/a:1"),
    FailedPreconditionError,
    'the capability "resolve"',
  );
});

Deno.test("Registry keeps to dial_timeout, and to override_path", async () => {
  await using server = await startRegistry();
  await using proxy = startFaultProxy(server.url);
  await using registry = testRegistry(server.dir, {
    hosts: {
      "dead.example": { server: "http://127.0.0.1:4", dialTimeout: "1s", hosts: [] },
      "odd.example": {
        server: `${proxy.url}/odd/path`,
        overridePath: true,
        dialTimeout: "5s",
        hosts: [],
      },
    },
  });
  await assertRejects(() => registry.ping("dead.example"), UnavailableError, "refused");
  await assertRejects(() => registry.resolve("odd.example/a:1"), PullError);
  assertEquals(proxy.requests[0]?.path, "/odd/path/a/manifests/1");
});
