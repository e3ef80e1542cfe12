import { assertEquals, assertRejects } from "@std/assert";
import { DavitError, InvalidArgumentError } from "../../lib/errors/errors.ts";
import { PullError } from "../../lib/errors/image_errors.ts";
import { formatHostsToml, type HostsFile } from "../../lib/registry/hosts_file.ts";
import { startRegistry, TEST_USER, type TestRegistry } from "../harness/registry.ts";
import { TestCa } from "../harness/test_ca.ts";
import { makeImage, pushImage, readAll, testRegistry } from "./support.ts";

async function writeHosts(server: TestRegistry, file: HostsFile): Promise<void> {
  await Deno.mkdir(`${server.dir}/certs.d/${server.host}`, { recursive: true });
  await Deno.writeTextFile(
    `${server.dir}/certs.d/${server.host}/hosts.toml`,
    formatHostsToml(file),
  );
}

const LOOPBACK = { name: "registry", ip: ["127.0.0.1"] };

Deno.test("Registry trusts the authority that hosts.toml names, and no other", async () => {
  const ca = await TestCa.create();
  await using server = await startRegistry({ tls: await ca.issue(LOOPBACK) });
  await Deno.writeTextFile(`${server.dir}/ca.pem`, ca.certificate.certPem);
  await writeHosts(server, { server: server.url, hosts: [] });
  await using strict = testRegistry(server.dir);
  const error = await assertRejects(
    () => strict.resolve(`${server.host}/a:1`),
    PullError,
    "not signed by an authority that is trusted here",
  );
  assertEquals(error.code, "unavailable");

  await writeHosts(server, { server: server.url, ca: ["../../ca.pem"], hosts: [] });
  await using registry = testRegistry(server.dir);
  const image = await makeImage();
  await pushImage(registry, `${server.host}/a:1`, image);
  assertEquals((await registry.manifest(`${server.host}/a:1`)).bytes, image.manifest.bytes);
});

Deno.test("Registry says what is wrong with a certificate", async () => {
  const ca = await TestCa.create();
  for (
    const [request, words] of [
      [{ name: "x", dns: ["other.example"] }, "is for another name"],
      [{ ...LOOPBACK, expired: true }, "has expired"],
    ] as const
  ) {
    await using server = await startRegistry({ tls: await ca.issue(request) });
    await Deno.writeTextFile(`${server.dir}/ca.pem`, ca.certificate.certPem);
    await writeHosts(server, { server: server.url, ca: [`${server.dir}/ca.pem`], hosts: [] });
    await using registry = testRegistry(server.dir);
    await assertRejects(() => registry.ping(server.host), DavitError, words);
  }
});

Deno.test("Registry shows the client certificate of hosts.toml or of Docker's folder", async () => {
  const ca = await TestCa.create();
  await using server = await startRegistry({
    tls: { ...await ca.issue(LOOPBACK), clientCaPem: ca.certificate.certPem },
  });
  const client = await ca.issue({ name: "client" });
  const folder = `${server.dir}/certs.d/${server.host.replace(":", "_")}_`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/any.crt`, ca.certificate.certPem);
  {
    await using registry = testRegistry(server.dir);
    await assertRejects(() => registry.ping(server.host), DavitError, "certificate");
  }
  await Deno.writeTextFile(`${folder}/c.cert`, client.certPem);
  await Deno.writeTextFile(`${folder}/c.key`, client.keyPem);
  {
    await using registry = testRegistry(server.dir);
    await registry.ping(server.host);
  }
  await Deno.writeTextFile(`${folder}/both.pem`, client.certPem + client.keyPem);
  await Deno.writeTextFile(
    `${folder}/hosts.toml`,
    formatHostsToml({
      server: server.url,
      ca: ["any.crt"],
      client: [{ cert: "both.pem" }],
      hosts: [],
    }),
  );
  await using registry = testRegistry(server.dir);
  await registry.ping(server.host);
});

Deno.test("Registry skips verification where hosts.toml says so", async () => {
  const ca = await TestCa.create();
  await using server = await startRegistry({
    tls: await ca.issue({ name: "x", dns: ["other.example"], expired: true }),
    htpasswd: true,
  });
  await using registry = testRegistry(server.dir, {
    hosts: { [server.host]: { server: server.url, skipVerify: true, hosts: [] } },
    credentials: () => TEST_USER,
  });
  const image = await makeImage(5_000_000);
  await pushImage(registry, `${server.host}/a:1`, image);
  const { stream } = await registry.blob(`${server.host}/a`, image.layer.descriptor);
  assertEquals(await readAll(stream), image.layer.bytes);
  const part = await registry.blob(`${server.host}/a`, image.layer.descriptor, {
    offset: 4_999_990,
  });
  assertEquals(await readAll(part.stream), image.layer.bytes.subarray(4_999_990));
});

Deno.test("Registry finds out whether a registry on this machine speaks TLS", async () => {
  const ca = await TestCa.create();
  await using secure = await startRegistry({ tls: await ca.issue(LOOPBACK) });
  await using plain = await startRegistry();
  for (const server of [secure, plain]) {
    await using registry = testRegistry(server.dir);
    await registry.ping(server.host);
    await pushImage(registry, `${server.host}/a:1`, await makeImage(10));
  }
  // With TLS settings it is the other way round: https first, then http.
  await Deno.mkdir(`${plain.dir}/certs.d/${plain.host}`, { recursive: true });
  await Deno.writeTextFile(`${plain.dir}/certs.d/${plain.host}/a.crt`, ca.certificate.certPem);
  await using registry = testRegistry(plain.dir);
  const [host] = (await registry.explainResolve(`${plain.host}/a:1`)).hosts;
  assertEquals(host?.url, `https://${plain.host}/v2`);
  assertEquals(host?.fallbackUrl, `http://${plain.host}/v2`);
  await registry.ping(plain.host);
});

Deno.test("Registry names certificate files that are missing or no certificates", async () => {
  await using server = await startRegistry();
  await Deno.writeTextFile(`${server.dir}/text.pem`, "no certificate");
  for (const [file, words] of [["none.pem", "no such file"], ["text.pem", "BEGIN CERTIFICATE"]]) {
    const path = `${server.dir}/${file}`;
    await using registry = testRegistry(server.dir, {
      hosts: { [server.host]: { server: server.url, ca: [path], hosts: [] } },
    });
    await assertRejects(() => registry.ping(server.host), InvalidArgumentError, words);
  }
});
