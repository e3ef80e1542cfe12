// Generated from proto/containerd/runc/options.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/runc/options.proto.
 */
export const file_containerd_runc_options: GenFile = /*@__PURE__*/
  fileDesc("Ch1jb250YWluZXJkL3J1bmMvb3B0aW9ucy5wcm90bxISY29udGFpbmVyZC5ydW5jLnYxIpsCCgdPcHRpb25zEhUKDW5vX3Bpdm90X3Jvb3QYASABKAgSFgoObm9fbmV3X2tleXJpbmcYAiABKAgSEwoLc2hpbV9jZ3JvdXAYAyABKAkSDgoGaW9fdWlkGAQgASgNEg4KBmlvX2dpZBgFIAEoDRITCgtiaW5hcnlfbmFtZRgGIAEoCRIMCgRyb290GAcgASgJEhYKDnN5c3RlbWRfY2dyb3VwGAkgASgIEhcKD2NyaXVfaW1hZ2VfcGF0aBgKIAEoCRIWCg5jcml1X3dvcmtfcGF0aBgLIAEoCRIcChB0YXNrX2FwaV9hZGRyZXNzGAwgASgJQgIYARIcChB0YXNrX2FwaV92ZXJzaW9uGA0gASgNQgIYAUoECAgQCSLkAQoRQ2hlY2twb2ludE9wdGlvbnMSDAoEZXhpdBgBIAEoCBIQCghvcGVuX3RjcBgCIAEoCBIdChVleHRlcm5hbF91bml4X3NvY2tldHMYAyABKAgSEAoIdGVybWluYWwYBCABKAgSEgoKZmlsZV9sb2NrcxgFIAEoCBIYChBlbXB0eV9uYW1lc3BhY2VzGAYgAygJEhQKDGNncm91cHNfbW9kZRgHIAEoCRISCgppbWFnZV9wYXRoGAggASgJEhEKCXdvcmtfcGF0aBgJIAEoCRITCgtwYXJlbnRfcGF0aBgKIAEoCSIhCg5Qcm9jZXNzRGV0YWlscxIPCgdleGVjX2lkGAEgASgJYgZwcm90bzM");

/**
 * Options of io.containerd.runc.v2, for Container.Runtime.options and CreateTaskRequest.options.
 * Since 1.2.0.
 */
export type Options = Message<"containerd.runc.v1.Options"> & {
  /**
   * Use MS_MOVE instead of pivot_root, for root file systems on a ramdisk.
   */
  noPivotRoot: boolean;

  /**
   * Let the container keep the session keyring of the daemon.
   */
  noNewKeyring: boolean;

  /**
   * Cgroup path to put the shim into.
   */
  shimCgroup: string;

  /**
   * User id on the daemon's host that owns the stdio pipes.
   */
  ioUid: number;

  /**
   * Group id on the daemon's host that owns the stdio pipes.
   */
  ioGid: number;

  /**
   * runc, or another binary with the same command line: a name on PATH or a path.
   */
  binaryName: string;

  /**
   * Folder for the runtime's state.
   */
  root: string;

  /**
   * Let systemd manage the cgroups; cgroupsPath is then slice:prefix:name.
   */
  systemdCgroup: boolean;

  /**
   * Folder with a checkpoint to restore from. Since 1.3.0.
   */
  criuImagePath: string;

  /**
   * Working folder of CRIU. Since 1.3.0.
   */
  criuWorkPath: string;

  /**
   * Superseded by the field of the same name in CreateTaskRequest. Since 2.0.0.
   * @deprecated
   */
  taskApiAddress: string;

  /**
   * Superseded by the field of the same name in CreateTaskRequest. Since 2.0.0.
   * @deprecated
   */
  taskApiVersion: number;
};

/**
 * Describes the message containerd.runc.v1.Options.
 * Use `create(OptionsSchema)` to create a new message.
 */
export const OptionsSchema: GenMessage<Options> = /*@__PURE__*/
  messageDesc(file_containerd_runc_options, 0);

/**
 * Options of io.containerd.runc.v2 for CheckpointTaskRequest.options. Needs CRIU on the host.
 * Since 1.2.0.
 */
export type CheckpointOptions = Message<"containerd.runc.v1.CheckpointOptions"> & {
  /**
   * Stop the task once the checkpoint is taken.
   */
  exit: boolean;

  /**
   * Include established TCP connections.
   */
  openTcp: boolean;

  /**
   * Include Unix sockets that reach out of the container.
   */
  externalUnixSockets: boolean;

  /**
   * Include terminals.
   */
  terminal: boolean;

  /**
   * Include file locks.
   */
  fileLocks: boolean;

  /**
   * Namespaces to restore empty, such as network.
   */
  emptyNamespaces: string[];

  /**
   * How CRIU treats cgroups: soft, full or strict.
   */
  cgroupsMode: string;

  /**
   * Folder on the daemon's host for the checkpoint, instead of the content store. Since 1.3.0.
   */
  imagePath: string;

  /**
   * Working folder of CRIU. Since 1.3.0.
   */
  workPath: string;

  /**
   * Earlier checkpoint that this one only adds to. Since 2.4.0-beta.0.
   */
  parentPath: string;
};

/**
 * Describes the message containerd.runc.v1.CheckpointOptions.
 * Use `create(CheckpointOptionsSchema)` to create a new message.
 */
export const CheckpointOptionsSchema: GenMessage<CheckpointOptions> = /*@__PURE__*/
  messageDesc(file_containerd_runc_options, 1);

/**
 * What the runc shim knows of a process; `info` of ProcessInfo. Since 1.2.0.
 */
export type ProcessDetails = Message<"containerd.runc.v1.ProcessDetails"> & {
  /**
   * Exec that the process belongs to; empty when it is not one of the shim's.
   */
  execId: string;
};

/**
 * Describes the message containerd.runc.v1.ProcessDetails.
 * Use `create(ProcessDetailsSchema)` to create a new message.
 */
export const ProcessDetailsSchema: GenMessage<ProcessDetails> = /*@__PURE__*/
  messageDesc(file_containerd_runc_options, 2);

