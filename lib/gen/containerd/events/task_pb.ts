// Generated from proto/containerd/events/task.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Mount } from "../types/mount_pb.ts";
import { file_containerd_types_mount } from "../types/mount_pb.ts";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/events/task.proto.
 */
export const file_containerd_events_task: GenFile = /*@__PURE__*/
  fileDesc("Chxjb250YWluZXJkL2V2ZW50cy90YXNrLnByb3RvEhFjb250YWluZXJkLmV2ZW50cyKjAQoKVGFza0NyZWF0ZRIUCgxjb250YWluZXJfaWQYASABKAkSDgoGYnVuZGxlGAIgASgJEicKBnJvb3RmcxgDIAMoCzIXLmNvbnRhaW5lcmQudHlwZXMuTW91bnQSJQoCaW8YBCABKAsyGS5jb250YWluZXJkLmV2ZW50cy5UYXNrSU8SEgoKY2hlY2twb2ludBgFIAEoCRILCgNwaWQYBiABKA0iLgoJVGFza1N0YXJ0EhQKDGNvbnRhaW5lcl9pZBgBIAEoCRILCgNwaWQYAiABKA0ifwoKVGFza0RlbGV0ZRIUCgxjb250YWluZXJfaWQYASABKAkSCwoDcGlkGAIgASgNEhMKC2V4aXRfc3RhdHVzGAMgASgNEi0KCWV4aXRlZF9hdBgEIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXASCgoCaWQYBSABKAkiSQoGVGFza0lPEg0KBXN0ZGluGAEgASgJEg4KBnN0ZG91dBgCIAEoCRIOCgZzdGRlcnIYAyABKAkSEAoIdGVybWluYWwYBCABKAgifQoIVGFza0V4aXQSFAoMY29udGFpbmVyX2lkGAEgASgJEgoKAmlkGAIgASgJEgsKA3BpZBgDIAEoDRITCgtleGl0X3N0YXR1cxgEIAEoDRItCglleGl0ZWRfYXQYBSABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wIh8KB1Rhc2tPT00SFAoMY29udGFpbmVyX2lkGAEgASgJIjYKDVRhc2tFeGVjQWRkZWQSFAoMY29udGFpbmVyX2lkGAEgASgJEg8KB2V4ZWNfaWQYAiABKAkiRQoPVGFza0V4ZWNTdGFydGVkEhQKDGNvbnRhaW5lcl9pZBgBIAEoCRIPCgdleGVjX2lkGAIgASgJEgsKA3BpZBgDIAEoDSIiCgpUYXNrUGF1c2VkEhQKDGNvbnRhaW5lcl9pZBgBIAEoCSIjCgtUYXNrUmVzdW1lZBIUCgxjb250YWluZXJfaWQYASABKAkiPAoQVGFza0NoZWNrcG9pbnRlZBIUCgxjb250YWluZXJfaWQYASABKAkSEgoKY2hlY2twb2ludBgCIAEoCWIGcHJvdG8z", [file_containerd_types_mount, file_google_protobuf_timestamp]);

/**
 * Topic /tasks/create.
 */
export type TaskCreate = Message<"containerd.events.TaskCreate"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Folder on the daemon's host with config.json and the root file system.
   */
  bundle: string;

  /**
   * Mounts that make up the root file system.
   */
  rootfs: Mount[];

  /**
   * Stdio of the init process.
   */
  io?: TaskIO | undefined;

  /**
   * Checkpoint that it was restored from.
   */
  checkpoint: string;

  /**
   * Process id of init on the daemon's host.
   */
  pid: number;
};

/**
 * Describes the message containerd.events.TaskCreate.
 * Use `create(TaskCreateSchema)` to create a new message.
 */
export const TaskCreateSchema: GenMessage<TaskCreate> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 0);

/**
 * Topic /tasks/start.
 */
export type TaskStart = Message<"containerd.events.TaskStart"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Process id of init on the daemon's host.
   */
  pid: number;
};

/**
 * Describes the message containerd.events.TaskStart.
 * Use `create(TaskStartSchema)` to create a new message.
 */
export const TaskStartSchema: GenMessage<TaskStart> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 1);

/**
 * Topic /tasks/delete: the record of an exited process is gone.
 */
