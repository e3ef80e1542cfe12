/**
 * Options of what a container may do.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import {
  type CapabilityChange,
  type CapabilityName,
  changeCapabilities,
} from "../../../oci/capabilities.ts";
import type { SeccompProfile } from "../../../oci/seccomp_profile.ts";
import { withNoNewPrivileges } from "../../../oci/spec_process.ts";
import {
  type SelinuxLabels,
  withAmbientCapabilities,
  withMaskedPaths,
  withReadonlyPaths,
} from "../../../oci/spec_security.ts";
import type { Finder } from "../security.ts";
import { readTextFile } from "./process.ts";
import { ResourceOptions } from "./resources.ts";

/** The methods that say what a container may do. */
export abstract class SecurityOptions<Self> extends ResourceOptions<Self> {
  /**
   * Adds capabilities to the 14 that every container has, and drops some; see capabilities(7). `"ALL"`
   * stands for every one: dropped, only those that are added remain; added, those that the daemon can
   * give.
   *
   * @throws {InvalidArgumentError} when there is no such capability.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await davit.namespace("ci").run("alpine:3.20")
   *   .capabilities({ drop: ["ALL"], add: ["NET_BIND_SERVICE"] })
   *   .command("grep", "Cap", "/proc/self/status");
   * ```
   */
  capabilities(change: {
    readonly add?: readonly CapabilityName[];
    readonly drop?: readonly CapabilityName[];
  }): Self {
    const { add = [], drop = [] }: CapabilityChange = change;
    changeCapabilities([], { add, drop });
    const shows = [...add.map((name) => `+${name}`), ...drop.map((name) => `-${name}`)].join(" ");
    return this.step({
      by: "capabilities",
      shows,
      find: lazy((finders) => finders.capabilityFinder({ add, drop })),
    });
  }

  /**
   * Capabilities that a process of another user than root keeps when it runs programs: ambient ones.
   *
   * @throws {InvalidArgumentError} when there is no such capability.
   */
  ambientCapabilities(...names: CapabilityName[]): Self {
    const edit = withAmbientCapabilities(...names);
    return this.step({ by: "ambientCapabilities", shows: names.join(" "), edit });
  }

  /**
   * Whether programs with a set-user-id bit or file capabilities give nothing, as by default. `false`
   * lets `su` and `sudo` work.
   */
  noNewPrivileges(on: boolean = true): Self {
    return this.step({
      by: "noNewPrivileges",
      key: "noNewPrivileges",
      shows: on ? "yes" : "no",
      edit: withNoNewPrivileges(on),
    });
  }

  /**
   * Which system calls it may make: containerd's default, everything (`"unconfined"`), or a profile
   * in Docker's format, as an object or as a file of this machine (an absolute path, or one that
   * starts with `./`), which is read now.
   *
   * @throws {InvalidArgumentError} when the profile cannot be read. Later, also when it is none, or
   * names a system call that Linux does not have: the runtime would skip it in silence.
   */
  seccomp(profile: "default" | "unconfined" | SeccompProfile | `/${string}` | `./${string}`): Self {
    const known = seccompProfile(profile);
    return this.step({
      by: "seccomp",
      key: "seccomp",
      stage: "derived",
      shows: typeof profile === "string" ? profile : "a profile",
      find: lazy((finders) => finders.seccompFinder(known)),
    });
  }

  /**
   * Confines it by an AppArmor profile that is loaded on the daemon's host; `"unconfined"` for none,
   * as by default.
   *
   * Later: an `UnsupportedError` when the host has no AppArmor, a `NotFoundError` when the profile is
   * not loaded there.
   */
  apparmor(profile: string): Self {
    if (profile === "" || /[\0\n]/.test(profile)) {
      throw new InvalidArgumentError("Cannot use an AppArmor profile without a name");
    }
    const find = lazy((finders) => finders.apparmorFinder(profile));
    return this.step({ by: "apparmor", key: "apparmor", shows: profile, find });
  }

  /**
   * SELinux contexts of the process and of the files that it mounts; one text is for both.
   *
   * Later: an `UnsupportedError` when the host has no SELinux.
   */
  selinux(labels: string | SelinuxLabels): Self {
    const both = typeof labels === "string" ? { process: labels, mount: labels } : labels;
    const shows = both.process ?? both.mount ?? "";
    return this.step({
      by: "selinux",
      key: "selinux",
      shows,
      find: lazy((finders) => finders.selinuxFinder(both)),
    });
  }

  /** The paths that are hidden, instead of the default ones; none shows everything. */
  maskedPaths(...paths: string[]): Self {
    const edit = withMaskedPaths(...paths);
    return this.step({
      by: "maskedPaths",
      key: "maskedPaths",
      shows: paths.join(" ") || "none",
      edit,
    });
  }

  /** The paths that are read-only, instead of the default ones. */
  readonlyPaths(...paths: string[]): Self {
    const edit = withReadonlyPaths(...paths);
    const shows = paths.join(" ") || "none";
    return this.step({ by: "readonlyPaths", key: "readonlyPaths", shows, edit });
  }

  /**
   * Takes the walls down: every capability that the daemon can give, all devices of the host, no
   * hidden or read-only paths, writable sysfs and cgroups, new privileges, no seccomp, AppArmor or
   * SELinux. Other options count on top of it, wherever they are called.
   *
   * @param on Whether it is privileged; `{ devices: false }` without the nodes of the host's devices.
   */
  privileged(on: boolean | { readonly devices: boolean } = true): Self {
    const key = "privileged";
    if (on === false) {
      const steps = this.plan.steps.filter((step) => step.key !== key);
      return this.clone({ ...this.plan, steps });
    }
    const devices = on === true || on.devices;
    return this.step({
      by: key,
      key,
      stage: "base",
      shows: devices ? "yes" : "without devices",
      find: lazy((finders) => finders.privilegedFinder(devices)),
    });
  }
}

/** A finder that is loaded when it is needed. */
function lazy(choose: (finders: typeof import("../security.ts")) => Finder): Finder {
  return async (place) => await choose(await import("../security.ts"))(place);
}

function seccompProfile(
  profile: string | SeccompProfile,
): "default" | "unconfined" | SeccompProfile | { readonly text: string } {
  if (typeof profile !== "string") return structuredClone(profile);
  if (profile === "default" || profile === "unconfined") return profile;
  if (/^\.?\//.test(profile)) return { text: readTextFile(profile, "seccomp profile") };
  throw new InvalidArgumentError(
    `Cannot use seccomp profile ${JSON.stringify(profile)}: ` +
      'give "default", "unconfined", an object, or a path with a "/" at its start',
  );
}
