/**
 * Seccomp profiles as files have them: Docker's and Podman's format, which says for which
 * architectures, capabilities and kernels a rule counts, or the runtime spec's own.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";
import { isKernelAtLeast, type SeccompOptions } from "./seccomp_default.ts";
import type {
  LinuxSeccomp,
  LinuxSeccompArg,
  LinuxSyscall,
  SeccompAction,
} from "./runtime_seccomp.ts";
import { isSyscall } from "./syscalls.ts";

/** When a rule of a profile counts. */
export interface SeccompCondition {
  /** Architectures in Go's words, such as `amd64`. */
  readonly arches?: readonly string[] | null;
  /** Capabilities of the bounding set. */
  readonly caps?: readonly string[] | null;
  /** The oldest kernel, such as `4.8`. */
  readonly minKernel?: string | null;
}

/** A rule of a profile. */
export interface SeccompRule {
  /** System calls. */
  readonly names?: readonly string[] | null;
  /** One system call; the older form. */
  readonly name?: string;
  /** What happens. */
  readonly action: SeccompAction;
  /** Error number, where the action gives one. */
  readonly errnoRet?: number | null;
  /** Conditions on the arguments. */
  readonly args?: readonly LinuxSeccompArg[] | null;
  /** It counts only there. */
  readonly includes?: SeccompCondition;
  /** It does not count there. */
  readonly excludes?: SeccompCondition;
}

/** A seccomp profile, in Docker's format or in the runtime spec's. */
export interface SeccompProfile {
  /** What happens to calls that no rule names. */
  readonly defaultAction: SeccompAction;
  /** Error number of the default action; EPERM by default. */
  readonly defaultErrnoRet?: number | null;
  /** Architectures, as libseccomp calls them. */
  readonly architectures?: readonly string[] | null;
  /** Architectures with those that they can run besides. */
  readonly archMap?:
    | readonly {
      readonly architecture: string;
      readonly subArchitectures: readonly string[] | null;
    }[]
    | null;
  /** Flags of seccomp(2). */
  readonly flags?: LinuxSeccomp["flags"] | null;
  /** Socket of an agent that decides `SCMP_ACT_NOTIFY`. */
  readonly listenerPath?: string;
  /** What the agent is told. */
  readonly listenerMetadata?: string;
  /** Rules. */
  readonly syscalls?: readonly SeccompRule[] | null;
}

const ACTIONS: ReadonlySet<string> = new Set(
  "KILL KILL_PROCESS KILL_THREAD TRAP ERRNO TRACE ALLOW LOG NOTIFY".split(" ")
    .map((name) => `SCMP_ACT_${name}`),
);

const OPERATORS: ReadonlySet<string> = new Set(
  "NE LT LE EQ GE GT MASKED_EQ".split(" ").map((name) => `SCMP_CMP_${name}`),
);

/** libseccomp's names of architectures, by Go's. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  "386": "SCMP_ARCH_X86",
  amd64: "SCMP_ARCH_X86_64",
  arm: "SCMP_ARCH_ARM",
  arm64: "SCMP_ARCH_AARCH64",
  loong64: "SCMP_ARCH_LOONGARCH64",
  mips64: "SCMP_ARCH_MIPS64",
  mips64le: "SCMP_ARCH_MIPSEL64",
  ppc64le: "SCMP_ARCH_PPC64LE",
  riscv64: "SCMP_ARCH_RISCV64",
  s390x: "SCMP_ARCH_S390X",
};

/**
 * Checks a profile.
 *
 * @throws {InvalidArgumentError} When it names a system call, an action or an operator that there
 * is not. Runtimes skip such names in silence, and so a rule with a typing error would not count.
 */
export function checkSeccompProfile(profile: SeccompProfile): void {
  action(profile.defaultAction, "the default action");
  for (const [index, rule] of (profile.syscalls ?? []).entries()) {
    const where = `rule ${index + 1}`;
    const names = namesOf(rule);
    if (names.length === 0) fail(`${where} names no system call`);
    const unknown = names.find((name) => !isSyscall(name));
    if (unknown !== undefined) {
      fail(`${where} names ${JSON.stringify(unknown)}, and Linux has no system call of that name`);
    }
    action(rule.action, `the action of ${where}`);
    for (const { op, index: argument } of rule.args ?? []) {
      if (!OPERATORS.has(op)) fail(`${where} has ${JSON.stringify(op)} as operator`);
      if (!(argument >= 0 && argument <= 5)) fail(`${where} has ${argument} as argument's index`);
    }
  }
}

