/**
 * Trust in images: policies that are asked before anything is fetched, signatures by keys as cosign
 * makes and checks them. No daemon is involved, nor a transparency log.
 *
 * @example
 * ```ts
 * import { connect } from "@davit/sdk";
 * import { requireSignature } from "@davit/sdk/trust";
 *
 * await using davit = await connect();
 * const verify = requireSignature({ keys: await Deno.readTextFile("cosign.pub") });
 * await davit.namespace("ci").images.pull("registry.example.com/app:1", { verify });
 * ```
 *
 * @module
 */
export type { ImageCandidate, VerifyPolicy } from "./policy.ts";
export { generateKeyPair, type KeyPair } from "./private_key.ts";
export { type ImageSignature, signImage, type SignOptions } from "./sign.ts";
export { requireSignature, type SignatureRequirements } from "./verify.ts";
export { verifyImage } from "./verify_image.ts";
