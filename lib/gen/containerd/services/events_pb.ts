// Generated from proto/containerd/services/events.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Envelope, EnvelopeSchema } from "../types/envelope_pb.ts";
import { file_containerd_types_envelope } from "../types/envelope_pb.ts";
import type { Any, EmptySchema } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/events.proto.
 */
export const file_containerd_services_events: GenFile = /*@__PURE__*/
  fileDesc("CiBjb250YWluZXJkL3NlcnZpY2VzL2V2ZW50cy5wcm90bxIdY29udGFpbmVyZC5zZXJ2aWNlcy5ldmVudHMudjEiRAoOUHVibGlzaFJlcXVlc3QSDQoFdG9waWMYASABKAkSIwoFZXZlbnQYAiABKAsyFC5nb29nbGUucHJvdG9idWYuQW55Ij4KDkZvcndhcmRSZXF1ZXN0EiwKCGVudmVsb3BlGAEgASgLMhouY29udGFpbmVyZC50eXBlcy5FbnZlbG9wZSIjChBTdWJzY3JpYmVSZXF1ZXN0Eg8KB2ZpbHRlcnMYASADKAkyiAIKBkV2ZW50cxJQCgdQdWJsaXNoEi0uY29udGFpbmVyZC5zZXJ2aWNlcy5ldmVudHMudjEuUHVibGlzaFJlcXVlc3QaFi5nb29nbGUucHJvdG9idWYuRW1wdHkSUAoHRm9yd2FyZBItLmNvbnRhaW5lcmQuc2VydmljZXMuZXZlbnRzLnYxLkZvcndhcmRSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5EloKCVN1YnNjcmliZRIvLmNvbnRhaW5lcmQuc2VydmljZXMuZXZlbnRzLnYxLlN1YnNjcmliZVJlcXVlc3QaGi5jb250YWluZXJkLnR5cGVzLkVudmVsb3BlMAFiBnByb3RvMw", [file_containerd_types_envelope, file_google_protobuf_any, file_google_protobuf_empty]);

/**
 * The event to send.
 */
export type PublishRequest = Message<"containerd.services.events.v1.PublishRequest"> & {
  /**
   * Path-like name, such as /com.example/thing.
   */
  topic: string;

  /**
   * Any message.
   */
  event?: Any | undefined;
};

/**
 * Describes the message containerd.services.events.v1.PublishRequest.
 * Use `create(PublishRequestSchema)` to create a new message.
 */
export const PublishRequestSchema: GenMessage<PublishRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_events, 0);

/**
 * The event to send, complete.
 */
export type ForwardRequest = Message<"containerd.services.events.v1.ForwardRequest"> & {
  /**
   * The event.
   */
  envelope?: Envelope | undefined;
};

/**
 * Describes the message containerd.services.events.v1.ForwardRequest.
 * Use `create(ForwardRequestSchema)` to create a new message.
 */
export const ForwardRequestSchema: GenMessage<ForwardRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_events, 1);

/**
 * Chooses events.
 */
export type SubscribeRequest = Message<"containerd.services.events.v1.SubscribeRequest"> & {
  /**
   * An event is chosen when any filter matches; none chooses all.
   * Fields: topic, namespace, and event.FIELD for strings and labels; numbers never match.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.events.v1.SubscribeRequest.
 * Use `create(SubscribeRequestSchema)` to create a new message.
 */
export const SubscribeRequestSchema: GenMessage<SubscribeRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_events, 2);

/**
 * What happens, as it happens. Nothing is kept: who subscribes late has missed it.
 */
export const Events: GenService<{
  /**
   * Sends an event in the namespace of the call, with the daemon's time.
   */
  publish: {
    methodKind: "unary";
    input: typeof PublishRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Sends an event with the namespace and time that it brings, as shims do.
   */
  forward: {
    methodKind: "unary";
    input: typeof ForwardRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Receives events of all namespaces; filter on namespace==NAME for one. Nothing at all comes,
   * not even response headers, before the first event.
   */
  subscribe: {
    methodKind: "server_streaming";
    input: typeof SubscribeRequestSchema;
    output: typeof EnvelopeSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_events, 0);

