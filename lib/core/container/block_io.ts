/**
 * How block devices are shared out.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { LinuxBlockIO } from "../../oci/runtime_resources.ts";
import { composeSpecOptions, type SpecOption } from "../../oci/spec_option.ts";
import { withLinuxResources } from "../../oci/spec_resources.ts";
import { findDevice } from "./host_devices.ts";
import type { StepPlace } from "./step.ts";

/** Limits of one device, checked. */
export interface CheckedIo {
  /** Its path on the host. */
  readonly path: string;
  /** Its weight. */
  readonly weight: number | undefined;
  /** Its rates, by the lists of the spec. */
  readonly rates: readonly (readonly [ThrottleList, number])[];
}

/** The lists of rates in the spec. */
export type ThrottleList =
  | "throttleReadBpsDevice"
  | "throttleWriteBpsDevice"
  | "throttleReadIOPSDevice"
  | "throttleWriteIOPSDevice";

/**
 * Looks devices up on the host, and limits their use.
 *
 * @throws {NotFoundError} when there is no such device.
 * @throws {InvalidArgumentError} when it is no block device.
 */
export async function findBlockIo(
  { context }: StepPlace,
  limits: readonly CheckedIo[],
): Promise<SpecOption> {
  const found = await Promise.all(limits.map(async ({ path, weight, rates }) => {
    const { type, major, minor } = await findDevice(context.session.host, path);
    if (type !== "b") {
      throw new InvalidArgumentError(`Cannot limit "${path}": it is no block device`);
    }
    const blockIO: LinuxBlockIO = {};
    if (weight !== undefined) blockIO.weightDevice = [{ major, minor, weight }];
    for (const [list, rate] of rates) blockIO[list] = [{ major, minor, rate }];
    return withLinuxResources({ blockIO });
  }));
  return composeSpecOptions(...found);
}
