/**
 * Options of a container's file systems.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { bindMount, tmpfsMount, withMounts, withReadonlyRootfs } from "../../../oci/spec_mounts.ts";
import type { Size } from "../../../oci/sizes.ts";
import { type VolumeMount, volumeStep } from "../../volume/step.ts";
import type { PlanStep, StepPlace } from "../step.ts";
import { inside, onHost } from "./base.ts";
import { ProcessOptions } from "./process.ts";

/** A folder or file of the daemon's host, seen inside. */
export interface BindMount {
  /** What is mounted: an absolute path on the daemon's host. */
  readonly bind: string;
  /** Where: an absolute path inside. */
  readonly to: string;
  /** Whether it cannot be written to inside; `false` by default. */
  readonly readonly?: boolean;
}

/** An empty folder in memory. */
export interface TmpfsMount {
  /** Its size limit, such as `"64MiB"`; `true` for the kernel's default, half of the memory. */
  readonly tmpfs: Size | true;
  /** Where: an absolute path inside. */
  readonly to: string;
}

/** Something mounted into a container. */
export type MountOptions = BindMount | TmpfsMount | VolumeMount;

/** The methods that say what is mounted. */
export abstract class FileSystemOptions<Self> extends ProcessOptions<Self> {
  /**
   * Mounts a folder or file of the daemon's host, an empty folder in memory, or a volume. A relative
   * `bind` counts from the current folder.
   */
  mount(...mounts: MountOptions[]): Self {
    const steps = mounts.map(mountStep);
    return this.clone({ ...this.plan, steps: [...this.plan.steps, ...steps] });
  }

  /** Makes the root file system read-only. Mounts stay as they are. */
  readonlyRootfs(on: boolean = true): Self {
    const edit = withReadonlyRootfs(on);
    return this.step({ by: "readonlyRootfs", key: "readonlyRootfs", shows: on ? "yes" : "", edit });
  }
}

function mountStep(mount: MountOptions): PlanStep {
  inside("mount", mount.to);
  if ("bind" in mount) return bindStep(mount);
  if ("volume" in mount) return volumeStep(mount);
  const options = mount.tmpfs === true ? {} : { size: mount.tmpfs };
  return {
    by: "mount",
    shows: `memory on ${mount.to}${mount.tmpfs === true ? "" : `, ${mount.tmpfs}`}`,
    at: mount.to,
    edit: withMounts(tmpfsMount(mount.to, options)),
  };
}

function bindStep(mount: BindMount): PlanStep {
  const source = onHost(mount.bind);
  const edit = withMounts(bindMount(source, mount.to, { readonly: mount.readonly ?? false }));
  return {
    by: "mount",
    shows: `${source} on ${mount.to}${mount.readonly ? ", read-only" : ""}`,
    at: mount.to,
    // A source that is missing would fail deep in the runtime, or be made as a folder by it.
    find: async ({ context: { session: { host } } }: StepPlace) => {
      if (await host.lstat(source)) return edit;
      throw new InvalidArgumentError(
        `Cannot mount "${source}" at "${mount.to}": it does not exist on ${host.name}`,
      );
    },
  };
}
