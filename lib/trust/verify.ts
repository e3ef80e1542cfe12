/**
 * Checks signatures by keys.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";
import { VerificationError } from "../errors/image_errors.ts";
import type { SignedClaim } from "./formats.ts";
import { findSignatures } from "./find.ts";
import type { ImageCandidate, VerifyPolicy } from "./policy.ts";
import { PublicKey } from "./public_key.ts";

/** What {@linkcode requireSignature} wants to see. */
export interface SignatureRequirements {
  /** Public keys as PEM, such as the text of a `cosign.pub`: one of them must have signed. */
  keys: string | readonly string[];
  /** What the signature must say besides, as `cosign sign -a` has it written. */
  annotations?: Readonly<Record<string, string>>;
}

/**
 * A policy that wants a signature by a key, as cosign and {@linkcode signImage} make them: under
 * cosign's tag, as an artifact that refers to the image, or in a sigstore bundle. Nothing but the
 * registry is asked: no transparency log, no certificate authority.
 *
 * The signature must be one of the index or manifest that the reference stands for.
 *
 * @throws {InvalidArgumentError} When a key is malformed or weak; when the policy is asked.
 *
 * @example
 * ```ts
 * import { connect } from "@davit/sdk";
 * import { requireSignature } from "@davit/sdk/trust";
 *
 * await using davit = await connect();
 * const key = await Deno.readTextFile("cosign.pub");
 * await davit.namespace("ci").images.pull("registry.example.com/app:1", {
 *   verify: requireSignature({ keys: key }),
 * });
 * ```
 */
export function requireSignature(requirements: SignatureRequirements): VerifyPolicy {
  const texts = typeof requirements.keys === "string" ? [requirements.keys] : requirements.keys;
  if (texts.length === 0) {
    throw new InvalidArgumentError('Cannot require a signature: "keys" is empty; give one');
  }
  let parsed: Promise<PublicKey[]> | undefined;
  return async (image) => {
    parsed ??= Promise.all(texts.map((pem) => PublicKey.parse(pem)));
    await verify(image, await parsed, requirements.annotations ?? {});
  };
}

async function verify(
  image: ImageCandidate,
  keys: readonly PublicKey[],
  annotations: Readonly<Record<string, string>>,
): Promise<void> {
  const reasons: string[] = [];
  for await (const { where, claim } of findSignatures(image)) {
    const wrong = typeof claim === "string" ? claim : await judge(claim, keys, annotations);
    if (wrong === undefined) return;
    reasons.push(`${where}: ${wrong}`);
  }
  const reference = image.reference.toString();
  const { digest } = image.descriptor;
  const why = reasons.length === 0
    ? "it has no signature; have it signed, or pull what is"
    : `none of its ${reasons.length} signatures is good: ${reasons.join("; ")}`;
  throw new VerificationError(`Cannot trust "${reference}" (${digest}): ${why}`, {
    reference,
    digest,
    reasons,
  });
}

/** @returns What is wrong with a signature; `undefined` when it is good. */
async function judge(
  { data, signatures, wrong, annotations: said }: SignedClaim,
  keys: readonly PublicKey[],
  annotations: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  let signed = false;
  for (const signature of signatures) {
    for (const key of keys) signed ||= await key.verifies(signature, data);
  }
  if (!signed) return "it is by another key, or broken";
  if (wrong !== undefined) return wrong;
  for (const [name, value] of Object.entries(annotations)) {
    if (!Object.hasOwn(said, name)) return `it says nothing of "${name}"`;
    if (said[name] !== value) return `it says "${name}" is ${JSON.stringify(said[name])}`;
  }
  return undefined;
}
