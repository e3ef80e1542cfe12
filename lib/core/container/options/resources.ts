/**
 * Options of a container's limits.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import type { LinuxIntelRdt } from "../../../oci/runtime_spec.ts";
import { composeSpecOptions, editLinux } from "../../../oci/spec_option.ts";
import { type ResourceLimits, withResources } from "../../../oci/spec_resources.ts";
import { parseSize, type Size } from "../../../oci/sizes.ts";
import { withCgroupsPath } from "../../../oci/spec_linux.ts";
import type { CheckedIo } from "../block_io.ts";
import { FileSystemOptions } from "./mounts.ts";

/** The limit below which runc cannot start a process. */
const MIN_MEMORY = 6 * 1024 * 1024;

/** More about a container's memory. */
export interface MemoryOptions {
  /** What it is pushed back to when the host runs short; less than the limit. */
  readonly reservation?: Size;
  /** Memory and swap together, as in Docker; `"unlimited"` lets it swap freely. */
  readonly swap?: Size | "unlimited";
  /** How eagerly to swap, 0 to 100 (cgroup v1). */
  readonly swappiness?: number;
  /** Memory of the kernel for it (cgroup v1; ignored by kernels from 5.16). */
  readonly kernel?: Size;
  /** Memory of TCP buffers (cgroup v1). */
  readonly kernelTcp?: Size;
  /** Let its processes wait for memory instead of killing one (cgroup v1). */
  readonly disableOomKiller?: boolean;
}

/** More about a container's CPU time. */
export interface CpuOptions {
  /** Weight against others, 2 to 262144; normal is 1024. */
  readonly shares?: number;
  /** CPU time in each period in µs, from 1000; `"unlimited"` for none. Not together with `cpus()`. */
  readonly quota?: number | "unlimited";
  /** Length of a period in µs, 1000 to 1000000; 100000 by default. */
  readonly period?: number;
  /** CPU time in µs that may be saved up for later. */
  readonly burst?: number;
  /** CPUs to run on, such as `"0-3,7"`. */
  readonly cpuset?: string;
  /** NUMA nodes to take memory from, such as `"0"`. */
  readonly mems?: string;
  /** Real-time CPU time in each real-time period, in µs (cgroup v1). */
  readonly realtimeRuntime?: number;
  /** Length of a real-time period in µs (cgroup v1). */
  readonly realtimePeriod?: number;
  /** Run only where nothing else wants to. */
  readonly idle?: boolean;
}

/** What one device is used for at most. */
export interface DeviceIo {
  /** Weight against others, 10 to 1000. */
  readonly weight?: number;
  /** Bytes read a second, such as `"10MiB"`. */
  readonly readBps?: Size;
  /** Bytes written a second. */
  readonly writeBps?: Size;
  /** Reads a second. */
  readonly readIops?: number;
  /** Writes a second. */
  readonly writeIops?: number;
}

/** How block devices are shared out. */
export interface BlockIoOptions {
  /** Weight against others, 10 to 1000. */
  readonly weight?: number;
  /** Limits by device, such as `{ "/dev/sda": { readBps: "10MiB" } }`. */
  readonly devices?: Readonly<Record<string, DeviceIo>>;
}

