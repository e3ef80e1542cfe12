/**
 * Checks images of registries.
 *
 * @module
 */
import type { Descriptor } from "../oci/descriptor.ts";
import { parseReference, Reference } from "../oci/reference.ts";
import type { Registry } from "../registry/registry.ts";
import { checkPolicy, type VerifyPolicy } from "./policy.ts";

/**
 * Resolves a reference, and asks a policy about what it stands for.
 *
 * @returns What it stands for: pull this digest, and no other.
 * @throws {VerificationError} When the policy refuses it.
 *
 * @example
 * ```ts
 * import { Registry } from "@davit/sdk/registry";
 * import { requireSignature, verifyImage } from "@davit/sdk/trust";
 *
 * await using registry = new Registry();
 * const keys = await Deno.readTextFile("cosign.pub");
 * const { digest } = await verifyImage(registry, "ghcr.io/me/app:1", requireSignature({ keys }));
 * console.log(digest);
 * ```
 */
export async function verifyImage(
  registry: Registry,
  reference: string | Reference,
  policy: VerifyPolicy,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Descriptor> {
  const { signal } = options;
  const parsed = reference instanceof Reference ? reference : parseReference(reference);
  const { descriptor } = await registry.resolve(parsed, { signal });
  await checkPolicy(policy, { reference: parsed, descriptor, registry, signal });
  return descriptor;
}
