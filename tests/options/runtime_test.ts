/** Who runs a container, and how. @module */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { containerdBin, toolPath } from "../../.ci/setup/paths.ts";
import { unpackMessage } from "../../lib/api/any.ts";
import { InvalidArgumentError, NotFoundError } from "../../lib/errors/errors.ts";
import { StartError } from "../../lib/errors/process_errors.ts";
import { OptionsSchema } from "../../lib/gen/containerd/runc/options_pb.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";
import { makePlace } from "../daemon/support.ts";
import { withWritable } from "../../lib/oci/spec_mounts.ts";
import { withLinuxResources } from "../../lib/oci/spec_resources.ts";
import { mountsOf, tempFolder } from "./support.ts";

daemonTest("runtime() tells runc's shim its options", async ({ ns, image }) => {
  await using folder = await tempFolder("runc");
  // A runc that says that it was called.
  const wrapper = `${folder.path}/my-runc`;
  const script = `#!/bin/sh\necho "$@" >> ${folder.path}/calls\nexec runc "$@"\n`;
  await Deno.writeTextFile(wrapper, script, { mode: 0o755 });
  await using box = await ns.container("own").image(await image()).command("sleep", "60")
    .runtime(wrapper, { root: `${folder.path}/state`, noNewKeyring: true, noPivotRoot: true })
    .start();
  const calls = await Deno.readTextFile(`${folder.path}/calls`);
  assert(calls.includes(`--root ${folder.path}/state/${ns.name}`), calls);
  assert(/create .*--no-pivot/.test(calls) && /--no-new-keyring/.test(calls), calls);
  const { container } = await ns.api.containers.get({ id: "own" });
  assertEquals(container?.runtime?.name, "io.containerd.runc.v2");
  const options = unpackMessage(OptionsSchema, container!.runtime!.options!);
  assertEquals([options?.binaryName, options?.noPivotRoot], [wrapper, true]);
  await box.remove();
});

daemonTest("runtime() says what is not there", async ({ ns, image }) => {
  const run = ns.run(await image()).command("true");
  await assertRejects(async () => await run.runtime("davit-no-runc"), StartError);
  await assertRejects(async () => await run.runtime("io.containerd.davit-none.v9"), StartError);
  assertThrows(() => run.runtime(""), InvalidArgumentError, "as runtime");
  assertThrows(() => run.runtime("crun", { binary: "runc" }), InvalidArgumentError, "to a shim");
});

daemonTest("init() puts tini before the command", async ({ ns, image }) => {
  const base = ns.run(await image()).init(Deno.realPathSync(toolPath("tini-static")));
  const text = await base.sh`tr '\\0' ' ' < /proc/1/cmdline; echo; exit 0`.text();
  assert(text.startsWith("/sbin/tini -- /bin/sh -c"), text);
  assertEquals(await base.sh`exit 7`.exitCode(), 7);
  await assertRejects(
    async () => await base.init("/no/tini").command("true"),
    NotFoundError,
    "init",
  );
});

daemonTest("systemd() prepares for an init as first process", async ({ ns, image }) => {
  const base = ns.container("sys").image(await image());
  const always = await base.systemd("always").command("sleep", "60").spec();
  assertEquals(always.by('mounts["/run/lock"].type'), "systemd");
  await using box = await base.systemd("always").command("sleep", "60").start();
  const { container } = await ns.api.containers.get({ id: "sys" });
  assertEquals(container?.labels["io.containerd.image.config.stop-signal"], "SIGRTMIN+3");
  const mounts = mountsOf(await box.exec("cat", "/proc/mounts").text());
  assertEquals(["/run", "/run/lock", "/tmp"].map((at) => mounts.get(at)?.type), [
    "tmpfs",
    "tmpfs",
    "tmpfs",
  ]);
  assert([...mounts.keys()].some((path) => path.startsWith("/sys/fs/cgroup")));
  assertEquals(await box.exec().sh`echo $container`.text(), "davit");
  // Other commands are left alone.
  const other = await base.systemd().command("sleep", "60").spec();
  assertEquals(other.setBy("systemd"), []);
  assert((await base.systemd().command("/sbin/init").spec()).setBy("systemd").length > 0);
});

