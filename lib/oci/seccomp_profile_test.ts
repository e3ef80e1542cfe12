import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseSeccompProfile, resolveSeccomp, type SeccompRule } from "./seccomp_profile.ts";
import { isSyscall } from "./syscalls.ts";

const amd64 = { architecture: "amd64", capabilities: ["CAP_SYS_ADMIN"], kernel: "6.1.0" };

function names(rules: readonly SeccompRule[], options: typeof amd64 = amd64): string[] {
  const { syscalls = [] } = resolveSeccomp(
    { defaultAction: "SCMP_ACT_ERRNO", syscalls: rules },
    options,
  );
  return syscalls.flatMap((rule) => rule.names);
}

Deno.test("resolveSeccomp() keeps the rules that count there", () => {
  const action = "SCMP_ACT_ALLOW" as const;
  const rules: SeccompRule[] = [
    { names: ["read"], action },
    { name: "write", action },
    { names: ["mount"], action, includes: { caps: ["CAP_SYS_ADMIN"] } },
    { names: ["ptrace"], action, includes: { minKernel: "4.8" } },
    { names: ["bpf"], action, includes: { minKernel: "6.10" } },
    { names: ["arch_prctl"], action, includes: { arches: ["amd64"] } },
    { names: ["clone"], action, excludes: { caps: ["CAP_SYS_ADMIN"] } },
    { names: ["personality"], action, excludes: { arches: ["amd64"] } },
  ];
  assertEquals(names(rules), ["read", "write", "mount", "ptrace", "arch_prctl"]);
  assertEquals(names(rules, { ...amd64, architecture: "s390x", capabilities: [] }), [
    "read",
    "write",
    "ptrace",
    "clone",
    "personality",
  ]);
});

Deno.test("resolveSeccomp() takes the architectures of a map, or the list", () => {
  const profile = {
    defaultAction: "SCMP_ACT_KILL_PROCESS" as const,
    defaultErrnoRet: 38,
    archMap: [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86"] }],
  };
  assertEquals(resolveSeccomp(profile, amd64), {
    defaultAction: "SCMP_ACT_KILL_PROCESS",
    defaultErrnoRet: 38,
    architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
  });
});

Deno.test("parseSeccompProfile() refuses what is no profile", () => {
  const refused = (text: string, why: string) =>
    assertThrows(() => parseSeccompProfile(text), InvalidArgumentError, why);
  refused("{", "not JSON");
  refused("[]", "must be an object");
  refused('{"defaultAction":"SCMP_ACT_ALLOW","syscalls":{}}', "must be a list");
  refused('{"defaultAction":"ALLOW"}', "default action");
  refused(
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["nope"],"action":"SCMP_ACT_LOG"}]}',
    '"nope"',
  );
});

Deno.test("isSyscall() knows what the default filter has and what it leaves out", () => {
  for (
    const name of ["read", "clone3", "kexec_load", "io_uring_setup", "s390_sthyi", "uretprobe"]
  ) {
    assertEquals(isSyscall(name), true, name);
  }
  assertEquals(["open_file", "", "READ"].filter(isSyscall), []);
});
