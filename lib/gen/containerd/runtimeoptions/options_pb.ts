// Generated from proto/containerd/runtimeoptions/options.proto by `deno task gen`; do not edit.

import type { GenFile, GenMessage } from "@bufbuild/protobuf/codegenv2";
import { messageDesc } from "@bufbuild/protobuf/codegenv2";
import { fileDesc } from "../../../descriptors/file.ts";
import type { Message } from "@bufbuild/protobuf";

/**
 * Describes the file containerd/runtimeoptions/options.proto.
 */
export const file_containerd_runtimeoptions_options: GenFile = /*@__PURE__*/
  fileDesc("Cidjb250YWluZXJkL3J1bnRpbWVvcHRpb25zL29wdGlvbnMucHJvdG8SEXJ1bnRpbWVvcHRpb25zLnYxIkUKB09wdGlvbnMSEAoIdHlwZV91cmwYASABKAkSEwoLY29uZmlnX3BhdGgYAiABKAkSEwoLY29uZmlnX2JvZHkYAyABKAxiBnByb3RvMw");

/**
 * Options for shims that read a configuration file, such as Kata's and gVisor's.
 * This package is since 2.0.0; 1.x has the same message under runtimeoptions.v1 in its own tree.
 */
export type Options = Message<"runtimeoptions.v1.Options"> & {
  /**
   * Type of the content of the file, as the shim names it.
   */
  typeUrl: string;

  /**
   * Path of the file on the daemon's host.
   */
  configPath: string;

  /**
   * TOML to use where `config_path` is empty.
   */
  configBody: Uint8Array;
};

/**
 * Describes the message runtimeoptions.v1.Options.
 * Use `create(OptionsSchema)` to create a new message.
 */
export const OptionsSchema: GenMessage<Options> = /*@__PURE__*/
  messageDesc(file_containerd_runtimeoptions_options, 0);

