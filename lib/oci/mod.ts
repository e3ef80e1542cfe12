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

// Images.
export * from "./chain_id.ts";
export type { Descriptor } from "./descriptor.ts";
export * from "./digest.ts";
export * from "./gc_labels.ts";
export * from "./image_config.ts";
export * from "./image_to_process.ts";
export * from "./index_doc.ts";
export { type ImageManifest, manifestKind, MAX_MANIFEST_BYTES, parseManifest } from "./manifest.ts";
export * from "./media_types.ts";
export * from "./platform.ts";
export * from "./reference.ts";

// The runtime spec.
export * from "./capabilities.ts";
export * from "./default_spec.ts";
export * from "./runtime_resources.ts";
export * from "./runtime_seccomp.ts";
export * from "./runtime_spec.ts";
export { defaultSeccomp, type SeccompOptions } from "./seccomp_default.ts";
export * from "./seccomp_profile.ts";
export { isSyscall } from "./syscalls.ts";
export * from "./spec_fields.ts";
export * from "./spec_json.ts";
export * from "./spec_lint.ts";
export * from "./spec_linux.ts";
export {
  bindMount,
  type BindOptions,
  tmpfsMount,
  type TmpfsOptions,
  withCgroupMount,
  withMounts,
  withoutMounts,
  withReadonlyRootfs,
  withShmSize,
  withWritable,
} from "./spec_mounts.ts";
export { applySpecOptions, composeSpecOptions, type SpecOption } from "./spec_option.ts";
export {
  type RlimitValue,
  type TerminalSize,
  type UserIds,
  withCwd,
  withEnv,
  withNoNewPrivileges,
  withOomScoreAdj,
  withProcessArgs,
  withRlimit,
  withTty,
  withUser,
} from "./spec_process.ts";
export * from "./spec_resources.ts";
export * from "./spec_security.ts";

// What people type.
export * from "./durations.ts";
export * from "./env.ts";
export * from "./filter.ts";
export * from "./names.ts";
export * from "./quote.ts";
export * from "./signals.ts";
export * from "./sizes.ts";
export * from "./user.ts";
