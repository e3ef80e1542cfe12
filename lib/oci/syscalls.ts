/**
 * Names of Linux's system calls, of all architectures: those that the default filter allows, and
 * the others, as libseccomp 2.5.4 and Linux 6.18 know them.
 *
 * @module
 */
import { namesOfDefaultSeccomp } from "./seccomp_default.ts";

/** Those that containerd's default filter never allows. */
const OTHERS = (
  "_sysctl add_key afs_syscall bdflush break cachectl create_module file_getattr file_setattr ftime " +
  "get_kernel_syms get_tls getpmsg gtty idle io_uring_enter io_uring_register io_uring_setup " +
  "kexec_file_load kexec_load keyctl listns lock migrate_pages move_pages mpx multiplexer " +
  "nfsservctl nice oldfstat oldlstat oldolduname oldstat olduname open_tree_attr pciconfig_iobase " +
  "pciconfig_read pciconfig_write pivot_root prof profil putpmsg query_module readdir request_key " +
  "rtas s390_guarded_storage s390_sthyi security sgetmask sigaction signal sigpending sigsuspend " +
  "spu_create spu_run ssetmask stty subpage_prot swapoff swapon switch_endian " +
  "sys_debug_setcontext syscall sysfs sysmips timerfd tuxcall ulimit uprobe uselib userfaultfd " +
  "usr26 usr32 ustat vm86 vm86old vserver"
).split(" ");

let known: ReadonlySet<string> | undefined;

/** Whether some architecture of Linux has a system call of that name. */
export function isSyscall(name: string): boolean {
  known ??= new Set([...namesOfDefaultSeccomp(), ...OTHERS]);
  return known.has(name);
}
