/**
 * containerd's default seccomp profile: which system calls a container may make. The facts are
 * those of contrib/seccomp in August 2026 (2.4); names that a kernel or libseccomp does not know are
 * skipped by the runtime.
 *
 * @module
 */

import type { LinuxSeccomp, LinuxSeccompArg, LinuxSyscall } from "./runtime_seccomp.ts";

/** Allowed in every container. */
const always = words(`
  accept accept4 access adjtimex alarm bind brk cachestat capget capset chdir chmod chown
  chown32 clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
  clock_gettime64 clock_nanosleep clock_nanosleep_time64 close close_range connect
  copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old
  epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit
  exit_group faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark fchdir fchmod
  fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock
  fork fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate
  ftruncate64 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake futimesat
  get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid getegid32 geteuid
  geteuid32 getgid getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid
  getppid getpriority getrandom getresgid getresgid32 getresuid getresuid32 getrlimit getrusage
  getsid getsockname getsockopt gettid gettimeofday getuid getuid32 getxattr getxattrat
  inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy
  io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioctl ioprio_get ioprio_set
  ipc kill landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown lchown32
  lgetxattr link linkat listen listmount listxattr listxattrat llistxattr _llseek lremovexattr
  lseek lsetxattr lsm_get_self_attr lsm_list_modules lsm_set_self_attr lstat lstat64 madvise
  map_shadow_stack membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat
  mlock mlock2 mlockall mmap mmap2 mprotect mq_getsetattr mq_notify mq_open mq_timedreceive
  mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget
  msgrcv msgsnd msync munlock munlockall munmap name_to_handle_at nanosleep newfstatat
  _newselect open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc
  pkey_free pkey_mprotect poll ppoll ppoll_time64 prctl pread64 preadv preadv2 prlimit64
  process_mrelease pselect6 pselect6_time64 pwrite64 pwritev pwritev2 read readahead readlink
  readlinkat readv recv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr
  removexattrat rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending
  rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
  rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min
  sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
  sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler
  sched_yield seccomp select semctl semget semop semtimedop semtimedop_time64 send sendfile
  sendfile64 sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address setfsgid
  setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid
  setpriority setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid
  setreuid32 setrlimit setsid setsockopt setuid setuid32 setxattr setxattrat shmat shmctl shmdt
  shmget shutdown sigaltstack signalfd signalfd4 sigprocmask sigreturn socketcall socketpair
  splice stat stat64 statfs statfs64 statmount statx symlink symlinkat sync sync_file_range
  syncfs sysinfo tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime
  timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64
  timerfd_settime timerfd_settime64 times tkill truncate truncate64 ugetrlimit umask uname
  unlink unlinkat uretprobe utime utimensat utimensat_time64 utimes vfork vmsplice wait4 waitid
  waitpid write writev
`);

/** Allowed with a capability in the bounding set. */
const byCapability: Readonly<Record<string, readonly string[]>> = {
  CAP_BPF: words("bpf"),
  CAP_DAC_READ_SEARCH: words("open_by_handle_at"),
  CAP_PERFMON: words("perf_event_open"),
  CAP_SYSLOG: words("syslog"),
  CAP_SYS_ADMIN: words(`
    bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie mount
    mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname
    sethostname setns syslog umount umount2 unshare
  `),
  CAP_SYS_BOOT: words("reboot"),
  CAP_SYS_CHROOT: words("chroot"),
  CAP_SYS_MODULE: words("delete_module finit_module init_module"),
  CAP_SYS_NICE: words("get_mempolicy mbind set_mempolicy set_mempolicy_home_node"),
  CAP_SYS_PACCT: words("acct"),
  CAP_SYS_PTRACE: words(`
    kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace
  `),
  CAP_SYS_RAWIO: words("ioperm iopl"),
  CAP_SYS_TIME: words("clock_settime clock_settime64 settimeofday stime"),
  CAP_SYS_TTY_CONFIG: words("vhangup"),
};

const arm = words(
  "arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls sync_file_range2",
);
const s390 = words("s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr");

/** Allowed on an architecture. */
const byArchitecture: Readonly<Record<string, readonly string[]>> = {
  "386": words("modify_ldt"),
  amd64: words("arch_prctl modify_ldt"),
  arm,
  arm64: arm,
  ppc64le: words("swapcontext sync_file_range2"),
  riscv64: words("riscv_flush_icache riscv_hwprobe"),
  s390,
  s390x: s390,
};

