// Generated from proto/containerd/services/sandbox.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Metric } from "../types/metric_pb.ts";
import { file_containerd_types_metric } from "../types/metric_pb.ts";
import type { Mount } from "../types/mount_pb.ts";
import { file_containerd_types_mount } from "../types/mount_pb.ts";
import type { Platform } from "../types/platform_pb.ts";
import { file_containerd_types_platform } from "../types/platform_pb.ts";
import type { Sandbox } from "../types/sandbox_pb.ts";
import { file_containerd_types_sandbox } from "../types/sandbox_pb.ts";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/sandbox.proto.
 */
export const file_containerd_services_sandbox: GenFile = /*@__PURE__*/
  fileDesc("CiFjb250YWluZXJkL3NlcnZpY2VzL3NhbmRib3gucHJvdG8SHmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MSJAChJTdG9yZUNyZWF0ZVJlcXVlc3QSKgoHc2FuZGJveBgBIAEoCzIZLmNvbnRhaW5lcmQudHlwZXMuU2FuZGJveCJBChNTdG9yZUNyZWF0ZVJlc3BvbnNlEioKB3NhbmRib3gYASABKAsyGS5jb250YWluZXJkLnR5cGVzLlNhbmRib3giUAoSU3RvcmVVcGRhdGVSZXF1ZXN0EioKB3NhbmRib3gYASABKAsyGS5jb250YWluZXJkLnR5cGVzLlNhbmRib3gSDgoGZmllbGRzGAIgAygJIkEKE1N0b3JlVXBkYXRlUmVzcG9uc2USKgoHc2FuZGJveBgBIAEoCzIZLmNvbnRhaW5lcmQudHlwZXMuU2FuZGJveCIoChJTdG9yZURlbGV0ZVJlcXVlc3QSEgoKc2FuZGJveF9pZBgBIAEoCSIVChNTdG9yZURlbGV0ZVJlc3BvbnNlIiMKEFN0b3JlTGlzdFJlcXVlc3QSDwoHZmlsdGVycxgBIAMoCSI8ChFTdG9yZUxpc3RSZXNwb25zZRInCgRsaXN0GAEgAygLMhkuY29udGFpbmVyZC50eXBlcy5TYW5kYm94IiUKD1N0b3JlR2V0UmVxdWVzdBISCgpzYW5kYm94X2lkGAEgASgJIj4KEFN0b3JlR2V0UmVzcG9uc2USKgoHc2FuZGJveBgBIAEoCzIZLmNvbnRhaW5lcmQudHlwZXMuU2FuZGJveCLjAgoXQ29udHJvbGxlckNyZWF0ZVJlcXVlc3QSEgoKc2FuZGJveF9pZBgBIAEoCRInCgZyb290ZnMYAiADKAsyFy5jb250YWluZXJkLnR5cGVzLk1vdW50EiUKB29wdGlvbnMYAyABKAsyFC5nb29nbGUucHJvdG9idWYuQW55EhIKCm5ldG5zX3BhdGgYBCABKAkSXQoLYW5ub3RhdGlvbnMYBSADKAsySC5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlckNyZWF0ZVJlcXVlc3QuQW5ub3RhdGlvbnNFbnRyeRIqCgdzYW5kYm94GAYgASgLMhkuY29udGFpbmVyZC50eXBlcy5TYW5kYm94EhEKCXNhbmRib3hlchgKIAEoCRoyChBBbm5vdGF0aW9uc0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoCToCOAEiLgoYQ29udHJvbGxlckNyZWF0ZVJlc3BvbnNlEhIKCnNhbmRib3hfaWQYASABKAkiPwoWQ29udHJvbGxlclN0YXJ0UmVxdWVzdBISCgpzYW5kYm94X2lkGAEgASgJEhEKCXNhbmRib3hlchgKIAEoCSK0AgoXQ29udHJvbGxlclN0YXJ0UmVzcG9uc2USEgoKc2FuZGJveF9pZBgBIAEoCRILCgNwaWQYAiABKA0SLgoKY3JlYXRlZF9hdBgDIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXASUwoGbGFiZWxzGAQgAygLMkMuY29udGFpbmVyZC5zZXJ2aWNlcy5zYW5kYm94LnYxLkNvbnRyb2xsZXJTdGFydFJlc3BvbnNlLkxhYmVsc0VudHJ5Eg8KB2FkZHJlc3MYBSABKAkSDwoHdmVyc2lvbhgGIAEoDRIiCgRzcGVjGAcgASgLMhQuZ29vZ2xlLnByb3RvYnVmLkFueRotCgtMYWJlbHNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAk6AjgBIkIKGUNvbnRyb2xsZXJQbGF0Zm9ybVJlcXVlc3QSEgoKc2FuZGJveF9pZBgBIAEoCRIRCglzYW5kYm94ZXIYCiABKAkiSgoaQ29udHJvbGxlclBsYXRmb3JtUmVzcG9uc2USLAoIcGxhdGZvcm0YASABKAsyGi5jb250YWluZXJkLnR5cGVzLlBsYXRmb3JtIlQKFUNvbnRyb2xsZXJTdG9wUmVxdWVzdBISCgpzYW5kYm94X2lkGAEgASgJEhQKDHRpbWVvdXRfc2VjcxgCIAEoDRIRCglzYW5kYm94ZXIYCiABKAkiGAoWQ29udHJvbGxlclN0b3BSZXNwb25zZSI+ChVDb250cm9sbGVyV2FpdFJlcXVlc3QSEgoKc2FuZGJveF9pZBgBIAEoCRIRCglzYW5kYm94ZXIYCiABKAkiXAoWQ29udHJvbGxlcldhaXRSZXNwb25zZRITCgtleGl0X3N0YXR1cxgBIAEoDRItCglleGl0ZWRfYXQYAiABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wIlEKF0NvbnRyb2xsZXJTdGF0dXNSZXF1ZXN0EhIKCnNhbmRib3hfaWQYASABKAkSDwoHdmVyYm9zZRgCIAEoCBIRCglzYW5kYm94ZXIYCiABKAki7wIKGENvbnRyb2xsZXJTdGF0dXNSZXNwb25zZRISCgpzYW5kYm94X2lkGAEgASgJEgsKA3BpZBgCIAEoDRINCgVzdGF0ZRgDIAEoCRJQCgRpbmZvGAQgAygLMkIuY29udGFpbmVyZC5zZXJ2aWNlcy5zYW5kYm94LnYxLkNvbnRyb2xsZXJTdGF0dXNSZXNwb25zZS5JbmZvRW50cnkSLgoKY3JlYXRlZF9hdBgFIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXASLQoJZXhpdGVkX2F0GAYgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVzdGFtcBIjCgVleHRyYRgHIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnkSDwoHYWRkcmVzcxgIIAEoCRIPCgd2ZXJzaW9uGAkgASgNGisKCUluZm9FbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAk6AjgBIkIKGUNvbnRyb2xsZXJTaHV0ZG93blJlcXVlc3QSEgoKc2FuZGJveF9pZBgBIAEoCRIRCglzYW5kYm94ZXIYCiABKAkiHAoaQ29udHJvbGxlclNodXRkb3duUmVzcG9uc2UiQQoYQ29udHJvbGxlck1ldHJpY3NSZXF1ZXN0EhIKCnNhbmRib3hfaWQYASABKAkSEQoJc2FuZGJveGVyGAogASgJIkYKGUNvbnRyb2xsZXJNZXRyaWNzUmVzcG9uc2USKQoHbWV0cmljcxgBIAEoCzIYLmNvbnRhaW5lcmQudHlwZXMuTWV0cmljInwKF0NvbnRyb2xsZXJVcGRhdGVSZXF1ZXN0EhIKCnNhbmRib3hfaWQYASABKAkSEQoJc2FuZGJveGVyGAIgASgJEioKB3NhbmRib3gYAyABKAsyGS5jb250YWluZXJkLnR5cGVzLlNhbmRib3gSDgoGZmllbGRzGAQgAygJIhoKGENvbnRyb2xsZXJVcGRhdGVSZXNwb25zZTK3BAoFU3RvcmUScQoGQ3JlYXRlEjIuY29udGFpbmVyZC5zZXJ2aWNlcy5zYW5kYm94LnYxLlN0b3JlQ3JlYXRlUmVxdWVzdBozLmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MS5TdG9yZUNyZWF0ZVJlc3BvbnNlEnEKBlVwZGF0ZRIyLmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MS5TdG9yZVVwZGF0ZVJlcXVlc3QaMy5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuU3RvcmVVcGRhdGVSZXNwb25zZRJxCgZEZWxldGUSMi5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuU3RvcmVEZWxldGVSZXF1ZXN0GjMuY29udGFpbmVyZC5zZXJ2aWNlcy5zYW5kYm94LnYxLlN0b3JlRGVsZXRlUmVzcG9uc2USawoETGlzdBIwLmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MS5TdG9yZUxpc3RSZXF1ZXN0GjEuY29udGFpbmVyZC5zZXJ2aWNlcy5zYW5kYm94LnYxLlN0b3JlTGlzdFJlc3BvbnNlEmgKA0dldBIvLmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MS5TdG9yZUdldFJlcXVlc3QaMC5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuU3RvcmVHZXRSZXNwb25zZTLzCAoKQ29udHJvbGxlchJ7CgZDcmVhdGUSNy5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlckNyZWF0ZVJlcXVlc3QaOC5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlckNyZWF0ZVJlc3BvbnNlEngKBVN0YXJ0EjYuY29udGFpbmVyZC5zZXJ2aWNlcy5zYW5kYm94LnYxLkNvbnRyb2xsZXJTdGFydFJlcXVlc3QaNy5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlclN0YXJ0UmVzcG9uc2USgQEKCFBsYXRmb3JtEjkuY29udGFpbmVyZC5zZXJ2aWNlcy5zYW5kYm94LnYxLkNvbnRyb2xsZXJQbGF0Zm9ybVJlcXVlc3QaOi5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlclBsYXRmb3JtUmVzcG9uc2USdQoEU3RvcBI1LmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MS5Db250cm9sbGVyU3RvcFJlcXVlc3QaNi5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlclN0b3BSZXNwb25zZRJ1CgRXYWl0EjUuY29udGFpbmVyZC5zZXJ2aWNlcy5zYW5kYm94LnYxLkNvbnRyb2xsZXJXYWl0UmVxdWVzdBo2LmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MS5Db250cm9sbGVyV2FpdFJlc3BvbnNlEnsKBlN0YXR1cxI3LmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MS5Db250cm9sbGVyU3RhdHVzUmVxdWVzdBo4LmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MS5Db250cm9sbGVyU3RhdHVzUmVzcG9uc2USgQEKCFNodXRkb3duEjkuY29udGFpbmVyZC5zZXJ2aWNlcy5zYW5kYm94LnYxLkNvbnRyb2xsZXJTaHV0ZG93blJlcXVlc3QaOi5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlclNodXRkb3duUmVzcG9uc2USfgoHTWV0cmljcxI4LmNvbnRhaW5lcmQuc2VydmljZXMuc2FuZGJveC52MS5Db250cm9sbGVyTWV0cmljc1JlcXVlc3QaOS5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlck1ldHJpY3NSZXNwb25zZRJ7CgZVcGRhdGUSNy5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlclVwZGF0ZVJlcXVlc3QaOC5jb250YWluZXJkLnNlcnZpY2VzLnNhbmRib3gudjEuQ29udHJvbGxlclVwZGF0ZVJlc3BvbnNlYgZwcm90bzM", [file_containerd_types_metric, file_containerd_types_mount, file_containerd_types_platform, file_containerd_types_sandbox, file_google_protobuf_any, file_google_protobuf_timestamp]);

