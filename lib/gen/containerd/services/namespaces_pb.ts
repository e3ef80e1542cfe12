// Generated from proto/containerd/services/namespaces.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { EmptySchema, FieldMask } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import { file_google_protobuf_field_mask } from "../../google/protobuf/field_mask_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/namespaces.proto.
 */
export const file_containerd_services_namespaces: GenFile = /*@__PURE__*/
  fileDesc("CiRjb250YWluZXJkL3NlcnZpY2VzL25hbWVzcGFjZXMucHJvdG8SIWNvbnRhaW5lcmQuc2VydmljZXMubmFtZXNwYWNlcy52MSKSAQoJTmFtZXNwYWNlEgwKBG5hbWUYASABKAkSSAoGbGFiZWxzGAIgAygLMjguY29udGFpbmVyZC5zZXJ2aWNlcy5uYW1lc3BhY2VzLnYxLk5hbWVzcGFjZS5MYWJlbHNFbnRyeRotCgtMYWJlbHNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAk6AjgBIiMKE0dldE5hbWVzcGFjZVJlcXVlc3QSDAoEbmFtZRgBIAEoCSJXChRHZXROYW1lc3BhY2VSZXNwb25zZRI/CgluYW1lc3BhY2UYASABKAsyLC5jb250YWluZXJkLnNlcnZpY2VzLm5hbWVzcGFjZXMudjEuTmFtZXNwYWNlIicKFUxpc3ROYW1lc3BhY2VzUmVxdWVzdBIOCgZmaWx0ZXIYASABKAkiWgoWTGlzdE5hbWVzcGFjZXNSZXNwb25zZRJACgpuYW1lc3BhY2VzGAEgAygLMiwuY29udGFpbmVyZC5zZXJ2aWNlcy5uYW1lc3BhY2VzLnYxLk5hbWVzcGFjZSJZChZDcmVhdGVOYW1lc3BhY2VSZXF1ZXN0Ej8KCW5hbWVzcGFjZRgBIAEoCzIsLmNvbnRhaW5lcmQuc2VydmljZXMubmFtZXNwYWNlcy52MS5OYW1lc3BhY2UiWgoXQ3JlYXRlTmFtZXNwYWNlUmVzcG9uc2USPwoJbmFtZXNwYWNlGAEgASgLMiwuY29udGFpbmVyZC5zZXJ2aWNlcy5uYW1lc3BhY2VzLnYxLk5hbWVzcGFjZSKKAQoWVXBkYXRlTmFtZXNwYWNlUmVxdWVzdBI/CgluYW1lc3BhY2UYASABKAsyLC5jb250YWluZXJkLnNlcnZpY2VzLm5hbWVzcGFjZXMudjEuTmFtZXNwYWNlEi8KC3VwZGF0ZV9tYXNrGAIgASgLMhouZ29vZ2xlLnByb3RvYnVmLkZpZWxkTWFzayJaChdVcGRhdGVOYW1lc3BhY2VSZXNwb25zZRI/CgluYW1lc3BhY2UYASABKAsyLC5jb250YWluZXJkLnNlcnZpY2VzLm5hbWVzcGFjZXMudjEuTmFtZXNwYWNlIiYKFkRlbGV0ZU5hbWVzcGFjZVJlcXVlc3QSDAoEbmFtZRgBIAEoCTLgBAoKTmFtZXNwYWNlcxJ2CgNHZXQSNi5jb250YWluZXJkLnNlcnZpY2VzLm5hbWVzcGFjZXMudjEuR2V0TmFtZXNwYWNlUmVxdWVzdBo3LmNvbnRhaW5lcmQuc2VydmljZXMubmFtZXNwYWNlcy52MS5HZXROYW1lc3BhY2VSZXNwb25zZRJ7CgRMaXN0EjguY29udGFpbmVyZC5zZXJ2aWNlcy5uYW1lc3BhY2VzLnYxLkxpc3ROYW1lc3BhY2VzUmVxdWVzdBo5LmNvbnRhaW5lcmQuc2VydmljZXMubmFtZXNwYWNlcy52MS5MaXN0TmFtZXNwYWNlc1Jlc3BvbnNlEn8KBkNyZWF0ZRI5LmNvbnRhaW5lcmQuc2VydmljZXMubmFtZXNwYWNlcy52MS5DcmVhdGVOYW1lc3BhY2VSZXF1ZXN0GjouY29udGFpbmVyZC5zZXJ2aWNlcy5uYW1lc3BhY2VzLnYxLkNyZWF0ZU5hbWVzcGFjZVJlc3BvbnNlEn8KBlVwZGF0ZRI5LmNvbnRhaW5lcmQuc2VydmljZXMubmFtZXNwYWNlcy52MS5VcGRhdGVOYW1lc3BhY2VSZXF1ZXN0GjouY29udGFpbmVyZC5zZXJ2aWNlcy5uYW1lc3BhY2VzLnYxLlVwZGF0ZU5hbWVzcGFjZVJlc3BvbnNlElsKBkRlbGV0ZRI5LmNvbnRhaW5lcmQuc2VydmljZXMubmFtZXNwYWNlcy52MS5EZWxldGVOYW1lc3BhY2VSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5YgZwcm90bzM", [file_google_protobuf_empty, file_google_protobuf_field_mask]);

