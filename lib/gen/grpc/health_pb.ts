// Generated from proto/grpc/health.proto by `deno task gen`; do not edit.

import type { GenEnum, GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { enumDesc, messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file grpc/health.proto.
 */
export const file_grpc_health: GenFile = /*@__PURE__*/
  fileDesc("ChFncnBjL2hlYWx0aC5wcm90bxIOZ3JwYy5oZWFsdGgudjEiJQoSSGVhbHRoQ2hlY2tSZXF1ZXN0Eg8KB3NlcnZpY2UYASABKAkiqQEKE0hlYWx0aENoZWNrUmVzcG9uc2USQQoGc3RhdHVzGAEgASgOMjEuZ3JwYy5oZWFsdGgudjEuSGVhbHRoQ2hlY2tSZXNwb25zZS5TZXJ2aW5nU3RhdHVzIk8KDVNlcnZpbmdTdGF0dXMSCwoHVU5LTk9XThAAEgsKB1NFUlZJTkcQARIPCgtOT1RfU0VSVklORxACEhMKD1NFUlZJQ0VfVU5LTk9XThADIhMKEUhlYWx0aExpc3RSZXF1ZXN0Iq4BChJIZWFsdGhMaXN0UmVzcG9uc2USQgoIc3RhdHVzZXMYASADKAsyMC5ncnBjLmhlYWx0aC52MS5IZWFsdGhMaXN0UmVzcG9uc2UuU3RhdHVzZXNFbnRyeRpUCg1TdGF0dXNlc0VudHJ5EgsKA2tleRgBIAEoCRIyCgV2YWx1ZRgCIAEoCzIjLmdycGMuaGVhbHRoLnYxLkhlYWx0aENoZWNrUmVzcG9uc2U6AjgBMv0BCgZIZWFsdGgSUAoFQ2hlY2sSIi5ncnBjLmhlYWx0aC52MS5IZWFsdGhDaGVja1JlcXVlc3QaIy5ncnBjLmhlYWx0aC52MS5IZWFsdGhDaGVja1Jlc3BvbnNlEk0KBExpc3QSIS5ncnBjLmhlYWx0aC52MS5IZWFsdGhMaXN0UmVxdWVzdBoiLmdycGMuaGVhbHRoLnYxLkhlYWx0aExpc3RSZXNwb25zZRJSCgVXYXRjaBIiLmdycGMuaGVhbHRoLnYxLkhlYWx0aENoZWNrUmVxdWVzdBojLmdycGMuaGVhbHRoLnYxLkhlYWx0aENoZWNrUmVzcG9uc2UwAWIGcHJvdG8z");

/**
 * Names the service to ask about.
 */
export type HealthCheckRequest = Message<"grpc.health.v1.HealthCheckRequest"> & {
  /**
   * Full name of the service; empty for the server as a whole.
   */
  service: string;
};

/**
 * Describes the message grpc.health.v1.HealthCheckRequest.
 * Use `create(HealthCheckRequestSchema)` to create a new message.
 */
export const HealthCheckRequestSchema: GenMessage<HealthCheckRequest> = /*@__PURE__*/
  messageDesc(file_grpc_health, 0);

/**
 * State of one service.
 */
export type HealthCheckResponse = Message<"grpc.health.v1.HealthCheckResponse"> & {
  /**
   * State of the service.
   */
  status: HealthCheckResponse_ServingStatus;
};

/**
 * Describes the message grpc.health.v1.HealthCheckResponse.
 * Use `create(HealthCheckResponseSchema)` to create a new message.
 */
export const HealthCheckResponseSchema: GenMessage<HealthCheckResponse> = /*@__PURE__*/
  messageDesc(file_grpc_health, 1);

/**
 * Whether calls are welcome.
 */
export enum HealthCheckResponse_ServingStatus {
  /**
   * Not known yet.
   */
  UNKNOWN = 0,

  /**
   * Calls are answered.
   */
  SERVING = 1,

  /**
   * Calls are refused.
   */
  NOT_SERVING = 2,

  /**
   * No such service; sent by Watch only.
   */
  SERVICE_UNKNOWN = 3,
}

/**
 * Describes the enum grpc.health.v1.HealthCheckResponse.ServingStatus.
 */
export const HealthCheckResponse_ServingStatusSchema: GenEnum<HealthCheckResponse_ServingStatus> = /*@__PURE__*/
  enumDesc(file_grpc_health, 1, 0);

/**
 * Has no parameters.
 */
export type HealthListRequest = Message<"grpc.health.v1.HealthListRequest"> & {
};

/**
 * Describes the message grpc.health.v1.HealthListRequest.
 * Use `create(HealthListRequestSchema)` to create a new message.
 */
export const HealthListRequestSchema: GenMessage<HealthListRequest> = /*@__PURE__*/
  messageDesc(file_grpc_health, 2);

/**
 * State of all services.
 */
export type HealthListResponse = Message<"grpc.health.v1.HealthListResponse"> & {
  /**
   * By full name; the empty name is the server as a whole.
   */
  statuses: { [key: string]: HealthCheckResponse };
};

/**
 * Describes the message grpc.health.v1.HealthListResponse.
 * Use `create(HealthListResponseSchema)` to create a new message.
 */
export const HealthListResponseSchema: GenMessage<HealthListResponse> = /*@__PURE__*/
  messageDesc(file_grpc_health, 3);

/**
 * The standard gRPC health service. containerd serves it without a namespace.
 */
export const Health: GenService<{
  /**
   * Answers for the whole server when no service is named, NOT_FOUND for unknown services.
   */
  check: {
    methodKind: "unary";
    input: typeof HealthCheckRequestSchema;
    output: typeof HealthCheckResponseSchema;
  },
  /**
   * Answers for all services that the server reports on; gRPC for Go has it since 1.72.
   */
  list: {
    methodKind: "unary";
    input: typeof HealthListRequestSchema;
    output: typeof HealthListResponseSchema;
  },
  /**
   * Sends the state now and at each change, SERVICE_UNKNOWN for unknown services.
   */
  watch: {
    methodKind: "server_streaming";
    input: typeof HealthCheckRequestSchema;
    output: typeof HealthCheckResponseSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_grpc_health, 0);

