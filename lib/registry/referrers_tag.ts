/**
 * The list of what refers to a manifest, for registries that do not keep one: an index under the tag
 * `sha256-HEX` (OCI distribution spec, "Referrers Tag Schema").
 *
 * @module
 */

import { DavitError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestHex, isDigest } from "../oci/digest.ts";
import { type ImageIndex, parseIndex } from "../oci/index_doc.ts";
import { OCI } from "../oci/media_types.ts";
import type { Reference } from "../oci/reference.ts";
import type { HostSet } from "./host_set.ts";
import { fetchManifest } from "./resolve.ts";
import { uploadManifest } from "./upload_manifest.ts";

/** The tag under which referrers of a manifest are listed. */
export function referrersTag(digest: Digest): string {
  return `${digestAlgorithm(digest)}-${digestHex(digest).slice(0, 64)}`;
}

/** The digest of a document's `subject`, where it has one. */
export function subjectOf(bytes: Uint8Array): Digest | undefined {
  const subject = readDocument(bytes)["subject"];
  const digest = isObject(subject) ? subject["digest"] : undefined;
  return isDigest(digest) ? digest : undefined;
}

/** What the tag lists; nothing when there is no such tag. */
export async function readReferrersTag(
  hosts: HostSet,
  reference: Reference,
  subject: Digest,
  signal?: AbortSignal,
): Promise<Descriptor[]> {
  try {
    const list = reference.withTag(referrersTag(subject));
    return parseIndex((await fetchManifest(hosts, list, {}, signal)).bytes).manifests;
  } catch (error) {
    if (error instanceof DavitError && error.code === "not_found") return [];
    throw error;
  }
}

/** Adds a manifest to the tag of its subject. Two writers at once may lose one entry. */
export async function addToReferrersTag(
  hosts: HostSet,
  reference: Reference,
  subject: Digest,
  descriptor: Descriptor,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const manifests = await readReferrersTag(hosts, reference, subject, signal);
  if (manifests.some(({ digest }) => digest === descriptor.digest)) return;
  const document = readDocument(bytes);
  const config = document["config"];
  // An image that names no type of its own is listed by that of its config.
  const artifactType = document["artifactType"] ??
    (isObject(config) ? config["mediaType"] : undefined);
  const annotations = document["annotations"];
  const entry: Descriptor = { ...descriptor };
  if (typeof artifactType === "string") entry.artifactType = artifactType;
  if (isObject(annotations)) entry.annotations = annotations as Record<string, string>;
  const index: ImageIndex = {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: [...manifests, entry],
  };
  const list = new TextEncoder().encode(JSON.stringify(index));
  await uploadManifest(hosts, reference.withTag(referrersTag(subject)), list, OCI.index, signal);
}

function readDocument(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
