// Generated from proto/containerd/events/container.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Any } from "@bufbuild/protobuf/wkt";
import { file_google_protobuf_any } from "../../google/protobuf/any_pb.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/events/container.proto.
 */
export const file_containerd_events_container: GenFile = /*@__PURE__*/
  fileDesc("CiFjb250YWluZXJkL2V2ZW50cy9jb250YWluZXIucHJvdG8SEWNvbnRhaW5lcmQuZXZlbnRzIqkBCg9Db250YWluZXJDcmVhdGUSCgoCaWQYASABKAkSDQoFaW1hZ2UYAiABKAkSOwoHcnVudGltZRgDIAEoCzIqLmNvbnRhaW5lcmQuZXZlbnRzLkNvbnRhaW5lckNyZWF0ZS5SdW50aW1lGj4KB1J1bnRpbWUSDAoEbmFtZRgBIAEoCRIlCgdvcHRpb25zGAIgASgLMhQuZ29vZ2xlLnByb3RvYnVmLkFueSKxAQoPQ29udGFpbmVyVXBkYXRlEgoKAmlkGAEgASgJEg0KBWltYWdlGAIgASgJEj4KBmxhYmVscxgDIAMoCzIuLmNvbnRhaW5lcmQuZXZlbnRzLkNvbnRhaW5lclVwZGF0ZS5MYWJlbHNFbnRyeRIUCgxzbmFwc2hvdF9rZXkYBCABKAkaLQoLTGFiZWxzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgJOgI4ASIdCg9Db250YWluZXJEZWxldGUSCgoCaWQYASABKAliBnByb3RvMw", [file_google_protobuf_any]);

/**
 * Topic /containers/create.
 */
export type ContainerCreate = Message<"containerd.events.ContainerCreate"> & {
  /**
   * Container.
   */
  id: string;

  /**
   * Image name in the record.
   */
  image: string;

  /**
   * Runtime in the record.
   */
  runtime?: ContainerCreate_Runtime | undefined;
};

/**
 * Describes the message containerd.events.ContainerCreate.
 * Use `create(ContainerCreateSchema)` to create a new message.
 */
export const ContainerCreateSchema: GenMessage<ContainerCreate> = /*@__PURE__*/
  messageDesc(file_containerd_events_container, 0);

/**
 * Runtime in the record.
 */
export type ContainerCreate_Runtime = Message<"containerd.events.ContainerCreate.Runtime"> & {
  /**
   * Name, such as io.containerd.runc.v2.
   */
  name: string;

  /**
   * Options of the runtime.
   */
  options?: Any | undefined;
};

/**
 * Describes the message containerd.events.ContainerCreate.Runtime.
 * Use `create(ContainerCreate_RuntimeSchema)` to create a new message.
 */
export const ContainerCreate_RuntimeSchema: GenMessage<ContainerCreate_Runtime> = /*@__PURE__*/
  messageDesc(file_containerd_events_container, 0, 0);

/**
 * Topic /containers/update.
 */
export type ContainerUpdate = Message<"containerd.events.ContainerUpdate"> & {
  /**
   * Container.
   */
  id: string;

  /**
   * Image name after the change.
   */
  image: string;

  /**
   * All labels after the change.
   */
  labels: { [key: string]: string };

  /**
   * Snapshot after the change.
   */
  snapshotKey: string;
};

/**
 * Describes the message containerd.events.ContainerUpdate.
 * Use `create(ContainerUpdateSchema)` to create a new message.
 */
export const ContainerUpdateSchema: GenMessage<ContainerUpdate> = /*@__PURE__*/
  messageDesc(file_containerd_events_container, 1);

/**
 * Topic /containers/delete.
 */
export type ContainerDelete = Message<"containerd.events.ContainerDelete"> & {
  /**
   * Container.
   */
  id: string;
};

/**
 * Describes the message containerd.events.ContainerDelete.
 * Use `create(ContainerDeleteSchema)` to create a new message.
 */
export const ContainerDeleteSchema: GenMessage<ContainerDelete> = /*@__PURE__*/
  messageDesc(file_containerd_events_container, 2);

