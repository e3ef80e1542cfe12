// Generated from proto/containerd/events/sandbox.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_timestamp } from "../../google/protobuf/timestamp_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/events/sandbox.proto.
 */
export const file_containerd_events_sandbox: GenFile = /*@__PURE__*/
  fileDesc("Ch9jb250YWluZXJkL2V2ZW50cy9zYW5kYm94LnByb3RvEhFjb250YWluZXJkLmV2ZW50cyIjCg1TYW5kYm94Q3JlYXRlEhIKCnNhbmRib3hfaWQYASABKAkiIgoMU2FuZGJveFN0YXJ0EhIKCnNhbmRib3hfaWQYASABKAkiZQoLU2FuZGJveEV4aXQSEgoKc2FuZGJveF9pZBgBIAEoCRITCgtleGl0X3N0YXR1cxgCIAEoDRItCglleGl0ZWRfYXQYAyABKAsyGi5nb29nbGUucHJvdG9idWYuVGltZXN0YW1wYgZwcm90bzM", [file_google_protobuf_timestamp]);

/**
 * Topic /sandboxes/create. Since 1.7.2.
 */
export type SandboxCreate = Message<"containerd.events.SandboxCreate"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;
};

/**
 * Describes the message containerd.events.SandboxCreate.
 * Use `create(SandboxCreateSchema)` to create a new message.
 */
export const SandboxCreateSchema: GenMessage<SandboxCreate> = /*@__PURE__*/
  messageDesc(file_containerd_events_sandbox, 0);

/**
 * Topic /sandboxes/start. Since 1.7.2.
 */
export type SandboxStart = Message<"containerd.events.SandboxStart"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;
};

/**
 * Describes the message containerd.events.SandboxStart.
 * Use `create(SandboxStartSchema)` to create a new message.
 */
export const SandboxStartSchema: GenMessage<SandboxStart> = /*@__PURE__*/
  messageDesc(file_containerd_events_sandbox, 1);

/**
 * Topic /sandboxes/exit. Since 1.7.2.
 */
export type SandboxExit = Message<"containerd.events.SandboxExit"> & {
  /**
   * Sandbox.
   */
  sandboxId: string;

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
 * Describes the message containerd.events.SandboxExit.
 * Use `create(SandboxExitSchema)` to create a new message.
 */
export const SandboxExitSchema: GenMessage<SandboxExit> = /*@__PURE__*/
  messageDesc(file_containerd_events_sandbox, 2);