daemonTest(
  "labels, annotations, extensions, hooks, stop signal and timeout are kept",
  async (t) => {
    const { ns } = t;
    await using folder = await tempFolder("labels");
    await Deno.writeTextFile(`${folder.path}/labels`, "# c\nfrom.file=a=b\nbare\n");
    await using box = await ns.container("labelled").image(await t.image()).command(
      "sh",
      "-c",
      "trap 'exit 9' USR1; echo; sleep 60 & wait",
    )
      .labels({ own: "1" }).labelFile(`${folder.path}/labels`).annotations({ "org.x": "y" })
      .extension("ext", { typeUrl: "example.x", value: new Uint8Array([1, 2]) })
      .stopSignal("USR1").stopTimeout("1500ms")
      .hook("poststop", { path: "/bin/sh", args: ["sh", "-c", `echo gone > ${folder.path}/gone`] })
      .start();
    const { container } = await ns.api.containers.get({ id: "labelled" });
    const { labels = {}, extensions = {} } = container ?? {};
    // containerd keeps no label that is empty.
    assertEquals([labels.own, labels["from.file"], labels.bare], ["1", "a=b", undefined]);
    assertEquals(labels["io.containerd.image.config.stop-signal"], "SIGUSR1");
    assertEquals(labels["nerdctl/stop-timeout"], "2");
    assertEquals([...extensions.ext?.value ?? []], [1, 2]);
    await box.until(/^$/);
    assertEquals((await box.stop({ timeout: "60s" })).exitCode, 9);
    assertEquals(await Deno.readTextFile(`${folder.path}/gone`), "gone\n");
    const builder = ns.run("x");
    assertThrows(() => builder.stopSignal("SIGNOPE"), InvalidArgumentError, "SIGNOPE");
    assertThrows(() => builder.labelFile("/no/file"), InvalidArgumentError, "does not exist");
    assertThrows(() => builder.hook("poststop", { path: "sh" }), InvalidArgumentError, "absolute");
    const big = { x: "y".repeat(4096) };
    assertThrows(() => builder.labels(big), InvalidArgumentError);
  },
);

daemonTest("entrypoint(), edit(), snapshotter() and keep() do what they say", async (t) => {
  const { ns } = t;
  const base = ns.run(await t.image());
  assertEquals(await base.entrypoint("echo", "a").command("b").text(), "a b");
  const edited = base.edit(withWritable("sysfs"))
    .edit(withLinuxResources({ pids: { limit: 33 } })).cgroupMount("ro");
  const mounts = mountsOf(await edited.command("cat", "/proc/mounts").text());
  assert(mounts.get("/sys")?.options.includes("rw"));
  assertEquals((await edited.spec()).by("linux.resources.pids.limit"), "edit");
  await base.snapshotter("native").command("true");
  await using box = await ns.container("kept").image(await t.image()).keep().create();
  const { container } = await ns.api.containers.get({ id: box.id });
  const owned = Object.keys(container?.labels ?? {}).filter((label) => /owner/.test(label));
  assertEquals(owned, []);
});

daemonTest("platform() and pull() choose the image", async ({ ns, image }) => {
  const { name } = await image();
  const run = ns.run(name).command("true");
  await run.pull("missing");
  await assertRejects(
    async () => await run.platform("linux/s390x"),
    InvalidArgumentError,
    "linux/",
  );
  await assertRejects(
    async () => await ns.run("no.such.host.invalid/x:1").command("true"),
    NotFoundError,
  );
  // Pulled, and so looked for: the host's name cannot be found.
  const pulled = async () => await ns.run("127.0.0.1:1/x:1").pull("missing").command("true");
  const error = await assertRejects(pulled);
  assert(!(error instanceof NotFoundError), `${error}`);
  assertThrows(() => run.pull("often" as "always"), InvalidArgumentError, "use");
});

Deno.test("[2.1] crun runs containers, where it has no hybrid cgroups to refuse", async () => {
  await using place = await makePlace("2.1");
  await using folder = await tempFolder("crun");
  // crun refuses hybrid cgroups: its daemon gets a mount namespace without the unified hierarchy.
  const wrapper = `${folder.path}/containerd`;
  await Deno.writeTextFile(
    wrapper,
    `#!/bin/sh
exec unshare -m sh -c 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$0" "$@"' ${
      containerdBin("2.1")
    } "$@"
`,
    { mode: 0o755 },
  );
  const path = [...place.options.path ?? [], containerdBin("2.1").replace(/\/containerd$/, "")];
  const daemon = await startDaemon({ ...place.options, containerd: wrapper, path });
  try {
    await using client = clientOf(daemon.address);
    const ns = client.namespace(place.namespace);
    const base = ns.run(await loadBusybox(ns)).runtime(Deno.realPathSync(toolPath("crun")));
    const run = base.memory("64MiB").pids(20).user("app").capabilities({ drop: ["ALL"] });
    const text = await run.command("cat", "/proc/self/status").text();
    assert(/^CapEff:\s+0+$/m.test(text) && /^Uid:\s+1000/m.test(text), text);
    assertEquals(await run.sh`exit 5`.exitCode(), 5);
    await assertRejects(async () => await run.command("/no/such"), StartError);
  } finally {
    await daemon.stop();
  }
});
