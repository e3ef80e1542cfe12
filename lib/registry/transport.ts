/**
 * One HTTP request and its answer, with the TLS settings of a host: `fetch`, and `node:https` where
 * certificates are not to be checked, which `fetch` has no way to say.
 *
 * @module
 */

import { InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import type { ClientPair } from "./hosts_file.ts";
import { readOptionalText } from "./local_files.ts";
import { TransportError, transportError } from "./transport_error.ts";

/** A request as it goes out. */
export interface WireRequest {
  /** Method. */
  readonly method: string;
  /** Full URL. */
  readonly url: URL;
  /** All headers. */
  readonly headers: Headers;
  /** Body: bytes are sent with their length, a stream in chunks of unknown length. */
  readonly body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  /** Ends the request, and later the body of the answer. */
  readonly signal: AbortSignal;
}

/** Sends requests. Redirects come back as answers. */
export interface Transport {
  /** Sends one request. @throws {TransportError} When there is no answer. */
  send(request: WireRequest): Promise<Response>;
  /** Closes idle connections. */
  close(): void;
}

/** What decides how a connection is secured. */
export interface TlsSettings {
  /** PEM files of authorities to trust besides the system's. */
  readonly ca: readonly string[];
  /** Client certificates. */
  readonly client: readonly ClientPair[];
  /** Whether certificates are accepted unseen. */
  readonly skipVerify: boolean;
}

/**
 * Makes a transport. Without settings it is plain `fetch`, which shares its connections. HTTP
 * proxies of the environment (`HTTPS_PROXY`, `NO_PROXY`…) are used as Deno's `fetch` does; not so
 * where `skipVerify` is set.
 *
 * @throws {InvalidArgumentError} When a certificate or key cannot be read.
 * @throws {UnsupportedError} For more than one client certificate: `fetch` can offer only one.
 */
export async function openTransport(tls: TlsSettings): Promise<Transport> {
  if (tls.client.length > 1) {
    throw new UnsupportedError(
      `Cannot offer ${tls.client.length} client certificates: Deno takes one for each host; leave ` +
        "the right one in hosts.toml",
      { needed: "one client certificate", found: `${tls.client.length}` },
    );
  }
  const caCerts = await Promise.all(tls.ca.map((path) => readPem(path, "CERTIFICATE")));
  const [pair] = tls.client;
  const certified = pair && {
    cert: await readPem(pair.cert, "CERTIFICATE"),
    key: await readPem(pair.key ?? pair.cert, "PRIVATE KEY"),
  };
  if (tls.skipVerify) return new UncheckedTransport(certified);
  if (caCerts.length === 0 && certified === undefined) return new FetchTransport(undefined);
  try {
    const client = Deno.createHttpClient({ caCerts, ...certified });
    return new FetchTransport(client, certified !== undefined);
  } catch (cause) {
    const files = [...tls.ca, ...(pair ? [pair.cert, pair.key ?? pair.cert] : [])];
    throw new InvalidArgumentError(
      `Cannot use the certificates "${files.join('", "')}": ${
        cause instanceof Error ? cause.message : cause
      }`,
      { cause },
    );
  }
}

async function readPem(path: string, kind: "CERTIFICATE" | "PRIVATE KEY"): Promise<string> {
  const text = await readOptionalText(path);
  if (text === undefined) {
    throw new InvalidArgumentError(`Cannot read "${path}": there is no such file`);
  }
  // The runtime takes anything and trusts nothing then, so it is checked here.
  if (new RegExp(`-----BEGIN (?:[A-Z]+ )?${kind}-----`).test(text)) return text;
  throw new InvalidArgumentError(
    `Cannot use "${path}": it has no PEM block "BEGIN ${kind}"; give the file in PEM form`,
  );
}

class FetchTransport implements Transport {
  readonly #client: Deno.HttpClient | undefined;
  readonly #certified: boolean;

  constructor(client: Deno.HttpClient | undefined, certified = false) {
    this.#client = client;
    this.#certified = certified;
  }

  async send(request: WireRequest): Promise<Response> {
    const { method, url, headers, body, signal } = request;
    const init: RequestInit & { client?: Deno.HttpClient } = {
      method,
      headers,
      signal,
      redirect: "manual",
    };
    if (body !== undefined) init.body = body;
    if (this.#client) init.client = this.#client;
    try {
      return await fetch(url, init);
    } catch (error) {
      throw signal.aborted ? signal.reason : this.#explain(transportError(error), url);
    }
  }

  /** With TLS 1.3 the alert that says so may be lost behind the end of the connection. */
  #explain(error: TransportError, url: URL): TransportError {
    if (error.failure !== "broken" || url.protocol !== "https:" || this.#certified) return error;
    return new TransportError(
      `${error.message} before an answer came; it may want a client certificate`,
      "broken",
      { cause: error.cause },
    );
  }

  close(): void {
    this.#client?.close();
  }
}

/** `node:https` with `rejectUnauthorized: false`. */
class UncheckedTransport implements Transport {
  readonly #certified: { cert: string; key: string } | undefined;

  constructor(certified: { cert: string; key: string } | undefined) {
    this.#certified = certified;
  }

  async send(request: WireRequest): Promise<Response> {
    const { url, signal } = request;
    if (url.protocol === "http:") return await new FetchTransport(undefined).send(request);
    // Loaded on first use: it costs some 50 ms.
    const [https, { Readable }] = await Promise.all([import("node:https"), import("node:stream")]);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const outgoing = https.request(url, {
      ...this.#certified,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      rejectUnauthorized: false,
      agent: false,
    }, (incoming) => {
      const status = incoming.statusCode ?? 0;
      if (status < 200 || status > 599) {
        incoming.destroy();
        reject(new TransportError(`it answered with the status ${status}`, "broken"));
        return;
      }
      const headers = new Headers();
      for (const [name, value] of Object.entries(incoming.headersDistinct)) {
        for (const one of value ?? []) headers.append(name, one);
      }
      const bodiless = request.method === "HEAD" || status === 204 || status === 304;
      if (bodiless) incoming.resume();
      const body = bodiless ? null : owned(Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
      resolve(new Response(body as BodyInit | null, { status, headers }));
    });
    const abort = (): void => void outgoing.destroy(new Error("aborted"));
    signal.addEventListener("abort", abort);
    outgoing.on("close", () => signal.removeEventListener("abort", abort));
    outgoing.on("error", (error) => reject(signal.aborted ? signal.reason : transportError(error)));
    if (signal.aborted) abort();
    const { body } = request;
    if (body instanceof ReadableStream) {
      void pump(body, outgoing).catch((error) => outgoing.destroy(error));
    } else {
      outgoing.end(body);
    }
    return await promise;
  }

  close(): void {}
}

/** Pieces that share no memory with Node's buffers, as those of `fetch`: whoever gets one owns it. */
function owned(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => controller.enqueue(new Uint8Array(piece)),
    }),
  );
}

/** The little of a Node stream that is needed to write to it. */
interface NodeSink {
  write(chunk: Uint8Array, done: (error?: Error | null) => void): boolean;
  end(): void;
}

async function pump(body: ReadableStream<Uint8Array>, sink: NodeSink): Promise<void> {
  for await (const chunk of body) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    sink.write(chunk, (error) => error ? reject(error) : resolve());
    await promise;
  }
  sink.end();
}
