// Generated from proto/cgroups/v2.proto by `deno task gen`; do not edit.

// What the runc shim reports on hosts with cgroups v2, inside containerd.types.Metric.
// Sizes are bytes and a limit of 2^64-1 means none, unless said otherwise. "Since" is the release
// of containerd whose shim first has the field.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file cgroups/v2.proto.
 */
export const file_cgroups_v2: GenFile = /*@__PURE__*/
  fileDesc("ChBjZ3JvdXBzL3YyLnByb3RvEhhpby5jb250YWluZXJkLmNncm91cHMudjIisAMKB01ldHJpY3MSMAoEcGlkcxgBIAEoCzIiLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52Mi5QaWRzU3RhdBIuCgNjcHUYAiABKAsyIS5pby5jb250YWluZXJkLmNncm91cHMudjIuQ1BVU3RhdBI0CgZtZW1vcnkYBCABKAsyJC5pby5jb250YWluZXJkLmNncm91cHMudjIuTWVtb3J5U3RhdBIwCgRyZG1hGAUgASgLMiIuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYyLlJkbWFTdGF0EiwKAmlvGAYgASgLMiAuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYyLklPU3RhdBI2CgdodWdldGxiGAcgAygLMiUuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYyLkh1Z2VUbGJTdGF0Ej0KDW1lbW9yeV9ldmVudHMYCCABKAsyJi5pby5jb250YWluZXJkLmNncm91cHMudjIuTWVtb3J5RXZlbnRzEjYKB25ldHdvcmsYCSADKAsyJS5pby5jb250YWluZXJkLmNncm91cHMudjIuTmV0d29ya1N0YXQiRgoHUFNJRGF0YRINCgVhdmcxMBgBIAEoARINCgVhdmc2MBgCIAEoARIOCgZhdmczMDAYAyABKAESDQoFdG90YWwYBCABKAQibAoIUFNJU3RhdHMSLwoEc29tZRgBIAEoCzIhLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52Mi5QU0lEYXRhEi8KBGZ1bGwYAiABKAsyIS5pby5jb250YWluZXJkLmNncm91cHMudjIuUFNJRGF0YSIqCghQaWRzU3RhdBIPCgdjdXJyZW50GAEgASgEEg0KBWxpbWl0GAIgASgEIt8BCgdDUFVTdGF0EhIKCnVzYWdlX3VzZWMYASABKAQSEQoJdXNlcl91c2VjGAIgASgEEhMKC3N5c3RlbV91c2VjGAMgASgEEhIKCm5yX3BlcmlvZHMYBCABKAQSFAoMbnJfdGhyb3R0bGVkGAUgASgEEhYKDnRocm90dGxlZF91c2VjGAYgASgEEi8KA3BzaRgHIAEoCzIiLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52Mi5QU0lTdGF0cxIRCglucl9idXJzdHMYCCABKAQSEgoKYnVyc3RfdXNlYxgJIAEoBCLABgoKTWVtb3J5U3RhdBIMCgRhbm9uGAEgASgEEgwKBGZpbGUYAiABKAQSFAoMa2VybmVsX3N0YWNrGAMgASgEEgwKBHNsYWIYBCABKAQSDAoEc29jaxgFIAEoBBINCgVzaG1lbRgGIAEoBBITCgtmaWxlX21hcHBlZBgHIAEoBBISCgpmaWxlX2RpcnR5GAggASgEEhYKDmZpbGVfd3JpdGViYWNrGAkgASgEEhAKCGFub25fdGhwGAogASgEEhUKDWluYWN0aXZlX2Fub24YCyABKAQSEwoLYWN0aXZlX2Fub24YDCABKAQSFQoNaW5hY3RpdmVfZmlsZRgNIAEoBBITCgthY3RpdmVfZmlsZRgOIAEoBBITCgt1bmV2aWN0YWJsZRgPIAEoBBIYChBzbGFiX3JlY2xhaW1hYmxlGBAgASgEEhoKEnNsYWJfdW5yZWNsYWltYWJsZRgRIAEoBBIPCgdwZ2ZhdWx0GBIgASgEEhIKCnBnbWFqZmF1bHQYEyABKAQSGgoSd29ya2luZ3NldF9yZWZhdWx0GBQgASgEEhsKE3dvcmtpbmdzZXRfYWN0aXZhdGUYFSABKAQSHgoWd29ya2luZ3NldF9ub2RlcmVjbGFpbRgWIAEoBBIQCghwZ3JlZmlsbBgXIAEoBBIOCgZwZ3NjYW4YGCABKAQSDwoHcGdzdGVhbBgZIAEoBBISCgpwZ2FjdGl2YXRlGBogASgEEhQKDHBnZGVhY3RpdmF0ZRgbIAEoBBISCgpwZ2xhenlmcmVlGBwgASgEEhMKC3BnbGF6eWZyZWVkGB0gASgEEhcKD3RocF9mYXVsdF9hbGxvYxgeIAEoBBIaChJ0aHBfY29sbGFwc2VfYWxsb2MYHyABKAQSDQoFdXNhZ2UYICABKAQSEwoLdXNhZ2VfbGltaXQYISABKAQSEgoKc3dhcF91c2FnZRgiIAEoBBISCgpzd2FwX2xpbWl0GCMgASgEEhEKCW1heF91c2FnZRgkIAEoBBIWCg5zd2FwX21heF91c2FnZRglIAEoBBIvCgNwc2kYJiABKAsyIi5pby5jb250YWluZXJkLmNncm91cHMudjIuUFNJU3RhdHMibQoMTWVtb3J5RXZlbnRzEgsKA2xvdxgBIAEoBBIMCgRoaWdoGAIgASgEEgsKA21heBgDIAEoBBILCgNvb20YBCABKAQSEAoIb29tX2tpbGwYBSABKAQSFgoOb29tX2dyb3VwX2tpbGwYBiABKAQidAoIUmRtYVN0YXQSNAoHY3VycmVudBgBIAMoCzIjLmlvLmNvbnRhaW5lcmQuY2dyb3Vwcy52Mi5SZG1hRW50cnkSMgoFbGltaXQYAiADKAsyIy5pby5jb250YWluZXJkLmNncm91cHMudjIuUmRtYUVudHJ5IkUKCVJkbWFFbnRyeRIOCgZkZXZpY2UYASABKAkSEwoLaGNhX2hhbmRsZXMYAiABKA0SEwoLaGNhX29iamVjdHMYAyABKA0iawoGSU9TdGF0EjAKBXVzYWdlGAEgAygLMiEuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYyLklPRW50cnkSLwoDcHNpGAIgASgLMiIuaW8uY29udGFpbmVyZC5jZ3JvdXBzLnYyLlBTSVN0YXRzImMKB0lPRW50cnkSDQoFbWFqb3IYASABKAQSDQoFbWlub3IYAiABKAQSDgoGcmJ5dGVzGAMgASgEEg4KBndieXRlcxgEIAEoBBIMCgRyaW9zGAUgASgEEgwKBHdpb3MYBiABKAQiTgoLSHVnZVRsYlN0YXQSDwoHY3VycmVudBgBIAEoBBILCgNtYXgYAiABKAQSEAoIcGFnZXNpemUYAyABKAkSDwoHZmFpbGNudBgEIAEoBCK1AQoLTmV0d29ya1N0YXQSDAoEbmFtZRgBIAEoCRIQCghyeF9ieXRlcxgCIAEoBBISCgpyeF9wYWNrZXRzGAMgASgEEhEKCXJ4X2Vycm9ycxgEIAEoBBISCgpyeF9kcm9wcGVkGAUgASgEEhAKCHR4X2J5dGVzGAYgASgEEhIKCnR4X3BhY2tldHMYByABKAQSEQoJdHhfZXJyb3JzGAggASgEEhIKCnR4X2Ryb3BwZWQYCSABKARiBnByb3RvMw");

