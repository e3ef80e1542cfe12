import { assertEquals, assertRejects } from "@std/assert";
import { InvalidArgumentError } from "../../lib/errors/errors.ts";
import { VerificationError } from "../../lib/errors/image_errors.ts";
import type { ImageProgress } from "../../lib/core/image/progress.ts";
import { Registry } from "../../lib/registry/registry.ts";
import { generateKeyPair, requireSignature } from "../../lib/trust/mod.ts";
import { gzip, makeImage, makeTar, ociFiles } from "../harness/archives.ts";
import { daemonTest } from "../harness/daemons.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";
import { startRegistry } from "../harness/registry.ts";
import { apart, seed, waysOf } from "./support.ts";

const keys = await generateKeyPair();

daemonTest("images.pull() fetches nothing before verify trusts it", async (t) => {
  await using server = await startRegistry();
  await using proxy = startFaultProxy(server.url);
  const { privateKey: key, publicKey } = keys;
  const image = await makeImage({ layers: [{ a: "1" }], compress: gzip });
  const registry = apart(server.dir);
  const reference = `${proxy.host}/app:1`;
  await seed(`${server.host}/app:1`, image, registry);
  const verify = requireSignature({ keys: publicKey });
  const isBlob = ({ path }: { path: string }) => path.includes("/blobs/");
  for (const via of waysOf(t)) {
    const error = await assertRejects(
      () => t.ns.images.pull(reference, { via, registry, verify }),
      VerificationError,
      `Cannot trust "${reference}" (${image.manifest.descriptor.digest}): it has no signature`,
    );
    assertEquals(error.digest, image.manifest.descriptor.digest);
    assertEquals(proxy.requests.filter(isBlob), []);
    assertEquals(await t.ns.images.list(), []);
    assertEquals(await Array.fromAsync(t.ns.content.list()), []);
  }
  await using client = new Registry(registry);
  const { signImage } = await import("../../lib/trust/sign.ts");
  await signImage(client, `${server.host}/app:1`, { key });
  for (const via of waysOf(t)) {
    const steps: ImageProgress[] = [];
    const pulled = await t.ns.images.pull(reference, {
      via,
      registry,
      verify,
      onProgress: (step) => steps.push(step),
    });
    assertEquals(pulled.name, reference);
    assertEquals(pulled.target, image.manifest.descriptor);
    assertEquals(steps[0]!.phase, "verify");
    await pulled.verify(verify, { registry });
    const other = requireSignature({ keys: (await generateKeyPair()).publicKey });
    await assertRejects(() => pulled.verify(other, { registry }), VerificationError);
    const odd = await t.ns.images.set("odd name", pulled.target);
    await assertRejects(() => odd.verify(verify), Error, "its name says of no registry");
    await odd.verify(verify, { from: reference, registry });
    for (const one of await t.ns.images.list()) await t.ns.images.remove(one, { sync: true });
  }
});

daemonTest("images.pull() pulls what the policy saw, although the tag has moved", async (t) => {
  await using server = await startRegistry();
  const registry = apart(server.dir);
  const good = await makeImage({ layers: [{ good: "1" }], compress: gzip });
  const bad = await makeImage({ layers: [{ bad: "1" }], compress: gzip });
  const reference = `${server.host}/app:1`;
  for (const via of waysOf(t)) {
    await seed(reference, good, registry);
    const pulled = await t.ns.images.pull(reference, {
      via,
      registry,
      verify: async ({ descriptor }) => {
        await seed(reference, bad, registry);
        return descriptor.digest === good.manifest.descriptor.digest;
      },
    });
    assertEquals(pulled.digest, good.manifest.descriptor.digest);
    assertEquals(pulled.name, reference);
    await t.ns.images.remove(pulled, { sync: true });
  }
});

daemonTest("image.push() and image.sign() sign what was pushed", async (t) => {
  await using server = await startRegistry();
  const registry = apart(server.dir);
  const { privateKey: key, publicKey } = keys;
  const verify = requireSignature({ keys: publicKey });
  const image = await makeImage({ layers: [{ a: "1" }], compress: gzip });
  const [here] = await t.ns.images.import(await makeTar(ociFiles(image, "davit.test/app:1")), {
    unpack: false,
  });
  for (const via of waysOf(t)) {
    const to = `${server.host}/${via}:1`;
    await assertRejects(
      () => here!.push(to, { via, registry, sign: { key: "no key" } }),
      InvalidArgumentError,
    );
    await using client = new Registry(registry);
    await assertRejects(() => client.resolve(to));
    await here!.push(to, { via, registry, sign: { key, as: "bundle" } });
    await t.ns.images.pull(to, { via, registry, verify, unpack: false });
    await here!.push(`${server.host}/${via}/later:1`, { via, registry });
    const from = `${server.host}/${via}/later`;
    await assertRejects(() => here!.verify(verify, { registry, from }), VerificationError);
    const { subject } = await here!.sign({ key, registry, from });
    assertEquals(subject.digest, here!.digest);
    await here!.verify(verify, { registry, from });
  }
});
