/**
 * Where the set-up puts what it fetches. Everything lies in `.cache/` of the project, which git
 * ignores; nothing is installed.
 *
 * @module
 */

/** The project's own folder. */
export const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** What the set-up fetched and made. Deleting it is safe: the next start makes it again. */
export const CACHE = `${ROOT}/.cache`;

/** The versions of containerd that the tests run against. */
export const CONTAINERD_VERSIONS = ["1.6", "1.7", "2.1"] as const;

/** One of {@linkcode CONTAINERD_VERSIONS}. */
export type ContainerdVersion = typeof CONTAINERD_VERSIONS[number];

/** Folder with `containerd`, `ctr` and the shims of one version, for use in front of PATH. */
export function containerdDir(version: ContainerdVersion): string {
  return `${CACHE}/containerd-${version}/usr/bin`;
}

/** The daemon of one version. */
export function containerdBin(version: ContainerdVersion): string {
  return `${containerdDir(version)}/containerd`;
}

/** The `ctr` of one version. */
export function ctrBin(version: ContainerdVersion): string {
  return `${containerdDir(version)}/ctr`;
}

/**
 * What `deno task hello` needs beyond the machine's own commands, for use in front of PATH:
 * containerd 2.x with its shim and ctr, runc, busybox. Empty where PATH has all that already.
 */
export const HELLO_BIN = `${CACHE}/hello/bin`;

/** Every tool of {@linkcode toolPath} in one folder, for use in front of PATH. No containerd. */
export const TOOLS_BIN = `${CACHE}/tools/bin`;

/** Tools that the tests and benchmarks may use. */
export const TOOLS = [
  "busybox",
  "cosign",
  "criu",
  "crun",
  "debootstrap",
  "docker-registry",
  "ip",
  "iptables",
  "newgidmap",
  "newuidmap",
  "openssl",
  "rootlesskit",
  "runc",
  "scp",
  "sftp",
  "skopeo",
  "slirp4netns",
  "ssh",
  "ssh-keygen",
  "sshd",
  "tini-static",
  "umoci",
] as const;

/** One of {@linkcode TOOLS}. */
export type Tool = typeof TOOLS[number];

/** A tool that can be run as it is, from any folder. */
export function toolPath(tool: Tool): string {
  return `${TOOLS_BIN}/${tool}`;
}

/** Folder of the CNI plugins: bridge, host-local, portmap, loopback… */
export const CNI_BIN = `${CACHE}/tools/root/usr/lib/cni`;

/** A Debian minbase root filesystem as an OCI archive, tagged {@linkcode DEBIAN_IMAGE_TAG}. */
export const DEBIAN_IMAGE = `${CACHE}/debian-minbase.oci.tar`;

/** The tag inside {@linkcode DEBIAN_IMAGE}. */
export const DEBIAN_IMAGE_TAG = "bookworm";

/** The same root filesystem as a plain tar. */
export const DEBIAN_ROOTFS = `${CACHE}/debian-minbase.tar`;

/** containerd's own `.proto` files, the reference for `proto/`: holds `api/services/…`. */
export const UPSTREAM_PROTO =
  `${CACHE}/containerd-api/usr/share/gocode/src/github.com/containerd/containerd`;