/**
 * Counters of one cgroup and those below. Controllers that are off are absent.
 */
export type Metrics = Message<"io.containerd.cgroups.v2.Metrics"> & {
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
   * RDMA devices.
   */
  rdma?: RdmaStat | undefined;

  /**
   * Block devices.
   */
  io?: IOStat | undefined;

  /**
   * One entry a page size.
   */
  hugetlb: HugeTlbStat[];

  /**
   * What memory limits did.
   */
  memoryEvents?: MemoryEvents | undefined;

  /**
   * Network interfaces; runc shims leave it empty. Since 2.2.0.
   */
  network: NetworkStat[];
};

/**
 * Describes the message io.containerd.cgroups.v2.Metrics.
 * Use `create(MetricsSchema)` to create a new message.
 */
export const MetricsSchema: GenMessage<Metrics> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 0);

/**
 * Share of time that work waited for a resource (pressure stall information). Since 2.0.0.
 */
export type PSIData = Message<"io.containerd.cgroups.v2.PSIData"> & {
  /**
   * Percent over the last 10 s.
   */
  avg10: number;

  /**
   * Percent over the last 60 s.
   */
  avg60: number;

  /**
   * Percent over the last 300 s.
   */
  avg300: number;

  /**
   * Microseconds in all.
   */
  total: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v2.PSIData.
 * Use `create(PSIDataSchema)` to create a new message.
 */
export const PSIDataSchema: GenMessage<PSIData> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 1);

