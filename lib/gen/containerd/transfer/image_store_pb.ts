// Generated from proto/containerd/transfer/image_store.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Platform } from "../types/platform_pb.ts";
import { file_containerd_types_platform } from "../types/platform_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/transfer/image_store.proto.
 */
export const file_containerd_transfer_image_store: GenFile = /*@__PURE__*/
  fileDesc("CiVjb250YWluZXJkL3RyYW5zZmVyL2ltYWdlX3N0b3JlLnByb3RvEhljb250YWluZXJkLnR5cGVzLnRyYW5zZmVyIu8CCgpJbWFnZVN0b3JlEgwKBG5hbWUYASABKAkSQQoGbGFiZWxzGAIgAygLMjEuY29udGFpbmVyZC50eXBlcy50cmFuc2Zlci5JbWFnZVN0b3JlLkxhYmVsc0VudHJ5Ei0KCXBsYXRmb3JtcxgDIAMoCzIaLmNvbnRhaW5lcmQudHlwZXMuUGxhdGZvcm0SFAoMYWxsX21ldGFkYXRhGAQgASgIEhYKDm1hbmlmZXN0X2xpbWl0GAUgASgNEkMKEGV4dHJhX3JlZmVyZW5jZXMYBiADKAsyKS5jb250YWluZXJkLnR5cGVzLnRyYW5zZmVyLkltYWdlUmVmZXJlbmNlEj8KB3VucGFja3MYCiADKAsyLi5jb250YWluZXJkLnR5cGVzLnRyYW5zZmVyLlVucGFja0NvbmZpZ3VyYXRpb24aLQoLTGFiZWxzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ASJYChNVbnBhY2tDb25maWd1cmF0aW9uEiwKCHBsYXRmb3JtGAEgASgLMhouY29udGFpbmVyZC50eXBlcy5QbGF0Zm9ybRITCgtzbmFwc2hvdHRlchgCIAEoCSJ5Cg5JbWFnZVJlZmVyZW5jZRIMCgRuYW1lGAEgASgJEhEKCWlzX3ByZWZpeBgCIAEoCBIXCg9hbGxvd19vdmVyd3JpdGUYAyABKAgSEgoKYWRkX2RpZ2VzdBgEIAEoCBIZChFza2lwX25hbWVkX2RpZ2VzdBgFIAEoCGIGcHJvdG8z", [file_containerd_types_platform]);

/**
 * Images in the daemon's image store as source or destination of a transfer. Since 1.7.0.
 */
export type ImageStore = Message<"containerd.types.transfer.ImageStore"> & {
  /**
   * Image name; may be empty for imports that name their images themselves.
   */
  name: string;

  /**
   * Labels for the image record.
   */
  labels: { [key: string]: string };

  /**
   * Platforms to take from an index; empty for all.
   */
  platforms: Platform[];

  /**
   * Fetch manifests and configs of platforms that are not taken, too.
   */
  allMetadata: boolean;

  /**
   * Most manifests to fetch from an index; 0 for no limit.
   */
  manifestLimit: number;

  /**
   * Which names an import or export covers besides `name`.
   */
  extraReferences: ImageReference[];

  /**
   * What to unpack after the blobs are there; empty for nothing.
   */
  unpacks: UnpackConfiguration[];
};

/**
 * Describes the message containerd.types.transfer.ImageStore.
 * Use `create(ImageStoreSchema)` to create a new message.
 */
export const ImageStoreSchema: GenMessage<ImageStore> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_image_store, 0);

/**
 * One platform to unpack, and where to. Since 1.7.0.
 */
export type UnpackConfiguration = Message<"containerd.types.transfer.UnpackConfiguration"> & {
  /**
   * Platform whose layers are unpacked.
   */
  platform?: Platform | undefined;

  /**
   * Snapshotter; empty for the platform's default.
   */
  snapshotter: string;
};

/**
 * Describes the message containerd.types.transfer.UnpackConfiguration.
 * Use `create(UnpackConfigurationSchema)` to create a new message.
 */
export const UnpackConfigurationSchema: GenMessage<UnpackConfiguration> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_image_store, 1);

/**
 * An image name, or a rule that makes or finds names. Since 1.7.0.
 */
export type ImageReference = Message<"containerd.types.transfer.ImageReference"> & {
  /**
   * Name, or what names start with.
   */
  name: string;

  /**
   * `name` has no tag and no digest: when looking up, all names that start so match; when
   * storing, a tag or a digest is added.
   */
  isPrefix: boolean;

  /**
   * Names in the archive, such as from annotations, may replace `name`. With `is_prefix` only.
   */
  allowOverwrite: boolean;

  /**
   * Storing: add NAME@DIGEST. Looking up: match names with any digest. With `is_prefix` only.
   */
  addDigest: boolean;

  /**
   * Leave names by digest out where a name by tag exists for the same image. With `is_prefix`
   * only.
   */
  skipNamedDigest: boolean;
};

/**
 * Describes the message containerd.types.transfer.ImageReference.
 * Use `create(ImageReferenceSchema)` to create a new message.
 */
export const ImageReferenceSchema: GenMessage<ImageReference> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_image_store, 2);

