import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Namespace } from "../../lib/client/namespace.ts";
import { formatHostsToml, hostsTomlPath } from "../../lib/config/mod.ts";
import { DavitError, DigestError } from "../../lib/errors/errors.ts";
import { OCI } from "../../lib/oci/media_types.ts";
import { Registry } from "../../lib/registry/registry.ts";
import {
  gzip,
  makeBlob,
  makeImage,
  makeTar,
  ociFiles,
  type TestBlob,
} from "../harness/archives.ts";
import { daemonTest } from "../harness/daemons.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry, TEST_USER } from "../harness/registry.ts";
import { smallDiskTest } from "../harness/small_disk.ts";
import { TestCa } from "../harness/test_ca.ts";
import { startTokenServer, type TokenServerOptions } from "../harness/token_server.ts";
import { cutPulls } from "./cut_pulls.ts";
import { apart, noise, seed, waysOf } from "./support.ts";

/** Nothing was registered, and nothing is left of what was written. */
async function assertNothing(ns: Namespace): Promise<void> {
  assertEquals(await ns.images.list(), []);
  assertEquals(await ns.content.ingests(), []);
  assertEquals(await ns.leases.list(), []);
  // What a lease held is collected with it; a transfer's own lease may end a moment later.
  await ns.gc();
  assertEquals(await Array.fromAsync(ns.content.list()), []);
  assertEquals(await ns.snapshots.list(), []);
}

daemonTest("images.pull() refuses indexes and manifests that lie", async (t) => {
  await using server = await startRegistry();
  await using proxy = startFaultProxy(server.url);
  const registry = apart(server.dir);
  const image = await makeImage({ compress: gzip });
  await seed(`${server.host}/lies:good`, image, registry);
  const { descriptor } = image.manifest;
  const platform = image.platform;
  // A registry that answers everything with an index that names itself by the digest asked for.
  const endless = await makeBlob(OCI.index, {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: [{ mediaType: OCI.index, digest: `sha256:${"a".repeat(64)}`, size: 300, platform }],
  });
  const documents: Record<string, { blob: TestBlob; size?: number }> = {
    self: { blob: endless },
    huge: {
      blob: await makeBlob(OCI.index, {
        schemaVersion: 2,
        mediaType: OCI.index,
        manifests: [{ ...descriptor, size: 5_000_000_000, platform }],
      }),
    },
    unknown: {
      blob: await makeBlob("application/vnd.example.thing+json", { schemaVersion: 2, thing: true }),
    },
    both: {
      blob: await makeBlob(OCI.index, {
        schemaVersion: 2,
        mediaType: OCI.index,
        manifests: [{ ...descriptor, platform }],
        config: image.config.descriptor,
        layers: [],
      }),
    },
  };
  proxy.rule = ({ path }) => {
    const tag = path.split("/").at(-1)!;
    const found = Object.entries(documents).find(([name, { blob }]) =>
      name === tag || blob.descriptor.digest === tag
    )?.[1];
    const answer = found ?? (tag === `sha256:${"a".repeat(64)}` ? documents["self"] : undefined);
    if (!answer || !path.includes("/manifests/")) return undefined;
    const { blob } = answer;
    return {
      kind: "status",
      status: 200,
      headers: {
        "content-type": blob.descriptor.mediaType,
        "docker-content-digest": found ? blob.descriptor.digest : tag,
      },
      body: new TextDecoder().decode(blob.bytes),
    };
  };
  for (const via of waysOf(t)) {
    for (const name of Object.keys(documents)) {
      const pull = () =>
        t.ns.images.pull(`${proxy.host}/lies:${name}`, { via, registry, signal: t.signal });
      const error = await assertRejects(pull, DavitError);
      assert(error.message.startsWith(`Cannot `), error.message);
      assert(error.code !== "canceled" && error.code !== "internal", error.code);
      if (via === "client" && name === "self") assert(error instanceof DigestError);
      assertEquals(await t.ns.images.list(), [], `${via} ${name}`);
    }
    await assertNothing(t.ns);
  }
  // A manifest of 5 GB is not read: the registry says so before it comes.
  const big = startFaultProxy(
    server.url,
    ({ path, method }) =>
      path.includes("/manifests/") && method === "GET"
        ? { kind: "headers", headers: { "content-length": "5000000000" } }
        : path.includes("/manifests/")
        ? { kind: "status", status: 405 }
        : undefined,
  );
  await using _ = big;
  await assertRejects(
    () => t.ns.images.pull(`${big.host}/lies:good`, { via: "client", registry }),
    DavitError,
  );
  await assertNothing(t.ns);
});

