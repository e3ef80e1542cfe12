/**
 * The forms of signatures of images: cosign's payload, and sigstore's bundle.
 *
 * Source: cosign's SIGNATURE_SPEC.md and its BUNDLE_SPEC.md; the DSSE protocol; in-toto statements.
 *
 * @module
 */
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestHex } from "../oci/digest.ts";

/** Type of a payload that says which image is meant. */
export const PAYLOAD_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
/** Annotation of a payload's layer: the signature, in base64. */
export const SIGNATURE_ANNOTATION = "dev.cosignproject.cosign/signature";
/** Type of the artifact that has payloads as layers. */
export const SIGNATURE_ARTIFACT = "application/vnd.dev.cosign.artifact.sig.v1+json";
/** Type of a bundle, of the artifact that it is a layer of, too. */
export const BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
/** What a statement is about that only signs. */
export const SIGN_PREDICATE = "https://sigstore.dev/cosign/sign/v1";

const IN_TOTO = "application/vnd.in-toto+json";
const STATEMENT = /^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/;
const BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v0\.\d+\+json|\+json;version=0\.\d+)$/;

/** Whether a media type is that of a bundle, of any of its versions. */
export function isBundle(mediaType: string | undefined): boolean {
  return mediaType !== undefined && BUNDLE.test(mediaType);
}

/** The tag under which cosign keeps the signatures of a digest. */
export function signatureTag(digest: Digest): string {
  return `${digest.replace(":", "-")}.sig`;
}

/** What a signature says: bytes that are signed, and what they claim. */
export interface SignedClaim {
  /** What is signed. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The signatures of it. */
  readonly signatures: readonly Uint8Array<ArrayBuffer>[];
  /**
   * What is wrong with the claim, if it is not one about the image; looked at when a signature is
   * good.
   */
  readonly wrong: string | undefined;
  /** What else it says. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** The payload that says that a digest is signed. @param name The repository. */
export function makePayload(
  name: string,
  digest: Digest,
  annotations: Readonly<Record<string, string>> | undefined,
): Uint8Array<ArrayBuffer> {
  const payload = {
    critical: {
      identity: { "docker-reference": name },
      image: { "docker-manifest-digest": digest },
      type: "cosign container image signature",
    },
    optional: annotations && Object.keys(annotations).length > 0 ? annotations : null,
  };
  return new TextEncoder().encode(JSON.stringify(payload));
}

/** Reads a payload and the signature beside it. */
export function readPayload(
  data: Uint8Array<ArrayBuffer>,
  signature: string,
  digest: Digest,
): SignedClaim {
  const bytes = fromBase64(signature);
  const { critical, optional } = object(parse(data));
  const { "docker-manifest-digest": claimed } = object(object(critical)["image"]);
  return {
    data,
    signatures: bytes ? [bytes] : [],
    wrong: claimed === digest ? undefined : `it is one of ${JSON.stringify(claimed ?? null)}`,
    annotations: strings(optional),
  };
}

/** A statement about a digest, as the envelope of a bundle signs it. */
export function makeStatement(
  digest: Digest,
  annotations: Readonly<Record<string, string>> | undefined,
): Uint8Array<ArrayBuffer> {
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{
      digest: { sha256: digestHex(digest) },
      ...(annotations && Object.keys(annotations).length > 0 ? { annotations } : {}),
    }],
    predicateType: SIGN_PREDICATE,
    predicate: {},
  };
  return new TextEncoder().encode(JSON.stringify(statement));
}

/** What is signed of an envelope's payload (DSSE's pre-authentication encoding). */
export function envelopeData(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(
    `DSSEv1 ${IN_TOTO.length} ${IN_TOTO} ${payload.length} `,
  );
  const data = new Uint8Array(head.length + payload.length);
  data.set(head);
  data.set(payload, head.length);
  return data;
}

/** A bundle with a signed statement. @param hint Names the key. */
export function makeBundle(
  statement: Uint8Array,
  signature: Uint8Array,
  hint: string,
): Uint8Array<ArrayBuffer> {
  const bundle = {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { publicKey: { hint } },
    dsseEnvelope: {
      payload: statement.toBase64(),
      payloadType: IN_TOTO,
      signatures: [{ sig: signature.toBase64() }],
    },
  };
  return new TextEncoder().encode(JSON.stringify(bundle));
}

/**
 * Reads a bundle: a signed statement, or a signature of the manifest itself.
 *
 * @param manifest Fetches the manifest, where that is what is signed.
 * @returns `undefined` when there is neither in it.
 */
export async function readBundle(
  bytes: Uint8Array,
  { digest }: Pick<Descriptor, "digest">,
  manifest: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<SignedClaim | undefined> {
  const { dsseEnvelope, messageSignature } = object(parse(bytes));
  if (dsseEnvelope !== undefined) return readEnvelope(object(dsseEnvelope), digest);
  if (messageSignature === undefined) return undefined;
  const { signature } = object(messageSignature);
  const decoded = fromBase64(signature);
  // The manifest is what has that digest, so that there is nothing else to claim.
  return {
    data: await manifest(),
    signatures: decoded ? [decoded] : [],
    wrong: undefined,
    annotations: {},
  };
}

function readEnvelope(
  { payload, payloadType, signatures }: Record<string, unknown>,
  digest: Digest,
): SignedClaim | undefined {
  const bytes = fromBase64(payload);
  if (!bytes || payloadType !== IN_TOTO || !Array.isArray(signatures)) return undefined;
  const statement = object(parse(bytes));
  const subjects = (Array.isArray(statement["subject"]) ? statement["subject"] : []).map(object);
  const mine = subjects.find((one) => object(one["digest"])["sha256"] === digestHex(digest));
  const type = statement["predicateType"];
  const wrong = !STATEMENT.test(String(statement["_type"]))
    ? "it is no in-toto statement"
    : !mine
    ? "it is about another digest"
    : type !== SIGN_PREDICATE
    ? `it is no signature of the image, but says ${JSON.stringify(type ?? null)} of it`
    : undefined;
  return {
    data: envelopeData(bytes),
    signatures: signatures.flatMap((one) => fromBase64(object(one)["sig"]) ?? []),
    wrong,
    annotations: strings(mine?.["annotations"]),
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}

function strings(value: unknown): Record<string, string> {
  const entries = Object.entries(object(value));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function fromBase64(text: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}
