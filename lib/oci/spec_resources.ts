/**
 * Options of a spec's limits.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import type {
  LinuxBlockIO,
  LinuxCPU,
  LinuxHugepageLimit,
  LinuxMemory,
  LinuxResources,
} from "./runtime_resources.ts";
import { parseSize, type Size } from "./sizes.ts";
import { editResources, type SpecOption } from "./spec_option.ts";

/** Limits as users give them. What is left out stays as it is. */
export interface ResourceLimits {
  /** Memory at most, such as `"256MiB"`. */
  memory?: Size | undefined;
  /** Memory that it is pushed back to when the host runs short. */
  memoryReservation?: Size | undefined;
  /** Memory and swap together, as in Docker; `"unlimited"` lets it swap freely. */
  memorySwap?: Size | "unlimited" | undefined;
  /** Number of CPUs, such as `1.5`. */
  cpus?: number | undefined;
  /** Weight against others, 2 to 262144; normal is 1024. */
  cpuShares?: number | undefined;
  /** CPUs to run on, such as `"0-3,7"`. */
  cpuset?: string | undefined;
  /** NUMA nodes to take memory from, such as `"0"`. */
  cpusetMems?: string | undefined;
  /** Processes and threads at most; `"unlimited"` means no limit. */
  pids?: number | "unlimited" | undefined;
  /** How eagerly to swap, 0 to 100 (cgroup v1). */
  memorySwappiness?: number | undefined;
  /** Memory of the kernel for it (cgroup v1; ignored by kernels from 5.16). */
  kernelMemory?: Size | undefined;
  /** Memory of TCP buffers (cgroup v1). */
  kernelMemoryTcp?: Size | undefined;
  /** Let its processes wait for memory instead of killing one (cgroup v1). */
  disableOomKiller?: boolean | undefined;
  /** CPU time in each period in µs, from 1000; `"unlimited"` for none. Not together with `cpus`. */
  cpuQuota?: number | "unlimited" | undefined;
  /** Length of a period in µs, 1000 to 1000000; 100000 by default. */
  cpuPeriod?: number | undefined;
  /** CPU time in µs that may be saved up for later. */
  cpuBurst?: number | undefined;
  /** Real-time CPU time in each real-time period, in µs (cgroup v1). */
  cpuRealtimeRuntime?: number | undefined;
  /** Length of a real-time period in µs (cgroup v1). */
  cpuRealtimePeriod?: number | undefined;
  /** Run only where nothing else wants to. */
  cpuIdle?: boolean | undefined;
  /** Weight for block devices against others, 10 to 1000. */
  blkioWeight?: number | undefined;
  /** Memory in huge pages at most, by the size of a page, such as `{ "2MB": "64MiB" }`. */
  hugepages?: Readonly<Record<string, Size>> | undefined;
  /** Files of cgroup v2 and what to write into them, such as `{ "memory.high": "1073741824" }`. */
  unified?: Readonly<Record<string, string>> | undefined;
}

/** Length of a scheduling period in µs: the kernel's and Docker's default. */
const CPU_PERIOD = 100_000;
/** The lengths of a period in µs that the kernel takes. */
const CPU_PERIOD_RANGE = [1000, 1_000_000] as const;
/** The smallest quota in µs that the kernel takes. */
const CPU_QUOTA_MIN = 1000;

/**
 * Limits in the spec's form; also what a running task is updated with.
 *
 * @throws {InvalidArgumentError} When a value is out of range, or swap is below memory.
 */
