/**
 * Sends a manifest or an index to a registry.
 *
 * @module
 */

import { DigestError, InvalidArgumentError, UnavailableError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { digestAlgorithm, digestOf, isDigest } from "../oci/digest.ts";
import { MAX_MANIFEST_BYTES } from "../oci/manifest.ts";
import type { Reference } from "../oci/reference.ts";
import type { HostClient } from "./host_client.ts";
import type { HostSet } from "./host_set.ts";
import { repositoryScope } from "./scopes.ts";
import { statusError } from "./status_error.ts";

/** What became of an upload. */
export interface UploadedManifest {
  /** Type, digest and size. */
  readonly descriptor: Descriptor;
  /** Whether the registry had it under that name already. */
  readonly existed: boolean;
  /** Whether the registry says that it keeps track of the manifest's subject. */
  readonly subjectKept: boolean;
}

/** Sends a manifest, and nothing else; see `pushManifest`. */
export async function uploadManifest(
  hosts: HostSet,
  reference: Reference,
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string,
  signal?: AbortSignal,
): Promise<UploadedManifest> {
  const what = `push the manifest of "${reference}"`;
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw new InvalidArgumentError(
      `Cannot ${what}: it has ${bytes.length} bytes; registries take at most ${MAX_MANIFEST_BYTES}`,
    );
  }
  const wanted = reference.digest;
  const digest = await digestOf(bytes, wanted ? digestAlgorithm(wanted) : "sha256");
  if (wanted !== undefined && wanted !== digest) {
    throw new DigestError(`Cannot ${what}: its bytes hash to "${digest}"`, {
      expected: wanted,
      actual: digest,
    });
  }
  const descriptor: Descriptor = { mediaType, digest, size: bytes.length };
  const [client] = await hosts.able(reference.domain, "push", what);
  if (client === undefined) throw new UnavailableError(`Cannot ${what}: there is no host`);
  const path = `${reference.path}/manifests/${reference.tag ?? digest}`;
  const common = { what, scopes: [repositoryScope(reference.path, ["pull", "push"])], signal };
  if (await has(client, path, descriptor, common)) {
    return { descriptor, existed: true, subjectKept: true };
  }
  const answer = await client.send(path, {
    ...common,
    method: "PUT",
    headers: { "content-type": mediaType },
    body: bytes,
  });
  if (!answer.ok) throw await statusError(answer, what);
  await answer.discard();
  const said = answer.headers.get("docker-content-digest");
  const comparable = isDigest(said) && digestAlgorithm(said) === digestAlgorithm(digest);
  if (comparable && said !== digest) {
    throw new DigestError(
      `Cannot ${what}: "${client.host.host}" stored it as "${said}", so it was changed on the way`,
      { expected: digest, actual: said },
    );
  }
  return { descriptor, existed: false, subjectKept: answer.headers.has("oci-subject") };
}

async function has(
  client: HostClient,
  path: string,
  descriptor: Descriptor,
  common: { what: string; scopes: string[]; signal: AbortSignal | undefined },
): Promise<boolean> {
  const headers = { accept: `${descriptor.mediaType}, */*` };
  const answer = await client.send(path, { ...common, method: "HEAD", headers });
  await answer.discard();
  return answer.ok && answer.headers.get("docker-content-digest") === descriptor.digest &&
    answer.headers.get("content-type") === descriptor.mediaType;
}
