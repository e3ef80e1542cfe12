/**
 * What can be mounted into a container, and how it comes into the spec.
 *
 * @module
 */
import { InvalidArgumentError, UnsupportedError } from "../../errors/errors.ts";
import type { Mount } from "../../oci/runtime_spec.ts";
import type { Size } from "../../oci/sizes.ts";
import { bindMount, tmpfsMount, withMounts } from "../../oci/spec_mounts.ts";
import { runtimeOf } from "../defaults.ts";
import type { Image } from "../image/image.ts";
import { type VolumeMount, volumeStep } from "../volume/step.ts";
import { inside, onHost } from "./options/base.ts";
import type { Propagation } from "./options/mounts.ts";
import type { PlanStep, StepPlace } from "./step.ts";

/** A folder or file of the daemon's host, seen inside. */
export interface BindMount {
  /** What is mounted: an absolute path on the daemon's host. */
  readonly bind: string;
  /** Where: an absolute path inside. */
  readonly to: string;
  /**
   * Whether it cannot be written to inside; `false` by default. `"recursive"` counts for what is
   * mounted below it as well (kernel 5.12 and runc 1.1, or crun 1.4), where `true` does not.
   */
  readonly readonly?: boolean | "recursive";
  /** Whether what is mounted below it comes along; `true` by default. */
  readonly recursive?: boolean;
  /** How mounts that are made later spread; `"rprivate"` by default. */
  readonly propagation?: Propagation;
  /** Further options of mount(8), such as `"nosuid"`. */
  readonly options?: readonly string[];
}

/** An empty folder in memory. */
export interface TmpfsMount {
  /** Its size limit, such as `"64MiB"`; `true` for the kernel's default, half of the memory. */
  readonly tmpfs: Size | true;
  /** Where: an absolute path inside. */
  readonly to: string;
  /** Permission bits of the folder; `0o1777` by default. */
  readonly mode?: number;
  /** Whether programs can be run from it; `false` by default. */
  readonly exec?: boolean;
  /** Further options of mount(8), such as `"uid=1000"`. */
  readonly options?: readonly string[];
}

/** The files of an image, read-only. */
export interface ImageMount {
  /** An image, or the name of one that is there. */
  readonly image: Image | string;
  /** Where: an absolute path inside. */
  readonly to: string;
}

/** Any other file system. */
export interface RawMount {
  /** Its type, such as `"mqueue"`. */
  readonly type: string;
  /** What is mounted; the type by default. */
  readonly source?: string;
  /** Where: an absolute path inside. */
  readonly to: string;
  /** Options of mount(8). */
  readonly options?: readonly string[];
}

/** Something mounted into a container. */
export type MountOptions = BindMount | TmpfsMount | ImageMount | RawMount | VolumeMount;

/** The step that mounts something. */
export function mountStep(mount: MountOptions): PlanStep {
  inside("mount", mount.to);
  if ("bind" in mount) return bindStep(mount);
  if ("tmpfs" in mount) return tmpfsStep(mount);
  if ("image" in mount) return imageStep(mount);
  if ("volume" in mount) return volumeStep(mount);
  const { type, source = type, to, options = [] } = mount;
  return fixed(`${type} on ${to}`, { destination: to, type, source, options: [...options] });
}

function fixed(shows: string, mount: Mount): PlanStep {
  return { by: "mount", shows, at: mount.destination, edit: withMounts(mount) };
}

function tmpfsStep({ tmpfs, to, mode, exec, options }: TmpfsMount): PlanStep {
  const size = tmpfs === true ? {} : { size: tmpfs };
  if (mode !== undefined && !(Number.isInteger(mode) && mode >= 0 && mode <= 0o7777)) {
    throw new InvalidArgumentError(`Cannot use ${mode} as mode of "${to}": use 0 to 0o7777`);
  }
  return fixed(
    `memory on ${to}${tmpfs === true ? "" : `, ${tmpfs}`}`,
    tmpfsMount(to, { ...size, mode, exec, options }),
  );
}

function bindStep(mount: BindMount): PlanStep {
  const source = onHost(mount.bind);
  const { to, readonly, recursive, propagation } = mount;
  const options = [...readonly === "recursive" ? ["rro"] : [], ...mount.options ?? []];
  const edit = withMounts(
    bindMount(source, to, { readonly: !!readonly, recursive, propagation, options }),
  );
  return {
    by: "mount",
    shows: `${source} on ${to}${readonly ? ", read-only" : ""}`,
    at: to,
    find: async (place) => {
      const { host } = place.context.session;
      if (host.remote && !mount.bind.startsWith("/")) {
        throw new InvalidArgumentError(
          `Cannot mount "${mount.bind}" at "${to}": what is mounted is a path on ${host.name}, and ` +
            "there is no folder there that this one could count from; give an absolute path",
        );
      }
      await Promise.all([
        checkSource(place, source, to),
        readonly === "recursive" && checkRecursive(place, to),
      ]);
      return edit;
    },
  };
}

/** A source that is missing would fail deep in the runtime, or be made as a folder by it. */
async function checkSource({ context }: StepPlace, source: string, to: string): Promise<void> {
  const { host } = context.session;
  if (await host.lstat(source)) return;
  throw new InvalidArgumentError(
    `Cannot mount "${source}" at "${to}": it does not exist on ${host.name}`,
  );
}

/** Old runtimes pass an option that they do not know on to the kernel, or drop it. */
async function checkRecursive({ context, plan }: StepPlace, to: string): Promise<void> {
  const runtime = await runtimeOf(context, plan);
  const { runtimeFeatures } = await import("../features/runtime.ts");
  let known: unknown;
  try {
    const { features } = await context.session.memo(
      `runtime features\0${runtime}`,
      () => runtimeFeatures(context.session, runtime),
    );
    known = features?.mountOptions;
  } catch (error) {
    if (error instanceof UnsupportedError) return; // a daemon that cannot tell; the runtime will
    throw error;
  }
  if (!Array.isArray(known) || known.includes("rro")) return;
  throw new UnsupportedError(
    `Cannot mount at "${to}" read-only as a whole: runtime "${runtime}" has no option "rro"`,
    { needed: "runc 1.1 or crun 1.4", found: runtime },
  );
}

function imageStep({ image, to }: ImageMount): PlanStep {
  return {
    by: "mount",
    shows: `image ${typeof image === "string" ? image : image.name} on ${to}`,
    at: to,
    make: async (place) => {
      const { mountImage } = await import("./image_mount.ts");
      return await mountImage(place, image, to);
    },
  };
}

const HOST_FILES = {
  hosts: "/etc/hosts",
  "resolv.conf": "/etc/resolv.conf",
  localtime: "/etc/localtime",
} as const;

/** The step that shows one of the host's own files. */
export function hostFileStep(file: keyof typeof HOST_FILES): PlanStep {
  const path = HOST_FILES[file];
  const step = bindStep({ bind: path, to: path, readonly: true });
  return { ...step, by: "hostFiles", key: `hostFile ${file}`, shows: file };
}
