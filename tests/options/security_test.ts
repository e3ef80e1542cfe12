/** Options of security, seen from inside. @module */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InvalidArgumentError, NotFoundError, UnsupportedError } from "../../lib/errors/errors.ts";
import { ExitError } from "../../lib/errors/process_errors.ts";
import { capabilitiesIn } from "../../lib/core/exec/capabilities.ts";
import { daemonTest } from "../harness/daemons.ts";
import { mountsOf, status, tempFolder } from "./support.ts";

const capabilities = (mask: string | undefined) => capabilitiesIn(BigInt(`0x${mask}`));

daemonTest("capabilities() adds, drops, and has all that can be given", async ({ ns, image }) => {
  const base = ns.run(await image());
  const few = await status(base.capabilities({ drop: ["ALL"], add: ["NET_BIND_SERVICE"] }));
  assertEquals(capabilities(few("CapEff")), ["CAP_NET_BIND_SERVICE"]);
  assertEquals(few("CapBnd"), few("CapEff"));
  const all = await status(base.capabilities({ add: ["ALL"] }).capabilities({ drop: ["KILL"] }));
  assert(capabilities(all("CapBnd")).includes("CAP_SYS_ADMIN"));
  assert(!capabilities(all("CapBnd")).includes("CAP_KILL"));
  const wrong = "NET_ADMINN" as "NET_ADMIN";
  assertThrows(
    () => base.capabilities({ add: [wrong] }),
    InvalidArgumentError,
    "none of that name",
  );
});

daemonTest("ambientCapabilities() stay with another user's programs", async ({ ns, image }) => {
  const value = await status(
    ns.run(await image()).user("1000:1000").ambientCapabilities("NET_RAW"),
  );
  assertEquals(capabilities(value("CapAmb")), ["CAP_NET_RAW"]);
  assertEquals(capabilities(value("CapEff")), ["CAP_NET_RAW"]);
});

daemonTest("noNewPrivileges() and seccomp() are what they say", async ({ ns, image }) => {
  const base = ns.run(await image());
  const open = await status(base.noNewPrivileges(false).seccomp("unconfined"));
  assertEquals([open("NoNewPrivs"), open("Seccomp")], ["0", "0"]);
  const usual = await status(base.seccomp("unconfined").seccomp("default"));
  assertEquals([usual("NoNewPrivs"), usual("Seccomp")], ["1", "2"]);
});

