import { assert, assertEquals, assertRejects } from "@std/assert";
import { BuildError } from "../../lib/errors/image_errors.ts";
import { DavitError } from "../../lib/errors/errors.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import { loadBusybox } from "../harness/images.ts";
import { smallDiskTest } from "../harness/small_disk.ts";
import { buildTest, faultyBuild, runIn } from "./support.ts";

/** At how many points a build is killed. */
const KILLS = 10;

/** What a namespace has, but for what keeps the cache of builds that were ended. */
async function contents(ns: Namespace): Promise<Record<string, string[]>> {
  const { statuses } = await ns.api.content.listStatuses({});
  return {
    images: (await ns.images.list()).map(({ name }) => name),
    containers: (await ns.containers.list()).map(({ id }) => id),
    active: (await ns.snapshots.list()).filter(({ kind }) => kind !== "committed")
      .map(({ key }) => key),
    leases: (await ns.leases.list()).map(({ id }) => id)
      .filter((id) => !id.startsWith("davit-build-")),
    ingests: statuses.map(({ ref }) => ref),
  };
}

async function blobs(ns: Namespace): Promise<string[]> {
  return (await Array.fromAsync(ns.content.list())).map(({ digest }) => digest).sort();
}

buildTest("ImageBuilder.build() comes to the same end wherever it was killed before", async (t) => {
  const { ns } = t;
  const base = await t.image();
  const before = { all: await contents(ns), blobs: await blobs(ns) };
  const run = async (at: number) => {
    const script = new URL("killed_at_script.ts", import.meta.url).pathname;
    const { signal, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", script, t.address, ns.name, base.name, `${at}`],
    }).output();
    return { signal, calls: Number(new TextDecoder().decode(stdout)) };
  };
  const clear = async () => {
    await ns.images.remove("faulty:1");
    await ns.pruneBuilds();
    await ns.gc();
    assertEquals(await contents(ns), before.all);
    assertEquals(await blobs(ns), before.blobs);
    assertEquals((await ns.leases.list()).map(({ id }) => id), []);
  };
  const { calls } = await run(0);
  const { digest } = await ns.images.get("faulty:1");
  await clear();
  for (let i = 0; i < KILLS; i++) {
    // Somewhere in each tenth.
    const at = 1 + Math.floor((i + Math.random()) * calls / KILLS);
    const { signal } = await run(at);
    await ns.sweep();
    // What runs side by side may take fewer calls another time.
    if (signal === "SIGKILL") {
      const { images, ...left } = await contents(ns);
      const { images: _, ...none } = before.all;
      assertEquals(left, none, `after the kill at call ${at} of ${calls}`);
      assert(
        images!.every((name) => name.endsWith("/faulty:1") || name === base.name),
        `${images}`,
      );
    }
    const again = await faultyBuild(ns, base).build();
    assertEquals(again.digest, digest, `after the kill at call ${at} of ${calls}`);
    assertEquals((await ns.leases.list()).map(({ id }) => id), []);
    await clear();
  }
}, { versions: ["2.1"], timeoutMs: 240_000 });

buildTest("ImageBuilder.build() keeps its base, even if that vanishes meanwhile", async (t) => {
  const { ns } = t;
  const base = await t.image();
  await ns.images.set("base:1", (await ns.images.get(base.name)).target);
  let vanished: Promise<void> | undefined;
  const vanish = async () => {
    for (const { name } of await ns.images.list()) await ns.images.remove(name, { force: true });
    await ns.gc();
  };
  const image = await ns.build("base:1").sh`echo 1 > /first; echo ready; sleep 1`
    .copy({ two: "2" }, "/").sh`cat /first /two > /both`.tag("built:1")
    .build({
      onProgress({ output }) {
        if (output?.includes("ready")) vanished ??= vanish();
      },
    });
  assert(vanished, "the base was not removed");
  await vanished;
  await ns.gc();
  assertEquals((await image.check({ content: true })).complete, true);
  assertEquals(await runIn(t, image, "cat", "/both"), "1\n2");
  assertEquals(await contents(ns), {
    images: [image.name],
    containers: [],
    active: [],
    leases: [],
    ingests: [],
  });
});

smallDiskTest(
  "ImageBuilder.build() on a full disk leaves nothing, and the daemon goes on",
  40,
  async (client) => {
    const ns = client.namespace("full");
    const base = await loadBusybox(ns);
    const before = { all: await contents(ns), blobs: await blobs(ns) };
    const noise = new Uint8Array(32 * 1024 * 1024);
    for (let at = 0; at < noise.length; at += 65_536) {
      crypto.getRandomValues(noise.subarray(at, at + 65_536));
    }
    const builds = {
      files: ns.build(base).copy({ noise }, "/"),
      unpacked: ns.build(base).copy({ zeros: new Uint8Array(60_000_000) }, "/"),
      command: ns.build(base).sh`dd if=/dev/zero of=/zeros bs=1M count=60`,
      layer: ns.build(base).sh`dd if=/dev/urandom of=/noise bs=1M count=20`,
    };
    for (const [name, described] of Object.entries(builds)) {
      const error = await assertRejects(
        () => described.tag("full:1").build(),
        DavitError,
        undefined,
        name,
      );
      assert(/no space left on device/i.test(error.message), error.message);
      if (name === "command") {
        assert(error instanceof BuildError, error.message);
        assertEquals(error.exitCode, 1);
      } else {
        assertEquals(error.code, "resource_exhausted", error.message);
        const start = 'Cannot build image "docker.io/library/full:1": ';
        assert(error.message.startsWith(start), error.message);
      }
      await ns.pruneBuilds();
      await ns.gc();
      assertEquals(await contents(ns), before.all, name);
      assertEquals(await blobs(ns), before.blobs, name);
    }
    const image = await faultyBuild(ns, base).build();
    assertEquals((await image.check({ content: true })).complete, true);
  },
);