/**
 * The record to add. Since 1.7.0.
 */
export type StoreCreateRequest = Message<"containerd.services.sandbox.v1.StoreCreateRequest"> & {
  /**
   * Needs `sandbox_id`.
   */
  sandbox?: Sandbox | undefined;
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreCreateRequest.
 * Use `create(StoreCreateRequestSchema)` to create a new message.
 */
export const StoreCreateRequestSchema: GenMessage<StoreCreateRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 0);

/**
 * The record as stored. Since 1.7.0.
 */
export type StoreCreateResponse = Message<"containerd.services.sandbox.v1.StoreCreateResponse"> & {
  /**
   * The record as stored.
   */
  sandbox?: Sandbox | undefined;
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreCreateResponse.
 * Use `create(StoreCreateResponseSchema)` to create a new message.
 */
export const StoreCreateResponseSchema: GenMessage<StoreCreateResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 1);

/**
 * A change to a record. Since 1.7.0.
 */
export type StoreUpdateRequest = Message<"containerd.services.sandbox.v1.StoreUpdateRequest"> & {
  /**
   * `sandbox_id`, and the new values.
   */
  sandbox?: Sandbox | undefined;

  /**
   * Fields to change: labels, labels.KEY, extensions, extensions.KEY, spec, runtime. Empty for
   * labels, extensions, runtime and spec.
   */
  fields: string[];
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreUpdateRequest.
 * Use `create(StoreUpdateRequestSchema)` to create a new message.
 */
export const StoreUpdateRequestSchema: GenMessage<StoreUpdateRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 2);

