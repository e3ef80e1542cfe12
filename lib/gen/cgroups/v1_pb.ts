// Generated from proto/cgroups/v1.proto by `deno task gen`; do not edit.

// What the runc shim reports on hosts with cgroups v1 (and hybrid), inside containerd.types.Metric.
// Sizes are bytes and limits of 2^63 and above mean none, unless said otherwise.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file cgroups/v1.proto.
 */
export const file_cgroups_v1: GenFile = /*@__PURE__*/
  fileDesc("ChBjZ3JvdXBzL3YxLnByb3RvEhhpby5jb250YWluZXJkLmNncm91cHMudjEi/AMKB01ldHJpY3MSNgoHaHVnZXRsYhgBIAMoCzIlLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5IdWdldGxiU3RhdBIwCgRwaWRzGAIgASgLMiIuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYxLlBpZHNTdGF0Ei4KA2NwdRgDIAEoCzIhLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5DUFVTdGF0EjQKBm1lbW9yeRgEIAEoCzIkLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5NZW1vcnlTdGF0EjIKBWJsa2lvGAUgASgLMiMuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYxLkJsa0lPU3RhdBIwCgRyZG1hGAYgASgLMiIuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYxLlJkbWFTdGF0EjYKB25ldHdvcmsYByADKAsyJS5pby5jb250YWluZXJkLmNncm91cHMudjEuTmV0d29ya1N0YXQSOwoMY2dyb3VwX3N0YXRzGAggASgLMiUuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYxLkNncm91cFN0YXRzEkYKEm1lbW9yeV9vb21fY29udHJvbBgJIAEoCzIqLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5NZW1vcnlPb21Db250cm9sIkwKC0h1Z2V0bGJTdGF0Eg0KBXVzYWdlGAEgASgEEgsKA21heBgCIAEoBBIPCgdmYWlsY250GAMgASgEEhAKCHBhZ2VzaXplGAQgASgJIioKCFBpZHNTdGF0Eg8KB2N1cnJlbnQYASABKAQSDQoFbGltaXQYAiABKAQidAoHQ1BVU3RhdBIxCgV1c2FnZRgBIAEoCzIiLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5DUFVVc2FnZRI2Cgp0aHJvdHRsaW5nGAIgASgLMiIuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYxLlRocm90dGxlIkgKCENQVVVzYWdlEg0KBXRvdGFsGAEgASgEEg4KBmtlcm5lbBgCIAEoBBIMCgR1c2VyGAMgASgEEg8KB3Blcl9jcHUYBCADKAQiTgoIVGhyb3R0bGUSDwoHcGVyaW9kcxgBIAEoBBIZChF0aHJvdHRsZWRfcGVyaW9kcxgCIAEoBBIWCg50aHJvdHRsZWRfdGltZRgDIAEoBCLFBwoKTWVtb3J5U3RhdBINCgVjYWNoZRgBIAEoBBILCgNyc3MYAiABKAQSEAoIcnNzX2h1Z2UYAyABKAQSEwoLbWFwcGVkX2ZpbGUYBCABKAQSDQoFZGlydHkYBSABKAQSEQoJd3JpdGViYWNrGAYgASgEEhAKCHBnX3BnX2luGAcgASgEEhEKCXBnX3BnX291dBgIIAEoBBIQCghwZ19mYXVsdBgJIAEoBBIUCgxwZ19tYWpfZmF1bHQYCiABKAQSFQoNaW5hY3RpdmVfYW5vbhgLIAEoBBITCgthY3RpdmVfYW5vbhgMIAEoBBIVCg1pbmFjdGl2ZV9maWxlGA0gASgEEhMKC2FjdGl2ZV9maWxlGA4gASgEEhMKC3VuZXZpY3RhYmxlGA8gASgEEiEKGWhpZXJhcmNoaWNhbF9tZW1vcnlfbGltaXQYECABKAQSHwoXaGllcmFyY2hpY2FsX3N3YXBfbGltaXQYESABKAQSEwoLdG90YWxfY2FjaGUYEiABKAQSEQoJdG90YWxfcnNzGBMgASgEEhYKDnRvdGFsX3Jzc19odWdlGBQgASgEEhkKEXRvdGFsX21hcHBlZF9maWxlGBUgASgEEhMKC3RvdGFsX2RpcnR5GBYgASgEEhcKD3RvdGFsX3dyaXRlYmFjaxgXIAEoBBIWCg50b3RhbF9wZ19wZ19pbhgYIAEoBBIXCg90b3RhbF9wZ19wZ19vdXQYGSABKAQSFgoOdG90YWxfcGdfZmF1bHQYGiABKAQSGgoSdG90YWxfcGdfbWFqX2ZhdWx0GBsgASgEEhsKE3RvdGFsX2luYWN0aXZlX2Fub24YHCABKAQSGQoRdG90YWxfYWN0aXZlX2Fub24YHSABKAQSGwoTdG90YWxfaW5hY3RpdmVfZmlsZRgeIAEoBBIZChF0b3RhbF9hY3RpdmVfZmlsZRgfIAEoBBIZChF0b3RhbF91bmV2aWN0YWJsZRggIAEoBBI0CgV1c2FnZRghIAEoCzIlLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5NZW1vcnlFbnRyeRIzCgRzd2FwGCIgASgLMiUuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYxLk1lbW9yeUVudHJ5EjUKBmtlcm5lbBgjIAEoCzIlLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5NZW1vcnlFbnRyeRI5CgprZXJuZWxfdGNwGCQgASgLMiUuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYxLk1lbW9yeUVudHJ5IkkKC01lbW9yeUVudHJ5Eg0KBWxpbWl0GAEgASgEEg0KBXVzYWdlGAIgASgEEgsKA21heBgDIAEoBBIPCgdmYWlsY250GAQgASgEIlEKEE1lbW9yeU9vbUNvbnRyb2wSGAoQb29tX2tpbGxfZGlzYWJsZRgBIAEoBBIRCgl1bmRlcl9vb20YAiABKAQSEAoIb29tX2tpbGwYAyABKAQisQQKCUJsa0lPU3RhdBJIChppb19zZXJ2aWNlX2J5dGVzX3JlY3Vyc2l2ZRgBIAMoCzIkLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5CbGtJT0VudHJ5EkMKFWlvX3NlcnZpY2VkX3JlY3Vyc2l2ZRgCIAMoCzIkLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5CbGtJT0VudHJ5EkEKE2lvX3F1ZXVlZF9yZWN1cnNpdmUYAyADKAsyJC5pby5jb250YWluZXJkLmNncm91cHMudjEuQmxrSU9FbnRyeRJHChlpb19zZXJ2aWNlX3RpbWVfcmVjdXJzaXZlGAQgAygLMiQuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYxLkJsa0lPRW50cnkSRAoWaW9fd2FpdF90aW1lX3JlY3Vyc2l2ZRgFIAMoCzIkLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5CbGtJT0VudHJ5EkEKE2lvX21lcmdlZF9yZWN1cnNpdmUYBiADKAsyJC5pby5jb250YWluZXJkLmNncm91cHMudjEuQmxrSU9FbnRyeRI/ChFpb190aW1lX3JlY3Vyc2l2ZRgHIAMoCzIkLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5CbGtJT0VudHJ5Ej8KEXNlY3RvcnNfcmVjdXJzaXZlGAggAygLMiQuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYxLkJsa0lPRW50cnkiVQoKQmxrSU9FbnRyeRIKCgJvcBgBIAEoCRIOCgZkZXZpY2UYAiABKAkSDQoFbWFqb3IYAyABKAQSDQoFbWlub3IYBCABKAQSDQoFdmFsdWUYBSABKAQidAoIUmRtYVN0YXQSNAoHY3VycmVudBgBIAMoCzIjLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52MS5SZG1hRW50cnkSMgoFbGltaXQYAiADKAsyIy5pby5jb250YWluZXJkLmNncm91cHMudjEuUmRtYUVudHJ5IkUKCVJkbWFFbnRyeRIOCgZkZXZpY2UYASABKAkSEwoLaGNhX2hhbmRsZXMYAiABKA0SEwoLaGNhX29iamVjdHMYAyABKA0itQEKC05ldHdvcmtTdGF0EgwKBG5hbWUYASABKAkSEAoIcnhfYnl0ZXMYAiABKAQSEgoKcnhfcGFja2V0cxgDIAEoBBIRCglyeF9lcnJvcnMYBCABKAQSEgoKcnhfZHJvcHBlZBgFIAEoBBIQCgh0eF9ieXRlcxgGIAEoBBISCgp0eF9wYWNrZXRzGAcgASgEEhEKCXR4X2Vycm9ycxgIIAEoBBISCgp0eF9kcm9wcGVkGAkgASgEInoKC0Nncm91cFN0YXRzEhMKC25yX3NsZWVwaW5nGAEgASgEEhIKCm5yX3J1bm5pbmcYAiABKAQSEgoKbnJfc3RvcHBlZBgDIAEoBBIaChJucl91bmludGVycnVwdGlibGUYBCABKAQSEgoKbnJfaW9fd2FpdBgFIAEoBGIGcHJvdG8z");

