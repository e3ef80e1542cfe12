/**
 * Limits of a Linux container's cgroup (OCI runtime spec, config-linux.md, "Control groups"), for
 * cgroup v1 and v2. Runtimes translate v1 values for v2 hosts.
 *
 * @module
 */

/** All limits of a cgroup. */
export interface LinuxResources {
  /** Which device nodes may be used; later rules win. */
  devices?: LinuxDeviceCgroup[];
  /** Memory. */
  memory?: LinuxMemory;
  /** CPU. */
  cpu?: LinuxCPU;
  /** Number of processes. */
  pids?: LinuxPids;
  /** Block devices. */
  blockIO?: LinuxBlockIO;
  /** Huge pages. */
  hugepageLimits?: LinuxHugepageLimit[];
  /** Network classes and priorities (v1). */
  network?: LinuxNetwork;
  /** RDMA, by device. */
  rdma?: Record<string, LinuxRdma>;
  /** cgroup v2 files and what to write into them, such as `memory.high`. */
  unified?: Record<string, string>;
}

/** Allows or denies device nodes. */
export interface LinuxDeviceCgroup {
  /** Allow, else deny. */
  allow: boolean;
  /** `a` all, `c` character, `b` block; default all. */
  type?: "a" | "c" | "b";
  /** Major number; default all. */
  major?: number;
  /** Minor number; default all. */
  minor?: number;
  /** Any of `r` read, `w` write, `m` mknod. */
  access?: string;
}

/** Memory limits in bytes; −1 means no limit. */
export interface LinuxMemory {
  /** Hard limit. */
  limit?: number;
  /** Soft limit. */
  reservation?: number;
  /** Limit of memory and swap together. */
  swap?: number;
  /** Kernel memory (v1). @deprecated By the spec. */
  kernel?: number;
  /** TCP buffers (v1). @deprecated By the spec. */
  kernelTCP?: number;
  /** How eagerly to swap, 0 to 100 (v1). */
  swappiness?: number;
  /** Leave processes waiting instead of killing them (v1). */
  disableOOMKiller?: boolean;
  /** Count the memory of child cgroups (v1). */
  useHierarchy?: boolean;
  /** Refuse an update below what is in use. */
  checkBeforeUpdate?: boolean;
}

/** CPU limits; times are microseconds. */
export interface LinuxCPU {
  /** Relative weight, 2 to 262144; 1024 is normal. */
  shares?: number;
  /** Run time in each period; −1 means no limit. */
  quota?: number;
  /** Run time that may be saved up for a burst. */
  burst?: number;
  /** Length of a period. */
  period?: number;
  /** Real-time run time in each period (v1). */
  realtimeRuntime?: number;
  /** Length of a real-time period (v1). */
  realtimePeriod?: number;
  /** CPUs to run on, such as `0-3,7`. */
  cpus?: string;
  /** NUMA nodes to take memory from, such as `0`. */
  mems?: string;
  /** 1 makes the cgroup run only on idle CPUs. */
  idle?: number;
}

/** Number of processes. */
export interface LinuxPids {
  /** At most this many; −1 (or 0, for runc) means no limit. */
  limit?: number;
}

/** Limits of block devices. */
export interface LinuxBlockIO {
  /** Weight, 10 to 1000. */
  weight?: number;
  /** Weight against child cgroups (v1). */
  leafWeight?: number;
  /** Weights by device. */
  weightDevice?: LinuxWeightDevice[];
  /** Bytes read a second, by device. */
  throttleReadBpsDevice?: LinuxThrottleDevice[];
  /** Bytes written a second, by device. */
  throttleWriteBpsDevice?: LinuxThrottleDevice[];
  /** Reads a second, by device. */
  throttleReadIOPSDevice?: LinuxThrottleDevice[];
  /** Writes a second, by device. */
  throttleWriteIOPSDevice?: LinuxThrottleDevice[];
}

/** Weight of a block device. */
export interface LinuxWeightDevice {
  /** Major number. */
  major: number;
  /** Minor number. */
  minor: number;
  /** Weight, 10 to 1000. */
  weight?: number;
  /** Weight against child cgroups (v1). */
  leafWeight?: number;
}

/** Rate limit of a block device. */
export interface LinuxThrottleDevice {
  /** Major number. */
  major: number;
  /** Minor number. */
  minor: number;
  /** Bytes or operations a second. */
  rate: number;
}

/** Limit of huge pages of one size. */
export interface LinuxHugepageLimit {
  /** Size of a page, such as `2MB`. */
  pageSize: string;
  /** Bytes. */
  limit: number;
}

/** Network classes and priorities (v1). */
export interface LinuxNetwork {
  /** Class id of the packets. */
  classID?: number;
  /** Priorities by interface. */
  priorities?: { name: string; priority: number }[];
}

/** RDMA limits of one device. */
export interface LinuxRdma {
  /** Handles. */
  hcaHandles?: number;
  /** Objects. */
  hcaObjects?: number;
}
