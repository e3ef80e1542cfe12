// Generated from proto/containerd/services/tasks.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import { messageDesc, serviceDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Descriptor } from "../types/descriptor_pb.ts";
import { file_containerd_types_descriptor } from "../types/descriptor_pb.ts";
import type { Metric } from "../types/metric_pb.ts";
import { file_containerd_types_metric } from "../types/metric_pb.ts";
import type { Mount } from "../types/mount_pb.ts";
import { file_containerd_types_mount } from "../types/mount_pb.ts";
import type { Process, ProcessInfo } from "../types/task_pb.ts";
import { file_containerd_types_task } from "../types/task_pb.ts";
import type { Any, EmptySchema, Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import { file_google_protobuf_empty } from "../../google/protobuf/empty_pb.ts";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/services/tasks.proto.
 */
export const file_containerd_services_tasks: GenFile = /*@__PURE__*/
  fileDesc("Ch9jb250YWluZXJkL3NlcnZpY2VzL3Rhc2tzLnByb3RvEhxjb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxIrYCChFDcmVhdGVUYXNrUmVxdWVzdBIUCgxjb250YWluZXJfaWQYASABKAkSJwoGcm9vdGZzGAMgAygLMhcuY29udGFpbmVyZC50eXBlcy5Nb3VudBINCgVzdGRpbhgEIAEoCRIOCgZzdGRvdXQYBSABKAkSDgoGc3RkZXJyGAYgASgJEhAKCHRlcm1pbmFsGAcgASgIEjAKCmNoZWNrcG9pbnQYCCABKAsyHC5jb250YWluZXJkLnR5cGVzLkRlc2NyaXB0b3ISJQoHb3B0aW9ucxgJIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnkSFAoMcnVudGltZV9wYXRoGAogASgJEhgKEHRhc2tfYXBpX2FkZHJlc3MYCyABKAkSGAoQdGFza19hcGlfdmVyc2lvbhgMIAEoDSI3ChJDcmVhdGVUYXNrUmVzcG9uc2USFAoMY29udGFpbmVyX2lkGAEgASgJEgsKA3BpZBgCIAEoDSI1CgxTdGFydFJlcXVlc3QSFAoMY29udGFpbmVyX2lkGAEgASgJEg8KB2V4ZWNfaWQYAiABKAkiHAoNU3RhcnRSZXNwb25zZRILCgNwaWQYASABKA0iKQoRRGVsZXRlVGFza1JlcXVlc3QSFAoMY29udGFpbmVyX2lkGAEgASgJIm0KDkRlbGV0ZVJlc3BvbnNlEgoKAmlkGAEgASgJEgsKA3BpZBgCIAEoDRITCgtleGl0X3N0YXR1cxgDIAEoDRItCglleGl0ZWRfYXQYBCABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wIj0KFERlbGV0ZVByb2Nlc3NSZXF1ZXN0EhQKDGNvbnRhaW5lcl9pZBgBIAEoCRIPCgdleGVjX2lkGAIgASgJIjMKCkdldFJlcXVlc3QSFAoMY29udGFpbmVyX2lkGAEgASgJEg8KB2V4ZWNfaWQYAiABKAkiPAoLR2V0UmVzcG9uc2USLQoHcHJvY2VzcxgBIAEoCzIcLmNvbnRhaW5lcmQudjEudHlwZXMuUHJvY2VzcyIiChBMaXN0VGFza3NSZXF1ZXN0Eg4KBmZpbHRlchgBIAEoCSJAChFMaXN0VGFza3NSZXNwb25zZRIrCgV0YXNrcxgBIAMoCzIcLmNvbnRhaW5lcmQudjEudHlwZXMuUHJvY2VzcyJRCgtLaWxsUmVxdWVzdBIUCgxjb250YWluZXJfaWQYASABKAkSDwoHZXhlY19pZBgCIAEoCRIOCgZzaWduYWwYAyABKA0SCwoDYWxsGAQgASgIIqABChJFeGVjUHJvY2Vzc1JlcXVlc3QSFAoMY29udGFpbmVyX2lkGAEgASgJEg0KBXN0ZGluGAIgASgJEg4KBnN0ZG91dBgDIAEoCRIOCgZzdGRlcnIYBCABKAkSEAoIdGVybWluYWwYBSABKAgSIgoEc3BlYxgGIAEoCzIULmdvb2dsZS5wcm90b2J1Zi5BbnkSDwoHZXhlY19pZBgHIAEoCSIVChNFeGVjUHJvY2Vzc1Jlc3BvbnNlIlgKEFJlc2l6ZVB0eVJlcXVlc3QSFAoMY29udGFpbmVyX2lkGAEgASgJEg8KB2V4ZWNfaWQYAiABKAkSDQoFd2lkdGgYAyABKA0SDgoGaGVpZ2h0GAQgASgNIkYKDkNsb3NlSU9SZXF1ZXN0EhQKDGNvbnRhaW5lcl9pZBgBIAEoCRIPCgdleGVjX2lkGAIgASgJEg0KBXN0ZGluGAMgASgIIigKEFBhdXNlVGFza1JlcXVlc3QSFAoMY29udGFpbmVyX2lkGAEgASgJIikKEVJlc3VtZVRhc2tSZXF1ZXN0EhQKDGNvbnRhaW5lcl9pZBgBIAEoCSInCg9MaXN0UGlkc1JlcXVlc3QSFAoMY29udGFpbmVyX2lkGAEgASgJIkcKEExpc3RQaWRzUmVzcG9uc2USMwoJcHJvY2Vzc2VzGAEgAygLMiAuY29udGFpbmVyZC52MS50eXBlcy5Qcm9jZXNzSW5mbyJvChVDaGVja3BvaW50VGFza1JlcXVlc3QSFAoMY29udGFpbmVyX2lkGAEgASgJEhkKEXBhcmVudF9jaGVja3BvaW50GAIgASgJEiUKB29wdGlvbnMYAyABKAsyFC5nb29nbGUucHJvdG9idWYuQW55IksKFkNoZWNrcG9pbnRUYXNrUmVzcG9uc2USMQoLZGVzY3JpcHRvcnMYASADKAsyHC5jb250YWluZXJkLnR5cGVzLkRlc2NyaXB0b3Ii3QEKEVVwZGF0ZVRhc2tSZXF1ZXN0EhQKDGNvbnRhaW5lcl9pZBgBIAEoCRInCglyZXNvdXJjZXMYAiABKAsyFC5nb29nbGUucHJvdG9idWYuQW55ElUKC2Fubm90YXRpb25zGAMgAygLMkAuY29udGFpbmVyZC5zZXJ2aWNlcy50YXNrcy52MS5VcGRhdGVUYXNrUmVxdWVzdC5Bbm5vdGF0aW9uc0VudHJ5GjIKEEFubm90YXRpb25zRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ASIhCg5NZXRyaWNzUmVxdWVzdBIPCgdmaWx0ZXJzGAEgAygJIjwKD01ldHJpY3NSZXNwb25zZRIpCgdtZXRyaWNzGAEgAygLMhguY29udGFpbmVyZC50eXBlcy5NZXRyaWMiNAoLV2FpdFJlcXVlc3QSFAoMY29udGFpbmVyX2lkGAEgASgJEg8KB2V4ZWNfaWQYAiABKAkiUgoMV2FpdFJlc3BvbnNlEhMKC2V4aXRfc3RhdHVzGAEgASgNEi0KCWV4aXRlZF9hdBgCIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXAy3AwKBVRhc2tzEmsKBkNyZWF0ZRIvLmNvbnRhaW5lcmQuc2VydmljZXMudGFza3MudjEuQ3JlYXRlVGFza1JlcXVlc3QaMC5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLkNyZWF0ZVRhc2tSZXNwb25zZRJgCgVTdGFydBIqLmNvbnRhaW5lcmQuc2VydmljZXMudGFza3MudjEuU3RhcnRSZXF1ZXN0GisuY29udGFpbmVyZC5zZXJ2aWNlcy50YXNrcy52MS5TdGFydFJlc3BvbnNlEmcKBkRlbGV0ZRIvLmNvbnRhaW5lcmQuc2VydmljZXMudGFza3MudjEuRGVsZXRlVGFza1JlcXVlc3QaLC5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLkRlbGV0ZVJlc3BvbnNlEnEKDURlbGV0ZVByb2Nlc3MSMi5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLkRlbGV0ZVByb2Nlc3NSZXF1ZXN0GiwuY29udGFpbmVyZC5zZXJ2aWNlcy50YXNrcy52MS5EZWxldGVSZXNwb25zZRJaCgNHZXQSKC5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLkdldFJlcXVlc3QaKS5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLkdldFJlc3BvbnNlEmcKBExpc3QSLi5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLkxpc3RUYXNrc1JlcXVlc3QaLy5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLkxpc3RUYXNrc1Jlc3BvbnNlEkkKBEtpbGwSKS5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLktpbGxSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5ElAKBEV4ZWMSMC5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLkV4ZWNQcm9jZXNzUmVxdWVzdBoWLmdvb2dsZS5wcm90b2J1Zi5FbXB0eRJTCglSZXNpemVQdHkSLi5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLlJlc2l6ZVB0eVJlcXVlc3QaFi5nb29nbGUucHJvdG9idWYuRW1wdHkSTwoHQ2xvc2VJTxIsLmNvbnRhaW5lcmQuc2VydmljZXMudGFza3MudjEuQ2xvc2VJT1JlcXVlc3QaFi5nb29nbGUucHJvdG9idWYuRW1wdHkSTwoFUGF1c2USLi5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLlBhdXNlVGFza1JlcXVlc3QaFi5nb29nbGUucHJvdG9idWYuRW1wdHkSUQoGUmVzdW1lEi8uY29udGFpbmVyZC5zZXJ2aWNlcy50YXNrcy52MS5SZXN1bWVUYXNrUmVxdWVzdBoWLmdvb2dsZS5wcm90b2J1Zi5FbXB0eRJpCghMaXN0UGlkcxItLmNvbnRhaW5lcmQuc2VydmljZXMudGFza3MudjEuTGlzdFBpZHNSZXF1ZXN0Gi4uY29udGFpbmVyZC5zZXJ2aWNlcy50YXNrcy52MS5MaXN0UGlkc1Jlc3BvbnNlEncKCkNoZWNrcG9pbnQSMy5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLkNoZWNrcG9pbnRUYXNrUmVxdWVzdBo0LmNvbnRhaW5lcmQuc2VydmljZXMudGFza3MudjEuQ2hlY2twb2ludFRhc2tSZXNwb25zZRJRCgZVcGRhdGUSLy5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLlVwZGF0ZVRhc2tSZXF1ZXN0GhYuZ29vZ2xlLnByb3RvYnVmLkVtcHR5EmYKB01ldHJpY3MSLC5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLk1ldHJpY3NSZXF1ZXN0Gi0uY29udGFpbmVyZC5zZXJ2aWNlcy50YXNrcy52MS5NZXRyaWNzUmVzcG9uc2USXQoEV2FpdBIpLmNvbnRhaW5lcmQuc2VydmljZXMudGFza3MudjEuV2FpdFJlcXVlc3QaKi5jb250YWluZXJkLnNlcnZpY2VzLnRhc2tzLnYxLldhaXRSZXNwb25zZWIGcHJvdG8z", [file_containerd_types_descriptor, file_containerd_types_metric, file_containerd_types_mount, file_containerd_types_task, file_google_protobuf_any, file_google_protobuf_empty, file_google_protobuf_timestamp]);

/**
 * The task to set up.
 */
export type CreateTaskRequest = Message<"containerd.services.tasks.v1.CreateTaskRequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Mounts that make up the root file system, as Snapshots.Mounts gives them.
   */
  rootfs: Mount[];

  /**
   * Path of a FIFO or file for standard input, on the daemon's host; empty for none.
   */
  stdin: string;

  /**
   * The same for standard output; a URI such as binary:// hands it to a logger.
   */
  stdout: string;

  /**
   * The same for standard error; empty with a terminal.
   */
  stderr: string;

  /**
   * Give init a terminal: all output goes to `stdout`.
   */
  terminal: boolean;

  /**
   * Checkpoint to restore from, in the content store.
   */
  checkpoint?: Descriptor | undefined;

  /**
   * Options of the shim, such as containerd.runc.v1.Options; those of the container if empty.
   */
  options?: Any | undefined;

  /**
   * Path of the shim binary, instead of the one found by name. Since 1.6.0.
   */
  runtimePath: string;

  /**
   * Task API to use instead of starting a shim, such as ttrpc+unix:///PATH or
   * grpc+vsock://CID:PORT. Since 2.3.1.
   */
  taskApiAddress: string;

  /**
   * Version of that API: 2 or 3. Since 2.3.1.
   */
  taskApiVersion: number;
};

