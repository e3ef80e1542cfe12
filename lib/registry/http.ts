/**
 * HTTP as registries need it: redirects that never carry secrets to another host, retries, and a
 * limit to every wait.
 *
 * @module
 */

import { Answer } from "./answer.ts";
import { sleep } from "./abort.ts";
import { RequestScope } from "./request_scope.ts";
import type { Transport } from "./transport.ts";
import { TransportError, transportError } from "./transport_error.ts";

/** How long waits may take, in milliseconds. */
export interface Timeouts {
  /** From the request, or its last byte, to the head of the answer. @default 30_000 */
  answerMs: number;
  /** For the answer to an upload: the registry hashes and stores then. @default 300_000 */
  uploadMs: number;
  /** For more data, or for data to be taken. @default 30_000 */
  idleMs: number;
}

/** The limits unless others are given. */
export const DEFAULT_TIMEOUTS: Timeouts = { answerMs: 30_000, uploadMs: 300_000, idleMs: 30_000 };

/**
 * When to try again: after a broken connection and the statuses 408, 429, 500, 502, 503 and 504.
 * The n-th pause takes `baseDelayMs · 2ⁿ⁻¹` and up to a quarter more, or what `Retry-After` asks
 * for; if that is more than `maxDelayMs`, there is no further try.
 */
export interface RetryPolicy {
  /** Number of tries in all. @default 5 */
  attempts: number;
  /** The first pause. @default 500 */
  baseDelayMs: number;
  /** The longest pause. @default 60_000 */
  maxDelayMs: number;
}

/** The policy unless another is given: pauses of 0.5, 1, 2 and 4 seconds. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, baseDelayMs: 500, maxDelayMs: 60_000 };

const MAX_REDIRECTS = 10;
const USER_AGENT = "davit";
const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The two ways out for requests to one host. */
export interface Ways {
  /** To the host itself, with its client certificate. */
  readonly own: Transport;
  /** To hosts that it redirects to: the same trust, without the certificate. */
  readonly foreign: Transport;
}

