// Generated from proto/containerd/services/transfer.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Any, EmptySchema } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/transfer.proto.
 */
export const file_containerd_services_transfer: GenFile = /*@__PURE__*/
  fileDesc("CiJjb250YWluZXJkL3NlcnZpY2VzL3RyYW5zZmVyLnByb3RvEh9jb250YWluZXJkLnNlcnZpY2VzLnRyYW5zZmVyLnYxIqUBCg9UcmFuc2ZlclJlcXVlc3QSJAoGc291cmNlGAEgASgLMhQuZ29vZ2xlLnByb3RvYnVmLkFueRIpCgtkZXN0aW5hdGlvbhgCIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnkSQQoHb3B0aW9ucxgDIAEoCzIwLmNvbnRhaW5lcmQuc2VydmljZXMudHJhbnNmZXIudjEuVHJhbnNmZXJPcHRpb25zIioKD1RyYW5zZmVyT3B0aW9ucxIXCg9wcm9ncmVzc19zdHJlYW0YASABKAkyYAoIVHJhbnNmZXISVAoIVHJhbnNmZXISMC5jb250YWluZXJkLnNlcnZpY2VzLnRyYW5zZmVyLnYxLlRyYW5zZmVyUmVxdWVzdBoWLmdvb2dsZS5wcm90b2J1Zi5FbXB0eWIGcHJvdG8z", [file_google_protobuf_any, file_google_protobuf_empty]);

/**
 * What to move where. Since 1.7.0.
 */
export type TransferRequest = Message<"containerd.services.transfer.v1.TransferRequest"> & {
  /**
   * A message of containerd.types.transfer, such as OCIRegistry.
   */
  source?: Any | undefined;

  /**
   * A message of containerd.types.transfer, such as ImageStore.
   */
  destination?: Any | undefined;

  /**
   * Options.
   */
  options?: TransferOptions | undefined;
};

/**
 * Describes the message containerd.services.transfer.v1.TransferRequest.
 * Use `create(TransferRequestSchema)` to create a new message.
 */
export const TransferRequestSchema: GenMessage<TransferRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_transfer, 0);

/**
 * Options of a transfer. Since 1.7.0.
 */
export type TransferOptions = Message<"containerd.services.transfer.v1.TransferOptions"> & {
  /**
   * Id of a stream that gets containerd.types.transfer.Progress; empty for none.
   */
  progressStream: string;
};

/**
 * Describes the message containerd.services.transfer.v1.TransferOptions.
 * Use `create(TransferOptionsSchema)` to create a new message.
 */
export const TransferOptionsSchema: GenMessage<TransferOptions> = /*@__PURE__*/
  messageDesc(file_containerd_services_transfer, 1);

/**
 * Moves images between registries, archives and the store, inside the daemon. Since 1.7.0, ready
 * for use since 2.0.0.
 */
export const Transfer: GenService<{
  /**
   * Moves from source to destination and returns when all is done. UNIMPLEMENTED for pairs that
   * the daemon knows no way between.
   */
  transfer: {
    methodKind: "unary";
    input: typeof TransferRequestSchema;
    output: typeof EmptySchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_transfer, 0);

