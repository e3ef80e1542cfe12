import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UnsupportedError } from "../../lib/errors/errors.ts";
import { ExitError, StartError } from "../../lib/errors/process_errors.ts";
import { makeImage, makeTar, ociFiles } from "../harness/archives.ts";
import { fakeContainerd, fakeTest } from "../../lib/testing/mod.ts";

const IMAGE = "alpine:3.20";

fakeTest("onRun() asks the last handler first", async ({ fake, ns }) => {
  await fake.addImage(ns.name, IMAGE);
  fake.onRun(() => ({ stdout: "general" }));
  fake.onRun(({ args }) => args[0] === "special" ? { stdout: "special" } : undefined);
  const base = ns.run(IMAGE);
  assertEquals(await base.command("special").text(), "special");
  assertEquals(await base.command("other").text(), "general");
});

fakeTest("onRun() sees what a process is given", async ({ fake, ns }) => {
  await fake.addImage(ns.name, IMAGE, {
    config: { Entrypoint: ["entry"], Env: ["A=image"], WorkingDir: "/work" },
    files: { "/etc/passwd": "root:x:0:0::/:/bin/sh\napp:x:7:8::/:/bin/sh\n" },
  });
  fake.onRun(async ({ stdin }) => ({ stdout: await new Response(stdin).bytes() }));
  const run = ns.run(IMAGE).command("arg").env({ B: "2" }).user("app").labels({ l: "1" });
  assertEquals(await run.stdin("input").name("c1").text(), "input");
  const [seen] = fake.runs;
  assert(seen);
  assertEquals(seen.args, ["entry", "arg"]);
  assertEquals([seen.env.A, seen.env.B, seen.cwd], ["image", "2", "/work"]);
  assertEquals(seen.user, { uid: 7, gid: 8 });
  assertEquals([seen.containerId, seen.namespace, seen.labels.l], ["c1", "test", "1"]);
  assertEquals(seen.image, "docker.io/library/alpine:3.20");
  assertEquals(seen.exitCode, 0);
});

fakeTest("onRun() can stream, delay, fail and refuse", async ({ fake, ns }) => {
  await fake.addImage(ns.name, IMAGE);
  async function* slowly() {
    for (const part of ["a", "b", "c"]) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      yield part;
    }
  }
  fake.onRun(({ args: [command] }) => {
    if (command === "stream") return { stdout: slowly(), delayMs: 1 };
    if (command === "fail") return { stderr: "broken\n", exitCode: 4 };
    if (command === "refuse") return { startError: 'exec: "refuse": permission denied' };
  });
  const base = ns.run(IMAGE);
  assertEquals(await base.command("stream").text(), "abc");
  const failed = await assertRejects(async () => await base.command("fail"), ExitError, "broken");
  assertEquals(failed.exitCode, 4);
  const refused = await assertRejects(async () => await base.command("refuse"), StartError);
  assertEquals(refused.reason, "not_executable");
  const unknown = await assertRejects(async () => await base.command("unknown"), StartError);
  assertEquals(unknown.reason, "command_not_found");
});

fakeTest("a process does on a signal what the script says", async ({ fake, ns }) => {
  await fake.addImage(ns.name, IMAGE);
  const got: string[] = [];
  fake.onRun(({ args: [command] }) => ({
    untilSignal: true,
    ...(command === "plain" ? {} : {
      onSignal: (signal) => {
        got.push(signal);
        return signal === "SIGTERM" ? 5 : undefined;
      },
    }),
  }));
  await using plain = await ns.container("plain").image(IMAGE).command("plain").start();
  assertEquals((await plain.stop()).exitCode, 143);
  await using handled = await ns.container("handled").image(IMAGE).command("handled").start();
  await handled.kill("SIGHUP");
  assertEquals((await handled.stop()).exitCode, 5);
  assertEquals(got, ["SIGHUP", "SIGTERM"]);
});

fakeTest("a process that is paused writes nothing", async ({ fake, ns }) => {
  await fake.addImage(ns.name, IMAGE);
  const go = Promise.withResolvers<void>();
  fake.onRun(async () => {
    await go.promise;
    return { stdout: "late" };
  });
  await using container = await ns.container("c").image(IMAGE).command("x").start();
  const task = { containerId: "c" };
  await ns.api.tasks.pause(task);
  go.resolve();
  let ended = false;
  const exit = container.wait().then((status) => {
    ended = true;
    return status;
  });
  for (let i = 0; i < 100; i++) await ns.api.tasks.get(task);
  assertEquals(ended, false);
  await ns.api.tasks.resume(task);
  assertEquals((await exit).exitCode, 0);
});

fakeTest("bind mounts need their source on the fake's host", async ({ fake, ns }) => {
  await fake.addImage(ns.name, IMAGE);
  fake.onRun(() => ({}));
  const run = ns.run(IMAGE).command("x").mount({ bind: "/site", to: "/www" });
  await assertRejects(async () => await run, Error, "does not exist on the fake");
  fake.host.addFile("/site/index.html", "hello");
  await run;
});

