/** Specs that tell who set each field, what is dangerous, and what ctr makes of the same. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { unpackSpec } from "../../lib/api/any.ts";
import { NotFoundError } from "../../lib/errors/errors.ts";
import { diffSpecs } from "../../lib/oci/spec_fields.ts";
import { daemonTest } from "../harness/daemons.ts";

daemonTest("spec() tells who set each field, and makes nothing", async ({ ns, image }) => {
  const base = ns.run(await image()).memory("64MiB").env({ A: "1" }).command("echo", "hi");
  const spec = await base.hostname("box").capabilities({ drop: ["KILL"] }).spec();
  assertEquals(spec.by("linux.resources.memory.limit"), "memory");
  assertEquals(spec.by("process.env.A"), "env");
  assertEquals(spec.by("process.env.PATH"), "image");
  assertEquals(spec.by("process.args[1]"), "command");
  assertEquals(spec.by("hostname"), "hostname");
  assertEquals(spec.by("process.cwd"), "default");
  assertEquals(spec.by('mounts["/proc"].type'), "default");
  assertEquals(spec.by("process.capabilities.bounding.CAP_KILL"), "capabilities");
  assertEquals(spec.by("no.such.field"), undefined);
  assertEquals(spec.setBy("memory"), [
    { path: "linux.resources.memory.limit", value: "67108864", by: "memory" },
  ]);
  const text = `${spec}`.split("\n").map((line) => line.replaceAll(/ +/g, " "));
  assert(text.includes("memory linux.resources.memory.limit = 67108864"), `${spec}`);
  assertEquals(
    spec.diff(await base.hostname("box").memory("128MiB").spec()),
    [
      { path: "linux.resources.memory.limit", before: "67108864", after: "134217728" },
      { path: "process.capabilities.bounding.CAP_KILL", before: undefined, after: "true" },
      { path: "process.capabilities.effective.CAP_KILL", before: undefined, after: "true" },
      { path: "process.capabilities.permitted.CAP_KILL", before: undefined, after: "true" },
    ],
  );
  assertEquals(await ns.containers.list(), []);
  await assertRejects(() => ns.run("no.such/x:1").spec(), NotFoundError);
});

daemonTest("spec() tells what is made only with the container, and by whom", async (t) => {
  const { ns } = t;
  const image = await ns.build(await t.image()).volume("/own").tag("v:1").build();
  const base = ns.container().image(image).mount(
    { volume: "data", to: "/data" },
    { image, to: "/tools" },
    { tmpfs: true, to: "/tmp" },
  );
  const spec = await base.spec();
  const later = spec.fields.filter(({ value }) => value.startsWith("at creation: "));
  assertEquals(later.map(({ path, value, by }) => `${by} ${path} = ${value}`), [
    'mount mounts["/data"].source = at creation: volume data on /data',
    'image mounts["/own"].source = at creation: volume without a name on /own',
    `mount mounts["/tools"].source = at creation: image ${image.name} on /tools`,
  ]);
  assertEquals(spec.by('mounts["/tools"].source'), "mount");
  assertEquals(spec.by('mounts["/own"]'), "image");
  assert(`${spec}`.includes('mounts["/data"].source = at creation: volume data'), `${spec}`);
  assertEquals(await ns.volumes.list(), []);
});

daemonTest("lint() warns of what is dangerous, and tells who asked for it", async (t) => {
  const base = t.ns.run(await t.image()).user("1000:1000").memory("64MiB").pids(50);
  assertEquals(await base.lint(), []);
  const rules = async (run: typeof base) =>
    (await run.lint()).map(({ rule, by, severity }) => `${severity} ${rule} ${by}`);
  assertEquals(await rules(base.namespace("pid", "host")), ["high host-namespace namespace"]);
  assertEquals(await rules(base.capabilities({ add: ["SYS_ADMIN"] })), [
    "high dangerous-capability capabilities",
  ]);
  assertEquals(await rules(base.seccomp("unconfined")), ["medium seccomp-unconfined seccomp"]);
  assertEquals(await rules(base.mount({ bind: "/etc", to: "/x", readonly: true })), [
    "medium sensitive-mount mount",
  ]);
  assertEquals(await rules(base.env({ DB_PASSWORD: "x" })), ["low secret-in-environment env"]);
  const bare = t.ns.run(await t.image());
  assertEquals((await rules(bare)).sort(), [
    "low no-memory-limit default",
    "low no-pids-limit default",
    "low root-user default",
  ]);
  const privileged = await rules(bare.privileged());
  assert(privileged.includes("high privileged privileged"), `${privileged}`);
  assert(privileged.includes("high all-devices privileged"), `${privileged}`);
}, { versions: ["2.1"] });

/** What ctr puts into a container's record for its flags. */
async function ctrSpec(
  { bin, address, ns }: { bin: string; address: string; ns: { name: string } },
  flags: readonly string[],
  image: string,
): Promise<string> {
  const args = ["-a", address, "-n", ns.name, "containers", "create", ...flags, image, "by-ctr"];
  const { success, stderr } = await new Deno.Command(`${bin}/ctr`, {
    args: [...args, "sleep", "1"],
  })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return "by-ctr";
}

daemonTest("options make the spec that ctr makes of its flags", async (t) => {
  const { ns } = t;
  const image = await t.image();
  await image.unpack();
  const id = await ctrSpec(t, [
    ...["--memory-limit", "67108864", "--cap-add", "CAP_NET_ADMIN", "--cap-drop", "CAP_KILL"],
    ...["--hostname", "box", "--cwd", "/tmp", "--env", "A=1", "--read-only", "--seccomp"],
    ...["--annotation", "x=y", "--cpu-quota", "20000", "--cpu-period", "50000"],
    ...["--mount", "type=bind,src=/tmp,dst=/data,options=rbind:rprivate:ro"],
    ...["--with-ns", "uts:/proc/1/ns/uts", "--allow-new-privs"],
  ], image.name);
  const { container } = await ns.api.containers.get({ id });
  const theirs = unpackSpec(container!.spec!);
  await ns.api.containers.delete({ id });
  await ns.api.snapshots.remove({ snapshotter: "overlayfs", key: id }).catch((error) => {
    if (!(error instanceof NotFoundError)) throw error; // it was collected with the container
  });
  const { oci } = await ns.container(id).image(image).command("sleep", "1")
    .memory("64MiB").capabilities({ add: ["NET_ADMIN"], drop: ["KILL"] }).hostname("box")
    .cwd("/tmp").env({ A: "1" }).readonlyRootfs().annotations({ x: "y" })
    .cpu({ quota: 20_000, period: 50_000 }).mount({ bind: "/tmp", to: "/data", readonly: true })
    .namespace("uts", { path: "/proc/1/ns/uts" }).noNewPrivileges(false).spec();
  const differences = diffSpecs(theirs, oci)
    // The version of the spec, lists of default profiles and paths differ by containerd's version;
    // ctr gives no group 0 besides, makes its devices' rules as ours in another order.
    .filter(({ path }) =>
      !/^(?:ociVersion|linux\.(?:seccomp|maskedPaths|readonlyPaths|resources\.devices)|process\.user)/
        .test(path)
    );
  assertEquals(differences, []);
}, { versions: ["1.7", "2.1"] });
