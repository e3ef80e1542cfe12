/**
 * Every containerd service as a typed client, one to one, and the messages they speak.
 *
 * @module
 */
export { Api } from "./api.ts";
export { JSON_TYPES, packMessage, packSpec, unpackMessage, unpackSpec } from "./any.ts";
export { createServiceClient, type RpcOptions, type Scope, type ServiceClient } from "./client.ts";
