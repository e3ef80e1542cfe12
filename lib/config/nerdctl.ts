/**
 * `nerdctl.toml` as data.
 *
 * Source: nerdctl's docs/config.md.
 *
 * @module
 */
import { formatToml, parseToml, type Shape } from "./schema.ts";

/** nerdctl's configuration, in its own words. What is not known here stays as it is. */
export interface NerdctlConfig {
  /** Says more of what it does. */
  debug?: boolean;
  /** Says still more. */
  debug_full?: boolean;
  /** containerd's socket: `"unix:///run/containerd/containerd.sock"`. */
  address?: string;
  /** containerd's namespace. */
  namespace?: string;
  /** The snapshotter. */
  snapshotter?: string;
  /** Folder of the CNI plugins. */
  cni_path?: string;
  /** Folder of the CNI networks. */
  cni_netconfpath?: string;
  /** Folder of nerdctl's own data. */
  data_root?: string;
  /** `"cgroupfs"`, `"systemd"` or `"none"`. */
  cgroup_manager?: string;
  /** Whether plain http and unknown certificates are fine. */
  insecure_registry?: boolean;
  /** Folders of `hosts.toml` files. */
  hosts_dir?: string[];
  /** Whether experimental features are there. */
  experimental?: boolean;
  /** What `host-gateway` stands for. */
  host_gateway_ip?: string;
  /** Address and size of the default bridge, such as `"10.1.100.1/24"`. */
  bridge_ip?: string;
  /** The user that containers are mapped to. */
  userns_remap?: string;
  /** Whether the second names that Kubernetes gives images are hidden. */
  kube_hide_dupe?: boolean;
  /** Folders of CDI specs. */
  cdi_spec_dirs?: string[];
  /** Name servers. */
  dns?: string[];
  /** Options of the resolver. */
  dns_opts?: string[];
  /** Domains that are searched. */
  dns_search?: string[];
  /** Whether health checks do without systemd's timers. */
  disable_hc_systemd?: boolean;
  /** Whether SELinux labels are set. */
  selinux_enabled?: boolean;
  /** What else there is. */
  [key: string]: unknown;
}

const SHAPE: Shape = {
  keys: {
    debug: "boolean",
    debug_full: "boolean",
    address: "string",
    namespace: "string",
    snapshotter: "string",
    cni_path: "string",
    cni_netconfpath: "string",
    data_root: "string",
    cgroup_manager: "string",
    insecure_registry: "boolean",
    hosts_dir: "strings",
    experimental: "boolean",
    host_gateway_ip: "string",
    bridge_ip: "string",
    userns_remap: "string",
    kube_hide_dupe: "boolean",
    cdi_spec_dirs: "strings",
    dns: "strings",
    dns_opts: "strings",
    dns_search: "strings",
    disable_hc_systemd: "boolean",
    selinux_enabled: "boolean",
  },
};

const DOCUMENT = "nerdctl.toml";

/**
 * Reads a `nerdctl.toml`, such as `/etc/nerdctl/nerdctl.toml` or `~/.config/nerdctl/nerdctl.toml`.
 *
 * @throws {InvalidArgumentError} When it is malformed; the message names the key.
 *
 * @example
 * ```ts
 * import { formatNerdctlConfig, parseNerdctlConfig } from "@davit/sdk/config";
 *
 * const config = parseNerdctlConfig('namespace = "k8s.io"\ndebug = false\n');
 * console.log(formatNerdctlConfig({ ...config, snapshotter: "stargz" }));
 * ```
 */
export function parseNerdctlConfig(text: string): NerdctlConfig {
  return parseToml(text, DOCUMENT, SHAPE);
}

/**
 * Prints a `nerdctl.toml`. Comments of the file that it was read from are lost.
 *
 * @throws {InvalidArgumentError} When a value has the wrong type.
 */
export function formatNerdctlConfig(config: NerdctlConfig): string {
  return formatToml(config, DOCUMENT, SHAPE);
}
