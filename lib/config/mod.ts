/**
 * Configuration files as typed data: containerd's `config.toml`, `nerdctl.toml` and `hosts.toml`.
 * What is not known is kept. Nothing is read or written but text.
 *
 * @example
 * ```ts
 * import { containerdAddress, parseContainerdConfig } from "@davit/sdk/config";
 *
 * const config = parseContainerdConfig(await Deno.readTextFile("/etc/containerd/config.toml"));
 * console.log(containerdAddress(config) ?? "/run/containerd/containerd.sock");
 * ```
 *
 * @module
 */
export {
  containerdAddress,
  type ContainerdConfig,
  type ContainerdConfigVersion,
  criHostsDirs,
  type DebugSettings,
  formatContainerdConfig,
  type GrpcSettings,
  parseContainerdConfig,
  type ProxyPlugin,
  type SocketSettings,
  type StreamProcessor,
  withCriHostsDirs,
} from "./containerd.ts";
export { hostsTomlPath } from "./hosts.ts";
export { formatNerdctlConfig, type NerdctlConfig, parseNerdctlConfig } from "./nerdctl.ts";
export {
  type ClientPair,
  formatHostsToml,
  type HostCapability,
  type HostEntry,
  type HostSettings,
  type HostsFile,
  parseHostsToml,
} from "../registry/hosts_file.ts";
