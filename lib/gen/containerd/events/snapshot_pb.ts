// Generated from proto/containerd/events/snapshot.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/events/snapshot.proto.
 */
export const file_containerd_events_snapshot: GenFile = /*@__PURE__*/
  fileDesc("CiBjb250YWluZXJkL2V2ZW50cy9zbmFwc2hvdC5wcm90bxIRY29udGFpbmVyZC5ldmVudHMiQwoPU25hcHNob3RQcmVwYXJlEgsKA2tleRgBIAEoCRIOCgZwYXJlbnQYAiABKAkSEwoLc25hcHNob3R0ZXIYBSABKAkiQAoOU25hcHNob3RDb21taXQSCwoDa2V5GAEgASgJEgwKBG5hbWUYAiABKAkSEwoLc25hcHNob3R0ZXIYBSABKAkiMgoOU25hcHNob3RSZW1vdmUSCwoDa2V5GAEgASgJEhMKC3NuYXBzaG90dGVyGAUgASgJYgZwcm90bzM");

/**
 * Topic /snapshot/prepare.
 */
export type SnapshotPrepare = Message<"containerd.events.SnapshotPrepare"> & {
  /**
   * Key of the active snapshot.
   */
  key: string;

  /**
   * Committed snapshot below it; may be empty.
   */
  parent: string;

  /**
   * Snapshotter. Since 1.7.0.
   */
  snapshotter: string;
};

/**
 * Describes the message containerd.events.SnapshotPrepare.
 * Use `create(SnapshotPrepareSchema)` to create a new message.
 */
export const SnapshotPrepareSchema: GenMessage<SnapshotPrepare> = /*@__PURE__*/
  messageDesc(file_containerd_events_snapshot, 0);

/**
 * Topic /snapshot/commit.
 */
export type SnapshotCommit = Message<"containerd.events.SnapshotCommit"> & {
  /**
   * Key of the active snapshot that was.
   */
  key: string;

  /**
   * Name of the committed snapshot that it is now.
   */
  name: string;

  /**
   * Snapshotter. Since 1.7.0.
   */
  snapshotter: string;
};

/**
 * Describes the message containerd.events.SnapshotCommit.
 * Use `create(SnapshotCommitSchema)` to create a new message.
 */
export const SnapshotCommitSchema: GenMessage<SnapshotCommit> = /*@__PURE__*/
  messageDesc(file_containerd_events_snapshot, 1);

/**
 * Topic /snapshot/remove.
 */
export type SnapshotRemove = Message<"containerd.events.SnapshotRemove"> & {
  /**
   * Key or name of the snapshot.
   */
  key: string;

  /**
   * Snapshotter. Since 1.7.0.
   */
  snapshotter: string;
};

/**
 * Describes the message containerd.events.SnapshotRemove.
 * Use `create(SnapshotRemoveSchema)` to create a new message.
 */
export const SnapshotRemoveSchema: GenMessage<SnapshotRemove> = /*@__PURE__*/
  messageDesc(file_containerd_events_snapshot, 2);

