/**
 * The OCI runtime spec 1.2 and 1.3 as types (config.md, config-linux.md): what a container is to
 * its runtime. Members of Linux in full; those of other systems are open objects.
 *
 * @module
 */

import type { LinuxSeccomp } from "./runtime_seccomp.ts";
import type { LinuxResources } from "./runtime_resources.ts";

/** The configuration of a container: the `config.json` of a bundle. */
export interface Spec {
  /** Version of the runtime spec, such as `1.2.1`. */
  ociVersion: string;
  /** The process; optional only until the container is started. */
  process?: Process;
  /** The root file system. */
  root?: Root;
  /** Host name; needs a UTS namespace. */
  hostname?: string;
  /** NIS domain name; needs a UTS namespace. */
  domainname?: string;
  /** Mounts on top of the root, in this order. */
  mounts?: Mount[];
  /** Programs that the runtime runs at points of the life cycle. */
  hooks?: Hooks;
  /** Free annotations; some runtimes act on them. */
  annotations?: Record<string, string>;
  /** Linux. */
  linux?: Linux;
  /** Windows. */
  windows?: Record<string, unknown>;
  /** Containers in virtual machines. */
  vm?: Record<string, unknown>;
  /** Solaris. */
  solaris?: Record<string, unknown>;
  /** FreeBSD (1.3). */
  freebsd?: Record<string, unknown>;
  /** z/OS. */
  zos?: Record<string, unknown>;
}

/** A process to run, the container's first or one that joins it. */
export interface Process {
  /** Give it a pseudo-terminal. */
  terminal?: boolean;
  /** Size of the terminal in characters. */
  consoleSize?: Box;
  /** Who it runs as. */
  user: User;
  /** Program and arguments. The program is looked up in the `PATH` of `env`. */
  args?: string[];
  /** Windows: the command line as one string, instead of `args`. */
  commandLine?: string;
  /** Environment, `NAME=value` each. */
  env?: string[];
  /** Working directory: an absolute path inside the container. */
  cwd: string;
  /** Capabilities that it keeps. */
  capabilities?: LinuxCapabilities;
  /** Resource limits. */
  rlimits?: POSIXRlimit[];
  /** Set-user-id programs and file capabilities give nothing. */
  noNewPrivileges?: boolean;
  /** AppArmor profile, which must be loaded on the host. */
  apparmorProfile?: string;
  /** Score of the out-of-memory killer, −1000 (never) to 1000. */
  oomScoreAdj?: number;
  /** CPU scheduling. */
  scheduler?: Scheduler;
  /** SELinux context. */
  selinuxLabel?: string;
  /** I/O scheduling. */
  ioPriority?: LinuxIOPriority;
  /** CPUs that a process that joins may run on (1.2). */
  execCPUAffinity?: CPUAffinity;
}

/** Height and width of a terminal, in characters. */
export interface Box {
  /** Rows. */
  height: number;
  /** Columns. */
  width: number;
}

/** Numeric user and groups. */
export interface User {
  /** User id inside the container. */
  uid: number;
  /** Group id inside the container. */
  gid: number;
  /** File mode mask. */
  umask?: number;
  /** Further groups. */
  additionalGids?: number[];
  /** Windows: the user's name. */
  username?: string;
}

/** The five capability sets of capabilities(7); names such as `CAP_NET_ADMIN`. */
export interface LinuxCapabilities {
  /** Limit of what can be gained. */
  bounding?: string[];
  /** What the kernel checks. */
  effective?: string[];
  /** Kept across execve. */
  inheritable?: string[];
  /** Limit of the effective set. */
  permitted?: string[];
  /** Kept across execve of unprivileged programs. */
  ambient?: string[];
}

/** A resource limit of setrlimit(2). */
export interface POSIXRlimit {
  /** Name, such as `RLIMIT_NOFILE`. */
  type: string;
  /** The ceiling; `RLIM_INFINITY`, a bigint, means none. */
  hard: number | bigint;
  /** The limit in force. */
  soft: number | bigint;
}

