/**
 * What a builder's methods take.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseSize } from "../oci/sizes.ts";
import type { StageHolder } from "./stage.ts";
import type { AddOptions, BuildMount, CopyOptions, CopySource, RunDescription } from "./plan.ts";

/** The key under which a builder hands out its stage. */
export const STAGE: unique symbol = Symbol("stage");

/** Whether a value describes a stage. */
export function isStageHolder(value: unknown): value is StageHolder {
  return typeof value === "object" && value !== null && STAGE in value;
}

/** @throws {InvalidArgumentError} When this cannot be copied. */
export function checkCopy(
  from: CopySource,
  path: string,
  to: string,
  options: CopyOptions | AddOptions,
): void {
  if (from === "" || (Array.isArray(from) && from.length === 0)) {
    throw new InvalidArgumentError('Cannot copy "": the path is empty');
  }
  if (from instanceof URL && from.protocol !== "file:") {
    throw new InvalidArgumentError(
      `Cannot copy "${from}": only file: URLs can be copied; use add()`,
    );
  }
  const isBytes = from instanceof Uint8Array || from instanceof ReadableStream;
  if (isBytes && path.endsWith("/")) {
    throw new InvalidArgumentError(
      `Cannot copy bytes to "${to}": it is a folder; name the file too`,
    );
  }
  checkNumber("mode", options.mode, 0o7777);
  checkNumber("uid", options.uid, 0xffff_fffe);
  checkNumber("gid", options.gid, 0xffff_fffe);
  if (options.owner !== undefined && !/^[^\s:]+(:[^\s:]+)?$/.test(options.owner)) {
    throw new InvalidArgumentError(
      `Cannot copy for owner ${JSON.stringify(options.owner)}: write user, uid, user:group or ` +
        "uid:gid",
    );
  }
  if ("maxSize" in options && options.maxSize !== undefined) parseSize(options.maxSize, "maxSize");
}

function checkNumber(name: string, value: number | undefined, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= max)) return;
  throw new InvalidArgumentError(
    `Cannot copy with ${name} ${value}: it must be a whole number from 0 to ` +
      (name === "mode" ? "0o7777" : max),
  );
}

/** @throws {InvalidArgumentError} When there are no words, or one has a NUL in it. */
export function checkWords(what: string, words: readonly string[]): readonly string[] {
  const bad = words.find((word) => word.includes("\0"));
  if (words.length > 0 && words[0] !== "" && bad === undefined) return [...words];
  throw new InvalidArgumentError(
    bad === undefined
      ? `Cannot use a ${what} without words`
      : `Cannot use ${JSON.stringify(bad)} in a ${what}: it has a NUL`,
  );
}

/** @throws {InvalidArgumentError} When this is no command that can be run. */
export function checkRun(run: RunDescription): RunDescription {
  const { argv, script, env = {}, mounts = [] } = run;
  if ((argv === undefined) === (script === undefined)) {
    throw new InvalidArgumentError("Cannot run a command: give either argv or script");
  }
  checkWords("command", argv ?? [script!]);
  checkVariables(env);
  for (const mount of mounts) checkMount(mount);
  return run;
}

/** @throws {InvalidArgumentError} When a name is empty or has `=` in it. */
export function checkVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (name === "" || /[=\0]/.test(name) || value.includes("\0")) {
      throw new InvalidArgumentError(
        `Cannot set environment variable ${JSON.stringify(name)}: a name must not be empty nor ` +
          'have "=" in it, and nothing may have a NUL in it',
      );
    }
  }
}

function checkMount(mount: BuildMount): void {
  const { to } = mount;
  if (to === undefined ? !("secret" in mount) : !to.startsWith("/") || to.includes("\0")) {
    throw new InvalidArgumentError(
      `Cannot mount at ${JSON.stringify(to)}: use an absolute path in the image`,
    );
  }
  if ("secret" in mount && !/^[\w.-]+$/.test(mount.secret)) {
    throw new InvalidArgumentError(
      `Cannot use secret ${
        JSON.stringify(mount.secret)
      }: a name has letters, digits, "_", "-", "."`,
    );
  }
}

/**
 * The plain absolute form of a path in an image.
 *
 * @param path Absolute, or relative to `workdir`. A `/` at its end is kept.
 * @param what What it is for, for the message: `copy to`.
 * @throws {InvalidArgumentError} When it is empty, has a NUL in it, or climbs above the root.
 */
export function imagePath(path: string, workdir: string, what: string): string {
  const fail = (why: string): never => {
    throw new InvalidArgumentError(`Cannot ${what} ${JSON.stringify(path)}: ${why}`);
  };
  if (path === "") fail("the path is empty");
  if (path.includes("\0")) fail("it has a NUL in it");
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${workdir}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) fail("it leads out of the image");
  }
  const isFolder = /(?:^|\/)\.{0,2}$/.test(path);
  return parts.length === 0 ? "/" : `/${parts.join("/")}${isFolder ? "/" : ""}`;
}
