// Generated from proto/containerd/services/diff.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Descriptor } from "../types/descriptor_pb.ts";
import { file_containerd_types_descriptor } from "../types/descriptor_pb.ts";
import type { Mount } from "../types/mount_pb.ts";
import { file_containerd_types_mount } from "../types/mount_pb.ts";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/diff.proto.
 */
export const file_containerd_services_diff: GenFile = /*@__PURE__*/
  fileDesc("Ch5jb250YWluZXJkL3NlcnZpY2VzL2RpZmYucHJvdG8SG2NvbnRhaW5lcmQuc2VydmljZXMuZGlmZi52MSKGAgoMQXBwbHlSZXF1ZXN0EioKBGRpZmYYASABKAsyHC5jb250YWluZXJkLnR5cGVzLkRlc2NyaXB0b3ISJwoGbW91bnRzGAIgAygLMhcuY29udGFpbmVyZC50eXBlcy5Nb3VudBJJCghwYXlsb2FkcxgDIAMoCzI3LmNvbnRhaW5lcmQuc2VydmljZXMuZGlmZi52MS5BcHBseVJlcXVlc3QuUGF5bG9hZHNFbnRyeRIPCgdzeW5jX2ZzGAQgASgIGkUKDVBheWxvYWRzRW50cnkSCwoDa2V5GAEgASgJEiMKBXZhbHVlGAIgASgLMhQuZ29vZ2xlLnByb3RvYnVmLkFueToCOAEiPgoNQXBwbHlSZXNwb25zZRItCgdhcHBsaWVkGAEgASgLMhwuY29udGFpbmVyZC50eXBlcy5EZXNjcmlwdG9yIqkCCgtEaWZmUmVxdWVzdBIlCgRsZWZ0GAEgAygLMhcuY29udGFpbmVyZC50eXBlcy5Nb3VudBImCgVyaWdodBgCIAMoCzIXLmNvbnRhaW5lcmQudHlwZXMuTW91bnQSEgoKbWVkaWFfdHlwZRgDIAEoCRILCgNyZWYYBCABKAkSRAoGbGFiZWxzGAUgAygLMjQuY29udGFpbmVyZC5zZXJ2aWNlcy5kaWZmLnYxLkRpZmZSZXF1ZXN0LkxhYmVsc0VudHJ5EjUKEXNvdXJjZV9kYXRlX2Vwb2NoGAYgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVzdGFtcBotCgtMYWJlbHNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAk6AjgBIjoKDERpZmZSZXNwb25zZRIqCgRkaWZmGAMgASgLMhwuY29udGFpbmVyZC50eXBlcy5EZXNjcmlwdG9yMsMBCgREaWZmEl4KBUFwcGx5EikuY29udGFpbmVyZC5zZXJ2aWNlcy5kaWZmLnYxLkFwcGx5UmVxdWVzdBoqLmNvbnRhaW5lcmQuc2VydmljZXMuZGlmZi52MS5BcHBseVJlc3BvbnNlElsKBERpZmYSKC5jb250YWluZXJkLnNlcnZpY2VzLmRpZmYudjEuRGlmZlJlcXVlc3QaKS5jb250YWluZXJkLnNlcnZpY2VzLmRpZmYudjEuRGlmZlJlc3BvbnNlYgZwcm90bzM", [file_containerd_types_descriptor, file_containerd_types_mount, file_google_protobuf_any, file_google_protobuf_timestamp]);

/**
 * The layer to unpack, and where to.
 */
export type ApplyRequest = Message<"containerd.services.diff.v1.ApplyRequest"> & {
  /**
   * Layer; its media type says how it is packed.
   */
  diff?: Descriptor | undefined;

  /**
   * File system to unpack onto.
   */
  mounts: Mount[];

  /**
   * Input of stream processors, such as keys to decrypt with, by their id. Since 1.3.0.
   */
  payloads: { [key: string]: Any };

  /**
   * Write the file system to disk before the answer. Since 1.7.14.
   */
  syncFs: boolean;
};

/**
 * Describes the message containerd.services.diff.v1.ApplyRequest.
 * Use `create(ApplyRequestSchema)` to create a new message.
 */
export const ApplyRequestSchema: GenMessage<ApplyRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_diff, 0);

/**
 * The layer as unpacked.
 */
export type ApplyResponse = Message<"containerd.services.diff.v1.ApplyResponse"> & {
  /**
   * Descriptor of the uncompressed tar stream: its digest is the diff id.
   */
  applied?: Descriptor | undefined;
};

/**
 * Describes the message containerd.services.diff.v1.ApplyResponse.
 * Use `create(ApplyResponseSchema)` to create a new message.
 */
export const ApplyResponseSchema: GenMessage<ApplyResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_diff, 1);

/**
 * What to compare, and how to store the difference.
 */
export type DiffRequest = Message<"containerd.services.diff.v1.DiffRequest"> & {
  /**
   * File system before; empty for an empty one.
   */
  left: Mount[];

  /**
   * File system after.
   */
  right: Mount[];

  /**
   * Media type of the layer; empty for gzip.
   */
  mediaType: string;

  /**
   * Name of the write in the content store; empty for one that the daemon makes up.
   */
  ref: string;

  /**
   * Labels for the blob.
   */
  labels: { [key: string]: string };

  /**
   * Latest time that files in the layer may carry, for reproducible layers. Since 1.7.0; since
   * 2.0 whiteouts always carry 1970-01-01.
   */
  sourceDateEpoch?: Timestamp | undefined;
};

/**
 * Describes the message containerd.services.diff.v1.DiffRequest.
 * Use `create(DiffRequestSchema)` to create a new message.
 */
export const DiffRequestSchema: GenMessage<DiffRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_diff, 2);

/**
 * The layer.
 */
export type DiffResponse = Message<"containerd.services.diff.v1.DiffResponse"> & {
  /**
   * Descriptor of the layer in the content store.
   */
  diff?: Descriptor | undefined;
};

/**
 * Describes the message containerd.services.diff.v1.DiffResponse.
 * Use `create(DiffResponseSchema)` to create a new message.
 */
export const DiffResponseSchema: GenMessage<DiffResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_diff, 3);

/**
 * Layers from file systems and file systems from layers. The daemon makes the mounts.
 */
export const Diff: GenService<{
  /**
   * Unpacks a layer of the content store onto mounts.
   */
  apply: {
    methodKind: "unary";
    input: typeof ApplyRequestSchema;
    output: typeof ApplyResponseSchema;
  },
  /**
   * Writes what two file systems differ in to the content store, as a layer.
   */
  diff: {
    methodKind: "unary";
    input: typeof DiffRequestSchema;
    output: typeof DiffResponseSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_diff, 0);