/**
 * Describes the message containerd.services.tasks.v1.CreateTaskRequest.
 * Use `create(CreateTaskRequestSchema)` to create a new message.
 */
export const CreateTaskRequestSchema: GenMessage<CreateTaskRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 0);

/**
 * The task that was set up.
 */
export type CreateTaskResponse = Message<"containerd.services.tasks.v1.CreateTaskResponse"> & {
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
 * Describes the message containerd.services.tasks.v1.CreateTaskResponse.
 * Use `create(CreateTaskResponseSchema)` to create a new message.
 */
export const CreateTaskResponseSchema: GenMessage<CreateTaskResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 1);

/**
 * The process to start.
 */
export type StartRequest = Message<"containerd.services.tasks.v1.StartRequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Exec; empty for init.
   */
  execId: string;
};

/**
 * Describes the message containerd.services.tasks.v1.StartRequest.
 * Use `create(StartRequestSchema)` to create a new message.
 */
export const StartRequestSchema: GenMessage<StartRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 2);

/**
 * The process that runs.
 */
export type StartResponse = Message<"containerd.services.tasks.v1.StartResponse"> & {
  /**
   * Process id on the daemon's host.
   */
  pid: number;
};

/**
 * Describes the message containerd.services.tasks.v1.StartResponse.
 * Use `create(StartResponseSchema)` to create a new message.
 */
