// Generated from proto/containerd/transfer/archive.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Platform } from "../types/platform_pb.ts";
import { file_containerd_types_platform } from "../types/platform_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/transfer/archive.proto.
 */
export const file_containerd_transfer_archive: GenFile = /*@__PURE__*/
  fileDesc("CiFjb250YWluZXJkL3RyYW5zZmVyL2FyY2hpdmUucHJvdG8SGWNvbnRhaW5lcmQudHlwZXMudHJhbnNmZXIiTwoRSW1hZ2VJbXBvcnRTdHJlYW0SDgoGc3RyZWFtGAEgASgJEhIKCm1lZGlhX3R5cGUYAiABKAkSFgoOZm9yY2VfY29tcHJlc3MYAyABKAgiwgEKEUltYWdlRXhwb3J0U3RyZWFtEg4KBnN0cmVhbRgBIAEoCRISCgptZWRpYV90eXBlGAIgASgJEi0KCXBsYXRmb3JtcxgDIAMoCzIaLmNvbnRhaW5lcmQudHlwZXMuUGxhdGZvcm0SFQoNYWxsX3BsYXRmb3JtcxgEIAEoCBIjChtza2lwX2NvbXBhdGliaWxpdHlfbWFuaWZlc3QYBSABKAgSHgoWc2tpcF9ub25fZGlzdHJpYnV0YWJsZRgGIAEoCGIGcHJvdG8z", [file_containerd_types_platform]);

/**
 * An image archive that the client sends: source of a transfer. Since 1.7.0.
 */
export type ImageImportStream = Message<"containerd.types.transfer.ImageImportStream"> & {
  /**
   * Id of a stream; it carries `Data` from the client and `WindowUpdate` back. A tar file,
   * OCI layout or docker save.
   */
  stream: string;

  /**
   * Media type of the archive; empty for a tar file, compressed or not.
   */
  mediaType: string;

  /**
   * Compress layers that are not.
   */
  forceCompress: boolean;
};

/**
 * Describes the message containerd.types.transfer.ImageImportStream.
 * Use `create(ImageImportStreamSchema)` to create a new message.
 */
export const ImageImportStreamSchema: GenMessage<ImageImportStream> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_archive, 0);

/**
 * An image archive that the client receives: destination of a transfer. Since 1.7.0.
 */
export type ImageExportStream = Message<"containerd.types.transfer.ImageExportStream"> & {
  /**
   * Id of a stream; it carries `Data` to the client and `WindowUpdate` back. A tar file.
   */
  stream: string;

  /**
   * Media type of the archive.
   */
  mediaType: string;

  /**
   * Platforms to write; empty for the daemon's own.
   */
  platforms: Platform[];

  /**
   * Write all platforms.
   */
  allPlatforms: boolean;

  /**
   * Leave out manifest.json, which docker load needs.
   */
  skipCompatibilityManifest: boolean;

  /**
   * Leave out layers that must not be passed on, such as those of Windows.
   */
  skipNonDistributable: boolean;
};

/**
 * Describes the message containerd.types.transfer.ImageExportStream.
 * Use `create(ImageExportStreamSchema)` to create a new message.
 */
export const ImageExportStreamSchema: GenMessage<ImageExportStream> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_archive, 1);

