// Generated from proto/containerd/services/snapshots.proto by `deno task gen`; do not edit.

import type { GenEnum, GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { enumDesc, messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Mount } from "../types/mount_pb.ts";
import { file_containerd_types_mount } from "../types/mount_pb.ts";
import type { EmptySchema, FieldMask, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import { file_google_protobuf_field_mask } from "../../google/protobuf/field_mask_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/snapshots.proto.
 */
export const file_containerd_services_snapshots: GenFile = /*@__PURE__*/
  fileDesc("CiNjb250YWluZXJkL3NlcnZpY2VzL3NuYXBzaG90cy5wcm90bxIgY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEizwEKFlByZXBhcmVTbmFwc2hvdFJlcXVlc3QSEwoLc25hcHNob3R0ZXIYASABKAkSCwoDa2V5GAIgASgJEg4KBnBhcmVudBgDIAEoCRJUCgZsYWJlbHMYBCADKAsyRC5jb250YWluZXJkLnNlcnZpY2VzLnNuYXBzaG90cy52MS5QcmVwYXJlU25hcHNob3RSZXF1ZXN0LkxhYmVsc0VudHJ5Gi0KC0xhYmVsc0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoCToCOAEiQgoXUHJlcGFyZVNuYXBzaG90UmVzcG9uc2USJwoGbW91bnRzGAEgAygLMhcuY29udGFpbmVyZC50eXBlcy5Nb3VudCLJAQoTVmlld1NuYXBzaG90UmVxdWVzdBITCgtzbmFwc2hvdHRlchgBIAEoCRILCgNrZXkYAiABKAkSDgoGcGFyZW50GAMgASgJElEKBmxhYmVscxgEIAMoCzJBLmNvbnRhaW5lcmQuc2VydmljZXMuc25hcHNob3RzLnYxLlZpZXdTbmFwc2hvdFJlcXVlc3QuTGFiZWxzRW50cnkaLQoLTGFiZWxzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ASI/ChRWaWV3U25hcHNob3RSZXNwb25zZRInCgZtb3VudHMYASADKAsyFy5jb250YWluZXJkLnR5cGVzLk1vdW50IjEKDU1vdW50c1JlcXVlc3QSEwoLc25hcHNob3R0ZXIYASABKAkSCwoDa2V5GAIgASgJIjkKDk1vdW50c1Jlc3BvbnNlEicKBm1vdW50cxgBIAMoCzIXLmNvbnRhaW5lcmQudHlwZXMuTW91bnQiOQoVUmVtb3ZlU25hcHNob3RSZXF1ZXN0EhMKC3NuYXBzaG90dGVyGAEgASgJEgsKA2tleRgCIAEoCSLbAQoVQ29tbWl0U25hcHNob3RSZXF1ZXN0EhMKC3NuYXBzaG90dGVyGAEgASgJEgwKBG5hbWUYAiABKAkSCwoDa2V5GAMgASgJElMKBmxhYmVscxgEIAMoCzJDLmNvbnRhaW5lcmQuc2VydmljZXMuc25hcHNob3RzLnYxLkNvbW1pdFNuYXBzaG90UmVxdWVzdC5MYWJlbHNFbnRyeRIOCgZwYXJlbnQYBSABKAkaLQoLTGFiZWxzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ASI3ChNTdGF0U25hcHNob3RSZXF1ZXN0EhMKC3NuYXBzaG90dGVyGAEgASgJEgsKA2tleRgCIAEoCSKtAgoESW5mbxIMCgRuYW1lGAEgASgJEg4KBnBhcmVudBgCIAEoCRI0CgRraW5kGAMgASgOMiYuY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuS2luZBIuCgpjcmVhdGVkX2F0GAQgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVzdGFtcBIuCgp1cGRhdGVkX2F0GAUgASgLMhouZ29vZ2xlLnByb3RvYnVmLlRpbWVzdGFtcBJCCgZsYWJlbHMYBiADKAsyMi5jb250YWluZXJkLnNlcnZpY2VzLnNuYXBzaG90cy52MS5JbmZvLkxhYmVsc0VudHJ5Gi0KC0xhYmVsc0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoCToCOAEiTAoUU3RhdFNuYXBzaG90UmVzcG9uc2USNAoEaW5mbxgBIAEoCzImLmNvbnRhaW5lcmQuc2VydmljZXMuc25hcHNob3RzLnYxLkluZm8ikwEKFVVwZGF0ZVNuYXBzaG90UmVxdWVzdBITCgtzbmFwc2hvdHRlchgBIAEoCRI0CgRpbmZvGAIgASgLMiYuY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuSW5mbxIvCgt1cGRhdGVfbWFzaxgDIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5GaWVsZE1hc2siTgoWVXBkYXRlU25hcHNob3RSZXNwb25zZRI0CgRpbmZvGAEgASgLMiYuY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuSW5mbyI8ChRMaXN0U25hcHNob3RzUmVxdWVzdBITCgtzbmFwc2hvdHRlchgBIAEoCRIPCgdmaWx0ZXJzGAIgAygJIk0KFUxpc3RTbmFwc2hvdHNSZXNwb25zZRI0CgRpbmZvGAEgAygLMiYuY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuSW5mbyIwCgxVc2FnZVJlcXVlc3QSEwoLc25hcHNob3R0ZXIYASABKAkSCwoDa2V5GAIgASgJIi0KDVVzYWdlUmVzcG9uc2USDAoEc2l6ZRgBIAEoAxIOCgZpbm9kZXMYAiABKAMiJQoOQ2xlYW51cFJlcXVlc3QSEwoLc25hcHNob3R0ZXIYASABKAkqOAoES2luZBILCgdVTktOT1dOEAASCAoEVklFVxABEgoKBkFDVElWRRACEg0KCUNPTU1JVFRFRBADMtMICglTbmFwc2hvdHMSfgoHUHJlcGFyZRI4LmNvbnRhaW5lcmQuc2VydmljZXMuc25hcHNob3RzLnYxLlByZXBhcmVTbmFwc2hvdFJlcXVlc3QaOS5jb250YWluZXJkLnNlcnZpY2VzLnNuYXBzaG90cy52MS5QcmVwYXJlU25hcHNob3RSZXNwb25zZRJ1CgRWaWV3EjUuY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuVmlld1NuYXBzaG90UmVxdWVzdBo2LmNvbnRhaW5lcmQuc2VydmljZXMuc25hcHNob3RzLnYxLlZpZXdTbmFwc2hvdFJlc3BvbnNlEmsKBk1vdW50cxIvLmNvbnRhaW5lcmQuc2VydmljZXMuc25hcHNob3RzLnYxLk1vdW50c1JlcXVlc3QaMC5jb250YWluZXJkLnNlcnZpY2VzLnNuYXBzaG90cy52MS5Nb3VudHNSZXNwb25zZRJZCgZDb21taXQSNy5jb250YWluZXJkLnNlcnZpY2VzLnNuYXBzaG90cy52MS5Db21taXRTbmFwc2hvdFJlcXVlc3QaFi5nb29nbGUucHJvdG9idWYuRW1wdHkSWQoGUmVtb3ZlEjcuY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuUmVtb3ZlU25hcHNob3RSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5EnUKBFN0YXQSNS5jb250YWluZXJkLnNlcnZpY2VzLnNuYXBzaG90cy52MS5TdGF0U25hcHNob3RSZXF1ZXN0GjYuY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuU3RhdFNuYXBzaG90UmVzcG9uc2USewoGVXBkYXRlEjcuY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuVXBkYXRlU25hcHNob3RSZXF1ZXN0GjguY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuVXBkYXRlU25hcHNob3RSZXNwb25zZRJ5CgRMaXN0EjYuY29udGFpbmVyZC5zZXJ2aWNlcy5zbmFwc2hvdHMudjEuTGlzdFNuYXBzaG90c1JlcXVlc3QaNy5jb250YWluZXJkLnNlcnZpY2VzLnNuYXBzaG90cy52MS5MaXN0U25hcHNob3RzUmVzcG9uc2UwARJoCgVVc2FnZRIuLmNvbnRhaW5lcmQuc2VydmljZXMuc25hcHNob3RzLnYxLlVzYWdlUmVxdWVzdBovLmNvbnRhaW5lcmQuc2VydmljZXMuc25hcHNob3RzLnYxLlVzYWdlUmVzcG9uc2USUwoHQ2xlYW51cBIwLmNvbnRhaW5lcmQuc2VydmljZXMuc25hcHNob3RzLnYxLkNsZWFudXBSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5YgZwcm90bzM", [file_containerd_types_mount, file_google_protobuf_empty, file_google_protobuf_field_mask, file_google_protobuf_timestamp]);

/**
 * The writable snapshot to make.
 */
export type PrepareSnapshotRequest = Message<"containerd.services.snapshots.v1.PrepareSnapshotRequest"> & {
  /**
   * Snapshotter, such as overlayfs.
   */
  snapshotter: string;

  /**
   * Unique in the namespace and snapshotter; ALREADY_EXISTS when taken.
   */
  key: string;

  /**
   * Committed snapshot to build on; empty for an empty file system.
   */
  parent: string;

  /**
   * Labels. Key and value together: 4096 bytes at most.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.snapshots.v1.PrepareSnapshotRequest.
 * Use `create(PrepareSnapshotRequestSchema)` to create a new message.
 */
export const PrepareSnapshotRequestSchema: GenMessage<PrepareSnapshotRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 0);

/**
 * What to mount.
 */
export type PrepareSnapshotResponse = Message<"containerd.services.snapshots.v1.PrepareSnapshotResponse"> & {
  /**
   * Mounts, in order.
   */
  mounts: Mount[];
};

/**
 * Describes the message containerd.services.snapshots.v1.PrepareSnapshotResponse.
 * Use `create(PrepareSnapshotResponseSchema)` to create a new message.
 */
export const PrepareSnapshotResponseSchema: GenMessage<PrepareSnapshotResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 1);

/**
 * The read-only snapshot to make.
 */
export type ViewSnapshotRequest = Message<"containerd.services.snapshots.v1.ViewSnapshotRequest"> & {
  /**
   * Snapshotter.
   */
  snapshotter: string;

  /**
   * Unique in the namespace and snapshotter; ALREADY_EXISTS when taken.
   */
  key: string;

  /**
   * Committed snapshot to show; empty for an empty file system.
   */
  parent: string;

  /**
   * Labels. Key and value together: 4096 bytes at most.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.snapshots.v1.ViewSnapshotRequest.
 * Use `create(ViewSnapshotRequestSchema)` to create a new message.
 */
export const ViewSnapshotRequestSchema: GenMessage<ViewSnapshotRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 2);

/**
 * What to mount.
 */
export type ViewSnapshotResponse = Message<"containerd.services.snapshots.v1.ViewSnapshotResponse"> & {
  /**
   * Mounts, in order.
   */
  mounts: Mount[];
};

/**
 * Describes the message containerd.services.snapshots.v1.ViewSnapshotResponse.
 * Use `create(ViewSnapshotResponseSchema)` to create a new message.
 */
export const ViewSnapshotResponseSchema: GenMessage<ViewSnapshotResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 3);

