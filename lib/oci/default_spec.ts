/**
 * The spec that containerd's Go client starts every Linux container from. containerd itself makes
 * none: a client that leaves something out gets a container without it.
 *
 * @module
 */

import { DEFAULT_CAPABILITIES } from "./capabilities.ts";
import { checkIdentifier } from "./names.ts";
import type { LinuxDeviceCgroup } from "./runtime_resources.ts";
import type { LinuxNamespace, Mount, Spec } from "./runtime_spec.ts";

/** The version of the runtime spec that {@linkcode defaultSpec} claims, that of containerd 2.1. */
export const OCI_VERSION = "1.2.1";

/** The search path of images that set none. */
export const DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Whose spec it is. */
export interface DefaultSpecOptions {
  /** Id of the container. */
  id: string;
  /** containerd's namespace; with the id it makes up the cgroup path. */
  namespace: string;
}

/**
 * containerd's default spec for Linux: 14 capabilities, five namespaces, seven mounts, hidden and
 * read-only paths, no device allowed. It has no command and no environment yet; and no devices:
 * see {@linkcode defaultDeviceRules}.
 *
 * @returns A fresh object at every call.
 * @throws {InvalidArgumentError} When id or namespace is no valid identifier.
 *
 * @example
 * ```ts
 * import { defaultSpec } from "@davit/sdk/oci";
 *
 * const spec = defaultSpec({ id: "web", namespace: "default" });
 * console.log(spec.linux?.cgroupsPath); // /default/web
 * ```
 */
export function defaultSpec(options: DefaultSpecOptions): Spec {
  const { id, namespace } = options;
  checkIdentifier(id, "container id");
  checkIdentifier(namespace, "namespace");
  return {
    ociVersion: OCI_VERSION,
    process: {
      user: { uid: 0, gid: 0 },
      cwd: "/",
      capabilities: {
        bounding: [...DEFAULT_CAPABILITIES],
        effective: [...DEFAULT_CAPABILITIES],
        permitted: [...DEFAULT_CAPABILITIES],
      },
      rlimits: [{ type: "RLIMIT_NOFILE", hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: "rootfs" },
    mounts: defaultMounts(),
    linux: {
      resources: { devices: [{ allow: false, access: "rwm" }] },
      cgroupsPath: `/${namespace}/${id}`,
      namespaces: defaultNamespaces(),
      maskedPaths: [...DEFAULT_MASKED_PATHS],
      readonlyPaths: [...DEFAULT_READONLY_PATHS],
    },
  };
}

/** Paths that are hidden by default: they leak the host's state, or reach its hardware. */
export const DEFAULT_MASKED_PATHS: readonly string[] = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
  "/proc/scsi",
];

/** Paths that are read-only by default. */
export const DEFAULT_READONLY_PATHS: readonly string[] = [
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
];

function defaultNamespaces(): LinuxNamespace[] {
  return [
    { type: "pid" },
    { type: "ipc" },
    { type: "uts" },
    { type: "mount" },
    { type: "network" },
  ];
}

function defaultMounts(): Mount[] {
  const mount = (destination: string, type: string, source: string, options: string): Mount => ({
    destination,
    type,
    source,
    options: options.split(" "),
  });
  return [
    mount("/proc", "proc", "proc", "nosuid noexec nodev"),
    mount("/dev", "tmpfs", "tmpfs", "nosuid strictatime mode=755 size=65536k"),
    mount(
      "/dev/pts",
      "devpts",
      "devpts",
      "nosuid noexec newinstance ptmxmode=0666 mode=0620 gid=5",
    ),
    mount("/dev/shm", "tmpfs", "shm", "nosuid noexec nodev mode=1777 size=65536k"),
    mount("/dev/mqueue", "mqueue", "mqueue", "nosuid noexec nodev"),
    mount("/sys", "sysfs", "sysfs", "nosuid noexec nodev ro"),
    mount("/run", "tmpfs", "tmpfs", "nosuid strictatime mode=755 size=65536k"),
  ];
}

/**
 * The device rules that ctr and nerdctl add to the default spec: null, random, full, tty, zero,
 * urandom, console, pseudo-terminals and ptmx. The runtime makes the nodes by itself.
 *
 * @returns Fresh rules for `linux.resources.devices`, to come after the one that denies all.
 */
export function defaultDeviceRules(): LinuxDeviceCgroup[] {
  const rule = (major: number, minor?: number): LinuxDeviceCgroup => ({
    allow: true,
    type: "c",
    major,
    ...(minor !== undefined && { minor }),
    access: "rwm",
  });
  return [
    rule(1, 3), // null
    rule(1, 8), // random
    rule(1, 7), // full
    rule(5, 0), // tty
    rule(1, 5), // zero
    rule(1, 9), // urandom
    rule(5, 1), // console
    rule(136), // pts/*
    rule(5, 2), // ptmx
  ];
}
