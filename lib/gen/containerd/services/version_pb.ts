// Generated from proto/containerd/services/version.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { EmptySchema } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/version.proto.
 */
export const file_containerd_services_version: GenFile = /*@__PURE__*/
  fileDesc("CiFjb250YWluZXJkL3NlcnZpY2VzL3ZlcnNpb24ucHJvdG8SHmNvbnRhaW5lcmQuc2VydmljZXMudmVyc2lvbi52MSI0Cg9WZXJzaW9uUmVzcG9uc2USDwoHdmVyc2lvbhgBIAEoCRIQCghyZXZpc2lvbhgCIAEoCTJdCgdWZXJzaW9uElIKB1ZlcnNpb24SFi5nb29nbGUucHJvdG9idWYuRW1wdHkaLy5jb250YWluZXJkLnNlcnZpY2VzLnZlcnNpb24udjEuVmVyc2lvblJlc3BvbnNlYgZwcm90bzM", [file_google_protobuf_empty]);

/**
 * The version of the daemon.
 */
export type VersionResponse = Message<"containerd.services.version.v1.VersionResponse"> & {
  /**
   * Version, with or without a leading v, such as v2.1.0 or 1.7.24~ds1.
   */
  version: string;

  /**
   * Revision of the source that it was built from.
   */
  revision: string;
};

/**
 * Describes the message containerd.services.version.v1.VersionResponse.
 * Use `create(VersionResponseSchema)` to create a new message.
 */
export const VersionResponseSchema: GenMessage<VersionResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_version, 0);

/**
 * Which daemon answers. Needs no namespace.
 */
export const Version: GenService<{
  /**
   * Reads the version of the daemon.
   */
  version: {
    methodKind: "unary";
    input: typeof EmptySchema;
    output: typeof VersionResponseSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_version, 0);