/**
 * Names the snapshot.
 */
export type MountsRequest = Message<"containerd.services.snapshots.v1.MountsRequest"> & {
  /**
   * Snapshotter.
   */
  snapshotter: string;

  /**
   * Key of a writable or read-only snapshot.
   */
  key: string;
};

/**
 * Describes the message containerd.services.snapshots.v1.MountsRequest.
 * Use `create(MountsRequestSchema)` to create a new message.
 */
export const MountsRequestSchema: GenMessage<MountsRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 4);

/**
 * What to mount.
 */
export type MountsResponse = Message<"containerd.services.snapshots.v1.MountsResponse"> & {
  /**
   * Mounts, in order.
   */
  mounts: Mount[];
};

/**
 * Describes the message containerd.services.snapshots.v1.MountsResponse.
 * Use `create(MountsResponseSchema)` to create a new message.
 */
export const MountsResponseSchema: GenMessage<MountsResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 5);

/**
 * The snapshot to remove.
 */
export type RemoveSnapshotRequest = Message<"containerd.services.snapshots.v1.RemoveSnapshotRequest"> & {
  /**
   * Snapshotter.
   */
  snapshotter: string;

  /**
   * Key or name.
   */
  key: string;
};

/**
 * Describes the message containerd.services.snapshots.v1.RemoveSnapshotRequest.
 * Use `create(RemoveSnapshotRequestSchema)` to create a new message.
 */
