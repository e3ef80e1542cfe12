// Generated from proto/containerd/transfer/registry.proto by `deno task gen`; do not edit.

import type { GenEnum, GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { enumDesc, messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/transfer/registry.proto.
 */
export const file_containerd_transfer_registry: GenFile = /*@__PURE__*/
  fileDesc("CiJjb250YWluZXJkL3RyYW5zZmVyL3JlZ2lzdHJ5LnByb3RvEhljb250YWluZXJkLnR5cGVzLnRyYW5zZmVyIl8KC09DSVJlZ2lzdHJ5EhEKCXJlZmVyZW5jZRgBIAEoCRI9CghyZXNvbHZlchgCIAEoCzIrLmNvbnRhaW5lcmQudHlwZXMudHJhbnNmZXIuUmVnaXN0cnlSZXNvbHZlciKbAgoQUmVnaXN0cnlSZXNvbHZlchITCgthdXRoX3N0cmVhbRgBIAEoCRJJCgdoZWFkZXJzGAIgAygLMjguY29udGFpbmVyZC50eXBlcy50cmFuc2Zlci5SZWdpc3RyeVJlc29sdmVyLkhlYWRlcnNFbnRyeRIQCghob3N0X2RpchgDIAEoCRIWCg5kZWZhdWx0X3NjaGVtZRgEIAEoCRI4CgpodHRwX2RlYnVnGAUgASgOMiQuY29udGFpbmVyZC50eXBlcy50cmFuc2Zlci5IVFRQRGVidWcSEwoLbG9nc19zdHJlYW0YBiABKAkaLgoMSGVhZGVyc0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoCToCOAEiRwoLQXV0aFJlcXVlc3QSDAoEaG9zdBgBIAEoCRIRCglyZWZlcmVuY2UYAiABKAkSFwoPd3d3YXV0aGVudGljYXRlGAMgAygJIpYBCgxBdXRoUmVzcG9uc2USNQoIYXV0aFR5cGUYASABKA4yIy5jb250YWluZXJkLnR5cGVzLnRyYW5zZmVyLkF1dGhUeXBlEg4KBnNlY3JldBgCIAEoCRIQCgh1c2VybmFtZRgDIAEoCRItCglleHBpcmVfYXQYBCABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wKjkKCUhUVFBEZWJ1ZxIMCghESVNBQkxFRBAAEgkKBURFQlVHEAESCQoFVFJBQ0UQAhIICgRCT1RIEAMqPgoIQXV0aFR5cGUSCAoETk9ORRAAEg8KC0NSRURFTlRJQUxTEAESCwoHUkVGUkVTSBACEgoKBkhFQURFUhADYgZwcm90bzM", [file_google_protobuf_timestamp]);

/**
 * An image in a registry as source or destination of a transfer. Since 1.7.0.
 */
export type OCIRegistry = Message<"containerd.types.transfer.OCIRegistry"> & {
  /**
   * Full reference: HOST/REPOSITORY:TAG or HOST/REPOSITORY@DIGEST.
   */
  reference: string;

  /**
   * How to reach the registry.
   */
  resolver?: RegistryResolver | undefined;
};

/**
 * Describes the message containerd.types.transfer.OCIRegistry.
 * Use `create(OCIRegistrySchema)` to create a new message.
 */
export const OCIRegistrySchema: GenMessage<OCIRegistry> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_registry, 0);

/**
 * How the daemon reaches a registry. Since 1.7.0.
 */
export type RegistryResolver = Message<"containerd.types.transfer.RegistryResolver"> & {
  /**
   * Id of a stream that asks for credentials: `AuthRequest` comes, `AuthResponse` goes back.
   */
  authStream: string;

  /**
   * Headers to send with each request.
   */
  headers: { [key: string]: string };

  /**
   * Folder of hosts.toml files on the daemon's host. Since 2.0.0.
   */
  hostDir: string;

  /**
   * http or https, where hosts.toml does not say. Since 2.0.0.
   */
  defaultScheme: string;

  /**
   * What to log. Since 2.1.0.
   */
  httpDebug: HTTPDebug;

  /**
   * Id of a stream that gets the log as `Data`; empty for the daemon's own log. Since 2.1.0.
   */
  logsStream: string;
};

/**
 * Describes the message containerd.types.transfer.RegistryResolver.
 * Use `create(RegistryResolverSchema)` to create a new message.
 */
export const RegistryResolverSchema: GenMessage<RegistryResolver> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_registry, 1);

/**
 * The daemon asks for credentials, on RegistryResolver.auth_stream. Since 1.7.0.
 */
export type AuthRequest = Message<"containerd.types.transfer.AuthRequest"> & {
  /**
   * Host of the registry.
   */
  host: string;

  /**
   * Host and repository that access is needed to.
   */
  reference: string;

  /**
   * Values of the WWW-Authenticate headers that came with the refusal.
   */
  wwwauthenticate: string[];
};

/**
 * Describes the message containerd.types.transfer.AuthRequest.
 * Use `create(AuthRequestSchema)` to create a new message.
 */
export const AuthRequestSchema: GenMessage<AuthRequest> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_registry, 2);

/**
 * Answer to an AuthRequest. Daemons up to 2.4.0-beta.0 act on `username` and `secret` alone. Since 1.7.0.
 */
export type AuthResponse = Message<"containerd.types.transfer.AuthResponse"> & {
  /**
   * What `secret` is.
   */
  authType: AuthType;

  /**
   * Password, token or header value.
   */
  secret: string;

  /**
   * Name of the user.
   */
  username: string;

  /**
   * When the secret stops working.
   */
  expireAt?: Timestamp | undefined;
};

/**
 * Describes the message containerd.types.transfer.AuthResponse.
 * Use `create(AuthResponseSchema)` to create a new message.
 */
export const AuthResponseSchema: GenMessage<AuthResponse> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_registry, 3);

/**
 * What to log of the requests to a registry. Since 2.1.0.
 */
export enum HTTPDebug {
  /**
   * Nothing.
   */
  DISABLED = 0,

  /**
   * Requests and responses.
   */
  DEBUG = 1,

  /**
   * Connection events, with times.
   */
  TRACE = 2,

  /**
   * DEBUG and TRACE.
   */
  BOTH = 3,
}

/**
 * Describes the enum containerd.types.transfer.HTTPDebug.
 */
export const HTTPDebugSchema: GenEnum<HTTPDebug> = /*@__PURE__*/
  enumDesc(file_containerd_transfer_registry, 0);

/**
 * What AuthResponse.secret is. Since 1.7.0.
 */
export enum AuthType {
  /**
   * There are no credentials.
   */
  NONE = 0,

  /**
   * The password of `username`.
   */
  CREDENTIALS = 1,

  /**
   * A refresh token.
   */
  REFRESH = 2,

  /**
   * The value of the Authorization header.
   */
  HEADER = 3,
}

/**
 * Describes the enum containerd.types.transfer.AuthType.
 */
export const AuthTypeSchema: GenEnum<AuthType> = /*@__PURE__*/
  enumDesc(file_containerd_transfer_registry, 1);

