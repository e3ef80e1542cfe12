// Generated from proto/containerd/types/platform.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/types/platform.proto.
 */
export const file_containerd_types_platform: GenFile = /*@__PURE__*/
  fileDesc("Ch9jb250YWluZXJkL3R5cGVzL3BsYXRmb3JtLnByb3RvEhBjb250YWluZXJkLnR5cGVzImYKCFBsYXRmb3JtEgoKAm9zGAEgASgJEhQKDGFyY2hpdGVjdHVyZRgCIAEoCRIPCgd2YXJpYW50GAMgASgJEhIKCm9zX3ZlcnNpb24YBCABKAkSEwoLb3NfZmVhdHVyZXMYBSADKAliBnByb3RvMw");

/**
 * An OCI platform, with Go's names for systems and architectures.
 */
export type Platform = Message<"containerd.types.Platform"> & {
  /**
   * GOOS: linux, windows, ...
   */
  os: string;

  /**
   * GOARCH: amd64, arm64, ...
   */
  architecture: string;

  /**
   * CPU variant: v7, v8, ...
   */
  variant: string;

  /**
   * Version of the system; only Windows uses it. Since 2.0.0.
   */
  osVersion: string;

  /**
   * Features that the image needs from the system, such as win32k. Since 2.3.0.
   */
  osFeatures: string[];
};

/**
 * Describes the message containerd.types.Platform.
 * Use `create(PlatformSchema)` to create a new message.
 */
export const PlatformSchema: GenMessage<Platform> = /*@__PURE__*/
  messageDesc(file_containerd_types_platform, 0);

