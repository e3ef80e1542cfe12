// Generated from google/protobuf/empty.proto by `deno task gen`; do not edit.


import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

export const file_google_protobuf_empty: GenFile = /*@__PURE__*/
  fileDesc("Chtnb29nbGUvcHJvdG9idWYvZW1wdHkucHJvdG8SD2dvb2dsZS5wcm90b2J1ZiIHCgVFbXB0eUJ9ChNjb20uZ29vZ2xlLnByb3RvYnVmQgpFbXB0eVByb3RvUAFaLmdvb2dsZS5nb2xhbmcub3JnL3Byb3RvYnVmL3R5cGVzL2tub3duL2VtcHR5cGL4AQGiAgNHUEKqAh5Hb29nbGUuUHJvdG9idWYuV2VsbEtub3duVHlwZXNiBnByb3RvMw");

export type Empty = Message<"google.protobuf.Empty"> & {
};

export const EmptySchema: GenMessage<Empty> = /*@__PURE__*/
  messageDesc(file_google_protobuf_empty, 0);