/**
 * The record after the change. Since 1.7.0.
 */
export type StoreUpdateResponse = Message<"containerd.services.sandbox.v1.StoreUpdateResponse"> & {
  /**
   * The record after the change.
   */
  sandbox?: Sandbox | undefined;
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreUpdateResponse.
 * Use `create(StoreUpdateResponseSchema)` to create a new message.
 */
export const StoreUpdateResponseSchema: GenMessage<StoreUpdateResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 3);

/**
 * Names the record to remove. Since 1.7.0.
 */
export type StoreDeleteRequest = Message<"containerd.services.sandbox.v1.StoreDeleteRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreDeleteRequest.
 * Use `create(StoreDeleteRequestSchema)` to create a new message.
 */
export const StoreDeleteRequestSchema: GenMessage<StoreDeleteRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 4);

/**
 * Has no content. Since 1.7.0.
 */
export type StoreDeleteResponse = Message<"containerd.services.sandbox.v1.StoreDeleteResponse"> & {
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreDeleteResponse.
 * Use `create(StoreDeleteResponseSchema)` to create a new message.
 */
export const StoreDeleteResponseSchema: GenMessage<StoreDeleteResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 5);

/**
 * Chooses records. Since 1.7.0.
 */
export type StoreListRequest = Message<"containerd.services.sandbox.v1.StoreListRequest"> & {
  /**
   * A record is chosen when any filter matches; none chooses all. Fields: id, labels.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreListRequest.
 * Use `create(StoreListRequestSchema)` to create a new message.
 */
export const StoreListRequestSchema: GenMessage<StoreListRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 6);