export const StartResponseSchema: GenMessage<StartResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 3);

/**
 * The task to remove.
 */
export type DeleteTaskRequest = Message<"containerd.services.tasks.v1.DeleteTaskRequest"> & {
  /**
   * Container.
   */
  containerId: string;
};

/**
 * Describes the message containerd.services.tasks.v1.DeleteTaskRequest.
 * Use `create(DeleteTaskRequestSchema)` to create a new message.
 */
export const DeleteTaskRequestSchema: GenMessage<DeleteTaskRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 4);

/**
 * How a process ended.
 */
export type DeleteResponse = Message<"containerd.services.tasks.v1.DeleteResponse"> & {
  /**
   * Exec; the container or empty for init.
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
 * Describes the message containerd.services.tasks.v1.DeleteResponse.
 * Use `create(DeleteResponseSchema)` to create a new message.
 */
export const DeleteResponseSchema: GenMessage<DeleteResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 5);

/**
 * The exec to remove.
 */
export type DeleteProcessRequest = Message<"containerd.services.tasks.v1.DeleteProcessRequest"> & {
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
 * Describes the message containerd.services.tasks.v1.DeleteProcessRequest.
 * Use `create(DeleteProcessRequestSchema)` to create a new message.
 */
export const DeleteProcessRequestSchema: GenMessage<DeleteProcessRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 6);

