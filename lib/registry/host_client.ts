/**
 * Talks to one host of a registry: its URLs, its TLS, its headers, and who to be there.
 *
 * @module
 */

import { DavitError, UnavailableError } from "../errors/errors.ts";
import { abortError, sleep, throwIfAborted } from "./abort.ts";
import { type Answer, describeRequest } from "./answer.ts";
import { type AuthContext, Authorizer, type TokenCache } from "./auth.ts";
import type { Credentials, FoundCredential } from "./credentials.ts";
import type { RegistryHost } from "./hosts.ts";
import {
  backoffMs,
  exchange,
  type RetryPolicy,
  sameHost,
  type Timeouts,
  type Ways,
} from "./http.ts";
import { statusError } from "./status_error.ts";
import type { TokenSender } from "./token.ts";
import { openTransport } from "./transport.ts";
import { envVariable } from "./local_files.ts";
import { TransportError, transportError } from "./transport_error.ts";

/** What the clients of all hosts share. */
export interface ClientContext {
  /** Finds credentials. */
  readonly credentials: Credentials;
  /** Tokens of all hosts. */
  readonly tokens: TokenCache;
  /** Limits of waits. */
  readonly timeouts: Timeouts;
  /** When to try again. */
  readonly retry: RetryPolicy;
}

/** A request to a registry. */
export interface RegistryRequest {
  /** What it is for, for errors: `pull "x"`. */
  readonly what: string;
  /** Method. */
  readonly method: string;
  /** What the access token must allow. */
  readonly scopes: readonly string[];
  /** Query. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Body. A stream is sent once, whatever the answer is. */
  readonly body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  /** How often to try, where it is not as usual. */
  readonly attempts?: number | undefined;
  /** Told of each request that goes out, and of the status of each answer. */
  readonly observe?: ((request: string, status: number | undefined) => void) | undefined;
  /** Ends the request. */
  readonly signal?: AbortSignal | undefined;
}

/** One host of one registry. */
export class HostClient {
  /** The host. */
  readonly host: RegistryHost;
  readonly #context: ClientContext;
  readonly #authorizer: Authorizer;
  #ways: Promise<Ways> | undefined;
  #base: Promise<URL> | undefined;
  #credential: Promise<FoundCredential | undefined> | undefined;
  #secretSent = false;

  /** Sends nothing yet. @param host The host. @param context What it shares with others. */
  constructor(host: RegistryHost, context: ClientContext) {
    this.host = host;
    this.#context = context;
    this.#authorizer = new Authorizer(context.tokens);
  }

  /** Whether a credential was used with this host. */
  get authenticated(): boolean {
    return this.#secretSent;
  }

