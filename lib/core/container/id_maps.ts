/**
 * User namespaces: which ids of the host a container's users are.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { LinuxIDMapping } from "../../oci/runtime_spec.ts";
import { withNamespace } from "../../oci/spec_linux.ts";
import { composeSpecOptions, editLinux, type SpecOption } from "../../oci/spec_option.ts";

/** Which ids of the host a container's users are, and how its files come to belong to them. */
export interface IdMaps {
  /** Ranges of user ids. */
  readonly uids: readonly LinuxIDMapping[];
  /** Ranges of group ids. */
  readonly gids: readonly LinuxIDMapping[];
  /** By the kernel, or by a copy; the first where it works by default. */
  readonly files?: "idmapped" | "copy" | undefined;
}

/** The kernel's limit for a mapping. */
const MAX_RANGES = 340;
const MAX_ID = 2 ** 32 - 2;

/** Checks that ranges are whole, do not overlap, and map root. */
function checkIdMaps(
  uids: readonly LinuxIDMapping[],
  gids: readonly LinuxIDMapping[],
): void {
  for (const [what, ranges] of [["user", uids], ["group", gids]] as const) {
    const fail = (why: string): never => {
      throw new InvalidArgumentError(`Cannot map ${what} ids: ${why}`);
    };
    if (ranges.length === 0 || ranges.length > MAX_RANGES) fail(`give 1 to ${MAX_RANGES} ranges`);
    for (const { containerID, hostID, size } of ranges) {
      const numbers = [containerID, hostID, size];
      if (!numbers.every((n) => Number.isSafeInteger(n) && n >= 0) || size === 0) {
        fail(`${numbers.join(":")} is no range of ids`);
      }
      if (Math.max(containerID, hostID) + size - 1 > MAX_ID) {
        fail(`${numbers.join(":")} is too far`);
      }
    }
    for (const side of ["containerID", "hostID"] as const) {
      const sorted = [...ranges].sort((a, b) => a[side] - b[side]);
      for (const [i, range] of sorted.slice(1).entries()) {
        const before = sorted[i]!;
        if (before[side] + before.size > range[side]) fail(`ranges overlap at ${range[side]}`);
      }
    }
    if (mapId(0, ranges) === undefined) {
      fail("id 0 is in no range, and the container needs its root");
    }
  }
}

/** The id on the host for an id in a container; `undefined` when it has none. */
export function mapId(id: number, ranges: readonly LinuxIDMapping[]): number | undefined {
  const range = ranges.find(({ containerID, size }) =>
    id >= containerID && id < containerID + size
  );
  return range && range.hostID + (id - range.containerID);
}

/** A user namespace with these mappings. @throws {InvalidArgumentError} when they are none. */
export function withIdMaps(
  uids: readonly LinuxIDMapping[],
  gids: readonly LinuxIDMapping[],
): SpecOption {
  checkIdMaps(uids, gids);
  return composeSpecOptions(
    withNamespace("user"),
    (spec) => editLinux(spec, () => ({ uidMappings: [...uids], gidMappings: [...gids] })),
  );
}