daemonTest("images.pull() registers nothing of images whose layers do not unpack", async (t) => {
  await using server = await startRegistry();
  const registry = apart(server.dir);
  const good = await makeImage({ layers: [{ a: noise(100_000, 1) }], compress: gzip });
  const layers: Record<string, TestBlob> = {
    cut: await makeBlob(OCI.layerGzip, good.layers[0]!.bytes.slice(0, 50_000)),
    other: (await makeImage({ layers: [{ b: "2" }], compress: gzip })).layers[0]!,
    text: await makeBlob(OCI.layerGzip, new TextEncoder().encode("no gzip at all")),
    type: await makeBlob("application/vnd.example.layer", good.layers[0]!.bytes),
  };
  for (const [name, { bytes, descriptor }] of Object.entries(layers)) {
    const manifest = await makeBlob(OCI.manifest, {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      config: good.config.descriptor,
      layers: [descriptor],
    });
    await seed(`${server.host}/layers:${name}`, {
      blobs: [good.config, { bytes, descriptor }],
      manifests: [manifest],
    }, registry);
    for (const via of waysOf(t)) {
      const error = await assertRejects(
        () => t.ns.images.pull(`${server.host}/layers:${name}`, { via, registry }),
        DavitError,
        undefined,
        `${name} by ${via}`,
      );
      assert(error.message.startsWith("Cannot "), error.message);
      await assertNothing(t.ns);
    }
  }
});

daemonTest("images.pull() writes nothing outside, wherever a layer points", async (t) => {
  await using server = await startRegistry();
  const registry = apart(server.dir);
  const outside = `${server.dir}/outside`;
  await Deno.mkdir(outside);
  await Deno.writeTextFile(`${outside}/kept`, "as it was");
  const up = "../".repeat(40);
  const climbing = [
    { [`${up}${outside.slice(1)}/dots`]: "x" },
    { [`${outside}/absolute`]: "x" },
    { "link": { type: "symlink", linkname: outside }, "link/linked": "x", "link/kept": "x" },
    { "up": { type: "symlink", linkname: `${up}${outside.slice(1)}` }, "up/linked": "x" },
    { "hard": { type: "link", linkname: `${up}${outside.slice(1)}/kept` }, "hard#1": "x" },
    {
      "a": { type: "symlink", linkname: "b" },
      "b": { type: "symlink", linkname: outside },
      "a/x": "x",
    },
  ] as const;
  for (const [i, files] of climbing.entries()) {
    const image = await makeImage({ layers: [files], compress: gzip });
    const reference = `${server.host}/climb:${i}`;
    await seed(reference, image, registry);
    for (const via of waysOf(t)) {
      // Whether the daemon takes the layer, and keeps all inside, or refuses it, is its own choice.
      const pulled = await t.ns.images.pull(reference, { via, registry }).catch((error) => {
        assert(error instanceof DavitError, `${error}`);
        return undefined;
      });
      if (!pulled) await assertNothing(t.ns);
      else await t.ns.images.remove(pulled, { sync: true });
      const names = [...Deno.readDirSync(outside)].map(({ name }) => name);
      assertEquals(names, ["kept"], `${i} ${via}`);
      assertEquals(await Deno.readTextFile(`${outside}/kept`), "as it was");
    }
  }
});

daemonTest("images.pull() says what is wrong with a certificate", async (t) => {
  const ca = await TestCa.create();
  const { certPem, keyPem } = await ca.issue({ name: "registry", ip: ["127.0.0.1"] });
  await using server = await startRegistry({ tls: { certPem, keyPem } });
  // Without a file nobody looks at certificates of this machine.
  const file = hostsTomlPath(`${server.dir}/certs.d`, server.host);
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(
    file,
    formatHostsToml({ server: server.url, skipVerify: false, hosts: [] }),
  );
  for (const via of waysOf(t)) {
    const error = await assertRejects(
      () => t.ns.images.pull(`${server.host}/x:1`, { via, registry: apart(server.dir) }),
      DavitError,
    );
    assertStringIncludes(error.message, "certificate");
    await assertNothing(t.ns);
  }
});

