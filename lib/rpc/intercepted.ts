/**
 * Calls through Connect's interceptors.
 *
 * @module
 */

import type {
  ContextValues,
  Interceptor,
  StreamRequest,
  StreamResponse,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import type {
  DescMessage,
  DescMethod,
  DescMethodStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { CallScope } from "./call_scope.ts";
import { callStreaming } from "./call_streaming.ts";
import { callUnary } from "./call_unary.ts";
import type { Connector } from "./connector.ts";

type AnyRequest = UnaryRequest | StreamRequest;
type AnyResponse = UnaryResponse | StreamResponse;

const SCOPE = Symbol("davit.rpc.scope");

/** What a call keeps on its request; copies made by spreading have it as well. */
interface Scoped {
  readonly scope: CallScope;
  readonly original: AnyRequest;
}

/** Runs interceptors around the calls of a connector. */
export class InterceptedCalls {
  readonly #connector: Connector;
  readonly #chain: (request: AnyRequest) => Promise<AnyResponse>;
  readonly #maxMessageBytes: number;

  /**
   * @param interceptors The first one is the outermost.
   * @param maxMessageBytes The largest message, both ways.
   */
  constructor(
    connector: Connector,
    interceptors: readonly Interceptor[],
    maxMessageBytes: number,
  ) {
    this.#connector = connector;
    this.#maxMessageBytes = maxMessageBytes;
    this.#chain = interceptors.reduceRight<(request: AnyRequest) => Promise<AnyResponse>>(
      (next, interceptor) => interceptor(next),
      (request) => this.#send(request),
    );
  }

  /** As `Transport.unary`. */
  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: MessageInitShape<I>,
    contextValues: ContextValues | undefined,
  ): Promise<UnaryResponse<I, O>> {
    const limits = { signal, timeoutMs, maxMessageBytes: this.#maxMessageBytes };
    const scope = new CallScope(header, limits);
    const request: UnaryRequest<I, O> & { [SCOPE]?: Scoped } = {
      stream: false,
      method,
      message: create(method.input, input),
      service: method.parent,
      requestMethod: "POST",
      url: urlOf(method),
      contextValues: contextValues ?? emptyContext(),
      get signal() {
        return scope.signal;
      },
      get header() {
        return scope.header;
      },
    };
    request[SCOPE] = { scope, original: request };
    try {
      return await this.#chain(request) as UnaryResponse<I, O>;
    } finally {
      scope.end();
    }
  }

  /** As `Transport.stream`. */
  async stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodStreaming<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: AsyncIterable<MessageInitShape<I>>,
    contextValues: ContextValues | undefined,
  ): Promise<StreamResponse<I, O>> {
    const limits = { signal, timeoutMs, maxMessageBytes: this.#maxMessageBytes };
    const scope = new CallScope(header, limits);
    const request: StreamRequest<I, O> & { [SCOPE]?: Scoped } = {
      stream: true,
      method,
      message: createAll(method.input, input),
      service: method.parent,
      requestMethod: "POST",
      url: urlOf(method),
      contextValues: contextValues ?? emptyContext(),
      get signal() {
        return scope.signal;
      },
      get header() {
        return scope.header;
      },
    };
    request[SCOPE] = { scope, original: request };
    try {
      return await this.#chain(request) as StreamResponse<I, O>;
    } catch (error) {
      scope.end();
      throw error;
    }
  }

  /** The end of the chain. */
  #send(request: AnyRequest & { [SCOPE]?: Scoped }): Promise<AnyResponse> {
    const scoped = request[SCOPE];
    if (scoped === undefined) {
      return Promise.reject(
        new TypeError("Cannot send request: an interceptor must pass on its request or a copy"),
      );
    }
    const { scope, original } = scoped;
    const copied = request !== original;
    const metadata = scope.metadata(() => request.header, copied);
    const limits = scope.limitsFor(metadata, copied ? request.signal : undefined);
    if (!request.stream) {
      return callUnary(this.#connector, request.method, limits, metadata, request.message);
    }
    return callStreaming(
      this.#connector,
      request.method,
      limits,
      metadata,
      request.message,
      () => scope.end(),
    );
  }
}

function urlOf(method: DescMethod): string {
  return `http://localhost/${method.parent.typeName}/${method.name}`;
}

/** Connect's context values, without loading Connect. */
function emptyContext(): ContextValues {
  const values = new Map<symbol, unknown>();
  const context: ContextValues = {
    get<T>(key: { id: symbol; defaultValue: T }): T {
      return values.has(key.id) ? values.get(key.id) as T : key.defaultValue;
    },
    set(key, value) {
      values.set(key.id, value);
      return context;
    },
    delete(key) {
      values.delete(key.id);
      return context;
    },
  };
  return context;
}

/** Completes partial messages one by one; ends with its source, and ends it. */
function createAll<Desc extends DescMessage>(
  desc: Desc,
  input: AsyncIterable<MessageInitShape<Desc>>,
): AsyncIterable<MessageShape<Desc>> {
  return {
    [Symbol.asyncIterator]() {
      const source = input[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await source.next();
          if (result.done) return { done: true, value: undefined };
          return { done: false, value: create(desc, result.value) };
        },
        async return() {
          await source.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