/**
 * Counters of one cgroup. Controllers that are off are absent.
 */
export type Metrics = Message<"io.containerd.cgroups.v1.Metrics"> & {
  /**
   * One entry a page size.
   */
  hugetlb: HugetlbStat[];

  /**
   * Processes and threads.
   */
  pids?: PidsStat | undefined;

  /**
   * CPU time.
   */
  cpu?: CPUStat | undefined;

  /**
   * Memory.
   */
  memory?: MemoryStat | undefined;

  /**
   * Block devices.
   */
  blkio?: BlkIOStat | undefined;

  /**
   * RDMA devices.
   */
  rdma?: RdmaStat | undefined;

  /**
   * Network interfaces; runc shims leave it empty.
   */
  network: NetworkStat[];

  /**
   * Tasks by state; runc shims leave it empty.
   */
  cgroupStats?: CgroupStats | undefined;

  /**
   * Out-of-memory handling.
   */
  memoryOomControl?: MemoryOomControl | undefined;
};

/**
 * Describes the message io.containerd.cgroups.v1.Metrics.
 * Use `create(MetricsSchema)` to create a new message.
 */
export const MetricsSchema: GenMessage<Metrics> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 0);

/**
 * Huge pages of one size.
 */
export type HugetlbStat = Message<"io.containerd.cgroups.v1.HugetlbStat"> & {
  /**
   * In use now.
   */
  usage: bigint;

  /**
   * Most ever in use.
   */
  max: bigint;

  /**
   * Times that the limit was hit.
   */
  failcnt: bigint;

  /**
   * Page size, such as 2MB.
   */
  pagesize: string;
};

