// Generated from proto/containerd/types/sandbox.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/types/sandbox.proto.
 */
export const file_containerd_types_sandbox: GenFile = /*@__PURE__*/
  fileDesc("Ch5jb250YWluZXJkL3R5cGVzL3NhbmRib3gucHJvdG8SEGNvbnRhaW5lcmQudHlwZXMilgQKB1NhbmRib3gSEgoKc2FuZGJveF9pZBgBIAEoCRIyCgdydW50aW1lGAIgASgLMiEuY29udGFpbmVyZC50eXBlcy5TYW5kYm94LlJ1bnRpbWUSIgoEc3BlYxgDIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnkSNQoGbGFiZWxzGAQgAygLMiUuY29udGFpbmVyZC50eXBlcy5TYW5kYm94LkxhYmVsc0VudHJ5Ei4KCmNyZWF0ZWRfYXQYBSABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wEi4KCnVwZGF0ZWRfYXQYBiABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wEj0KCmV4dGVuc2lvbnMYByADKAsyKS5jb250YWluZXJkLnR5cGVzLlNhbmRib3guRXh0ZW5zaW9uc0VudHJ5EhEKCXNhbmRib3hlchgKIAEoCRo+CgdSdW50aW1lEgwKBG5hbWUYASABKAkSJQoHb3B0aW9ucxgCIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnkaLQoLTGFiZWxzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ARpHCg9FeHRlbnNpb25zRW50cnkSCwoDa2V5GAEgASgJEiMKBXZhbHVlGAIgASgLMhQuZ29vZ2xlLnByb3RvYnVmLkFueToCOAFiBnByb3RvMw", [file_google_protobuf_any, file_google_protobuf_timestamp]);

/**
 * Stored description of a sandbox: a pod or a virtual machine that containers share. Since 1.7.0.
 */
export type Sandbox = Message<"containerd.types.Sandbox"> & {
  /**
   * Unique in the namespace.
   */
  sandboxId: string;

  /**
   * Shim that runs the sandbox.
   */
  runtime?: Sandbox_Runtime | undefined;

  /**
   * Configuration, kin to an OCI runtime spec; written to config.json in the bundle.
   */
  spec?: Any | undefined;

  /**
   * User data, and the labels that garbage collection looks at.
   */
  labels: { [key: string]: string };

  /**
   * Set by the daemon.
   */
  createdAt?: Timestamp | undefined;

  /**
   * Set by the daemon at each change.
   */
  updatedAt?: Timestamp | undefined;

  /**
   * Data of clients and runtimes by name.
   */
  extensions: { [key: string]: Any };

  /**
   * Controller that manages the sandbox: podsandbox, shim, ... Since 2.0.0.
   */
  sandboxer: string;
};

/**
 * Describes the message containerd.types.Sandbox.
 * Use `create(SandboxSchema)` to create a new message.
 */
export const SandboxSchema: GenMessage<Sandbox> = /*@__PURE__*/
  messageDesc(file_containerd_types_sandbox, 0);

/**
 * Shim that runs the sandbox.
 */
export type Sandbox_Runtime = Message<"containerd.types.Sandbox.Runtime"> & {
  /**
   * Name of the runtime, such as io.containerd.runc.v2.
   */
  name: string;

  /**
   * Options that the shim gets; their type is the shim's own.
   */
  options?: Any | undefined;
};

/**
 * Describes the message containerd.types.Sandbox.Runtime.
 * Use `create(Sandbox_RuntimeSchema)` to create a new message.
 */
export const Sandbox_RuntimeSchema: GenMessage<Sandbox_Runtime> = /*@__PURE__*/
  messageDesc(file_containerd_types_sandbox, 0, 0);

