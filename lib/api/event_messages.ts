/**
 * The messages of all events, in one namespace.
 *
 * @module
 */
export * from "../gen/containerd/events/container_pb.ts";
export * from "../gen/containerd/events/content_pb.ts";
export * from "../gen/containerd/events/image_pb.ts";
export * from "../gen/containerd/events/namespace_pb.ts";
export * from "../gen/containerd/events/sandbox_pb.ts";
export * from "../gen/containerd/events/snapshot_pb.ts";
export * from "../gen/containerd/events/task_pb.ts";
