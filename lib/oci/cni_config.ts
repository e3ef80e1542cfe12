/**
 * Configurations of networks in the form of CNI, the Container Network Interface (versions 0.3 to
 * 1.1): a chain of plugins, each with options of its own.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import {
  asObject,
  inside,
  type JsonObject,
  malformed,
  optionalBoolean,
  optionalString,
  optionalStringMap,
  parseObject,
  type Place,
  requireArray,
  requireString,
} from "./json_check.ts";

/** A network as CNI describes it. */
export interface CniConfig {
  /** Its name. */
  readonly name: string;
  /** The version of CNI that its plugins are spoken to in, such as `"1.0.0"`. */
  readonly cniVersion: string;
  /** What they do, in this order; the other way round when a container leaves. */
  readonly plugins: readonly CniPlugin[];
  /** Do not ask the plugins whether all is well. */
  readonly disableCheck: boolean;
  /** Do not tell the plugins which containers there are, so that they collect garbage (1.1). */
  readonly disableGC: boolean;
  /** nerdctl's id: the SHA-256 of the name. */
  readonly nerdctlID: string | undefined;
  /** nerdctl's labels. */
  readonly nerdctlLabels: Readonly<Record<string, string>> | undefined;
}

/** A plugin of a network's chain. */
export interface CniPlugin {
  /** The name of its program. */
  readonly type: string;
  /** What it can be told about a single container, by name. */
  readonly capabilities?: Readonly<Record<string, boolean>>;
  /** Its other options. */
  readonly [option: string]: unknown;
}

/** The versions of CNI that are spoken here, from the newest. */
export const CNI_VERSIONS: readonly string[] = ["1.1.0", "1.0.0", "0.4.0", "0.3.1", "0.3.0"];

/** Configurations are small. */
const MAX_BYTES = 1024 * 1024;

/** What can be told to plugins about a single container, by capability. */
export type CniCapabilities = Readonly<Record<string, unknown>>;

/**
 * Reads a configuration: a list of plugins (`.conflist`), or a single one (`.conf`).
 *
 * @param data The file's text.
 * @param where Its path, for messages.
 * @throws {InvalidArgumentError} When it is none, or of a version that is not spoken here.
 */
export function parseCniConfig(data: Uint8Array | string, where: string): CniConfig {
  const document = `network configuration "${where}"`;
  const place: Place = { document, path: "" };
  let root = parseObject(data, document, MAX_BYTES);
  if (root.plugins === undefined && typeof root.type === "string") {
    const { cniVersion, name, ...plugin } = root;
    root = { cniVersion, name, plugins: [plugin] };
  }
  requireString(root, "name", place);
  if (!isNetworkName(root.name as string)) malformed(inside(place, "name"), NAME_RULE);
  optionalString(root, "cniVersion", place);
  for (const key of ["disableCheck", "disableGC"]) optionalBoolean(root, key, place);
  optionalString(root, "nerdctlID", place);
  optionalStringMap(root, "nerdctlLabels", place);
  const plugins = requireArray(root, "plugins", place);
  if (plugins.length === 0) malformed(inside(place, "plugins"), "must have a plugin at least");
  for (const [i, value] of plugins.entries()) {
    const at = inside(inside(place, "plugins"), i);
    const plugin = asObject(value, at);
    requireString(plugin, "type", at);
    // It is the name of a program in a folder of plugins.
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(plugin.type as string)) {
      malformed(inside(at, "type"), "must be the name of a program");
    }
    if (plugin.capabilities !== undefined) {
      const capabilities = asObject(plugin.capabilities, inside(at, "capabilities"));
      for (const key of Object.keys(capabilities)) optionalBoolean(capabilities, key, at);
    }
  }
  return {
    name: root.name as string,
    cniVersion: versionOf(root, place),
    plugins: plugins as CniPlugin[],
    disableCheck: root.disableCheck === true,
    disableGC: root.disableGC === true,
    nerdctlID: root.nerdctlID as string | undefined,
    nerdctlLabels: root.nerdctlLabels as Record<string, string> | undefined,
  };
}

/** The newest version that both sides speak: a list may name several (1.1). */
function versionOf(root: JsonObject, place: Place): string {
  const named: unknown[] = [root.cniVersion ?? "0.3.1"];
  if (root.cniVersions !== undefined) named.push(...requireArray(root, "cniVersions", place));
  const version = CNI_VERSIONS.find((version) => named.includes(version));
  return version ??
    malformed(
      inside(place, "cniVersion"),
      `is ${named.join(", ")}; the versions ${CNI_VERSIONS.join(", ")} are spoken here`,
    );
}

const NAME_RULE = "must be made of letters, digits, dots, dashes and underscores";

function isNetworkName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);
}

/**
 * Checks the name of a network that is to be made.
 *
 * @returns The same text.
 * @throws {InvalidArgumentError} When it is none, or stands for something else.
 */
export function checkNetworkName(name: string): string {
  const why = ["host", "none", "container", "ns", "default"].includes(name)
    ? "it has a meaning of its own"
    : !isNetworkName(name)
    ? `it ${NAME_RULE}`
    : name.length > 128
    ? "it is longer than 128 characters"
    : undefined;
  if (why === undefined) return name;
  throw new InvalidArgumentError(
    `Cannot use ${JSON.stringify(name)} as name of a network: ${why}`,
  );
}

/**
 * What a plugin is given on its standard input, without the closing brace: what the plugin before
 * it has answered comes behind.
 *
 * @param config The network.
 * @param plugin One of its plugins.
 * @param capabilities What is to be told about the container; a plugin gets what it can be told.
 */
export function pluginInput(
  config: Pick<CniConfig, "name" | "cniVersion">,
  plugin: CniPlugin,
  capabilities: CniCapabilities,
): JsonObject {
  const { capabilities: can = {}, runtimeConfig: given, ...options } = plugin;
  const told = Object.entries(capabilities).filter(([key, value]) =>
    can[key] && value !== undefined
  );
  const runtimeConfig = {
    ...(typeof given === "object" ? given : {}),
    ...Object.fromEntries(told),
  };
  return {
    ...options,
    name: config.name,
    cniVersion: config.cniVersion,
    ...(Object.keys(runtimeConfig).length > 0 ? { runtimeConfig } : {}),
  };
}

/** Whether a version of CNI is at least another. */
export function isCniAtLeast(version: string, other: string): boolean {
  return CNI_VERSIONS.indexOf(version) <= CNI_VERSIONS.indexOf(other);
}
