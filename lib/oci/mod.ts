/**
 * OCI as plain data and functions, without any I/O: references, digests, platforms, manifests and
 * configurations of images, the runtime spec and its options.
 *
 * @example
 * ```ts
 * import { choosePlatform, parseIndex, parsePlatform, parseReference } from "@davit/sdk/oci";
 *
 * console.log(parseReference("alpine").toString()); // docker.io/library/alpine:latest
 *
 * const index = parseIndex('{"schemaVersion":2,"manifests":[]}');
 * choosePlatform(index.manifests, parsePlatform("linux/arm64"));
 * ```
 *
 * @module
 */

export * from "./capabilities.ts";
export * from "./chain_id.ts";
export * from "./default_spec.ts";
export type { Descriptor } from "./descriptor.ts";
export * from "./digest.ts";
export * from "./image_config.ts";
export * from "./index_doc.ts";
export { type ImageManifest, manifestKind, MAX_MANIFEST_BYTES, parseManifest } from "./manifest.ts";
export * from "./media_types.ts";
export * from "./names.ts";
export * from "./platform.ts";
export * from "./reference.ts";
export * from "./runtime_resources.ts";
export * from "./runtime_seccomp.ts";
export * from "./runtime_spec.ts";
