import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  CanceledError,
  DavitError,
  DigestError,
  InvalidArgumentError,
  TimeoutError,
  UnavailableError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { PullError } from "../../lib/errors/image_errors.ts";
import { OCI } from "../../lib/oci/media_types.ts";
import { type FaultRule, startCutter, startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry, TEST_USER, type TestRegistryOptions } from "../harness/registry.ts";
import type { RegistryOptions } from "../../lib/registry/registry.ts";
import {
  asBlob,
  makeImage,
  noise,
  pushImage,
  QUICK_RETRY,
  readAll,
  streamed,
  type TestImage,
  testRegistry,
} from "./support.ts";

/** A registry with an image, a proxy in front of it, and a client that knows only the proxy. */
async function setUp(
  rule: FaultRule,
  options: RegistryOptions & { server?: TestRegistryOptions; layerBytes?: number } = {},
) {
  const server = await startRegistry(options.server);
  const credentials = { [server.host]: TEST_USER };
  const image = await makeImage(options.layerBytes ?? 3_000_000);
  {
    await using direct = testRegistry(server.dir, { credentials });
    await pushImage(direct, `${server.host}/a:1`, image);
  }
  const proxy = startFaultProxy(server.url, rule);
  const registry = testRegistry(server.dir, { plainHttp: true, ...options });
  return {
    server,
    proxy,
    registry,
    image,
    name: `${proxy.host}/a`,
    layerPath: layerPath(image),
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function layerPath(image: TestImage): string {
  return `/v2/a/blobs/${image.layer.descriptor.digest}`;
}

const isBlob = (path: string): boolean => path.includes("/blobs/");

Deno.test("Registry.blob() goes on where connections broke, and fetches nothing twice", async () => {
  const cuts = [0, 1, 100_000, 1_500_000, 2_999_999];
  await using set = await setUp(({ path }, count) => {
    // Each answer begins where the one before broke.
    const from = cuts[count - 1] ?? 0;
    const to = cuts[count];
    return isBlob(path) && to !== undefined ? { kind: "cut", afterBytes: to - from } : undefined;
  });
  const { stream } = await set.registry.blob(set.name, set.image.layer.descriptor);
  assertEquals(await readAll(stream), set.image.layer.bytes);
  const seen = set.proxy.requests.filter(({ path }) => path === set.layerPath);
  assertEquals(
    seen.map(({ headers }) => headers.get("range")),
    [null, null, "bytes=1-", "bytes=100000-", "bytes=1500000-", "bytes=2999999-"],
  );
  assertEquals(seen.reduce((sum, { sentBytes }) => sum + sentBytes, 0), 3_000_000);
});

Deno.test("Registry.blob() begins at an offset", async () => {
  await using set = await setUp(() => undefined);
  const { descriptor, bytes } = set.image.layer;
  for (const offset of [1, 2_000_000, bytes.length - 1, bytes.length]) {
    const { stream } = await set.registry.blob(set.name, descriptor, { offset });
    assertEquals(await readAll(stream), bytes.subarray(offset));
  }
  assertEquals(set.proxy.requests.filter(({ path }) => path === set.layerPath).length, 3);
  await assertRejects(
    () => set.registry.blob(set.name, descriptor, { offset: bytes.length + 1 }),
    InvalidArgumentError,
  );
});

Deno.test("Registry.blob() copes with a registry that knows no ranges", async () => {
  await using set = await setUp(({ path }, count) =>
    isBlob(path)
      ? count === 0 ? { kind: "cut", afterBytes: 700_000 } : { kind: "ignoreRange" }
      : undefined
  );
  const { stream } = await set.registry.blob(set.name, set.image.layer.descriptor);
  assertEquals(await readAll(stream), set.image.layer.bytes);
});

Deno.test("Registry.blob() gives up when there is no progress", async () => {
  await using set = await setUp(({ path }) =>
    isBlob(path) ? { kind: "cut", afterBytes: 10 } : undefined
  );
  const { stream } = await set.registry.blob(set.name, set.image.layer.descriptor);
  await assertRejects(() => readAll(stream), UnavailableError, "with hardly any progress");
  assertEquals(set.proxy.requests.filter(({ path }) => isBlob(path)).length, 6);
});

Deno.test("Registry.blob() takes a stalled connection for a broken one", async () => {
  await using set = await setUp(
    ({ path }, count) =>
      isBlob(path) && count === 0 ? { kind: "stall", afterBytes: 1_000_000 } : undefined,
    { timeouts: { idleMs: 200 } },
  );
  const { stream } = await set.registry.blob(set.name, set.image.layer.descriptor);
  assertEquals(await readAll(stream), set.image.layer.bytes);
});

Deno.test("Registry.blob() fails with DigestError when a byte is wrong", async () => {
  await using set = await setUp(({ path }) =>
    isBlob(path) ? { kind: "corrupt", atByte: 2_500_000 } : undefined
  );
  const { descriptor } = set.image.layer;
  const { stream } = await set.registry.blob(set.name, descriptor);
  const error = await assertRejects(() => readAll(stream), DigestError, "hash to");
  assertEquals(error.expected, descriptor.digest);
});

Deno.test("Registry.blob() fails with DigestError when the size is wrong", async () => {
  await using set = await setUp(() => undefined);
  const { digest } = set.image.layer.descriptor;
  for (const size of [2_999_999, 3_000_001]) {
    await assertRejects(
      () => set.registry.blob(set.name, { digest, size }),
      DigestError,
      `it has 3000000 bytes where ${size} were promised`,
    );
  }
});

Deno.test("Registry.blob() ends when its signal does, and says how", async () => {
  await using set = await setUp(({ path }) =>
    isBlob(path) ? { kind: "stall", afterBytes: 1000 } : undefined
  );
  const { descriptor } = set.image.layer;
  const controller = new AbortController();
  const { stream } = await set.registry.blob(set.name, descriptor, { signal: controller.signal });
  const reader = stream.getReader();
  await reader.read();
  const next = reader.read();
  controller.abort("enough");
  const error = await assertRejects(() => next, CanceledError, "canceled");
  assertEquals(error.cause, "enough");
  const timed = await set.registry.blob(set.name, descriptor, { signal: AbortSignal.timeout(300) });
  await assertRejects(() => readAll(timed.stream), TimeoutError);
  const aborted = AbortSignal.abort();
  await assertRejects(
    () => set.registry.resolve(`${set.name}:1`, { signal: aborted }),
    CanceledError,
  );
});

Deno.test("Registry tries again after 429 and 5xx, as often as stated", async () => {
  const statuses = [429, 500, 503];
  await using set = await setUp((_, count) => {
    const status = statuses[count];
    return status ? { kind: "status", status } : undefined;
  });
  assertEquals((await set.registry.manifest(`${set.name}:1`)).bytes, set.image.manifest.bytes);
  assertEquals(set.proxy.requests.map(({ status }) => status), [...statuses, 200]);
});

Deno.test("Registry waits as Retry-After asks, unless that is too long", async () => {
  let after = "0";
  await using set = await setUp(
    (_, count) =>
      count % 2 === 0
        ? { kind: "status", status: 429, headers: { "retry-after": after } }
        : undefined,
    // A pause by the schedule would not end before the test does.
    { retry: { ...QUICK_RETRY, baseDelayMs: 1e9, maxDelayMs: 1e9 } },
  );
  await set.registry.manifest(`${set.name}:1`);
  after = String(4e6);
  const error = await assertRejects(
    () => set.registry.manifest(`${set.name}:1`),
    PullError,
    "try again in 4000000 s",
  );
  assertEquals(error.code, "resource_exhausted");
  assertEquals(error.attempts.map(({ status }) => status), [429]);
});

Deno.test("Registry gives up after the stated number of tries", async () => {
  await using set = await setUp(() => ({ kind: "status", status: 500, body: "out of order" }));
  const error = await assertRejects(
    () => set.registry.resolve(`${set.name}:1`),
    PullError,
    "answered 500",
  );
  assertEquals(error.code, "unavailable");
  assertEquals(set.proxy.requests.length, QUICK_RETRY.attempts);
  const { attempts } = error;
  assertEquals(attempts.length, 1);
  assertEquals(attempts[0]?.request, `HEAD http://${set.proxy.host}/v2/a/manifests/1`);
});

Deno.test("Registry names what it could not reach", async () => {
  await using server = await startRegistry();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const host = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  await using registry = testRegistry(server.dir, { plainHttp: true });
  const error = await assertRejects(() => registry.resolve(`${host}/a:1`), PullError);
  assertEquals(
    error.message,
    `Cannot resolve "${host}/a:1": "${host}": nobody listens there: connection refused`,
  );
  assertEquals(error.code, "unavailable");
});

Deno.test("Registry asks by GET where HEAD does not tell", async () => {
  for (
    const rule of [
      ({ method }) => method === "HEAD" ? { kind: "status", status: 405 } : undefined,
      () => ({ kind: "headers", headers: { "docker-content-digest": null } }),
      () => ({ kind: "headers", headers: { "docker-content-digest": "md5:nonsense" } }),
      () => ({ kind: "headers", headers: { "content-type": "text/plain" } }),
    ] satisfies FaultRule[]
  ) {
    await using set = await setUp(rule);
    const { descriptor } = await set.registry.resolve(`${set.name}:1`);
    assertEquals(descriptor, set.image.manifest.descriptor);
    assertEquals(set.proxy.requests.map(({ method }) => method), ["HEAD", "GET"]);
  }
});

Deno.test("Registry.manifest() refuses bytes that are not what was promised", async () => {
  await using set = await setUp(({ path }) =>
    path.includes("/manifests/") ? { kind: "corrupt", atByte: 3 } : undefined
  );
  const { digest } = set.image.manifest.descriptor;
  for (const reference of [`${set.name}:1`, `${set.name}@${digest}`]) {
    const error = await assertRejects(
      () => set.registry.manifest(reference),
      DigestError,
      "changed them",
    );
    assertEquals(error.expected, digest);
  }
  set.proxy.rule = () => ({
    kind: "headers",
    headers: { "docker-content-digest": `sha256:${"0".repeat(64)}` },
  });
  await assertRejects(() => set.registry.manifest(`${set.name}:1`), DigestError);
  // What was asked for by digest is right, whatever a header says.
  await set.registry.manifest(`${set.name}@${digest}`);
  await set.registry.resolve(`${set.name}@${digest}`);
  await assertRejects(
    () => set.registry.manifest(set.name, { descriptor: { digest, size: 1 } }),
    DigestError,
    "where 1 were promised",
  );
});

Deno.test("Registry.manifest() refuses what is too big, no manifest, or of Docker's first kind", async () => {
  await using set = await setUp(() => undefined);
  const giveBack = (body: string, type: string): void => {
    set.proxy.rule = ({ path }) =>
      path.includes("/manifests/")
        ? { kind: "status", status: 200, headers: { "content-type": type }, body }
        : undefined;
  };
  giveBack(`{"x":"${"y".repeat(5 << 20)}"}`, OCI.manifest);
  const big = await assertRejects(() => set.registry.manifest(`${set.name}:1`), PullError);
  assertMatch(big.message, /bigger than the 4194304 bytes/);
  giveBack("<html>please log in</html>", "text/html");
  const html = await assertRejects(() => set.registry.manifest(`${set.name}:1`), PullError);
  assertMatch(html.message, /"text\/html" as an image/);
  giveBack('{"schemaVersion":2}', "application/vnd.unheard.of+json");
  await assertRejects(() => set.registry.resolve(`${set.name}:1`), PullError, "unheard");
  giveBack('{"schemaVersion":1,"fsLayers":[]}', "application/json");
  for (const call of ["resolve", "manifest"] as const) {
    await assertRejects(
      () => set.registry[call](`${set.name}:1`),
      UnsupportedError,
      "Docker schema 1",
    );
  }
  giveBack("{}", "application/vnd.docker.distribution.manifest.v1+prettyjws");
  await assertRejects(() => set.registry.resolve(`${set.name}:1`), UnsupportedError, "schema 1");
});

Deno.test("Registry follows redirects, and takes no secret to another host", async () => {
  await using set = await setUp(() => undefined, {
    server: { htpasswd: true },
    credentials: () => TEST_USER,
  });
  await using elsewhere = startFaultProxy("http://127.0.0.1:1", () => ({
    kind: "status",
    status: 401,
    headers: { "www-authenticate": 'Basic realm="give it to me"' },
  }));
  await Deno.mkdir(`${set.server.dir}/certs.d/${set.proxy.host}`, { recursive: true });
  await Deno.writeTextFile(
    `${set.server.dir}/certs.d/${set.proxy.host}/hosts.toml`,
    `server = "${set.proxy.url}"\n[header]\nx-secret = "hush"\n`,
  );
  set.proxy.rule = ({ path, headers }) =>
    isBlob(path) && headers.has("authorization")
      ? { kind: "redirect", origin: elsewhere.url }
      : undefined;
  const { descriptor } = set.image.layer;
  await assertRejects(() => set.registry.blob(set.name, descriptor), PullError, "answered 401");
  assert(set.proxy.requests.some(({ headers }) => headers.get("x-secret") === "hush"));
  assertEquals(elsewhere.requests.length, 1);
  for (const { headers } of elsewhere.requests) {
    assertEquals([headers.get("authorization"), headers.get("x-secret")], [null, null]);
  }
});

Deno.test("Registry fetches a blob from where a redirect leads", async () => {
  await using set = await setUp(() => undefined);
  await using storage = startFaultProxy(set.server.url);
  set.proxy.rule = ({ path }) =>
    isBlob(path) ? { kind: "redirect", origin: storage.url, status: 302 } : undefined;
  storage.rule = (_, count) => count === 0 ? { kind: "cut", afterBytes: 5 } : undefined;
  const { stream } = await set.registry.blob(set.name, set.image.layer.descriptor);
  assertEquals(await readAll(stream), set.image.layer.bytes);
  assertEquals(storage.requests.map(({ headers }) => headers.get("range")), [null, "bytes=5-"]);
  set.proxy.rule = ({ path }) =>
    isBlob(path) ? { kind: "redirect", origin: set.proxy.url } : undefined;
  await assertRejects(
    () => set.registry.blob(set.name, set.image.layer.descriptor),
    PullError,
    "redirects more than 10 times",
  );
});

Deno.test("Registry.pushBlob() survives connections that break and answers that fail", async () => {
  for (const behindProxy of [true, false]) {
    await using server = await startRegistry();
    await using cutter = startCutter(server.host);
    await using proxy = startFaultProxy(`http://${cutter.host}`, ({ method }, count) => {
      return method === "POST" && count === 0 ? { kind: "status", status: 503 } : undefined;
    });
    await using registry = testRegistry(server.dir, { plainHttp: true });
    const opened: number[] = [];
    const big = await asBlob(noise(9_000_000), OCI.layer);
    cutter.cuts.push(2_000_000, 5_000_000);
    const name = `${behindProxy ? proxy.host : cutter.host}/a`;
    const source = streamed(big.bytes, opened);
    assertEquals(await registry.pushBlob(name, big.descriptor, source), "uploaded");
    assertEquals([cutter.cuts.length, opened.length], [0, 3]);
    const back = await registry.blob(name, big.descriptor);
    assertEquals(await readAll(back.stream), big.bytes);
  }
});

Deno.test("Registry.pushBlob() goes on at the byte that the registry names", async () => {
  // docker-registry forgets an upload whose connection broke; registries that keep it look so.
  const { descriptor, bytes } = await asBlob(noise(9_000_000, 3), OCI.layer);
  const got = new Uint8Array(bytes.length);
  let size = 0;
  const seen: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      const location = `../../somewhere/else?state=${size}`;
      seen.push(`${request.method} ${pathname}${search}`);
      if (request.method === "HEAD") return new Response(null, { status: 404 });
      if (request.method === "PATCH") {
        const first = size === 0;
        for await (const chunk of request.body ?? []) {
          const part = first ? chunk.subarray(0, Math.max(0, 4_000_000 - size)) : chunk;
          got.set(part, size);
          size += part.length;
        }
        if (first) return new Response("so far, so good", { status: 500 });
      }
      if (request.method === "PUT") return new Response(null, { status: 201 });
      const headers = { location, range: `0-${size - 1}` };
      return new Response(null, { status: request.method === "GET" ? 204 : 202, headers });
    },
  );
  const opened: number[] = [];
  await using registry = testRegistry("/nonexistent", { plainHttp: true });
  const name = `127.0.0.1:${server.addr.port}/a/b`;
  await registry.pushBlob(name, descriptor, streamed(bytes, opened));
  await server.shutdown();
  assertEquals(opened, [0, 4_000_000]);
  assertEquals(got, bytes);
  assertEquals(seen, [
    `HEAD /v2/a/b/blobs/${descriptor.digest}`,
    "POST /v2/a/b/blobs/uploads/",
    "PATCH /v2/a/b/somewhere/else?state=0",
    "GET /v2/a/b/somewhere/else?state=0",
    "PATCH /v2/a/somewhere/else?state=4000000",
    `PUT /v2/somewhere/else?state=4000000&digest=${encodeURIComponent(descriptor.digest)}`,
  ]);
});

