// Generated from proto/containerd/services/leases.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { EmptySchema, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/leases.proto.
 */
export const file_containerd_services_leases: GenFile = /*@__PURE__*/
  fileDesc("CiBjb250YWluZXJkL3NlcnZpY2VzL2xlYXNlcy5wcm90bxIdY29udGFpbmVyZC5zZXJ2aWNlcy5sZWFzZXMudjEitAEKBUxlYXNlEgoKAmlkGAEgASgJEi4KCmNyZWF0ZWRfYXQYAiABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wEkAKBmxhYmVscxgDIAMoCzIwLmNvbnRhaW5lcmQuc2VydmljZXMubGVhc2VzLnYxLkxlYXNlLkxhYmVsc0VudHJ5Gi0KC0xhYmVsc0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoCToCOAEilAEKDUNyZWF0ZVJlcXVlc3QSCgoCaWQYASABKAkSSAoGbGFiZWxzGAMgAygLMjguY29udGFpbmVyZC5zZXJ2aWNlcy5sZWFzZXMudjEuQ3JlYXRlUmVxdWVzdC5MYWJlbHNFbnRyeRotCgtMYWJlbHNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAk6AjgBIkUKDkNyZWF0ZVJlc3BvbnNlEjMKBWxlYXNlGAEgASgLMiQuY29udGFpbmVyZC5zZXJ2aWNlcy5sZWFzZXMudjEuTGVhc2UiKQoNRGVsZXRlUmVxdWVzdBIKCgJpZBgBIAEoCRIMCgRzeW5jGAIgASgIIh4KC0xpc3RSZXF1ZXN0Eg8KB2ZpbHRlcnMYASADKAkiRAoMTGlzdFJlc3BvbnNlEjQKBmxlYXNlcxgBIAMoCzIkLmNvbnRhaW5lcmQuc2VydmljZXMubGVhc2VzLnYxLkxlYXNlIiQKCFJlc291cmNlEgoKAmlkGAEgASgJEgwKBHR5cGUYAiABKAkiWwoSQWRkUmVzb3VyY2VSZXF1ZXN0EgoKAmlkGAEgASgJEjkKCHJlc291cmNlGAIgASgLMicuY29udGFpbmVyZC5zZXJ2aWNlcy5sZWFzZXMudjEuUmVzb3VyY2UiXgoVRGVsZXRlUmVzb3VyY2VSZXF1ZXN0EgoKAmlkGAEgASgJEjkKCHJlc291cmNlGAIgASgLMicuY29udGFpbmVyZC5zZXJ2aWNlcy5sZWFzZXMudjEuUmVzb3VyY2UiIgoUTGlzdFJlc291cmNlc1JlcXVlc3QSCgoCaWQYASABKAkiUwoVTGlzdFJlc291cmNlc1Jlc3BvbnNlEjoKCXJlc291cmNlcxgBIAMoCzInLmNvbnRhaW5lcmQuc2VydmljZXMubGVhc2VzLnYxLlJlc291cmNlMtYECgZMZWFzZXMSZQoGQ3JlYXRlEiwuY29udGFpbmVyZC5zZXJ2aWNlcy5sZWFzZXMudjEuQ3JlYXRlUmVxdWVzdBotLmNvbnRhaW5lcmQuc2VydmljZXMubGVhc2VzLnYxLkNyZWF0ZVJlc3BvbnNlEk4KBkRlbGV0ZRIsLmNvbnRhaW5lcmQuc2VydmljZXMubGVhc2VzLnYxLkRlbGV0ZVJlcXVlc3QaFi5nb29nbGUucHJvdG9idWYuRW1wdHkSXwoETGlzdBIqLmNvbnRhaW5lcmQuc2VydmljZXMubGVhc2VzLnYxLkxpc3RSZXF1ZXN0GisuY29udGFpbmVyZC5zZXJ2aWNlcy5sZWFzZXMudjEuTGlzdFJlc3BvbnNlElgKC0FkZFJlc291cmNlEjEuY29udGFpbmVyZC5zZXJ2aWNlcy5sZWFzZXMudjEuQWRkUmVzb3VyY2VSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5El4KDkRlbGV0ZVJlc291cmNlEjQuY29udGFpbmVyZC5zZXJ2aWNlcy5sZWFzZXMudjEuRGVsZXRlUmVzb3VyY2VSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5EnoKDUxpc3RSZXNvdXJjZXMSMy5jb250YWluZXJkLnNlcnZpY2VzLmxlYXNlcy52MS5MaXN0UmVzb3VyY2VzUmVxdWVzdBo0LmNvbnRhaW5lcmQuc2VydmljZXMubGVhc2VzLnYxLkxpc3RSZXNvdXJjZXNSZXNwb25zZWIGcHJvdG8z", [file_google_protobuf_empty, file_google_protobuf_timestamp]);

/**
 * A hold on content and snapshots.
 */
export type Lease = Message<"containerd.services.leases.v1.Lease"> & {
  /**
   * Unique in the namespace.
   */
  id: string;

  /**
   * Set by the daemon.
   */
  createdAt?: Timestamp | undefined;

  /**
   * User data, and labels such as containerd.io/gc.expire, the time (RFC 3339) of its end.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.leases.v1.Lease.
 * Use `create(LeaseSchema)` to create a new message.
 */
export const LeaseSchema: GenMessage<Lease> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 0);

/**
 * The lease to make.
 */
export type CreateRequest = Message<"containerd.services.leases.v1.CreateRequest"> & {
  /**
   * Id; empty for one that the daemon makes up.
   */
  id: string;

  /**
   * Labels.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.leases.v1.CreateRequest.
 * Use `create(CreateRequestSchema)` to create a new message.
 */
export const CreateRequestSchema: GenMessage<CreateRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 1);

