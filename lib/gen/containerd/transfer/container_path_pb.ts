// Generated from proto/containerd/transfer/container_path.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/transfer/container_path.proto.
 */
export const file_containerd_transfer_container_path: GenFile = /*@__PURE__*/
  fileDesc("Cihjb250YWluZXJkL3RyYW5zZmVyL2NvbnRhaW5lcl9wYXRoLnByb3RvEhljb250YWluZXJkLnR5cGVzLnRyYW5zZmVyImAKDUNvbnRhaW5lclBhdGgSFAoMY29udGFpbmVyX2lkGAEgASgJEgwKBHBhdGgYAiABKAkSDwoHbm9fd2FsaxgDIAEoCBIaChJwcmVzZXJ2ZV9vd25lcnNoaXAYBCABKAhiBnByb3RvMw");

/**
 * Files of a running container as source or destination of a transfer.
 * Since 2.3.0, as a type: no released daemon acts on it.
 */
export type ContainerPath = Message<"containerd.types.transfer.ContainerPath"> & {
  /**
   * Container.
   */
  containerId: string;

  /**
   * Path inside the container.
   */
  path: string;

  /**
   * As a source: only the entry itself, not what is below a folder.
   */
  noWalk: boolean;

  /**
   * As a destination: keep the owners in the archive, not those of the process that unpacks.
   */
  preserveOwnership: boolean;
};

/**
 * Describes the message containerd.types.transfer.ContainerPath.
 * Use `create(ContainerPathSchema)` to create a new message.
 */
export const ContainerPathSchema: GenMessage<ContainerPath> = /*@__PURE__*/
  messageDesc(file_containerd_transfer_container_path, 0);