fakeTest("images can be imported, tagged and built", async ({ fake, ns }) => {
  const tar = await makeTar(ociFiles(await makeImage(), "docker.io/library/imported:1"));
  const [imported] = await ns.images.import(tar);
  assert(imported);
  await ns.images.tag(imported, "other:1");
  fake.onRun(() => ({}));
  const built = await ns.build(imported).env({ A: "1" }).tag("built:1").build();
  assertEquals((await built.resolve()).config.config?.Env?.includes("A=1"), true);
  assertEquals(await ns.run("built:1").command("x").exitCode(), 0);
  assertEquals((await ns.images.list()).map(({ name }) => name), [
    "docker.io/library/built:1",
    "docker.io/library/imported:1",
    "docker.io/library/other:1",
  ]);
});

fakeTest("layers are applied, and never differ afterwards", async ({ fake, ns }) => {
  await fake.addImage(ns.name, IMAGE, { files: { "/etc/motd": "hello" } });
  const image = await ns.images.get(IMAGE);
  const parent = await image.unpack();
  const { diff, snapshots } = ns.api;
  const snapshotter = "overlayfs";
  const left = await snapshots.view({ snapshotter, key: "left", parent });
  const right = await snapshots.prepare({ snapshotter, key: "right", parent });
  assertEquals(
    new TextDecoder().decode(await fake.host.readFile(`${left.mounts[0]?.source}/etc/motd`)),
    "hello",
  );
  const { diff: layer } = await diff.diff({ left: left.mounts, right: right.mounts });
  assert(layer);
  const { applied } = await diff.apply({ diff: layer, mounts: right.mounts });
  assertEquals(applied?.size, 1024n);
  const { labels } = await ns.content.info(layer.digest);
  assertEquals(labels["containerd.io/uncompressed"], applied?.digest);
  for (const key of ["left", "right"]) await snapshots.remove({ snapshotter, key });
});

fakeTest("an older daemon lacks what it lacked", async ({ client }) => {
  assertEquals((await client.version()).version, "1.6.20");
  await assertRejects(
    () => client.api.introspection.pluginInfo({ type: "a", id: "b" }),
    UnsupportedError,
  );
}, { version: "1.6.20" });

Deno.test("left() tells what a script did not clean up", async () => {
  await using fake = fakeContainerd().onRun(() => ({ untilSignal: true }));
  await fake.addImage("test", IMAGE);
  const client = fake.connect();
  const ns = client.namespace("test");
  await ns.container("kept").image(IMAGE).keep().command("x").start();
  await ns.leases.create({ id: "lease" });
  const events = ns.api.events.subscribe({});
  await ns.api.version.version({});
  await client.close();
  await events.return?.();
  const left = fake.left().join("\n");
  assertStringIncludes(left, 'task "kept" in namespace "test"');
  assertStringIncludes(left, 'container "kept" in namespace "test"');
  assertStringIncludes(left, 'lease "lease" in namespace "test"');
  assertStringIncludes(left, 'snapshot "kept" in namespace "test"');
});

Deno.test("left() tells of handlers that failed", async () => {
  await using fake = fakeContainerd().onRun(() => {
    throw new Error("a mistake in the test");
  });
  await fake.addImage("default", IMAGE);
  const client = fake.connect();
  await assertRejects(async () => await client.namespace().run(IMAGE).command("x"));
  await client.close();
  assertEquals(fake.left(), ["an onRun() handler failed: Error: a mistake in the test"]);
});

Deno.test("the fake needs no permission, and loads no daemon and no socket", async () => {
  const script = new URL("./fake_script.ts", import.meta.url);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", script.href],
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  assertEquals(new TextDecoder().decode(stdout), "6.1.0\n");
  const info = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL("../../lib/testing/mod.ts", import.meta.url).href],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(info.stdout)) as {
    modules: {
      specifier: string;
      dependencies?: { code?: { specifier?: string }; isDynamic?: boolean }[];
    }[];
  };
  const loaded = new Set<string>();
  const visit = (specifier: string) => {
    if (loaded.has(specifier)) return;
    loaded.add(specifier);
    const module = modules.find((module) => module.specifier === specifier);
    for (const { code, isDynamic } of module?.dependencies ?? []) {
      if (code?.specifier && !isDynamic) visit(code.specifier);
    }
  };
  visit(new URL("../../lib/testing/mod.ts", import.meta.url).href);
  const unwanted = [...loaded].filter((specifier) =>
    /^node:|\/lib\/(daemon|registry)\/|\/lib\/rpc\/(dial|transport|connector)\.ts/.test(
      specifier,
    )
  );
  assertEquals(unwanted, []);
});
