// Generated from proto/containerd/services/content.proto by `deno task gen`; do not edit.

import type { GenEnum, GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { enumDesc, messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { EmptySchema, FieldMask, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import { file_google_protobuf_field_mask } from "../../google/protobuf/field_mask_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/content.proto.
 */
export const file_containerd_services_content: GenFile = /*@__PURE__*/
  fileDesc("CiFjb250YWluZXJkL3NlcnZpY2VzL2NvbnRlbnQucHJvdG8SHmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MSL1AQoESW5mbxIOCgZkaWdlc3QYASABKAkSDAoEc2l6ZRgCIAEoAxIuCgpjcmVhdGVkX2F0GAMgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVzdGFtcBIuCgp1cGRhdGVkX2F0GAQgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVzdGFtcBJACgZsYWJlbHMYBSADKAsyMC5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRlbnQudjEuSW5mby5MYWJlbHNFbnRyeRotCgtMYWJlbHNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAk6AjgBIh0KC0luZm9SZXF1ZXN0Eg4KBmRpZ2VzdBgBIAEoCSJCCgxJbmZvUmVzcG9uc2USMgoEaW5mbxgBIAEoCzIkLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MS5JbmZvInQKDVVwZGF0ZVJlcXVlc3QSMgoEaW5mbxgBIAEoCzIkLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MS5JbmZvEi8KC3VwZGF0ZV9tYXNrGAIgASgLMhouZ29vZ2xlLnByb3RvYnVmLkZpZWxkTWFzayJECg5VcGRhdGVSZXNwb25zZRIyCgRpbmZvGAEgASgLMiQuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLkluZm8iJQoSTGlzdENvbnRlbnRSZXF1ZXN0Eg8KB2ZpbHRlcnMYASADKAkiSQoTTGlzdENvbnRlbnRSZXNwb25zZRIyCgRpbmZvGAEgAygLMiQuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLkluZm8iJgoURGVsZXRlQ29udGVudFJlcXVlc3QSDgoGZGlnZXN0GAEgASgJIkIKElJlYWRDb250ZW50UmVxdWVzdBIOCgZkaWdlc3QYASABKAkSDgoGb2Zmc2V0GAIgASgDEgwKBHNpemUYAyABKAMiMwoTUmVhZENvbnRlbnRSZXNwb25zZRIOCgZvZmZzZXQYASABKAMSDAoEZGF0YRgCIAEoDCKmAQoGU3RhdHVzEi4KCnN0YXJ0ZWRfYXQYASABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wEi4KCnVwZGF0ZWRfYXQYAiABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wEgsKA3JlZhgDIAEoCRIOCgZvZmZzZXQYBCABKAMSDQoFdG90YWwYBSABKAMSEAoIZXhwZWN0ZWQYBiABKAkiHAoNU3RhdHVzUmVxdWVzdBILCgNyZWYYASABKAkiSAoOU3RhdHVzUmVzcG9uc2USNgoGc3RhdHVzGAEgASgLMiYuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLlN0YXR1cyImChNMaXN0U3RhdHVzZXNSZXF1ZXN0Eg8KB2ZpbHRlcnMYASADKAkiUAoUTGlzdFN0YXR1c2VzUmVzcG9uc2USOAoIc3RhdHVzZXMYASADKAsyJi5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRlbnQudjEuU3RhdHVzIp4CChNXcml0ZUNvbnRlbnRSZXF1ZXN0EjsKBmFjdGlvbhgBIAEoDjIrLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MS5Xcml0ZUFjdGlvbhILCgNyZWYYAiABKAkSDQoFdG90YWwYAyABKAMSEAoIZXhwZWN0ZWQYBCABKAkSDgoGb2Zmc2V0GAUgASgDEgwKBGRhdGEYBiABKAwSTwoGbGFiZWxzGAcgAygLMj8uY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLldyaXRlQ29udGVudFJlcXVlc3QuTGFiZWxzRW50cnkaLQoLTGFiZWxzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ASLiAQoUV3JpdGVDb250ZW50UmVzcG9uc2USOwoGYWN0aW9uGAEgASgOMisuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLldyaXRlQWN0aW9uEi4KCnN0YXJ0ZWRfYXQYAiABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wEi4KCnVwZGF0ZWRfYXQYAyABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wEg4KBm9mZnNldBgEIAEoAxINCgV0b3RhbBgFIAEoAxIOCgZkaWdlc3QYBiABKAkiGwoMQWJvcnRSZXF1ZXN0EgsKA3JlZhgBIAEoCSouCgtXcml0ZUFjdGlvbhIICgRTVEFUEAASCQoFV1JJVEUQARIKCgZDT01NSVQQAjK+BwoHQ29udGVudBJhCgRJbmZvEisuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLkluZm9SZXF1ZXN0GiwuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLkluZm9SZXNwb25zZRJnCgZVcGRhdGUSLS5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRlbnQudjEuVXBkYXRlUmVxdWVzdBouLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MS5VcGRhdGVSZXNwb25zZRJxCgRMaXN0EjIuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLkxpc3RDb250ZW50UmVxdWVzdBozLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MS5MaXN0Q29udGVudFJlc3BvbnNlMAESVgoGRGVsZXRlEjQuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLkRlbGV0ZUNvbnRlbnRSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5EnEKBFJlYWQSMi5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRlbnQudjEuUmVhZENvbnRlbnRSZXF1ZXN0GjMuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLlJlYWRDb250ZW50UmVzcG9uc2UwARJnCgZTdGF0dXMSLS5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRlbnQudjEuU3RhdHVzUmVxdWVzdBouLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MS5TdGF0dXNSZXNwb25zZRJ5CgxMaXN0U3RhdHVzZXMSMy5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRlbnQudjEuTGlzdFN0YXR1c2VzUmVxdWVzdBo0LmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MS5MaXN0U3RhdHVzZXNSZXNwb25zZRJ2CgVXcml0ZRIzLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MS5Xcml0ZUNvbnRlbnRSZXF1ZXN0GjQuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250ZW50LnYxLldyaXRlQ29udGVudFJlc3BvbnNlKAEwARJNCgVBYm9ydBIsLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGVudC52MS5BYm9ydFJlcXVlc3QaFi5nb29nbGUucHJvdG9idWYuRW1wdHliBnByb3RvMw", [file_google_protobuf_empty, file_google_protobuf_field_mask, file_google_protobuf_timestamp]);

/**
 * What is known of a blob.
 */
export type Info = Message<"containerd.services.content.v1.Info"> & {
  /**
   * Digest of the bytes: ALGORITHM:HEX.
   */
  digest: string;

  /**
   * Length in bytes.
   */
  size: bigint;

  /**
   * When it was committed.
   */
  createdAt?: Timestamp | undefined;

  /**
   * When its labels were last changed.
   */
  updatedAt?: Timestamp | undefined;

  /**
   * User data, and the labels that garbage collection looks at. Key and value together: 4096
   * bytes at most.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.content.v1.Info.
 * Use `create(InfoSchema)` to create a new message.
 */
export const InfoSchema: GenMessage<Info> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 0);

/**
 * Names the blob.
 */
export type InfoRequest = Message<"containerd.services.content.v1.InfoRequest"> & {
  /**
   * Digest of the blob.
   */
  digest: string;
};

/**
 * Describes the message containerd.services.content.v1.InfoRequest.
 * Use `create(InfoRequestSchema)` to create a new message.
 */
export const InfoRequestSchema: GenMessage<InfoRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 1);

/**
 * What is known of the blob.
 */
export type InfoResponse = Message<"containerd.services.content.v1.InfoResponse"> & {
  /**
   * What is known of the blob.
   */
  info?: Info | undefined;
};

/**
 * Describes the message containerd.services.content.v1.InfoResponse.
 * Use `create(InfoResponseSchema)` to create a new message.
 */
export const InfoResponseSchema: GenMessage<InfoResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 2);

/**
 * A change to the labels of a blob.
 */
export type UpdateRequest = Message<"containerd.services.content.v1.UpdateRequest"> & {
  /**
   * `digest`, and the new labels.
   */
  info?: Info | undefined;

  /**
   * Fields to change: labels, labels.KEY. Empty for all labels.
   */
  updateMask?: FieldMask | undefined;
};

/**
 * Describes the message containerd.services.content.v1.UpdateRequest.
 * Use `create(UpdateRequestSchema)` to create a new message.
 */
export const UpdateRequestSchema: GenMessage<UpdateRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 3);

