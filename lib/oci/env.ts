/**
 * Environment variables as lists of `NAME=value`.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";

/** Variables to set; `undefined` removes one that an image sets. */
export type EnvInput = Readonly<Record<string, string | undefined>> | readonly string[];

/**
 * The list form of variables: `NAME=value`, and a bare `NAME` for one to remove.
 *
 * @throws {InvalidArgumentError} When a name is empty or has `=` in it, or something has a NUL.
 */
export function envList(env: EnvInput): string[] {
  if (isList(env)) {
    for (const entry of env) checkEntry(entry, entry.indexOf("="));
    return [...env];
  }
  return Object.entries(env).map(([name, value]) => {
    if (name.includes("=")) fail(name, "a name must not have = in it");
    const entry = value === undefined ? name : `${name}=${value}`;
    checkEntry(entry, name.length);
    return entry;
  });
}

function isList(env: EnvInput): env is readonly string[] {
  return Array.isArray(env);
}

function checkEntry(entry: string, nameEnd: number): void {
  if (nameEnd === 0 || entry === "") fail(entry, "a variable needs a name");
  if (entry.includes("\0")) fail(entry, "it has a NUL byte in it, which no process can be given");
}

function fail(entry: string, why: string): never {
  const name = entry.slice(0, 80).split("=", 1)[0] ?? ""; // never the value: it may be a secret
  throw new InvalidArgumentError(
    `Cannot set environment variable ${JSON.stringify(name)}: ${why}`,
  );
}

/**
 * Puts variables on top of others: a later one replaces an earlier one in its place, new ones go
 * to the end, a bare `NAME` removes. The same as containerd's Go client does for images.
 *
 * @param base For example the image's `Env`.
 * @param overrides What wins.
 * @throws {InvalidArgumentError} See {@linkcode envList}.
 *
 * @example
 * ```ts
 * import { mergeEnv } from "@davit/sdk/oci";
 *
 * mergeEnv(["A=1", "B=2"], { B: "3", C: "4", A: undefined }); // ["B=3", "C=4"]
 * ```
 */
export function mergeEnv(base: EnvInput, overrides: EnvInput): string[] {
  const merged = new Map<string, string>();
  for (const entry of [...envList(base), ...envList(overrides)]) {
    const equals = entry.indexOf("=");
    if (equals < 0) merged.delete(entry);
    else merged.set(entry.slice(0, equals), entry);
  }
  return [...merged.values()];
}

/** The value of a variable in a list; the last one counts. */
export function envValue(env: readonly string[], name: string): string | undefined {
  return env.findLast((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

/**
 * Reads an env file in Docker's format: one `NAME=value` a line; empty lines and lines that start
 * with `#` are skipped; quotes and white space after the `=` are part of the value. A bare `NAME`
 * takes the value from `lookup`, and is skipped where that has none.
 *
 * @param text Contents of the file.
 * @param lookup For example `(name) => Deno.env.get(name)`.
 * @throws {InvalidArgumentError} With the line's number, when a name is empty or has white space.
 */
export function parseEnvFile(
  text: string,
  lookup: (name: string) => string | undefined = () => undefined,
): string[] {
  const result: string[] = [];
  for (const [i, raw] of text.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    const line = raw.trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    const name = equals < 0 ? line.trimEnd() : line.slice(0, equals);
    if (name === "" || /\s/.test(name) || line.includes("\0")) {
      throw new InvalidArgumentError(
        `Cannot read env file: line ${i + 1} must be NAME=value, with no white space in the name`,
      );
    }
    const value = equals < 0 ? lookup(name) : line.slice(equals + 1);
    if (value !== undefined) result.push(`${name}=${value}`);
  }
  return result;
}
