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
