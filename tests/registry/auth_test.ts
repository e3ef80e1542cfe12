import { assert, assertEquals, assertNotMatch, assertRejects } from "@std/assert";
import { DavitError, FailedPreconditionError } from "../../lib/errors/errors.ts";
import { PullError } from "../../lib/errors/image_errors.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry, TEST_USER } from "../harness/registry.ts";
import { startTokenServer, type TokenServerOptions } from "../harness/token_server.ts";
import { asBlob, makeImage, noise, pushImage, readAll, streamed, testRegistry } from "./support.ts";

const user = { username: "captain", password: 'p"ä:ss' };

async function withTokens(options: Partial<TokenServerOptions> = {}) {
  const tokens = await startTokenServer({ user, ...options });
  const server = await startRegistry({ token: tokens.registry });
  return {
    tokens,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await tokens[Symbol.asyncDispose]();
    },
  };
}

Deno.test("Registry sends a user and password where a registry asks for them", async () => {
  await using server = await startRegistry({ htpasswd: true });
  await using registry = testRegistry(server.dir, { credentials: { [server.host]: TEST_USER } });
  const image = await makeImage();
  await pushImage(registry, `${server.host}/a:1`, image);
  assertEquals((await registry.manifest(`${server.host}/a:1`)).bytes, image.manifest.bytes);
  assertEquals(await registry.ping(server.host), { host: server.host, authenticated: true });
});

Deno.test("Registry says what is wrong with credentials, and never shows them", async () => {
  await using server = await startRegistry({ htpasswd: true });
  await using stranger = testRegistry(server.dir);
  const none = await assertRejects(
    () => stranger.resolve(`${server.host}/a:1`),
    PullError,
    `no credentials for "${server.host}" were found`,
  );
  assertEquals([none.code, none.attempts[0]?.status], ["unauthenticated", 401]);
  const password = "not the password";
  await using wrong = testRegistry(server.dir, {
    credentials: () => ({ username: "davit", password }),
  });
  const refused = await assertRejects(
    () => wrong.resolve(`${server.host}/a:1`),
    PullError,
    "the credentials from the credentials option do not allow it",
  );
  assertEquals(refused.code, "unauthenticated");
  assertNotMatch(Deno.inspect(refused), new RegExp(`${password}|${btoa(`davit:${password}`)}`));
  const ping = await assertRejects(() => wrong.ping(server.host), DavitError);
  assertEquals(ping.code, "unauthenticated");
});

Deno.test("Registry.login() keeps what the registry takes, Registry.logout() forgets it", async () => {
  await using server = await startRegistry({ htpasswd: true });
  await using registry = testRegistry(server.dir);
  const path = `${server.dir}/docker/config.json`;
  await Deno.mkdir(`${server.dir}/docker`);
  const before = { auths: { "other.example": { auth: btoa("a:b") } }, psFormat: "table" };
  await Deno.writeTextFile(path, JSON.stringify(before), { mode: 0o644 });
  await assertRejects(
    () => registry.login(server.host, { ...TEST_USER, password: "wrong" }),
    DavitError,
    "log in to",
  );
  assertEquals(JSON.parse(await Deno.readTextFile(path)), before);

  const result = await registry.login(server.host, TEST_USER);
  assertEquals(result, { host: server.host, storedIn: path });
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  const after = JSON.parse(await Deno.readTextFile(path));
  assertEquals(after.psFormat, "table");
  assertEquals(after.auths["other.example"], before.auths["other.example"]);
  assertEquals(atob(after.auths[server.host].auth), `${TEST_USER.username}:${TEST_USER.password}`);
  assert((await registry.ping(server.host)).authenticated);

  assertEquals(await registry.logout(server.host), true);
  assertEquals(JSON.parse(await Deno.readTextFile(path)), before);
  assertEquals(await registry.logout(server.host), false);
  await assertRejects(() => registry.ping(server.host), DavitError, "no credentials");
});