/**
 * The chosen records. Since 1.7.0.
 */
export type StoreListResponse = Message<"containerd.services.sandbox.v1.StoreListResponse"> & {
  /**
   * The chosen records.
   */
  list: Sandbox[];
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreListResponse.
 * Use `create(StoreListResponseSchema)` to create a new message.
 */
export const StoreListResponseSchema: GenMessage<StoreListResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 7);

/**
 * Names the record to read. Since 1.7.0.
 */
export type StoreGetRequest = Message<"containerd.services.sandbox.v1.StoreGetRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreGetRequest.
 * Use `create(StoreGetRequestSchema)` to create a new message.
 */
export const StoreGetRequestSchema: GenMessage<StoreGetRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 8);

/**
 * The record. Since 1.7.0.
 */
export type StoreGetResponse = Message<"containerd.services.sandbox.v1.StoreGetResponse"> & {
  /**
   * The record.
   */
  sandbox?: Sandbox | undefined;
};

/**
 * Describes the message containerd.services.sandbox.v1.StoreGetResponse.
 * Use `create(StoreGetResponseSchema)` to create a new message.
 */
export const StoreGetResponseSchema: GenMessage<StoreGetResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 9);

/**
 * The sandbox to set up. Since 1.7.0.
 */
export type ControllerCreateRequest = Message<"containerd.services.sandbox.v1.ControllerCreateRequest"> & {
  /**
   * Sandbox in the store.
   */
  sandboxId: string;

  /**
   * Mounts that make up its root file system, where it has one.
   */
  rootfs: Mount[];

  /**
   * Options, in the controller's own type.
   */
  options?: Any | undefined;

  /**
   * Network namespace on the daemon's host; empty for none.
   */
  netnsPath: string;

  /**
   * Annotations for the shim. Since 2.0.0.
   */
  annotations: { [key: string]: string };

  /**
   * The record, for controllers that keep no store. Since 2.0.0.
   */
  sandbox?: Sandbox | undefined;

  /**
   * Controller; empty for the default. Since 2.0.0.
   */
  sandboxer: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerCreateRequest.
 * Use `create(ControllerCreateRequestSchema)` to create a new message.
 */
export const ControllerCreateRequestSchema: GenMessage<ControllerCreateRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 10);

