/**
 * Names of volumes, and of those that were given none.
 *
 * @module
 */
import { checkIdentifier } from "../../oci/names.ts";

/**
 * On a container: the names of the volumes that it brought along, as a JSON array. On a volume: that
 * it was given no name. Both are nerdctl's.
 */
export const ANONYMOUS_LABEL = "nerdctl/anonymous-volumes";

/** A name for a volume that was given none: as long as Docker's and nerdctl's. */
export function randomVolumeName(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}

/** Checks the name of a volume. @throws {InvalidArgumentError} when it cannot be one. */
export function checkName(name: string): string {
  return checkIdentifier(name, "volume name");
}
