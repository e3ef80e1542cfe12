import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import {
  applySpecOptions,
  bindMount,
  composeSpecOptions,
  DEFAULT_CAPABILITIES,
  defaultDeviceRules,
  defaultSeccomp,
  defaultSpec,
  RLIM_INFINITY,
  type Spec,
  type SpecOption,
  tmpfsMount,
  withAnnotations,
  withCapabilities,
  withCwd,
  withDevices,
  withEnv,
  withHostname,
  withHostNetwork,
  withMaskedPaths,
  withMounts,
  withNamespace,
  withNoNewPrivileges,
  withoutMounts,
  withoutNamespace,
  withPrivileged,
  withProcessArgs,
  withReadonlyPaths,
  withReadonlyRootfs,
  withResources,
  withRlimit,
  withSeccomp,
  withShmSize,
  withSysctl,
  withTty,
  withUser,
} from "./mod.ts";
import upstream from "./testdata/ctr_specs_2.1.9.json" with { type: "json" };

/** The spec that ctr starts from: containerd's default with the usual devices allowed. */
function base(id: string): Spec {
  const spec = defaultSpec({ id, namespace: "default" });
  spec.linux?.resources?.devices?.push(...defaultDeviceRules());
  return spec;
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

const apply = (...options: SpecOption[]) => applySpecOptions(freeze(base("x")), ...options);
const bad = (make: () => unknown, why: string) => assertThrows(make, InvalidArgumentError, why);

Deno.test("spec options give what ctr 2.1.9 gives", () => {
  const args = withProcessArgs("sh", "-c", "echo hi");
  assertEquals<unknown>(applySpecOptions(base("plain"), args), upstream.plain);
  assertEquals<unknown>(
    applySpecOptions(base("user"), args, withUser({ uid: 1000, gid: 1001 })),
    upstream.user,
  );
  const flags = applySpecOptions(
    base("many"),
    args,
    withEnv({ A: "1" }),
    withTty(),
    withCwd("/work"),
    withNoNewPrivileges(false),
    withHostname("h"),
    withReadonlyRootfs(),
    withMounts({ destination: "/b", type: "bind", source: "/a", options: ["rbind", "ro"] }),
    withNamespace("pid", "/proc/1/ns/pid"),
    withAnnotations({ k: "v" }),
    withResources({ cpus: 1.5, memory: "256MiB" }),
  );
  assertEquals<unknown>(flags, upstream.flags);
});

Deno.test("withPrivileged() gives what ctr 2.1.9 gives, without the host's devices", () => {
  const { capabilities } = upstream.privileged.process;
  const options = [
    withProcessArgs("sh", "-c", "echo hi"),
    withSeccomp(defaultSeccomp({ architecture: "amd64", capabilities: DEFAULT_CAPABILITIES })),
    withPrivileged({ capabilities: capabilities.bounding }),
  ];
  assertEquals<unknown>(applySpecOptions(base("priv"), ...options), upstream.privileged);
  assertEquals(apply(withPrivileged()).process?.capabilities?.bounding?.length, 41);
});

Deno.test("spec options never change what they are given", () => {
  // The spec is frozen, so a change would throw.
  apply(
    withProcessArgs("a"),
    withEnv(["A=1"]),
    withTty({ columns: 80, rows: 24 }),
    withRlimit("nofile", 5),
    withMounts(tmpfsMount("/run")),
    withoutMounts("/dev/shm"),
    withCapabilities({ add: ["SYS_TIME"], drop: ["CHOWN"] }),
    withDevices({ path: "/dev/fuse", type: "c", major: 10, minor: 229 }),
    withResources({ pids: 10 }),
    withPrivileged(),
    withSysctl({ "net.ipv4.ip_forward": "1" }),
  );
});

Deno.test("composeSpecOptions() makes one option of several", () => {
  const both = composeSpecOptions(withCwd("/a"), withHostname("b"));
  assertEquals(apply(both), apply(withCwd("/a"), withHostname("b")));
});

Deno.test("withTty() keeps a TERM that is there", () => {
  assertEquals(apply(withTty()).process?.env, ["TERM=xterm"]);
  const spec = apply(withEnv({ TERM: "vt100" }), withTty({ columns: 80, rows: 24 }));
  assertEquals(spec.process?.env, ["TERM=vt100"]);
  assertEquals(spec.process?.consoleSize, { width: 80, height: 24 });
  bad(() => withTty({ columns: 0, rows: 1 }), "0x1");
});

Deno.test("withRlimit() replaces by name", () => {
  const limits = (...options: SpecOption[]) => apply(...options).process?.rlimits;
  assertEquals(limits(withRlimit("nofile", 5)), [{ type: "RLIMIT_NOFILE", hard: 5, soft: 5 }]);
  assertEquals(limits(withRlimit("RLIMIT_CORE", { soft: 0, hard: "unlimited" }))?.[1], {
    type: "RLIMIT_CORE",
    hard: RLIM_INFINITY,
    soft: 0,
  });
  bad(() => withRlimit("files", 1), "getrlimit(2)");
  bad(() => withRlimit("core", { soft: 2, hard: 1 }), "above the hard limit");
  bad(() => withRlimit("core", -1), "whole number");
  bad(() => withRlimit("core", RLIM_INFINITY + 1n as never), "whole number");
});

Deno.test("withUser() checks ids", () => {
  const user = apply(withUser({ uid: 1, gid: 2, additionalGids: [3], umask: 0o22 })).process?.user;
  assertEquals(user, { uid: 1, gid: 2, additionalGids: [2, 3], umask: 18 });
  bad(() => withUser({ uid: -1, gid: 0 }), "Cannot use -1");
  bad(() => withUser({ uid: 0, gid: 0, umask: 0o1000 }), "umask");
});

Deno.test("withMounts() replaces by destination", () => {
  const spec = apply(withMounts(tmpfsMount("/run//", { size: "1m", mode: 0o755, exec: true })));
  assertEquals(spec.mounts?.length, 7);
  assertEquals(spec.mounts?.at(-1), {
    destination: "/run",
    type: "tmpfs",
    source: "tmpfs",
    options: ["nosuid", "nodev", "exec", "mode=755", "size=1048576"],
  });
  assertEquals(bindMount("/a", "/b/../c/.", { readonly: true, recursive: false }), {
    destination: "/c",
    type: "bind",
    source: "/a",
    options: ["bind", "rprivate", "ro"],
  });
  bad(() => withMounts({ destination: "b" }), "absolute");
  bad(() => bindMount("a", "/b"), "daemon's host");
});

Deno.test("withoutMounts() and withShmSize() change the default mounts", () => {
  assertEquals(apply(withoutMounts("/run/")).mounts?.length, 6);
  assertEquals(apply(withShmSize("1g")).mounts?.[3]?.options?.at(-1), "size=1073741824");
  bad(() => apply(withoutMounts("/dev/shm"), withShmSize(1)), "no tmpfs there");
});

Deno.test("withResources() merges limits", () => {
  const spec = apply(
    withResources({ memory: "1g", memorySwap: "2g", cpuShares: 512 }),
    withResources({ memoryReservation: "512m", cpus: 0.5, cpuset: "0-1,3", pids: "unlimited" }),
  );
  assertEquals(spec.linux?.resources?.memory, {
    limit: 2 ** 30,
    swap: 2 ** 31,
    reservation: 2 ** 29,
  });
  assertEquals(spec.linux?.resources?.cpu, {
    shares: 512,
    quota: 50_000,
    period: 100_000,
    cpus: "0-1,3",
  });
  assertEquals(spec.linux?.resources?.pids, { limit: -1 });
  assertEquals(spec.linux?.resources?.devices?.length, 10);
  bad(() => withResources({ memory: "1g", memorySwap: "1m" }), "memory limit alone");
  bad(() => withResources({ memory: 0 }), "leave it out");
  bad(() => withResources({ cpus: 0 }), "Cannot limit CPUs");
  bad(() => withResources({ cpus: NaN }), "Cannot limit CPUs");
  bad(() => withResources({ cpuset: "a" }), "0-3,7");
  bad(() => withResources({ cpuShares: 1 }), "from 2");
  bad(() => withResources({ pids: 0 }), "pids");
});

Deno.test("withCapabilities() changes every set", () => {
  const before = apply();
  const caps = { ...before.process?.capabilities, inheritable: ["CAP_CHOWN", "CAP_KILL"] };
  const spec = applySpecOptions(
    { ...before, process: { user: { uid: 0, gid: 0 }, cwd: "/", capabilities: caps } },
    withCapabilities({ add: ["sys_time"], drop: ["CHOWN"] }),
  );
  for (const set of ["bounding", "effective", "permitted"] as const) {
    assertEquals(spec.process?.capabilities?.[set]?.includes("CAP_SYS_TIME"), true);
    assertEquals(spec.process?.capabilities?.[set]?.includes("CAP_CHOWN"), false);
  }
  assertEquals(spec.process?.capabilities?.inheritable, ["CAP_KILL"]);
  bad(() => withCapabilities({ add: ["x"] }), "Cannot use capability");
});

Deno.test("withNamespace() and withoutNamespace() replace by type", () => {
  const types = (...options: SpecOption[]) =>
    apply(...options).linux?.namespaces?.map((n) => n.type + (n.path ?? "")).join(" ");
  assertEquals(types(withHostNetwork()), "pid ipc uts mount");
  assertEquals(types(withoutNamespace("pid")), "ipc uts mount network");
  assertEquals(types(withNamespace("user")), "pid ipc uts mount network user");
  assertEquals(types(withNamespace("network", "/x")), "pid ipc uts mount network/x");
  bad(() => withNamespace("pid", "x"), "absolute");
});

Deno.test("withSysctl() never touches the host", () => {
  const parameters = {
    "net.ipv4.ip_forward": "1",
    "kernel.shmmax": "1",
    "net/core/somaxconn": "9",
  };
  assertEquals(apply(withSysctl(parameters)).linux?.sysctl, parameters);
  bad(() => withSysctl({ "kernel.pid_max": "1" }), "to the host");
  bad(() => withSysctl({ "net.x y": "1" }), "to the host");
  bad(() => apply(withHostNetwork(), withSysctl({ "net.a": "1" })), "shares the network namespace");
});

Deno.test("withDevices() makes the node and allows it", () => {
  const spec = apply(withDevices({ path: "/dev/sda", type: "b", major: 8, minor: 0, access: "r" }));
  assertEquals(spec.linux?.devices, [{ path: "/dev/sda", type: "b", major: 8, minor: 0 }]);
  assertEquals(spec.linux?.resources?.devices?.length, 11);
  assertEquals(spec.linux?.resources?.devices?.at(-1), {
    allow: true,
    type: "b",
    major: 8,
    minor: 0,
    access: "r",
  });
  bad(() => withDevices({ path: "/dev/x", type: "c" }), "major");
  bad(() => withDevices({ path: "x", type: "p" }), "absolute");
  bad(() => withDevices({ path: "/x", type: "c", major: 1, minor: 1, access: "rr" }), "r, w and m");
});

Deno.test("withSeccomp(), withMaskedPaths() and withReadonlyPaths() replace", () => {
  const spec = apply(withSeccomp({ defaultAction: "SCMP_ACT_LOG" }), withMaskedPaths("/a"));
  assertEquals(spec.linux?.seccomp?.defaultAction, "SCMP_ACT_LOG");
  assertEquals(spec.linux?.maskedPaths, ["/a"]);
  assertEquals("seccomp" in (applySpecOptions(spec, withSeccomp(null)).linux ?? {}), false);
  assertEquals(apply(withReadonlyPaths()).linux?.readonlyPaths, []);
  bad(() => withMaskedPaths("a"), "absolute");
});

Deno.test("withHostname() and withProcessArgs() check what they are given", () => {
  for (const name of ["", "-a", "a_b", "x".repeat(65)]) bad(() => withHostname(name), "host name");
  bad(() => withProcessArgs(), "needs a command");
  bad(() => withProcessArgs("a", "\0"), "NUL");
  bad(() => withCwd("a"), "absolute");
  bad(() => withAnnotations({ "": "a" }), "empty");
});
