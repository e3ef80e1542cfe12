/**
 * Hands a Dockerfile over to BuildKit, by its own `buildctl`.
 *
 * @module
 */
import type { Context } from "../../core/context.ts";
import type { Image } from "../../core/image/image.ts";
import { Images } from "../../core/image/images.ts";
import { InvalidArgumentError, UnsupportedError } from "../../errors/errors.ts";
import { BuildError } from "../../errors/image_errors.ts";
import { formatPlatform, parsePlatform } from "../../oci/platform.ts";
import type { DockerfileOptions } from "./build.ts";

/** What is handed over. */
export type BuildctlOptions = DockerfileOptions & { readonly tags: readonly string[] };

const TAIL = 4096;

/**
 * The words of the command. The image comes out of its standard output.
 *
 * @param secrets Files with the secrets, by name.
 * @throws {InvalidArgumentError} For what cannot be handed over.
 */
export function buildctlWords(
  folder: string,
  options: BuildctlOptions,
  secrets: Readonly<Record<string, string>> = {},
): string[] {
  const { file = "Dockerfile", target, args = {}, platforms = [], annotations = {} } = options;
  if (typeof file !== "string" || Object.keys(options.contexts ?? {}).length > 0) {
    throw new InvalidArgumentError(
      "Cannot hand this over to buildctl: it takes a Dockerfile that is a file, and no contexts",
    );
  }
  const path = file.startsWith("/") ? file : `${folder}/${file}`;
  const cut = path.lastIndexOf("/");
  const words = ["build", "--progress=plain", "--frontend=dockerfile.v0"];
  words.push(`--local=context=${folder}`, `--local=dockerfile=${path.slice(0, cut) || "/"}`);
  words.push(`--opt=filename=${path.slice(cut + 1)}`);
  if (target !== undefined) words.push(`--opt=target=${target}`);
  for (const [name, value] of Object.entries(args)) words.push(`--opt=build-arg:${name}=${value}`);
  if (platforms.length > 0) {
    const names = platforms.map((platform) =>
      formatPlatform(typeof platform === "string" ? parsePlatform(platform) : platform)
    );
    words.push(`--opt=platform=${names.join(",")}`);
  }
  if (options.epoch) {
    const seconds = Math.floor(options.epoch.getTime() / 1000);
    words.push(`--opt=build-arg:SOURCE_DATE_EPOCH=${seconds}`);
  }
  if (options.pull === "always") words.push("--opt=image-resolve-mode=pull");
  if (options.noCache) words.push("--no-cache");
  for (const [name, from] of Object.entries(secrets)) words.push(`--secret=id=${name},src=${from}`);
  const output = Object.entries(annotations).map(([key, value]) => `,annotation.${key}=${value}`);
  words.push(`--output=type=oci,dest=-${output.join("")}`);
  return words;
}

/** Has BuildKit build it, and imports the image. */
export async function buildWithBuildctl(
  context: Context,
  folder: string,
  options: BuildctlOptions,
): Promise<Image> {
  const [name, ...others] = options.tags;
  if (name === undefined) throw new InvalidArgumentError("Cannot build an image without a name");
  const secretDir = options.secrets ? await Deno.makeTempDir({ prefix: "davit-secret-" }) : "";
  try {
    const secrets: Record<string, string> = {};
    for (const [i, [id, value]] of Object.entries(options.secrets ?? {}).entries()) {
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      secrets[id] = `${secretDir}/${i}`;
      await Deno.writeFile(secrets[id], bytes, { mode: 0o600 });
    }
    const words = buildctlWords(folder.replace(/(.)\/+$/, "$1"), options, secrets);
    const image = await run(context, words, name, options);
    const images = new Images(context);
    for (const other of others) await images.set(other, image.target);
    return image;
  } finally {
    if (secretDir) await Deno.remove(secretDir, { recursive: true });
  }
}

async function run(
  context: Context,
  words: readonly string[],
  name: string,
  options: BuildctlOptions,
): Promise<Image> {
  let process: Deno.ChildProcess;
  try {
    process = new Deno.Command("buildctl", {
      args: [...words],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      ...(options.signal ? { signal: options.signal } : {}),
    }).spawn();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new UnsupportedError(
      'Cannot build with buildctl: there is none on PATH; install BuildKit, or leave out "with"',
      { needed: "buildctl of BuildKit" },
      { cause },
    );
  }
  let tail = "";
  const read = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of process.stderr) {
      const output = decoder.decode(chunk, { stream: true });
      tail = (tail + output).slice(-TAIL);
      options.onProgress?.({
        phase: "run",
        name: "buildctl",
        current: 0,
        total: 0,
        stage: "",
        index: 0,
        count: 0,
        platform: "",
        output,
      });
    }
  })();
  const imported = new Images(context).import(process.stdout, {
    name,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const [result, status] = await Promise.allSettled([imported, process.status, read]);
  if (status.status === "rejected") throw status.reason;
  const { code, success } = status.value;
  // Without a whole image there is nothing to import; what counts is why there was none.
  if (!success) {
    throw new BuildError(
      `Cannot build: buildctl ended with exit code ${code}:\n${tail.trimEnd()}`,
      {
        step: "buildctl",
        argv: ["buildctl", ...words],
        exitCode: code,
        tail,
      },
    );
  }
  if (result.status === "rejected") throw result.reason;
  const [image] = result.value;
  if (image) return image;
  throw new InvalidArgumentError("Cannot build with buildctl: there was no image in its output");
}