daemonTest("seccomp() takes profiles in Docker's format, as object and as file", async (t) => {
  const base = t.ns.run(await t.image());
  const profile = {
    defaultAction: "SCMP_ACT_ALLOW",
    archMap: [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86"] }],
    syscalls: [
      { names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 30 },
      // Counts only with a capability that containers have not.
      { names: ["rmdir"], action: "SCMP_ACT_ERRNO", includes: { caps: ["CAP_SYS_ADMIN"] } },
    ],
  } as const;
  const script = "mkdir /tmp/x 2>&1; rmdir /tmp/none 2>&1; true";
  const run = base.command("sh", "-c", script);
  const text = await run.seccomp(profile).text();
  assert(/Read-only/.test(text) && /No such file/.test(text), text);
  await using folder = await tempFolder("seccomp");
  await Deno.writeTextFile(`${folder.path}/profile.json`, JSON.stringify(profile));
  const file: `/${string}` = `/${folder.path.slice(1)}/profile.json`;
  assert(/Read-only/.test(await run.seccomp(file).text()));
  // Dropped by the profile: the capability makes the second rule count.
  const more = await run.capabilities({ add: ["SYS_ADMIN"] }).seccomp(profile).text();
  assert(/not permitted/.test(more), more);
});

daemonTest("seccomp() refuses what a runtime would pass over", async ({ ns, image }) => {
  const run = ns.run(await image()).command("true");
  const rule = (names: string[], action: string) => ({
    defaultAction: "SCMP_ACT_ALLOW" as const,
    syscalls: [{ names, action: action as "SCMP_ACT_ERRNO" }],
  });
  const refused = async (names: string[], action: string, text: string) => {
    const profile = rule(names, action);
    await assertRejects(async () => await run.seccomp(profile), InvalidArgumentError, text);
  };
  await refused(["mkdirr"], "SCMP_ACT_ERRNO", 'names "mkdirr"');
  await refused(["mkdir"], "SCMP_ACT_DENY", "the action of rule 1");
  await refused([], "SCMP_ACT_ERRNO", "names no system call");
  assertThrows(() => run.seccomp("/no/such/profile.json"), InvalidArgumentError, "does not exist");
  const strict = "strict" as "default";
  assertThrows(() => run.seccomp(strict), InvalidArgumentError, "seccomp profile");
}, { versions: ["2.1"] });

daemonTest("maskedPaths() and readonlyPaths() replace the default ones", async ({ ns, image }) => {
  const run = ns.run(await image()).maskedPaths("/etc/group").readonlyPaths("/etc");
  const text = await run.sh`wc -c < /etc/group; touch /etc/x 2>&1; cat /proc/mounts`.text();
  assert(text.startsWith("0\n") && /x: Read-only/.test(text), text);
  const mounts = mountsOf(text);
  assert(!mounts.has("/proc/kcore") && !mounts.has("/proc/sys"), text);
});

daemonTest("privileged() takes the walls down, and later options count on top", async (t) => {
  const base = t.ns.run(await t.image()).privileged();
  const text = await base.capabilities({ drop: ["SYS_TIME"] })
    .sh`cat /proc/self/status /proc/mounts; ls /dev; head -c 1 /dev/zero | wc -c`.text();
  const value = (name: string) => new RegExp(`^${name}:\\s*(\\S+)$`, "m").exec(text)?.[1];
  assertEquals([value("NoNewPrivs"), value("Seccomp")], ["0", "0"]);
  const own = capabilities(
    /^CapBnd:\s*(\S+)/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1],
  );
  assertEquals(capabilities(value("CapEff")), own.filter((name) => name !== "CAP_SYS_TIME"));
  const mounts = mountsOf(text);
  assert(mounts.get("/sys")?.options.includes("rw"), text);
  assert(!mounts.has("/proc/kcore"), text);
  const node = [...Deno.readDirSync("/dev")].find(({ name }) => /^(fuse|kmsg|tty1)$/.test(name));
  if (node) assert(text.split("\n").includes(node.name), `${node.name} is not in\n${text}`);
  const without = await base.privileged({ devices: false }).command("ls", "/dev").lines();
  assert(!node || !without.includes(node.name), `${without}`);
  const off = await status(base.privileged(false));
  assertEquals([off("NoNewPrivs"), off("Seccomp"), off("CapEff")], ["1", "2", "00000000a80425fb"]);
});

daemonTest("apparmor() and selinux() say what the host lacks", async ({ ns, image }) => {
  const run = ns.run(await image()).command("true");
  await run.apparmor("unconfined");
  const hasApparmor = await Deno.readTextFile("/sys/module/apparmor/parameters/enabled")
    .then((text) => text.startsWith("Y"), () => false);
  const missing = async () => await run.apparmor("davit-no-such-profile");
  if (hasApparmor) await assertRejects(missing, NotFoundError, "not loaded");
  else await assertRejects(missing, UnsupportedError, "has no AppArmor");
  if (await Deno.stat("/sys/fs/selinux/enforce").then(() => true, () => false)) return;
  const label = "system_u:system_r:container_t:s0";
  await assertRejects(async () => await run.selinux(label), UnsupportedError, "has no SELinux");
  assertThrows(() => run.apparmor(""), InvalidArgumentError, "without a name");
});

daemonTest("exec() has capabilities and privileges of its own", async ({ ns, image }) => {
  await using box = await ns.container("execs").image(await image()).command("sleep", "60").start();
  const masks = async (run: PromiseLike<{ stdout: string }>) =>
    /^CapEff:\s*(\S+)$/m.exec((await run).stdout)?.[1];
  const base = box.exec("cat", "/proc/self/status");
  assertEquals(
    capabilities(await masks(base.capabilities({ add: ["NET_ADMIN"], drop: ["CHOWN"] })))
      .filter((name) => name === "CAP_NET_ADMIN" || name === "CAP_CHOWN"),
    ["CAP_NET_ADMIN"],
  );
  assertEquals(await masks(base), "00000000a80425fb");
  const text = await base.user("app").groups("daemon").noNewPrivileges(false).text();
  const value = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, "m").exec(text)?.[1];
  assertEquals(value("NoNewPrivs"), "0");
  assertEquals(value("Groups")?.split(" ").map(Number).sort((a, b) => a - b), [1, 29, 1000]);
  await assertRejects(async () => await base.groups("nogroup"), NotFoundError, "no such group");
  await using folder = await tempFolder("exec");
  await Deno.writeTextFile(`${folder.path}/env`, "X=from file\n");
  assertEquals(await box.exec().envFile(`${folder.path}/env`).sh`echo "$X"`.text(), "from file");
  await assertRejects(async () => await box.exec("ls", "/none"), ExitError);
});
