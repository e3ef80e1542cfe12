/**
 * Authorisation of requests: answers challenges, and keeps the tokens that came out of that.
 *
 * @module
 */

import { DavitError, FailedPreconditionError } from "../errors/errors.ts";
import { encodeBasic } from "./basic.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { type Credential, userOf } from "./credentials.ts";
import { isLocalhost } from "./hosts.ts";
import { mergeScopes } from "./scopes.ts";
import { type AccessToken, fetchToken, type TokenSender } from "./token.ts";

/** A token is renewed this long before its end, so that it does not end under way. */
const RENEW_BEFORE_MS = 5_000;

/** A token server, and the registry's name there. */
interface TokenServer {
  readonly realm: URL;
  readonly service: string | undefined;
}

/** What a host asked for when it was first asked something. */
type Method =
  | { readonly kind: "basic"; readonly header: string }
  | { readonly kind: "bearer"; readonly server: TokenServer };

/** What a request needs to be authorised. */
export interface AuthContext {
  /** Scheme and host of the registry. */
  readonly origin: URL;
  /** What the request needs, before the registry's own word. */
  readonly scopes: readonly string[];
  /** Sends requests to token servers. */
  readonly send: TokenSender;
  /** Finds the credential for the host. */
  readonly credential: () => Promise<Credential | undefined>;
}

/** Tokens of all hosts, shared by all requests: equal tokens are fetched once. */
export class TokenCache {
  readonly #tokens = new Map<string, Promise<AccessToken>>();

  /** A token that is still valid, or a new one. Requests at the same time share one fetch. */
  async get(key: string, fetch: () => Promise<AccessToken>): Promise<AccessToken> {
    const known = this.#tokens.get(key);
    if (known !== undefined) {
      const token = await known;
      if (token.expiresAt - RENEW_BEFORE_MS > Date.now()) return token;
      // Whoever came first has put a new one there.
      if (this.#tokens.get(key) !== known) return await this.get(key, fetch);
    }
    const fresh = fetch();
    this.#tokens.set(key, fresh);
    fresh.catch(() => {
      if (this.#tokens.get(key) === fresh) this.#tokens.delete(key);
    });
    return await fresh;
  }

  /** Drops all tokens. */
  clear(): void {
    this.#tokens.clear();
  }

  /** Drops a token that a registry refused. */
  async drop(token: string): Promise<void> {
    for (const [key, promise] of [...this.#tokens]) {
      const known = await promise.catch(() => undefined);
      if (known?.token === token && this.#tokens.get(key) === promise) this.#tokens.delete(key);
    }
  }
}

/** Authorises the requests to one host. */
export class Authorizer {
  readonly #tokens: TokenCache;
  #method: Method | undefined;

  /** Knows nothing of the host yet. @param tokens Where tokens are kept. */
  constructor(tokens: TokenCache) {
    this.#tokens = tokens;
  }

  /** Forgets what the host asked for, and with it the password. */
  forget(): void {
    this.#method = undefined;
  }

  /**
   * `Authorization` for a request, as far as the host's ways are known.
   *
   * @returns `undefined` before the host has ever asked.
   */
  async header(context: AuthContext): Promise<string | undefined> {
    const method = this.#method;
    if (method === undefined) return undefined;
    return method.kind === "basic" ? method.header : await this.#bearer(method.server, context);
  }

  /**
   * Answers a 401.
   *
   * @param wwwAuthenticate The header of that name.
   * @param sent What was sent as `Authorization`.
   * @returns What to send instead; `undefined` when there is nothing better to send.
   * @throws {DavitError} `unauthenticated`, when a token server refuses.
   * @throws {FailedPreconditionError} When a secret would travel in the clear.
   */
  async answer(
    wwwAuthenticate: string | null,
    sent: string | undefined,
    context: AuthContext,
  ): Promise<string | undefined> {
    const challenges = parseChallenges(wwwAuthenticate);
    const bearer = challenges.find(({ scheme, params }) =>
      scheme === "bearer" && params.has("realm")
    );
    if (bearer) return await this.#answerBearer(bearer, sent, context);
    if (!challenges.some(({ scheme }) => scheme === "basic")) return undefined;
    const credential = await context.credential();
    if (credential === undefined || !("password" in credential)) return undefined;
    const header = encodeBasic(credential.username, credential.password);
    if (header === sent) return undefined;
    this.#method = { kind: "basic", header };
    return header;
  }

  async #answerBearer(
    { params }: Challenge,
    sent: string | undefined,
    context: AuthContext,
  ): Promise<string | undefined> {
    const realm = params.get("realm") ?? "";
    if (!URL.canParse(realm, context.origin)) {
      throw new DavitError(
        `Cannot log in to "${context.origin.host}": its token server ${
          JSON.stringify(realm.slice(0, 200))
        } is no URL`,
        "unauthenticated",
      );
    }
    const server = { realm: new URL(realm, context.origin), service: params.get("service") };
    if (sent?.startsWith("Bearer ")) await this.#tokens.drop(sent.slice("Bearer ".length));
    this.#method = { kind: "bearer", server };
    const scopes = [...context.scopes, params.get("scope") ?? ""];
    const header = await this.#bearer(server, { ...context, scopes });
    return header === sent ? undefined : header;
  }

  async #bearer(server: TokenServer, context: AuthContext): Promise<string> {
    const credential = await context.credential();
    if (credential !== undefined) checkPrivate(server.realm, context.origin);
    const scopes = mergeScopes(context.scopes);
    const who = credential === undefined
      ? ""
      : userOf(credential) ?? Object.values(credential).join();
    const key = JSON.stringify([server.realm.href, server.service, scopes, who]);
    const { token } = await this.#tokens.get(
      key,
      () => fetchToken({ ...server, scopes, credential }, context.send),
    );
    return `Bearer ${token}`;
  }
}

/** A registry that is reached by TLS must not send the password over the open network. */
function checkPrivate(realm: URL, origin: URL): void {
  if (realm.protocol === "https:" || origin.protocol === "http:" || isLocalhost(realm.host)) return;
  throw new FailedPreconditionError(
    `Cannot log in to "${origin.host}": its token server "${realm.origin}" is not https, so the ` +
      "password would travel in the clear; have the registry's realm corrected",
  );
}