Deno.test("Registry asks credential helpers, and logs in by them", async () => {
  await using server = await startRegistry({ htpasswd: true });
  const helper = `${server.dir}/bin/docker-credential-davit-test`;
  await Deno.mkdir(`${server.dir}/bin`);
  await Deno.mkdir(`${server.dir}/docker`);
  await Deno.writeTextFile(
    helper,
    `#!/bin/sh
store=${server.dir}/secret
case $1 in
get) read server; grep -q "\\"$server\\"" $store 2>/dev/null && cat $store && exit 0
  echo "credentials not found in native keychain"; exit 1;;
store) cat > $store;;
erase) rm -f $store;;
esac
`,
    { mode: 0o755 },
  );
  const path = `${server.dir}/docker/config.json`;
  await Deno.writeTextFile(path, '{"credsStore":"davit-test"}');
  const searchPath = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", `${server.dir}/bin:${searchPath}`);
  try {
    await using registry = testRegistry(server.dir);
    await assertRejects(() => registry.ping(server.host), DavitError, "no credentials");
    const { storedIn } = await registry.login(server.host, TEST_USER);
    assertEquals(storedIn, "docker-credential-davit-test");
    assertEquals(JSON.parse(await Deno.readTextFile(path)), {
      credsStore: "davit-test",
      auths: { [server.host]: {} },
    });
    assert((await registry.ping(server.host)).authenticated);
    await registry.logout(server.host);
    await assertRejects(() => Deno.stat(`${server.dir}/secret`), Deno.errors.NotFound);
  } finally {
    Deno.env.set("PATH", searchPath);
  }
  await using registry = testRegistry(server.dir);
  await assertRejects(
    () => registry.ping(server.host),
    FailedPreconditionError,
    "it is not on PATH",
  );
});

Deno.test("Registry gets tokens by POST, once for each scope, also for calls at once", async () => {
  await using set = await withTokens();
  const { server, tokens } = set;
  await using registry = testRegistry(server.dir, { credentials: { [server.host]: user } });
  const image = await makeImage();
  const name = `${server.host}/a`;
  await pushImage(registry, `${name}:1`, image);
  assertEquals(tokens.requests.map(({ method, scopes }) => [method, ...scopes]), [
    ["POST", "repository:a:pull,push"],
  ]);
  tokens.requests.length = 0;
  await Promise.all(Array.from({ length: 20 }, async () => {
    const { stream } = await registry.blob(name, image.layer.descriptor);
    assertEquals(await readAll(stream), image.layer.bytes);
  }));
  assertEquals(tokens.requests, [{
    method: "POST",
    grantType: "password",
    scopes: ["repository:a:pull"],
    service: "test registry",
    username: "captain",
    status: 200,
  }]);
  tokens.requests.length = 0;
  const mounted = await registry.pushBlob(`${server.host}/b`, image.layer.descriptor, () => {
    throw new Error("must not be read");
  }, { mountFrom: ["a"] });
  assertEquals(mounted, "mounted");
  assertEquals(tokens.requests.map(({ scopes }) => scopes), [
    ["repository:b:pull,push"],
    ["repository:a:pull", "repository:b:pull,push"],
  ]);
  assertEquals(await Array.fromAsync(registry.catalog(server.host)), ["a", "b"]);
  assertEquals(tokens.requests.at(-1)?.scopes, ["registry:catalog:*"]);
  await registry.delete(`${name}:1`);
});

for (const postStatus of [400, 401, 404, 405]) {
  Deno.test(`Registry gets tokens by GET where POST is answered with ${postStatus}`, async () => {
    await using set = await withTokens({ postStatus });
    const { server, tokens } = set;
    await using registry = testRegistry(server.dir, { credentials: { [server.host]: user } });
    await pushImage(registry, `${server.host}/a:1`, await makeImage(10));
    assertEquals(
      tokens.requests.map(({ method, status }) => [method, status]),
      [["POST", postStatus], ["GET", 200]],
    );
  });
}