/**
 * The lease as stored.
 */
export type CreateResponse = Message<"containerd.services.leases.v1.CreateResponse"> & {
  /**
   * The lease as stored.
   */
  lease?: Lease | undefined;
};

/**
 * Describes the message containerd.services.leases.v1.CreateResponse.
 * Use `create(CreateResponseSchema)` to create a new message.
 */
export const CreateResponseSchema: GenMessage<CreateResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 2);

/**
 * The lease to end.
 */
export type DeleteRequest = Message<"containerd.services.leases.v1.DeleteRequest"> & {
  /**
   * Lease.
   */
  id: string;

  /**
   * Collect garbage before the answer. Since 1.2.0.
   */
  sync: boolean;
};

/**
 * Describes the message containerd.services.leases.v1.DeleteRequest.
 * Use `create(DeleteRequestSchema)` to create a new message.
 */
export const DeleteRequestSchema: GenMessage<DeleteRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 3);

/**
 * Chooses leases.
 */
export type ListRequest = Message<"containerd.services.leases.v1.ListRequest"> & {
  /**
   * A lease is chosen when any filter matches; none chooses all. Fields: id, labels.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.leases.v1.ListRequest.
 * Use `create(ListRequestSchema)` to create a new message.
 */
export const ListRequestSchema: GenMessage<ListRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 4);

/**
 * The chosen leases.
 */
export type ListResponse = Message<"containerd.services.leases.v1.ListResponse"> & {
  /**
   * The chosen leases.
   */
  leases: Lease[];
};

/**
 * Describes the message containerd.services.leases.v1.ListResponse.
 * Use `create(ListResponseSchema)` to create a new message.
 */
export const ListResponseSchema: GenMessage<ListResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 5);

/**
 * A thing that a lease holds. Since 1.3.0.
 */
export type Resource = Message<"containerd.services.leases.v1.Resource"> & {
  /**
   * Digest, ref, snapshot key or image name, as `type` says.
   */
  id: string;

  /**
   * content, ingests, snapshots/SNAPSHOTTER, or (since 2.0) images.
   */
  type: string;
};

/**
 * Describes the message containerd.services.leases.v1.Resource.
 * Use `create(ResourceSchema)` to create a new message.
 */
export const ResourceSchema: GenMessage<Resource> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 6);

/**
 * The thing to put on a lease. Since 1.3.0.
 */
export type AddResourceRequest = Message<"containerd.services.leases.v1.AddResourceRequest"> & {
  /**
   * Lease.
   */
  id: string;

  /**
   * Thing; it need not exist.
   */
  resource?: Resource | undefined;
};

/**
 * Describes the message containerd.services.leases.v1.AddResourceRequest.
 * Use `create(AddResourceRequestSchema)` to create a new message.
 */
export const AddResourceRequestSchema: GenMessage<AddResourceRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 7);

/**
 * The thing to take off a lease. Since 1.3.0.
 */
export type DeleteResourceRequest = Message<"containerd.services.leases.v1.DeleteResourceRequest"> & {
  /**
   * Lease.
   */
  id: string;

  /**
   * Thing.
   */
  resource?: Resource | undefined;
};

/**
 * Describes the message containerd.services.leases.v1.DeleteResourceRequest.
 * Use `create(DeleteResourceRequestSchema)` to create a new message.
 */
export const DeleteResourceRequestSchema: GenMessage<DeleteResourceRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 8);

/**
 * Names the lease. Since 1.3.0.
 */
export type ListResourcesRequest = Message<"containerd.services.leases.v1.ListResourcesRequest"> & {
  /**
   * Lease.
   */
  id: string;
};

/**
 * Describes the message containerd.services.leases.v1.ListResourcesRequest.
 * Use `create(ListResourcesRequestSchema)` to create a new message.
 */
export const ListResourcesRequestSchema: GenMessage<ListResourcesRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 9);

/**
 * The things on the lease. Since 1.3.0.
 */
export type ListResourcesResponse = Message<"containerd.services.leases.v1.ListResourcesResponse"> & {
  /**
   * The things on the lease.
   */
  resources: Resource[];
};

/**
 * Describes the message containerd.services.leases.v1.ListResourcesResponse.
 * Use `create(ListResourcesResponseSchema)` to create a new message.
 */
export const ListResourcesResponseSchema: GenMessage<ListResourcesResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_leases, 10);

/**
 * Leases keep things from garbage collection. A call with the header containerd-lease puts what
 * it makes on that lease.
 */
export const Leases: GenService<{
  /**
   * Makes a lease; ALREADY_EXISTS when the id is taken.
   */
  create: {
    methodKind: "unary";
    input: typeof CreateRequestSchema;
    output: typeof CreateResponseSchema;
  },
  /**
   * Ends a lease; what nothing else holds is collected.
   */
  delete: {
    methodKind: "unary";
    input: typeof DeleteRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Lists leases.
   */
  list: {
    methodKind: "unary";
    input: typeof ListRequestSchema;
    output: typeof ListResponseSchema;
  },
  /**
   * Puts an existing thing on a lease. Since 1.3.0.
   */
  addResource: {
    methodKind: "unary";
    input: typeof AddResourceRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Takes a thing off a lease. Since 1.3.0.
   */
  deleteResource: {
    methodKind: "unary";
    input: typeof DeleteResourceRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Lists the things on a lease. Since 1.3.0.
   */
  listResources: {
    methodKind: "unary";
    input: typeof ListResourcesRequestSchema;
    output: typeof ListResourcesResponseSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_leases, 0);

