// Generated from proto/containerd/services/mounts.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { ActivationInfo, Mount } from "../types/mount_pb.ts";
import { file_containerd_types_mount } from "../types/mount_pb.ts";
import type { EmptySchema, FieldMask } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import { file_google_protobuf_field_mask } from "../../google/protobuf/field_mask_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/mounts.proto.
 */
export const file_containerd_services_mounts: GenFile = /*@__PURE__*/
  fileDesc("CiBjb250YWluZXJkL3NlcnZpY2VzL21vdW50cy5wcm90bxIdY29udGFpbmVyZC5zZXJ2aWNlcy5tb3VudHMudjEi1gEKD0FjdGl2YXRlUmVxdWVzdBIMCgRuYW1lGAEgASgJEicKBm1vdW50cxgCIAMoCzIXLmNvbnRhaW5lcmQudHlwZXMuTW91bnQSSgoGbGFiZWxzGAMgAygLMjouY29udGFpbmVyZC5zZXJ2aWNlcy5tb3VudHMudjEuQWN0aXZhdGVSZXF1ZXN0LkxhYmVsc0VudHJ5EhEKCXRlbXBvcmFyeRgEIAEoCBotCgtMYWJlbHNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAk6AjgBIkIKEEFjdGl2YXRlUmVzcG9uc2USLgoEaW5mbxgBIAEoCzIgLmNvbnRhaW5lcmQudHlwZXMuQWN0aXZhdGlvbkluZm8iIQoRRGVhY3RpdmF0ZVJlcXVlc3QSDAoEbmFtZRgBIAEoCSIbCgtJbmZvUmVxdWVzdBIMCgRuYW1lGAEgASgJIj4KDEluZm9SZXNwb25zZRIuCgRpbmZvGAEgASgLMiAuY29udGFpbmVyZC50eXBlcy5BY3RpdmF0aW9uSW5mbyJwCg1VcGRhdGVSZXF1ZXN0Ei4KBGluZm8YASABKAsyIC5jb250YWluZXJkLnR5cGVzLkFjdGl2YXRpb25JbmZvEi8KC3VwZGF0ZV9tYXNrGAIgASgLMhouZ29vZ2xlLnByb3RvYnVmLkZpZWxkTWFzayJACg5VcGRhdGVSZXNwb25zZRIuCgRpbmZvGAEgASgLMiAuY29udGFpbmVyZC50eXBlcy5BY3RpdmF0aW9uSW5mbyIeCgtMaXN0UmVxdWVzdBIPCgdmaWx0ZXJzGAEgAygJIj0KC0xpc3RNZXNzYWdlEi4KBGluZm8YASABKAsyIC5jb250YWluZXJkLnR5cGVzLkFjdGl2YXRpb25JbmZvMvcDCgZNb3VudHMSawoIQWN0aXZhdGUSLi5jb250YWluZXJkLnNlcnZpY2VzLm1vdW50cy52MS5BY3RpdmF0ZVJlcXVlc3QaLy5jb250YWluZXJkLnNlcnZpY2VzLm1vdW50cy52MS5BY3RpdmF0ZVJlc3BvbnNlElYKCkRlYWN0aXZhdGUSMC5jb250YWluZXJkLnNlcnZpY2VzLm1vdW50cy52MS5EZWFjdGl2YXRlUmVxdWVzdBoWLmdvb2dsZS5wcm90b2J1Zi5FbXB0eRJfCgRJbmZvEiouY29udGFpbmVyZC5zZXJ2aWNlcy5tb3VudHMudjEuSW5mb1JlcXVlc3QaKy5jb250YWluZXJkLnNlcnZpY2VzLm1vdW50cy52MS5JbmZvUmVzcG9uc2USZQoGVXBkYXRlEiwuY29udGFpbmVyZC5zZXJ2aWNlcy5tb3VudHMudjEuVXBkYXRlUmVxdWVzdBotLmNvbnRhaW5lcmQuc2VydmljZXMubW91bnRzLnYxLlVwZGF0ZVJlc3BvbnNlEmAKBExpc3QSKi5jb250YWluZXJkLnNlcnZpY2VzLm1vdW50cy52MS5MaXN0UmVxdWVzdBoqLmNvbnRhaW5lcmQuc2VydmljZXMubW91bnRzLnYxLkxpc3RNZXNzYWdlMAFiBnByb3RvMw", [file_containerd_types_mount, file_google_protobuf_empty, file_google_protobuf_field_mask]);

/**
 * The mounts to make. Since 2.2.0.
 */
export type ActivateRequest = Message<"containerd.services.mounts.v1.ActivateRequest"> & {
  /**
   * Name of the activation, unique in the namespace.
   */
  name: string;

  /**
   * Mounts, in order; later ones may refer to earlier ones.
   */
  mounts: Mount[];

  /**
   * Labels.
   */
  labels: { [key: string]: string };

  /**
   * Make all mounts, those that a runtime could make too; a bind mount remains for the caller.
   */
  temporary: boolean;
};

/**
 * Describes the message containerd.services.mounts.v1.ActivateRequest.
 * Use `create(ActivateRequestSchema)` to create a new message.
 */
