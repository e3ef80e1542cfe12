// Generated from proto/containerd/events/namespace.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/events/namespace.proto.
 */
export const file_containerd_events_namespace: GenFile = /*@__PURE__*/
  fileDesc("CiFjb250YWluZXJkL2V2ZW50cy9uYW1lc3BhY2UucHJvdG8SEWNvbnRhaW5lcmQuZXZlbnRzIo4BCg9OYW1lc3BhY2VDcmVhdGUSDAoEbmFtZRgBIAEoCRI+CgZsYWJlbHMYAiADKAsyLi5jb250YWluZXJkLmV2ZW50cy5OYW1lc3BhY2VDcmVhdGUuTGFiZWxzRW50cnkaLQoLTGFiZWxzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ASKOAQoPTmFtZXNwYWNlVXBkYXRlEgwKBG5hbWUYASABKAkSPgoGbGFiZWxzGAIgAygLMi4uY29udGFpbmVyZC5ldmVudHMuTmFtZXNwYWNlVXBkYXRlLkxhYmVsc0VudHJ5Gi0KC0xhYmVsc0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoCToCOAEiHwoPTmFtZXNwYWNlRGVsZXRlEgwKBG5hbWUYASABKAliBnByb3RvMw");

/**
 * Topic /namespaces/create.
 */
export type NamespaceCreate = Message<"containerd.events.NamespaceCreate"> & {
  /**
   * Namespace.
   */
  name: string;

  /**
   * Labels of the new namespace.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.events.NamespaceCreate.
 * Use `create(NamespaceCreateSchema)` to create a new message.
 */
export const NamespaceCreateSchema: GenMessage<NamespaceCreate> = /*@__PURE__*/
  messageDesc(file_containerd_events_namespace, 0);

/**
 * Topic /namespaces/update.
 */
export type NamespaceUpdate = Message<"containerd.events.NamespaceUpdate"> & {
  /**
   * Namespace.
   */
  name: string;

  /**
   * All labels after the change.
   */
  labels: { [key: string]: string };
};

/**
 * Describes the message containerd.events.NamespaceUpdate.
 * Use `create(NamespaceUpdateSchema)` to create a new message.
 */
export const NamespaceUpdateSchema: GenMessage<NamespaceUpdate> = /*@__PURE__*/
  messageDesc(file_containerd_events_namespace, 1);

/**
 * Topic /namespaces/delete.
 */
export type NamespaceDelete = Message<"containerd.events.NamespaceDelete"> & {
  /**
   * Namespace.
   */
  name: string;
};

/**
 * Describes the message containerd.events.NamespaceDelete.
 * Use `create(NamespaceDeleteSchema)` to create a new message.
 */
export const NamespaceDeleteSchema: GenMessage<NamespaceDelete> = /*@__PURE__*/
  messageDesc(file_containerd_events_namespace, 2);

