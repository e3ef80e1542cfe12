// Generated from proto/containerd/services/streaming.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { AnySchema } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/streaming.proto.
 */
export const file_containerd_services_streaming: GenFile = /*@__PURE__*/
  fileDesc("CiNjb250YWluZXJkL3NlcnZpY2VzL3N0cmVhbWluZy5wcm90bxIgY29udGFpbmVyZC5zZXJ2aWNlcy5zdHJlYW1pbmcudjEiGAoKU3RyZWFtSW5pdBIKCgJpZBgBIAEoCTJFCglTdHJlYW1pbmcSOAoGU3RyZWFtEhQuZ29vZ2xlLnByb3RvYnVmLkFueRoULmdvb2dsZS5wcm90b2J1Zi5BbnkoATABYgZwcm90bzM", [file_google_protobuf_any]);

/**
 * Names a new stream. Since 1.7.0.
 */
export type StreamInit = Message<"containerd.services.streaming.v1.StreamInit"> & {
  /**
   * Unique in the namespace, free to choose.
   */
  id: string;
};

/**
 * Describes the message containerd.services.streaming.v1.StreamInit.
 * Use `create(StreamInitSchema)` to create a new message.
 */
export const StreamInitSchema: GenMessage<StreamInit> = /*@__PURE__*/
  messageDesc(file_containerd_services_streaming, 0);

/**
 * Streams with a name, for other calls to use. Since 1.7.0.
 */
export const Streaming: GenService<{
  /**
   * Opens a stream. The first message is a StreamInit, which the daemon answers with an Empty;
   * what follows is up to the call that is given the id.
   */
  stream: {
    methodKind: "bidi_streaming";
    input: typeof AnySchema;
    output: typeof AnySchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_streaming, 0);