/**
 * What is known of the blob after the change.
 */
export type UpdateResponse = Message<"containerd.services.content.v1.UpdateResponse"> & {
  /**
   * What is known of the blob after the change.
   */
  info?: Info | undefined;
};

/**
 * Describes the message containerd.services.content.v1.UpdateResponse.
 * Use `create(UpdateResponseSchema)` to create a new message.
 */
export const UpdateResponseSchema: GenMessage<UpdateResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 4);

/**
 * Chooses blobs.
 */
export type ListContentRequest = Message<"containerd.services.content.v1.ListContentRequest"> & {
  /**
   * A blob is chosen when any filter matches; none chooses all. Fields: digest, labels.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.content.v1.ListContentRequest.
 * Use `create(ListContentRequestSchema)` to create a new message.
 */
export const ListContentRequestSchema: GenMessage<ListContentRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 5);

/**
 * Some of the chosen blobs.
 */
export type ListContentResponse = Message<"containerd.services.content.v1.ListContentResponse"> & {
  /**
   * Some of the chosen blobs.
   */
  info: Info[];
};

/**
 * Describes the message containerd.services.content.v1.ListContentResponse.
 * Use `create(ListContentResponseSchema)` to create a new message.
 */
export const ListContentResponseSchema: GenMessage<ListContentResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 6);