/**
 * Pressure on one resource. Since 2.0.0.
 */
export type PSIStats = Message<"io.containerd.cgroups.v2.PSIStats"> & {
  /**
   * At least one task waited.
   */
  some?: PSIData | undefined;

  /**
   * All tasks waited.
   */
  full?: PSIData | undefined;
};

/**
 * Describes the message io.containerd.cgroups.v2.PSIStats.
 * Use `create(PSIStatsSchema)` to create a new message.
 */
export const PSIStatsSchema: GenMessage<PSIStats> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 2);

/**
 * Processes and threads.
 */
export type PidsStat = Message<"io.containerd.cgroups.v2.PidsStat"> & {
  /**
   * Number now.
   */
  current: bigint;

  /**
   * Most allowed.
   */
  limit: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v2.PidsStat.
 * Use `create(PidsStatSchema)` to create a new message.
 */
export const PidsStatSchema: GenMessage<PidsStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 3);

/**
 * cpu.stat of the kernel, by its names.
 */
export type CPUStat = Message<"io.containerd.cgroups.v2.CPUStat"> & {
  /**
   * CPU time in all, in microseconds.
   */
  usageUsec: bigint;

  /**
   * CPU time in user space, in microseconds.
   */
  userUsec: bigint;

  /**
   * CPU time in the kernel, in microseconds.
   */
  systemUsec: bigint;

  /**
   * Periods of the quota that have passed.
   */
  nrPeriods: bigint;

  /**
   * Periods in which the quota ran out.
   */
  nrThrottled: bigint;

  /**
   * Time held back by the quota, in microseconds.
   */
  throttledUsec: bigint;

  /**
   * Pressure. Since 2.0.0.
   */
  psi?: PSIStats | undefined;

  /**
   * Periods in which more than the quota was used. Since 2.2.0.
   */
  nrBursts: bigint;

  /**
   * Time used above the quota, in microseconds. Since 2.2.0.
   */
  burstUsec: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v2.CPUStat.
 * Use `create(CPUStatSchema)` to create a new message.
 */
export const CPUStatSchema: GenMessage<CPUStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 4);

/**
 * memory.stat of the kernel, by its names, and the files beside it.
 */
export type MemoryStat = Message<"io.containerd.cgroups.v2.MemoryStat"> & {
  /**
   * Anonymous memory.
   */
  anon: bigint;

  /**
   * Page cache, tmpfs included.
   */
  file: bigint;

  /**
   * Stacks of the kernel.
   */
  kernelStack: bigint;

  /**
   * Data structures of the kernel.
   */
  slab: bigint;

  /**
   * Network buffers.
   */
  sock: bigint;

  /**
   * Page cache of tmpfs and shared memory.
   */
  shmem: bigint;

  /**
   * Mapped files.
   */
  fileMapped: bigint;

  /**
   * Waiting to be written to disk.
   */
  fileDirty: bigint;

  /**
   * Being written to disk.
   */
  fileWriteback: bigint;

  /**
   * Anonymous huge pages.
   */
  anonThp: bigint;

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
   * Part of `slab` that can be reclaimed.
   */
  slabReclaimable: bigint;

  /**
   * Part of `slab` that cannot.
   */
  slabUnreclaimable: bigint;

  /**
   * Page faults, a count.
   */
  pgfault: bigint;

  /**
   * Page faults that read from disk, a count.
   */
  pgmajfault: bigint;

  /**
   * Evicted pages that were needed again, a count; 0 since Linux 5.9, which splits it.
   */
  workingsetRefault: bigint;

  /**
   * Of those, pages made active at once, a count; 0 since Linux 5.9, which splits it.
   */
  workingsetActivate: bigint;

  /**
   * Shadow nodes reclaimed, a count.
   */
  workingsetNodereclaim: bigint;

  /**
   * Active pages scanned, a count.
   */
  pgrefill: bigint;

  /**
   * Inactive pages scanned, a count.
   */
  pgscan: bigint;

  /**
   * Pages reclaimed, a count.
   */
  pgsteal: bigint;

  /**
   * Pages made active, a count.
   */
  pgactivate: bigint;

  /**
   * Pages made inactive, a count.
   */
  pgdeactivate: bigint;

  /**
   * Pages that may be freed lazily, a count.
   */
  pglazyfree: bigint;

  /**
   * Pages freed lazily, a count.
   */
  pglazyfreed: bigint;

  /**
   * Huge pages given at a fault, a count.
   */
  thpFaultAlloc: bigint;

  /**
   * Huge pages made from small ones, a count.
   */
  thpCollapseAlloc: bigint;

  /**
   * memory.current: in use now.
   */
  usage: bigint;

  /**
   * memory.max: most allowed.
   */
  usageLimit: bigint;

  /**
   * memory.swap.current: swap in use now.
   */
  swapUsage: bigint;

  /**
   * memory.swap.max: most swap allowed.
   */
  swapLimit: bigint;

  /**
   * memory.peak: most ever in use. Since 2.0.0.
   */
  maxUsage: bigint;

  /**
   * memory.swap.peak: most swap ever in use. Since 2.0.0.
   */
  swapMaxUsage: bigint;

  /**
   * Pressure. Since 2.0.0.
   */
  psi?: PSIStats | undefined;
};

