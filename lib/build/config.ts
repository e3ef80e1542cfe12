/**
 * The configuration of a built image: the base's, changed by the steps.
 *
 * @module
 */
import type { Digest } from "../oci/digest.ts";
import type { ExecutionConfig, History, ImageConfig } from "../oci/image_config.ts";
import type { Platform } from "../oci/platform.ts";
import { type BuildStep, describeStep } from "./plan.ts";

/** The configuration of an image without anything. */
export function emptyConfig(platform: Platform): ImageConfig {
  return { ...platform, config: {}, rootfs: { type: "layers", diff_ids: [] }, history: [] };
}

/**
 * Applies the steps of a build to a configuration, which is not changed itself. The base's history
 * stays as it is, times included.
 *
 * @param base The base's configuration.
 * @param steps All steps.
 * @param diffIds Digests of the layers that the steps made, one for each step that makes one.
 * @param created When the image counts as made.
 */
export function applySteps(
  base: ImageConfig,
  steps: readonly BuildStep[],
  diffIds: readonly Digest[],
  created: Date,
): ImageConfig {
  const config: ExecutionConfig = { ...base.config };
  const at = created.toISOString().replace(".000Z", "Z");
  const history = baseHistory(base);
  let hasCommand = false;
  for (const step of steps) {
    applyStep(config, step, hasCommand);
    hasCommand ||= step.kind === "command";
    history.push({
      created: at,
      created_by: describeStep(step),
      ...(step.kind === "copy" ? {} : { empty_layer: true }),
    });
  }
  return {
    ...base,
    created: at,
    config,
    rootfs: { type: "layers", diff_ids: [...base.rootfs.diff_ids, ...diffIds] },
    history,
  };
}

/** History must have an entry for each layer, or none at all: a base without any gets some. */
function baseHistory({ history = [], rootfs }: ImageConfig): History[] {
  const told = history.filter(({ empty_layer: empty }) => !empty).length;
  const untold = Math.max(0, rootfs.diff_ids.length - told);
  return [...history, ...Array.from({ length: untold }, () => ({ comment: "layer of the base" }))];
}

function applyStep(config: ExecutionConfig, step: BuildStep, hasCommand: boolean): void {
  switch (step.kind) {
    case "copy":
      return;
    case "env":
      config.Env = mergeEnv(config.Env ?? [], step.variables);
      return;
    case "workdir":
      config.WorkingDir = step.path;
      return;
    case "user":
      config.User = step.user;
      return;
    case "label":
      config.Labels = sorted({ ...config.Labels, ...step.labels });
      return;
    case "entrypoint":
      config.Entrypoint = [...step.argv];
      // The base's command was meant for the base's entry point.
      if (!hasCommand) delete config.Cmd;
      return;
    case "command":
      config.Cmd = [...step.argv];
      return;
    case "expose":
      config.ExposedPorts = sorted({ ...config.ExposedPorts, ...asSet(step.ports) });
      return;
    case "volume":
      config.Volumes = sorted({ ...config.Volumes, ...asSet(step.paths) });
      return;
    case "stopSignal":
      config.StopSignal = step.signal;
      return;
  }
}

function mergeEnv(env: readonly string[], variables: Readonly<Record<string, string>>): string[] {
  const merged = [...env];
  for (const [name, value] of Object.entries(variables)) {
    const index = merged.findIndex((entry) => entry.startsWith(`${name}=`));
    if (index < 0) merged.push(`${name}=${value}`);
    else merged[index] = `${name}=${value}`;
  }
  return merged;
}

function asSet(keys: readonly string[]): Record<string, Record<string, never>> {
  return Object.fromEntries(keys.map((key) => [key, {}]));
}

/** The same record with its keys in order, so that the order of calls does not count. */
export function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0),
  );
}
