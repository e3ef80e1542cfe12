// Generated from proto/containerd/transfer/progress.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Descriptor } from "../types/descriptor_pb.ts";
import { file_containerd_types_descriptor } from "../types/descriptor_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/transfer/progress.proto.
 */
export const file_containerd_transfer_progress: GenFile = /*@__PURE__*/
  fileDesc("CiJjb250YWluZXJkL3RyYW5zZmVyL3Byb2dyZXNzLnByb3RvEhljb250YWluZXJkLnR5cGVzLnRyYW5zZmVyIoUBCghQcm9ncmVzcxINCgVldmVudBgBIAEoCRIMCgRuYW1lGAIgASgJEg8KB3BhcmVudHMYAyADKAkSEAoIcHJvZ3Jlc3MYBCABKAMSDQoFdG90YWwYBSABKAMSKgoEZGVzYxgGIAEoCzIcLmNvbnRhaW5lcmQudHlwZXMuRGVzY3JpcHRvcmIGcHJvdG8z", [file_containerd_types_descriptor]);

/**
 * One step of a transfer, sent on TransferOptions.progress_stream. Since 1.7.0.
 */
export type Progress = Message<"containerd.types.transfer.Progress"> & {
  /**
   * What happens: downloading, complete, extracting, saved, ...; a phrase for people, not a code.
   */
  event: string;

  /**
   * What it happens to: an image, or a blob as KIND-DIGEST.
   */
  name: string;

  /**
   * Names of the steps that this one is part of.
   */
  parents: string[];

  /**
   * Bytes done.
   */
  progress: bigint;

  /**
   * Bytes in all; 0 where unknown.
   */
  total: bigint;

  /**
   * Blob that it happens to. Since 2.0.0.
   */
  desc?: Descriptor | undefined;
};

/**
 * Describes the message containerd.types.transfer.Progress.
 * Use `create(ProgressSchema)` to create a new message.
 */
export const ProgressSchema: GenMessage<Progress> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_progress, 0);

