/**
 * Access tokens from a token server: the OAuth2 POST, and the older GET (Docker registry token
 * authentication; falls back from one to the other where containerd does).
 *
 * @module
 */

import { DavitError, ProtocolError } from "../errors/errors.ts";
import type { Answer } from "./answer.ts";
import { encodeBasic } from "./basic.ts";
import { statusError } from "./status_error.ts";
import type { Credential } from "./credentials.ts";

/** What a token server is asked for. */
export interface TokenRequest {
  /** The server's URL. */
  readonly realm: URL;
  /** Whom the token is for. */
  readonly service: string | undefined;
  /** What it must allow; merged. */
  readonly scopes: readonly string[];
  /** Who asks; nobody for anonymous access. */
  readonly credential: Credential | undefined;
}

/** A token and the end of its life. */
export interface AccessToken {
  /** The token. */
  readonly token: string;
  /** When it stops to be valid, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Sends one request to a token server. */
export type TokenSender = (request: {
  method: "GET" | "POST";
  url: URL;
  headers: Record<string, string>;
  authorization?: string;
  body?: Uint8Array<ArrayBuffer>;
}) => Promise<Answer>;

/** A token server need not know the POST; these answers say so, or may. */
const NO_POST: ReadonlySet<number> = new Set([400, 401, 404, 405]);
const MAX_TOKEN_BYTES = 1024 * 1024;
const CLIENT_ID = "davit";
/** The lifetime of a token whose server names none (distribution's token specification). */
const DEFAULT_LIFETIME_S = 60;

/**
 * Gets a token.
 *
 * @throws {DavitError} `unauthenticated`, when the server refuses the credential.
 * @throws {ProtocolError} When its answer has no token.
 */
export async function fetchToken(request: TokenRequest, send: TokenSender): Promise<AccessToken> {
  const { credential } = request;
  if (credential === undefined) return await fetchByGet(request, undefined, send);
  if ("registryToken" in credential) {
    return { token: credential.registryToken, expiresAt: Infinity };
  }
  const { answer, token } = await fetchByPost(request, credential, send);
  if (token) return token;
  const password = "password" in credential ? credential : undefined;
  // Without a user there is nothing to send with GET if POST is unknown there.
  if (!NO_POST.has(answer.status) || (answer.status === 405 && password === undefined)) {
    throw await statusError(answer, `get a token from "${request.realm.host}"`);
  }
  await answer.discard();
  const authorization = password
    ? encodeBasic(password.username, password.password)
    : encodeBasic("", (credential as { identityToken: string }).identityToken);
  return await fetchByGet(request, authorization, send);
}

async function fetchByPost(
  request: TokenRequest,
  credential: Exclude<Credential, { registryToken: string }>,
  send: TokenSender,
): Promise<{ answer: Answer; token?: AccessToken }> {
  const form = new URLSearchParams();
  if (request.scopes.length > 0) form.set("scope", request.scopes.join(" "));
  if (request.service !== undefined) form.set("service", request.service);
  form.set("client_id", CLIENT_ID);
  if ("identityToken" in credential) {
    form.set("grant_type", "refresh_token");
    form.set("refresh_token", credential.identityToken);
  } else {
    form.set("grant_type", "password");
    form.set("username", credential.username);
    form.set("password", credential.password);
  }
  const answer = await send({
    method: "POST",
    url: request.realm,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new TextEncoder().encode(form.toString()),
  });
  return answer.ok ? { answer, token: await readToken(answer, request.realm) } : { answer };
}

async function fetchByGet(
  request: TokenRequest,
  authorization: string | undefined,
  send: TokenSender,
): Promise<AccessToken> {
  const url = new URL(request.realm);
  if (request.service !== undefined) url.searchParams.set("service", request.service);
  for (const scope of request.scopes) url.searchParams.append("scope", scope);
  const answer = await send({
    method: "GET",
    url,
    headers: {},
    ...(authorization === undefined ? {} : { authorization }),
  });
  if (answer.ok) return await readToken(answer, request.realm);
  const error = await statusError(answer, `get a token from "${request.realm.host}"`);
  // A server that forbids says the same about the credential as one that does not know it.
  throw answer.status === 403
    ? new DavitError(error.message, "unauthenticated", { cause: error })
    : error;
}

async function readToken(answer: Answer, realm: URL): Promise<AccessToken> {
  const fail = (why: string): never => {
    throw new ProtocolError(`Cannot get a token from "${realm.host}": ${why}`);
  };
  const bytes = await answer.bytes(MAX_TOKEN_BYTES) ?? fail("the answer is too long");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    fail("the answer is not JSON");
  }
  const object = typeof value === "object" && value !== null
    ? value as Record<string, unknown>
    : {};
  const token = [object["access_token"], object["token"]].find((item) =>
    typeof item === "string" && item !== ""
  );
  if (typeof token !== "string") return fail('the answer has neither "token" nor "access_token"');
  const { expires_in: lifetime, issued_at: issued } = object;
  const seconds = typeof lifetime === "number" && lifetime > 0 ? lifetime : DEFAULT_LIFETIME_S;
  // Its clock may differ from ours: a token lives from the moment when it arrives, or shorter.
  const issuedAt = typeof issued === "string" ? Date.parse(issued) : NaN;
  const start = Number.isNaN(issuedAt) ? Date.now() : Math.min(issuedAt, Date.now());
  return { token, expiresAt: start + seconds * 1000 };
}