/**
 * The sandbox that was set up. Since 1.7.0.
 */
export type ControllerCreateResponse = Message<"containerd.services.sandbox.v1.ControllerCreateResponse"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerCreateResponse.
 * Use `create(ControllerCreateResponseSchema)` to create a new message.
 */
export const ControllerCreateResponseSchema: GenMessage<ControllerCreateResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 11);

/**
 * The sandbox to start. Since 1.7.0.
 */
export type ControllerStartRequest = Message<"containerd.services.sandbox.v1.ControllerStartRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Controller; empty for the default. Since 2.0.0.
   */
  sandboxer: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerStartRequest.
 * Use `create(ControllerStartRequestSchema)` to create a new message.
 */
export const ControllerStartRequestSchema: GenMessage<ControllerStartRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 12);

/**
 * The sandbox that runs. Since 1.7.0.
 */
export type ControllerStartResponse = Message<"containerd.services.sandbox.v1.ControllerStartResponse"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Process id on the daemon's host; 0 where there is none.
   */
  pid: number;

  /**
   * When it was started.
   */
  createdAt?: Timestamp | undefined;

  /**
   * Labels that the controller gives it.
   */
  labels: { [key: string]: string };

  /**
   * Where its Task API answers, such as ttrpc+unix:///PATH or grpc+vsock://CID:PORT.
   * Since 2.0.0.
   */
  address: string;

  /**
   * Version of that API: 2 or 3. Since 2.0.0.
   */
  version: number;

  /**
   * Specification as the controller filled it in. Since 2.3.0.
   */
  spec?: Any | undefined;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerStartResponse.
 * Use `create(ControllerStartResponseSchema)` to create a new message.
 */
export const ControllerStartResponseSchema: GenMessage<ControllerStartResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 13);

/**
 * Names the sandbox. Since 1.7.0.
 */
export type ControllerPlatformRequest = Message<"containerd.services.sandbox.v1.ControllerPlatformRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Controller; empty for the default. Since 2.0.0.
   */
  sandboxer: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerPlatformRequest.
 * Use `create(ControllerPlatformRequestSchema)` to create a new message.
 */
export const ControllerPlatformRequestSchema: GenMessage<ControllerPlatformRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 14);

/**
 * The platform of a sandbox. Since 1.7.0.
 */
export type ControllerPlatformResponse = Message<"containerd.services.sandbox.v1.ControllerPlatformResponse"> & {
  /**
   * Platform that containers in it must be for.
   */
  platform?: Platform | undefined;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerPlatformResponse.
 * Use `create(ControllerPlatformResponseSchema)` to create a new message.
 */
export const ControllerPlatformResponseSchema: GenMessage<ControllerPlatformResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 15);

/**
 * The sandbox to stop. Since 1.7.0.
 */
export type ControllerStopRequest = Message<"containerd.services.sandbox.v1.ControllerStopRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Seconds to wait before it is killed; what 0 means is up to the controller.
   */
  timeoutSecs: number;

  /**
   * Controller; empty for the default. Since 2.0.0.
   */
  sandboxer: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerStopRequest.
 * Use `create(ControllerStopRequestSchema)` to create a new message.
 */
export const ControllerStopRequestSchema: GenMessage<ControllerStopRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 16);

/**
 * Has no content. Since 1.7.0.
 */
export type ControllerStopResponse = Message<"containerd.services.sandbox.v1.ControllerStopResponse"> & {
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerStopResponse.
 * Use `create(ControllerStopResponseSchema)` to create a new message.
 */
export const ControllerStopResponseSchema: GenMessage<ControllerStopResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 17);

/**
 * Names the sandbox. Since 1.7.0.
 */
export type ControllerWaitRequest = Message<"containerd.services.sandbox.v1.ControllerWaitRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Controller; empty for the default. Since 2.0.0.
   */
  sandboxer: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerWaitRequest.
 * Use `create(ControllerWaitRequestSchema)` to create a new message.
 */
