/**
 * Options of a container's limits.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { type ResourceLimits, withResources } from "../../../oci/spec_resources.ts";
import { parseSize, type Size } from "../../../oci/sizes.ts";
import { FileSystemOptions } from "./mounts.ts";

/** The limit below which runc cannot start a process. */
const MIN_MEMORY = 6 * 1024 * 1024;

/** The methods that limit what a container uses. */
export abstract class ResourceOptions<Self> extends FileSystemOptions<Self> {
  /** A memory limit, such as `"256MiB"` or a number of bytes; 6 MiB at least. */
  memory(limit: Size): Self {
    const memory = parseSize(limit);
    if (memory < MIN_MEMORY) {
      throw new InvalidArgumentError(
        `Cannot limit memory to ${memory} bytes: the minimum is 6 MiB`,
      );
    }
    return this.#limit("memory", { memory }, `${limit}`);
  }

  /** A limit on CPU time, in CPUs: 1.5 is one and a half. */
  cpus(count: number): Self {
    return this.#limit("cpus", { cpus: count }, `${count}`);
  }

  /** A limit on the number of processes and threads. */
  pids(limit: number): Self {
    return this.#limit("pids", { pids: limit }, `${limit}`);
  }

  #limit(by: string, limits: ResourceLimits, shows: string): Self {
    return this.step({ by, key: by, shows, edit: withResources(limits) });
  }
}