/** Attributes of sched_setattr(2). Times are nanoseconds. */
export interface Scheduler {
  /** Policy. */
  policy:
    | "SCHED_OTHER"
    | "SCHED_FIFO"
    | "SCHED_RR"
    | "SCHED_BATCH"
    | "SCHED_ISO"
    | "SCHED_IDLE"
    | "SCHED_DEADLINE";
  /** Niceness, −20 to 19. */
  nice?: number;
  /** Static priority of the real-time policies. */
  priority?: number;
  /** Flags. */
  flags?: (
    | "SCHED_FLAG_RESET_ON_FORK"
    | "SCHED_FLAG_RECLAIM"
    | "SCHED_FLAG_DL_OVERRUN"
    | "SCHED_FLAG_KEEP_POLICY"
    | "SCHED_FLAG_KEEP_PARAMS"
    | "SCHED_FLAG_UTIL_CLAMP_MIN"
    | "SCHED_FLAG_UTIL_CLAMP_MAX"
  )[];
  /** SCHED_DEADLINE: run time in each period. */
  runtime?: number;
  /** SCHED_DEADLINE: relative deadline. */
  deadline?: number;
  /** SCHED_DEADLINE: period. */
  period?: number;
}

/** I/O scheduling of ioprio_set(2). */
export interface LinuxIOPriority {
  /** Class. */
  class: "IOPRIO_CLASS_RT" | "IOPRIO_CLASS_BE" | "IOPRIO_CLASS_IDLE";
  /** 0 (highest) to 7. */
  priority: number;
}

/** Lists of CPUs such as `0-3,7`. */
export interface CPUAffinity {
  /** While the runtime sets the process up. */
  initial?: string;
  /** Once it is in its cgroup. */
  final?: string;
}

/** The root file system. */
export interface Root {
  /** Path on the host, absolute or relative to the bundle. containerd uses `rootfs`. */
  path: string;
  /** Make it read-only. */
  readonly?: boolean;
}

/** A mount inside the container. */
export interface Mount {
  /** Absolute path inside the container. */
  destination: string;
  /** File system type: `bind`, `tmpfs`, `proc`… */
  type?: string;
  /** Device, or path on the host for binds. */
  source?: string;
  /** Options of mount(8), such as `ro`, `rbind`, `nosuid`, `size=64m`. */
  options?: string[];
  /** User ids of an idmapped mount. */
  uidMappings?: LinuxIDMapping[];
  /** Group ids of an idmapped mount. */
  gidMappings?: LinuxIDMapping[];
}

/** A program that the runtime runs on the host or in the container. */
export interface Hook {
  /** Absolute path of the program. */
  path: string;
  /** Arguments, with the program's name first. */
  args?: string[];
  /** Environment, `NAME=value` each; nothing is inherited. */
  env?: string[];
  /** Seconds until it is killed. */
  timeout?: number;
}

/** Hooks by point of the life cycle. */
export interface Hooks {
  /** Before start, in the runtime's namespaces. @deprecated By the spec; use `createRuntime`. */
  prestart?: Hook[];
  /** After the namespaces exist, before pivot_root, in the runtime's namespaces. */
  createRuntime?: Hook[];
  /** The same moment, in the container's namespaces. */
  createContainer?: Hook[];
  /** Just before the process starts, in the container. */
  startContainer?: Hook[];
  /** After it has started, in the runtime's namespaces. */
  poststart?: Hook[];
  /** After the container is deleted, in the runtime's namespaces. */
  poststop?: Hook[];
}