daemonTest(
  "images.pull() and image.push() say when tokens have expired, or are refused",
  async (t) => {
    const options: TokenServerOptions = { user: TEST_USER };
    await using tokens = await startTokenServer(options);
    await using server = await startRegistry({ token: tokens.registry });
    const registry = apart(server.dir, { credentials: () => TEST_USER });
    const other = apart(server.dir, { credentials: () => ({ ...TEST_USER, password: "wrong" }) });
    const image = await makeImage({ compress: gzip });
    const reference = `${server.host}/tokens:1`;
    await seed(reference, image, registry);
    const rejects = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      const error = await assertRejects(work, DavitError, undefined, what);
      assertEquals(error.code, "unauthenticated", `${what}: ${error.message}`);
      assert(error.message.startsWith("Cannot "), error.message);
    };
    for (const via of waysOf(t)) {
      // The token server's clock is an hour late.
      options.lifetimeS = -3600;
      await rejects(`${via}, expired`, () => t.ns.images.pull(reference, { via, registry }));
      await assertNothing(t.ns);
      delete options.lifetimeS;
      await rejects(`${via}, wrong`, () => t.ns.images.pull(reference, { via, registry: other }));
      await assertNothing(t.ns);
      // A client of containerd may need a new one for each request.
      options.lifetimeS = 4;
      const pulled = await t.ns.images.pull(reference, { via, registry });
      const to = `${server.host}/pushed-${via}:1`;
      options.lifetimeS = -3600;
      await rejects(`${via}, push, expired`, () => pulled.push(to, { via, registry }));
      delete options.lifetimeS;
      await rejects(`${via}, push, wrong`, () => pulled.push(to, { via, registry: other }));
      await using asks = new Registry(registry);
      await assertRejects(() => asks.resolve(to), DavitError);
      await pulled.push(to, { via, registry });
      assertEquals((await asks.resolve(to)).descriptor.digest, pulled.digest);
      await t.ns.images.remove(pulled, { sync: true });
    }
  },
);

daemonTest("images.pull() that is cut at ten random points fetches no blob twice", async (t) => {
  await using server = await startRegistry();
  const registry = apart(server.dir);
  const image = await makeImage({
    layers: Array.from({ length: 8 }, (_, i) => ({ [`${i}`]: noise(400_000, 50 + i) })),
    compress: gzip,
  });
  await seed(`${server.host}/cut:1`, image, registry);
  const blobs = [image.config, ...image.layers].map(({ descriptor }) => descriptor);
  const sizes = new Map(blobs.map(({ digest, size }) => [digest as string, size]));
  const cut = await cutPulls(t.ns, server.url, "cut:1", sizes, {
    cuts: 10,
    random: Math.random,
    registry,
  });
  assert(cut.failures >= 5, `${cut.failures}`);
  assertEquals(cut.refetched, []);
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  // What was on its way when the connection broke may come again, but no more.
  assert(cut.sentBytes < total * 2, `${cut.sentBytes} of ${total}`);
  const [pulled] = await t.ns.images.list();
  assertEquals((await pulled!.check({ content: true })).complete, true);
}, { timeoutMs: 90_000 });

smallDiskTest(
  "pulls and imports onto a full disk leave nothing, and the daemon goes on",
  24,
  async (client, version) => {
    await using server = await startRegistry();
    const registry = apart(server.dir);
    const big = await makeImage({ layers: [{ a: noise(30_000_000, 1) }] });
    const bomb = await makeImage({
      layers: [{ zeros: new Uint8Array(60_000_000) }],
      compress: gzip,
    });
    const small = await makeImage({ compress: gzip });
    for (const [name, image] of Object.entries({ big, bomb, small })) {
      await seed(`${server.host}/disk:${name}`, image, registry);
    }
    const archive = `${server.dir}/big.tar`;
    await Deno.writeFile(archive, await makeTar(ociFiles(big, "davit.test/big:1")));
    const ns = client.namespace("full");
    const works: Record<string, () => Promise<unknown>> = {
      import: () => ns.images.import(archive),
    };
    for (
      const via of version === "2.1" ? ["client", "transfer"] as const : ["client"] as const
    ) {
      for (const name of ["big", "bomb"]) {
        const reference = `${server.host}/disk:${name}`;
        works[`${via} ${name}`] = () => ns.images.pull(reference, { via, registry });
      }
    }
    for (const [name, work] of Object.entries(works)) {
      const error = await assertRejects(work, DavitError, "no space left on device", name);
      assertEquals(error.code, "resource_exhausted", name);
      assert(error.message.startsWith("Cannot "), error.message);
      await assertNothing(ns);
    }
    const pulled = await ns.images.pull(`${server.host}/disk:small`, { registry });
    assertEquals((await pulled.check({ content: true })).complete, true);
  },
);
