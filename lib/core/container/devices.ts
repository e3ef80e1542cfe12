/**
 * Devices of the daemon's host, in a container.
 *
 * @module
 */
import { type DeviceAccess, withDevices } from "../../oci/spec_linux.ts";
import { editLinux, type SpecOption } from "../../oci/spec_option.ts";
import type { LinuxDevice } from "../../oci/runtime_spec.ts";
import { findDevices, type HostDevice } from "./host_devices.ts";
import type { StepPlace } from "./step.ts";

function nodeOf({ path, type, major, minor, owner }: HostDevice): LinuxDevice {
  return {
    path,
    type,
    major,
    minor,
    ...(owner && { fileMode: owner.mode, uid: owner.uid, gid: owner.gid }),
  };
}

/** Adds the nodes of devices that may be used already: a privileged container's. */
export function withHostDevices(devices: readonly HostDevice[]): SpecOption {
  const nodes = devices.map(nodeOf);
  return (spec) => editLinux(spec, (linux) => ({ devices: [...linux.devices ?? [], ...nodes] }));
}

/** Finds a device, or all devices of a folder, and gives a container them. */
export async function findHostDevices(
  { context }: StepPlace,
  { source, to, access }: { source: string; to: string; access: string },
): Promise<SpecOption> {
  const found = await findDevices(context.session.host, source);
  const one = found.length === 1 && !found[0]!.path.startsWith(`${source}/`);
  return withDevices(...found.map((each): DeviceAccess => ({
    ...nodeOf(each),
    path: one ? to : `${to}${each.path.slice(source.length)}`,
    access,
  })));
}