Deno.test("Registry trades an identity token, and takes a registry token as it is", async () => {
  await using set = await withTokens();
  const { server, tokens } = set;
  const { identityToken } = tokens;
  await using registry = testRegistry(server.dir);
  await registry.login(server.host, { identityToken });
  const file = JSON.parse(await Deno.readTextFile(`${server.dir}/docker/config.json`));
  assertEquals(file.auths[server.host].identitytoken, identityToken);
  await pushImage(registry, `${server.host}/a:1`, await makeImage(10));
  assert(tokens.requests.every(({ grantType }) => grantType === "refresh_token"));

  const form = new URLSearchParams({ grant_type: "password", ...user, scope: "repository:a:pull" });
  const answer = await fetch(tokens.registry.realm, { method: "POST", body: form });
  const { access_token: registryToken } = await answer.json();
  await using bearer = testRegistry(server.dir, {
    credentials: { [server.host]: { registryToken } },
  });
  await bearer.resolve(`${server.host}/a:1`);
});

Deno.test("Registry pulls without a name where strangers may, and no more", async () => {
  await using set = await withTokens({ anonymousPull: true });
  const { server, tokens } = set;
  await using owner = testRegistry(server.dir, { credentials: { [server.host]: user } });
  const image = await makeImage();
  await pushImage(owner, `${server.host}/a:1`, image);
  tokens.requests.length = 0;
  await using stranger = testRegistry(server.dir);
  await stranger.resolve(`${server.host}/a:1`);
  assertEquals(tokens.requests.map(({ method }) => method), ["GET"]);
  const { descriptor, bytes } = await asBlob(noise(10), "application/x");
  const error = await assertRejects(
    () => stranger.pushBlob(`${server.host}/a`, descriptor, bytes),
    DavitError,
    "no credentials",
  );
  assertEquals(error.code, "unauthenticated");
});

Deno.test("Registry says so when the token server refuses", async () => {
  await using set = await withTokens();
  const { server } = set;
  await using registry = testRegistry(server.dir, {
    credentials: { [server.host]: { ...user, password: "wrong" } },
  });
  const error = await assertRejects(
    () => registry.resolve(`${server.host}/a:1`),
    PullError,
    "incorrect username or password",
  );
  assertEquals(error.code, "unauthenticated");
  await assertRejects(
    () => registry.login(server.host, { ...user, password: "wrong" }),
    DavitError,
  );
});

Deno.test("Registry renews a token that has ended, also in the middle of a push", async () => {
  // Shorter than the time at which tokens are renewed early: every request needs a new one.
  await using set = await withTokens({ lifetimeS: 4 });
  const { server, tokens } = set;
  await using registry = testRegistry(server.dir, { credentials: { [server.host]: user } });
  await pushImage(registry, `${server.host}/a:1`, await makeImage(5_000_000));
  assert(tokens.requests.length > 5);
});

Deno.test("Registry gets a new token when the registry refuses the one it has", async () => {
  await using set = await withTokens();
  const { server, tokens } = set;
  const challenge =
    `Bearer realm="${tokens.registry.realm}",service="${tokens.registry.service}",` +
    'scope="repository:a:pull",error="invalid_token"';
  let refuse = false;
  await using proxy = startFaultProxy(server.url, () => {
    if (!refuse) return undefined;
    refuse = false;
    return { kind: "status", status: 401, headers: { "www-authenticate": challenge } };
  });
  await using registry = testRegistry(server.dir, { credentials: { [proxy.host]: user } });
  await pushImage(registry, `${proxy.host}/a:1`, await makeImage());
  await registry.resolve(`${proxy.host}/a:1`);
  const before = tokens.requests.length;
  refuse = true;
  await registry.resolve(`${proxy.host}/a:1`);
  assertEquals(tokens.requests.length, before + 1);
  refuse = true;
  const big = await asBlob(noise(6_000_000), "application/x");
  await registry.pushBlob(`${proxy.host}/a`, big.descriptor, streamed(big.bytes));
});
