/**
 * Docker's `config.json`, as far as credentials go.
 *
 * @module
 */

import { FailedPreconditionError, InvalidArgumentError } from "../errors/errors.ts";
import {
  asObject,
  inside,
  type JsonObject,
  malformed,
  optionalString,
  optionalStringMap,
  parseObject,
  type Place,
  present,
} from "../oci/json_check.ts";
import { envVariable, readOptionalText } from "./local_files.ts";

/** More than this is no `config.json`. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** Docker Hub's key in `config.json`, from the days of its first API. */
const HUB_KEY = "https://index.docker.io/v1/";

/** What `auths` holds for one registry. */
export interface AuthEntry {
  /** The user. */
  username: string | undefined;
  /** The password. */
  password: string | undefined;
  /** An identity token. */
  identityToken: string | undefined;
  /** A bearer token. */
  registryToken: string | undefined;
}

/** The parts of `config.json` that are about credentials. */
export interface DockerConfig {
  /** The file, whether it exists or not. */
  readonly path: string;
  /** The whole document. */
  readonly document: JsonObject;
  /** The helper for all registries. */
  readonly credsStore: string | undefined;
  /** Helpers for single registries. */
  readonly credHelpers: Readonly<Record<string, string>>;
  /** The entry of `auths` for a registry: `"docker.io"`, `"ghcr.io"`. */
  entryFor(name: string): AuthEntry | undefined;
}

/** The key of a registry in `auths`, and its name for credential helpers. */
export function dockerConfigKey(name: string): string {
  return name === "docker.io" ? HUB_KEY : name;
}

/**
 * Where `config.json` is.
 *
 * @param dir Its folder. @default `$DOCKER_CONFIG`, else `~/.docker`
 * @throws {FailedPreconditionError} When there is no home directory to look in.
 */
export function dockerConfigPath(dir: string | undefined): string {
  const folder = dir ?? envVariable("DOCKER_CONFIG");
  if (folder !== undefined) return `${folder}/config.json`;
  const home = envVariable("HOME");
  if (home !== undefined) return `${home}/.docker/config.json`;
  throw new FailedPreconditionError(
    "Cannot find Docker's config.json: neither DOCKER_CONFIG nor HOME is set; set one, or give " +
      "the option configDir",
  );
}

/**
 * Reads `config.json`; an empty one when there is none.
 *
 * @param dir Its folder; see {@linkcode dockerConfigPath}.
 * @throws {InvalidArgumentError} When it is malformed.
 * @throws {PermissionError} When it may not be read.
 */
export async function readDockerConfig(dir: string | undefined): Promise<DockerConfig> {
  if (dir === undefined && !envVariable("DOCKER_CONFIG") && !envVariable("HOME")) {
    return parseDockerConfig("{}", "config.json");
  }
  const path = dockerConfigPath(dir);
  return parseDockerConfig(await readOptionalText(path) || "{}", path);
}

/**
 * Reads the text of a `config.json`.
 *
 * @param path The file, for messages.
 * @throws {InvalidArgumentError} When it is malformed.
 */
export function parseDockerConfig(text: string, path: string): DockerConfig {
  const place: Place = { document: `"${path}"`, path: "" };
  const document = parseObject(text, place.document, MAX_CONFIG_BYTES);
  optionalString(document, "credsStore", place);
  optionalStringMap(document, "credHelpers", place);
  const auths = present(document, "auths")
    ? asObject(document["auths"], inside(place, "auths"))
    : {};
  const { credsStore, credHelpers } = document;
  return {
    path,
    document,
    credsStore: typeof credsStore === "string" ? credsStore : undefined,
    credHelpers: { ...(credHelpers as Record<string, string> | undefined) },
    entryFor(name: string): AuthEntry | undefined {
      const key = findKey(auths, name);
      return key === undefined ? undefined : readEntry(auths[key], inside(place, `auths.${key}`));
    },
  };
}

/** The key under which `auths` has a registry: as itself, or as the URL that old versions wrote. */
export function findKey(auths: JsonObject, name: string): string | undefined {
  const wanted = dockerConfigKey(name);
  if (Object.hasOwn(auths, wanted)) return wanted;
  return Object.keys(auths).find((key) => hostOfKey(key) === name);
}

function hostOfKey(key: string): string {
  const host = key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
}

function readEntry(value: unknown, place: Place): AuthEntry {
  const entry = asObject(value, place);
  for (const key of ["auth", "username", "password", "identitytoken", "registrytoken"]) {
    optionalString(entry, key, place);
  }
  const text = (key: string): string | undefined => {
    const member = entry[key];
    return typeof member === "string" && member !== "" ? member : undefined;
  };
  const auth = text("auth");
  const decoded = auth === undefined ? undefined : decodeAuth(auth, place);
  return {
    username: decoded?.username ?? text("username"),
    password: decoded?.password ?? text("password"),
    identityToken: text("identitytoken"),
    registryToken: text("registrytoken"),
  };
}

function decodeAuth(auth: string, place: Place): { username: string; password: string } {
  let text: string;
  try {
    text = new TextDecoder().decode(Uint8Array.fromBase64(auth));
  } catch {
    return malformed(inside(place, "auth"), "must be user:password in base64");
  }
  const colon = text.indexOf(":");
  if (colon < 0) malformed(inside(place, "auth"), "must be user:password in base64");
  // Docker once padded passwords with NUL.
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
}

/**
 * Changes `config.json`: everything else in it stays, its mode becomes 0600, and nobody ever sees
 * half of it. A link stays a link.
 *
 * @param dir Its folder; made when it is missing.
 * @param change Gets the document to change in place.
 * @throws {InvalidArgumentError} When what is there is malformed: it is then left alone.
 */
export async function updateDockerConfig(
  dir: string | undefined,
  change: (document: JsonObject) => void,
): Promise<void> {
  const path = dockerConfigPath(dir);
  const { document } = parseDockerConfig(await readOptionalText(path) || "{}", path);
  change(document);
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
  const real = await realPathOr(path);
  const temporary = `${real}.${crypto.randomUUID()}`;
  try {
    await Deno.writeTextFile(temporary, JSON.stringify(document, null, "\t") + "\n", {
      mode: 0o600,
      createNew: true,
    });
    await Deno.rename(temporary, real);
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {});
    throw new FailedPreconditionError(
      `Cannot write "${path}": ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

async function realPathOr(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

/** The object `auths` of a document, made when it is missing. */
export function authsOf(document: JsonObject, path: string): JsonObject {
  const auths = document["auths"];
  if (auths === undefined) return (document["auths"] = {}) as JsonObject;
  if (typeof auths === "object" && auths !== null && !Array.isArray(auths)) {
    return auths as JsonObject;
  }
  throw new InvalidArgumentError(`Cannot change "${path}": "auths" must be an object`);
}
