/**
 * Builds Dockerfiles.
 *
 * @module
 */
import { fileError } from "../../core/archive/errors.ts";
import type { Context } from "../../core/context.ts";
import type { Image } from "../../core/image/image.ts";
import { InvalidArgumentError } from "../../errors/errors.ts";
import { parsePlatform, type Platform } from "../../oci/platform.ts";
import { parseReference } from "../../oci/reference.ts";
import { STAGE } from "../checks.ts";
import { checkStages } from "../cached_steps.ts";
import { buildImage, type BuildRequest } from "../execute.ts";
import type { BuildOptions } from "../options.ts";
import { IgnoreRules } from "../patterns.ts";
import type { CheckedPlan } from "../plan.ts";
import type { StageBase } from "../stage.ts";
import { parseDockerfile } from "./instructions.ts";
import { loadStages } from "./load.ts";

/** How a Dockerfile is built. */
export interface DockerfileOptions extends BuildOptions {
  /** Names of the image: at least one. */
  tags: string | readonly string[];
  /**
   * The Dockerfile, relative to the context unless it is absolute; or its text.
   * @default "Dockerfile"
   */
  file?: string | { readonly text: string };
  /** The stage to build; the last one by default. */
  target?: string;
  /** Values of ARG. Those that the file does not declare are not used. */
  args?: Readonly<Record<string, string>>;
  /** Stages and images that FROM and `--from` find by these names. */
  contexts?: Readonly<Record<string, StageBase>>;
  /** What it is built for; the daemon's own platform by default. Several make an index. */
  platforms?: readonly (Platform | string)[];
  /** Annotations of the manifests. */
  annotations?: Readonly<Record<string, string>>;
  /**
   * Who builds it: this process, or BuildKit by a `buildctl` on PATH.
   * @default "davit"
   */
  with?: "davit" | "buildctl";
}

/**
 * Builds the image of a Dockerfile. Bases that are not there are pulled, unless `pull` says
 * otherwise.
 *
 * @param folder The build context.
 * @throws {InvalidArgumentError} With file and line, when something is wrong or not supported.
 * @throws {BuildError} When a command fails.
 */
export async function buildDockerfile(
  context: Context,
  folder: string,
  options: DockerfileOptions,
): Promise<Image> {
  if (options.with === "buildctl") {
    const { buildWithBuildctl } = await import("./buildctl.ts");
    return await buildWithBuildctl(context, folder, { ...options, tags: tagsOf(options) });
  }
  const { request, options: rest } = await prepare(folder, options);
  return await buildImage(context, request, rest);
}

/** What building a Dockerfile would do, and what the cache has of it. */
export async function planDockerfile(
  context: Context,
  folder: string,
  options: DockerfileOptions,
): Promise<CheckedPlan> {
  const { request, options: rest } = await prepare(folder, options);
  const { tags, platforms, annotations } = request;
  let base = "scratch";
  let steps: CheckedPlan["steps"] = [];
  const checked = await checkStages(context, request, async (platform, work) => {
    const holder = await request.stageFor(platform, work);
    const stage = holder[STAGE];
    steps = stage.steps;
    base = typeof stage.base === "string"
      ? stage.base
      : "name" in stage.base
      ? stage.base.name
      : stage.base[STAGE].name ?? "(stage)";
    return holder;
  }, rest);
  return { base, platforms, annotations, tags, steps, checked };
}

async function prepare(
  folder: string,
  options: DockerfileOptions,
): Promise<{ request: BuildRequest; options: BuildOptions }> {
  const { file = "Dockerfile", target, args = {}, contexts = {}, annotations = {} } = options;
  const root = folder.replace(/(.)\/+$/, "$1");
  await checkFolder(root);
  const name = typeof file === "string" ? file : "Dockerfile";
  const path = name.startsWith("/") ? name : `${root}/${name}`;
  const text = typeof file === "string" ? await read(path) : file.text;
  const dockerfile = parseDockerfile(text, name);
  const ignore = await ignoreLines(root, path);
  const platforms = (options.platforms ?? []).map((platform) =>
    typeof platform === "string" ? parsePlatform(platform) : platform
  );
  const request: BuildRequest = {
    tags: tagsOf(options),
    annotations,
    platforms,
    stageFor: (_platform, work) =>
      loadStages(
        dockerfile,
        { args, target, contexts, context: { folder: root, ignore } },
        work,
      ),
  };
  return { request, options: { pull: "missing", ...options } };
}

function tagsOf({ tags }: DockerfileOptions): string[] {
  return (typeof tags === "string" ? [tags] : tags).map((tag) => parseReference(tag).toString());
}

async function checkFolder(folder: string): Promise<void> {
  const label = JSON.stringify(folder);
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(folder);
  } catch (error) {
    throw fileError(label, error, "build");
  }
  if (!info.isDirectory) {
    throw new InvalidArgumentError(`Cannot build ${label}: the context must be a folder`);
  }
}

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw fileError(JSON.stringify(path), error, "build");
  }
}

/** What is left out of the context: the file's own list, or else the context's. */
async function ignoreLines(root: string, file: string): Promise<string[]> {
  for (const path of [`${file}.dockerignore`, `${root}/.dockerignore`]) {
    try {
      return IgnoreRules.lines(await Deno.readTextFile(path));
    } catch (error) {
      const absent = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory;
      if (!absent) throw fileError(JSON.stringify(path), error, "read");
    }
  }
  return [];
}
