/**
 * Makes a typed client of a service: plain async methods, async iterables that cancel the call on
 * `break`, and errors of this library.
 *
 * @module
 */
import type {
  DescMessage,
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { ProtocolError } from "../errors/errors.ts";
import { toDavitError } from "../rpc/status.ts";
import { SingleRequest } from "./single_request.ts";

/** Options of a single call. */
export interface RpcOptions {
  /** Ends the call; it then fails with a `CanceledError`, or a `TimeoutError` for a timeout. */
  signal?: AbortSignal | undefined;
  /** How long the call may take, in milliseconds; no limit by default. */
  timeoutMs?: number | undefined;
}

/** Where calls go and what they carry: a transport, and the metadata of a namespace or a lease. */
export interface Scope {
  /** The connection to the daemon. */
  readonly transport: Transport;
  /** The daemon's address, for messages. */
  readonly address: string;
  /** Metadata sent with every call, such as `containerd-namespace`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The methods of a service, with its own request and response types. */
export type ServiceClient<S extends DescService> = {
  readonly [M in keyof S["method"]]: S["method"][M] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: RpcOptions) => Promise<MessageShape<O>>
    : S["method"][M] extends DescMethodServerStreaming<infer I, infer O> ? (
        request: MessageInitShape<I>,
        options?: RpcOptions,
      ) => AsyncIterableIterator<MessageShape<O>>
    : S["method"][M] extends DescMethodClientStreaming<infer I, infer O> ? (
        requests: AsyncIterable<MessageInitShape<I>>,
        options?: RpcOptions,
      ) => Promise<MessageShape<O>>
    : S["method"][M] extends DescMethodBiDiStreaming<infer I, infer O> ? (
        requests: AsyncIterable<MessageInitShape<I>>,
        options?: RpcOptions,
      ) => AsyncIterableIterator<MessageShape<O>>
    : never;
};

/** An RPC's name as gRPC writes it, for messages. */
function fullName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

/** A real class for each service: cheap to instantiate, and its methods complete at a prompt. */
const classes = new WeakMap<DescService, new (scope: Scope) => unknown>();

/**
 * Returns a client of `service` whose calls go to `scope`.
 *
 * @param service A service descriptor from the generated code.
 * @param scope The transport and the metadata to send.
 */
export function createServiceClient<S extends DescService>(
  service: S,
  scope: Scope,
): ServiceClient<S> {
  let constructor = classes.get(service);
  if (!constructor) {
    constructor = defineClass(service);
    classes.set(service, constructor);
  }
  return new constructor(scope) as ServiceClient<S>;
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === "unary";
}

function isStreaming(method: DescMethod): method is DescMethodStreaming {
  return method.methodKind !== "unary";
}

/** A request of any message. */
type Init = MessageInitShape<DescMessage>;

function defineClass(service: DescService): new (scope: Scope) => unknown {
  class Client {
    readonly #scope: Scope;
    constructor(scope: Scope) {
      this.#scope = scope;
    }
    static define(method: DescMethod): unknown {
      if (isUnary(method)) {
        return function (this: Client, request: Init, options?: RpcOptions) {
          return callUnary(this.#scope, method, request, options);
        };
      }
      if (!isStreaming(method)) return undefined;
      switch (method.methodKind) {
        case "server_streaming":
          return function (this: Client, request: Init, options?: RpcOptions) {
            return openStream(this.#scope, method, new SingleRequest(request), options);
          };
        case "client_streaming":
          return function (this: Client, requests: AsyncIterable<Init>, options?: RpcOptions) {
            return single(openStream(this.#scope, method, requests, options), method);
          };
        case "bidi_streaming":
          return function (this: Client, requests: AsyncIterable<Init>, options?: RpcOptions) {
            return openStream(this.#scope, method, requests, options);
          };
      }
    }
  }
  Object.defineProperty(Client, "name", { value: service.name });
  for (const method of service.methods) {
    Object.defineProperty(Client.prototype, method.localName, {
      value: Client.define(method),
      enumerable: true,
    });
  }
  return Client;
}

async function callUnary<I extends DescMessage, O extends DescMessage>(
  scope: Scope,
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
  options: RpcOptions | undefined,
): Promise<MessageShape<O>> {
  try {
    const response = await scope.transport.unary(
      method,
      options?.signal,
      options?.timeoutMs,
      scope.headers,
      request,
    );
    return response.message;
  } catch (error) {
    throw toDavitError(error, contextOf(scope, method));
  }
}

/**
 * Starts a streaming call at once, so that a subscription exists when this returns, and hands out
 * its messages. Leaving the loop early cancels the call.
 */
function openStream<I extends DescMessage, O extends DescMessage>(
  scope: Scope,
  method: DescMethodStreaming<I, O>,
  requests: AsyncIterable<MessageInitShape<I>>,
  options: RpcOptions | undefined,
): AsyncIterableIterator<MessageShape<O>> {
  const opened = scope.transport.stream(
    method,
    options?.signal,
    options?.timeoutMs,
    scope.headers,
    requests,
  ).then((response) => response.message[Symbol.asyncIterator]());
  // The first next() reports a failure; until then it must not count as unhandled.
  opened.catch(() => {});
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        return await (await opened).next();
      } catch (error) {
        throw toDavitError(error, contextOf(scope, method));
      }
    },
    async return() {
      try {
        await (await opened).return?.();
      } catch {
        // The caller has left; how the call ended no longer matters.
      }
      return { done: true, value: undefined };
    },
  };
}

async function single<T>(messages: AsyncIterable<T>, method: DescMethod): Promise<T> {
  let found: { message: T } | undefined;
  for await (const message of messages) {
    if (found) throw new ProtocolError(`${fullName(method)} answered with more than one message`);
    found = { message };
  }
  if (!found) throw new ProtocolError(`${fullName(method)} answered with no message`);
  return found.message;
}

function contextOf(scope: Scope, method: DescMethod) {
  const namespace = scope.headers["containerd-namespace"];
  return {
    method: fullName(method),
    address: scope.address,
    ...(namespace === undefined ? {} : { namespace }),
  };
}
