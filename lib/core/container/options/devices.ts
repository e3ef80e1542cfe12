/**
 * Options of a container's devices.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { isCdiName } from "../../../oci/names.ts";
import type { LinuxDeviceCgroup } from "../../../oci/runtime_resources.ts";
import { withDevices } from "../../../oci/spec_linux.ts";
import { withLinuxResources } from "../../../oci/spec_resources.ts";
import type { PlanStep } from "../step.ts";
import { inside } from "./base.ts";
import { NamespaceOptions } from "./namespaces.ts";

/** A device of the daemon's host. */
export interface HostDeviceMount {
  /** A device node, or a folder of such: an absolute path on the daemon's host. */
  readonly device: string;
  /** Where it is inside; the same path by default. */
  readonly to?: string;
  /** Any of `r` read, `w` write, `m` make nodes; `"rwm"` by default. */
  readonly access?: string;
}

/** The methods that give a container devices. */
export abstract class DeviceOptions<Self> extends NamespaceOptions<Self> {
  /**
   * Gives it devices of the daemon's host, by path; of a folder, all that are in it. A name such as
   * `"vendor.com/class=name"` means a CDI device: what the files in `/etc/cdi` and `/var/run/cdi` of
   * the daemon's host say of it is done to the container.
   *
   * @throws {InvalidArgumentError} when a path is not absolute, or the access is none; later, when it
   * is no device. Later: a `NotFoundError` when there is none.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await davit.namespace("ci").run("alpine:3.20")
   *   .device("/dev/fuse", { device: "/dev/null", to: "/dev/hole", access: "w" })
   *   .command("ls", "-l", "/dev");
   * ```
   */
  device(...devices: (string | HostDeviceMount)[]): Self {
    const steps = devices.map((device) =>
      typeof device === "string" && isCdiName(device)
        ? cdiStep("device", [device])
        : deviceStep(device)
    );
    return this.clone({ ...this.plan, steps: [...this.plan.steps, ...steps] });
  }

  /** Allows the use of devices without making their nodes, as `"c 10:200 rwm"` or `"b 8:* r"`. */
  deviceRule(...rules: string[]): Self {
    const edit = withLinuxResources({ devices: rules.map(parseDeviceRule) });
    return this.step({ by: "deviceRule", shows: rules.join(", "), edit });
  }

  /**
   * Gives it GPUs, by way of NVIDIA's CDI files.
   *
   * @param which `"all"`, how many, or their names, such as `["0", "GPU-f3a1"]`.
   */
  gpus(which: "all" | number | readonly string[]): Self {
    if (typeof which === "number" && !(Number.isInteger(which) && which >= 1 && which <= 128)) {
      throw new InvalidArgumentError(`Cannot give ${which} GPUs: give a whole number from 1`);
    }
    const names = which === "all"
      ? ["all"]
      : typeof which === "number"
      ? Array.from({ length: which }, (_, i) => `${i}`)
      : which;
    const devices = names.map((name) => `nvidia.com/gpu=${name}`);
    const wrong = devices.find((device) => !isCdiName(device));
    if (wrong !== undefined || devices.length === 0) {
      throw new InvalidArgumentError(`Cannot give GPUs ${JSON.stringify(names)}: no such names`);
    }
    return this.step(cdiStep("gpus", devices));
  }
}

function cdiStep(by: string, names: readonly string[]): PlanStep {
  return {
    by,
    shows: names.join(" "),
    find: async (place) => {
      const { findCdiDevices } = await import("../cdi.ts");
      return await findCdiDevices(place, names);
    },
  };
}

function deviceStep(device: string | HostDeviceMount): PlanStep {
  const { device: source, to = source, access = "rwm" } = typeof device === "string"
    ? { device }
    : device;
  if (!source.startsWith("/") || source.includes("\0")) {
    throw new InvalidArgumentError(
      `Cannot use device ${
        JSON.stringify(source)
      }: give an absolute path on the daemon's host, or ` +
        'a CDI name such as "vendor.com/class=name"',
    );
  }
  inside("device", to);
  // The numbers are stand-ins here: it is the access that is checked before anything is made.
  withDevices({ path: to, type: "c", major: 0, minor: 0, access });
  return {
    by: "device",
    shows: to === source ? source : `${source} as ${to}`,
    find: async (place) => {
      const { findHostDevices } = await import("../devices.ts");
      return await findHostDevices(place, { source, to, access });
    },
  };
}

/** Reads a rule for devices as Docker writes it: type, numbers and access. */
function parseDeviceRule(rule: string): LinuxDeviceCgroup {
  const match = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/.exec(rule);
  if (!match) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(rule)} as rule for devices: write it as "c 10:200 rwm"`,
    );
  }
  const [, type, major, minor, access] = match;
  return {
    allow: true,
    type: type === "a" ? "a" : type === "b" ? "b" : "c",
    ...(major !== "*" && { major: Number(major) }),
    ...(minor !== "*" && { minor: Number(minor) }),
    access,
  };
}