/** The ABIs that a filter covers on an architecture; elsewhere, the native one. */
const abis: Readonly<Record<string, readonly string[]>> = {
  amd64: words("SCMP_ARCH_X86_64 SCMP_ARCH_X86 SCMP_ARCH_X32"),
  arm64: words("SCMP_ARCH_ARM SCMP_ARCH_AARCH64"),
  loong64: words("SCMP_ARCH_LOONGARCH64"),
  mips64: words("SCMP_ARCH_MIPS SCMP_ARCH_MIPS64 SCMP_ARCH_MIPS64N32"),
  riscv64: words("SCMP_ARCH_RISCV64"),
  s390x: words("SCMP_ARCH_S390 SCMP_ARCH_S390X"),
};

/** Values of personality(2) that do no harm: Linux, with and without its two address limits; and asking. */
const personalities = [0, 0x8, 0x20000, 0x20008, 0xffffffff];

const AF_ALG = 38;
const AF_VSOCK = 40;
const ENOSYS = 38;

/** The flags of clone(2) that make new namespaces: mount, cgroup, UTS, IPC, user, PID, network. */
const CLONE_NEW_NAMESPACES = 0x7e020000;

/** Every system call that the filter allows somewhere. */
export function namesOfDefaultSeccomp(): string[] {
  const lists = [...Object.values(byCapability), ...Object.values(byArchitecture)];
  return [...always, ...lists.flat(), "socket", "personality", "clone3"];
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** What the profile depends on. */
export interface SeccompOptions {
  /** The daemon's architecture in Go's words: `amd64`, `arm64`… */
  architecture: string;
  /** The capabilities of the bounding set, such as `CAP_SYS_ADMIN`. */
  capabilities: readonly string[];
  /**
   * The kernel's version as `uname -r` prints it. Before 4.8 ptrace could escape the filter, and
   * needs its capability. Default: a newer kernel.
   */
  kernel?: string | undefined;
}

/**
 * containerd's default seccomp profile. Everything that is not named fails with EPERM.
 *
 * @example
 * ```ts
 * import { DEFAULT_CAPABILITIES, defaultSeccomp } from "@davit/sdk/oci";
 *
 * defaultSeccomp({ architecture: "amd64", capabilities: DEFAULT_CAPABILITIES });
 * ```
 */
export function defaultSeccomp(options: SeccompOptions): LinuxSeccomp {
  const { architecture, kernel } = options;
  const capabilities = new Set(options.capabilities);
  const syscalls = [
    allow(always),
    // Address families up to AF_ALG, between the two, and above AF_VSOCK: these two are kept out,
    // for they reach the kernel's crypto code and the hypervisor. Ranges, as libseccomp reads
    // several conditions on one argument as alternatives.
    allow(["socket"], { index: 0, value: AF_ALG, op: "SCMP_CMP_LT" }),
    allow(["socket"], { index: 0, value: AF_ALG + 1, op: "SCMP_CMP_EQ" }),
    allow(["socket"], { index: 0, value: AF_VSOCK, op: "SCMP_CMP_GT" }),
    ...personalities.map((value) => allow(["personality"], { index: 0, value, op: "SCMP_CMP_EQ" })),
  ];
  if (isKernelAtLeast(kernel, "4.8")) {
    syscalls.push(allow(words("process_vm_readv process_vm_writev ptrace")));
  }
  const native = byArchitecture[architecture];
  if (native) syscalls.push(allow(native));
  for (const capability of capabilities) {
    const names = byCapability[capability];
    if (names) syscalls.push(allow(names));
  }
  if (!capabilities.has("CAP_SYS_ADMIN")) {
    syscalls.push(
      allow(["clone"], {
        index: architecture.startsWith("s390") ? 1 : 0, // there the flags come second
        value: CLONE_NEW_NAMESPACES,
        op: "SCMP_CMP_MASKED_EQ",
      }),
      // A filter cannot see clone3's flags. ENOSYS makes C libraries fall back to clone.
      { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
    );
  }
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    architectures: [...(abis[architecture] ?? [])],
    syscalls,
  };
}

function allow(names: readonly string[], arg?: LinuxSeccompArg): LinuxSyscall {
  return { names: [...names], action: "SCMP_ACT_ALLOW", ...(arg && { args: [arg] }) };
}

/** Whether a kernel is as new as another; one that is not known counts as new. */
export function isKernelAtLeast(kernel: string | undefined, wanted: string): boolean {
  const numbers = (text: string) => (/^(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const [major = Infinity, minor = 0] = numbers(kernel ?? "");
  const [wantedMajor = 0, wantedMinor = 0] = numbers(wanted);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
