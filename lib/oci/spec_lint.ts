/**
 * What is dangerous about a spec.
 *
 * @module
 */
import { ALL_CAPABILITIES } from "./capabilities.ts";
import type { LinuxNamespaceType, Mount, Spec } from "./runtime_spec.ts";

/** What {@linkcode lintSpec} looks for. */
export type SpecRule =
  | "privileged"
  | "dangerous-capability"
  | "host-namespace"
  | "daemon-socket"
  | "sensitive-mount"
  | "writable-host-mount"
  | "shared-propagation"
  | "all-devices"
  | "block-device"
  | "seccomp-unconfined"
  | "new-privileges"
  | "unmasked-paths"
  | "oom-killer-disabled"
  | "no-memory-limit"
  | "no-pids-limit"
  | "root-user"
  | "secret-in-environment";

/** How bad it is: `high` is a way out of the container, `low` is worth knowing. */
export type SpecSeverity = "high" | "medium" | "low";

/** Something that is dangerous about a spec. */
export interface SpecWarning {
  /** Which rule. */
  readonly rule: SpecRule;
  /** How bad it is. */
  readonly severity: SpecSeverity;
  /** The field that it is about, such as `linux.seccomp`; one that is missing, too. */
  readonly path: string;
  /** What it means, in a sentence. */
  readonly message: string;
}

/** Capabilities that lead out of a container, or harm its host, and what they allow. */
const DANGEROUS: Readonly<Record<string, string>> = {
  CAP_SYS_ADMIN: "mount, change namespaces and much else of the host",
  CAP_SYS_MODULE: "load code into the kernel",
  CAP_SYS_RAWIO: "reach memory and disks directly",
  CAP_SYS_PTRACE: "take over processes that it sees",
  CAP_DAC_READ_SEARCH: "open any file of the host by its handle",
  CAP_SYS_BOOT: "restart the host",
  CAP_SYS_TIME: "set the host's clock",
  CAP_BPF: "load programs into the kernel",
  CAP_PERFMON: "watch the whole host",
  CAP_NET_ADMIN: "change network settings",
  CAP_MAC_ADMIN: "change security policies",
  CAP_MAC_OVERRIDE: "ignore security policies",
  CAP_SYSLOG: "read the kernel's log and addresses",
};

/** Sockets that give whoever reaches them the whole host. */
const SOCKETS =
  /\/(?:docker|containerd|podman|crio|buildkitd|dockershim)(?:-proxy)?\.sock$|^\/(?:var\/)?run(?:\/(?:docker|containerd|podman|crio|buildkit))?$/;

/** Folders of a host that hold its secrets, programs or controls. */
const SENSITIVE =
  /^\/(?:$|(?:etc|boot|dev|proc|sys|root|home|usr|bin|sbin|lib|lib64|var)(?:$|\/\.?$)|(?:lib|usr\/lib)\/modules|var\/lib(?:$|\/(?:containerd|docker|kubelet))|var\/log$|root\/\.ssh|etc\/(?:shadow|ssh|kubernetes|sudoers))/;

const SECRET = /(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY)(?:$|_)/i;

const NAMESPACES: readonly (readonly [LinuxNamespaceType, string, SpecSeverity])[] = [
  ["pid", "it sees and may signal every process of the host", "high"],
  ["network", "it reaches every port and abstract socket of the host", "high"],
  ["mount", "it works on the host's own mounts", "high"],
  ["ipc", "it shares memory and message queues with the host", "medium"],
  ["uts", "it may change the host's name", "medium"],
];

/**
 * Looks for what is dangerous about a container: ways out of it, ways to harm the host, and limits
 * that are missing.
 *
 * @param spec A finished spec, also that of a container that others made.
 * @returns What was found, the worst first; nothing is hidden by something else, except that a
 * privileged container is not told of each capability.
 *
 * @example
 * ```ts
 * import { defaultSpec, lintSpec } from "@davit/sdk/oci";
 *
 * for (const { rule, message } of lintSpec(defaultSpec({ id: "web", namespace: "default" }))) {
 *   console.log(rule, message);
 * }
 * ```
 */
