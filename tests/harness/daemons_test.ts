import { assert, assertEquals, assertMatch } from "@std/assert";
import { ROOT } from "../../.ci/setup/paths.ts";
import { WriteAction } from "../../lib/gen/containerd/services/content_pb.ts";
import { daemonTest } from "./daemons.ts";
import { BUSYBOX } from "./images.ts";
import { leftIn, RawDaemon, sweepNamespace } from "./leftovers.ts";

daemonTest("daemonTest() gives the daemon of the version that it names", async (env) => {
  const { version } = await env.client.version();
  assert(version.startsWith(`${env.version}.`), version);
});

daemonTest("daemonTest() gives an image that runs", async (env) => {
  const image = await env.image();
  assertEquals(image.name, BUSYBOX);
  assertEquals(await env.ns.run(image).command("echo", "hello").text(), "hello");
});

daemonTest("leftIn() names what is in a namespace", async (env) => {
  const { api } = env.ns;
  await api.leases.create({ id: "a-lease" });
  await api.snapshots.prepare({ snapshotter: "native", key: "a-snapshot" });
  await using raw = new RawDaemon(env.address);
  const left = await leftIn(raw, env.ns.name);
  await api.snapshots.remove({ snapshotter: "native", key: "a-snapshot" });
  await api.leases.delete({ id: "a-lease" });
  assertEquals(left, ["lease a-lease", "active snapshot a-snapshot (native)"]);
});

daemonTest("leftIn() names containers, tasks and ingests", async (env) => {
  const { api } = env.ns;
  const image = await env.image();
  await env.ns.container("a-container").image(image).command("sleep", "1000").start();
  async function* requests() {
    yield await Promise.resolve({
      action: WriteAction.WRITE,
      ref: "an-ingest",
      data: new Uint8Array(1),
    });
  }
  for await (const _ of api.content.write(requests()));
  await using raw = new RawDaemon(env.address);
  const left = await leftIn(raw, env.ns.name);
  await sweepNamespace(raw, env.ns.name);
  assertEquals(left, [
    "task a-container",
    "container a-container",
    "active snapshot a-container (overlayfs)",
    "ingest an-ingest",
  ]);
  assertEquals(await leftIn(raw, env.ns.name), []);
});

daemonTest("leftIn() names sandboxes", async (env) => {
  await using raw = new RawDaemon(env.address);
  await env.ns.api.sandboxStore.create({
    sandbox: { sandboxId: "a-sandbox", runtime: { name: "io.containerd.runc.v2" } },
  });
  const left = await leftIn(raw, env.ns.name);
  await sweepNamespace(raw, env.ns.name);
  assertEquals(left, ["sandbox a-sandbox"]);
}, { versions: ["1.7", "2.1"] });

/** Runs a file of tests that must fail. */
async function failing(code: string): Promise<string> {
  const file = Deno.makeTempFileSync({ suffix: "_test.ts" });
  const imports = `import { daemonTest } from "${import.meta.resolve("./daemons.ts")}";\n`;
  Deno.writeTextFileSync(file, imports + code);
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", `--config=${ROOT}/deno.json`, file],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  Deno.removeSync(file);
  const decoder = new TextDecoder();
  const text = decoder.decode(output.stdout) + decoder.decode(output.stderr);
  assert(!output.success, text);
  return text;
}

const NEEDS_DAEMONS = Deno.env.get("DAVIT_TEST_DAEMONS") === undefined;

Deno.test({
  name: "daemonTest() fails a test that leaves a container behind",
  ignore: NEEDS_DAEMONS,
  fn: async () => {
    const text = await failing(`
      daemonTest("leaks", async ({ ns }) => {
        const runtime = { name: "io.containerd.runc.v2" };
        const spec = { typeUrl: "types.containerd.io/opencontainers/runtime-spec/1/Spec" };
        await ns.api.containers.create({ container: { id: "stray", runtime, spec } });
        await ns.api.snapshots.prepare({ snapshotter: "overlayfs", key: "stray" });
      }, { versions: ["2.1"] });
      daemonTest("does not leak", ({ client }) => client.version(), { versions: ["2.1"] });
    `);
    assertMatch(text, /left behind: container stray, active snapshot stray/);
    assertMatch(text, /FAILED \| 1 passed \| 1 failed/);
  },
});

Deno.test({
  name: "daemonTest() fails a test that does not end",
  ignore: NEEDS_DAEMONS,
  fn: async () => {
    const text = await failing(`
      daemonTest("hangs", () => new Promise(() => {}), { versions: ["2.1"], timeoutMs: 50 });
    `);
    assertMatch(text, /the test did not end within 50 ms/);
  },
});

Deno.test({
  name: "daemonTest() fails a test that leaves a timer behind",
  ignore: NEEDS_DAEMONS,
  fn: async () => {
    const text = await failing(`
      daemonTest("ticks", async () => { setTimeout(() => {}, 60_000); }, { versions: ["2.1"] });
    `);
    assertMatch(text, /A timer was started in this test, but never completed/);
  },
});
