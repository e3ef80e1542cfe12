/**
 * Every containerd service as a typed client, one to one, and the messages they speak.
 *
 * The messages of a service are in a namespace of its name: `tasks.CreateTaskRequestSchema`.
 *
 * @example
 * ```ts
 * import { connect } from "@davit/sdk";
 * import { events, unpackMessage } from "@davit/sdk/api";
 *
 * await using davit = await connect();
 * const { tasks } = await davit.namespace("default").api.tasks.list({});
 * for (const task of tasks) console.log(task.id, task.pid);
 * for await (const { topic, event } of davit.api.events.subscribe({ filters: [] })) {
 *   const exit = event && unpackMessage(events.TaskExitSchema, event);
 *   console.log(topic, exit?.exitStatus);
 *   break;
 * }
 * ```
 *
 * @module
 */
export { JSON_TYPES, packMessage, packSpec, unpackMessage, unpackSpec } from "./any.ts";
export { Api } from "./api.ts";
export { createServiceClient, type RpcOptions, type Scope, type ServiceClient } from "./client.ts";
/** Messages of the Containers service. */
export * as containers from "../gen/containerd/services/containers_pb.ts";
/** Messages of the Content service. */
export * as content from "../gen/containerd/services/content_pb.ts";
/** Messages of the Diff service. */
export * as diff from "../gen/containerd/services/diff_pb.ts";
/** Messages of the Images service. */
export * as images from "../gen/containerd/services/images_pb.ts";
/** Messages of the Introspection service. */
export * as introspection from "../gen/containerd/services/introspection_pb.ts";
/** Messages of the Leases service. */
export * as leases from "../gen/containerd/services/leases_pb.ts";
/** Messages of the Mounts service (containerd 2.2). */
export * as mounts from "../gen/containerd/services/mounts_pb.ts";
/** Messages of the Namespaces service. */
export * as namespaces from "../gen/containerd/services/namespaces_pb.ts";
/** Messages of the sandbox Store and Controller. */
export * as sandbox from "../gen/containerd/services/sandbox_pb.ts";
/** Messages of the Snapshots service. */
export * as snapshots from "../gen/containerd/services/snapshots_pb.ts";
/** Messages of the Streaming service. */
export * as streaming from "../gen/containerd/services/streaming_pb.ts";
/** Messages of the Tasks service. */
export * as tasks from "../gen/containerd/services/tasks_pb.ts";
/** Messages of the Transfer service. */
export * as transfer from "../gen/containerd/services/transfer_pb.ts";
/** Messages of the Version service. */
export * as version from "../gen/containerd/services/version_pb.ts";
/** Messages of all events. */
export * as events from "./event_messages.ts";
/** What transfers read from and write to. */
export * as transferTypes from "./transfer_messages.ts";
/** Messages that several services share. */
export * as types from "./type_messages.ts";
/** The runc shim's options. */
export * as runc from "../gen/containerd/runc/options_pb.ts";
/** Metrics of cgroups version 1. */
export * as cgroups1 from "../gen/cgroups/v1_pb.ts";
/** Metrics of cgroups version 2. */
export * as cgroups2 from "../gen/cgroups/v2_pb.ts";