export type TaskDelete = Message<"containerd.events.TaskDelete"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Process id on the daemon's host.
   */
  pid: number;

  /**
   * Exit code, or 128 plus the signal.
   */
  exitStatus: number;

  /**
   * When it exited.
   */
  exitedAt?: Timestamp | undefined;

  /**
   * Exec; empty or the container for the init process. Since 1.3.0.
   */
  id: string;
};

/**
 * Describes the message containerd.events.TaskDelete.
 * Use `create(TaskDeleteSchema)` to create a new message.
 */
export const TaskDeleteSchema: GenMessage<TaskDelete> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 2);

/**
 * Stdio of a process, as given when it was created.
 */
export type TaskIO = Message<"containerd.events.TaskIO"> & {
  /**
   * Path or URI of standard input.
   */
  stdin: string;

  /**
   * Path or URI of standard output.
   */
  stdout: string;

  /**
   * Path or URI of standard error.
   */
  stderr: string;

  /**
   * Whether the process has a terminal.
   */
  terminal: boolean;
};

/**
 * Describes the message containerd.events.TaskIO.
 * Use `create(TaskIOSchema)` to create a new message.
 */
export const TaskIOSchema: GenMessage<TaskIO> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 3);

/**
 * Topic /tasks/exit.
 */
export type TaskExit = Message<"containerd.events.TaskExit"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Exec; the container for the init process.
   */
  id: string;

  /**
   * Process id on the daemon's host.
   */
  pid: number;

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
 * Describes the message containerd.events.TaskExit.
 * Use `create(TaskExitSchema)` to create a new message.
 */
export const TaskExitSchema: GenMessage<TaskExit> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 4);

/**
 * Topic /tasks/oom: the kernel killed a process for lack of memory.
 */
export type TaskOOM = Message<"containerd.events.TaskOOM"> & {
  /**
   * Container.
   */
  containerId: string;
};

/**
 * Describes the message containerd.events.TaskOOM.
 * Use `create(TaskOOMSchema)` to create a new message.
 */
export const TaskOOMSchema: GenMessage<TaskOOM> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 5);

/**
 * Topic /tasks/exec-added: an exec was set up.
 */
export type TaskExecAdded = Message<"containerd.events.TaskExecAdded"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Exec.
   */
  execId: string;
};

/**
 * Describes the message containerd.events.TaskExecAdded.
 * Use `create(TaskExecAddedSchema)` to create a new message.
 */
export const TaskExecAddedSchema: GenMessage<TaskExecAdded> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 6);

/**
 * Topic /tasks/exec-started.
 */
export type TaskExecStarted = Message<"containerd.events.TaskExecStarted"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Exec.
   */
  execId: string;

  /**
   * Process id on the daemon's host.
   */
  pid: number;
};

/**
 * Describes the message containerd.events.TaskExecStarted.
 * Use `create(TaskExecStartedSchema)` to create a new message.
 */
export const TaskExecStartedSchema: GenMessage<TaskExecStarted> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 7);

/**
 * Topic /tasks/paused.
 */
export type TaskPaused = Message<"containerd.events.TaskPaused"> & {
  /**
   * Container.
   */
  containerId: string;
};

/**
 * Describes the message containerd.events.TaskPaused.
 * Use `create(TaskPausedSchema)` to create a new message.
 */
export const TaskPausedSchema: GenMessage<TaskPaused> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 8);

/**
 * Topic /tasks/resumed.
 */
export type TaskResumed = Message<"containerd.events.TaskResumed"> & {
  /**
   * Container.
   */
  containerId: string;
};

/**
 * Describes the message containerd.events.TaskResumed.
 * Use `create(TaskResumedSchema)` to create a new message.
 */
export const TaskResumedSchema: GenMessage<TaskResumed> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 9);

/**
 * Topic /tasks/checkpointed.
 */
export type TaskCheckpointed = Message<"containerd.events.TaskCheckpointed"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Where the checkpoint went, where the shim says so.
   */
  checkpoint: string;
};

/**
 * Describes the message containerd.events.TaskCheckpointed.
 * Use `create(TaskCheckpointedSchema)` to create a new message.
 */
export const TaskCheckpointedSchema: GenMessage<TaskCheckpointed> = /*@__PURE__*/
  messageDesc(file_containerd_events_task, 10);

