/**
 * Policies: functions that look at an image before anything of it is fetched or unpacked.
 *
 * @module
 */
import { DavitError } from "../errors/errors.ts";
import { VerificationError } from "../errors/image_errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Reference } from "../oci/reference.ts";
import type { Registry } from "../registry/registry.ts";

/** An image that is to be trusted, or not. */
export interface ImageCandidate {
  /** What was asked for. */
  readonly reference: Reference;
  /** The index or manifest that it stands for: this very one is pulled, if it is trusted. */
  readonly descriptor: Descriptor;
  /** A client for its registry, for all that is to be looked up there. */
  readonly registry: Registry;
  /** Ends the check. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Decides whether an image is trusted: by returning, or `true`; not by `false`, or by throwing,
 * whose message is told then.
 */
export type VerifyPolicy = (image: ImageCandidate) => void | boolean | Promise<void | boolean>;

/**
 * Asks a policy.
 *
 * @throws {VerificationError} When it refuses the image; what it threw is the `cause`. Errors of
 * Davit's, such as of a registry that is away, come as they are.
 */
export async function checkPolicy(policy: VerifyPolicy, image: ImageCandidate): Promise<void> {
  const { descriptor: { digest } } = image;
  const reference = image.reference.toString();
  let answer: void | boolean;
  try {
    answer = await policy(image);
  } catch (error) {
    if (error instanceof DavitError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new VerificationError(
      `Cannot trust "${reference}" (${digest}): the policy refused it: ${why}`,
      { reference, digest, reasons: [why] },
      { cause: error },
    );
  }
  if (answer !== false) return;
  throw new VerificationError(
    `Cannot trust "${reference}" (${digest}): the policy refused it`,
    { reference, digest, reasons: [] },
  );
}