/**
 * A namespace.
 */
export type Namespace = Message<"containerd.services.namespaces.v1.Namespace"> & {
  /**
   * Letters, digits and single . _ - between them; 76 characters at most.
   */
  name: string;

  /**
   * User data, and defaults such as containerd.io/defaults/snapshotter. Key and value together:
   * 4096 bytes at most.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.namespaces.v1.Namespace.
 * Use `create(NamespaceSchema)` to create a new message.
 */
export const NamespaceSchema: GenMessage<Namespace> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 0);

/**
 * Names the namespace.
 */
export type GetNamespaceRequest = Message<"containerd.services.namespaces.v1.GetNamespaceRequest"> & {
  /**
   * Namespace.
   */
  name: string;
};

/**
 * Describes the message containerd.services.namespaces.v1.GetNamespaceRequest.
 * Use `create(GetNamespaceRequestSchema)` to create a new message.
 */
export const GetNamespaceRequestSchema: GenMessage<GetNamespaceRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 1);

/**
 * The namespace.
 */
export type GetNamespaceResponse = Message<"containerd.services.namespaces.v1.GetNamespaceResponse"> & {
  /**
   * The namespace.
   */
  namespace?: Namespace | undefined;
};

/**
 * Describes the message containerd.services.namespaces.v1.GetNamespaceResponse.
 * Use `create(GetNamespaceResponseSchema)` to create a new message.
 */
export const GetNamespaceResponseSchema: GenMessage<GetNamespaceResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 2);

/**
 * Has one parameter, of no effect.
 */
export type ListNamespacesRequest = Message<"containerd.services.namespaces.v1.ListNamespacesRequest"> & {
  /**
   * Daemons do not read it.
   */
  filter: string;
};

/**
 * Describes the message containerd.services.namespaces.v1.ListNamespacesRequest.
 * Use `create(ListNamespacesRequestSchema)` to create a new message.
 */
export const ListNamespacesRequestSchema: GenMessage<ListNamespacesRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 3);

/**
 * All namespaces.
 */
export type ListNamespacesResponse = Message<"containerd.services.namespaces.v1.ListNamespacesResponse"> & {
  /**
   * All namespaces.
   */
  namespaces: Namespace[];
};

/**
 * Describes the message containerd.services.namespaces.v1.ListNamespacesResponse.
 * Use `create(ListNamespacesResponseSchema)` to create a new message.
 */
export const ListNamespacesResponseSchema: GenMessage<ListNamespacesResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 4);

/**
 * The namespace to make.
 */
