/**
 * Messages that several services share, in one namespace.
 *
 * @module
 */
export * from "../gen/containerd/types/descriptor_pb.ts";
export * from "../gen/containerd/types/envelope_pb.ts";
export * from "../gen/containerd/types/metric_pb.ts";
export * from "../gen/containerd/types/mount_pb.ts";
export * from "../gen/containerd/types/platform_pb.ts";
export * from "../gen/containerd/types/runtime_pb.ts";
export * from "../gen/containerd/types/sandbox_pb.ts";
export * from "../gen/containerd/types/task_pb.ts";