/**
 * Describes the message io.containerd.cgroups.v1.HugetlbStat.
 * Use `create(HugetlbStatSchema)` to create a new message.
 */
export const HugetlbStatSchema: GenMessage<HugetlbStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 1);

/**
 * Processes and threads.
 */
export type PidsStat = Message<"io.containerd.cgroups.v1.PidsStat"> & {
  /**
   * Number now.
   */
  current: bigint;

  /**
   * Most allowed; 0 for no limit.
   */
  limit: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v1.PidsStat.
 * Use `create(PidsStatSchema)` to create a new message.
 */
export const PidsStatSchema: GenMessage<PidsStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 2);

/**
 * CPU time.
 */
export type CPUStat = Message<"io.containerd.cgroups.v1.CPUStat"> & {
  /**
   * Time used.
   */
  usage?: CPUUsage | undefined;

  /**
   * Time held back by the quota.
   */
  throttling?: Throttle | undefined;
};

/**
 * Describes the message io.containerd.cgroups.v1.CPUStat.
 * Use `create(CPUStatSchema)` to create a new message.
 */
export const CPUStatSchema: GenMessage<CPUStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 3);

/**
 * CPU time used, in nanoseconds.
 */
export type CPUUsage = Message<"io.containerd.cgroups.v1.CPUUsage"> & {
  /**
   * In all.
   */
  total: bigint;

  /**
   * In the kernel.
   */
  kernel: bigint;

  /**
   * In user space.
   */
  user: bigint;

  /**
   * In all, by CPU.
   */
  perCpu: bigint[];
};

/**
 * Describes the message io.containerd.cgroups.v1.CPUUsage.
 * Use `create(CPUUsageSchema)` to create a new message.
 */
export const CPUUsageSchema: GenMessage<CPUUsage> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 4);

/**
 * Effect of the CPU quota.
 */
export type Throttle = Message<"io.containerd.cgroups.v1.Throttle"> & {
  /**
   * Periods that have passed.
   */
  periods: bigint;

  /**
   * Periods in which the quota ran out.
   */
  throttledPeriods: bigint;

  /**
   * Time held back, in nanoseconds.
   */
  throttledTime: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v1.Throttle.
 * Use `create(ThrottleSchema)` to create a new message.
 */
export const ThrottleSchema: GenMessage<Throttle> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 5);

/**
 * memory.stat of the kernel, by its names; total_* includes the cgroups below.
 */