export const ControllerWaitRequestSchema: GenMessage<ControllerWaitRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 18);

/**
 * How the sandbox ended. Since 1.7.0.
 */
export type ControllerWaitResponse = Message<"containerd.services.sandbox.v1.ControllerWaitResponse"> & {
  /**
   * Exit code, or 128 plus the signal.
   */
  exitStatus: number;

  /**
   * When it exited.
   */
  exitedAt?: Timestamp | undefined;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerWaitResponse.
 * Use `create(ControllerWaitResponseSchema)` to create a new message.
 */
export const ControllerWaitResponseSchema: GenMessage<ControllerWaitResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 19);

/**
 * Names the sandbox. Since 1.7.0.
 */
export type ControllerStatusRequest = Message<"containerd.services.sandbox.v1.ControllerStatusRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Fill in `info`.
   */
  verbose: boolean;

  /**
   * Controller; empty for the default. Since 2.0.0.
   */
  sandboxer: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerStatusRequest.
 * Use `create(ControllerStatusRequestSchema)` to create a new message.
 */
export const ControllerStatusRequestSchema: GenMessage<ControllerStatusRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 20);

/**
 * How a sandbox does. Since 1.7.0.
 */
export type ControllerStatusResponse = Message<"containerd.services.sandbox.v1.ControllerStatusResponse"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Process id on the daemon's host; 0 where there is none.
   */
  pid: number;

  /**
   * State, in the controller's own words, such as SANDBOX_READY.
   */
  state: string;

  /**
   * Details for people.
   */
  info: { [key: string]: string };

  /**
   * When it was started.
   */
  createdAt?: Timestamp | undefined;

  /**
   * When it exited.
   */
  exitedAt?: Timestamp | undefined;

  /**
   * More, in the controller's own type.
   */
  extra?: Any | undefined;

  /**
   * Where its Task API answers, such as ttrpc+unix:///PATH or grpc+vsock://CID:PORT.
   * Since 2.0.0.
   */
  address: string;

  /**
   * Version of that API: 2 or 3. Since 2.0.0.
   */
  version: number;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerStatusResponse.
 * Use `create(ControllerStatusResponseSchema)` to create a new message.
 */
export const ControllerStatusResponseSchema: GenMessage<ControllerStatusResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 21);

/**
 * The sandbox to shut down. Since 1.7.0.
 */
export type ControllerShutdownRequest = Message<"containerd.services.sandbox.v1.ControllerShutdownRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Controller; empty for the default. Since 2.0.0.
   */
  sandboxer: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerShutdownRequest.
 * Use `create(ControllerShutdownRequestSchema)` to create a new message.
 */
export const ControllerShutdownRequestSchema: GenMessage<ControllerShutdownRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 22);

/**
 * Has no content. Since 1.7.0.
 */
export type ControllerShutdownResponse = Message<"containerd.services.sandbox.v1.ControllerShutdownResponse"> & {
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerShutdownResponse.
 * Use `create(ControllerShutdownResponseSchema)` to create a new message.
 */
export const ControllerShutdownResponseSchema: GenMessage<ControllerShutdownResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 23);

/**
 * Names the sandbox. Since 2.0.0.
 */
export type ControllerMetricsRequest = Message<"containerd.services.sandbox.v1.ControllerMetricsRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Controller; empty for the default.
   */
  sandboxer: string;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerMetricsRequest.
 * Use `create(ControllerMetricsRequestSchema)` to create a new message.
 */
export const ControllerMetricsRequestSchema: GenMessage<ControllerMetricsRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 24);

/**
 * The counters of a sandbox. Since 2.0.0.
 */
export type ControllerMetricsResponse = Message<"containerd.services.sandbox.v1.ControllerMetricsResponse"> & {
  /**
   * One sample.
   */
  metrics?: Metric | undefined;
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerMetricsResponse.
 * Use `create(ControllerMetricsResponseSchema)` to create a new message.
 */
export const ControllerMetricsResponseSchema: GenMessage<ControllerMetricsResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 25);

/**
 * A change to a running sandbox. Since 2.0.0.
 */
