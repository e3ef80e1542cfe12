/**
 * Log in to registries and out again, as Docker keeps it.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import { TokenCache } from "./auth.ts";
import { runHelper } from "./credential_helper.ts";
import {
  credentialHost,
  Credentials,
  helperFor,
  type IdentityTokenCredential,
  type PasswordCredential,
} from "./credentials.ts";
import {
  authsOf,
  dockerConfigKey,
  findKey,
  readDockerConfig,
  updateDockerConfig,
} from "./docker_config.ts";
import { type ClientContext, HostClient } from "./host_client.ts";
import type { RegistryHost } from "./hosts.ts";

/** Where a login is kept. */
export interface LoginResult {
  /** The registry, by the name that credentials are kept under. */
  readonly host: string;
  /** The file or the helper that keeps it. */
  readonly storedIn: string;
}

/** Who logs in. */
export type LoginCredential = PasswordCredential | IdentityTokenCredential;

/**
 * Tries a credential on a registry, and keeps it if the registry takes it: in the helper that
 * `config.json` names, else in `config.json`, unencrypted.
 *
 * @param registry The registry, as references name it. @param host Where it is.
 * @throws {DavitError} `unauthenticated`, when the registry refuses it. Nothing is kept then.
 */
export async function login(
  registry: string,
  host: RegistryHost,
  context: ClientContext,
  configDir: string | undefined,
  credential: LoginCredential,
  signal?: AbortSignal,
): Promise<LoginResult> {
  const name = credentialHost(registry);
  const what = `log in to "${name}"`;
  const who = "username" in credential ? credential.username : "";
  if (who.includes(":")) {
    throw new InvalidArgumentError(`Cannot ${what}: a user name must not have ":" in it`);
  }
  // Tokens of whoever was logged in before must not help.
  const own = new Credentials(() => credential, configDir);
  const client = new HostClient(host, { ...context, credentials: own, tokens: new TokenCache() });
  try {
    const answer = await client.expect("", { what, method: "GET", scopes: [], signal });
    await answer.discard();
  } finally {
    await client.close();
  }
  return { host: name, storedIn: await store(name, configDir, credential, signal) };
}

/**
 * Forgets the credential for a registry.
 *
 * @returns Whether there was one in `config.json` or a helper was told to erase it.
 */
export async function logout(
  registry: string,
  configDir: string | undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  const name = credentialHost(registry);
  const config = await readDockerConfig(configDir);
  const helper = helperFor(config, name);
  if (helper !== undefined) await runHelper(helper, "erase", dockerConfigKey(name), signal);
  if (config.entryFor(name) === undefined) return helper !== undefined;
  await updateDockerConfig(configDir, (document) => {
    const auths = authsOf(document, config.path);
    for (let key = findKey(auths, name); key !== undefined; key = findKey(auths, name)) {
      delete auths[key];
    }
  });
  return true;
}

async function store(
  name: string,
  configDir: string | undefined,
  credential: LoginCredential,
  signal: AbortSignal | undefined,
): Promise<string> {
  const config = await readDockerConfig(configDir);
  const helper = helperFor(config, name);
  const key = dockerConfigKey(name);
  const password = "password" in credential ? credential : undefined;
  if (helper !== undefined) {
    const secret = password
      ? { ServerURL: key, Username: password.username, Secret: password.password }
      : { ServerURL: key, Username: "<token>", Secret: tokenOf(credential) };
    await runHelper(helper, "store", JSON.stringify(secret), signal);
  }
  await updateDockerConfig(configDir, (document) => {
    const auths = authsOf(document, config.path);
    // An empty entry is how Docker notes that a helper has it.
    auths[key] = helper !== undefined ? {} : password ? { auth: encodeAuth(password) } : {
      auth: encodeAuth({ username: "<token>", password: "" }),
      identitytoken: tokenOf(credential),
    };
  });
  return helper === undefined ? config.path : `docker-credential-${helper}`;
}

function tokenOf(credential: LoginCredential): string {
  return "identityToken" in credential ? credential.identityToken : "";
}

function encodeAuth({ username, password }: PasswordCredential): string {
  return new TextEncoder().encode(`${username}:${password}`).toBase64();
}
