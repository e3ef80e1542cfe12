// Generated from proto/containerd/events/image.proto by `deno task gen`; do not edit.

// Not containerd.events: upstream put these into the package of the service.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/events/image.proto.
 */
export const file_containerd_events_image: GenFile = /*@__PURE__*/
  fileDesc("Ch1jb250YWluZXJkL2V2ZW50cy9pbWFnZS5wcm90bxIdY29udGFpbmVyZC5zZXJ2aWNlcy5pbWFnZXMudjEikgEKC0ltYWdlQ3JlYXRlEgwKBG5hbWUYASABKAkSRgoGbGFiZWxzGAIgAygLMjYuY29udGFpbmVyZC5zZXJ2aWNlcy5pbWFnZXMudjEuSW1hZ2VDcmVhdGUuTGFiZWxzRW50cnkaLQoLTGFiZWxzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ASKSAQoLSW1hZ2VVcGRhdGUSDAoEbmFtZRgBIAEoCRJGCgZsYWJlbHMYAiADKAsyNi5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5JbWFnZVVwZGF0ZS5MYWJlbHNFbnRyeRotCgtMYWJlbHNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAk6AjgBIhsKC0ltYWdlRGVsZXRlEgwKBG5hbWUYASABKAliBnByb3RvMw");

/**
 * Topic /images/create.
 */
export type ImageCreate = Message<"containerd.services.images.v1.ImageCreate"> & {
  /**
   * Image.
   */
  name: string;

  /**
   * Labels of the new record.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.images.v1.ImageCreate.
 * Use `create(ImageCreateSchema)` to create a new message.
 */
export const ImageCreateSchema: GenMessage<ImageCreate> = /*@__PURE__*/
  messageDesc(file_containerd_events_image, 0);

/**
 * Topic /images/update.
 */
export type ImageUpdate = Message<"containerd.services.images.v1.ImageUpdate"> & {
  /**
   * Image.
   */
  name: string;

  /**
   * All labels after the change.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.images.v1.ImageUpdate.
 * Use `create(ImageUpdateSchema)` to create a new message.
 */
export const ImageUpdateSchema: GenMessage<ImageUpdate> = /*@__PURE__*/
  messageDesc(file_containerd_events_image, 1);

/**
 * Topic /images/delete.
 */
export type ImageDelete = Message<"containerd.services.images.v1.ImageDelete"> & {
  /**
   * Image.
   */
  name: string;
};

/**
 * Describes the message containerd.services.images.v1.ImageDelete.
 * Use `create(ImageDeleteSchema)` to create a new message.
 */
export const ImageDeleteSchema: GenMessage<ImageDelete> = /*@__PURE__*/
  messageDesc(file_containerd_events_image, 2);

