// Generated from proto/containerd/services/containers.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Any, EmptySchema, FieldMask, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import { file_google_protobuf_field_mask } from "../../google/protobuf/field_mask_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/containers.proto.
 */
export const file_containerd_services_containers: GenFile = /*@__PURE__*/
  fileDesc("CiRjb250YWluZXJkL3NlcnZpY2VzL2NvbnRhaW5lcnMucHJvdG8SIWNvbnRhaW5lcmQuc2VydmljZXMuY29udGFpbmVycy52MSKBBQoJQ29udGFpbmVyEgoKAmlkGAEgASgJEkgKBmxhYmVscxgCIAMoCzI4LmNvbnRhaW5lcmQuc2VydmljZXMuY29udGFpbmVycy52MS5Db250YWluZXIuTGFiZWxzRW50cnkSDQoFaW1hZ2UYAyABKAkSRQoHcnVudGltZRgEIAEoCzI0LmNvbnRhaW5lcmQuc2VydmljZXMuY29udGFpbmVycy52MS5Db250YWluZXIuUnVudGltZRIiCgRzcGVjGAUgASgLMhQuZ29vZ2xlLnByb3RvYnVmLkFueRITCgtzbmFwc2hvdHRlchgGIAEoCRIUCgxzbmFwc2hvdF9rZXkYByABKAkSLgoKY3JlYXRlZF9hdBgIIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXASLgoKdXBkYXRlZF9hdBgJIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXASUAoKZXh0ZW5zaW9ucxgKIAMoCzI8LmNvbnRhaW5lcmQuc2VydmljZXMuY29udGFpbmVycy52MS5Db250YWluZXIuRXh0ZW5zaW9uc0VudHJ5Eg8KB3NhbmRib3gYCyABKAkaLQoLTGFiZWxzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ARo+CgdSdW50aW1lEgwKBG5hbWUYASABKAkSJQoHb3B0aW9ucxgCIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnkaRwoPRXh0ZW5zaW9uc0VudHJ5EgsKA2tleRgBIAEoCRIjCgV2YWx1ZRgCIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5Bbnk6AjgBIiEKE0dldENvbnRhaW5lclJlcXVlc3QSCgoCaWQYASABKAkiVwoUR2V0Q29udGFpbmVyUmVzcG9uc2USPwoJY29udGFpbmVyGAEgASgLMiwuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250YWluZXJzLnYxLkNvbnRhaW5lciIoChVMaXN0Q29udGFpbmVyc1JlcXVlc3QSDwoHZmlsdGVycxgBIAMoCSJaChZMaXN0Q29udGFpbmVyc1Jlc3BvbnNlEkAKCmNvbnRhaW5lcnMYASADKAsyLC5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRhaW5lcnMudjEuQ29udGFpbmVyIlkKFkNyZWF0ZUNvbnRhaW5lclJlcXVlc3QSPwoJY29udGFpbmVyGAEgASgLMiwuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250YWluZXJzLnYxLkNvbnRhaW5lciJaChdDcmVhdGVDb250YWluZXJSZXNwb25zZRI/Cgljb250YWluZXIYASABKAsyLC5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRhaW5lcnMudjEuQ29udGFpbmVyIooBChZVcGRhdGVDb250YWluZXJSZXF1ZXN0Ej8KCWNvbnRhaW5lchgBIAEoCzIsLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGFpbmVycy52MS5Db250YWluZXISLwoLdXBkYXRlX21hc2sYAiABKAsyGi5nb29nbGUucHJvdG9idWYuRmllbGRNYXNrIloKF1VwZGF0ZUNvbnRhaW5lclJlc3BvbnNlEj8KCWNvbnRhaW5lchgBIAEoCzIsLmNvbnRhaW5lcmQuc2VydmljZXMuY29udGFpbmVycy52MS5Db250YWluZXIiJAoWRGVsZXRlQ29udGFpbmVyUmVxdWVzdBIKCgJpZBgBIAEoCSJXChRMaXN0Q29udGFpbmVyTWVzc2FnZRI/Cgljb250YWluZXIYASABKAsyLC5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRhaW5lcnMudjEuQ29udGFpbmVyMuQFCgpDb250YWluZXJzEnYKA0dldBI2LmNvbnRhaW5lcmQuc2VydmljZXMuY29udGFpbmVycy52MS5HZXRDb250YWluZXJSZXF1ZXN0GjcuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250YWluZXJzLnYxLkdldENvbnRhaW5lclJlc3BvbnNlEnsKBExpc3QSOC5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRhaW5lcnMudjEuTGlzdENvbnRhaW5lcnNSZXF1ZXN0GjkuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250YWluZXJzLnYxLkxpc3RDb250YWluZXJzUmVzcG9uc2USgQEKCkxpc3RTdHJlYW0SOC5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRhaW5lcnMudjEuTGlzdENvbnRhaW5lcnNSZXF1ZXN0GjcuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250YWluZXJzLnYxLkxpc3RDb250YWluZXJNZXNzYWdlMAESfwoGQ3JlYXRlEjkuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250YWluZXJzLnYxLkNyZWF0ZUNvbnRhaW5lclJlcXVlc3QaOi5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRhaW5lcnMudjEuQ3JlYXRlQ29udGFpbmVyUmVzcG9uc2USfwoGVXBkYXRlEjkuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250YWluZXJzLnYxLlVwZGF0ZUNvbnRhaW5lclJlcXVlc3QaOi5jb250YWluZXJkLnNlcnZpY2VzLmNvbnRhaW5lcnMudjEuVXBkYXRlQ29udGFpbmVyUmVzcG9uc2USWwoGRGVsZXRlEjkuY29udGFpbmVyZC5zZXJ2aWNlcy5jb250YWluZXJzLnYxLkRlbGV0ZUNvbnRhaW5lclJlcXVlc3QaFi5nb29nbGUucHJvdG9idWYuRW1wdHliBnByb3RvMw", [file_google_protobuf_any, file_google_protobuf_empty, file_google_protobuf_field_mask, file_google_protobuf_timestamp]);

