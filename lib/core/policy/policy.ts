/**
 * Functions that see every call of a client: for audit, policy, traces and metrics.
 *
 * @module
 */
import {
  create,
  type DescMessage,
  type DescMethod,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import type { StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import { SingleRequest } from "../../api/single_request.ts";
import { type DavitError, PermissionError, UnavailableError } from "../../errors/errors.ts";
import { toDavitError } from "../../rpc/status.ts";
import type { ClosableTransport } from "../session/session.ts";

/** A call that is about to be made. */
export interface Call {
  /** The service's full name, such as `"containerd.services.images.v1.Images"`. */
  readonly service: string;
  /** The method's name, such as `"Get"`. */
  readonly method: string;
  /** The namespace that it goes to; `undefined` for the few calls without one. */
  readonly namespace: string | undefined;
  /** The lease that it puts things on, if there is one. */
  readonly lease: string | undefined;
  /** The request; `undefined` where a stream of them follows. */
  readonly request: Message | undefined;
  /** What is sent along. Names that are set here are sent too, such as `traceparent`. */
  readonly headers: Headers;
  /**
   * Refuses the call: it fails with a {@linkcode PermissionError} and is not sent.
   *
   * @param reason Why, for the message.
   */
  deny(reason: string): never;
}

/**
 * Sees what becomes of a call. What its methods throw does not change the call: it is reported as
 * an uncaught error.
 */
export interface CallObserver {
  /** Each request of a stream of requests, before it is sent. */
  request?(message: Message): void;
  /** Each answer. */
  response?(message: Message): void;
  /**
   * The end, once: with the error of a call that failed. A stream that the caller has left did not
   * fail.
   */
  end?(error: DavitError | undefined): void;
}

/**
 * Called before each call. It may refuse it, add headers, and return who is to see the rest. What
 * it throws, the call fails with. A promise delays the call.
 */
export type Interceptor = (call: Call) => CallObserver | void | Promise<CallObserver | void>;

/** An observer of this library: it can also keep answers from the caller. */
export interface Guard extends CallObserver {
  /** Whether the caller may see an answer of a stream. */
  accepts?(message: Message): boolean;
}

/** As {@linkcode Interceptor}, for guards. */
export type GuardInterceptor = (call: Call) => Guard | void | Promise<Guard | void>;

/**
 * A transport whose calls pass an interceptor. Closing it ends it, not the one underneath.
 *
 * @param address The daemon's, for messages.
 */
export function interceptCalls(
  transport: Transport,
  address: string,
  interceptor: GuardInterceptor,
): ClosableTransport {
  return new InterceptedTransport(transport, address, interceptor);
}

class InterceptedTransport implements ClosableTransport {
  readonly #inner: Transport;
  readonly #address: string;
  readonly #interceptor: GuardInterceptor;
  #closed = false;

  constructor(inner: Transport, address: string, interceptor: GuardInterceptor) {
    this.#inner = inner;
    this.#address = address;
    this.#interceptor = interceptor;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  readonly unary: Transport["unary"] = (method, signal, timeoutMs, header, input, values) => {
    const message = create(method.input, input);
    return this.#before(method, header, message, async (headers, watch) => {
      let response: UnaryResponse<typeof method.input, typeof method.output>;
      try {
        response = await this.#inner.unary(method, signal, timeoutMs, headers, message, values);
      } catch (error) {
        throw watch.failed(error);
      }
      watch.response(response.message);
      watch.end();
      return response;
    });
  };

  readonly stream: Transport["stream"] = (method, signal, timeoutMs, header, input, values) => {
    const message = input instanceof SingleRequest
      ? create(method.input, input.value as MessageInitShape<typeof method.input>)
      : undefined;
    return this.#before(method, header, message, async (headers, watch) => {
      const requests = message ? input : watch.requests(method.input, input);
      let response: StreamResponse<typeof method.input, typeof method.output>;
      try {
        response = await this.#inner.stream(method, signal, timeoutMs, headers, requests, values);
      } catch (error) {
        throw watch.failed(error);
      }
      return { ...response, message: watch.responses(response.message) };
    });
  };

  /** Without a promise of the interceptor, the call is sent before this returns: order is kept. */
  #before<T>(
    method: DescMethod,
    header: HeadersInit | undefined,
    request: Message | undefined,
    send: (headers: Headers, watch: Watch) => Promise<T>,
  ): Promise<T> {
    try {
      if (this.#closed) {
        throw new UnavailableError(`Cannot call "${this.#address}": the client was closed`);
      }
      const headers = new Headers(header);
      const call = describeCall(method, headers, request);
      const watch = (guard: Guard | void) => new Watch(guard ?? {}, call, this.#address);
      const guard = this.#interceptor(call);
      if (guard instanceof Promise) return guard.then((given) => send(headers, watch(given)));
      return send(headers, watch(guard));
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

function describeCall(method: DescMethod, headers: Headers, request: Message | undefined): Call {
  const namespace = headers.get("containerd-namespace") ?? undefined;
  return {
    service: method.parent.typeName,
    method: method.name,
    namespace,
    lease: headers.get("containerd-lease") ?? undefined,
    request,
    headers,
    deny(reason) {
      const where = namespace === undefined ? "" : ` in namespace "${namespace}"`;
      throw new PermissionError(
        `Cannot call ${method.parent.name}.${method.name}${where}: ${reason}`,
      );
    },
  };
}

/** Tells a guard what becomes of a call. */
class Watch {
  readonly #guard: Guard;
  readonly #call: Call;
  readonly #address: string;
  #ended = false;

  constructor(guard: Guard, call: Call, address: string) {
    this.#guard = guard;
    this.#call = call;
    this.#address = address;
  }

  response(message: Message): void {
    report(() => this.#guard.response?.(message));
  }

  end(error?: DavitError): void {
    if (this.#ended) return;
    this.#ended = true;
    report(() => this.#guard.end?.(error));
  }

  failed(error: unknown): unknown {
    const { service, method, namespace } = this.#call;
    this.end(toDavitError(error, {
      method: `${service}/${method}`,
      address: this.#address,
      ...(namespace === undefined ? {} : { namespace }),
    }));
    return error;
  }

  async *requests<D extends DescMessage>(
    schema: D,
    input: AsyncIterable<MessageInitShape<D>>,
  ): AsyncGenerator<MessageInitShape<D>, void, undefined> {
    for await (const request of input) {
      const message = create(schema, request);
      report(() => this.#guard.request?.(message));
      yield message as MessageInitShape<D>;
    }
  }

  responses<M extends MessageShape<DescMessage>>(messages: AsyncIterable<M>): AsyncIterable<M> {
    return {
      [Symbol.asyncIterator]: (): AsyncIterator<M, undefined> => {
        const source = messages[Symbol.asyncIterator]();
        return {
          next: async () => {
            while (true) {
              let next: IteratorResult<M>;
              try {
                next = await source.next();
              } catch (error) {
                throw this.failed(error);
              }
              if (next.done) {
                this.end();
                return { done: true, value: undefined };
              }
              const { value } = next;
              if (this.#guard.accepts && !this.#guard.accepts(value)) continue;
              this.response(value);
              return { done: false, value };
            }
          },
          return: async () => {
            this.end();
            await source.return?.();
            return { done: true, value: undefined };
          },
        };
      },
    };
  }
}

/** Runs an observer's code; a call must not fail for its sake, nor its failure pass unseen. */
function report(run: () => void): void {
  try {
    run();
  } catch (error) {
    reportError(error);
  }
}
