/**
 * Interceptors for Connect's transports.
 *
 * @module
 */

import type { Interceptor } from "@connectrpc/connect";
import { encodeTimeout } from "./metadata.ts";

/** Sends all calls to a namespace of containerd, but for those that name one themselves. */
export function namespaceInterceptor(name: string): Interceptor {
  return defaultHeader("containerd-namespace", () => name);
}

/** Puts what calls create on a lease, but for calls that name one themselves. */
export function leaseInterceptor(id: string): Interceptor {
  return defaultHeader("containerd-lease", () => id);
}

/**
 * Gives a deadline to unary calls that have none. Streams are left alone: subscriptions and
 * transfers take as long as they take.
 *
 * Works through the `grpc-timeout` header, which `createGrpcTransport` keeps on this side as well;
 * other transports only pass it on to the server.
 *
 * @param timeoutMs Milliseconds.
 */
export function deadlineInterceptor(timeoutMs: number): Interceptor {
  const set = defaultHeader("grpc-timeout", () => encodeTimeout(timeoutMs));
  return (next) => {
    const withDeadline = set(next);
    return (request) => request.stream ? next(request) : withDeadline(request);
  };
}

/**
 * Sends the trace that a call belongs to (W3C Trace Context).
 *
 * @param traceparent Called for each call; nothing is sent where it returns `undefined`.
 */
export function tracingInterceptor(traceparent: () => string | undefined): Interceptor {
  return defaultHeader("traceparent", traceparent);
}

function defaultHeader(name: string, value: () => string | undefined): Interceptor {
  return (next) => (request) => {
    if (!request.header.has(name)) {
      const present = value();
      if (present !== undefined) request.header.set(name, present);
    }
    return next(request);
  };
}