/**
 * What a container is made from.
 */
export type Container = Message<"containerd.services.containers.v1.Container"> & {
  /**
   * Unique in the namespace; cannot be changed.
   */
  id: string;

  /**
   * User data and conventions of clients. Key and value together: 4096 bytes at most.
   */
  labels: { [key: string]: string };

  /**
   * Name of the image that it was made from; for information.
   */
  image: string;

  /**
   * Shim that runs the container.
   */
  runtime?: Container_Runtime | undefined;

  /**
   * OCI runtime specification, as JSON in an Any of type
   * types.containerd.io/opencontainers/runtime-spec/1/Spec.
   */
  spec?: Any | undefined;

  /**
   * Snapshotter of the root file system; cannot be changed.
   */
  snapshotter: string;

  /**
   * Snapshot with the root file system; empty for none. It is safe from garbage collection.
   */
  snapshotKey: string;

  /**
   * Set by the daemon.
   */
  createdAt?: Timestamp | undefined;

  /**
   * Set by the daemon at each change.
   */
  updatedAt?: Timestamp | undefined;

  /**
   * Data of clients by name.
   */
  extensions: { [key: string]: Any };

  /**
   * Sandbox that the container belongs to. Since 1.7.0.
   */
  sandbox: string;
};

/**
 * Describes the message containerd.services.containers.v1.Container.
 * Use `create(ContainerSchema)` to create a new message.
 */
export const ContainerSchema: GenMessage<Container> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 0);

/**
 * Shim that runs the container.
 */
export type Container_Runtime = Message<"containerd.services.containers.v1.Container.Runtime"> & {
  /**
   * Name, such as io.containerd.runc.v2; cannot be changed.
   */
  name: string;

  /**
   * Options of the shim, such as containerd.runc.v1.Options.
   */
  options?: Any | undefined;
};

/**
 * Describes the message containerd.services.containers.v1.Container.Runtime.
 * Use `create(Container_RuntimeSchema)` to create a new message.
 */
export const Container_RuntimeSchema: GenMessage<Container_Runtime> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 0, 0);

/**
 * Names the record to read.
 */
export type GetContainerRequest = Message<"containerd.services.containers.v1.GetContainerRequest"> & {
  /**
   * Container.
   */
  id: string;
};

/**
 * Describes the message containerd.services.containers.v1.GetContainerRequest.
 * Use `create(GetContainerRequestSchema)` to create a new message.
 */
export const GetContainerRequestSchema: GenMessage<GetContainerRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 1);

/**
 * The record.
 */
export type GetContainerResponse = Message<"containerd.services.containers.v1.GetContainerResponse"> & {
  /**
   * The record.
   */
  container?: Container | undefined;
};

/**
 * Describes the message containerd.services.containers.v1.GetContainerResponse.
 * Use `create(GetContainerResponseSchema)` to create a new message.
 */
export const GetContainerResponseSchema: GenMessage<GetContainerResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 2);

/**
 * Chooses records.
 */
export type ListContainersRequest = Message<"containerd.services.containers.v1.ListContainersRequest"> & {
  /**
   * A record is chosen when any filter matches; none chooses all.
   * Fields: id, image, runtime.name, labels.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.containers.v1.ListContainersRequest.
 * Use `create(ListContainersRequestSchema)` to create a new message.
 */
export const ListContainersRequestSchema: GenMessage<ListContainersRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 3);

/**
 * The chosen records.
 */
export type ListContainersResponse = Message<"containerd.services.containers.v1.ListContainersResponse"> & {
  /**
   * The chosen records.
   */
  containers: Container[];
};