/**
 * Describes the message io.containerd.cgroups.v2.MemoryStat.
 * Use `create(MemoryStatSchema)` to create a new message.
 */
export const MemoryStatSchema: GenMessage<MemoryStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 5);

/**
 * memory.events of the kernel: how often each thing happened.
 */
export type MemoryEvents = Message<"io.containerd.cgroups.v2.MemoryEvents"> & {
  /**
   * Reclaimed although below memory.low.
   */
  low: bigint;

  /**
   * Held back at memory.high.
   */
  high: bigint;

  /**
   * Would have gone above memory.max.
   */
  max: bigint;

  /**
   * Hit the limit and could not reclaim.
   */
  oom: bigint;

  /**
   * Processes killed.
   */
  oomKill: bigint;

  /**
   * Times that the whole group was killed. Since 2.3.0.
   */
  oomGroupKill: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v2.MemoryEvents.
 * Use `create(MemoryEventsSchema)` to create a new message.
 */
export const MemoryEventsSchema: GenMessage<MemoryEvents> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 6);

/**
 * RDMA devices.
 */
export type RdmaStat = Message<"io.containerd.cgroups.v2.RdmaStat"> & {
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
 * Describes the message io.containerd.cgroups.v2.RdmaStat.
 * Use `create(RdmaStatSchema)` to create a new message.
 */
export const RdmaStatSchema: GenMessage<RdmaStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 7);

/**
 * One RDMA device; 2^32-1 means no limit.
 */
export type RdmaEntry = Message<"io.containerd.cgroups.v2.RdmaEntry"> & {
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
 * Describes the message io.containerd.cgroups.v2.RdmaEntry.
 * Use `create(RdmaEntrySchema)` to create a new message.
 */
export const RdmaEntrySchema: GenMessage<RdmaEntry> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 8);

/**
 * Block devices.
 */
export type IOStat = Message<"io.containerd.cgroups.v2.IOStat"> & {
  /**
   * By device.
   */
  usage: IOEntry[];

  /**
   * Pressure. Since 2.0.0.
   */
  psi?: PSIStats | undefined;
};

/**
 * Describes the message io.containerd.cgroups.v2.IOStat.
 * Use `create(IOStatSchema)` to create a new message.
 */
export const IOStatSchema: GenMessage<IOStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 9);

/**
 * One block device.
 */
export type IOEntry = Message<"io.containerd.cgroups.v2.IOEntry"> & {
  /**
   * Major number.
   */
  major: bigint;

  /**
   * Minor number.
   */
  minor: bigint;

  /**
   * Bytes read.
   */
  rbytes: bigint;

  /**
   * Bytes written.
   */
  wbytes: bigint;

  /**
   * Read operations.
   */
  rios: bigint;

  /**
   * Write operations.
   */
  wios: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v2.IOEntry.
 * Use `create(IOEntrySchema)` to create a new message.
 */
export const IOEntrySchema: GenMessage<IOEntry> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 10);

/**
 * Huge pages of one size.
 */
export type HugeTlbStat = Message<"io.containerd.cgroups.v2.HugeTlbStat"> & {
  /**
   * In use now.
   */
  current: bigint;

  /**
   * Most allowed.
   */
  max: bigint;

  /**
   * Page size, such as 2MB.
   */
  pagesize: string;

  /**
   * Times that the limit was hit. Since 2.2.0.
   */
  failcnt: bigint;
};

/**
 * Describes the message io.containerd.cgroups.v2.HugeTlbStat.
 * Use `create(HugeTlbStatSchema)` to create a new message.
 */
export const HugeTlbStatSchema: GenMessage<HugeTlbStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 11);

/**
 * One network interface. Since 2.2.0.
 */
export type NetworkStat = Message<"io.containerd.cgroups.v2.NetworkStat"> & {
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
 * Describes the message io.containerd.cgroups.v2.NetworkStat.
 * Use `create(NetworkStatSchema)` to create a new message.
 */
export const NetworkStatSchema: GenMessage<NetworkStat> = /*@__PURE__*/
  messageDesc(file_cgroups_v2, 12);