/**
 * Names the process.
 */
export type GetRequest = Message<"containerd.services.tasks.v1.GetRequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Exec; empty for init.
   */
  execId: string;
};

/**
 * Describes the message containerd.services.tasks.v1.GetRequest.
 * Use `create(GetRequestSchema)` to create a new message.
 */
export const GetRequestSchema: GenMessage<GetRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 7);

/**
 * The process.
 */
export type GetResponse = Message<"containerd.services.tasks.v1.GetResponse"> & {
  /**
   * The process.
   */
  process?: Process | undefined;
};

/**
 * Describes the message containerd.services.tasks.v1.GetResponse.
 * Use `create(GetResponseSchema)` to create a new message.
 */
export const GetResponseSchema: GenMessage<GetResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 8);

/**
 * Has one parameter, of no effect.
 */
export type ListTasksRequest = Message<"containerd.services.tasks.v1.ListTasksRequest"> & {
  /**
   * Daemons do not read it.
   */
  filter: string;
};

/**
 * Describes the message containerd.services.tasks.v1.ListTasksRequest.
 * Use `create(ListTasksRequestSchema)` to create a new message.
 */
export const ListTasksRequestSchema: GenMessage<ListTasksRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 9);

/**
 * All tasks.
 */
export type ListTasksResponse = Message<"containerd.services.tasks.v1.ListTasksResponse"> & {
  /**
   * The init processes.
   */
  tasks: Process[];
};