/**
 * Describes the message containerd.services.containers.v1.ListContainersResponse.
 * Use `create(ListContainersResponseSchema)` to create a new message.
 */
export const ListContainersResponseSchema: GenMessage<ListContainersResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 4);

/**
 * The record to add.
 */
export type CreateContainerRequest = Message<"containerd.services.containers.v1.CreateContainerRequest"> & {
  /**
   * Needs `id`, `runtime.name` and `spec`, and `snapshotter` where `snapshot_key` is set.
   */
  container?: Container | undefined;
};

/**
 * Describes the message containerd.services.containers.v1.CreateContainerRequest.
 * Use `create(CreateContainerRequestSchema)` to create a new message.
 */
export const CreateContainerRequestSchema: GenMessage<CreateContainerRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 5);

/**
 * The record as stored.
 */
export type CreateContainerResponse = Message<"containerd.services.containers.v1.CreateContainerResponse"> & {
  /**
   * The record as stored.
   */
  container?: Container | undefined;
};

/**
 * Describes the message containerd.services.containers.v1.CreateContainerResponse.
 * Use `create(CreateContainerResponseSchema)` to create a new message.
 */
export const CreateContainerResponseSchema: GenMessage<CreateContainerResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 6);

/**
 * A change to a record.
 */
export type UpdateContainerRequest = Message<"containerd.services.containers.v1.UpdateContainerRequest"> & {
  /**
   * `id`, and the new values.
   */
  container?: Container | undefined;

  /**
   * Fields to change: labels, labels.KEY, spec, image, snapshotkey (without the
   * underscore), extensions, extensions.KEY. Empty for all of them; runtime.name and snapshotter
   * must then be what they are.
   */
  updateMask?: FieldMask | undefined;
};

/**
 * Describes the message containerd.services.containers.v1.UpdateContainerRequest.
 * Use `create(UpdateContainerRequestSchema)` to create a new message.
 */
export const UpdateContainerRequestSchema: GenMessage<UpdateContainerRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 7);

/**
 * The record after the change.
 */
export type UpdateContainerResponse = Message<"containerd.services.containers.v1.UpdateContainerResponse"> & {
  /**
   * The record after the change.
   */
  container?: Container | undefined;
};

/**
 * Describes the message containerd.services.containers.v1.UpdateContainerResponse.
 * Use `create(UpdateContainerResponseSchema)` to create a new message.
 */
export const UpdateContainerResponseSchema: GenMessage<UpdateContainerResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 8);

/**
 * Names the record to remove.
 */
export type DeleteContainerRequest = Message<"containerd.services.containers.v1.DeleteContainerRequest"> & {
  /**
   * Container.
   */
  id: string;
};

/**
 * Describes the message containerd.services.containers.v1.DeleteContainerRequest.
 * Use `create(DeleteContainerRequestSchema)` to create a new message.
 */
export const DeleteContainerRequestSchema: GenMessage<DeleteContainerRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 9);

/**
 * One record of a stream. Since 1.2.0.
 */
export type ListContainerMessage = Message<"containerd.services.containers.v1.ListContainerMessage"> & {
  /**
   * The record.
   */
  container?: Container | undefined;
};

/**
 * Describes the message containerd.services.containers.v1.ListContainerMessage.
 * Use `create(ListContainerMessageSchema)` to create a new message.
 */
export const ListContainerMessageSchema: GenMessage<ListContainerMessage> = /*@__PURE__*/
  messageDesc(file_containerd_services_containers, 10);

/**
 * Records of containers: what a task would be made from. Nothing runs here; see Tasks.
 */
export const Containers: GenService<{
  /**
   * Reads one record.
   */
  get: {
    methodKind: "unary";
    input: typeof GetContainerRequestSchema;
    output: typeof GetContainerResponseSchema;
  },
  /**
   * Reads all records in one message, 16 MiB at most.
   */
  list: {
    methodKind: "unary";
    input: typeof ListContainersRequestSchema;
    output: typeof ListContainersResponseSchema;
  },
  /**
   * Reads all records, one a message. Since 1.2.0.
   */
  listStream: {
    methodKind: "server_streaming";
    input: typeof ListContainersRequestSchema;
    output: typeof ListContainerMessageSchema;
  },
  /**
   * Adds a record; ALREADY_EXISTS when the id is taken.
   */
  create: {
    methodKind: "unary";
    input: typeof CreateContainerRequestSchema;
    output: typeof CreateContainerResponseSchema;
  },
  /**
   * Changes a record.
   */
  update: {
    methodKind: "unary";
    input: typeof UpdateContainerRequestSchema;
    output: typeof UpdateContainerResponseSchema;
  },
  /**
   * Removes a record. Its snapshot stays until it is removed or collected.
   */
  delete: {
    methodKind: "unary";
    input: typeof DeleteContainerRequestSchema;
    output: typeof EmptySchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_containers, 0);

