// Generated from proto/containerd/types/metric.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/types/metric.proto.
 */
export const file_containerd_types_metric: GenFile = /*@__PURE__*/
  fileDesc("Ch1jb250YWluZXJkL3R5cGVzL21ldHJpYy5wcm90bxIQY29udGFpbmVyZC50eXBlcyJnCgZNZXRyaWMSLQoJdGltZXN0YW1wGAEgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVzdGFtcBIKCgJpZBgCIAEoCRIiCgRkYXRhGAMgASgLMhQuZ29vZ2xlLnByb3RvYnVmLkFueWIGcHJvdG8z", [file_google_protobuf_any, file_google_protobuf_timestamp]);

/**
 * One sample of the counters of a task or a sandbox.
 */
export type Metric = Message<"containerd.types.Metric"> & {
  /**
   * When the sample was taken.
   */
  timestamp?: Timestamp | undefined;

  /**
   * Container or sandbox.
   */
  id: string;

  /**
   * On Linux io.containerd.cgroups.v1.Metrics or io.containerd.cgroups.v2.Metrics.
   */
  data?: Any | undefined;
};

/**
 * Describes the message containerd.types.Metric.
 * Use `create(MetricSchema)` to create a new message.
 */
export const MetricSchema: GenMessage<Metric> = /*@__PURE__*/
  messageDesc(file_containerd_types_metric, 0);

