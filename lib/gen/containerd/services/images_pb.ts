// Generated from proto/containerd/services/images.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Descriptor } from "../types/descriptor_pb.ts";
import { file_containerd_types_descriptor } from "../types/descriptor_pb.ts";
import type { EmptySchema, FieldMask, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import { file_google_protobuf_field_mask } from "../../google/protobuf/field_mask_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/images.proto.
 */
export const file_containerd_services_images: GenFile = /*@__PURE__*/
  fileDesc("CiBjb250YWluZXJkL3NlcnZpY2VzL2ltYWdlcy5wcm90bxIdY29udGFpbmVyZC5zZXJ2aWNlcy5pbWFnZXMudjEilAIKBUltYWdlEgwKBG5hbWUYASABKAkSQAoGbGFiZWxzGAIgAygLMjAuY29udGFpbmVyZC5zZXJ2aWNlcy5pbWFnZXMudjEuSW1hZ2UuTGFiZWxzRW50cnkSLAoGdGFyZ2V0GAMgASgLMhwuY29udGFpbmVyZC50eXBlcy5EZXNjcmlwdG9yEi4KCmNyZWF0ZWRfYXQYByABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wEi4KCnVwZGF0ZWRfYXQYCCABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wGi0KC0xhYmVsc0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoCToCOAEiHwoPR2V0SW1hZ2VSZXF1ZXN0EgwKBG5hbWUYASABKAkiRwoQR2V0SW1hZ2VSZXNwb25zZRIzCgVpbWFnZRgBIAEoCzIkLmNvbnRhaW5lcmQuc2VydmljZXMuaW1hZ2VzLnYxLkltYWdlIoABChJDcmVhdGVJbWFnZVJlcXVlc3QSMwoFaW1hZ2UYASABKAsyJC5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5JbWFnZRI1ChFzb3VyY2VfZGF0ZV9lcG9jaBgCIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXAiSgoTQ3JlYXRlSW1hZ2VSZXNwb25zZRIzCgVpbWFnZRgBIAEoCzIkLmNvbnRhaW5lcmQuc2VydmljZXMuaW1hZ2VzLnYxLkltYWdlIrEBChJVcGRhdGVJbWFnZVJlcXVlc3QSMwoFaW1hZ2UYASABKAsyJC5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5JbWFnZRIvCgt1cGRhdGVfbWFzaxgCIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5GaWVsZE1hc2sSNQoRc291cmNlX2RhdGVfZXBvY2gYAyABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wIkoKE1VwZGF0ZUltYWdlUmVzcG9uc2USMwoFaW1hZ2UYASABKAsyJC5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5JbWFnZSIkChFMaXN0SW1hZ2VzUmVxdWVzdBIPCgdmaWx0ZXJzGAEgAygJIkoKEkxpc3RJbWFnZXNSZXNwb25zZRI0CgZpbWFnZXMYASADKAsyJC5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5JbWFnZSJuChJEZWxldGVJbWFnZVJlcXVlc3QSDAoEbmFtZRgBIAEoCRIMCgRzeW5jGAIgASgIEjEKBnRhcmdldBgDIAEoCzIcLmNvbnRhaW5lcmQudHlwZXMuRGVzY3JpcHRvckgAiAEBQgkKB190YXJnZXQylAQKBkltYWdlcxJmCgNHZXQSLi5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5HZXRJbWFnZVJlcXVlc3QaLy5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5HZXRJbWFnZVJlc3BvbnNlEmsKBExpc3QSMC5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5MaXN0SW1hZ2VzUmVxdWVzdBoxLmNvbnRhaW5lcmQuc2VydmljZXMuaW1hZ2VzLnYxLkxpc3RJbWFnZXNSZXNwb25zZRJvCgZDcmVhdGUSMS5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5DcmVhdGVJbWFnZVJlcXVlc3QaMi5jb250YWluZXJkLnNlcnZpY2VzLmltYWdlcy52MS5DcmVhdGVJbWFnZVJlc3BvbnNlEm8KBlVwZGF0ZRIxLmNvbnRhaW5lcmQuc2VydmljZXMuaW1hZ2VzLnYxLlVwZGF0ZUltYWdlUmVxdWVzdBoyLmNvbnRhaW5lcmQuc2VydmljZXMuaW1hZ2VzLnYxLlVwZGF0ZUltYWdlUmVzcG9uc2USUwoGRGVsZXRlEjEuY29udGFpbmVyZC5zZXJ2aWNlcy5pbWFnZXMudjEuRGVsZXRlSW1hZ2VSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5YgZwcm90bzM", [file_containerd_types_descriptor, file_google_protobuf_empty, file_google_protobuf_field_mask, file_google_protobuf_timestamp]);

/**
 * A name for a manifest or an index.
 */
export type Image = Message<"containerd.services.images.v1.Image"> & {
  /**
   * Unique in the namespace; by convention a full reference such as docker.io/library/alpine:3.
   */
  name: string;

  /**
   * User data and conventions of clients. Key and value together: 4096 bytes at most.
   */
  labels: { [key: string]: string };

  /**
   * Manifest or index in the content store.
   */
  target?: Descriptor | undefined;

  /**
   * Set by the daemon.
   */
  createdAt?: Timestamp | undefined;

  /**
   * Set by the daemon at each change.
   */
  updatedAt?: Timestamp | undefined;
};

/**
 * Describes the message containerd.services.images.v1.Image.
 * Use `create(ImageSchema)` to create a new message.
 */
export const ImageSchema: GenMessage<Image> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 0);

/**
 * Names the image.
 */
