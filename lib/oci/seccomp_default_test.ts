import { assertEquals } from "@std/assert";
import { DEFAULT_CAPABILITIES } from "./capabilities.ts";
import type { LinuxSyscall } from "./runtime_seccomp.ts";
import { defaultSeccomp } from "./seccomp_default.ts";
import upstream from "./testdata/ctr_specs_2.1.9.json" with { type: "json" };

/** What later versions allow, and 2.1.9 did not. */
const newer = new Set(
  ("getxattrat listmount listxattrat lsm_get_self_attr lsm_list_modules lsm_set_self_attr mseal " +
    "removexattrat setxattrat statmount uretprobe").split(" "),
);

/** One line for each rule of each system call, in a fixed order. */
function lines(rules: readonly LinuxSyscall[]): string[] {
  return rules.flatMap(({ names, action, errnoRet, args = [] }) =>
    names.map((name) =>
      [
        name,
        action,
        errnoRet ?? "",
        ...args.map(({ index, op, value, valueTwo }) => `${index} ${op} ${value} ${valueTwo ?? 0}`),
      ].join(" ")
    )
  ).sort();
}

function compare(capabilities: readonly string[], expected: typeof upstream.seccomp): void {
  const profile = defaultSeccomp({ architecture: "amd64", capabilities });
  assertEquals(profile.defaultAction, expected.defaultAction);
  assertEquals(profile.architectures, expected.architectures);
  // The socket rule of later versions keeps out AF_ALG as well as AF_VSOCK, and so has another form.
  const isSocket = ({ names }: { names: string[] }) => names[0] === "socket";
  const ours = lines((profile.syscalls ?? []).filter((rule) => !isSocket(rule)));
  const theirs = expected.syscalls.filter((rule) => !isSocket(rule)) as LinuxSyscall[];
  assertEquals(ours.filter((line) => !newer.has(line.split(" ")[0] ?? "")), lines(theirs));
  assertEquals(ours.filter((line) => newer.has(line.split(" ")[0] ?? "")).length, newer.size);
}

Deno.test("defaultSeccomp() is what ctr 2.1.9 gives with --seccomp, and what came later", () => {
  compare(DEFAULT_CAPABILITIES, upstream.seccomp);
});

Deno.test("defaultSeccomp() is what ctr 2.1.9 gives with more capabilities", () => {
  compare(upstream.seccompCapabilities, upstream.seccompWithCapabilities);
});

Deno.test("defaultSeccomp() keeps AF_ALG and AF_VSOCK out", () => {
  const { syscalls = [] } = defaultSeccomp({ architecture: "amd64", capabilities: [] });
  const rules = syscalls.filter(({ names }) => names.includes("socket"));
  const allowed = (family: number) =>
    rules.some(({ args = [] }) =>
      args.every(({ op, value }) =>
        op === "SCMP_CMP_LT"
          ? family < value
          : op === "SCMP_CMP_GT"
          ? family > value
          : family === value
      )
    );
  const refused = Array.from({ length: 60 }, (_, family) => family).filter((f) => !allowed(f));
  assertEquals(refused, [38, 40]);
});

Deno.test("defaultSeccomp() depends on the architecture and the kernel", () => {
  const find = (architecture: string, name: string, kernel?: string) =>
    defaultSeccomp({ architecture, capabilities: [], kernel }).syscalls?.find((rule) =>
      rule.names.includes(name)
    );
  assertEquals(find("arm64", "set_tls") !== undefined, true);
  assertEquals(find("arm64", "arch_prctl"), undefined);
  assertEquals(find("riscv64", "riscv_hwprobe") !== undefined, true);
  assertEquals(find("s390x", "clone")?.args?.[0]?.index, 1);
  assertEquals(find("amd64", "clone")?.args?.[0]?.index, 0);
  assertEquals(find("amd64", "ptrace", "4.7.9"), undefined);
  assertEquals(find("amd64", "ptrace", "4.8.0-1-amd64") !== undefined, true);
  assertEquals(find("amd64", "ptrace", "6.1") !== undefined, true);
});