export const ActivateRequestSchema: GenMessage<ActivateRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_mounts, 0);

/**
 * What was mounted. Since 2.2.0.
 */
export type ActivateResponse = Message<"containerd.services.mounts.v1.ActivateResponse"> & {
  /**
   * The activation.
   */
  info?: ActivationInfo | undefined;
};

/**
 * Describes the message containerd.services.mounts.v1.ActivateResponse.
 * Use `create(ActivateResponseSchema)` to create a new message.
 */
export const ActivateResponseSchema: GenMessage<ActivateResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_mounts, 1);

/**
 * The activation to undo. Since 2.2.0.
 */
export type DeactivateRequest = Message<"containerd.services.mounts.v1.DeactivateRequest"> & {
  /**
   * Activation.
   */
  name: string;
};

/**
 * Describes the message containerd.services.mounts.v1.DeactivateRequest.
 * Use `create(DeactivateRequestSchema)` to create a new message.
 */
export const DeactivateRequestSchema: GenMessage<DeactivateRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_mounts, 2);

/**
 * Names the activation. Since 2.2.0.
 */
export type InfoRequest = Message<"containerd.services.mounts.v1.InfoRequest"> & {
  /**
   * Activation.
   */
  name: string;
};

/**
 * Describes the message containerd.services.mounts.v1.InfoRequest.
 * Use `create(InfoRequestSchema)` to create a new message.
 */
export const InfoRequestSchema: GenMessage<InfoRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_mounts, 3);

/**
 * The activation. Since 2.2.0.
 */
export type InfoResponse = Message<"containerd.services.mounts.v1.InfoResponse"> & {
  /**
   * The activation.
   */
  info?: ActivationInfo | undefined;
};

/**
 * Describes the message containerd.services.mounts.v1.InfoResponse.
 * Use `create(InfoResponseSchema)` to create a new message.
 */
export const InfoResponseSchema: GenMessage<InfoResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_mounts, 4);

/**
 * A change to the labels of an activation. Since 2.2.0.
 */
export type UpdateRequest = Message<"containerd.services.mounts.v1.UpdateRequest"> & {
  /**
   * `name`, and the new labels.
   */
  info?: ActivationInfo | undefined;

  /**
   * Fields to change: labels, labels.KEY.
   */
  updateMask?: FieldMask | undefined;
};

/**
 * Describes the message containerd.services.mounts.v1.UpdateRequest.
 * Use `create(UpdateRequestSchema)` to create a new message.
 */
export const UpdateRequestSchema: GenMessage<UpdateRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_mounts, 5);

/**
 * The activation after the change. Since 2.2.0.
 */
export type UpdateResponse = Message<"containerd.services.mounts.v1.UpdateResponse"> & {
  /**
   * The activation after the change.
   */
  info?: ActivationInfo | undefined;
};

/**
 * Describes the message containerd.services.mounts.v1.UpdateResponse.
 * Use `create(UpdateResponseSchema)` to create a new message.
 */
export const UpdateResponseSchema: GenMessage<UpdateResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_mounts, 6);

/**
 * Chooses activations. Since 2.2.0.
 */
export type ListRequest = Message<"containerd.services.mounts.v1.ListRequest"> & {
  /**
   * Daemons up to 2.4.0-beta.0 do not read them.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.mounts.v1.ListRequest.
 * Use `create(ListRequestSchema)` to create a new message.
 */
export const ListRequestSchema: GenMessage<ListRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_mounts, 7);

/**
 * One of the chosen activations. Since 2.2.0.
 */
export type ListMessage = Message<"containerd.services.mounts.v1.ListMessage"> & {
  /**
   * The activation.
   */
  info?: ActivationInfo | undefined;
};

/**
 * Describes the message containerd.services.mounts.v1.ListMessage.
 * Use `create(ListMessageSchema)` to create a new message.
 */
export const ListMessageSchema: GenMessage<ListMessage> = /*@__PURE__*/
  messageDesc(file_containerd_services_mounts, 8);

/**
 * Mounts on the daemon's host that garbage collection takes care of. Since 2.2.0.
 */
export const Mounts: GenService<{
  /**
   * Makes the mounts that need the manager and says what is left to make.
   */
  activate: {
    methodKind: "unary";
    input: typeof ActivateRequestSchema;
    output: typeof ActivateResponseSchema;
  },
  /**
   * Undoes the mounts.
   */
  deactivate: {
    methodKind: "unary";
    input: typeof DeactivateRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Reads one activation.
   */
  info: {
    methodKind: "unary";
    input: typeof InfoRequestSchema;
    output: typeof InfoResponseSchema;
  },
  /**
   * Changes labels of an activation. UNIMPLEMENTED up to 2.4.0-beta.0.
   */
  update: {
    methodKind: "unary";
    input: typeof UpdateRequestSchema;
    output: typeof UpdateResponseSchema;
  },
  /**
   * Lists activations, one a message.
   */
  list: {
    methodKind: "server_streaming";
    input: typeof ListRequestSchema;
    output: typeof ListMessageSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_mounts, 0);

