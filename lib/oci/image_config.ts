/**
 * Image configurations (OCI image spec, config.md; Docker's superset of it).
 *
 * @module
 */

import type { Digest } from "./digest.ts";
import {
  asObject,
  checkDigest,
  inside,
  type JsonObject,
  malformed,
  optionalBoolean,
  optionalNumber,
  optionalObject,
  optionalString,
  optionalStringMap,
  optionalStrings,
  parseObject,
  type Place,
  present,
  requireArray,
  requireString,
} from "./json_check.ts";

/** The largest image configuration that is read: 8 MiB. */
export const MAX_CONFIG_BYTES: number = 8 * 1024 * 1024;

/** The configuration document of an image. */
export interface ImageConfig {
  /** When the image was made, RFC 3339. */
  created?: string;
  /** Who made it. */
  author?: string;
  /** CPU architecture, in Go's words. */
  architecture: string;
  /** CPU variant. */
  variant?: string;
  /** Operating system, in Go's words. */
  os: string;
  /** Version of the operating system (Windows). */
  "os.version"?: string;
  /** Features of the operating system that are needed. */
  "os.features"?: string[];
  /** How to run it. */
  config?: ExecutionConfig;
  /** What the file system is made of. */
  rootfs: RootFs;
  /** How each layer came about, the lowest first. */
  history?: History[];
}

/** How to run an image: defaults for the process and its surroundings. */
export interface ExecutionConfig {
  /** `user`, `uid`, `user:group`, `uid:gid`, or a mix. Empty: root. */
  User?: string;
  /** Ports that it listens on: `80/tcp`, `53/udp`, `8080`. */
  ExposedPorts?: Record<string, unknown>;
  /** `NAME=value` each. */
  Env?: string[];
  /** Start of the command. */
  Entrypoint?: string[];
  /** Rest of the command; what the user gives replaces it. */
  Cmd?: string[];
  /** Paths that hold data of the container. */
  Volumes?: Record<string, unknown>;
  /** Working directory. Empty: `/`. */
  WorkingDir?: string;
  /** Labels of the image. */
  Labels?: Record<string, string>;
  /** The signal that asks the process to end: `SIGTERM`, `15`. */
  StopSignal?: string;
  /** Windows: the command is one string, escaped already. */
  ArgsEscaped?: boolean;
  /** Docker: how to probe the health of a container. */
  Healthcheck?: Healthcheck;
  /** Docker: the shell of the Dockerfile's shell form. */
  Shell?: string[];
  /** Docker: instructions for images built on this one. */
  OnBuild?: string[];
}

/** Docker's health check. Durations are nanoseconds; 0 or missing means the default. */
export interface Healthcheck {
  /** `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", "…"]`. */
  Test?: string[];
  /** Time between probes. */
  Interval?: number;
  /** Time allowed for a probe. */
  Timeout?: number;
  /** Time after the start in which failures do not count. */
  StartPeriod?: number;
  /** Time between probes during the start period. */
  StartInterval?: number;
  /** Failures in a row until it counts as unhealthy. */
  Retries?: number;
}

/** What the file system is made of. */
export interface RootFs {
  /** Always `"layers"`. */
  type: "layers";
  /** Digests of the uncompressed layers, the lowest first. */
  diff_ids: Digest[];
}

/** How a layer came about. */
export interface History {
  /** When, RFC 3339. */
  created?: string;
  /** By which command. */
  created_by?: string;
  /** By whom. */
  author?: string;
  /** A remark. */
  comment?: string;
  /** It changed no files, and so has no layer. */
  empty_layer?: boolean;
}

/**
 * Parses an image configuration. Members that are not known are kept.
 *
 * @param data UTF-8 bytes or text, at most {@linkcode MAX_CONFIG_BYTES}.
 * @throws {InvalidArgumentError} When it is malformed or too big.
 */
export function parseImageConfig(data: Uint8Array | string): ImageConfig {
  const place: Place = { document: "image config", path: "" };
  const object: unknown = parseObject(data, place.document, MAX_CONFIG_BYTES);
  checkImageConfig(object, place);
  return object;
}

function checkImageConfig(value: unknown, place: Place): asserts value is ImageConfig {
  const object = value as JsonObject;
  requireString(object, "architecture", place, false);
  requireString(object, "os", place, false);
  for (const key of ["created", "author", "variant", "os.version"]) {
    optionalString(object, key, place);
  }
  optionalStrings(object, "os.features", place);
  checkRootFs(object["rootfs"], inside(place, "rootfs"));
  if (present(object, "config")) checkExecution(object["config"], inside(place, "config"));
  if (present(object, "history")) {
    for (const [i, entry] of requireArray(object, "history", place).entries()) {
      checkHistory(entry, inside(inside(place, "history"), i));
    }
  }
}

function checkRootFs(value: unknown, place: Place): void {
  const rootfs = asObject(value, place);
  if (rootfs["type"] !== "layers") malformed(inside(place, "type"), 'must be "layers"');
  if (!present(rootfs, "diff_ids")) rootfs["diff_ids"] = []; // an image without layers
  for (const [i, diffId] of requireArray(rootfs, "diff_ids", place).entries()) {
    checkDigest(diffId, inside(inside(place, "diff_ids"), i));
  }
}

function checkExecution(value: unknown, place: Place): void {
  const config = asObject(value, place);
  for (const key of ["User", "WorkingDir", "StopSignal"]) optionalString(config, key, place);
  for (const key of ["Env", "Entrypoint", "Cmd", "Shell", "OnBuild"]) {
    optionalStrings(config, key, place);
  }
  for (const key of ["ExposedPorts", "Volumes"]) optionalObject(config, key, place);
  optionalStringMap(config, "Labels", place);
  optionalBoolean(config, "ArgsEscaped", place);
  if (present(config, "Healthcheck")) {
    const at = inside(place, "Healthcheck");
    const check = asObject(config["Healthcheck"], at);
    optionalStrings(check, "Test", at);
    for (const key of ["Interval", "Timeout", "StartPeriod", "StartInterval", "Retries"]) {
      optionalNumber(check, key, at);
    }
  }
}

function checkHistory(value: unknown, place: Place): void {
  const entry = asObject(value, place);
  for (const key of ["created", "created_by", "author", "comment"]) {
    optionalString(entry, key, place);
  }
  optionalBoolean(entry, "empty_layer", place);
}
