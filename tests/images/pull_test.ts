import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  CanceledError,
  DavitError,
  DigestError,
  InvalidArgumentError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { PullError } from "../../lib/errors/image_errors.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { ImageProgress } from "../../lib/core/image/progress.ts";
import { DOCKER, OCI } from "../../lib/oci/media_types.ts";
import { Registry } from "../../lib/registry/registry.ts";
import {
  gzip,
  makeBlob,
  makeImage,
  makeIndex,
  makeTar,
  ociFiles,
  otherPlatform,
} from "../harness/archives.ts";
import { ctr } from "../harness/ctr.ts";
import { daemonTest } from "../harness/daemons.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry, TEST_USER } from "../harness/registry.ts";
import { startTokenServer } from "../harness/token_server.ts";
import { apart, noise, seed, skopeo, waysOf } from "./support.ts";

/** Nothing was registered, and nothing is left of what was written. */
async function assertNothing(ns: Namespace): Promise<void> {
  assertEquals(await ns.images.list(), []);
  assertEquals(await ns.content.ingests(), []);
  assertEquals(await ns.leases.list(), []);
  const blobs = await Array.fromAsync(ns.content.list());
  assertEquals(blobs, []);
}

/** Removes all images, with what they hold. */
async function removeAll(ns: Namespace): Promise<void> {
  for (const image of await ns.images.list()) await ns.images.remove(image, { sync: true });
}

daemonTest("images.pull() takes what skopeo pushed, and the image stays complete", async (t) => {
  await using server = await startRegistry();
  const image = await makeImage({ layers: [{ "a": "1" }, { "b": "2" }], compress: gzip });
  const tar = `${server.dir}/image.tar`;
  await Deno.writeFile(tar, await makeTar(ociFiles(image)));
  const reference = `${server.host}/some/app:1`;
  for (const format of ["oci", "v2s2"]) {
    await skopeo(
      server.dir,
      "copy",
      "--dest-tls-verify=false",
      `--format=${format}`,
      `oci-archive:${tar}`,
      `docker://${reference}`,
    );
    for (const via of waysOf(t)) {
      const steps: ImageProgress[] = [];
      const pulled = await t.ns.images.pull(reference, {
        via,
        registry: apart(server.dir),
        labels: { via },
        onProgress: (step) => steps.push(step),
      });
      assertEquals(pulled.name, reference);
      assertEquals(pulled.target.mediaType, format === "oci" ? OCI.manifest : DOCKER.manifest);
      assertEquals(pulled.labels["via"], via);
      if (format === "oci") assertEquals(pulled.target, image.manifest.descriptor);
      // The collector runs, and must not take anything of it.
      await using lease = await t.ns.leases.create();
      await lease.delete({ sync: true });
      const check = await ctr(t, "images", "check");
      assertStringIncludes(check, "complete (3/3)");
      assertStringIncludes(check, "true");
      const { chainId, manifest } = await pulled.resolve();
      await t.ns.api.snapshots.stat({ snapshotter: "overlayfs", key: chainId! });
      for (const layer of manifest.layers) {
        const { labels } = await t.ns.content.info(layer.digest);
        assertEquals(labels["containerd.io/distribution.source.127.0.0.1"], "some/app");
        const last = steps.findLast(({ name }) => name === layer.digest);
        assertEquals(last, {
          phase: last!.phase,
          name: layer.digest,
          current: layer.size,
          total: layer.size,
        });
      }
      await removeAll(t.ns);
    }
  }
});