export type MemoryStat = Message<"io.containerd.cgroups.v1.MemoryStat"> & {
  /**
   * Page cache, tmpfs included.
   */
  cache: bigint;

  /**
   * Anonymous memory and swap cache.
   */
  rss: bigint;

  /**
   * Anonymous huge pages.
   */
  rssHuge: bigint;

  /**
   * Mapped files, tmpfs included.
   */
  mappedFile: bigint;

  /**
   * Waiting to be written to disk.
   */
  dirty: bigint;

  /**
   * Being written to disk.
   */
  writeback: bigint;

  /**
   * Pages charged to the cgroup, a count.
   */
  pgPgIn: bigint;

  /**
   * Pages no longer charged, a count.
   */
  pgPgOut: bigint;

  /**
   * Page faults, a count.
   */
  pgFault: bigint;

  /**
   * Page faults that read from disk, a count.
   */
  pgMajFault: bigint;

  /**
   * Anonymous memory on the inactive list.
   */
  inactiveAnon: bigint;

  /**
   * Anonymous memory on the active list.
   */
  activeAnon: bigint;

  /**
   * File cache on the inactive list.
   */
  inactiveFile: bigint;

  /**
   * File cache on the active list.
   */
  activeFile: bigint;

  /**
   * Memory that cannot be reclaimed, such as mlocked.
   */
  unevictable: bigint;

  /**
   * Lowest memory limit of the cgroup and those above.
   */
  hierarchicalMemoryLimit: bigint;

  /**
   * Lowest limit of memory and swap of the cgroup and those above.
   */
  hierarchicalSwapLimit: bigint;

  /**
   * `cache`, with the cgroups below.
   */
  totalCache: bigint;

  /**
   * `rss`, with the cgroups below.
   */
  totalRss: bigint;

  /**
   * `rss_huge`, with the cgroups below.
   */
  totalRssHuge: bigint;

  /**
   * `mapped_file`, with the cgroups below.
   */
  totalMappedFile: bigint;

  /**
   * `dirty`, with the cgroups below.
   */
  totalDirty: bigint;

  /**
   * `writeback`, with the cgroups below.
   */
  totalWriteback: bigint;

  /**
   * `pg_pg_in`, with the cgroups below.
   */
  totalPgPgIn: bigint;

  /**
   * `pg_pg_out`, with the cgroups below.
   */
  totalPgPgOut: bigint;

  /**
   * `pg_fault`, with the cgroups below.
   */
  totalPgFault: bigint;

  /**
   * `pg_maj_fault`, with the cgroups below.
   */
  totalPgMajFault: bigint;

  /**
   * `inactive_anon`, with the cgroups below.
   */
  totalInactiveAnon: bigint;

  /**
   * `active_anon`, with the cgroups below.
   */
  totalActiveAnon: bigint;

  /**
   * `inactive_file`, with the cgroups below.
   */
  totalInactiveFile: bigint;

  /**
   * `active_file`, with the cgroups below.
   */
  totalActiveFile: bigint;

  /**
   * `unevictable`, with the cgroups below.
   */
  totalUnevictable: bigint;

  /**
   * Memory.
   */
  usage?: MemoryEntry | undefined;

  /**
   * Memory and swap together.
   */
  swap?: MemoryEntry | undefined;

  /**
   * Memory of the kernel.
   */
  kernel?: MemoryEntry | undefined;

  /**
   * TCP buffers.
   */
  kernelTcp?: MemoryEntry | undefined;
};

/**
 * Describes the message io.containerd.cgroups.v1.MemoryStat.
 * Use `create(MemoryStatSchema)` to create a new message.
 */
export const MemoryStatSchema: GenMessage<MemoryStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 6);

/**
 * One limited kind of memory.
 */
export type MemoryEntry = Message<"io.containerd.cgroups.v1.MemoryEntry"> & {
  /**
   * Most allowed.
   */
  limit: bigint;

  /**
   * In use now.
   */
  usage: bigint;

  /**
   * Most ever in use.
   */
  max: bigint;

  /**
   * Times that the limit was hit.
   */
  failcnt: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v1.MemoryEntry.
 * Use `create(MemoryEntrySchema)` to create a new message.
 */
export const MemoryEntrySchema: GenMessage<MemoryEntry> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 7);

/**
 * memory.oom_control of the kernel.
 */
export type MemoryOomControl = Message<"io.containerd.cgroups.v1.MemoryOomControl"> & {
  /**
   * 1 when processes wait for memory instead of being killed.
   */
  oomKillDisable: bigint;

  /**
   * 1 while processes wait.
   */
  underOom: bigint;

  /**
   * Processes killed, a count.
   */
  oomKill: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v1.MemoryOomControl.
 * Use `create(MemoryOomControlSchema)` to create a new message.
 */
export const MemoryOomControlSchema: GenMessage<MemoryOomControl> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 8);

/**
 * Block devices; entries by device and operation, with the cgroups below.
 */
