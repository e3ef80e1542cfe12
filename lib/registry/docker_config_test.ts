import { assertEquals, assertThrows } from "@std/assert";
import { FailedPreconditionError, InvalidArgumentError } from "../errors/errors.ts";
import { credentialHost, Credentials, helperFor } from "./credentials.ts";
import { dockerConfigKey, parseDockerConfig } from "./docker_config.ts";

function entry(auths: unknown, name: string) {
  return parseDockerConfig(JSON.stringify({ auths }), "f").entryFor(name);
}

Deno.test("parseDockerConfig() finds the entry of a registry under each of its names", () => {
  const auth = btoa("me:p:w\0\0");
  for (
    const [key, name] of [
      ["https://index.docker.io/v1/", "docker.io"],
      ["index.docker.io", "docker.io"],
      ["docker.io", "docker.io"],
      ["ghcr.io", "ghcr.io"],
      ["https://ghcr.io", "ghcr.io"],
      ["http://x.example:5000/v1/", "x.example:5000"],
    ] as const
  ) {
    assertEquals(entry({ "other.example": {}, [key]: { auth } }, name)?.password, "p:w", key);
  }
  assertEquals(entry({ "ghcr.io": { auth } }, "ghcr.io.example"), undefined);
  assertEquals(entry(undefined, "ghcr.io"), undefined);
  assertEquals(dockerConfigKey("docker.io"), "https://index.docker.io/v1/");
  assertEquals(credentialHost("registry-1.docker.io"), "docker.io");
});

Deno.test("parseDockerConfig() reads all kinds of entries", () => {
  const none = { username: undefined, password: undefined };
  const tokens = { identityToken: undefined, registryToken: undefined };
  assertEquals(entry({ x: { username: "a", password: "b" } }, "x"), {
    username: "a",
    password: "b",
    ...tokens,
  });
  assertEquals(entry({ x: { identitytoken: "i" } }, "x"), {
    ...none,
    ...tokens,
    identityToken: "i",
  });
  assertEquals(entry({ x: { registrytoken: "r" } }, "x"), {
    ...none,
    ...tokens,
    registryToken: "r",
  });
});

Deno.test("parseDockerConfig() says what is wrong, and shows no secret", () => {
  for (
    const [text, words] of [
      ["{", "it is not JSON"],
      ["[]", "must be an object"],
      ['{"auths":[]}', '"auths" must be an object'],
      ['{"credHelpers":{"x":1}}', '"credHelpers.x" must be a string'],
      ['{"credsStore":{}}', '"credsStore" must be a string'],
    ] as const
  ) {
    assertThrows(() => parseDockerConfig(text, "/d/config.json"), InvalidArgumentError, words);
  }
  for (const auth of ["!", btoa("hidden")]) {
    const error = assertThrows(() => entry({ x: { auth } }, "x"), InvalidArgumentError);
    assertEquals(error.message.includes("hidden") || error.message.includes(auth + '"'), false);
  }
});

Deno.test("helperFor() prefers the registry's own helper, and takes no path for a name", () => {
  const config = parseDockerConfig(
    '{"credsStore":"all","credHelpers":{"ghcr.io":"one","https://index.docker.io/v1/":"hub"}}',
    "f",
  );
  assertEquals(["ghcr.io", "docker.io", "x"].map((name) => helperFor(config, name)), [
    "one",
    "hub",
    "all",
  ]);
  const evil = parseDockerConfig('{"credsStore":"../../evil"}', "f");
  assertThrows(() => helperFor(evil, "x"), FailedPreconditionError, "letters, digits");
});

Deno.test("Credentials.find() asks the caller first", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const auths = { "x.example": { auth: btoa("file:pw") } };
    await Deno.writeTextFile(`${dir}/config.json`, JSON.stringify({ auths }));
    const own = { username: "own", password: "pw" };
    const some = new Credentials({ "docker.io": own }, dir);
    assertEquals((await some.find("registry-1.docker.io"))?.credential, own);
    assertEquals((await some.explain("x.example")).username, "file");
    const found = await some.find("x.example");
    assertEquals(found, {
      credential: { username: "file", password: "pw" },
      source: `${dir}/config.json`,
    });
    assertEquals(await some.find("toString"), undefined);
    const asked: string[] = [];
    const fn = new Credentials((host) => {
      asked.push(host);
      return undefined;
    }, dir);
    assertEquals((await fn.explain("x.example")).kind, "option");
    assertEquals(asked, []);
    assertEquals((await fn.find("x.example"))?.source, `${dir}/config.json`);
    assertEquals(asked, ["x.example"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
