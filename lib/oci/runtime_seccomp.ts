/**
 * System call filters (OCI runtime spec, config-linux.md, "Seccomp"); names are libseccomp's.
 *
 * @module
 */

/** A system call filter. */
export interface LinuxSeccomp {
  /** What happens to calls that no rule names. */
  defaultAction: SeccompAction;
  /** Error number for `SCMP_ACT_ERRNO` and `SCMP_ACT_TRACE`; default EPERM. */
  defaultErrnoRet?: number;
  /** Architectures that the filter covers, such as `SCMP_ARCH_X86_64`. */
  architectures?: string[];
  /** Flags of seccomp(2). */
  flags?: (
    | "SECCOMP_FILTER_FLAG_TSYNC"
    | "SECCOMP_FILTER_FLAG_LOG"
    | "SECCOMP_FILTER_FLAG_SPEC_ALLOW"
    | "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"
  )[];
  /** Socket of an agent that decides `SCMP_ACT_NOTIFY`. */
  listenerPath?: string;
  /** What the agent is told. */
  listenerMetadata?: string;
  /** Rules. */
  syscalls?: LinuxSyscall[];
}

/** What happens to a system call. */
export type SeccompAction =
  | "SCMP_ACT_KILL"
  | "SCMP_ACT_KILL_PROCESS"
  | "SCMP_ACT_KILL_THREAD"
  | "SCMP_ACT_TRAP"
  | "SCMP_ACT_ERRNO"
  | "SCMP_ACT_TRACE"
  | "SCMP_ACT_ALLOW"
  | "SCMP_ACT_LOG"
  | "SCMP_ACT_NOTIFY";

/** A rule for some system calls. */
export interface LinuxSyscall {
  /** Their names. */
  names: string[];
  /** What happens. */
  action: SeccompAction;
  /** Error number, where the action gives one. */
  errnoRet?: number;
  /** Conditions on the arguments; all must hold. */
  args?: LinuxSeccompArg[];
}

/** A condition on one argument. */
export interface LinuxSeccompArg {
  /** Which argument, from 0. */
  index: number;
  /** What to compare with; the mask, for `SCMP_CMP_MASKED_EQ`. */
  value: number | bigint;
  /** The masked value, for `SCMP_CMP_MASKED_EQ`. */
  valueTwo?: number | bigint;
  /** How to compare. */
  op:
    | "SCMP_CMP_NE"
    | "SCMP_CMP_LT"
    | "SCMP_CMP_LE"
    | "SCMP_CMP_EQ"
    | "SCMP_CMP_GE"
    | "SCMP_CMP_GT"
    | "SCMP_CMP_MASKED_EQ";
}