export const RemoveSnapshotRequestSchema: GenMessage<RemoveSnapshotRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 6);

/**
 * The snapshot to commit.
 */
export type CommitSnapshotRequest = Message<"containerd.services.snapshots.v1.CommitSnapshotRequest"> & {
  /**
   * Snapshotter.
   */
  snapshotter: string;

  /**
   * Name of the committed snapshot; ALREADY_EXISTS when taken.
   */
  name: string;

  /**
   * Key of the writable snapshot, which goes away.
   */
  key: string;

  /**
   * Labels of the committed snapshot. Key and value together: 4096 bytes at most.
   */
  labels: { [key: string]: string };

  /**
   * Snapshot to put it on, for snapshotters with the capability rebase: layers can then be
   * unpacked at the same time. Since 2.2.0.
   */
  parent: string;
};

/**
 * Describes the message containerd.services.snapshots.v1.CommitSnapshotRequest.
 * Use `create(CommitSnapshotRequestSchema)` to create a new message.
 */
export const CommitSnapshotRequestSchema: GenMessage<CommitSnapshotRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 7);

/**
 * Names the snapshot.
 */
export type StatSnapshotRequest = Message<"containerd.services.snapshots.v1.StatSnapshotRequest"> & {
  /**
   * Snapshotter.
   */
  snapshotter: string;

  /**
   * Key or name.
   */
  key: string;
};

