/**
 * Options of a runtime: what its shim is told.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { AnySchema } from "../../gen/google/protobuf/any_pb.ts";
import { packMessage } from "../../api/any.ts";
import { OptionsSchema as RuncOptionsSchema } from "../../gen/containerd/runc/options_pb.ts";
import { OptionsSchema as ConfigOptionsSchema } from "../../gen/containerd/runtimeoptions/options_pb.ts";

/** Options of `io.containerd.runc.v2`, the shim of runc, crun and what else has runc's commands. */
export interface RuncSettings {
  /** The binary: a name on the daemon's `PATH`, or a path; `runc` by default. */
  readonly binary?: string;
  /** The folder of the runtime's state; `/run/containerd/runc` by default. */
  readonly root?: string;
  /** Whether systemd manages the cgroups; the cgroup's path is `slice:prefix:name` then. */
  readonly systemdCgroup?: boolean;
  /** Whether the root is changed by moving mounts instead of pivot_root(2): for roots in memory. */
  readonly noPivotRoot?: boolean;
  /** Whether the container shares the caller's session keyring. */
  readonly noNewKeyring?: boolean;
  /** The cgroup that the shim itself is put into. */
  readonly shimCgroup?: string;
  /** Owner of the pipes of its streams. */
  readonly ioUid?: number;
  /** Group of the pipes of its streams. */
  readonly ioGid?: number;
}

/** Options of other shims: a configuration file, or a message of their own. */
export type RuntimeSettings =
  | RuncSettings
  | { readonly configPath: string }
  | { readonly typeUrl: string; readonly value: Uint8Array };

/** The message for a container's record. */
export function packSettings(settings: RuntimeSettings): Any {
  if ("typeUrl" in settings) return create(AnySchema, { ...settings });
  if ("configPath" in settings) return packMessage(ConfigOptionsSchema, { ...settings });
  const { binary = "", ...others } = settings;
  return packMessage(RuncOptionsSchema, { binaryName: binary, ...others });
}
