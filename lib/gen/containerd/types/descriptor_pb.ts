// Generated from proto/containerd/types/descriptor.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/types/descriptor.proto.
 */
export const file_containerd_types_descriptor: GenFile = /*@__PURE__*/
  fileDesc("CiFjb250YWluZXJkL3R5cGVzL2Rlc2NyaXB0b3IucHJvdG8SEGNvbnRhaW5lcmQudHlwZXMitgEKCkRlc2NyaXB0b3ISEgoKbWVkaWFfdHlwZRgBIAEoCRIOCgZkaWdlc3QYAiABKAkSDAoEc2l6ZRgDIAEoAxJCCgthbm5vdGF0aW9ucxgFIAMoCzItLmNvbnRhaW5lcmQudHlwZXMuRGVzY3JpcHRvci5Bbm5vdGF0aW9uc0VudHJ5GjIKEEFubm90YXRpb25zRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4AWIGcHJvdG8z");

/**
 * Points at a blob by digest, as an OCI descriptor does.
 */
export type Descriptor = Message<"containerd.types.Descriptor"> & {
  /**
   * Media type of the blob, such as application/vnd.oci.image.manifest.v1+json.
   */
  mediaType: string;

  /**
   * ALGORITHM:HEX.
   */
  digest: string;

  /**
   * Length of the blob in bytes.
   */
  size: bigint;

  /**
   * OCI annotations. Since 1.2.7.
   */
  annotations: { [key: string]: string };
};

/**
 * Describes the message containerd.types.Descriptor.
 * Use `create(DescriptorSchema)` to create a new message.
 */
export const DescriptorSchema: GenMessage<Descriptor> = /*@__PURE__*/
  messageDesc(file_containerd_types_descriptor, 0);

