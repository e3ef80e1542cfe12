/**
 * Deletion of manifests.
 *
 * @module
 */

import { UnavailableError } from "../errors/errors.ts";
import type { Digest } from "../oci/digest.ts";
import type { Reference } from "../oci/reference.ts";
import type { HostSet } from "./host_set.ts";
import { resolve } from "./resolve.ts";
import { repositoryScope } from "./scopes.ts";
import { statusError } from "./status_error.ts";

/**
 * Deletes a manifest, and with it every tag that names it: that is all that registries agree on. Its
 * blobs go when the registry collects garbage. Hosts need the capability `push`.
 *
 * @param reference With a digest, or with a tag, which is resolved first.
 * @returns The digest of what was deleted.
 * @throws {NotFoundError} When there is no such manifest; {@linkcode PullError} for a tag.
 * @throws {UnsupportedError} When the registry does not allow it.
 */
export async function deleteManifest(
  hosts: HostSet,
  reference: Reference,
  signal?: AbortSignal,
): Promise<Digest> {
  const digest = reference.digest ?? (await resolve(hosts, reference, signal)).descriptor.digest;
  const what = `delete "${reference}"`;
  const [client] = await hosts.able(reference.domain, "push", what);
  if (client === undefined) throw new UnavailableError(`Cannot ${what}: there is no host`);
  const answer = await client.send(`${reference.path}/manifests/${digest}`, {
    what,
    method: "DELETE",
    scopes: [repositoryScope(reference.path, ["delete", "pull"])],
    signal,
  });
  if (!answer.ok) {
    const hint = answer.status === 405 ? "deletion must be switched on in the registry" : "";
    throw await statusError(answer, what, hint);
  }
  await answer.discard();
  return digest;
}