  /** Where a path of the API is, such as `library/alpine/manifests/3`; `""` is the API's root. */
  async url(path: string, query: Readonly<Record<string, string>> = {}): Promise<URL> {
    const url = new URL(await this.#baseUrl());
    url.pathname = `${this.host.path}/${path}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    if (this.host.ns !== undefined) url.searchParams.set("ns", this.host.ns);
    return url;
  }

  /**
   * Sends a request, and once more with credentials if the host asks for them.
   *
   * @param target A path of the API; or a full URL that the registry gave. If that is at another
   * host, no secret goes there.
   * @returns The answer, whatever its status.
   * @throws {TransportError} When there is no answer.
   * @throws {DavitError} `unauthenticated`, when the host or its token server refuses.
   */
  async send(target: string | URL, request: RegistryRequest): Promise<Answer> {
    throwIfAborted(request.what, request.signal);
    try {
      return await this.#send(target, request);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      throw new TransportError(
        `Cannot ${request.what}: "${this.host.host}": ${error.message}`,
        error.failure,
        { cause: error.cause ?? error },
      );
    }
  }

  /** Like {@linkcode send}, but an answer that is no success is thrown. */
  async expect(target: string | URL, request: RegistryRequest): Promise<Answer> {
    const answer = await this.send(target, request);
    if (answer.ok) return answer;
    throw await statusError(answer, request.what);
  }

  /** Waits as long as the policy says after the n-th failure. */
  async pause(failures: number, what: string, signal: AbortSignal | undefined): Promise<void> {
    await sleep(backoffMs(failures, this.#context.retry), what, signal);
  }

  /** Looks the credential up anew the next time that the host asks for one. */
  forgetCredential(): void {
    this.#credential = undefined;
    this.#secretSent = false;
    this.#authorizer.forget();
  }

  /** Closes idle connections. */
  async close(): Promise<void> {
    const ways = await this.#ways?.catch(() => undefined);
    ways?.own.close();
    if (ways?.foreign !== ways?.own) ways?.foreign.close();
  }

  async #send(target: string | URL, request: RegistryRequest): Promise<Answer> {
    const base = await this.#baseUrl();
    const url = typeof target === "string" ? await this.url(target, request.query) : target;
    const own = sameHost(base, url);
    if (!own) return await this.#once(url, request, undefined, own);
    const auth = this.#authContext(base, request);
    const sent = await this.#authorized(this.#authorizer.header(auth), request);
    const answer = await this.#once(url, request, sent, own);
    if (answer.status !== 401) return answer;
    // A refused credential may have been changed meanwhile, or its helper's token renewed.
    if (sent !== undefined) this.#credential = undefined;
    const challenge = answer.headers.get("www-authenticate");
    const better = await this.#authorized(
      this.#authorizer.answer(challenge, sent, auth),
      request,
    ).catch(async (error) => {
      await answer.cancel();
      throw error;
    });
    if (better === undefined) throw await this.#refused(answer, request);
    if (request.body instanceof ReadableStream) return answer;
    await answer.discard();
    const second = await this.#once(url, request, better, own);
    if (second.status === 401) throw await this.#refused(second, request);
    return second;
  }

  async #once(
    url: URL,
    request: RegistryRequest,
    authorization: string | undefined,
    own: boolean,
  ): Promise<Answer> {
    const ways = await this.#openWays();
    const secrets: Array<readonly [string, string]> = own ? [...this.host.headers] : [];
    if (authorization !== undefined) secrets.push(["authorization", authorization]);
    const { attempts = this.#context.retry.attempts } = request;
    request.observe?.(describeRequest(request.method, url), undefined);
    const answer = await exchange(
      {
        what: request.what,
        method: request.method,
        url,
        headers: request.headers,
        secretHeaders: secrets,
        body: request.body,
        signal: request.signal,
      },
      own ? ways : { own: ways.foreign, foreign: ways.foreign },
      this.#context.timeouts,
      { ...this.#context.retry, attempts },
    );
    request.observe?.(answer.request, answer.status);
    return answer;
  }

  #openWays(): Promise<Ways> {
    return this.#ways ??= (async () => {
      const own = await openTransport(this.host);
      if (this.host.client.length === 0) return { own, foreign: own };
      return { own, foreign: await openTransport({ ...this.host, client: [] }) };
    })().catch((error) => {
      this.#ways = undefined;
      throw error;
    });
  }

  #authContext(origin: URL, request: RegistryRequest): AuthContext {
    return {
      origin,
      scopes: request.scopes,
      send: this.#tokenSender(origin),
      credential: async () => {
        this.#credential ??= this.#context.credentials.find(this.host.host).catch((error) => {
          this.#credential = undefined;
          throw error;
        });
        const found = await this.#credential;
        if (found !== undefined) this.#secretSent = true;
        return found?.credential;
      },
    };
  }

  /** Token requests are shared by all who wait for the token, so no single signal ends them. */
  #tokenSender(origin: URL): TokenSender {
    return async (request) => {
      const ways = await this.#openWays();
      const own = sameHost(origin, request.url);
      const secrets: Array<readonly [string, string]> = own ? [...this.host.headers] : [];
      if (request.authorization !== undefined) {
        secrets.push(["authorization", request.authorization]);
      }
      try {
        return await exchange(
          {
            what: "get a token",
            method: request.method,
            url: request.url,
            headers: request.headers,
            secretHeaders: secrets,
            body: request.body,
            leaveHost: false,
          },
          { own: own ? ways.own : ways.foreign, foreign: ways.foreign },
          this.#context.timeouts,
          this.#context.retry,
        );
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        throw new UnavailableError(
          `Cannot get a token from "${request.url.host}": ${error.message}`,
          { cause: error },
        );
      }
    };
  }

  /** Waits for a token, which others may wait for as well, until the caller gives up. */
  async #authorized<T>(work: Promise<T>, request: RegistryRequest): Promise<T> {
    const { signal, what } = request;
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(abortError(what, signal));
    signal?.addEventListener("abort", abort);
    work.catch(() => {}); // it may fail after the caller is gone
    try {
      return await Promise.race([work, aborted.promise]);
    } catch (error) {
      if (!(error instanceof DavitError) || error.code !== "unauthenticated") throw error;
      // A credential that a token server refused is looked up anew the next time.
      const hint = await this.#credentialHint();
      this.#credential = undefined;
      throw new DavitError(`Cannot ${what}: ${error.message}; ${hint}`, "unauthenticated", {
        cause: error,
      });
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async #credentialHint(): Promise<string> {
    const found = await this.#credential?.catch(() => undefined);
    return found === undefined
      ? `no credentials for "${this.host.host}" were found: log in, or check that the name is right`
      : `the credentials from ${found.source} do not allow it: log in again, or check the name`;
  }

  async #refused(answer: Answer, request: RegistryRequest): Promise<DavitError> {
    return await statusError(answer, request.what, await this.#credentialHint());
  }

  #baseUrl(): Promise<URL> {
    return this.#base ??= this.#findBase().catch((error) => {
      this.#base = undefined;
      throw error;
    });
  }

  async #findBase(): Promise<URL> {
    const { host, scheme, fallback, dialTimeoutMs } = this.host;
    const base = new URL(`${scheme}://${host}`);
    if (dialTimeoutMs !== undefined) await dial(base, dialTimeoutMs);
    if (fallback === undefined) return base;
    const { own, foreign } = await this.#openWays();
    const url = new URL(`${base.origin}${this.host.path}/`);
    try {
      // No password goes along, so it does not matter who answers.
      const answer = await exchange(
        { what: `reach "${host}"`, method: "GET", url },
        { own, foreign },
        this.#context.timeouts,
        { ...this.#context.retry, attempts: 1 },
      );
      await answer.discard();
      // Go's servers answer so to plain HTTP on a TLS port; a registry has no reason to.
      if (scheme === "https" || answer.status !== 400) return base;
    } catch (error) {
      const other = error instanceof TransportError &&
        (error.failure === "not_tls" || error.failure === "not_http" ||
          (scheme === "http" && error.failure === "broken"));
      if (!other) throw error;
    }
    return new URL(`${fallback}://${host}`);
  }
}

/** Proxies are dialled by the runtime, so that the time to open a connection cannot be told. */
const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"];

/** `fetch` has no limit for opening a connection, so one is opened before, and closed again. */
async function dial(url: URL, limitMs: number): Promise<void> {
  if (PROXY_VARIABLES.some((name) => envVariable(name) !== undefined)) return;
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const signal = AbortSignal.timeout(limitMs);
  try {
    (await Deno.connect({ hostname, port, signal })).close();
  } catch (error) {
    if (!signal.aborted) throw transportError(error);
    throw new TransportError(
      `no connection within ${limitMs} ms, the dial_timeout of hosts.toml`,
      "timeout",
      { cause: error },
    );
  }
}