daemonTest("images.pull() chooses platforms of an index", async (t) => {
  await using server = await startRegistry();
  const own = await makeImage();
  const other = await makeImage({ layers: [{ "o": "ther" }], platform: otherPlatform() });
  const index = await makeIndex([own, other]);
  const reference = `${server.host}/app:1`;
  const options = apart(server.dir);
  await seed(reference, {
    blobs: [own, other].flatMap(({ config, layers }) => [config, ...layers]),
    manifests: [own.manifest, other.manifest, index],
  }, options);
  const has = async (digest: string): Promise<boolean> =>
    await t.ns.content.info(digest).then(() => true, () => false);
  for (const via of waysOf(t)) {
    const one = await t.ns.images.pull(reference, { via, registry: options });
    assertEquals(one.digest, index.descriptor.digest);
    assertEquals(await has(own.layers[0]!.descriptor.digest), true);
    assertEquals(await has(other.layers[0]!.descriptor.digest), false);
    const all = await t.ns.images.pull(reference, { via, registry: options, platforms: "all" });
    await using lease = await t.ns.leases.create();
    await lease.delete({ sync: true });
    assertEquals(await has(other.layers[0]!.descriptor.digest), true);
    assertEquals(
      (await all.resolve({ platform: other.platform })).config.architecture,
      other.platform.architecture,
    );
    await removeAll(t.ns);
    const theirs = await t.ns.images.pull(reference, {
      via,
      registry: options,
      platform: other.platform,
    });
    assertEquals(await has(own.layers[0]!.descriptor.digest), false);
    assertEquals(theirs.digest, index.descriptor.digest);
    await removeAll(t.ns);
    const error = await assertRejects(
      () =>
        t.ns.images.pull(reference, {
          via,
          registry: options,
          platform: { os: "linux", architecture: "riscv64" },
        }),
      InvalidArgumentError,
      `Cannot pull "${reference}" for linux/riscv64`,
    );
    if (via === "client") assertStringIncludes(error.message, "linux/");
    await assertNothing(t.ns);
  }
});

daemonTest("images.pull() proves who asks", async (t) => {
  await using server = await startRegistry({ htpasswd: true });
  const image = await makeImage();
  const reference = `${server.host}/app:1`;
  const options = apart(server.dir, { credentials: { [server.host]: TEST_USER } });
  await seed(reference, image, options);
  for (const via of waysOf(t)) {
    const pulled = await t.ns.images.pull(reference, { via, registry: options });
    assertEquals(pulled.digest, image.manifest.descriptor.digest);
    await removeAll(t.ns);
    for (const credentials of [undefined, () => ({ ...TEST_USER, password: "wrong" })]) {
      const error = await assertRejects(
        () => t.ns.images.pull(reference, { via, registry: apart(server.dir, { credentials }) }),
        PullError,
        `"${reference}"`,
      );
      assertEquals(error.code, "unauthenticated", `${via}: ${error.message}`);
      await assertNothing(t.ns);
    }
  }
});

daemonTest(
  "images.pull() gets tokens for a name and a password, and for an identity token",
  async (t) => {
    await using tokens = await startTokenServer({ user: TEST_USER });
    await using server = await startRegistry({ token: tokens.registry });
    const image = await makeImage();
    const reference = `${server.host}/app:1`;
    await seed(reference, image, apart(server.dir, { credentials: () => TEST_USER }));
    const { identityToken } = tokens;
    for (const via of waysOf(t)) {
      for (const credential of [TEST_USER, { identityToken }]) {
        const registry = apart(server.dir, { credentials: { [server.host]: credential } });
        const pulled = await t.ns.images.pull(reference, { via, registry });
        assertEquals(pulled.digest, image.manifest.descriptor.digest);
        await removeAll(t.ns);
      }
    }
  },
);

daemonTest("images.pull() fetches nothing that another namespace of the daemon has", async (t) => {
  await using server = await startRegistry();
  const image = await makeImage({ layers: [{ "a": noise(300_000, 4) }] });
  await seed(`${server.host}/app:1`, image, apart(server.dir));
  await using proxy = startFaultProxy(server.url);
  const options = { via: "client", registry: apart(server.dir) } as const;
  await t.ns.images.pull(`${proxy.host}/app:1`, options);
  const other = t.client.namespace(`t-${crypto.randomUUID().slice(0, 13)}`);
  proxy.requests.length = 0;
  await other.images.pull(`${proxy.host}/app:1`, { ...options, unpack: false });
  const { digest } = image.layers[0]!.descriptor;
  assertEquals(proxy.requests.filter(({ path }) => path.endsWith(digest)), []);
  await removeAll(other);
  await t.client.namespaces.delete(other.name);
});