/**
 * Describes the message containerd.services.snapshots.v1.StatSnapshotRequest.
 * Use `create(StatSnapshotRequestSchema)` to create a new message.
 */
export const StatSnapshotRequestSchema: GenMessage<StatSnapshotRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 8);

/**
 * What is known of a snapshot.
 */
export type Info = Message<"containerd.services.snapshots.v1.Info"> & {
  /**
   * Key of an active snapshot or a view, name of a committed one.
   */
  name: string;

  /**
   * Committed snapshot below it; empty at the bottom.
   */
  parent: string;

  /**
   * What it is for.
   */
  kind: Kind;

  /**
   * When it was made, or committed.
   */
  createdAt?: Timestamp | undefined;

  /**
   * When its labels were last changed.
   */
  updatedAt?: Timestamp | undefined;

  /**
   * User data, and the labels that garbage collection looks at. Key and value together: 4096
   * bytes at most.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.services.snapshots.v1.Info.
 * Use `create(InfoSchema)` to create a new message.
 */
export const InfoSchema: GenMessage<Info> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 9);

/**
 * What is known of the snapshot.
 */
export type StatSnapshotResponse = Message<"containerd.services.snapshots.v1.StatSnapshotResponse"> & {
  /**
   * What is known of the snapshot.
   */
  info?: Info | undefined;
};

/**
 * Describes the message containerd.services.snapshots.v1.StatSnapshotResponse.
 * Use `create(StatSnapshotResponseSchema)` to create a new message.
 */
export const StatSnapshotResponseSchema: GenMessage<StatSnapshotResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 10);

/**
 * A change to the labels of a snapshot.
 */
export type UpdateSnapshotRequest = Message<"containerd.services.snapshots.v1.UpdateSnapshotRequest"> & {
  /**
   * Snapshotter.
   */
  snapshotter: string;

  /**
   * `name`, and the new labels.
   */
  info?: Info | undefined;

  /**
   * Fields to change: labels, labels.KEY. Empty for all labels.
   */
  updateMask?: FieldMask | undefined;
};

/**
 * Describes the message containerd.services.snapshots.v1.UpdateSnapshotRequest.
 * Use `create(UpdateSnapshotRequestSchema)` to create a new message.
 */
export const UpdateSnapshotRequestSchema: GenMessage<UpdateSnapshotRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 11);

/**
 * What is known of the snapshot after the change.
 */
export type UpdateSnapshotResponse = Message<"containerd.services.snapshots.v1.UpdateSnapshotResponse"> & {
  /**
   * What is known of the snapshot after the change.
   */
  info?: Info | undefined;
};

/**
 * Describes the message containerd.services.snapshots.v1.UpdateSnapshotResponse.
 * Use `create(UpdateSnapshotResponseSchema)` to create a new message.
 */
export const UpdateSnapshotResponseSchema: GenMessage<UpdateSnapshotResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 12);

/**
 * Chooses snapshots.
 */
export type ListSnapshotsRequest = Message<"containerd.services.snapshots.v1.ListSnapshotsRequest"> & {
  /**
   * Snapshotter.
   */
  snapshotter: string;

  /**
   * A snapshot is chosen when any filter matches; none chooses all.
   * Fields: name, parent, kind, labels. Since 1.4.0.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.snapshots.v1.ListSnapshotsRequest.
 * Use `create(ListSnapshotsRequestSchema)` to create a new message.
 */
export const ListSnapshotsRequestSchema: GenMessage<ListSnapshotsRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 13);

/**
 * Some of the chosen snapshots.
 */
export type ListSnapshotsResponse = Message<"containerd.services.snapshots.v1.ListSnapshotsResponse"> & {
  /**
   * Some of the chosen snapshots.
   */
  info: Info[];
};

