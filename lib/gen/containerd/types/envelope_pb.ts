// Generated from proto/containerd/types/envelope.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/types/envelope.proto.
 */
export const file_containerd_types_envelope: GenFile = /*@__PURE__*/
  fileDesc("Ch9jb250YWluZXJkL3R5cGVzL2VudmVsb3BlLnByb3RvEhBjb250YWluZXJkLnR5cGVzIoABCghFbnZlbG9wZRItCgl0aW1lc3RhbXAYASABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wEhEKCW5hbWVzcGFjZRgCIAEoCRINCgV0b3BpYxgDIAEoCRIjCgVldmVudBgEIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnliBnByb3RvMw", [file_google_protobuf_any, file_google_protobuf_timestamp]);

/**
 * One event as it travels: who sent what, where and when.
 * Up to 1.7 it was declared in containerd.services.events.v1, with the same wire form.
 */
export type Envelope = Message<"containerd.types.Envelope"> & {
  /**
   * When the event was published.
   */
  timestamp?: Timestamp | undefined;

  /**
   * containerd namespace that the event happened in.
   */
  namespace: string;

  /**
   * Path-like name of the kind, such as /tasks/exit.
   */
  topic: string;

  /**
   * The event: a message of containerd.events, or whatever a client published.
   */
  event?: Any | undefined;
};

/**
 * Describes the message containerd.types.Envelope.
 * Use `create(EnvelopeSchema)` to create a new message.
 */
export const EnvelopeSchema: GenMessage<Envelope> = /*@__PURE__*/
  messageDesc(file_containerd_types_envelope, 0);

