/**
 * Davit's own gRPC transport: Connect's `Transport` over HTTP/2 on any byte connection.
 *
 * @module
 */

import type { Interceptor, Transport } from "@connectrpc/connect";
import { callStreaming } from "./call_streaming.ts";
import { callUnary } from "./call_unary.ts";
import { Connector } from "./connector.ts";
import type { Dial } from "./dial.ts";
import { InterceptedCalls } from "./intercepted.ts";

/** containerd's limit, both ways. */
const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/** Where a transport connects to, and how. */
export interface TransportOptions {
  /** Opens a byte connection to the daemon; see `dialUnix`. */
  dial: Dial;
  /** For messages: where this goes, such as `/run/containerd/containerd.sock`. */
  address: string;
  /** Connect's interceptors; the first one is the outermost. */
  interceptors?: Interceptor[];
  /** The largest message, both ways. @default {16777216} */
  maxMessageBytes?: number;
  /** How long connecting may take, up to the daemon's first frame. @default {10000} */
  connectTimeoutMs?: number;
}

/**
 * Connect's `Transport`, and its end.
 *
 * Errors have the shape of Connect's `ConnectError` and pass for it in `instanceof`.
 */
export interface GrpcTransport extends Transport, AsyncDisposable {
  /** Where this goes, for messages. */
  readonly address: string;
  /** Ends all calls with `unavailable` and closes the connection; later calls fail the same way. */
  close(): Promise<void>;
}

/**
 * Makes a transport. Nothing is opened before the first call; a lost connection is replaced by the
 * next call. A call that was sent is never sent again. Idle connections do not keep the process
 * alive, calls do.
 *
 * `stream()` resolves as soon as the request is on its way: servers such as containerd's
 * `Events.Subscribe` send not even headers before they have something to say. So `header` of a
 * streaming response is empty until the first message. `return()` of the answers' iterator, which
 * is what `break` in `for await` calls, cancels the call.
 *
 * A `grpc-timeout` in the headers, as interceptors may set it, counts as the call's `timeoutMs`.
 *
 * @param options Where to connect to, and how.
 * @returns The transport; dispose of it.
 */
export function createGrpcTransport(options: TransportOptions): GrpcTransport {
  const connector = new Connector(
    options.dial,
    options.address,
    options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
  );
  const maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const { interceptors } = options;
  const calls = interceptors === undefined || interceptors.length === 0
    ? directCalls(connector, maxMessageBytes)
    : new InterceptedCalls(connector, interceptors, maxMessageBytes);
  return {
    address: options.address,
    unary: (...args) => calls.unary(...args),
    stream: (...args) => calls.stream(...args),
    close: () => connector.close(),
    [Symbol.asyncDispose]: () => connector.close(),
  };
}

function directCalls(connector: Connector, maxMessageBytes: number): Transport {
  return {
    unary: (method, signal, timeoutMs, header, input) =>
      callUnary(connector, method, { signal, timeoutMs, maxMessageBytes }, header, input),
    stream: (method, signal, timeoutMs, header, input) =>
      callStreaming(connector, method, { signal, timeoutMs, maxMessageBytes }, header, input),
  };
}