/**
 * Names the blob to remove.
 */
export type DeleteContentRequest = Message<"containerd.services.content.v1.DeleteContentRequest"> & {
  /**
   * Digest of the blob.
   */
  digest: string;
};

/**
 * Describes the message containerd.services.content.v1.DeleteContentRequest.
 * Use `create(DeleteContentRequestSchema)` to create a new message.
 */
export const DeleteContentRequestSchema: GenMessage<DeleteContentRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 7);

/**
 * The part of a blob to read.
 */
export type ReadContentRequest = Message<"containerd.services.content.v1.ReadContentRequest"> & {
  /**
   * Digest of the blob.
   */
  digest: string;

  /**
   * First byte, from 0.
   */
  offset: bigint;

  /**
   * Number of bytes; 0 for all that follow.
   */
  size: bigint;
};

/**
 * Describes the message containerd.services.content.v1.ReadContentRequest.
 * Use `create(ReadContentRequestSchema)` to create a new message.
 */
export const ReadContentRequestSchema: GenMessage<ReadContentRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 8);

/**
 * A piece of what is read.
 */
export type ReadContentResponse = Message<"containerd.services.content.v1.ReadContentResponse"> & {
  /**
   * Where in the blob the piece starts.
   */
  offset: bigint;

  /**
   * The bytes.
   */
  data: Uint8Array;
};

/**
 * Describes the message containerd.services.content.v1.ReadContentResponse.
 * Use `create(ReadContentResponseSchema)` to create a new message.
 */
export const ReadContentResponseSchema: GenMessage<ReadContentResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 9);

/**
 * How far an unfinished write has come.
 */
export type Status = Message<"containerd.services.content.v1.Status"> & {
  /**
   * When the write was begun.
   */
  startedAt?: Timestamp | undefined;

  /**
   * When bytes last came.
   */
  updatedAt?: Timestamp | undefined;

  /**
   * Name of the write.
   */
  ref: string;

  /**
   * Bytes written.
   */
  offset: bigint;

  /**
   * Bytes expected; 0 where unknown.
   */
  total: bigint;

  /**
   * Digest expected; empty where unknown.
   */
  expected: string;
};

/**
 * Describes the message containerd.services.content.v1.Status.
 * Use `create(StatusSchema)` to create a new message.
 */
export const StatusSchema: GenMessage<Status> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 10);

/**
 * Names the write.
 */
export type StatusRequest = Message<"containerd.services.content.v1.StatusRequest"> & {
  /**
   * Name of the write.
   */
  ref: string;
};

/**
 * Describes the message containerd.services.content.v1.StatusRequest.
 * Use `create(StatusRequestSchema)` to create a new message.
 */
export const StatusRequestSchema: GenMessage<StatusRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 11);

/**
 * How far the write has come.
 */
export type StatusResponse = Message<"containerd.services.content.v1.StatusResponse"> & {
  /**
   * How far the write has come.
   */
  status?: Status | undefined;
};

/**
 * Describes the message containerd.services.content.v1.StatusResponse.
 * Use `create(StatusResponseSchema)` to create a new message.
 */
export const StatusResponseSchema: GenMessage<StatusResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 12);

/**
 * Chooses writes.
 */
export type ListStatusesRequest = Message<"containerd.services.content.v1.ListStatusesRequest"> & {
  /**
   * A write is chosen when any filter matches; none chooses all. Field: ref.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.content.v1.ListStatusesRequest.
 * Use `create(ListStatusesRequestSchema)` to create a new message.
 */
export const ListStatusesRequestSchema: GenMessage<ListStatusesRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 13);

/**
 * The chosen writes.
 */
export type ListStatusesResponse = Message<"containerd.services.content.v1.ListStatusesResponse"> & {
  /**
   * The chosen writes.
   */
  statuses: Status[];
};

/**
 * Describes the message containerd.services.content.v1.ListStatusesResponse.
 * Use `create(ListStatusesResponseSchema)` to create a new message.
 */
export const ListStatusesResponseSchema: GenMessage<ListStatusesResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 14);

/**
 * One message of a write.
 */