/**
 * Describes the message containerd.services.tasks.v1.ListTasksResponse.
 * Use `create(ListTasksResponseSchema)` to create a new message.
 */
export const ListTasksResponseSchema: GenMessage<ListTasksResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 10);

/**
 * The signal to send.
 */
export type KillRequest = Message<"containerd.services.tasks.v1.KillRequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Exec; empty for init.
   */
  execId: string;

  /**
   * Number of the signal, as the daemon's host counts them.
   */
  signal: number;

  /**
   * Send it to all processes of the task.
   */
  all: boolean;
};

/**
 * Describes the message containerd.services.tasks.v1.KillRequest.
 * Use `create(KillRequestSchema)` to create a new message.
 */
export const KillRequestSchema: GenMessage<KillRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 11);

/**
 * The exec to set up.
 */
export type ExecProcessRequest = Message<"containerd.services.tasks.v1.ExecProcessRequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Path of a FIFO or file for standard input, on the daemon's host; empty for none.
   */
  stdin: string;

  /**
   * The same for standard output.
   */
  stdout: string;

  /**
   * The same for standard error; empty with a terminal.
   */
  stderr: string;

  /**
   * Give the process a terminal: all output goes to `stdout`.
   */
  terminal: boolean;

  /**
   * Process of an OCI runtime specification, as JSON in an Any of type
   * types.containerd.io/opencontainers/runtime-spec/1/Process.
   */
  spec?: Any | undefined;

  /**
   * Unique in the task, free to choose.
   */
  execId: string;
};

/**
 * Describes the message containerd.services.tasks.v1.ExecProcessRequest.
 * Use `create(ExecProcessRequestSchema)` to create a new message.
 */
export const ExecProcessRequestSchema: GenMessage<ExecProcessRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 12);

/**
 * Not used: Exec answers with an Empty.
 */
export type ExecProcessResponse = Message<"containerd.services.tasks.v1.ExecProcessResponse"> & {
};

/**
 * Describes the message containerd.services.tasks.v1.ExecProcessResponse.
 * Use `create(ExecProcessResponseSchema)` to create a new message.
 */
export const ExecProcessResponseSchema: GenMessage<ExecProcessResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 13);

/**
 * The new size of a terminal.
 */
export type ResizePtyRequest = Message<"containerd.services.tasks.v1.ResizePtyRequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Exec; empty for init.
   */
  execId: string;

  /**
   * Columns.
   */
  width: number;

  /**
   * Rows.
   */
  height: number;
};

/**
 * Describes the message containerd.services.tasks.v1.ResizePtyRequest.
 * Use `create(ResizePtyRequestSchema)` to create a new message.
 */
export const ResizePtyRequestSchema: GenMessage<ResizePtyRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 14);

/**
 * What to close.
 */
export type CloseIORequest = Message<"containerd.services.tasks.v1.CloseIORequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Exec; empty for init.
   */
  execId: string;

  /**
   * Close standard input.
   */
  stdin: boolean;
};

/**
 * Describes the message containerd.services.tasks.v1.CloseIORequest.
 * Use `create(CloseIORequestSchema)` to create a new message.
 */
export const CloseIORequestSchema: GenMessage<CloseIORequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 15);

/**
 * The task to freeze.
 */
export type PauseTaskRequest = Message<"containerd.services.tasks.v1.PauseTaskRequest"> & {
  /**
   * Container.
   */
  containerId: string;
};

/**
 * Describes the message containerd.services.tasks.v1.PauseTaskRequest.
 * Use `create(PauseTaskRequestSchema)` to create a new message.
 */
