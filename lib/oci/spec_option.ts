/**
 * Options of a runtime spec: functions from one spec to another. None changes what it is given, so
 * that a spec can be shared and branched.
 *
 * @module
 */

import type { Linux, LinuxCapabilities, Process, Spec } from "./runtime_spec.ts";
import type { LinuxResources } from "./runtime_resources.ts";

/** A step that makes one spec from another, without changing the first. */
export type SpecOption = (spec: Spec) => Spec;

/**
 * Applies options one after the other.
 *
 * @example
 * ```ts
 * import { applySpecOptions, defaultSpec, withEnv, withProcessArgs } from "@davit/sdk/oci";
 *
 * const spec = applySpecOptions(
 *   defaultSpec({ id: "web", namespace: "default" }),
 *   withProcessArgs("sleep", "10"),
 *   withEnv({ CI: "1" }),
 * );
 * ```
 */
export function applySpecOptions(spec: Spec, ...options: readonly SpecOption[]): Spec {
  return options.reduce((result, option) => option(result), spec);
}

/** Several options as one. */
export function composeSpecOptions(...options: readonly SpecOption[]): SpecOption {
  return (spec) => applySpecOptions(spec, ...options);
}

/** The spec with its process changed. */
export function editProcess(spec: Spec, edit: (process: Process) => Partial<Process>): Spec {
  const process = spec.process ?? { user: { uid: 0, gid: 0 }, cwd: "/" };
  return { ...spec, process: { ...process, ...edit(process) } };
}

/** The spec with its capabilities changed. */
export function editCapabilities(
  spec: Spec,
  edit: (capabilities: LinuxCapabilities) => LinuxCapabilities,
): Spec {
  return editProcess(spec, (process) => ({ capabilities: edit(process.capabilities ?? {}) }));
}

/** The spec with its Linux part changed. */
export function editLinux(spec: Spec, edit: (linux: Linux) => Partial<Linux>): Spec {
  const linux = spec.linux ?? {};
  return { ...spec, linux: { ...linux, ...edit(linux) } };
}

/** The spec with its limits changed. */
export function editResources(
  spec: Spec,
  edit: (resources: LinuxResources) => Partial<LinuxResources>,
): Spec {
  return editLinux(spec, ({ resources = {} }) => ({
    resources: { ...resources, ...edit(resources) },
  }));
}

/** An object without some of its members. */
export function omit<T extends object, K extends keyof T>(object: T, ...keys: K[]): Omit<T, K> {
  const copy = { ...object };
  for (const key of keys) delete copy[key];
  return copy;
}
