/**
 * What this script may do.
 *
 * @module
 */

/**
 * Whether a permission is granted. It is asked for nowhere: asking would make Deno ask the user for
 * what there is another way to do without.
 */
export function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}
