/**
 * The answer to an HTTP request, read with a deadline for each wait.
 *
 * @module
 */

import type { RequestScope } from "./request_scope.ts";
import { transportError } from "./transport_error.ts";

/** More than this of a body that nobody wants is not read: the connection is closed instead. */
const DISCARD_BYTES = 64 * 1024;

/** An answer; its body must be read to the end, or given up with {@linkcode cancel}. */
export class Answer {
  /** HTTP status. */
  readonly status: number;
  /** Headers. */
  readonly headers: Headers;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** Method and URL without query, for messages. */
  readonly request: string;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  readonly #scope: RequestScope;
  readonly #idleMs: number;

  /** Wraps a response. @param scope Ended by this. @param idleMs How long to wait for more of the body. */
  constructor(
    response: Response,
    sent: { method: string; url: URL },
    scope: RequestScope,
    idleMs: number,
  ) {
    this.status = response.status;
    this.headers = response.headers;
    this.url = sent.url;
    this.request = describeRequest(sent.method, sent.url);
    this.#scope = scope;
    this.#idleMs = idleMs;
    this.#reader = response.body?.getReader();
    if (this.#reader === undefined) scope.close();
  }

  /** Whether the status is 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** `Content-Length` as a number, where it is one. */
  get contentLength(): number | undefined {
    const text = this.headers.get("content-length");
    return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  /**
   * The next bytes of the body; `undefined` at its end.
   *
   * @throws {TransportError} When the connection breaks or stalls.
   * @throws {CanceledError} When the caller's signal ends it.
   */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#reader === undefined) return undefined;
    const { signal } = this.#scope;
    if (signal.aborted) throw signal.reason;
    this.#scope.arm(this.#idleMs, "more data");
    try {
      const { done, value } = await this.#reader.read();
      this.#scope.disarm();
      if (!done) return value;
    } catch (error) {
      this.#scope.close();
      throw signal.aborted ? signal.reason : transportError(error);
    }
    this.#scope.close();
    return undefined;
  }

  /**
   * The whole body, up to a limit.
   *
   * @returns `undefined` when it is longer; it is then given up.
   */
  async bytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let chunk = await this.read(); chunk; chunk = await this.read()) {
      size += chunk.length;
      if (size > maxBytes) {
        await this.cancel();
        return undefined;
      }
      chunks.push(chunk);
    }
    const whole = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }

  /** Gives the body up: the connection is closed. Does not throw. */
  async cancel(): Promise<void> {
    this.#scope.close();
    await this.#reader?.cancel().catch(() => {});
  }

  /** Reads a short body away, so that the connection can be used again. Does not throw. */
  async discard(): Promise<void> {
    try {
      await this.bytes(DISCARD_BYTES);
    } catch {
      await this.cancel();
    }
  }
}

/** Method and URL, without the query: that may hold secrets, such as a signed URL's. */
export function describeRequest(method: string, url: URL): string {
  return `${method} ${url.origin}${url.pathname}`;
}
