/**
 * Which capabilities a process of this machine can be given.
 *
 * @module
 */
import type { Host } from "../../host/host.ts";
import { ALL_CAPABILITIES, type Capability } from "../../oci/capabilities.ts";

/**
 * Every capability that can be given on the daemon's machine: in a virtual machine or on a server
 * all of them, in a container what that was given. Told by the bounding set of this process, which
 * is the daemon's where both run in the same place; all of them where that cannot be read.
 */
export async function givableCapabilities(host: Host): Promise<readonly Capability[]> {
  let status: string;
  try {
    status = new TextDecoder().decode(await host.readFile("/proc/self/status"));
  } catch {
    return ALL_CAPABILITIES;
  }
  const mask = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return mask === undefined ? ALL_CAPABILITIES : capabilitiesIn(BigInt(`0x${mask}`));
}

/** The capabilities whose bits are set in a mask of `/proc/PID/status`. */
export function capabilitiesIn(mask: bigint): Capability[] {
  return ALL_CAPABILITIES.filter((_, number) => (mask >> BigInt(number)) & 1n);
}
