/**
 * Records a session with a real daemon.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import type {
  DescMessage,
  DescMethod,
  DescMethodStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { StreamResponse, UnaryResponse } from "@connectrpc/connect";
import { Client } from "../client/client.ts";
import type { ClosableTransport } from "../core/session/session.ts";
import type { Host } from "../host/host.ts";
import {
  type Cassette,
  type CassetteCall,
  type CassetteEnd,
  encodeMessageJson,
  type Json,
  newCassette,
} from "./cassette_format.ts";
import { RecordingHost } from "./cassette_host.ts";
import { isProbe, methodName } from "./cassette_methods.ts";
import { OutputRecorder } from "./cassette_output.ts";
import { RecordedTokens } from "./cassette_tokens.ts";
import { shortened } from "./cassette_bytes.ts";

/** How to record. */
export interface RecordOptions {
  /** Where the daemon is: the path of its socket. By default what `connect()` finds. */
  readonly address?: string;
  /** Texts that must not get into the file, such as a password. */
  readonly redact?: readonly string[];
}

/** A session that is being recorded. Dispose of it to write the file. */
export interface Recording extends AsyncDisposable {
  /** A client of the real daemon. */
  readonly client: Client;
  /** Closes the client and writes the file. Twice is fine. */
  close(): Promise<void>;
}

/**
 * Records all that a client does with a real daemon, and what processes write, to a file that
 * {@linkcode replayCassette} replays.
 *
 * Random ids, folders, times and the owner are recorded under names. Output that goes through pipes
 * (live streams) is not recorded.
 *
 * @example
 * ```ts
 * import { recordCassette } from "@davit/sdk/testing";
 *
 * await using session = await recordCassette("testdata/uname.json");
 * await session.client.namespace("ci").run("alpine:3.20").command("uname");
 * ```
 *
 * @param path The file; replaced if it exists.
 */
export async function recordCassette(
  path: string,
  options: RecordOptions = {},
): Promise<Recording> {
  // Loaded here, so that whoever only replays needs none of it.
  const [{ createGrpcTransport }, { dialUnix }, { LocalHost }, { findAddress }] = await Promise
    .all([
      import("../rpc/transport.ts"),
      import("../rpc/dial.ts"),
      import("../host/local.ts"),
      import("../daemon/discover.ts"),
    ]);
  const address = options.address ?? await findAddress();
  const inner = createGrpcTransport({ dial: dialUnix(address), address });
  const cassette = newCassette(address);
  const host = new RecordingHost(new LocalHost(), cassette);
  const transport = new RecordingTransport(inner, host, cassette, options.redact ?? []);
  const client = new Client({ transport, address, host });
  let closed: Promise<void> | undefined;
  const close = () =>
    closed ??= (async () => {
      try {
        await client.close();
      } finally {
        await Deno.writeTextFile(path, `${JSON.stringify(cassette, null, 1)}\n`);
      }
    })();
  return { client, close, [Symbol.asyncDispose]: close };
}

/** Passes calls on, and keeps what was asked and answered. */
export class RecordingTransport implements ClosableTransport {
  readonly #inner: ClosableTransport;
  readonly #cassette: Cassette;
  readonly #tokens: RecordedTokens;
  readonly #outputs: OutputRecorder;

  /**
   * @param inner Where calls go. @param host The daemon's machine, for what processes write.
   * @param cassette What is added to. @param redact Texts to keep out.
   */
  constructor(
    inner: ClosableTransport,
    host: Host,
    cassette: Cassette,
    redact: readonly string[],
  ) {
    this.#inner = inner;
    this.#cassette = cassette;
    this.#tokens = new RecordedTokens(redact);
    this.#outputs = new OutputRecorder(host, (json) => this.#tokens.answer(json));
  }

  /** Makes a call with one answer. */
  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: MessageInitShape<I>,
  ): Promise<UnaryResponse<I, O>> {
    const request = create(method.input, input);
    if (isProbe(method, request)) {
      return await this.#inner.unary(method, signal, timeoutMs, header, input);
    }
    const call = this.#begin(method, header);
    call.frames.push({ in: this.#tokens.request(json(request)) });
    try {
      const response = await this.#inner.unary(method, signal, timeoutMs, header, input);
      await this.#outputs.saw(call, method, request);
      this.#answered(call, response.message);
      call.end = {};
      return response;
    } catch (error) {
      call.end = endOf(error, signal);
      throw error;
    }
  }

  /** Makes a call with a stream of answers, and perhaps of requests. */
  async stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodStreaming<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: AsyncIterable<MessageInitShape<I>>,
  ): Promise<StreamResponse<I, O>> {
    const call = this.#begin(method, header);
    try {
      const requests = this.#requests(call, method.input, input);
      const response = await this.#inner.stream(method, signal, timeoutMs, header, requests);
      return { ...response, message: this.#answers(call, response.message, signal) };
    } catch (error) {
      call.end = endOf(error, signal);
      throw error;
    }
  }

  /** Ends the connection. */
  close(): Promise<void> {
    return this.#inner.close();
  }

  #begin(method: DescMethod, header: HeadersInit | undefined): CassetteCall {
    const headers = new Headers(header);
    const namespace = headers.get("containerd-namespace");
    const lease = headers.get("containerd-lease");
    const named = (text: string) => this.#tokens.request(text) as string;
    const call: CassetteCall = {
      method: methodName(method),
      ...(namespace === null ? {} : { namespace: named(namespace) }),
      ...(lease === null ? {} : { lease: named(lease) }),
      frames: [],
    };
    this.#cassette.calls.push(call);
    return call;
  }

  #answered(call: CassetteCall, message: object): void {
    const after = this.#cassette.calls.length;
    call.frames.push({ out: this.#tokens.answer(json(message)), after });
  }

  async *#requests<D extends DescMessage>(
    call: CassetteCall,
    schema: D,
    input: AsyncIterable<MessageInitShape<D>>,
  ): AsyncGenerator<MessageInitShape<D>> {
    for await (const init of input) {
      const request = await shortened(json(create(schema, init)));
      call.frames.push({ in: this.#tokens.request(request) });
      yield init;
    }
  }

  #answers<T extends MessageShape<DescMessage>>(
    call: CassetteCall,
    messages: AsyncIterable<T>,
    signal: AbortSignal | undefined,
  ): AsyncIterableIterator<T> {
    const source = messages[Symbol.asyncIterator]();
    const iterator: AsyncIterableIterator<T> = {
      [Symbol.asyncIterator]: () => iterator,
      next: async () => {
        try {
          const result = await source.next();
          if (result.done) call.end ??= {};
          else this.#answered(call, result.value);
          return result;
        } catch (error) {
          call.end ??= endOf(error, signal);
          throw error;
        }
      },
      return: async () => {
        call.end ??= { left: true };
        await source.return?.();
        return { done: true, value: undefined };
      },
    };
    return iterator;
  }
}

function json(message: object): Json {
  return encodeMessageJson(message) ?? {};
}

function endOf(error: unknown, signal: AbortSignal | undefined): CassetteEnd {
  if (signal?.aborted) return { left: true };
  const UNKNOWN = 2;
  if (!(error instanceof Error)) return { error: { code: UNKNOWN, text: `${error}` } };
  const code = "code" in error && typeof error.code === "number" ? error.code : UNKNOWN;
  const text = "rawMessage" in error ? `${error.rawMessage}` : error.message;
  return { error: { code, text } };
}