daemonTest("images.pull() says what the registry does not have", async (t) => {
  await using server = await startRegistry();
  const image = await makeImage();
  await seed(`${server.host}/app:1`, image, apart(server.dir));
  for (const via of waysOf(t)) {
    for (const name of ["app:2", "nothing:1"]) {
      const error = await assertRejects(
        () => t.ns.images.pull(`${server.host}/${name}`, { via, registry: apart(server.dir) }),
        PullError,
        `${server.host}/${name}`,
      );
      assertEquals(error.code, "not_found", `${via}: ${error.message}`);
      assertEquals(error.host, server.host);
    }
    await assertNothing(t.ns);
  }
  await assertRejects(() => t.ns.images.pull("No/Upper"), InvalidArgumentError, "lower case");
  await assertRejects(
    () => t.ns.images.pull("a", { via: "transfer", registry: new Registry() }),
    InvalidArgumentError,
    "it knows nothing of this Registry",
  );
  await assertRejects(
    () => t.ns.images.pull("a", { platforms: [] }),
    InvalidArgumentError,
    "empty",
  );
  if (t.version !== "2.1") {
    await assertRejects(
      () => t.ns.images.pull(`${server.host}/app:1`, { via: "transfer" }),
      UnsupportedError,
      "containerd 2.0",
    );
  }
});

daemonTest("images.pull() refuses bytes that were changed on the way", async (t) => {
  await using server = await startRegistry();
  const image = await makeImage({ layers: [{ "a": noise(100_000, 1) }, { "b": "2" }] });
  const reference = "app:1";
  await seed(`${server.host}/${reference}`, image, apart(server.dir));
  await using proxy = startFaultProxy(server.url);
  const { digest } = image.layers[0]!.descriptor;
  for (const via of waysOf(t)) {
    proxy.rule = ({ path }) =>
      path.endsWith(digest) ? { kind: "corrupt", atByte: 50_000 } : undefined;
    const error = await assertRejects(
      () => t.ns.images.pull(`${proxy.host}/${reference}`, { via, registry: apart(server.dir) }),
      DigestError,
    );
    assertEquals(error.expected, digest);
    await assertNothing(t.ns);
    proxy.rule = () => undefined;
    await t.ns.images.pull(`${proxy.host}/${reference}`, { via, registry: apart(server.dir) });
    await removeAll(t.ns);
  }
});

daemonTest("images.pull() goes on where it was cut off, within a pull and after it", async (t) => {
  await using server = await startRegistry();
  const layers = [1, 2, 3, 4].map((i) => ({ [`f${i}`]: noise(6_000_000, i) }));
  const image = await makeImage({ layers });
  await seed(`${server.host}/app:1`, image, apart(server.dir));
  await using proxy = startFaultProxy(server.url);
  const reference = `${proxy.host}/app:1`;
  const retry = { attempts: 2, baseDelayMs: 1, maxDelayMs: 5 };
  const registry = apart(server.dir, { retry });
  const isBlob = (path: string): boolean => path.includes("/blobs/");
  // Each blob's connection breaks twice: mended unseen.
  proxy.rule = ({ path, method }, count) =>
    method === "GET" && isBlob(path) && count < 2
      ? { kind: "cut", afterBytes: 1_500_000 }
      : undefined;
  await t.ns.images.pull(reference, { registry });
  const ranges = proxy.requests.map(({ headers }) => headers.get("range")).filter((r) => r);
  assert(ranges.includes("bytes=1500000-"), ranges.join());
  await removeAll(t.ns);
  await assertNothing(t.ns);

  // The registry is gone in the middle: what is there is not fetched again.
  const digests = image.layers.map(({ descriptor }) => descriptor.digest);
  const finished = async (): Promise<string[]> => {
    const all = await Array.fromAsync(t.ns.content.list());
    return all.map(({ digest }) => digest);
  };
  let rounds = 0;
  for (let done: string[] = [];; rounds++) {
    proxy.requests.length = 0;
    let budget = 2;
    proxy.rule = ({ path, method }) => {
      if (method !== "GET" || !digests.some((digest) => path.endsWith(digest))) return undefined;
      return budget-- > 0
        ? { kind: "cut", afterBytes: 2_500_000 }
        : { kind: "status", status: 503 };
    };
    // One at a time: a refusal breaks off what the others are about to write.
    const error = await t.ns.images.pull(reference, { registry, parallel: 1 })
      .then(() => undefined, (e) => e);
    for (const digest of done) {
      assert(!proxy.requests.some(({ path }) => path.endsWith(digest)), "fetched again");
    }
    if (error === undefined) break;
    assert(error instanceof DavitError);
    assertEquals(error.code, "unavailable", error.message);
    assertEquals(await t.ns.images.list(), []);
    // A collection of garbage takes nothing of it.
    await t.ns.gc();
    done = await finished();
    assert(rounds < 20, `it does not get on: ${error.message}`);
  }
  assert(rounds >= 4, `${rounds} rounds`);
  assertEquals(await t.ns.leases.list(), []);
  assertStringIncludes(await ctr(t, "images", "check"), "complete (5/5)");
}, { timeoutMs: 60_000 });

