/**
 * Trust in images that are in the store.
 *
 * @module
 */
import { FailedPreconditionError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseReference, Reference, tryParseReference } from "../../oci/reference.ts";
import type { Registry, RegistryOptions } from "../../registry/registry.ts";
import { usingRegistry } from "../../registry/using.ts";
import { checkPolicy, type VerifyPolicy } from "../../trust/policy.ts";
import { type ImageSignature, signImage, type SignOptions } from "../../trust/sign.ts";

/** Where signatures of an image are. */
export interface TrustOptions {
  /** The repository; the image's name by default. Its tag does not count: the digest does. */
  from?: string | Reference;
  /** How to find the registry and prove who asks; or a client for it. */
  registry?: RegistryOptions | Registry;
  /** Ends it. */
  signal?: AbortSignal;
}

/** An image's name and target. */
interface StoredImage {
  readonly name: string;
  readonly target: Descriptor;
}

/** Asks a policy about an image. */
export async function verifyStored(
  image: StoredImage,
  policy: VerifyPolicy,
  options: TrustOptions,
): Promise<void> {
  const reference = referenceOf(image, "verify", options);
  const { signal } = options;
  await usingRegistry(options.registry, async (registry) => {
    await checkPolicy(policy, { reference, descriptor: image.target, registry, signal });
  });
}

/** Signs an image in its registry. */
export async function signStored(
  image: StoredImage,
  options: SignOptions & TrustOptions,
): Promise<ImageSignature> {
  const reference = referenceOf(image, "sign", options);
  return await usingRegistry(
    options.registry,
    (registry) => signImage(registry, reference, options),
  );
}

function referenceOf(
  { name, target }: StoredImage,
  verb: string,
  options: TrustOptions,
): Reference {
  const { from = name } = options;
  const reference = from instanceof Reference ? from : tryParseReference(from);
  if (reference) return reference.withDigest(target.digest);
  // What the caller gave is malformed.
  if (typeof options.from === "string") parseReference(options.from);
  throw new FailedPreconditionError(
    `Cannot ${verb} image "${name}": its name says of no registry; say where it is with the option ` +
      "from",
  );
}
