// Generated from proto/containerd/types/runtime.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Any } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/types/runtime.proto.
 */
export const file_containerd_types_runtime: GenFile = /*@__PURE__*/
  fileDesc("Ch5jb250YWluZXJkL3R5cGVzL3J1bnRpbWUucHJvdG8SEGNvbnRhaW5lcmQudHlwZXMiTQoOUnVudGltZVJlcXVlc3QSFAoMcnVudGltZV9wYXRoGAEgASgJEiUKB29wdGlvbnMYAiABKAsyFC5nb29nbGUucHJvdG9idWYuQW55IjMKDlJ1bnRpbWVWZXJzaW9uEg8KB3ZlcnNpb24YASABKAkSEAoIcmV2aXNpb24YAiABKAkilgIKC1J1bnRpbWVJbmZvEgwKBG5hbWUYASABKAkSMQoHdmVyc2lvbhgCIAEoCzIgLmNvbnRhaW5lcmQudHlwZXMuUnVudGltZVZlcnNpb24SJQoHb3B0aW9ucxgDIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnkSJgoIZmVhdHVyZXMYBCABKAsyFC5nb29nbGUucHJvdG9idWYuQW55EkMKC2Fubm90YXRpb25zGAUgAygLMi4uY29udGFpbmVyZC50eXBlcy5SdW50aW1lSW5mby5Bbm5vdGF0aW9uc0VudHJ5GjIKEEFubm90YXRpb25zRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4AWIGcHJvdG8z", [file_google_protobuf_any]);

/**
 * Asks a runtime for its features: goes as options into Introspection.PluginInfo for the plugin
 * io.containerd.runtime.v2 "task". Since 2.0.0.
 */
export type RuntimeRequest = Message<"containerd.types.RuntimeRequest"> & {
  /**
   * Runtime name such as io.containerd.runc.v2, or path of a shim binary.
   */
  runtimePath: string;

  /**
   * The same options that a task would be created with, to find the right runc.
   */
  options?: Any | undefined;
};

/**
 * Describes the message containerd.types.RuntimeRequest.
 * Use `create(RuntimeRequestSchema)` to create a new message.
 */
export const RuntimeRequestSchema: GenMessage<RuntimeRequest> = /*@__PURE__*/
  messageDesc(file_containerd_types_runtime, 0);

/**
 * Version of a shim or of the runtime below it. Since 2.0.0.
 */
export type RuntimeVersion = Message<"containerd.types.RuntimeVersion"> & {
  /**
   * Version number.
   */
  version: string;

  /**
   * Revision of the source that it was built from.
   */
  revision: string;
};

/**
 * Describes the message containerd.types.RuntimeVersion.
 * Use `create(RuntimeVersionSchema)` to create a new message.
 */
export const RuntimeVersionSchema: GenMessage<RuntimeVersion> = /*@__PURE__*/
  messageDesc(file_containerd_types_runtime, 1);

/**
 * What a runtime says of itself; `extra` of the answer to a RuntimeRequest. Since 2.0.0.
 */
export type RuntimeInfo = Message<"containerd.types.RuntimeInfo"> & {
  /**
   * Name of the runtime.
   */
  name: string;

  /**
   * Version of the shim.
   */
  version?: RuntimeVersion | undefined;

  /**
   * The options that were asked with.
   */
  options?: Any | undefined;

  /**
   * For OCI runtimes the JSON of the runtime specification's features document.
   */
  features?: Any | undefined;

  /**
   * Annotations of the shim itself, not those in `features`.
   */
  annotations: { [key: string]: string };
};

/**
 * Describes the message containerd.types.RuntimeInfo.
 * Use `create(RuntimeInfoSchema)` to create a new message.
 */
export const RuntimeInfoSchema: GenMessage<RuntimeInfo> = /*@__PURE__*/
  messageDesc(file_containerd_types_runtime, 2);