function action(value: unknown, what: string): void {
  if (typeof value !== "string" || !ACTIONS.has(value)) {
    fail(`${what} is ${JSON.stringify(value)}; it must be one such as "SCMP_ACT_ERRNO"`);
  }
}

function fail(why: string): never {
  throw new InvalidArgumentError(`Cannot use the seccomp profile: ${why}`);
}

/**
 * Reads a profile from JSON.
 *
 * @throws {InvalidArgumentError} When it is no JSON object, or see {@linkcode checkSeccompProfile}.
 */
export function parseSeccompProfile(text: string): SeccompProfile {
  let profile: SeccompProfile;
  try {
    profile = JSON.parse(text);
  } catch (cause) {
    throw new InvalidArgumentError("Cannot read the seccomp profile: it is not JSON", { cause });
  }
  if (typeof profile !== "object" || profile === null || Array.isArray(profile)) {
    fail("it must be an object");
  }
  const { syscalls } = profile;
  if (syscalls !== undefined && syscalls !== null && !Array.isArray(syscalls)) {
    fail('"syscalls" must be a list');
  }
  checkSeccompProfile(profile);
  return profile;
}

/**
 * A profile in the spec's form: the rules that count for an architecture, a set of capabilities and
 * a kernel.
 *
 * @throws {InvalidArgumentError} See {@linkcode checkSeccompProfile}.
 *
 * @example
 * ```ts
 * import { DEFAULT_CAPABILITIES, resolveSeccomp } from "@davit/sdk/oci";
 *
 * resolveSeccomp({
 *   defaultAction: "SCMP_ACT_ALLOW",
 *   syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ERRNO", errnoRet: 1 }],
 * }, { architecture: "amd64", capabilities: DEFAULT_CAPABILITIES });
 * ```
 */
export function resolveSeccomp(profile: SeccompProfile, options: SeccompOptions): LinuxSeccomp {
  checkSeccompProfile(profile);
  const { flags, listenerPath, listenerMetadata, defaultErrnoRet } = profile;
  const native = ARCHITECTURES[options.architecture];
  const mapped = profile.archMap?.find(({ architecture }) => architecture === native);
  const architectures = mapped
    ? [mapped.architecture, ...mapped.subArchitectures ?? []]
    : [...profile.architectures ?? []];
  const syscalls = (profile.syscalls ?? []).filter((rule) => counts(rule, options)).map(ruleOf);
  return {
    defaultAction: profile.defaultAction,
    ...(typeof defaultErrnoRet === "number" && { defaultErrnoRet }),
    ...(architectures.length > 0 && { architectures }),
    ...(flags && flags.length > 0 && { flags: [...flags] }),
    ...(listenerPath && { listenerPath }),
    ...(listenerMetadata && { listenerMetadata }),
    ...(syscalls.length > 0 && { syscalls }),
  };
}

function namesOf(rule: SeccompRule): readonly string[] {
  return rule.names && rule.names.length > 0 ? rule.names : rule.name ? [rule.name] : [];
}

function ruleOf(rule: SeccompRule): LinuxSyscall {
  const { errnoRet, args } = rule;
  return {
    names: [...namesOf(rule)],
    action: rule.action,
    ...(typeof errnoRet === "number" && { errnoRet }),
    ...(args && args.length > 0 && { args: args.map((arg) => ({ ...arg })) }),
  };
}

function counts({ includes = {}, excludes = {} }: SeccompRule, options: SeccompOptions): boolean {
  const { architecture, capabilities, kernel } = options;
  if (excludes.arches?.includes(architecture)) return false;
  if (excludes.caps?.some((name) => capabilities.includes(name))) return false;
  if (excludes.minKernel && isKernelAtLeast(kernel, excludes.minKernel)) return false;
  if (includes.arches?.length && !includes.arches.includes(architecture)) return false;
  if (includes.caps?.length && !includes.caps.every((name) => capabilities.includes(name))) {
    return false;
  }
  return !includes.minKernel || isKernelAtLeast(kernel, includes.minKernel);
}
