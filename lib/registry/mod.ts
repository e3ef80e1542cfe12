/**
 * Registries: resolve, fetch, push, list and log in, as the OCI distribution spec has it. No daemon
 * is involved.
 *
 * @example
 * ```ts
 * import { Registry } from "@davit/sdk/registry";
 *
 * await using registry = new Registry();
 * const { descriptor, host } = await registry.resolve("localhost:5000/app:1");
 * console.log(descriptor.digest, host);
 * ```
 *
 * @module
 */
export type { BlobSourceInit } from "./blob_source.ts";
export type { RegistryIndexMember, RegistryIndexOptions } from "./copy.ts";
export type {
  Credential,
  CredentialPlan,
  CredentialSource,
  IdentityTokenCredential,
  PasswordCredential,
  RegistryTokenCredential,
} from "./credentials.ts";
export type { HostExplanation, ResolveExplanation } from "./explain.ts";
export type { BlobTarget, FetchBlobOptions, FetchedBlob } from "./fetch_blob.ts";
export {
  type ClientPair,
  formatHostsToml,
  type HostCapability,
  type HostEntry,
  type HostSettings,
  type HostsFile,
  parseHostsToml,
} from "./hosts_file.ts";
export type { RetryPolicy, Timeouts } from "./http.ts";
export type { ReferrersOptions } from "./lists.ts";
export type { LoginCredential, LoginResult } from "./login.ts";
export type { PushedManifest } from "./push_manifest.ts";
export {
  type PingResult,
  Registry,
  type RegistryCallOptions,
  type RegistryOptions,
} from "./registry.ts";
export type { FetchedManifest, ResolvedReference } from "./resolve.ts";
export { TransportError, type TransportFailure } from "./transport_error.ts";
export type { PushBlobOptions, PushedBlob, PushTarget } from "./upload_blob.ts";