export function resourceLimits(limits: ResourceLimits): LinuxResources {
  const memory = memoryLimits(limits);
  const cpu = cpuLimits(limits);
  const { pids } = limits;
  if (pids !== undefined && pids !== "unlimited") check(pids, "pids", 1, 4194304);
  const { blkioWeight, unified } = limits;
  if (blkioWeight !== undefined) check(blkioWeight, "weight for block devices", 10, 1000);
  const hugepageLimits = hugepages(limits.hugepages ?? {});
  for (const file of Object.keys(unified ?? {})) {
    if (/^[a-z0-9_]+(?:\.[A-Za-z0-9_-]+)+$/.test(file)) continue;
    throw new InvalidArgumentError(
      `Cannot write cgroup file ${JSON.stringify(file)}: give a name such as "memory.high"`,
    );
  }
  return {
    ...(Object.keys(memory).length > 0 && { memory }),
    ...(Object.keys(cpu).length > 0 && { cpu }),
    ...(pids !== undefined && { pids: { limit: pids === "unlimited" ? -1 : pids } }),
    ...(blkioWeight !== undefined && { blockIO: { weight: blkioWeight } }),
    ...(hugepageLimits.length > 0 && { hugepageLimits }),
    ...(unified && { unified: { ...unified } }),
  };
}

function hugepages(limits: Readonly<Record<string, Size>>): LinuxHugepageLimit[] {
  return Object.entries(limits).map(([pageSize, size]) => {
    if (!/^[1-9]\d*(?:KB|MB|GB)$/.test(pageSize)) {
      throw new InvalidArgumentError(
        `Cannot limit huge pages of ${
          JSON.stringify(pageSize)
        }: write their size as "2MB" or "1GB"`,
      );
    }
    return { pageSize, limit: parseSize(size, "limit of huge pages") };
  });
}

function memoryLimits(limits: ResourceLimits): LinuxMemory {
  const { memory, memoryReservation, memorySwap } = limits;
  const limit = memory === undefined ? undefined : parseSize(memory, "memory limit");
  const reservation = memoryReservation === undefined
    ? undefined
    : parseSize(memoryReservation, "memory reservation");
  const swap = memorySwap === undefined
    ? undefined
    : memorySwap === "unlimited"
    ? -1
    : parseSize(memorySwap, "limit of memory and swap");
  if (limit === 0) throw new InvalidArgumentError("Cannot set a memory limit of 0: leave it out");
  if (swap !== undefined && swap >= 0 && swap < (limit ?? 0)) {
    throw new InvalidArgumentError(
      `Cannot limit memory and swap together to ${swap} bytes: the memory limit alone is ${limit}`,
    );
  }
  const { memorySwappiness: swappiness, kernelMemory, kernelMemoryTcp, disableOomKiller } = limits;
  if (swappiness !== undefined) check(swappiness, "swappiness", 0, 100);
  if (limit !== undefined && reservation !== undefined && reservation > limit) {
    throw new InvalidArgumentError(
      `Cannot reserve ${reservation} bytes of memory: the limit is ${limit}`,
    );
  }
  const bytes = (size: Size | undefined) =>
    size === undefined ? undefined : parseSize(size, "limit of kernel memory");
  const [kernel, kernelTCP] = [bytes(kernelMemory), bytes(kernelMemoryTcp)];
  return {
    ...(limit !== undefined && { limit }),
    ...(reservation !== undefined && { reservation }),
    ...(swap !== undefined && { swap }),
    ...(kernel !== undefined && { kernel }),
    ...(kernelTCP !== undefined && { kernelTCP }),
    ...(swappiness !== undefined && { swappiness }),
    ...(disableOomKiller !== undefined && { disableOOMKiller: disableOomKiller }),
  };
}

