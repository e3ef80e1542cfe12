/**
 * From an image's configuration, and what the user changed, to the process that is run.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import { DEFAULT_PATH } from "./default_spec.ts";
import { type EnvInput, envValue, mergeEnv } from "./env.ts";
import type { ExecutionConfig } from "./image_config.ts";

/** What the user wants otherwise than the image says. */
export interface ProcessOverrides {
  /** Arguments instead of the image's `Cmd`; an empty list means none. */
  args?: readonly string[] | undefined;
  /** Start of the command instead of the image's `Entrypoint`; the image's `Cmd` is dropped with it. */
  entrypoint?: readonly string[] | undefined;
  /** Variables on top of the image's; `undefined` values remove. */
  env?: EnvInput | undefined;
  /** Working directory instead of the image's. */
  cwd?: string | undefined;
  /** User instead of the image's; see {@linkcode resolveUser}. */
  user?: string | undefined;
}

/** What is to run. */
export interface ImageProcess {
  /** Program and arguments; at least one. */
  args: string[];
  /** `NAME=value` each; always with a `PATH`, since runc looks the program up in it. */
  env: string[];
  /** Absolute path. */
  cwd: string;
  /** `user[:group]`, names or numbers; empty means root. */
  user: string;
}

/**
 * Puts together command, environment, working directory and user, as Docker and containerd do:
 * `Entrypoint` then `Cmd`; arguments replace `Cmd`; an entrypoint of the user's own drops both.
 *
 * @param config The `config` member of the image's configuration, if it has one.
 * @throws {InvalidArgumentError} When there is no command, or a path or variable is invalid.
 *
 * @example
 * ```ts
 * import { processFromImage } from "@davit/sdk/oci";
 *
 * const image = { Entrypoint: ["/bin/app"], Cmd: ["--help"] };
 * processFromImage(image, { args: ["serve"] }).args; // ["/bin/app", "serve"]
 * ```
 */
export function processFromImage(
  config: ExecutionConfig | undefined,
  overrides: ProcessOverrides = {},
): ImageProcess {
  const entrypoint = overrides.entrypoint ?? config?.Entrypoint ?? [];
  const imageArgs = overrides.entrypoint ? [] : config?.Cmd ?? [];
  const args = [...entrypoint, ...(overrides.args ?? imageArgs)];
  if (args.length === 0 || args[0] === "") {
    throw new InvalidArgumentError(
      "Cannot run the image: it names no command; give one, such as sh",
    );
  }
  const nul = args.find((arg) => arg.includes("\0"));
  if (nul !== undefined) {
    throw new InvalidArgumentError(
      `Cannot run ${JSON.stringify(args[0])}: an argument has a NUL byte in it`,
    );
  }
  const env = mergeEnv(config?.Env ?? [], overrides.env ?? []);
  return {
    args,
    env: envValue(env, "PATH") === undefined ? [DEFAULT_PATH, ...env] : env,
    cwd: workingDirectory(overrides.cwd, config?.WorkingDir),
    user: overrides.user ?? config?.User ?? "",
  };
}

function workingDirectory(wanted: string | undefined, image: string | undefined): string {
  if (wanted !== undefined && (!wanted.startsWith("/") || wanted.includes("\0"))) {
    throw new InvalidArgumentError(
      `Cannot use ${
        JSON.stringify(wanted)
      } as working directory: it must be an absolute path in the container`,
    );
  }
  const path = wanted ?? (image || "/");
  return path.startsWith("/") ? path : `/${path}`; // some images leave the slash out
}
