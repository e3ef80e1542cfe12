import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError, UnsupportedError } from "../../lib/errors/errors.ts";
import { PullError } from "../../lib/errors/image_errors.ts";
import { startRegistry, TEST_USER } from "../harness/registry.ts";
import { testRegistry } from "./support.ts";

/** A registry of a few lines, for what docker-registry does not know. */
function serve(handler: (url: URL) => Response) {
  const seen: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const url = new URL(request.url);
    seen.push(url.pathname + url.search);
    return handler(url);
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return { host, seen, [Symbol.asyncDispose]: () => server.shutdown() };
}

const digests = ["a", "b", "c"].map((hex) => `sha256:${hex.repeat(64)}`);

Deno.test("Registry.tags() follows the pages, and sees when they never end", async () => {
  const pages = [["1", "2"], ["3"], null];
  await using server = serve((url) => {
    const at = Number(url.searchParams.get("last") ?? 0);
    const endless = url.pathname.includes("endless");
    const link = at < 2 ? `<${url.pathname}?last=${at + 1}>; rel="next"` : "";
    return Response.json({ tags: pages[at] }, {
      headers: endless ? { link: `<?last=1>; rel="next"` } : link ? { link } : {},
    });
  });
  await using registry = testRegistry("/nonexistent", { plainHttp: true });
  assertEquals(await Array.fromAsync(registry.tags(`${server.host}/a`)), ["1", "2", "3"]);
  assertEquals(server.seen, [
    "/v2/a/tags/list?n=1000",
    "/v2/a/tags/list?last=1",
    "/v2/a/tags/list?last=2",
  ]);
  await assertRejects(
    () => Array.fromAsync(registry.tags(`${server.host}/endless`)),
    ProtocolError,
    "never end",
  );
});

Deno.test("Registry.tags() asks for no page that nobody wants", async () => {
  await using server = serve(() =>
    Response.json({ tags: ["1", "2"] }, { headers: { link: '<?last=2>; rel="next"' } })
  );
  await using registry = testRegistry("/nonexistent", { plainHttp: true });
  for await (const tag of registry.tags(`${server.host}/a`)) if (tag === "2") break;
  assertEquals(server.seen.length, 1);
});

Deno.test("Registry.referrers() uses the API where there is one, and filters itself if need be", async () => {
  await using server = serve((url) => {
    const second = url.searchParams.has("second");
    const manifests = (second ? digests.slice(2) : digests.slice(0, 2)).map((digest, i) => ({
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest,
      size: 10,
      artifactType: i === 0 ? "x/one" : "x/two",
    }));
    return Response.json({ schemaVersion: 2, manifests }, {
      headers: {
        "content-type": "application/vnd.oci.image.index.v1+json",
        ...(second ? {} : { link: '<?second=1>; rel="next"' }),
      },
    });
  });
  await using registry = testRegistry("/nonexistent", { plainHttp: true });
  const name = `${server.host}/a@${digests[0]}`;
  const found = await registry.referrers(name);
  assertEquals(found.map(({ digest }) => digest), digests);
  const some = await registry.referrers(name, { artifactType: "x/one" });
  assertEquals(some.map(({ digest }) => digest), [digests[0], digests[2]]);
  assertEquals(server.seen[2], `/v2/a/referrers/${digests[0]}?artifactType=x%2Fone`);
});

Deno.test("Registry.catalog() says that a registry has none", async () => {
  await using server = serve(() => new Response("<html>", { status: 404 }));
  await using registry = testRegistry("/nonexistent", { plainHttp: true });
  await assertRejects(
    () => Array.fromAsync(registry.catalog(server.host)),
    UnsupportedError,
    "it has no catalog",
  );
});

Deno.test("Registry shows what a registry says, on one line and not all of it", async () => {
  const message = `no\n\u001b[31m${"x".repeat(5000)}`;
  await using server = serve(() =>
    Response.json({ errors: [{ code: "DENIED", message }] }, { status: 403 })
  );
  await using registry = testRegistry("/nonexistent", { plainHttp: true });
  const error = await assertRejects(() => registry.manifest(`${server.host}/a:1`), PullError);
  assertEquals(error.code, "permission_denied");
  assertEquals(error.message.includes("(DENIED: no [31mxxx"), true, error.message);
  assertEquals(error.message.length < 600, true);
});

Deno.test("Registry.explainResolve() tells everything, and sends nothing", async () => {
  await using server = await startRegistry({ htpasswd: true });
  const { dir } = server;
  await Deno.mkdir(`${dir}/certs.d/registry.example`, { recursive: true });
  await Deno.mkdir(`${dir}/docker`);
  const file = `${dir}/certs.d/registry.example/hosts.toml`;
  await Deno.writeTextFile(
    file,
    `server = "https://origin.example"
[host."http://mirror.example"]
capabilities = ["pull"]
[host."http://mirror.example".header]
authorization = "secret"
[host."https://other.example"]
skip_verify = true`,
  );
  await Deno.writeTextFile(
    `${dir}/docker/config.json`,
    JSON.stringify({
      auths: { "other.example": { auth: btoa("me:secret") } },
      credHelpers: { "mirror.example": "does-not-exist" },
    }),
  );
  await using registry = testRegistry(dir, { credentials: { "origin.example": TEST_USER } });
  const { hosts, ...rest } = await registry.explainResolve("registry.example/a:1");
  assertEquals(rest, {
    reference: "registry.example/a:1",
    registry: "registry.example",
    file,
    dir: `${dir}/certs.d/registry.example`,
  });
  assertEquals(
    hosts.map(({ url, resolves, pulls, pushes }) => [url, resolves, pulls, pushes]),
    [
      ["http://mirror.example/v2", false, true, false],
      ["https://other.example/v2", true, true, true],
      ["https://origin.example/v2", true, true, false],
    ],
  );
  assertEquals(hosts.map(({ tls }) => tls?.skipVerify), [undefined, true, false]);
  assertEquals(hosts.map(({ credential }) => [credential.kind, credential.username]), [
    ["helper", undefined],
    ["file", "me"],
    ["option", "davit"],
  ]);
  assertEquals(hosts[0]?.headers, ["authorization"]);
  assertEquals(JSON.stringify({ hosts, rest }).includes("secret"), false);
});