export const PauseTaskRequestSchema: GenMessage<PauseTaskRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 16);

/**
 * The task to let go on.
 */
export type ResumeTaskRequest = Message<"containerd.services.tasks.v1.ResumeTaskRequest"> & {
  /**
   * Container.
   */
  containerId: string;
};

/**
 * Describes the message containerd.services.tasks.v1.ResumeTaskRequest.
 * Use `create(ResumeTaskRequestSchema)` to create a new message.
 */
export const ResumeTaskRequestSchema: GenMessage<ResumeTaskRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 17);

/**
 * Names the task.
 */
export type ListPidsRequest = Message<"containerd.services.tasks.v1.ListPidsRequest"> & {
  /**
   * Container.
   */
  containerId: string;
};

/**
 * Describes the message containerd.services.tasks.v1.ListPidsRequest.
 * Use `create(ListPidsRequestSchema)` to create a new message.
 */
export const ListPidsRequestSchema: GenMessage<ListPidsRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 18);

/**
 * The processes of a task.
 */
export type ListPidsResponse = Message<"containerd.services.tasks.v1.ListPidsResponse"> & {
  /**
   * All processes.
   */
  processes: ProcessInfo[];
};

/**
 * Describes the message containerd.services.tasks.v1.ListPidsResponse.
 * Use `create(ListPidsResponseSchema)` to create a new message.
 */
export const ListPidsResponseSchema: GenMessage<ListPidsResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 19);

/**
 * The task to save, and how.
 */
export type CheckpointTaskRequest = Message<"containerd.services.tasks.v1.CheckpointTaskRequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Digest of an earlier checkpoint that this one builds on.
   */
  parentCheckpoint: string;

  /**
   * Options of the shim, such as containerd.runc.v1.CheckpointOptions.
   */
  options?: Any | undefined;
};

/**
 * Describes the message containerd.services.tasks.v1.CheckpointTaskRequest.
 * Use `create(CheckpointTaskRequestSchema)` to create a new message.
 */
export const CheckpointTaskRequestSchema: GenMessage<CheckpointTaskRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 20);

/**
 * The checkpoint.
 */
export type CheckpointTaskResponse = Message<"containerd.services.tasks.v1.CheckpointTaskResponse"> & {
  /**
   * Its parts in the content store; empty when it went to `image_path` of the options.
   */
  descriptors: Descriptor[];
};

/**
 * Describes the message containerd.services.tasks.v1.CheckpointTaskResponse.
 * Use `create(CheckpointTaskResponseSchema)` to create a new message.
 */
export const CheckpointTaskResponseSchema: GenMessage<CheckpointTaskResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 21);

/**
 * The new limits of a task.
 */
export type UpdateTaskRequest = Message<"containerd.services.tasks.v1.UpdateTaskRequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * On Linux the resources of an OCI runtime specification, as JSON in an Any of type
   * types.containerd.io/opencontainers/runtime-spec/1/LinuxResources.
   */
  resources?: Any | undefined;

  /**
   * Annotations for the shim. Since 1.5.0.
   */
  annotations: { [key: string]: string };
};

/**
 * Describes the message containerd.services.tasks.v1.UpdateTaskRequest.
 * Use `create(UpdateTaskRequestSchema)` to create a new message.
 */
export const UpdateTaskRequestSchema: GenMessage<UpdateTaskRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 22);

/**
 * Chooses tasks.
 */
export type MetricsRequest = Message<"containerd.services.tasks.v1.MetricsRequest"> & {
  /**
   * A task is chosen when any filter matches; none chooses all. Fields: id, namespace.
   */
  filters: string[];
};

/**
 * Describes the message containerd.services.tasks.v1.MetricsRequest.
 * Use `create(MetricsRequestSchema)` to create a new message.
 */
export const MetricsRequestSchema: GenMessage<MetricsRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 23);

/**
 * The counters of tasks.
 */
export type MetricsResponse = Message<"containerd.services.tasks.v1.MetricsResponse"> & {
  /**
   * One sample a task.
   */
  metrics: Metric[];
};

/**
 * Describes the message containerd.services.tasks.v1.MetricsResponse.
 * Use `create(MetricsResponseSchema)` to create a new message.
 */
