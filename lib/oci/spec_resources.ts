/**
 * Options of a spec's limits.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import type { LinuxCPU, LinuxMemory, LinuxResources } from "./runtime_resources.ts";
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
}

/** Length of a scheduling period in µs: the kernel's and Docker's default. */
const CPU_PERIOD = 100_000;
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
  return {
    ...(Object.keys(memory).length > 0 && { memory }),
    ...(Object.keys(cpu).length > 0 && { cpu }),
    ...(pids !== undefined && { pids: { limit: pids === "unlimited" ? -1 : pids } }),
  };
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
  return {
    ...(limit !== undefined && { limit }),
    ...(reservation !== undefined && { reservation }),
    ...(swap !== undefined && { swap }),
  };
}

function cpuLimits(limits: ResourceLimits): LinuxCPU {
  const { cpus, cpuShares, cpuset, cpusetMems } = limits;
  if (cpus !== undefined && !(cpus * CPU_PERIOD >= CPU_QUOTA_MIN && cpus <= 8192)) {
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
    ...(cpus !== undefined && { quota: Math.round(cpus * CPU_PERIOD), period: CPU_PERIOD }),
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
  const { memory, cpu, pids } = resourceLimits(limits);
  return (spec) =>
    editResources(spec, (resources) => ({
      ...(memory && { memory: { ...resources.memory, ...memory } }),
      ...(cpu && { cpu: { ...resources.cpu, ...cpu } }),
      ...(pids && { pids }),
    }));
}