export type CreateNamespaceRequest = Message<"containerd.services.namespaces.v1.CreateNamespaceRequest"> & {
  /**
   * The namespace.
   */
  namespace?: Namespace | undefined;
};

/**
 * Describes the message containerd.services.namespaces.v1.CreateNamespaceRequest.
 * Use `create(CreateNamespaceRequestSchema)` to create a new message.
 */
export const CreateNamespaceRequestSchema: GenMessage<CreateNamespaceRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 5);

/**
 * The namespace as stored.
 */
export type CreateNamespaceResponse = Message<"containerd.services.namespaces.v1.CreateNamespaceResponse"> & {
  /**
   * The namespace as stored.
   */
  namespace?: Namespace | undefined;
};

/**
 * Describes the message containerd.services.namespaces.v1.CreateNamespaceResponse.
 * Use `create(CreateNamespaceResponseSchema)` to create a new message.
 */
export const CreateNamespaceResponseSchema: GenMessage<CreateNamespaceResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 6);

/**
 * A change to the labels of a namespace.
 */
export type UpdateNamespaceRequest = Message<"containerd.services.namespaces.v1.UpdateNamespaceRequest"> & {
  /**
   * `name`, and the new labels.
   */
  namespace?: Namespace | undefined;

  /**
   * Fields to change: labels, labels.KEY. Empty for all labels.
   */
  updateMask?: FieldMask | undefined;
};

/**
 * Describes the message containerd.services.namespaces.v1.UpdateNamespaceRequest.
 * Use `create(UpdateNamespaceRequestSchema)` to create a new message.
 */
export const UpdateNamespaceRequestSchema: GenMessage<UpdateNamespaceRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 7);

/**
 * The namespace after the change.
 */
export type UpdateNamespaceResponse = Message<"containerd.services.namespaces.v1.UpdateNamespaceResponse"> & {
  /**
   * The namespace after the change.
   */
  namespace?: Namespace | undefined;
};

/**
 * Describes the message containerd.services.namespaces.v1.UpdateNamespaceResponse.
 * Use `create(UpdateNamespaceResponseSchema)` to create a new message.
 */
export const UpdateNamespaceResponseSchema: GenMessage<UpdateNamespaceResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 8);

/**
 * The namespace to remove.
 */
export type DeleteNamespaceRequest = Message<"containerd.services.namespaces.v1.DeleteNamespaceRequest"> & {
  /**
   * Namespace.
   */
  name: string;
};

/**
 * Describes the message containerd.services.namespaces.v1.DeleteNamespaceRequest.
 * Use `create(DeleteNamespaceRequestSchema)` to create a new message.
 */
export const DeleteNamespaceRequestSchema: GenMessage<DeleteNamespaceRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_namespaces, 9);

/**
 * Namespaces of the daemon: each has its own containers, images, snapshots, content, leases.
 * These calls need no namespace header.
 */
export const Namespaces: GenService<{
  /**
   * Reads one namespace.
   */
  get: {
    methodKind: "unary";
    input: typeof GetNamespaceRequestSchema;
    output: typeof GetNamespaceResponseSchema;
  },
  /**
   * Reads all namespaces.
   */
  list: {
    methodKind: "unary";
    input: typeof ListNamespacesRequestSchema;
    output: typeof ListNamespacesResponseSchema;
  },
  /**
   * Makes a namespace; others come to be when something is made in them.
   */
  create: {
    methodKind: "unary";
    input: typeof CreateNamespaceRequestSchema;
    output: typeof CreateNamespaceResponseSchema;
  },
  /**
   * Changes labels of a namespace.
   */
  update: {
    methodKind: "unary";
    input: typeof UpdateNamespaceRequestSchema;
    output: typeof UpdateNamespaceResponseSchema;
  },
  /**
   * Removes a namespace; FAILED_PRECONDITION while something is in it.
   */
  delete: {
    methodKind: "unary";
    input: typeof DeleteNamespaceRequestSchema;
    output: typeof EmptySchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_namespaces, 0);