function cpuLimits(limits: ResourceLimits): LinuxCPU {
  const { cpus, cpuShares, cpuset, cpusetMems } = limits;
  const { cpuQuota, cpuPeriod, cpuBurst, cpuRealtimeRuntime, cpuRealtimePeriod, cpuIdle } = limits;
  if (cpus !== undefined && cpuQuota !== undefined) {
    throw new InvalidArgumentError(
      "Cannot limit CPUs and their quota at once: CPUs are quota / period; give one of them",
    );
  }
  const period = cpuPeriod ?? CPU_PERIOD;
  check(period, "CPU period", ...CPU_PERIOD_RANGE);
  if (typeof cpuQuota === "number") {
    check(cpuQuota, "CPU quota", CPU_QUOTA_MIN, Number.MAX_SAFE_INTEGER);
  }
  if (cpuBurst !== undefined) check(cpuBurst, "CPU burst", 0, Number.MAX_SAFE_INTEGER);
  if (cpuRealtimeRuntime !== undefined) {
    check(cpuRealtimeRuntime, "real-time CPU time", 0, cpuRealtimePeriod ?? 1_000_000);
  }
  if (cpuRealtimePeriod !== undefined) {
    check(cpuRealtimePeriod, "real-time CPU period", 1, Number.MAX_SAFE_INTEGER);
  }
  if (cpus !== undefined && !(cpus * period >= CPU_QUOTA_MIN && cpus <= 8192)) {
    throw new InvalidArgumentError(`Cannot limit CPUs to ${cpus}: give a number from 0.01 to 8192`);
  }
  if (cpuShares !== undefined) check(cpuShares, "CPU shares", 2, 262144);
  for (const list of [cpuset, cpusetMems]) {
    if (list !== undefined && !/^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(list)) {
      throw new InvalidArgumentError(
        `Cannot use ${JSON.stringify(list)} as a list of CPUs or nodes: write it as "0-3,7"`,
      );
    }
  }
  return {
    ...(cpuShares !== undefined && { shares: cpuShares }),
    ...(cpus !== undefined && { quota: Math.round(cpus * period), period }),
    ...(cpuQuota !== undefined && { quota: cpuQuota === "unlimited" ? -1 : cpuQuota }),
    ...(cpuPeriod !== undefined && { period }),
    ...(cpuBurst !== undefined && { burst: cpuBurst }),
    ...(cpuRealtimeRuntime !== undefined && { realtimeRuntime: cpuRealtimeRuntime }),
    ...(cpuRealtimePeriod !== undefined && { realtimePeriod: cpuRealtimePeriod }),
    ...(cpuIdle !== undefined && { idle: cpuIdle ? 1 : 0 }),
    ...(cpuset !== undefined && { cpus: cpuset }),
    ...(cpusetMems !== undefined && { mems: cpusetMems }),
  };
}

function check(value: number, what: string, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new InvalidArgumentError(
      `Cannot set ${what} to ${value}: give a whole number from ${min} to ${max}`,
    );
  }
}

/** Sets limits; those that are left out stay. */
export function withResources(limits: ResourceLimits): SpecOption {
  return withLinuxResources(resourceLimits(limits));
}

/**
 * Sets limits in the spec's own form; those that are left out stay. Rules for devices, weights and
 * rates of block devices, and limits of huge pages are added to those that are there.
 */
export function withLinuxResources(limits: LinuxResources): SpecOption {
  const { memory, cpu, blockIO, unified, devices, hugepageLimits, ...others } = limits;
  return (spec) =>
    editResources(spec, (old) => ({
      ...others,
      ...(memory && { memory: { ...old.memory, ...memory } }),
      ...(cpu && { cpu: { ...old.cpu, ...cpu } }),
      ...(blockIO && { blockIO: mergeBlockIo(old.blockIO, blockIO) }),
      ...(unified && { unified: { ...old.unified, ...unified } }),
      ...(devices && { devices: [...old.devices ?? [], ...devices] }),
      ...(hugepageLimits && {
        hugepageLimits: [
          ...(old.hugepageLimits ?? []).filter(({ pageSize }) =>
            !hugepageLimits.some((limit) => limit.pageSize === pageSize)
          ),
          ...hugepageLimits,
        ],
      }),
    }));
}

const DEVICE_LISTS = [
  "weightDevice",
  "throttleReadBpsDevice",
  "throttleWriteBpsDevice",
  "throttleReadIOPSDevice",
  "throttleWriteIOPSDevice",
] as const;

function mergeBlockIo(old: LinuxBlockIO = {}, added: LinuxBlockIO): LinuxBlockIO {
  const merged: LinuxBlockIO = { ...old, ...added };
  for (const list of DEVICE_LISTS) {
    const entries = [...old[list] ?? [], ...added[list] ?? []];
    if (entries.length > 0) Object.assign(merged, { [list]: entries });
  }
  return merged;
}
