/**
 * Which function answers which RPC.
 *
 * @module
 */
import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { StatusCode } from "../rpc/wire_error.ts";
import { status, unimplemented } from "./status.ts";
import { checkIdentifierText } from "./validate.ts";

/** What a call brings besides its request. */
export class CallInfo {
  readonly #headers: Headers;
  /** Aborts when the caller has gone, or the time is over. */
  readonly signal: AbortSignal;

  /** @param headers The metadata. @param signal See {@linkcode CallInfo.signal}. */
  constructor(headers: Headers, signal: AbortSignal) {
    this.#headers = headers;
    this.signal = signal;
  }

  /** A value of the metadata. */
  header(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }

  /** The namespace's name; an error when there is none, as almost every method needs one. */
  get namespace(): string {
    const name = this.#headers.get("containerd-namespace") ?? "";
    if (name === "") {
      throw status(StatusCode.FailedPrecondition, "namespace is required: failed precondition");
    }
    checkIdentifierText(name, "namespace validation: ");
    return name;
  }

  /** The lease's id, if the call is made under one. */
  get lease(): string | undefined {
    return this.#headers.get("containerd-lease") || undefined;
  }
}

/** An answer, now or later. */
type Answer<T> = T | Promise<T>;

/** Functions for methods of a service. What is not there is not implemented. */
export type ServiceHandlers<S extends DescService> = {
  readonly [M in keyof S["method"]]?: S["method"][M] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, call: CallInfo) => Answer<MessageInitShape<O>>
    : S["method"][M] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, call: CallInfo) => AsyncIterable<MessageInitShape<O>>
    : S["method"][M] extends DescMethodBiDiStreaming<infer I, infer O> ? (
        requests: AsyncIterable<MessageShape<I>>,
        call: CallInfo,
      ) => AsyncIterable<MessageInitShape<O>>
    : never;
};

/** Knows the functions for methods. */
export interface MethodFinder {
  /** The function for a method. @throws {WireError} when there is none. */
  find(method: DescMethod): unknown;
}

/** The functions of all services. */
export class Router implements MethodFinder {
  readonly #services = new Map<string, Readonly<Record<string, unknown>>>();

  /** Adds a service. */
  add<S extends DescService>(service: S, handlers: ServiceHandlers<S>): this {
    this.#services.set(service.typeName, handlers);
    return this;
  }

  /**
   * The function for a method.
   *
   * @throws {WireError} Unimplemented, in the words of Go's gRPC.
   */
  find(method: DescMethod): unknown {
    const service = this.#services.get(method.parent.typeName);
    if (!service) throw unimplemented(`unknown service ${method.parent.typeName}`);
    const handler = service[method.localName];
    if (!handler) {
      throw unimplemented(`unknown method ${method.name} for service ${method.parent.typeName}`);
    }
    return handler;
  }
}
