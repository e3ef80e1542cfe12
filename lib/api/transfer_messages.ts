/**
 * What transfers read from and write to, in one namespace.
 *
 * @module
 */
export * from "../gen/containerd/transfer/archive_pb.ts";
export * from "../gen/containerd/transfer/container_path_pb.ts";
export * from "../gen/containerd/transfer/image_store_pb.ts";
export * from "../gen/containerd/transfer/progress_pb.ts";
export * from "../gen/containerd/transfer/registry_pb.ts";
export * from "../gen/containerd/transfer/stream_pb.ts";
