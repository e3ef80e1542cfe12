/**
 * The configuration of a private daemon.
 *
 * @module
 */
import { stringify } from "@std/toml";
import { InvalidArgumentError } from "../errors/errors.ts";
import type { Layout } from "./layout.ts";

/** containerd's configuration as data, the tables of its `config.toml`. */
export interface DaemonConfig {
  /** A value, a list or a table. */
  readonly [key: string]: unknown;
}

/**
 * Plugins that a private daemon does without. The CRI endpoint is Kubernetes' and takes most of
 * the start; NRI opens a socket at a path that all daemons of a host share. The snapshotters want a
 * file system or devices that were made for them, and tracing wants a collector. The CRI's inner
 * parts stay: the Sandbox services depend on them.
 */
const DISABLED = [
  "io.containerd.grpc.v1.cri",
  "io.containerd.internal.v1.tracing",
  "io.containerd.nri.v1.nri",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.tracing.processor.v1.otlp",
];

/**
 * The text of `config.toml` for a daemon.
 *
 * Its format is version 3 from containerd 2.0 on, and version 2 before; newer daemons read both.
 *
 * @param layout Where the daemon's things are.
 * @param major The major version of containerd.
 * @param extra What the caller wants besides: tables are merged, anything else replaces ours.
 * @throws {InvalidArgumentError} `extra` moves what {@linkcode Layout} fixes, or is not data.
 */
export function renderConfig(layout: Layout, major: number, extra: DaemonConfig = {}): string {
  for (const path of ["root", "state", "version", "grpc.address", "ttrpc.address"]) {
    const [table, key] = path.split(".");
    const value = extra[table!];
    if (key === undefined ? value !== undefined : isTable(value) && value[key] !== undefined) {
      throw new InvalidArgumentError(
        `Cannot set "${path}" of a private daemon: its folder decides that; use the "dir" option`,
      );
    }
  }
  const own: DaemonConfig = {
    version: major >= 2 ? 3 : 2,
    root: layout.root,
    state: layout.state,
    disabled_plugins: DISABLED,
    grpc: { address: layout.address },
    ttrpc: { address: `${layout.address}.ttrpc` },
    plugins: {
      // The default, /opt/containerd, would be made on the host.
      "io.containerd.internal.v1.opt": { path: `${layout.dir}/opt` },
    },
  };
  try {
    return `${stringify(merge(own, extra)).trim()}\n`;
  } catch (error) {
    throw new InvalidArgumentError(
      "Cannot write the daemon's configuration as TOML: it must be tables, lists, strings, " +
        "numbers and booleans",
      { cause: error },
    );
  }
}

function isTable(value: unknown): value is DaemonConfig {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function merge(ours: DaemonConfig, theirs: DaemonConfig): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...ours };
  for (const [key, value] of Object.entries(theirs)) {
    const old = merged[key];
    merged[key] = isTable(old) && isTable(value) ? merge(old, value) : value;
  }
  return merged;
}