export type ControllerUpdateRequest = Message<"containerd.services.sandbox.v1.ControllerUpdateRequest"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

  /**
   * Controller; empty for the default. Number 2 here, 10 everywhere else.
   */
  sandboxer: string;

  /**
   * The new values.
   */
  sandbox?: Sandbox | undefined;

  /**
   * Fields to change.
   */
  fields: string[];
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerUpdateRequest.
 * Use `create(ControllerUpdateRequestSchema)` to create a new message.
 */
export const ControllerUpdateRequestSchema: GenMessage<ControllerUpdateRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 26);

/**
 * Has no content. Since 2.0.0.
 */
export type ControllerUpdateResponse = Message<"containerd.services.sandbox.v1.ControllerUpdateResponse"> & {
};

/**
 * Describes the message containerd.services.sandbox.v1.ControllerUpdateResponse.
 * Use `create(ControllerUpdateResponseSchema)` to create a new message.
 */
export const ControllerUpdateResponseSchema: GenMessage<ControllerUpdateResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_sandbox, 27);

/**
 * Records of sandboxes. Nothing runs here; see Controller. Since 1.7.0.
 */
export const Store: GenService<{
  /**
   * Adds a record; ALREADY_EXISTS when the id is taken.
   */
  create: {
    methodKind: "unary";
    input: typeof StoreCreateRequestSchema;
    output: typeof StoreCreateResponseSchema;
  },
  /**
   * Changes a record.
   */
  update: {
    methodKind: "unary";
    input: typeof StoreUpdateRequestSchema;
    output: typeof StoreUpdateResponseSchema;
  },
  /**
   * Removes a record.
   */
  delete: {
    methodKind: "unary";
    input: typeof StoreDeleteRequestSchema;
    output: typeof StoreDeleteResponseSchema;
  },
  /**
   * Reads all records.
   */
  list: {
    methodKind: "unary";
    input: typeof StoreListRequestSchema;
    output: typeof StoreListResponseSchema;
  },
  /**
   * Reads one record.
   */
  get: {
    methodKind: "unary";
    input: typeof StoreGetRequestSchema;
    output: typeof StoreGetResponseSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_sandbox, 0);

/**
 * Running sandboxes. Since 1.7.0.
 */
export const Controller: GenService<{
  /**
   * Sets a sandbox up: its shim and its files. Nothing of the user's runs yet.
   */
  create: {
    methodKind: "unary";
    input: typeof ControllerCreateRequestSchema;
    output: typeof ControllerCreateResponseSchema;
  },
  /**
   * Starts a sandbox.
   */
  start: {
    methodKind: "unary";
    input: typeof ControllerStartRequestSchema;
    output: typeof ControllerStartResponseSchema;
  },
  /**
   * Says what platform the containers in it must be for.
   */
  platform: {
    methodKind: "unary";
    input: typeof ControllerPlatformRequestSchema;
    output: typeof ControllerPlatformResponseSchema;
  },
  /**
   * Stops a sandbox; its record and its shim stay.
   */
  stop: {
    methodKind: "unary";
    input: typeof ControllerStopRequestSchema;
    output: typeof ControllerStopResponseSchema;
  },
  /**
   * Waits for a sandbox to exit.
   */
  wait: {
    methodKind: "unary";
    input: typeof ControllerWaitRequestSchema;
    output: typeof ControllerWaitResponseSchema;
  },
  /**
   * Says how a sandbox does.
   */
  status: {
    methodKind: "unary";
    input: typeof ControllerStatusRequestSchema;
    output: typeof ControllerStatusResponseSchema;
  },
  /**
   * Ends the shim and removes what Create made.
   */
  shutdown: {
    methodKind: "unary";
    input: typeof ControllerShutdownRequestSchema;
    output: typeof ControllerShutdownResponseSchema;
  },
  /**
   * Reads counters. Since 2.0.0.
   */
  metrics: {
    methodKind: "unary";
    input: typeof ControllerMetricsRequestSchema;
    output: typeof ControllerMetricsResponseSchema;
  },
  /**
   * Changes a running sandbox. Since 2.0.0.
   */
  update: {
    methodKind: "unary";
    input: typeof ControllerUpdateRequestSchema;
    output: typeof ControllerUpdateResponseSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_sandbox, 1);

