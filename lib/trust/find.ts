/**
 * Finds the signatures of an image in its registry.
 *
 * @module
 */
import { DavitError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { parseManifest } from "../oci/manifest.ts";
import { isManifest, OCI } from "../oci/media_types.ts";
import type { Reference } from "../oci/reference.ts";
import type { Registry } from "../registry/registry.ts";
import {
  isBundle,
  PAYLOAD_TYPE,
  readBundle,
  readPayload,
  SIGNATURE_ANNOTATION,
  SIGNATURE_ARTIFACT,
  signatureTag,
  type SignedClaim,
} from "./formats.ts";

/** Larger payloads and bundles are not read. */
const MAX_BYTES = 1024 * 1024;
/** So many signatures are looked at. */
const MAX_SIGNATURES = 100;

/** Where a signature is, and what it says. */
export interface FoundSignature {
  /** For people: `tag "sha256-….sig"`, `bundle "sha256:…"`. */
  readonly where: string;
  /** What it says; or why it cannot be read. */
  readonly claim: SignedClaim | string;
}

/** What signatures are looked for. */
export interface SignatureSubject {
  readonly reference: Reference;
  readonly descriptor: Descriptor;
  readonly registry: Registry;
  readonly signal: AbortSignal | undefined;
}

/**
 * Hands out the signatures of an image, wherever cosign may have put them: under a tag made of the
 * digest, as an artifact that refers to it, as a bundle.
 *
 * @throws {DavitError} When the registry cannot be asked. That there are none is no error.
 */
export async function* findSignatures(
  subject: SignatureSubject,
): AsyncGenerator<FoundSignature, void, undefined> {
  let count = 0;
  for await (const found of all(subject)) {
    yield found;
    if (++count === MAX_SIGNATURES) return;
  }
}

async function* all(subject: SignatureSubject): AsyncGenerator<FoundSignature> {
  const { reference, descriptor: { digest }, registry, signal } = subject;
  const tag = signatureTag(digest);
  const tagged = await optional(() => registry.manifest(reference.withTag(tag), { signal }));
  if (tagged && isManifest(tagged.descriptor.mediaType)) {
    yield* payloads(subject, tagged.bytes, `tag "${tag}"`);
  }
  const pinned = reference.withDigest(digest);
  const referrers = await optional(() => registry.referrers(pinned, { signal })) ?? [];
  let unsaid = 0;
  for (const one of referrers) {
    const said = one.artifactType === OCI.empty ? undefined : one.artifactType;
    if (!isManifest(one.mediaType) || (said !== undefined && !isSignature(said))) continue;
    if (said === undefined && ++unsaid > MAX_SIGNATURES) continue;
    const found = await optional(() => registry.manifest(reference, { descriptor: one, signal }));
    if (!found) continue;
    // Where a tag stands for the list of referrers, cosign 3 puts the configuration's type there.
    const type = said ?? parseManifest(found.bytes).artifactType;
    if (isBundle(type)) yield* bundles(subject, found.bytes, `bundle "${one.digest}"`);
    else if (isSignature(type)) yield* payloads(subject, found.bytes, `artifact "${one.digest}"`);
  }
}

function isSignature(type: string | undefined): boolean {
  return isBundle(type) || type === SIGNATURE_ARTIFACT;
}

async function* payloads(
  subject: SignatureSubject,
  document: Uint8Array,
  where: string,
): AsyncGenerator<FoundSignature> {
  for (const layer of parseManifest(document).layers) {
    if (layer.mediaType !== PAYLOAD_TYPE) continue;
    const signature = layer.annotations?.[SIGNATURE_ANNOTATION];
    const bytes = signature === undefined ? undefined : await small(subject, layer);
    const claim = bytes && readPayload(bytes, signature!, subject.descriptor.digest);
    yield { where, claim: claim ?? "its payload is not there, or too large" };
  }
}

async function* bundles(
  subject: SignatureSubject,
  document: Uint8Array,
  where: string,
): AsyncGenerator<FoundSignature> {
  const { reference, descriptor, registry, signal } = subject;
  for (const layer of parseManifest(document).layers) {
    if (!isBundle(layer.mediaType)) continue;
    const bytes = await small(subject, layer);
    const claim = bytes && await readBundle(
      bytes,
      descriptor,
      async () => (await registry.manifest(reference, { descriptor, signal })).bytes,
    );
    yield { where, claim: claim ?? "it cannot be read" };
  }
}

/** A blob that is small by nature; `undefined` when it is not there, or not small. */
async function small(
  { reference, registry, signal }: SignatureSubject,
  blob: Descriptor,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (blob.size > MAX_BYTES) return undefined;
  const fetched = await optional(() => registry.blob(reference, blob, { signal }));
  return fetched && await new Response(fetched.stream).bytes();
}

async function optional<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DavitError && error.code === "not_found") return undefined;
    throw error;
  }
}
