/**
 * The configuration of a built image: the base's, changed by the steps.
 *
 * @module
 */
import { sorted } from "../core/image/documents.ts";
import type { Digest } from "../oci/digest.ts";
import type { ExecutionConfig, History, ImageConfig } from "../oci/image_config.ts";
import type { Platform } from "../oci/platform.ts";
import { describeStep } from "./describe.ts";
import { type BuildStep, makesLayer } from "./plan.ts";

/** The configuration of an image without anything. */
export function emptyConfig(platform: Platform): ImageConfig {
  return { ...platform, config: {}, rootfs: { type: "layers", diff_ids: [] }, history: [] };
}

/** A configuration that grows step by step. The one that it starts from is not changed. */
export class ConfigState {
  readonly #base: ImageConfig;
  readonly #at: string;
  readonly #config: ExecutionConfig;
  readonly #history: History[];
  readonly #diffIds: Digest[];
  #hasCommand = false;

  /**
   * @param base The base's configuration. Its history stays as it is, times included.
   * @param created When the image counts as made.
   */
  constructor(base: ImageConfig, created: Date) {
    this.#base = base;
    this.#at = created.toISOString().replace(".000Z", "Z");
    this.#config = { ...base.config };
    // What the base wants done was done, or is not wanted: it does not go on to the next image.
    delete this.#config.OnBuild;
    this.#history = baseHistory(base);
    this.#diffIds = [...base.rootfs.diff_ids];
  }

  /** How to run what is there so far. */
  get execution(): Readonly<ExecutionConfig> {
    return this.#config;
  }

  /** Digests of the layers so far. */
  get diffIds(): readonly Digest[] {
    return this.#diffIds;
  }

  /** Applies a step; `diffId` is that of its layer, for a step that makes one. */
  apply(step: BuildStep, diffId?: Digest): void {
    applyStep(this.#config, step, this.#hasCommand);
    this.#hasCommand ||= step.kind === "command";
    if (diffId !== undefined) this.#diffIds.push(diffId);
    this.#history.push({
      created: this.#at,
      created_by: describeStep(step),
      ...(makesLayer(step) ? {} : { empty_layer: true }),
    });
  }

  /** The whole configuration. */
  finish(): ImageConfig {
    return {
      ...this.#base,
      created: this.#at,
      config: { ...this.#config },
      rootfs: { type: "layers", diff_ids: [...this.#diffIds] },
      history: [...this.#history],
    };
  }
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
    case "add":
    case "run":
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
    case "shell":
      config.Shell = [...step.argv];
      return;
    case "healthcheck":
      config.Healthcheck = step.check;
      return;
    case "onbuild":
      config.OnBuild = [...config.OnBuild ?? [], step.instruction];
      return;
  }
}

/** Variables as a configuration has them, with others set or replaced. */
export function mergeEnv(
  env: readonly string[],
  variables: Readonly<Record<string, string>>,
): string[] {
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
