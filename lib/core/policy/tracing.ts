/**
 * A span for each call, for OpenTelemetry or what looks like it. Nothing is imported from there.
 *
 * @module
 */
import type { Interceptor } from "./policy.ts";

/** What is used of an OpenTelemetry span. */
export interface SpanLike {
  /** Who it is (W3C Trace Context): 32 and 16 hexadecimal digits, and flags. */
  spanContext(): { traceId: string; spanId: string; traceFlags: number };
  /** Notes a fact. */
  setAttribute(key: string, value: string | number): unknown;
  /** Notes the outcome: 2 is an error. */
  setStatus(status: { code: number; message?: string }): unknown;
  /** Notes an error. */
  recordException(error: Error): void;
  /** Ends it. */
  end(): void;
}

/** What is used of an OpenTelemetry tracer. */
export interface TracerLike {
  /** Starts a span, below the active one if there is one. */
  startSpan(
    name: string,
    options?: { kind?: number; attributes?: Record<string, string> },
  ): SpanLike;
}

/** OpenTelemetry's `SpanKind.CLIENT` and `SpanStatusCode.ERROR`. */
const CLIENT = 2;
const ERROR = 2;
const NO_TRACE = /^0+$/;

/**
 * Makes a span for each call, with the attributes of OpenTelemetry's conventions for gRPC, and sends
 * its context along, so that the daemon's own spans (its `tracing` plugin) are in the same trace.
 *
 * @param tracer Such as OpenTelemetry's `trace.getTracer("my-script")`.
 *
 * @example
 * ```ts
 * import { connect, traceCalls, type TracerLike } from "@davit/sdk";
 *
 * declare const tracer: TracerLike; // trace.getTracer("my-script") of npm:@opentelemetry/api
 * await using davit = await connect();
 * const traced = davit.use(traceCalls(tracer));
 * await traced.namespace("ci").images.list();
 * ```
 */
export function traceCalls(tracer: TracerLike): Interceptor {
  return ({ service, method, namespace, headers }) => {
    const span = tracer.startSpan(`${service}/${method}`, {
      kind: CLIENT,
      attributes: {
        "rpc.system": "grpc",
        "rpc.service": service,
        "rpc.method": method,
        ...(namespace === undefined ? {} : { "containerd.namespace": namespace }),
      },
    });
    const { traceId, spanId, traceFlags } = span.spanContext();
    // A tracer without an exporter hands out contexts of zeros, which must not be sent.
    if (!NO_TRACE.test(traceId) && !NO_TRACE.test(spanId)) {
      const flags = (traceFlags & 0xff).toString(16).padStart(2, "0");
      headers.set("traceparent", `00-${traceId}-${spanId}-${flags}`);
    }
    return {
      end(error) {
        if (error) {
          span.setAttribute("error.type", error.code);
          span.recordException(error);
          span.setStatus({ code: ERROR, message: error.message });
        }
        span.end();
      },
    };
  };
}
