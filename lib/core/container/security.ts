/**
 * What options of security have to look up on the daemon's host.
 *
 * @module
 */
import { NotFoundError, UnsupportedError } from "../../errors/errors.ts";
import type { Host } from "../../host/host.ts";
import type { CapabilityChange } from "../../oci/capabilities.ts";
import { hostPlatform } from "../../oci/platform.ts";
import {
  checkSeccompProfile,
  parseSeccompProfile,
  resolveSeccomp,
  type SeccompProfile,
} from "../../oci/seccomp_profile.ts";
import { composeSpecOptions, type SpecOption } from "../../oci/spec_option.ts";
import { withNoNewPrivileges } from "../../oci/spec_process.ts";
import {
  type SelinuxLabels,
  withApparmorProfile,
  withCapabilities,
  withPrivileged,
  withSeccomp,
  withSelinuxLabels,
} from "../../oci/spec_security.ts";
import { givableCapabilities } from "../exec/capabilities.ts";
import { devicesIn } from "./host_devices.ts";
import { withHostDevices } from "./devices.ts";
import { withDefaultSeccomp } from "./spec.ts";
import type { StepPlace } from "./step.ts";

/** What looks something up, and gives the change. */
export type Finder = (place: StepPlace) => Promise<SpecOption>;

const isAll = (name: string) => name.toUpperCase() === "ALL";

/** Capabilities; all of them are those that the daemon can give. */
export function capabilityFinder({ add = [], drop }: CapabilityChange): Finder {
  return async ({ context }) => {
    if (!add.some(isAll)) return withCapabilities({ add, drop });
    const givable = await givableCapabilities(context.session.host);
    return withCapabilities({ add: [...givable, ...add.filter((name) => !isAll(name))], drop });
  };
}

/** A filter of system calls; its rules may depend on the capabilities and the kernel. */
export function seccompFinder(
  given: "default" | "unconfined" | SeccompProfile | { readonly text: string },
): Finder {
  return async ({ context }) => {
    if (given === "default") return withDefaultSeccomp;
    if (given === "unconfined") return withSeccomp(null);
    const profile = "text" in given ? parseSeccompProfile(given.text) : given;
    checkSeccompProfile(profile);
    const kernel = await kernelOf(context.session.host);
    return (spec) => {
      const capabilities = spec.process?.capabilities?.bounding ?? [];
      const { architecture } = hostPlatform();
      return withSeccomp(resolveSeccomp(profile, { architecture, capabilities, kernel }))(spec);
    };
  };
}

/** Text of a file of the kernel; `undefined` when it is not there. */
async function kernelFile(host: Host, path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await host.readFile(path)).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The kernel's version; `undefined`, and so new, where this process may not look. */
async function kernelOf(host: Host): Promise<string | undefined> {
  try {
    return await kernelFile(host, "/proc/sys/kernel/osrelease");
  } catch {
    return undefined;
  }
}

/** An AppArmor profile that must be loaded. */
export function apparmorFinder(profile: string): Finder {
  return async ({ context: { session: { host } } }) => {
    if (profile === "unconfined") return withApparmorProfile(null);
    const enabled = await kernelFile(host, "/sys/module/apparmor/parameters/enabled");
    if (!enabled?.startsWith("Y")) {
      throw new UnsupportedError(
        `Cannot use AppArmor profile "${profile}": the kernel of ${host.name} has no AppArmor; ` +
          "leave it out",
        { needed: "AppArmor", found: "none" },
      );
    }
    const loaded = await kernelFile(host, "/sys/kernel/security/apparmor/profiles") ?? "";
    const names = loaded.split("\n").map((line) => line.replace(/ \(\w+\)$/, ""));
    if (!names.includes(profile)) {
      throw new NotFoundError(
        `Cannot use AppArmor profile "${profile}": it is not loaded on ${host.name}; load it with ` +
          "apparmor_parser first",
      );
    }
    return withApparmorProfile(profile);
  };
}

/** SELinux contexts. */
export function selinuxFinder(labels: SelinuxLabels): Finder {
  return async ({ context: { session: { host } } }) => {
    if ((labels.process || labels.mount) && !await host.lstat("/sys/fs/selinux/enforce")) {
      throw new UnsupportedError(
        `Cannot use SELinux label "${
          labels.process ?? labels.mount
        }": the kernel of ${host.name} ` +
          "has no SELinux; leave it out",
        { needed: "SELinux", found: "none" },
      );
    }
    return withSelinuxLabels(labels);
  };
}

/** Everything that a privileged container is given. */
export function privilegedFinder(devices: boolean): Finder {
  return async ({ context: { session: { host } } }) => {
    const [capabilities, nodes] = await Promise.all([
      givableCapabilities(host),
      devices ? devicesIn(host, "/dev") : [],
    ]);
    return composeSpecOptions(
      withPrivileged({ capabilities }),
      withNoNewPrivileges(false),
      withHostDevices(nodes),
    );
  };
}
