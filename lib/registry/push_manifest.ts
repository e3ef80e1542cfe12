/**
 * Pushes manifests and indexes, with what refers to them.
 *
 * @module
 */

import type { Descriptor } from "../oci/descriptor.ts";
import type { Reference } from "../oci/reference.ts";
import type { HostSet } from "./host_set.ts";
import { addToReferrersTag, subjectOf } from "./referrers_tag.ts";
import { uploadManifest } from "./upload_manifest.ts";

/** What a pushed manifest is, and whether it had to be sent. */
export interface PushedManifest {
  /** Type, digest and size. */
  readonly descriptor: Descriptor;
  /** Whether the registry had it under that name already. */
  readonly existed: boolean;
}

/**
 * Pushes a manifest or an index under a tag, or under its digest when the reference has no tag.
 * What it names must be there already. If it has a `subject` and the registry does not keep track of
 * such references, the tag that lists them is brought up to date (OCI distribution spec, "Pushing
 * manifests with subject").
 *
 * @param bytes The document, byte for byte; at most 4 MiB.
 * @throws {DigestError} When the reference or the registry names another digest.
 * @throws {InvalidArgumentError} When it is too big, or the registry finds it invalid, such as when
 * a blob that it names is missing.
 */
export async function pushManifest(
  hosts: HostSet,
  reference: Reference,
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string,
  signal?: AbortSignal,
): Promise<PushedManifest> {
  const uploaded = await uploadManifest(hosts, reference, bytes, mediaType, signal);
  const { descriptor, existed, subjectKept } = uploaded;
  const subject = subjectKept ? undefined : subjectOf(bytes);
  if (subject !== undefined) {
    await addToReferrersTag(hosts, reference, subject, descriptor, bytes, signal);
  }
  return { descriptor, existed };
}
