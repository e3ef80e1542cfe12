/**
 * Options of a spec's security: capabilities, system calls, hidden paths.
 *
 * @module
 */

import {
  ALL_CAPABILITIES,
  type CapabilityChange,
  changeCapabilities,
  parseCapabilities,
} from "./capabilities.ts";
import type { LinuxSeccomp } from "./runtime_seccomp.ts";
import { makeWritable } from "./spec_mounts.ts";
import {
  composeSpecOptions,
  editCapabilities,
  editLinux,
  editProcess,
  omit,
  type SpecOption,
} from "./spec_option.ts";
import { checkAbsolute } from "./spec_process.ts";

/**
 * Adds and drops capabilities; see {@linkcode changeCapabilities}. What is dropped leaves the
 * inheritable and ambient sets as well.
 */
export function withCapabilities(change: CapabilityChange): SpecOption {
  changeCapabilities([], change); // checks the names now
  return (spec) =>
    editCapabilities(spec, (capabilities) => {
      const bounding = changeCapabilities(capabilities.bounding ?? [], change);
      const kept = (list: string[]) => list.filter((name) => bounding.includes(name));
      const { inheritable, ambient } = capabilities;
      return {
        bounding,
        effective: changeCapabilities(capabilities.effective ?? [], change),
        permitted: changeCapabilities(capabilities.permitted ?? [], change),
        ...(inheritable && { inheritable: kept(inheritable) }),
        ...(ambient && { ambient: kept(ambient) }),
      };
    });
}

/**
 * Sets the system call filter; `null` removes it. The default one depends on the capabilities, so
 * set those first: see {@linkcode defaultSeccomp}.
 */
export function withSeccomp(seccomp: LinuxSeccomp | null): SpecOption {
  return (spec) =>
    seccomp
      ? editLinux(spec, () => ({ seccomp }))
      : { ...spec, linux: omit(spec.linux ?? {}, "seccomp") };
}

/** Sets the paths that are hidden, instead of those of the default spec. */
export function withMaskedPaths(...paths: readonly string[]): SpecOption {
  for (const path of paths) checkAbsolute(path, "masked path");
  return (spec) => editLinux(spec, () => ({ maskedPaths: [...paths] }));
}

/** Sets the paths that are read-only, instead of those of the default spec. */
export function withReadonlyPaths(...paths: readonly string[]): SpecOption {
  for (const path of paths) checkAbsolute(path, "read-only path");
  return (spec) => editLinux(spec, () => ({ readonlyPaths: [...paths] }));
}

/**
 * Sets the capabilities that programs without privileges of their own keep: ambient, and with it
 * inheritable, permitted, effective and bounding.
 *
 * @throws {InvalidArgumentError} When a name is unknown.
 */
export function withAmbientCapabilities(...names: readonly string[]): SpecOption {
  const ambient = parseCapabilities(names);
  return (spec) =>
    editCapabilities(spec, (capabilities) => {
      const joined = (list: string[] = []) => [...new Set([...list, ...ambient])];
      return {
        bounding: joined(capabilities.bounding),
        effective: joined(capabilities.effective),
        permitted: joined(capabilities.permitted),
        inheritable: joined(capabilities.inheritable),
        ambient: joined(capabilities.ambient),
      };
    });
}

/** Sets the AppArmor profile, which must be loaded on the host; `null` for none. */
export function withApparmorProfile(name: string | null): SpecOption {
  return (spec) => {
    const { process } = editProcess(spec, () => name ? { apparmorProfile: name } : {});
    return name || !process ? { ...spec, process } : {
      ...spec,
      process: omit(process, "apparmorProfile"),
    };
  };
}

/** SELinux contexts of a container. */
export interface SelinuxLabels {
  /** Of the process, such as `system_u:system_r:container_t:s0:c1,c2`. */
  readonly process?: string | undefined;
  /** Of the files that it mounts. */
  readonly mount?: string | undefined;
}

/** Sets the SELinux contexts; empty ones take them away. */
export function withSelinuxLabels({ process, mount }: SelinuxLabels): SpecOption {
  return composeSpecOptions(
    (spec) => process === undefined ? spec : editProcess(spec, () => ({ selinuxLabel: process })),
    (spec) => mount === undefined ? spec : editLinux(spec, () => ({ mountLabel: mount })),
  );
}

/** What a privileged container is given. */
export interface PrivilegedOptions {
  /**
   * The capabilities that the daemon has itself, where it is in a container: others cannot be
   * given. Default: all that Linux has.
   */
  capabilities?: readonly string[] | undefined;
}

/**
 * Takes the walls down, as `ctr run --privileged` does: all capabilities, all devices allowed, no
 * hidden or read-only paths, writable sysfs and cgroups, no seccomp, AppArmor or SELinux. The
 * host's device nodes are not added: their list is the host's to tell, see {@linkcode withDevices}.
 */
export function withPrivileged(options: PrivilegedOptions = {}): SpecOption {
  const all = parseCapabilities(options.capabilities ?? ALL_CAPABILITIES);
  return composeSpecOptions(
    (spec) =>
      editCapabilities(spec, (capabilities) => ({
        ...capabilities,
        bounding: [...all],
        effective: [...all],
        permitted: [...all],
      })),
    (spec) => {
      const { process } = editProcess(spec, () => ({}));
      const { linux } = editLinux(spec, ({ resources }) => ({
        resources: { ...resources, devices: [{ allow: true, access: "rwm" }] },
      }));
      return {
        ...spec,
        ...(process && { process: omit(process, "apparmorProfile", "selinuxLabel") }),
        linux: omit(linux ?? {}, "maskedPaths", "readonlyPaths", "seccomp"),
      };
    },
    (spec) => makeWritable(spec, "sysfs", "cgroup"),
  );
}
