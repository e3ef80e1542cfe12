/**
 * What a container uses, in one form for both versions of cgroups.
 *
 * @module
 */
import type { Any } from "@bufbuild/protobuf/wkt";
import { unpackMessage } from "../../api/any.ts";
import {
  type Metrics as MetricsV1,
  MetricsSchema as MetricsV1Schema,
} from "../../gen/cgroups/v1_pb.ts";
import {
  type Metrics as MetricsV2,
  MetricsSchema as MetricsV2Schema,
} from "../../gen/cgroups/v2_pb.ts";
import type { Metric } from "../../gen/containerd/types/metric_pb.ts";
import { toDate } from "../time.ts";

/** CPU time that was used since the container started. */
export interface CpuMetrics {
  /** All of it, in microseconds. */
  readonly usageMicros: number;
  /** In user mode, in microseconds. */
  readonly userMicros: number;
  /** In the kernel, in microseconds. */
  readonly systemMicros: number;
  /** Scheduling periods in which there was a limit. */
  readonly periods: number;
  /** Periods in which the limit was hit. */
  readonly throttledPeriods: number;
  /** How long the limit made it wait, in microseconds. */
  readonly throttledMicros: number;
}

/** Memory that is in use. */
export interface MemoryMetrics {
  /** All of it, with the file cache, in bytes. */
  readonly usageBytes: number;
  /** Without the part of the file cache that can be dropped first, in bytes. */
  readonly workingSetBytes: number;
  /** The file cache, in bytes. */
  readonly cacheBytes: number;
  /** The most that was ever used, in bytes; `undefined` where the kernel does not say. */
  readonly peakBytes: number | undefined;
  /** What is swapped out, in bytes. */
  readonly swapBytes: number;
  /** The limit in bytes; `undefined` for none. */
  readonly limitBytes: number | undefined;
  /** How often the kernel killed a process for want of memory. */
  readonly oomKills: number;
}

/** Processes and threads. */
export interface PidsMetrics {
  /** How many there are. */
  readonly current: number;
  /** How many there may be; `undefined` for no limit. */
  readonly limit: number | undefined;
}

/** Input and output of block devices, all together, since the container started. */
export interface IoMetrics {
  /** Bytes read. */
  readonly readBytes: number;
  /** Bytes written. */
  readonly writeBytes: number;
  /** Operations that read. */
  readonly readOps: number;
  /** Operations that wrote. */
  readonly writeOps: number;
}

/** What a container uses. Parts that the kernel or the runtime does not tell are `undefined`. */
export type TaskMetrics =
  & {
    /** The container. */
    readonly id: string;
    /** When it was measured, by the daemon's clock. */
    readonly timestamp: Date | undefined;
    /** CPU time. */
    readonly cpu: CpuMetrics | undefined;
    /** Memory. */
    readonly memory: MemoryMetrics | undefined;
    /** Processes. */
    readonly pids: PidsMetrics | undefined;
    /** Block devices. */
    readonly io: IoMetrics | undefined;
  }
  & (
    | {
      /** The version of cgroups on the daemon's host. */
      readonly cgroup: "v1";
      /** All that was measured, as it came. */
      readonly raw: MetricsV1;
    }
    | {
      /** The version of cgroups on the daemon's host. */
      readonly cgroup: "v2";
      /** All that was measured, as it came. */
      readonly raw: MetricsV2;
    }
    | {
      /** The runtime reports in a form of its own. */
      readonly cgroup: undefined;
      /** What it reports. */
      readonly raw: Any | undefined;
    }
  );

/** Reads what Tasks.Metrics answers for one task. */
export function taskMetrics({ id, timestamp, data }: Metric): TaskMetrics {
  const base = { id, timestamp: toDate(timestamp) };
  const v1 = data && unpackMessage(MetricsV1Schema, data);
  if (v1) return { ...base, ...fromV1(v1), cgroup: "v1", raw: v1 };
  const v2 = data && unpackMessage(MetricsV2Schema, data);
  if (v2) return { ...base, ...fromV2(v2), cgroup: "v2", raw: v2 };
  const none = { cpu: undefined, memory: undefined, pids: undefined, io: undefined };
  return { ...base, ...none, cgroup: undefined, raw: data };
}