Deno.test("Registry.pushBlob() sends pieces of known length to who insists", async () => {
  await using set = await setUp(() => undefined);
  const big = await asBlob(noise(40_000_000, 8), OCI.layer);
  set.proxy.rule = ({ method, headers }) =>
    method === "PATCH" && !headers.has("content-range")
      ? { kind: "status", status: 411 }
      : undefined;
  await set.registry.pushBlob(set.name, big.descriptor, streamed(big.bytes));
  const ranges = set.proxy.requests.filter(({ method }) => method === "PATCH")
    .map(({ headers }) => headers.get("content-range"));
  assertEquals(ranges, [null, "0-16777215", "16777216-33554431", "33554432-39999999"]);
  const back = await set.registry.blob(set.name, big.descriptor);
  assertEquals(await readAll(back.stream), big.bytes);
});

Deno.test("Registry.pushBlob() gives up, and takes its upload back", async () => {
  await using set = await setUp(({ method }) =>
    method === "PATCH" ? { kind: "status", status: 500 } : undefined
  );
  const big = await asBlob(noise(5_000_000, 9), OCI.layer);
  const error = await assertRejects(
    () => set.registry.pushBlob(set.name, big.descriptor, streamed(big.bytes)),
    DavitError,
    "answered 500",
  );
  assertEquals(error.code, "unavailable");
  assertEquals(set.proxy.requests.at(-1)?.method, "DELETE");
});
