// Generated from proto/containerd/services/introspection.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Platform } from "../types/platform_pb.ts";
import { file_containerd_types_platform } from "../types/platform_pb.ts";
import type { Any, EmptySchema, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Status } from "../../google/rpc/status_pb.ts";
import { file_google_rpc_status } from "../../google/rpc/status_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/introspection.proto.
 */
export const file_containerd_services_introspection: GenFile = /*@__PURE__*/
  fileDesc("Cidjb250YWluZXJkL3NlcnZpY2VzL2ludHJvc3BlY3Rpb24ucHJvdG8SJGNvbnRhaW5lcmQuc2VydmljZXMuaW50cm9zcGVjdGlvbi52MSKbAgoGUGx1Z2luEgwKBHR5cGUYASABKAkSCgoCaWQYAiABKAkSEAoIcmVxdWlyZXMYAyADKAkSLQoJcGxhdGZvcm1zGAQgAygLMhouY29udGFpbmVyZC50eXBlcy5QbGF0Zm9ybRJKCgdleHBvcnRzGAUgAygLMjkuY29udGFpbmVyZC5zZXJ2aWNlcy5pbnRyb3NwZWN0aW9uLnYxLlBsdWdpbi5FeHBvcnRzRW50cnkSFAoMY2FwYWJpbGl0aWVzGAYgAygJEiQKCGluaXRfZXJyGAcgASgLMhIuZ29vZ2xlLnJwYy5TdGF0dXMaLgoMRXhwb3J0c0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoCToCOAEiIQoOUGx1Z2luc1JlcXVlc3QSDwoHZmlsdGVycxgBIAMoCSJQCg9QbHVnaW5zUmVzcG9uc2USPQoHcGx1Z2lucxgBIAMoCzIsLmNvbnRhaW5lcmQuc2VydmljZXMuaW50cm9zcGVjdGlvbi52MS5QbHVnaW4iigEKDlNlcnZlclJlc3BvbnNlEgwKBHV1aWQYASABKAkSCwoDcGlkGAIgASgEEg0KBXBpZG5zGAMgASgEEk4KDGRlcHJlY2F0aW9ucxgEIAMoCzI4LmNvbnRhaW5lcmQuc2VydmljZXMuaW50cm9zcGVjdGlvbi52MS5EZXByZWNhdGlvbldhcm5pbmciZgoSRGVwcmVjYXRpb25XYXJuaW5nEgoKAmlkGAEgASgJEg8KB21lc3NhZ2UYAiABKAkSMwoPbGFzdF9vY2N1cnJlbmNlGAMgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVzdGFtcCJUChFQbHVnaW5JbmZvUmVxdWVzdBIMCgR0eXBlGAEgASgJEgoKAmlkGAIgASgJEiUKB29wdGlvbnMYAyABKAsyFC5nb29nbGUucHJvdG9idWYuQW55IncKElBsdWdpbkluZm9SZXNwb25zZRI8CgZwbHVnaW4YASABKAsyLC5jb250YWluZXJkLnNlcnZpY2VzLmludHJvc3BlY3Rpb24udjEuUGx1Z2luEiMKBWV4dHJhGAIgASgLMhQuZ29vZ2xlLnByb3RvYnVmLkFueTLgAgoNSW50cm9zcGVjdGlvbhJ2CgdQbHVnaW5zEjQuY29udGFpbmVyZC5zZXJ2aWNlcy5pbnRyb3NwZWN0aW9uLnYxLlBsdWdpbnNSZXF1ZXN0GjUuY29udGFpbmVyZC5zZXJ2aWNlcy5pbnRyb3NwZWN0aW9uLnYxLlBsdWdpbnNSZXNwb25zZRJWCgZTZXJ2ZXISFi5nb29nbGUucHJvdG9idWYuRW1wdHkaNC5jb250YWluZXJkLnNlcnZpY2VzLmludHJvc3BlY3Rpb24udjEuU2VydmVyUmVzcG9uc2USfwoKUGx1Z2luSW5mbxI3LmNvbnRhaW5lcmQuc2VydmljZXMuaW50cm9zcGVjdGlvbi52MS5QbHVnaW5JbmZvUmVxdWVzdBo4LmNvbnRhaW5lcmQuc2VydmljZXMuaW50cm9zcGVjdGlvbi52MS5QbHVnaW5JbmZvUmVzcG9uc2ViBnByb3RvMw", [file_containerd_types_platform, file_google_protobuf_any, file_google_protobuf_empty, file_google_protobuf_timestamp, file_google_rpc_status]);

/**
 * A part of the daemon.
 */
export type Plugin = Message<"containerd.services.introspection.v1.Plugin"> & {
  /**
   * Kind, such as io.containerd.snapshotter.v1.
   */
  type: string;

  /**
   * Name, unique in its kind, such as overlayfs.
   */
  id: string;

  /**
   * Kinds of plugins that it builds on.
   */
  requires: string[];

  /**
   * Platforms that it works for, best first; empty for all.
   */
  platforms: Platform[];

  /**
   * What it wants known, such as the path of its root folder.
   */
  exports: { [key: string]: string };

  /**
   * Features, such as remap-ids or rebase of a snapshotter.
   */
  capabilities: string[];

  /**
   * Why it did not start; a plugin with this set cannot be used.
   */
  initErr?: Status | undefined;
};

