// Generated from proto/containerd/types/mount.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/types/mount.proto.
 */
export const file_containerd_types_mount: GenFile = /*@__PURE__*/
  fileDesc("Chxjb250YWluZXJkL3R5cGVzL21vdW50LnByb3RvEhBjb250YWluZXJkLnR5cGVzIkYKBU1vdW50EgwKBHR5cGUYASABKAkSDgoGc291cmNlGAIgASgJEg4KBnRhcmdldBgDIAEoCRIPCgdvcHRpb25zGAQgAygJIt4BCgtBY3RpdmVNb3VudBImCgVtb3VudBgBIAEoCzIXLmNvbnRhaW5lcmQudHlwZXMuTW91bnQSLgoKbW91bnRlZF9hdBgCIAEoCzIaLmdvb2dsZS5wcm90b2J1Zi5UaW1lc3RhbXASEwoLbW91bnRfcG9pbnQYAyABKAkSNQoEZGF0YRgEIAMoCzInLmNvbnRhaW5lcmQudHlwZXMuQWN0aXZlTW91bnQuRGF0YUVudHJ5GisKCURhdGFFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAk6AjgBIuMBCg5BY3RpdmF0aW9uSW5mbxIMCgRuYW1lGAEgASgJEi0KBmFjdGl2ZRgCIAMoCzIdLmNvbnRhaW5lcmQudHlwZXMuQWN0aXZlTW91bnQSJwoGc3lzdGVtGAMgAygLMhcuY29udGFpbmVyZC50eXBlcy5Nb3VudBI8CgZsYWJlbHMYBCADKAsyLC5jb250YWluZXJkLnR5cGVzLkFjdGl2YXRpb25JbmZvLkxhYmVsc0VudHJ5Gi0KC0xhYmVsc0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoCToCOAFiBnByb3RvMw", [file_google_protobuf_timestamp]);

/**
 * The arguments of a mount, as mount(8) and fstab(5) know them.
 */
export type Mount = Message<"containerd.types.Mount"> & {
  /**
   * File system type: overlay, bind, ext4, ... With the mount manager (2.2) also types such as
   * loop and prefixes such as format/, mkfs/ and mkdir/.
   */
  type: string;

  /**
   * Device, host path, or any word where the type needs none.
   */
  source: string;

  /**
   * Path relative to the root file system; empty for its root.
   */
  target: string;

  /**
   * Options as in fstab, one a string.
   */
  options: string[];
};

/**
 * Describes the message containerd.types.Mount.
 * Use `create(MountSchema)` to create a new message.
 */
export const MountSchema: GenMessage<Mount> = /*@__PURE__*/
  messageDesc(file_containerd_types_mount, 0);

/**
 * A mount that the mount manager has made. Since 2.2.0.
 */
export type ActiveMount = Message<"containerd.types.ActiveMount"> & {
  /**
   * What was mounted.
   */
  mount?: Mount | undefined;

  /**
   * When it was mounted.
   */
  mountedAt?: Timestamp | undefined;

  /**
   * Where, as a path on the daemon's host.
   */
  mountPoint: string;

  /**
   * What the handler of this mount type keeps about it.
   */
  data: { [key: string]: string };
};

/**
 * Describes the message containerd.types.ActiveMount.
 * Use `create(ActiveMountSchema)` to create a new message.
 */
export const ActiveMountSchema: GenMessage<ActiveMount> = /*@__PURE__*/
  messageDesc(file_containerd_types_mount, 1);

/**
 * A named set of mounts, and what the mount manager did with it. Since 2.2.0.
 */
export type ActivationInfo = Message<"containerd.types.ActivationInfo"> & {
  /**
   * Name of the activation, unique in its namespace.
   */
  name: string;

  /**
   * Mounts that the manager has made, in order.
   */
  active: ActiveMount[];

  /**
   * Mounts that are left for the caller or the runtime to make.
   */
  system: Mount[];

  /**
   * User data, and the labels that garbage collection looks at.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.types.ActivationInfo.
 * Use `create(ActivationInfoSchema)` to create a new message.
 */
export const ActivationInfoSchema: GenMessage<ActivationInfo> = /*@__PURE__*/
  messageDesc(file_containerd_types_mount, 2);