export type WriteContentRequest = Message<"containerd.services.content.v1.WriteContentRequest"> & {
  /**
   * What to do.
   */
  action: WriteAction;

  /**
   * Name of the write, free to choose; needed in the first message.
   */
  ref: string;

  /**
   * Length of the whole blob to check at COMMIT; 0 for no check.
   */
  total: bigint;

  /**
   * Digest to check at COMMIT; empty for no check. ALREADY_EXISTS when the store has it.
   */
  expected: string;

  /**
   * Where the bytes go: what has been written so far, or 0 to start anew; OUT_OF_RANGE elsewhere.
   */
  offset: bigint;

  /**
   * The bytes; keep them under 16 MiB, the limit of a message. containerd's own client sends
   * 8 MiB at most.
   */
  data: Uint8Array;

  /**
   * Labels for the blob, read at COMMIT.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.content.v1.WriteContentRequest.
 * Use `create(WriteContentRequestSchema)` to create a new message.
 */
export const WriteContentRequestSchema: GenMessage<WriteContentRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 15);

/**
 * Where the write stands after a message.
 */
export type WriteContentResponse = Message<"containerd.services.content.v1.WriteContentResponse"> & {
  /**
   * What was done.
   */
  action: WriteAction;

  /**
   * When the write was begun; with STAT and COMMIT.
   */
  startedAt?: Timestamp | undefined;

  /**
   * When bytes last came; with STAT and COMMIT.
   */
  updatedAt?: Timestamp | undefined;

  /**
   * Bytes written in all.
   */
  offset: bigint;

  /**
   * Bytes expected; with STAT and COMMIT.
   */
  total: bigint;

  /**
   * Digest of the bytes so far. Only COMMIT always gives it.
   */
  digest: string;
};

/**
 * Describes the message containerd.services.content.v1.WriteContentResponse.
 * Use `create(WriteContentResponseSchema)` to create a new message.
 */
export const WriteContentResponseSchema: GenMessage<WriteContentResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 16);

/**
 * Names the write to throw away.
 */
export type AbortRequest = Message<"containerd.services.content.v1.AbortRequest"> & {
  /**
   * Name of the write.
   */
  ref: string;
};

/**
 * Describes the message containerd.services.content.v1.AbortRequest.
 * Use `create(AbortRequestSchema)` to create a new message.
 */
export const AbortRequestSchema: GenMessage<AbortRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_content, 17);

/**
 * What a message on the stream of a write does.
 */
export enum WriteAction {
  /**
   * Ask how far the write has come. Begins it, and holds its ref.
   */
  STAT = 0,

  /**
   * Write the bytes at the offset.
   */
  WRITE = 1,

  /**
   * Write the bytes, if any; then check size and digest and store the blob. Ends the stream.
   */
  COMMIT = 2,
}

/**
 * Describes the enum containerd.services.content.v1.WriteAction.
 */
export const WriteActionSchema: GenEnum<WriteAction> = /*@__PURE__*/
  enumDesc(file_containerd_services_content, 0);

/**
 * Store of blobs by digest. What is not labelled, leased or referred to gets collected.
 */
export const Content: GenService<{
  /**
   * Reads size, times and labels of a blob; NOT_FOUND when it is not there.
   */
  info: {
    methodKind: "unary";
    input: typeof InfoRequestSchema;
    output: typeof InfoResponseSchema;
  },
  /**
   * Changes labels of a blob.
   */
  update: {
    methodKind: "unary";
    input: typeof UpdateRequestSchema;
    output: typeof UpdateResponseSchema;
  },
  /**
   * Reads what is known of all blobs, some a message.
   */
  list: {
    methodKind: "server_streaming";
    input: typeof ListContentRequestSchema;
    output: typeof ListContentResponseSchema;
  },
  /**
   * Removes a blob from the namespace.
   */
  delete: {
    methodKind: "unary";
    input: typeof DeleteContentRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Reads a blob or a part of it, in pieces.
   */
  read: {
    methodKind: "server_streaming";
    input: typeof ReadContentRequestSchema;
    output: typeof ReadContentResponseSchema;
  },
  /**
   * Reads how far one unfinished write has come.
   */
  status: {
    methodKind: "unary";
    input: typeof StatusRequestSchema;
    output: typeof StatusResponseSchema;
  },
  /**
   * Reads how far all unfinished writes have come.
   */
  listStatuses: {
    methodKind: "unary";
    input: typeof ListStatusesRequestSchema;
    output: typeof ListStatusesResponseSchema;
  },
  /**
   * Writes a blob under a ref, which one stream at a time may hold: each request gets one
   * response. A write that was cut off goes on when the ref is opened again.
   */
  write: {
    methodKind: "bidi_streaming";
    input: typeof WriteContentRequestSchema;
    output: typeof WriteContentResponseSchema;
  },
  /**
   * Throws an unfinished write away.
   */
  abort: {
    methodKind: "unary";
    input: typeof AbortRequestSchema;
    output: typeof EmptySchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_content, 0);