export const MetricsResponseSchema: GenMessage<MetricsResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 24);

/**
 * Names the process.
 */
export type WaitRequest = Message<"containerd.services.tasks.v1.WaitRequest"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Exec; empty for init.
   */
  execId: string;
};

/**
 * Describes the message containerd.services.tasks.v1.WaitRequest.
 * Use `create(WaitRequestSchema)` to create a new message.
 */
export const WaitRequestSchema: GenMessage<WaitRequest> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 25);

/**
 * How the process ended.
 */
export type WaitResponse = Message<"containerd.services.tasks.v1.WaitResponse"> & {
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
 * Describes the message containerd.services.tasks.v1.WaitResponse.
 * Use `create(WaitResponseSchema)` to create a new message.
 */
export const WaitResponseSchema: GenMessage<WaitResponse> = /*@__PURE__*/
  messageDesc(file_containerd_services_tasks, 26);

/**
 * Processes of containers. A container has one task at most: an init process and its execs.
 */
export const Tasks: GenService<{
  /**
   * Sets the task of a container up: shim, mounts, namespaces. Init waits for Start.
   */
  create: {
    methodKind: "unary";
    input: typeof CreateTaskRequestSchema;
    output: typeof CreateTaskResponseSchema;
  },
  /**
   * Starts init or an exec.
   */
  start: {
    methodKind: "unary";
    input: typeof StartRequestSchema;
    output: typeof StartResponseSchema;
  },
  /**
   * Removes an exited task and says how it ended.
   */
  delete: {
    methodKind: "unary";
    input: typeof DeleteTaskRequestSchema;
    output: typeof DeleteResponseSchema;
  },
  /**
   * Removes an exited exec and says how it ended.
   */
  deleteProcess: {
    methodKind: "unary";
    input: typeof DeleteProcessRequestSchema;
    output: typeof DeleteResponseSchema;
  },
  /**
   * Reads the state of init or an exec.
   */
  get: {
    methodKind: "unary";
    input: typeof GetRequestSchema;
    output: typeof GetResponseSchema;
  },
  /**
   * Reads the state of the init processes of all tasks.
   */
  list: {
    methodKind: "unary";
    input: typeof ListTasksRequestSchema;
    output: typeof ListTasksResponseSchema;
  },
  /**
   * Sends a signal.
   */
  kill: {
    methodKind: "unary";
    input: typeof KillRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Sets up another process in a task. It waits for Start.
   */
  exec: {
    methodKind: "unary";
    input: typeof ExecProcessRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Changes the size of a terminal.
   */
  resizePty: {
    methodKind: "unary";
    input: typeof ResizePtyRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Closes standard input.
   */
  closeIO: {
    methodKind: "unary";
    input: typeof CloseIORequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Freezes all processes of a task.
   */
  pause: {
    methodKind: "unary";
    input: typeof PauseTaskRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Lets frozen processes go on.
   */
  resume: {
    methodKind: "unary";
    input: typeof ResumeTaskRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Lists all processes of a task, their children too.
   */
  listPids: {
    methodKind: "unary";
    input: typeof ListPidsRequestSchema;
    output: typeof ListPidsResponseSchema;
  },
  /**
   * Saves a task with CRIU.
   */
  checkpoint: {
    methodKind: "unary";
    input: typeof CheckpointTaskRequestSchema;
    output: typeof CheckpointTaskResponseSchema;
  },
  /**
   * Changes resource limits of a running task.
   */
  update: {
    methodKind: "unary";
    input: typeof UpdateTaskRequestSchema;
    output: typeof EmptySchema;
  },
  /**
   * Reads the counters of tasks.
   */
  metrics: {
    methodKind: "unary";
    input: typeof MetricsRequestSchema;
    output: typeof MetricsResponseSchema;
  },
  /**
   * Waits for init or an exec to exit. Call it before Start, so that no exit is missed.
   */
  wait: {
    methodKind: "unary";
    input: typeof WaitRequestSchema;
    output: typeof WaitResponseSchema;
  },
}> = /*@__PURE__*/
  serviceDesc(file_containerd_services_tasks, 0);

