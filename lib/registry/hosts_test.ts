import { assertEquals, assertRejects } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { hostDirNames, isLocalhost, planHosts, type RegistryHost } from "./hosts.ts";

async function withDir(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function brief({ scheme, host, path, fallback, skipVerify }: RegistryHost): string {
  return `${scheme}://${host}${path}${fallback ? ` or ${fallback}` : ""}${
    skipVerify ? " unverified" : ""
  }`;
}

Deno.test("planHosts() knows what to do without any file", async () => {
  const cases: Array<[string, boolean, string]> = [
    ["docker.io", false, "https://registry-1.docker.io/v2"],
    ["docker.io", true, "https://registry-1.docker.io/v2"],
    ["ghcr.io", false, "https://ghcr.io/v2"],
    ["ghcr.io", true, "http://ghcr.io/v2"],
    ["localhost", false, "https://localhost/v2 unverified"],
    ["localhost:443", false, "https://localhost:443/v2 unverified"],
    ["localhost:80", false, "http://localhost:80/v2"],
    ["localhost:5000", false, "http://localhost:5000/v2 or https unverified"],
    ["127.0.0.1:5000", false, "http://127.0.0.1:5000/v2 or https unverified"],
    ["[::1]:5000", false, "http://[::1]:5000/v2 or https unverified"],
    ["localhost:5000", true, "http://localhost:5000/v2"],
  ];
  for (const [registry, plainHttp, expected] of cases) {
    const { hosts } = await planHosts(registry, { dirs: [], plainHttp });
    assertEquals(hosts.map(brief), [expected], registry);
    assertEquals(hosts[0]?.capabilities, ["pull", "resolve", "push", "referrers"]);
    assertEquals(hosts[0]?.ns, undefined);
  }
});

Deno.test("planHosts() takes the first folder that fits", async () => {
  await withDir(async (dir) => {
    const put = async (path: string, server: string) => {
      await Deno.mkdir(`${dir}/${path}`, { recursive: true });
      await Deno.writeTextFile(`${dir}/${path}/hosts.toml`, `server = "https://${server}"`);
    };
    const first = async (registry: string) => {
      const plan = await planHosts(registry, { dirs: [`${dir}/one`, `${dir}/two`] });
      return plan.hosts[0]?.host;
    };
    assertEquals(await first("x.example:5000"), "x.example:5000");
    await put("two/_default", "default");
    assertEquals(await first("x.example:5000"), "default");
    await put("two/x.example:5000", "colon");
    assertEquals(await first("x.example:5000"), "colon");
    await put("two/x.example_5000_", "underscore");
    assertEquals(await first("x.example:5000"), "underscore");
    await put("one/_default", "nearer");
    assertEquals(await first("x.example:5000"), "nearer");
    assertEquals(hostDirNames("x.example"), ["x.example", "_default"]);
  });
});

Deno.test("planHosts() puts mirrors before the server, and tells them the registry", async () => {
  await withDir(async (dir) => {
    await Deno.mkdir(`${dir}/docker.io`);
    await Deno.writeTextFile(
      `${dir}/docker.io/hosts.toml`,
      `capabilities = ["pull"]
ca = "own.pem"
[host."https://m.example"]
client = ["c.pem"]
header = { x = "1" }
dial_timeout = "2s"
[host."http://n.example"]
skip_verify = true
[host."http://o.example:80"]
skip_verify = true`,
    );
    const { hosts, file } = await planHosts("docker.io", { dirs: [dir] });
    assertEquals(file, `${dir}/docker.io/hosts.toml`);
    assertEquals(hosts.map(brief), [
      "https://m.example/v2",
      "https://n.example/v2 or http unverified",
      "http://o.example:80/v2 unverified",
      "https://registry-1.docker.io/v2",
    ]);
    assertEquals(hosts.map(({ ns }) => ns), ["docker.io", "docker.io", "docker.io", undefined]);
    assertEquals(hosts[0]?.client, [{ cert: `${dir}/docker.io/c.pem` }]);
    assertEquals(hosts[0]?.headers, [["x", "1"]]);
    assertEquals(hosts[0]?.dialTimeoutMs, 2000);
    // As containerd does: without a server, the capabilities at the top count for nobody.
    assertEquals(hosts[3]?.capabilities, ["pull", "resolve", "push", "referrers"]);
    assertEquals(hosts[3]?.ca, [`${dir}/docker.io/own.pem`]);
  });
});

Deno.test("planHosts() reads Docker's folders of certificates", async () => {
  await withDir(async (dir) => {
    const folder = `${dir}/localhost_5000_`;
    await Deno.mkdir(`${folder}/sub.crt`, { recursive: true });
    for (const name of ["b.crt", "a.crt", "c.cert", "c.key", "d.cert", "note"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    const { hosts: [host], file } = await planHosts("localhost:5000", { dirs: [dir] });
    assertEquals(file, undefined);
    assertEquals(host?.ca, [`${folder}/a.crt`, `${folder}/b.crt`]);
    assertEquals(host?.client, [
      { cert: `${folder}/c.cert`, key: `${folder}/c.key` },
      { cert: `${folder}/d.cert` },
    ]);
    assertEquals(host && brief(host), "https://localhost:5000/v2 or http");
  });
});

Deno.test("planHosts() does not pass over a malformed file", async () => {
  await withDir(async (dir) => {
    await Deno.mkdir(`${dir}/x.example`);
    await Deno.writeTextFile(`${dir}/x.example/hosts.toml`, "server = ");
    await assertRejects(
      () => planHosts("x.example", { dirs: [dir] }),
      InvalidArgumentError,
      `Cannot read "${dir}/x.example/hosts.toml"`,
    );
  });
});

Deno.test("isLocalhost() tells this machine from others", () => {
  for (const host of ["localhost", "localhost:1", "127.0.0.1", "127.9.9.9:5000", "[::1]:5000"]) {
    assertEquals(isLocalhost(host), true, host);
  }
  for (const host of ["localhost.example", "127.0.0.1.example", "10.0.0.1:5000", "[::2]"]) {
    assertEquals(isLocalhost(host), false, host);
  }
});