/** What is Linux's own. */
export interface Linux {
  /** User ids of the user namespace. */
  uidMappings?: LinuxIDMapping[];
  /** Group ids of the user namespace. */
  gidMappings?: LinuxIDMapping[];
  /** Kernel parameters, such as `net.ipv4.ip_forward`. */
  sysctl?: Record<string, string>;
  /** Limits of the cgroup. */
  resources?: LinuxResources;
  /** Path of the cgroup, or `slice:prefix:name` for systemd. */
  cgroupsPath?: string;
  /** Namespaces to create or join; the others are shared with the host. */
  namespaces?: LinuxNamespace[];
  /** Device nodes to create. */
  devices?: LinuxDevice[];
  /** Network devices of the host to move in (1.3), by name on the host. */
  netDevices?: Record<string, LinuxNetDevice>;
  /** System call filter. */
  seccomp?: LinuxSeccomp;
  /** Propagation of the root mount: `private`, `rprivate`, `slave`, `rslave`, `shared`… */
  rootfsPropagation?: string;
  /** Paths that are hidden. */
  maskedPaths?: string[];
  /** Paths that are made read-only. */
  readonlyPaths?: string[];
  /** SELinux context of the mounts. */
  mountLabel?: string;
  /** Intel RDT. */
  intelRdt?: LinuxIntelRdt;
  /** NUMA memory policy (1.3). */
  memoryPolicy?: LinuxMemoryPolicy;
  /** Execution domain of personality(2). */
  personality?: LinuxPersonality;
  /** Clock offsets of a time namespace, by clock. */
  timeOffsets?: { monotonic?: LinuxTimeOffset; boottime?: LinuxTimeOffset };
}

/** Kinds of namespaces. */
export type LinuxNamespaceType =
  | "pid"
  | "network"
  | "mount"
  | "ipc"
  | "uts"
  | "user"
  | "cgroup"
  | "time";

/** A namespace to create, or with `path` to join. */
export interface LinuxNamespace {
  /** Kind. */
  type: LinuxNamespaceType;
  /** An existing one on the host, such as `/proc/123/ns/net`. */
  path?: string;
}

/** A range of ids. */
export interface LinuxIDMapping {
  /** First id in the container. */
  containerID: number;
  /** First id on the host. */
  hostID: number;
  /** How many. */
  size: number;
}

/** An offset of a clock. */
export interface LinuxTimeOffset {
  /** Seconds. */
  secs?: number;
  /** Nanoseconds. */
  nanosecs?: number;
}

/** A device node. */
export interface LinuxDevice {
  /** Absolute path in the container. */
  path: string;
  /** `c` or `u` character, `b` block, `p` FIFO. */
  type: "c" | "u" | "b" | "p";
  /** Major number; not for FIFOs. */
  major?: number;
  /** Minor number; not for FIFOs. */
  minor?: number;
  /** Permission bits. */
  fileMode?: number;
  /** Owner. */
  uid?: number;
  /** Group. */
  gid?: number;
}

/** A network device that moves into the container. */
export interface LinuxNetDevice {
  /** Its name there; default the same. */
  name?: string;
}

/** Execution domain. */
export interface LinuxPersonality {
  /** Domain. */
  domain: "LINUX" | "LINUX32";
  /** Flags; none are defined. */
  flags?: string[];
}

/** Intel Resource Director Technology. */
export interface LinuxIntelRdt {
  /** Class of service. */
  closID?: string;
  /** Lines for the schemata file (1.3). */
  schemata?: string[];
  /** Level 3 cache, such as `L3:0=ffff0`. */
  l3CacheSchema?: string;
  /** Memory bandwidth, such as `MB:0=20`. */
  memBwSchema?: string;
  /** Make a monitoring group (1.3). */
  enableMonitoring?: boolean;
  /** Cache monitoring. @deprecated By 1.3; use `enableMonitoring`. */
  enableCMT?: boolean;
  /** Bandwidth monitoring. @deprecated By 1.3; use `enableMonitoring`. */
  enableMBM?: boolean;
}

/** Arguments of set_mempolicy(2). */
export interface LinuxMemoryPolicy {
  /** Mode. */
  mode:
    | "MPOL_DEFAULT"
    | "MPOL_BIND"
    | "MPOL_INTERLEAVE"
    | "MPOL_WEIGHTED_INTERLEAVE"
    | "MPOL_PREFERRED"
    | "MPOL_PREFERRED_MANY"
    | "MPOL_LOCAL";
  /** Nodes, such as `0-1,3`. */
  nodes: string;
  /** Flags. */
  flags?: ("MPOL_F_NUMA_BALANCING" | "MPOL_F_RELATIVE_NODES" | "MPOL_F_STATIC_NODES")[];
}
