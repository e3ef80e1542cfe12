/**
 * Options of a spec's file systems.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import type { Mount, Spec } from "./runtime_spec.ts";
import { parseSize, type Size } from "./sizes.ts";
import type { SpecOption } from "./spec_option.ts";
import { checkAbsolute } from "./spec_process.ts";

/** How a bind mount behaves. */
export interface BindOptions {
  /** Refuse writes. */
  readonly?: boolean | undefined;
  /**
   * Whether mounts below the source come along.
   * @default true
   */
  recursive?: boolean | undefined;
  /**
   * How mounts that are made later spread.
   * @default "rprivate"
   */
  propagation?: "private" | "rprivate" | "slave" | "rslave" | "shared" | "rshared" | undefined;
  /** Further options, such as `nosuid`. */
  options?: readonly string[] | undefined;
}

/**
 * A bind mount of a file or folder of the daemon's host.
 *
 * @param source Absolute path on the host.
 * @param destination Absolute path in the container.
 */
export function bindMount(source: string, destination: string, options: BindOptions = {}): Mount {
  if (!source.startsWith("/") || source.includes("\0")) {
    throw new InvalidArgumentError(
      `Cannot mount ${JSON.stringify(source)}: it must be an absolute path on the daemon's host`,
    );
  }
  const { recursive = true, propagation = "rprivate" } = options;
  return {
    destination: cleanPath(destination),
    type: "bind",
    source,
    options: [
      recursive ? "rbind" : "bind",
      propagation,
      options.readonly ? "ro" : "rw",
      ...(options.options ?? []),
    ],
  };
}

/** How a file system in memory behaves. */
export interface TmpfsOptions {
  /** Its size limit. Default: half of the memory. */
  size?: Size | undefined;
  /**
   * Permission bits of its root.
   * @default 0o1777
   */
  mode?: number | undefined;
  /** Allow to run programs from it. */
  exec?: boolean | undefined;
  /** Further options, such as `uid=1000`. */
  options?: readonly string[] | undefined;
}

/** A file system in memory, at an absolute path in the container. */
export function tmpfsMount(destination: string, options: TmpfsOptions = {}): Mount {
  const { size, mode = 0o1777 } = options;
  return {
    destination: cleanPath(destination),
    type: "tmpfs",
    source: "tmpfs",
    options: [
      "nosuid",
      "nodev",
      options.exec ? "exec" : "noexec",
      `mode=${mode.toString(8)}`,
      ...(size === undefined ? [] : [`size=${parseSize(size, "size of tmpfs")}`]),
      ...(options.options ?? []),
    ],
  };
}

/**
 * Adds mounts. One at the same place as an earlier one takes its turn: two mounts at one path
 * would leave the first without use.
 *
 * @throws {InvalidArgumentError} When a destination is no absolute path.
 */
export function withMounts(...mounts: readonly Mount[]): SpecOption {
  const added = mounts.map((mount) => ({ ...mount, destination: cleanPath(mount.destination) }));
  return (spec) => {
    const result = [...(spec.mounts ?? [])];
    for (const mount of added) {
      const index = result.findIndex((other) => cleanPath(other.destination) === mount.destination);
      if (index < 0) result.push(mount);
      else result[index] = mount;
    }
    return { ...spec, mounts: result };
  };
}

/** Removes the mounts at some places, such as `/run`. */
export function withoutMounts(...destinations: readonly string[]): SpecOption {
  const unwanted = new Set(destinations.map(cleanPath));
  return (spec) => ({
    ...spec,
    mounts: (spec.mounts ?? []).filter((mount) => !unwanted.has(cleanPath(mount.destination))),
  });
}

/** Sets the size of `/dev/shm`. @throws {InvalidArgumentError} When it has no mount there. */
export function withShmSize(size: Size): SpecOption {
  const bytes = parseSize(size, "size of /dev/shm");
  return (spec) => {
    const mount = spec.mounts?.find((m) => cleanPath(m.destination) === "/dev/shm");
    if (mount?.type !== "tmpfs") {
      throw new InvalidArgumentError(
        "Cannot set the size of /dev/shm: the spec has no tmpfs there; add one with withMounts()",
      );
    }
    const options = (mount.options ?? []).filter((option) => !option.startsWith("size="));
    return withMounts({ ...mount, options: [...options, `size=${bytes}`] })(spec);
  };
}

/** Makes the root file system read-only. Mounts keep their own mode. */
export function withReadonlyRootfs(enabled = true): SpecOption {
  return (spec) => {
    const root = { path: spec.root?.path ?? "rootfs" };
    return { ...spec, root: enabled ? { ...root, readonly: true } : root };
  };
}

/**
 * Mounts the cgroup file systems at `/sys/fs/cgroup`, in place of what is there.
 *
 * @param mode Whether the container may write to them.
 */
export function withCgroupMount(mode: "ro" | "rw"): SpecOption {
  return withMounts({
    destination: "/sys/fs/cgroup",
    type: "cgroup",
    source: "cgroup",
    options: ["nosuid", "noexec", "nodev", "relatime", mode],
  });
}

/** Makes file systems of some types writable where they are read-only, such as `sysfs`. */
export function withWritable(...types: readonly string[]): SpecOption {
  return (spec) => makeWritable(spec, ...types);
}

/** Makes a mount of a type writable, where it is read-only; used for sysfs and cgroups. */
export function makeWritable(spec: Spec, ...types: readonly string[]): Spec {
  return {
    ...spec,
    mounts: (spec.mounts ?? []).map((mount) =>
      types.includes(mount.type ?? "")
        ? {
          ...mount,
          options: mount.options?.map((option) => option === "ro" ? "rw" : option) ?? [],
        }
        : mount
    ),
  };
}

/** The path without double slashes, `.`, `..` and a slash at the end; never above the root. */
function cleanPath(path: string): string {
  checkAbsolute(path, "mount destination");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
