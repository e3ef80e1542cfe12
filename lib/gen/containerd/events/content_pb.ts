// Generated from proto/containerd/events/content.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/events/content.proto.
 */
export const file_containerd_events_content: GenFile = /*@__PURE__*/
  fileDesc("Ch9jb250YWluZXJkL2V2ZW50cy9jb250ZW50LnByb3RvEhFjb250YWluZXJkLmV2ZW50cyJACg1Db250ZW50Q3JlYXRlEg4KBmRpZ2VzdBgBIAEoCRIMCgRzaXplGAIgASgDEhEKCW1lZGlhVHlwZRgDIAEoCSIfCg1Db250ZW50RGVsZXRlEg4KBmRpZ2VzdBgBIAEoCWIGcHJvdG8z");

/**
 * Topic /content/create: a write was committed. Since 2.1.0.
 */
export type ContentCreate = Message<"containerd.events.ContentCreate"> & {
  /**
   * Digest of the blob.
   */
  digest: string;

  /**
   * Length in bytes.
   */
  size: bigint;

  /**
   * Media type where the writer gave one. Since 2.4.0-beta.0.
   */
  mediaType: string;
};

/**
 * Describes the message containerd.events.ContentCreate.
 * Use `create(ContentCreateSchema)` to create a new message.
 */
export const ContentCreateSchema: GenMessage<ContentCreate> = /*@__PURE__*/
  messageDesc(file_containerd_events_content, 0);

/**
 * Topic /content/delete.
 */
export type ContentDelete = Message<"containerd.events.ContentDelete"> & {
  /**
   * Digest of the blob.
   */
  digest: string;
};

/**
 * Describes the message containerd.events.ContentDelete.
 * Use `create(ContentDeleteSchema)` to create a new message.
 */
export const ContentDeleteSchema: GenMessage<ContentDelete> = /*@__PURE__*/
  messageDesc(file_containerd_events_content, 1);