export function lintSpec(spec: Spec): SpecWarning[] {
  const warnings = [
    ...lintPower(spec),
    ...lintNamespaces(spec),
    ...lintMounts(spec),
    ...lintWalls(spec),
    ...lintLimits(spec),
    ...lintProcess(spec),
  ];
  const rank: Record<SpecSeverity, number> = { high: 0, medium: 1, low: 2 };
  return warnings.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

function lintPower(spec: Spec): SpecWarning[] {
  const given = spec.process?.capabilities?.bounding ?? [];
  const path = "process.capabilities.bounding";
  const found = given.filter((name) => Object.hasOwn(DANGEROUS, name));
  const rules = spec.linux?.resources?.devices ?? [];
  const at = rules.findLastIndex((rule) =>
    rule.allow && (rule.type ?? "a") === "a" && rule.major === undefined
  );
  const devices: SpecWarning[] = at < 0 ? [] : [{
    rule: "all-devices",
    severity: "high",
    path: `linux.resources.devices[${at}]`,
    message: "It may use every device of the host, its disks among them",
  }];
  // A host that is a container itself has not all of them to give.
  if (found.length >= 10 && given.length >= ALL_CAPABILITIES.length - 8 && at >= 0) {
    return [...devices, {
      rule: "privileged",
      severity: "high",
      path,
      message: "It has all capabilities and all devices: it is root on the host",
    }];
  }
  return [
    ...devices,
    ...found.map((name): SpecWarning => ({
      rule: "dangerous-capability",
      severity: name === "CAP_NET_ADMIN" || name === "CAP_SYSLOG" ? "medium" : "high",
      path: `${path}.${name}`,
      message: `With ${name} it may ${DANGEROUS[name]}`,
    })),
    ...(spec.linux?.devices ?? []).filter(({ type }) => type === "b").map((node): SpecWarning => ({
      rule: "block-device",
      severity: "high",
      path: `linux.devices[${JSON.stringify(node.path)}]`,
      message: `It has the disk ${node.path}: what is on it is not the container's own`,
    })),
  ];
}

function lintNamespaces(spec: Spec): SpecWarning[] {
  const own = spec.linux?.namespaces ?? [];
  return NAMESPACES.flatMap(([type, meaning, severity]): SpecWarning[] => {
    const namespace = own.find((other) => other.type === type);
    if (namespace && !/^\/proc\/1\/ns\//.test(namespace.path ?? "")) return [];
    return [{
      rule: "host-namespace",
      severity,
      path: `linux.namespaces.${type}`,
      message: `It has the host's ${type} namespace: ${meaning}`,
    }];
  });
}

function lintMounts(spec: Spec): SpecWarning[] {
  const root = isRoot(spec);
  return (spec.mounts ?? []).flatMap((mount): SpecWarning[] => {
    const { source, options = [] } = mount;
    if (!isBind(mount) || source === undefined) return [];
    const writable = !options.includes("ro") && !options.includes("rro");
    const path = `mounts[${JSON.stringify(mount.destination)}]`;
    const found: SpecWarning[] = [];
    if (options.some((option) => /^r?shared$/.test(option))) {
      found.push({
        rule: "shared-propagation",
        severity: "medium",
        path,
        message: `What it mounts at ${mount.destination} appears on the host`,
      });
    }
    if (SOCKETS.test(source)) {
      return [...found, {
        rule: "daemon-socket",
        severity: "high",
        path,
        message: `${source} leads to a daemon that can do everything on the host`,
      }];
    }
    if (SENSITIVE.test(source)) {
      return [...found, {
        rule: "sensitive-mount",
        severity: writable && root ? "high" : "medium",
        path,
        message: `It ${writable ? "may write to" : "reads"} ${source} of the host`,
      }];
    }
    if (!writable || !root) return found;
    return [...found, {
      rule: "writable-host-mount",
      severity: "low",
      path,
      message: `As root it may write to ${source} of the host; mount it read-only, or set a user`,
    }];
  });
}

function lintWalls(spec: Spec): SpecWarning[] {
  const found: SpecWarning[] = [];
  const { linux = {}, process } = spec;
  if (!linux.seccomp) {
    found.push({
      rule: "seccomp-unconfined",
      severity: "medium",
      path: "linux.seccomp",
      message: "It may make every system call of the kernel",
    });
  }
  if (!process?.noNewPrivileges) {
    found.push({
      rule: "new-privileges",
      severity: "low",
      path: "process.noNewPrivileges",
      message:
        "Programs with a set-user-id bit or file capabilities give it more than it started with",
    });
  }
  for (const path of ["maskedPaths", "readonlyPaths"] as const) {
    if ((linux[path] ?? []).length > 0) continue;
    found.push({
      rule: "unmasked-paths",
      severity: "medium",
      path: `linux.${path}`,
      message: path === "maskedPaths"
        ? "Files of /proc and /sys that tell of the host are not hidden"
        : "It may change kernel settings in /proc",
    });
  }
  return found;
}

function lintLimits(spec: Spec): SpecWarning[] {
  const { memory, pids, unified = {} } = spec.linux?.resources ?? {};
  const found: SpecWarning[] = [];
  const limited = (memory?.limit ?? -1) > 0 || "memory.max" in unified;
  if (!limited) {
    found.push({
      rule: "no-memory-limit",
      severity: "low",
      path: "linux.resources.memory.limit",
      message: "It may use up the host's memory",
    });
  }
  if ((pids?.limit ?? -1) <= 0 && !("pids.max" in unified)) {
    found.push({
      rule: "no-pids-limit",
      severity: "low",
      path: "linux.resources.pids.limit",
      message: "It may start processes until the host can start none",
    });
  }
  if (memory?.disableOOMKiller || (spec.process?.oomScoreAdj ?? 0) <= -999) {
    found.push({
      rule: "oom-killer-disabled",
      severity: limited ? "low" : "medium",
      path: memory?.disableOOMKiller
        ? "linux.resources.memory.disableOOMKiller"
        : "process.oomScoreAdj",
      message: "Other processes of the host are killed before it when memory runs out",
    });
  }
  return found;
}

function lintProcess(spec: Spec): SpecWarning[] {
  const found: SpecWarning[] = [];
  if (isRoot(spec)) {
    found.push({
      rule: "root-user",
      severity: "low",
      path: "process.user.uid",
      message: "It runs as root, and as the host's root where it gets out",
    });
  }
  for (const entry of spec.process?.env ?? []) {
    const [name = ""] = entry.split("=", 1);
    if (!SECRET.test(name) || entry.length === name.length + 1) continue;
    found.push({
      rule: "secret-in-environment",
      severity: "low",
      path: `process.env.${name}`,
      message: `${name} looks like a secret: whoever may read the container's record can read it`,
    });
  }
  return found;
}

function isRoot(spec: Spec): boolean {
  return (spec.process?.user.uid ?? 0) === 0 &&
    !spec.linux?.namespaces?.some(({ type }) => type === "user");
}

function isBind({ type, options = [] }: Mount): boolean {
  return type === "bind" || options.includes("bind") || options.includes("rbind");
}
