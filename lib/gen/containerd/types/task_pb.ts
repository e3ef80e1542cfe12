// Generated from proto/containerd/types/task.proto by `deno task gen`; do not edit.

import type { GenEnum, GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { enumDesc, messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Any, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/types/task.proto.
 */
export const file_containerd_types_task: GenFile = /*@__PURE__*/
  fileDesc("Chtjb250YWluZXJkL3R5cGVzL3Rhc2sucHJvdG8SE2NvbnRhaW5lcmQudjEudHlwZXMi6gEKB1Byb2Nlc3MSFAoMY29udGFpbmVyX2lkGAEgASgJEgoKAmlkGAIgASgJEgsKA3BpZBgDIAEoDRIrCgZzdGF0dXMYBCABKA4yGy5jb250YWluZXJkLnYxLnR5cGVzLlN0YXR1cxINCgVzdGRpbhgFIAEoCRIOCgZzdGRvdXQYBiABKAkSDgoGc3RkZXJyGAcgASgJEhAKCHRlcm1pbmFsGAggASgIEhMKC2V4aXRfc3RhdHVzGAkgASgNEi0KCWV4aXRlZF9hdBgKIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXAiPgoLUHJvY2Vzc0luZm8SCwoDcGlkGAEgASgNEiIKBGluZm8YAiABKAsyFC5nb29nbGUucHJvdG9idWYuQW55KlUKBlN0YXR1cxILCgdVTktOT1dOEAASCwoHQ1JFQVRFRBABEgsKB1JVTk5JTkcQAhILCgdTVE9QUEVEEAMSCgoGUEFVU0VEEAQSCwoHUEFVU0lORxAFYgZwcm90bzM", [file_google_protobuf_any, file_google_protobuf_timestamp]);

/**
 * The init process of a task, or an exec in it.
 */
export type Process = Message<"containerd.v1.types.Process"> & {
  /**
   * Left empty by Tasks.Get and Tasks.List; see `id`.
   */
  containerId: string;

  /**
   * The container for an init process, the exec for an exec.
   */
  id: string;

  /**
   * Process id on the daemon's host; 0 before the start of an exec.
   */
  pid: number;

  /**
   * State.
   */
  status: Status;

  /**
   * Path or URI of standard input, as given at creation.
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

  /**
   * Exit code, or 128 plus the signal; means something in state STOPPED only.
   */
  exitStatus: number;

  /**
   * When it exited.
   */
  exitedAt?: Timestamp | undefined;
};

/**
 * Describes the message containerd.v1.types.Process.
 * Use `create(ProcessSchema)` to create a new message.
 */
export const ProcessSchema: GenMessage<Process> = /*@__PURE__*/
  messageDesc(file_containerd_types_task, 0);

/**
 * A process that runs in a task, whoever started it.
 */
export type ProcessInfo = Message<"containerd.v1.types.ProcessInfo"> & {
  /**
   * Process id on the daemon's host.
   */
  pid: number;

  /**
   * On Linux containerd.runc.v1.ProcessDetails where the shim knows more.
   */
  info?: Any | undefined;
};

/**
 * Describes the message containerd.v1.types.ProcessInfo.
 * Use `create(ProcessInfoSchema)` to create a new message.
 */
export const ProcessInfoSchema: GenMessage<ProcessInfo> = /*@__PURE__*/
  messageDesc(file_containerd_types_task, 1);

/**
 * State of a process.
 */
export enum Status {
  /**
   * The shim could not say.
   */
  UNKNOWN = 0,

  /**
   * Set up, not started.
   */
  CREATED = 1,

  /**
   * Started, not exited.
   */
  RUNNING = 2,

  /**
   * Exited; its record waits for Delete.
   */
  STOPPED = 3,

  /**
   * Frozen.
   */
  PAUSED = 4,

  /**
   * About to be frozen.
   */
  PAUSING = 5,
}

/**
 * Describes the enum containerd.v1.types.Status.
 */
export const StatusSchema: GenEnum<Status> = /*@__PURE__*/
  enumDesc(file_containerd_types_task, 0);