/** The methods that limit what a container uses. */
export abstract class ResourceOptions<Self> extends FileSystemOptions<Self> {
  /**
   * A memory limit, such as `"256MiB"` or a number of bytes; 6 MiB at least.
   *
   * @throws {InvalidArgumentError} when it is below that, or `options` do not go with it.
   */
  memory(limit: Size, options: MemoryOptions = {}): Self {
    const memory = parseSize(limit, "memory limit");
    if (memory < MIN_MEMORY) {
      throw new InvalidArgumentError(
        `Cannot limit memory to ${memory} bytes: the minimum is 6 MiB`,
      );
    }
    return this.#limit("memory", {
      memory,
      memoryReservation: options.reservation,
      memorySwap: options.swap,
      memorySwappiness: options.swappiness,
      kernelMemory: options.kernel,
      kernelMemoryTcp: options.kernelTcp,
      disableOomKiller: options.disableOomKiller,
    }, `${limit}`);
  }

  /** A limit on CPU time, in CPUs: 1.5 is one and a half. */
  cpus(count: number): Self {
    return this.#limit("cpus", { cpus: count }, `${count}`);
  }

  /**
   * How CPU time is shared out: weight, quota, which CPUs.
   *
   * @throws {InvalidArgumentError} when a value is out of the kernel's range.
   */
  cpu(options: CpuOptions): Self {
    const { shares, quota, period, burst, cpuset, mems, idle } = options;
    const limits: ResourceLimits = {
      cpuShares: shares,
      cpuQuota: quota,
      cpuPeriod: period,
      cpuBurst: burst,
      cpuset,
      cpusetMems: mems,
      cpuRealtimeRuntime: options.realtimeRuntime,
      cpuRealtimePeriod: options.realtimePeriod,
      cpuIdle: idle,
    };
    return this.step({ by: "cpu", shows: words(options), edit: withResources(limits) });
  }

  /** A limit on the number of processes and threads; `"unlimited"` for none. */
  pids(limit: number | "unlimited"): Self {
    return this.#limit("pids", { pids: limit }, `${limit}`);
  }

  /**
   * How block devices are shared out: weight, bytes and operations a second.
   *
   * @throws {InvalidArgumentError} when a value is out of range; later, when there is no such device.
   */
  blockIo(options: BlockIoOptions): Self {
    const { weight, devices = {} } = options;
    const general = withResources({ blkioWeight: weight });
    const limits = Object.entries(devices).map(([path, io]) => checkIo(path, io));
    const shows = [
      ...(weight === undefined ? [] : [`weight ${weight}`]),
      ...limits.map(({ path }) => path),
    ].join(", ");
    return this.step({
      by: "blockIo",
      shows,
      find: async (place) => {
        if (limits.length === 0) return general;
        const { findBlockIo } = await import("../block_io.ts");
        return composeSpecOptions(general, await findBlockIo(place, limits));
      },
    });
  }

  /** Memory in huge pages at most, by the size of a page, such as `{ "2MB": "64MiB" }`. */
  hugepages(limits: Readonly<Record<string, Size>>): Self {
    const edit = withResources({ hugepages: limits });
    return this.step({ by: "hugepages", shows: words(limits), edit });
  }

  /**
   * Files of cgroup v2 and what to write into them, such as `{ "memory.high": "1073741824" }`.
   * Hosts with cgroup v1 refuse such a container when it starts.
   */
  cgroupFiles(files: Readonly<Record<string, string>>): Self {
    const edit = withResources({ unified: files });
    return this.step({ by: "cgroupFiles", shows: words(files), edit });
  }

  /**
   * Limits in the words of {@linkcode RunningContainer.update}, all at once. Those that are left out
   * stay.
   */
  resources(limits: ResourceLimits): Self {
    return this.step({ by: "resources", shows: words(limits), edit: withResources(limits) });
  }

  /**
   * Where its cgroup is: in this one, under the container's id. The default is containerd's namespace.
   *
   * @param parent An absolute path; or, where systemd manages cgroups, a slice such as
   * `"machine.slice"`.
   */
  cgroupParent(parent: string): Self {
    const slice = /^[\w:.@-]+\.slice$/.test(parent);
    const pathOf = (id: string) =>
      slice ? `${parent}:davit:${id}` : `${parent.replace(/\/+$/, "")}/${id}`;
    withCgroupsPath(pathOf("id")); // checks it now
    return this.step({
      by: "cgroupParent",
      key: "cgroupParent",
      shows: parent,
      find: ({ id }) => Promise.resolve(withCgroupsPath(pathOf(id))),
    });
  }

  /**
   * Puts it into a class of Intel's Resource Director Technology, which shares out caches and memory
   * bandwidth.
   *
   * @param rdt The name of a class that exists on the host, or the settings of one of its own.
   */
  rdt(rdt: string | LinuxIntelRdt): Self {
    const intelRdt = typeof rdt === "string" ? { closID: rdt } : { ...rdt };
    const name = intelRdt.closID;
    if (name !== undefined && (!/^[^/\0\n]+$/.test(name) || /^\.\.?$/.test(name))) {
      throw new InvalidArgumentError(`Cannot use ${JSON.stringify(name)} as RDT class`);
    }
    return this.step({
      by: "rdt",
      key: "rdt",
      shows: name ?? "its own class",
      edit: (spec) => editLinux(spec, () => ({ intelRdt })),
    });
  }

  #limit(by: string, limits: ResourceLimits, shows: string): Self {
    return this.step({ by, key: by, shows, edit: withResources(limits) });
  }
}

function words(options: object): string {
  return Object.entries(options).map(([name, value]) => `${name}=${value}`).join(" ");
}

const LISTS = {
  readBps: "throttleReadBpsDevice",
  writeBps: "throttleWriteBpsDevice",
  readIops: "throttleReadIOPSDevice",
  writeIops: "throttleWriteIOPSDevice",
} as const;

function checkIo(path: string, io: DeviceIo): CheckedIo {
  withResources({ blkioWeight: io.weight }); // its range
  const rates = (["readBps", "writeBps", "readIops", "writeIops"] as const).flatMap((name) => {
    const value = io[name];
    if (value === undefined) return [];
    const rate = parseSize(value, `limit of "${path}"`);
    if (rate === 0) throw new InvalidArgumentError(`Cannot limit "${path}" to 0: give more`);
    return [[LISTS[name], rate] as const];
  });
  return { path, weight: io.weight, rates };
}