export type GetImageRequest = Message<"containerd.services.images.v1.GetImageRequest"> & {
  /**
   * Exact name.
   */
  name: string;
};

/**
 * Describes the message containerd.services.images.v1.GetImageRequest.
 * Use `create(GetImageRequestSchema)` to create a new message.
 */
export const GetImageRequestSchema: GenMessage<GetImageRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 1);

/**
 * The image.
 */
export type GetImageResponse = Message<"containerd.services.images.v1.GetImageResponse"> & {
  /**
   * The image.
   */
  image?: Image | undefined;
};

/**
 * Describes the message containerd.services.images.v1.GetImageResponse.
 * Use `create(GetImageResponseSchema)` to create a new message.
 */
export const GetImageResponseSchema: GenMessage<GetImageResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 2);

/**
 * The image to add.
 */
export type CreateImageRequest = Message<"containerd.services.images.v1.CreateImageRequest"> & {
  /**
   * Needs `name` and `target`.
   */
  image?: Image | undefined;

  /**
   * Time for created_at and updated_at, for reproducible results. Since 1.7.0.
   */
  sourceDateEpoch?: Timestamp | undefined;
};

/**
 * Describes the message containerd.services.images.v1.CreateImageRequest.
 * Use `create(CreateImageRequestSchema)` to create a new message.
 */
export const CreateImageRequestSchema: GenMessage<CreateImageRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 3);

/**
 * The image as stored.
 */
export type CreateImageResponse = Message<"containerd.services.images.v1.CreateImageResponse"> & {
  /**
   * The image as stored.
   */
  image?: Image | undefined;
};

/**
 * Describes the message containerd.services.images.v1.CreateImageResponse.
 * Use `create(CreateImageResponseSchema)` to create a new message.
 */
export const CreateImageResponseSchema: GenMessage<CreateImageResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 4);

/**
 * A change to an image.
 */
export type UpdateImageRequest = Message<"containerd.services.images.v1.UpdateImageRequest"> & {
  /**
   * `name`, and the new values.
   */
  image?: Image | undefined;

  /**
   * Fields to change: labels, labels.KEY, target, annotations, annotations.KEY. Empty for labels
   * and target.
   */
  updateMask?: FieldMask | undefined;

  /**
   * Time for updated_at. Since 1.7.0.
   */
  sourceDateEpoch?: Timestamp | undefined;
};

/**
 * Describes the message containerd.services.images.v1.UpdateImageRequest.
 * Use `create(UpdateImageRequestSchema)` to create a new message.
 */
export const UpdateImageRequestSchema: GenMessage<UpdateImageRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 5);

/**
 * The image after the change.
 */
export type UpdateImageResponse = Message<"containerd.services.images.v1.UpdateImageResponse"> & {
  /**
   * The image after the change.
   */
  image?: Image | undefined;
};

/**
 * Describes the message containerd.services.images.v1.UpdateImageResponse.
 * Use `create(UpdateImageResponseSchema)` to create a new message.
 */
export const UpdateImageResponseSchema: GenMessage<UpdateImageResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 6);

/**
 * Chooses images.
 */
export type ListImagesRequest = Message<"containerd.services.images.v1.ListImagesRequest"> & {
  /**
   * An image is chosen when any filter matches; none chooses all.
   * Fields: name, target.digest, target.mediatype, labels, annotations.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.images.v1.ListImagesRequest.
 * Use `create(ListImagesRequestSchema)` to create a new message.
 */
export const ListImagesRequestSchema: GenMessage<ListImagesRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 7);

/**
 * The chosen images.
 */
export type ListImagesResponse = Message<"containerd.services.images.v1.ListImagesResponse"> & {
  /**
   * The chosen images.
   */
  images: Image[];
};

/**
 * Describes the message containerd.services.images.v1.ListImagesResponse.
 * Use `create(ListImagesResponseSchema)` to create a new message.
 */
export const ListImagesResponseSchema: GenMessage<ListImagesResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 8);

/**
 * The image to remove.
 */
export type DeleteImageRequest = Message<"containerd.services.images.v1.DeleteImageRequest"> & {
  /**
   * Exact name.
   */
  name: string;

  /**
   * Collect garbage before the answer.
   */
  sync: boolean;

  /**
   * Remove only while the image still has this target; NOT_FOUND otherwise. Since 2.0.0.
   */
  target?: Descriptor | undefined;
};

/**
 * Describes the message containerd.services.images.v1.DeleteImageRequest.
 * Use `create(DeleteImageRequestSchema)` to create a new message.
 */
export const DeleteImageRequestSchema: GenMessage<DeleteImageRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_images, 9);

/**
 * Names for content: what an image refers to is safe from garbage collection.
 */
export const Images: GenService<{
  /**
   * Reads one image.
   */
  get: {
    methodKind: "unary";
    input: typeof GetImageRequestSchema;
    output: typeof GetImageResponseSchema;
  },
  /**
   * Reads all images.
   */
  list: {
    methodKind: "unary";
    input: typeof ListImagesRequestSchema;
    output: typeof ListImagesResponseSchema;
  },
  /**
   * Adds an image; ALREADY_EXISTS when the name is taken.
   */
  create: {
    methodKind: "unary";
    input: typeof CreateImageRequestSchema;
    output: typeof CreateImageResponseSchema;
  },
  /**
   * Changes an image.
   */
  update: {
    methodKind: "unary";
    input: typeof UpdateImageRequestSchema;
    output: typeof UpdateImageResponseSchema;
  },
  /**
   * Removes a name. Content goes when nothing else refers to it.
   */
  delete: {
    methodKind: "unary";
    input: typeof DeleteImageRequestSchema;
    output: typeof EmptySchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_images, 0);