/** One request, retried and redirected as needed. */
export interface HttpRequest {
  /** What it is for, for errors: `pull "x"`. */
  readonly what: string;
  /** Method. */
  readonly method: string;
  /** URL. */
  readonly url: URL;
  /** Headers that any host may see. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Headers that only the host of `url` may see: `Authorization`, and those of `hosts.toml`. */
  readonly secretHeaders?: ReadonlyArray<readonly [string, string]> | undefined;
  /** Body. A stream is sent once: such a request is neither retried nor redirected. */
  readonly body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  /** Whether redirects to other hosts are followed. @default true */
  readonly leaveHost?: boolean | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a request until there is an answer that is worth having.
 *
 * @returns The last answer, whatever its status.
 * @throws {TransportError} When no answer comes.
 * @throws {CanceledError} When the signal ends it; {@linkcode TimeoutError} if that was a timeout.
 */
export async function exchange(
  request: HttpRequest,
  ways: Ways,
  timeouts: Timeouts,
  retry: RetryPolicy,
): Promise<Answer> {
  const once = request.body instanceof ReadableStream;
  for (let attempt = 1;; attempt++) {
    const last = once || attempt >= retry.attempts;
    let delay: number | undefined;
    try {
      const answer = await redirected(request, ways, timeouts);
      delay = RETRIED.has(answer.status) ? pauseMs(answer.headers, attempt, retry) : undefined;
      if (last || delay === undefined) return answer;
      await answer.discard();
    } catch (error) {
      if (last || !(error instanceof TransportError) || !error.mayPass) throw error;
      delay = backoffMs(attempt, retry);
    }
    await sleep(delay, request.what, request.signal);
  }
}

/** The pause before the next try; `undefined` when it would be too long. */
export function pauseMs(
  headers: Headers,
  attempt: number,
  retry: RetryPolicy,
): number | undefined {
  const asked = retryAfterMs(headers);
  if (asked === undefined) return backoffMs(attempt, retry);
  return asked <= retry.maxDelayMs ? asked : undefined;
}

/** The pause after the n-th try, as {@linkcode RetryPolicy} says. */
export function backoffMs(attempt: number, retry: RetryPolicy): number {
  const delay = retry.baseDelayMs * 2 ** (attempt - 1) * (1 + Math.random() / 4);
  return Math.min(delay, retry.maxDelayMs);
}

/** What `Retry-After` asks for, in milliseconds from now: it has seconds, or a date. */
export function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

async function redirected(
  request: HttpRequest,
  ways: Ways,
  timeouts: Timeouts,
): Promise<Answer> {
  const { method } = request;
  let { url } = request;
  // Once another host had a say in where to go, the way back is not trusted either.
  let own = true;
  for (let hops = 0;; hops++) {
    const answer = await send(request, url, own, ways, timeouts);
    const location = REDIRECTS.has(answer.status) ? answer.headers.get("location") : null;
    if (location === null || request.body instanceof ReadableStream) return answer;
    // Only 307 and 308 say that a request with a body may be sent again as it is.
    const safe = method === "GET" || method === "HEAD";
    if (!safe && answer.status < 307) return answer;
    await answer.discard();
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (next === undefined || !/^https?:$/.test(next.protocol)) {
      throw new TransportError(
        `it redirects to ${JSON.stringify(location.slice(0, 200))}, which is no URL`,
        "rejected",
      );
    }
    if (hops === MAX_REDIRECTS) {
      throw new TransportError(`it redirects more than ${MAX_REDIRECTS} times`, "rejected");
    }
    own &&= sameHost(request.url, next);
    if (request.leaveHost === false && !own) {
      throw new TransportError(
        `it redirects to "${next.host}", where the credentials must not go`,
        "rejected",
      );
    }
    url = next;
  }
}

/** Same host and port, and the scheme no weaker: such a URL may get what the first one gets. */
export function sameHost(first: URL, next: URL): boolean {
  if (first.origin === next.origin) return true;
  return first.hostname === next.hostname && first.protocol === "http:" && first.port === "" &&
    next.protocol === "https:" && next.port === "";
}

async function send(
  request: HttpRequest,
  url: URL,
  own: boolean,
  ways: Ways,
  timeouts: Timeouts,
): Promise<Answer> {
  const { method, body } = request;
  const scope = new RequestScope(request.what, request.signal);
  const headers = new Headers(request.headers);
  headers.set("user-agent", USER_AGENT);
  // Blobs are named by the digest of the bytes as they are stored.
  headers.set("accept-encoding", "identity");
  if (own) { for (const [name, value] of request.secretHeaders ?? []) headers.append(name, value); }
  const stream = body instanceof ReadableStream
    ? new WatchedBody(body, scope, timeouts)
    : undefined;
  scope.arm(body === undefined ? timeouts.answerMs : timeouts.uploadMs, "an answer");
  try {
    const response = await (own ? ways.own : ways.foreign).send({
      method,
      url,
      headers,
      body: stream?.stream ?? (body instanceof ReadableStream ? undefined : body),
      signal: scope.signal,
    });
    scope.disarm();
    return new Answer(response, { method, url }, scope, timeouts.idleMs);
  } catch (error) {
    scope.close();
    throw scope.signal.aborted ? scope.signal.reason : transportError(error);
  } finally {
    stream?.release();
  }
}

/** A body whose reader must keep reading; after its end the answer must come. */
class WatchedBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #scope: RequestScope | undefined;

  constructor(
    source: ReadableStream<Uint8Array<ArrayBuffer>>,
    scope: RequestScope,
    timeouts: Timeouts,
  ) {
    this.#scope = scope;
    const reader = source.getReader();
    this.stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: async (controller): Promise<void> => {
        // How long the source takes is the source's business.
        this.#scope?.disarm();
        const { done, value } = await reader.read();
        if (done) {
          this.#scope?.arm(timeouts.uploadMs, "an answer");
          controller.close();
        } else {
          this.#scope?.arm(timeouts.idleMs, "a reader for the data");
          controller.enqueue(value);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
  }

  /** There is an answer, or none will come: what is read now is nobody's wait any more. */
  release(): void {
    this.#scope = undefined;
  }
}