/** The parts that both versions have. */
type Parts = Pick<TaskMetrics, "cpu" | "memory" | "pids" | "io">;

function fromV1({ cpu, memory, memoryOomControl, pids, blkio }: MetricsV1): Parts {
  const usage = memory?.usage?.usage ?? 0n;
  const both = memory?.swap?.usage ?? 0n;
  return {
    cpu: cpu?.usage && {
      usageMicros: micros(cpu.usage.total),
      userMicros: micros(cpu.usage.user),
      systemMicros: micros(cpu.usage.kernel),
      periods: Number(cpu.throttling?.periods ?? 0),
      throttledPeriods: Number(cpu.throttling?.throttledPeriods ?? 0),
      throttledMicros: micros(cpu.throttling?.throttledTime ?? 0n),
    },
    memory: memory && {
      usageBytes: Number(usage),
      workingSetBytes: difference(usage, memory.totalInactiveFile),
      cacheBytes: Number(memory.totalCache),
      peakBytes: Number(memory.usage?.max ?? 0) || undefined,
      // The kernel counts memory and swap together there.
      swapBytes: difference(both, usage),
      limitBytes: limit(memory.usage?.limit),
      oomKills: Number(memoryOomControl?.oomKill ?? 0),
    },
    pids: pids && { current: Number(pids.current), limit: limit(pids.limit) },
    io: blkio && {
      readBytes: sum(blkio.ioServiceBytesRecursive, "read"),
      writeBytes: sum(blkio.ioServiceBytesRecursive, "write"),
      readOps: sum(blkio.ioServicedRecursive, "read"),
      writeOps: sum(blkio.ioServicedRecursive, "write"),
    },
  };
}

function fromV2({ cpu, memory, memoryEvents, pids, io }: MetricsV2): Parts {
  const total = (field: "rbytes" | "wbytes" | "rios" | "wios") =>
    (io?.usage ?? []).reduce((sum, entry) => sum + Number(entry[field]), 0);
  return {
    cpu: cpu && {
      usageMicros: Number(cpu.usageUsec),
      userMicros: Number(cpu.userUsec),
      systemMicros: Number(cpu.systemUsec),
      periods: Number(cpu.nrPeriods),
      throttledPeriods: Number(cpu.nrThrottled),
      throttledMicros: Number(cpu.throttledUsec),
    },
    memory: memory && {
      usageBytes: Number(memory.usage),
      workingSetBytes: difference(memory.usage, memory.inactiveFile),
      cacheBytes: Number(memory.file),
      peakBytes: Number(memory.maxUsage) || undefined,
      swapBytes: Number(memory.swapUsage),
      limitBytes: limit(memory.usageLimit),
      oomKills: Number(memoryEvents?.oomKill ?? 0),
    },
    pids: pids && { current: Number(pids.current), limit: limit(pids.limit) },
    io: io && {
      readBytes: total("rbytes"),
      writeBytes: total("wbytes"),
      readOps: total("rios"),
      writeOps: total("wios"),
    },
  };
}

function micros(nanos: bigint): number {
  return Number(nanos / 1000n);
}

function difference(a: bigint, b: bigint): number {
  return a > b ? Number(a - b) : 0;
}

/** No limit is a number near 2^63 for v1, 2^64-1 for v2, and 0 for processes. */
function limit(value: bigint | undefined): number | undefined {
  return value === undefined || value === 0n || value >= 1n << 62n ? undefined : Number(value);
}

function sum(entries: readonly { op: string; value: bigint }[], op: "read" | "write"): number {
  return entries.reduce(
    (total, entry) => entry.op.toLowerCase() === op ? total + Number(entry.value) : total,
    0,
  );
}