/**
 * Describes the message containerd.services.snapshots.v1.ListSnapshotsResponse.
 * Use `create(ListSnapshotsResponseSchema)` to create a new message.
 */
export const ListSnapshotsResponseSchema: GenMessage<ListSnapshotsResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 14);

/**
 * Names the snapshot.
 */
export type UsageRequest = Message<"containerd.services.snapshots.v1.UsageRequest"> & {
  /**
   * Snapshotter.
   */
  snapshotter: string;

  /**
   * Key or name.
   */
  key: string;
};

/**
 * Describes the message containerd.services.snapshots.v1.UsageRequest.
 * Use `create(UsageRequestSchema)` to create a new message.
 */
export const UsageRequestSchema: GenMessage<UsageRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 15);

/**
 * What a snapshot holds itself.
 */
export type UsageResponse = Message<"containerd.services.snapshots.v1.UsageResponse"> & {
  /**
   * Bytes on disk.
   */
  size: bigint;

  /**
   * Number of inodes.
   */
  inodes: bigint;
};

/**
 * Describes the message containerd.services.snapshots.v1.UsageResponse.
 * Use `create(UsageResponseSchema)` to create a new message.
 */
export const UsageResponseSchema: GenMessage<UsageResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 16);

/**
 * Names the snapshotter. Since 1.4.0.
 */
export type CleanupRequest = Message<"containerd.services.snapshots.v1.CleanupRequest"> & {
  /**
   * Snapshotter; UNIMPLEMENTED for those that cannot do this.
   */
  snapshotter: string;
};

/**
 * Describes the message containerd.services.snapshots.v1.CleanupRequest.
 * Use `create(CleanupRequestSchema)` to create a new message.
 */
export const CleanupRequestSchema: GenMessage<CleanupRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_snapshots, 17);

/**
 * What a snapshot is for.
 */
export enum Kind {
  /**
   * Not said.
   */
  UNKNOWN = 0,

  /**
   * Read-only, to look at.
   */
  VIEW = 1,

  /**
   * Writable.
   */
  ACTIVE = 2,

  /**
   * Finished; others can build on it.
   */
  COMMITTED = 3,
}

/**
 * Describes the enum containerd.services.snapshots.v1.Kind.
 */
export const KindSchema: GenEnum<Kind> = /*@__PURE__*/
  enumDesc(file_containerd_services_snapshots, 0);

/**
 * File systems in layers. Calls say what to mount; they never mount it.
 */
export const Snapshots: GenService<{
  /**
   * Makes a writable snapshot.
   */
  prepare: {
    methodKind: "unary";
    input: typeof PrepareSnapshotRequestSchema;
    output: typeof PrepareSnapshotResponseSchema;
  },
  /**
   * Makes a read-only snapshot.
   */
  view: {
    methodKind: "unary";
    input: typeof ViewSnapshotRequestSchema;
    output: typeof ViewSnapshotResponseSchema;
  },
  /**
   * Says again what to mount for a writable or read-only snapshot.
   */
  mounts: {
    methodKind: "unary";
    input: typeof MountsRequestSchema;
    output: typeof MountsResponseSchema;
  },
  /**
   * Turns a writable snapshot into a committed one, which others can build on.
   */
  commit: {
    methodKind: "unary";
    input: typeof CommitSnapshotRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Removes a snapshot; FAILED_PRECONDITION while others build on it.
   */
  remove: {
    methodKind: "unary";
    input: typeof RemoveSnapshotRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Reads what is known of one snapshot.
   */
  stat: {
    methodKind: "unary";
    input: typeof StatSnapshotRequestSchema;
    output: typeof StatSnapshotResponseSchema;
  },
  /**
   * Changes labels of a snapshot.
   */
  update: {
    methodKind: "unary";
    input: typeof UpdateSnapshotRequestSchema;
    output: typeof UpdateSnapshotResponseSchema;
  },
  /**
   * Reads what is known of all snapshots, some a message.
   */
  list: {
    methodKind: "server_streaming";
    input: typeof ListSnapshotsRequestSchema;
    output: typeof ListSnapshotsResponseSchema;
  },
  /**
   * Measures what a snapshot holds itself, without its parents.
   */
  usage: {
    methodKind: "unary";
    input: typeof UsageRequestSchema;
    output: typeof UsageResponseSchema;
  },
  /**
   * Frees the disk space of removed snapshots now. Since 1.4.0.
   */
  cleanup: {
    methodKind: "unary";
    input: typeof CleanupRequestSchema;
    output: typeof EmptySchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_snapshots, 0);