daemonTest("images.pull() that is aborted leaves nothing", async (t) => {
  await using server = await startRegistry();
  const image = await makeImage({ layers: [{ "a": noise(3_000_000, 1) }, { "b": "2" }] });
  await seed(`${server.host}/app:1`, image, apart(server.dir));
  const { digest } = image.layers[0]!.descriptor;
  for (const via of waysOf(t)) {
    await using proxy = startFaultProxy(server.url);
    proxy.rule = ({ path }) =>
      path.endsWith(digest) ? { kind: "stall", afterBytes: 2_500_000 } : undefined;
    const end = new AbortController();
    const pulling = t.ns.images.pull(`${proxy.host}/app:1`, {
      via,
      registry: apart(server.dir),
      signal: end.signal,
      onProgress: ({ name, current }) => {
        if (name === digest && current > 0) end.abort();
      },
    });
    await assertRejects(() => pulling, CanceledError);
    await assertNothing(t.ns);
  }
});

daemonTest("images.pull() of several at once fetches what they share once", async (t) => {
  await using server = await startRegistry();
  const shared = { "shared": noise(500_000, 9) };
  const images = await Promise.all(
    [1, 2, 3, 4, 5].map((i) => makeImage({ layers: [shared, { [`own${i}`]: "x" }] })),
  );
  for (const [i, image] of images.entries()) {
    await seed(`${server.host}/app:${i}`, image, apart(server.dir));
  }
  for (const via of waysOf(t)) {
    await using proxy = startFaultProxy(server.url);
    const pulled = await Promise.all(
      [0, 1, 2, 3, 4, 0].map((i) =>
        t.ns.images.pull(`${proxy.host}/app:${i}`, { via, registry: apart(server.dir) })
      ),
    );
    assertEquals(
      pulled.slice(0, 5).map(({ digest }) => digest),
      images.map(({ manifest }) => manifest.descriptor.digest),
    );
    const { digest } = images[0]!.layers[0]!.descriptor;
    if (via === "client") {
      const fetches = proxy.requests.filter(({ method, path }) =>
        method === "GET" && path.endsWith(digest)
      );
      assertEquals(fetches.length, 1);
    }
    await using lease = await t.ns.leases.create();
    await lease.delete({ sync: true });
    assertEquals((await ctr(t, "images", "check", "-q")).trim().split("\n").length, 5);
    await removeAll(t.ns);
  }
});

daemonTest("images.pull() says what Docker's first manifests need", async (t) => {
  await using server = await startRegistry();
  const body = await makeBlob("application/vnd.docker.distribution.manifest.v1+json", {
    schemaVersion: 1,
  });
  await using proxy = startFaultProxy(server.url, () => ({
    kind: "status",
    status: 200,
    headers: {
      "content-type": body.descriptor.mediaType,
      "docker-content-digest": body.descriptor.digest,
    },
    body: new TextDecoder().decode(body.bytes),
  }));
  await assertRejects(
    () => t.ns.images.pull(`${proxy.host}/a:1`, { via: "client", registry: apart(server.dir) }),
    UnsupportedError,
    "schema 1",
  );
  await assertNothing(t.ns);
});