export type BlkIOStat = Message<"io.containerd.cgroups.v1.BlkIOStat"> & {
  /**
   * Bytes moved.
   */
  ioServiceBytesRecursive: BlkIOEntry[];

  /**
   * Operations done.
   */
  ioServicedRecursive: BlkIOEntry[];

  /**
   * Operations waiting now.
   */
  ioQueuedRecursive: BlkIOEntry[];

  /**
   * Time that the device took, in nanoseconds.
   */
  ioServiceTimeRecursive: BlkIOEntry[];

  /**
   * Time spent in queues, in nanoseconds.
   */
  ioWaitTimeRecursive: BlkIOEntry[];

  /**
   * Operations merged into others.
   */
  ioMergedRecursive: BlkIOEntry[];

  /**
   * Time that the device was given, in milliseconds.
   */
  ioTimeRecursive: BlkIOEntry[];

  /**
   * Sectors moved, of 512 bytes.
   */
  sectorsRecursive: BlkIOEntry[];
};

/**
 * Describes the message io.containerd.cgroups.v1.BlkIOStat.
 * Use `create(BlkIOStatSchema)` to create a new message.
 */
export const BlkIOStatSchema: GenMessage<BlkIOStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 9);

/**
 * One counter of one device.
 */
export type BlkIOEntry = Message<"io.containerd.cgroups.v1.BlkIOEntry"> & {
  /**
   * Operation: Read, Write, Sync, Async, Discard, Total; empty where the kernel does not split.
   */
  op: string;

  /**
   * Path of the device, where known.
   */
  device: string;

  /**
   * Major number.
   */
  major: bigint;

  /**
   * Minor number.
   */
  minor: bigint;

  /**
   * Value, in the unit of the list.
   */
  value: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v1.BlkIOEntry.
 * Use `create(BlkIOEntrySchema)` to create a new message.
 */
export const BlkIOEntrySchema: GenMessage<BlkIOEntry> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 10);

/**
 * RDMA devices.
 */
export type RdmaStat = Message<"io.containerd.cgroups.v1.RdmaStat"> & {
  /**
   * In use now, by device.
   */
  current: RdmaEntry[];

  /**
   * Most allowed, by device.
   */
  limit: RdmaEntry[];
};

/**
 * Describes the message io.containerd.cgroups.v1.RdmaStat.
 * Use `create(RdmaStatSchema)` to create a new message.
 */
export const RdmaStatSchema: GenMessage<RdmaStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 11);

/**
 * One RDMA device; 2^32-1 means no limit.
 */
export type RdmaEntry = Message<"io.containerd.cgroups.v1.RdmaEntry"> & {
  /**
   * Name of the device.
   */
  device: string;

  /**
   * Handles.
   */
  hcaHandles: number;

  /**
   * Objects.
   */
  hcaObjects: number;
};

/**
 * Describes the message io.containerd.cgroups.v1.RdmaEntry.
 * Use `create(RdmaEntrySchema)` to create a new message.
 */
export const RdmaEntrySchema: GenMessage<RdmaEntry> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 12);

/**
 * One network interface.
 */
export type NetworkStat = Message<"io.containerd.cgroups.v1.NetworkStat"> & {
  /**
   * Name of the interface.
   */
  name: string;

  /**
   * Bytes received.
   */
  rxBytes: bigint;

  /**
   * Packets received.
   */
  rxPackets: bigint;

  /**
   * Packets received with errors.
   */
  rxErrors: bigint;

  /**
   * Received packets dropped.
   */
  rxDropped: bigint;

  /**
   * Bytes sent.
   */
  txBytes: bigint;

  /**
   * Packets sent.
   */
  txPackets: bigint;

  /**
   * Packets that could not be sent.
   */
  txErrors: bigint;

  /**
   * Packets dropped before they were sent.
   */
  txDropped: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v1.NetworkStat.
 * Use `create(NetworkStatSchema)` to create a new message.
 */
export const NetworkStatSchema: GenMessage<NetworkStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 13);

/**
 * Tasks by state.
 */
export type CgroupStats = Message<"io.containerd.cgroups.v1.CgroupStats"> & {
  /**
   * Asleep.
   */
  nrSleeping: bigint;

  /**
   * Running.
   */
  nrRunning: bigint;

  /**
   * Stopped.
   */
  nrStopped: bigint;

  /**
   * In a sleep that signals do not end.
   */
  nrUninterruptible: bigint;

  /**
   * Waiting for input or output.
   */
  nrIoWait: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v1.CgroupStats.
 * Use `create(CgroupStatsSchema)` to create a new message.
 */
export const CgroupStatsSchema: GenMessage<CgroupStats> = /*@__PURE__*/
  messageDesc(file_cgroups_v1, 14);

