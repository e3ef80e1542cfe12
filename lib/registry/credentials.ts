/**
 * Who to be for a registry: credentials given by the caller, or those of Docker's `config.json`
 * and its credential helpers.
 *
 * @module
 */

import { FailedPreconditionError } from "../errors/errors.ts";
import { isHelperName, runHelper } from "./credential_helper.ts";
import {
  type AuthEntry,
  type DockerConfig,
  dockerConfigKey,
  readDockerConfig,
} from "./docker_config.ts";

/** A name and a password. */
export interface PasswordCredential {
  /** The user. */
  username: string;
  /** The password, or an access token that is used like one. */
  password: string;
}

/** A long-lived token that is traded for access tokens (OAuth2 refresh token). */
export interface IdentityTokenCredential {
  /** The token. */
  identityToken: string;
}

/** A bearer token that the registry takes as it is. */
export interface RegistryTokenCredential {
  /** The token. */
  registryToken: string;
}

/** What proves who somebody is. */
export type Credential = PasswordCredential | IdentityTokenCredential | RegistryTokenCredential;

/**
 * The caller's own credentials: by registry host (`"docker.io"`, `"ghcr.io"`, `"localhost:5000"`),
 * or a function of it. Where it has none for a host, Docker's configuration is asked.
 */
export type CredentialSource =
  | Readonly<Record<string, Credential>>
  | ((host: string) => Credential | undefined | Promise<Credential | undefined>);

/** A credential, and where it was found. */
export interface FoundCredential {
  /** The credential. */
  readonly credential: Credential;
  /** Where it is from, for people: `"docker-credential-pass"`, `"/root/.docker/config.json"`. */
  readonly source: string;
}

/** Where a credential would come from, without asking for it. */
export interface CredentialPlan {
  /** `option`: the caller's; `helper`: a program; `file`: `config.json` itself; `none`: anonymous. */
  readonly kind: "option" | "helper" | "file" | "none";
  /** The program, or the file. */
  readonly source: string | undefined;
  /** The user, where it is known without asking a helper. */
  readonly username: string | undefined;
}

/**
 * The name under which credentials are kept for a host: Docker Hub answers under several.
 *
 * @param host `"registry-1.docker.io"`, `"ghcr.io"`…
 * @returns `"docker.io"`, `"ghcr.io"`…
 */
export function credentialHost(host: string): string {
  return host === "registry-1.docker.io" || host === "index.docker.io" ? "docker.io" : host;
}

/** Finds credentials; made once for a {@linkcode Registry}. */
export class Credentials {
  readonly #own: CredentialSource | undefined;
  readonly #configDir: string | undefined;

  /**
   * Reads nothing yet.
   *
   * @param own The caller's, asked first.
   * @param configDir Folder of `config.json`; see {@linkcode readDockerConfig}.
   */
  constructor(own: CredentialSource | undefined, configDir: string | undefined) {
    this.#own = own;
    this.#configDir = configDir;
  }

  /**
   * Looks a host up. Runs its credential helper, where there is one.
   *
   * @returns `undefined` when there are none: the host is then asked anonymously.
   * @throws {InvalidArgumentError} When `config.json` is malformed.
   * @throws {FailedPreconditionError} When a helper cannot be run or fails.
   */
  async find(host: string, signal?: AbortSignal): Promise<FoundCredential | undefined> {
    const name = credentialHost(host);
    const own = await this.#ownFor(name);
    if (own !== undefined) return { credential: own, source: "the credentials option" };
    const config = await readDockerConfig(this.#configDir);
    const helper = helperFor(config, name);
    if (helper !== undefined) {
      const stored = await runHelper(helper, "get", dockerConfigKey(name), signal);
      const credential = stored && helperCredential(stored.username, stored.secret);
      if (credential) return { credential, source: `docker-credential-${helper}` };
    }
    const credential = entryCredential(config.entryFor(name));
    return credential && { credential, source: config.path };
  }

  /** Where {@linkcode find} would look. Runs and sends nothing, and calls no function of the caller. */
  async explain(host: string): Promise<CredentialPlan> {
    const name = credentialHost(host);
    if (typeof this.#own === "function") {
      return { kind: "option", source: "a function", username: undefined };
    }
    const own = await this.#ownFor(name);
    if (own !== undefined) {
      return { kind: "option", source: "the credentials option", username: userOf(own) };
    }
    const config = await readDockerConfig(this.#configDir);
    const helper = helperFor(config, name);
    if (helper !== undefined) {
      return { kind: "helper", source: `docker-credential-${helper}`, username: undefined };
    }
    const credential = entryCredential(config.entryFor(name));
    return credential
      ? { kind: "file", source: config.path, username: userOf(credential) }
      : { kind: "none", source: undefined, username: undefined };
  }

  async #ownFor(name: string): Promise<Credential | undefined> {
    const own = this.#own;
    if (typeof own === "function") return await own(name);
    return own !== undefined && Object.hasOwn(own, name) ? own[name] : undefined;
  }
}

/** The user of a credential that has one. */
export function userOf(credential: Credential): string | undefined {
  return "username" in credential ? credential.username : undefined;
}

/** The helper that `config.json` names for a host: its own, else the one for all. */
export function helperFor(config: DockerConfig, name: string): string | undefined {
  const { credHelpers } = config;
  const key = [dockerConfigKey(name), name].find((known) => Object.hasOwn(credHelpers, known));
  const helper = key === undefined ? config.credsStore : credHelpers[key];
  if (helper === undefined || helper === "") return undefined;
  if (isHelperName(helper)) return helper;
  throw new FailedPreconditionError(
    `Cannot use credential helper ${JSON.stringify(helper)} of "${config.path}": a helper's name ` +
      `may have letters, digits, ".", "_" and "-" only`,
  );
}

function helperCredential(username: string, secret: string): Credential | undefined {
  if (secret === "") return undefined;
  // Helpers mark an identity token by this name in place of a user.
  return username === "<token>" || username === ""
    ? { identityToken: secret }
    : { username, password: secret };
}

function entryCredential(entry: AuthEntry | undefined): Credential | undefined {
  if (entry === undefined) return undefined;
  if (entry.identityToken) return { identityToken: entry.identityToken };
  if (entry.registryToken) return { registryToken: entry.registryToken };
  if (entry.username && entry.password) {
    return { username: entry.username, password: entry.password };
  }
  return undefined;
}