/**
 * Describes the message containerd.services.introspection.v1.Plugin.
 * Use `create(PluginSchema)` to create a new message.
 */
export const PluginSchema: GenMessage<Plugin> = /*@__PURE__*/
  messageDesc(file_containerd_services_introspection, 0);

/**
 * Chooses plugins.
 */
export type PluginsRequest = Message<"containerd.services.introspection.v1.PluginsRequest"> & {
  /**
   * A plugin is chosen when any filter matches; none chooses all.
   * Fields: type, id, platforms, capabilities.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.introspection.v1.PluginsRequest.
 * Use `create(PluginsRequestSchema)` to create a new message.
 */
export const PluginsRequestSchema: GenMessage<PluginsRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_introspection, 1);

/**
 * The chosen plugins.
 */
export type PluginsResponse = Message<"containerd.services.introspection.v1.PluginsResponse"> & {
  /**
   * The chosen plugins.
   */
  plugins: Plugin[];
};

/**
 * Describes the message containerd.services.introspection.v1.PluginsResponse.
 * Use `create(PluginsResponseSchema)` to create a new message.
 */
export const PluginsResponseSchema: GenMessage<PluginsResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_introspection, 2);

/**
 * The daemon.
 */
export type ServerResponse = Message<"containerd.services.introspection.v1.ServerResponse"> & {
  /**
   * Made up at first start and kept in the root folder.
   */
  uuid: string;

  /**
   * Process id, in its own PID namespace. Since 1.6.25.
   */
  pid: bigint;

  /**
   * Inode number of its PID namespace. Since 1.6.25.
   */
  pidns: bigint;

  /**
   * Old things that clients or the configuration use. Since 1.6.25.
   */
  deprecations: DeprecationWarning[];
};

/**
 * Describes the message containerd.services.introspection.v1.ServerResponse.
 * Use `create(ServerResponseSchema)` to create a new message.
 */
export const ServerResponseSchema: GenMessage<ServerResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_introspection, 3);

/**
 * Something in use that a later version will not have. Since 1.6.25.
 */
export type DeprecationWarning = Message<"containerd.services.introspection.v1.DeprecationWarning"> & {
  /**
   * Short name.
   */
  id: string;

  /**
   * What it is and what to use in its place.
   */
  message: string;

  /**
   * When it was last used.
   */
  lastOccurrence?: Timestamp | undefined;
};

/**
 * Describes the message containerd.services.introspection.v1.DeprecationWarning.
 * Use `create(DeprecationWarningSchema)` to create a new message.
 */
export const DeprecationWarningSchema: GenMessage<DeprecationWarning> = /*@__PURE__*/
  messageDesc(file_containerd_services_introspection, 4);

/**
 * The plugin to ask. Since 2.0.0.
 */
export type PluginInfoRequest = Message<"containerd.services.introspection.v1.PluginInfoRequest"> & {
  /**
   * Kind of the plugin.
   */
  type: string;

  /**
   * Name of the plugin.
   */
  id: string;

  /**
   * The question, in the plugin's own type; containerd.types.RuntimeRequest for runtimes.
   */
  options?: Any | undefined;
};

/**
 * Describes the message containerd.services.introspection.v1.PluginInfoRequest.
 * Use `create(PluginInfoRequestSchema)` to create a new message.
 */
export const PluginInfoRequestSchema: GenMessage<PluginInfoRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_introspection, 5);

/**
 * What the plugin says. Since 2.0.0.
 */
export type PluginInfoResponse = Message<"containerd.services.introspection.v1.PluginInfoResponse"> & {
  /**
   * The plugin.
   */
  plugin?: Plugin | undefined;

  /**
   * The answer, in the plugin's own type; containerd.types.RuntimeInfo for runtimes.
   */
  extra?: Any | undefined;
};

/**
 * Describes the message containerd.services.introspection.v1.PluginInfoResponse.
 * Use `create(PluginInfoResponseSchema)` to create a new message.
 */
export const PluginInfoResponseSchema: GenMessage<PluginInfoResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_introspection, 6);

/**
 * What the daemon is and can do.
 */
export const Introspection: GenService<{
  /**
   * Lists plugins: snapshotters, services, runtimes, ...
   */
  plugins: {
    methodKind: "unary";
    input: typeof PluginsRequestSchema;
    output: typeof PluginsResponseSchema;
  },
  /**
   * Describes the daemon; needs no namespace. Since 1.3.0.
   */
  server: {
    methodKind: "unary";
    input: typeof EmptySchema;
    output: typeof ServerResponseSchema;
  },
  /**
   * Asks one plugin about itself, such as the features of a runtime. Since 2.0.0.
   */
  pluginInfo: {
    methodKind: "unary";
    input: typeof PluginInfoRequestSchema;
    output: typeof PluginInfoResponseSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_introspection, 0);

