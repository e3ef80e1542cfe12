/**
 * Repeats reads that a daemon did not answer because it went away.
 *
 * Only calls that change nothing are repeated, and only where the connection was refused or lost
 * (gRPC's UNAVAILABLE, not sent by the daemon itself): at once after 50 ms, then after twice as long
 * each time, up to 1 s, for 10 s at most or as long as the call may take. A daemon that has never
 * answered is not waited for. Reads of blobs go on where they stopped; other streams are repeated
 * only before their first message. Waits and subscriptions are not repeated here: who waits must
 * look at what may have happened meanwhile.
 *
 * @module
 */
import type { DescMessage, DescMethod, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import { SingleRequest } from "../../api/single_request.ts";
import { isRead } from "./reads.ts";
import type { ClosableTransport } from "../session/session.ts";

/** How reads are repeated. */
export const READ_RETRY = {
  /** The first pause, in milliseconds; each further one is twice as long. */
  firstDelayMs: 50,
  /** The longest pause, in milliseconds. */
  maxDelayMs: 1_000,
  /** For how long a call is repeated, in milliseconds. */
  totalMs: 10_000,
} as const;

const UNAVAILABLE = 14;
/** Read on their own terms by whoever calls them. */
const NOT_REPEATED = new Set(["Wait", "Subscribe"]);
const READ_CONTENT = "containerd.services.content.v1.Content/Read";

/** A transport that repeats reads. Closing it closes the one underneath. */
export function retryReads(transport: ClosableTransport): ClosableTransport {
  return new RetryingTransport(transport);
}

class RetryingTransport implements ClosableTransport {
  readonly #inner: ClosableTransport;
  readonly #closing = new AbortController();
  #reached = false;

  constructor(inner: ClosableTransport) {
    this.#inner = inner;
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.#inner.close();
  }

  readonly unary: Transport["unary"] = (method, signal, timeoutMs, header, input, values) => {
    const send = (left: number | undefined) =>
      this.#inner.unary(method, signal, left, header, input, values);
    if (!isRepeatable(method)) return this.#note(send(timeoutMs));
    return this.#repeat<UnaryResponse<typeof method.input, typeof method.output>>(
      send,
      new Patience(signal, timeoutMs),
    );
  };

  readonly stream: Transport["stream"] = async (
    method,
    signal,
    timeoutMs,
    header,
    input,
    values,
  ) => {
    type Response = StreamResponse<typeof method.input, typeof method.output>;
    const open = (request: typeof input) => (left: number | undefined): Promise<Response> =>
      this.#inner.stream(method, signal, left, header, request, values);
    if (!(input instanceof SingleRequest) || !isRepeatable(method)) {
      return await this.#note(open(input)(timeoutMs));
    }
    const response = await this.#repeat(open(input), new Patience(signal, timeoutMs));
    const reopen = async (
      request: typeof input,
    ): Promise<AsyncIterable<MessageShape<DescMessage>>> =>
      (await this.#repeat(open(request), new Patience(signal, timeoutMs))).message;
    const message = this.#resumed(method, input, response.message, reopen, signal);
    return { ...response, message: message as typeof response.message };
  };

  /** Whatever the daemon says, it is there. */
  async #note<T>(call: Promise<T>): Promise<T> {
    try {
      const result = await call;
      this.#reached = true;
      return result;
    } catch (error) {
      if (isFromDaemon(error)) this.#reached = true;
      throw error;
    }
  }

  async #repeat<T>(
    send: (timeoutMs: number | undefined) => Promise<T>,
    patience: Patience,
  ): Promise<T> {
    while (true) {
      try {
        return await this.#note(send(patience.timeLeft()));
      } catch (error) {
        if (!await this.#mayRepeat(error, patience)) throw error;
      }
    }
  }

  async #mayRepeat(error: unknown, patience: Patience): Promise<boolean> {
    if (!this.#reached || this.#closing.signal.aborted || !isLostConnection(error)) return false;
    return await patience.pause(this.#closing.signal);
  }

  /** The answers of a stream, opened again where that loses and repeats nothing. */
  #resumed(
    method: DescMethod,
    request: SingleRequest<MessageInitShape<DescMessage>>,
    first: AsyncIterable<MessageShape<DescMessage>>,
    reopen: (
      request: SingleRequest<MessageInitShape<DescMessage>>,
    ) => Promise<AsyncIterable<MessageShape<DescMessage>>>,
    signal: AbortSignal | undefined,
  ): AsyncIterable<MessageShape<DescMessage>> {
    const position = `${method.parent.typeName}/${method.name}` === READ_CONTENT
      ? new ReadPosition(request.value)
      : new NoPosition(request.value);
    let source = first[Symbol.asyncIterator]();
    const next = async (): Promise<IteratorResult<MessageShape<DescMessage>>> => {
      const patience = new Patience(signal, undefined);
      while (true) {
        try {
          const answer = await source.next();
          if (!answer.done) position.advance(answer.value);
          return answer;
        } catch (error) {
          const rest = position.rest();
          if (!rest || !await this.#mayRepeat(error, patience)) throw error;
          source = (await reopen(new SingleRequest(rest)))[Symbol.asyncIterator]();
        }
      }
    };
    return {
      [Symbol.asyncIterator]: () => ({
        next,
        return: async () => {
          await source.return?.();
          return { done: true, value: undefined };
        },
      }),
    };
  }
}

/** What is left to ask for. */
interface Position {
  advance(message: MessageShape<DescMessage>): void;
  /** The request for the rest; `undefined` when it cannot be told. */
  rest(): MessageInitShape<DescMessage> | undefined;
}

/** A stream whose messages have no order. */
class NoPosition implements Position {
  #request: MessageInitShape<DescMessage> | undefined;

  constructor(request: MessageInitShape<DescMessage>) {
    this.#request = request;
  }

  advance(): void {
    this.#request = undefined;
  }

  rest(): MessageInitShape<DescMessage> | undefined {
    return this.#request;
  }
}

/** Where a read of a blob is: blobs never change. */
class ReadPosition implements Position {
  readonly #request: { offset?: bigint; size?: bigint };
  #received = 0n;

  constructor(request: { offset?: bigint; size?: bigint }) {
    this.#request = request;
  }

  advance(message: MessageShape<DescMessage>): void {
    if (!("data" in message) || !(message.data instanceof Uint8Array)) return;
    this.#received += BigInt(message.data.length);
  }

  rest(): MessageInitShape<DescMessage> | undefined {
    const { offset = 0n, size = 0n } = this.#request;
    // A size of 0 means all; nothing left to read must not come to mean that.
    if (size > 0n && this.#received >= size) return undefined;
    return {
      ...this.#request,
      offset: offset + this.#received,
      size: size > 0n ? size - this.#received : 0n,
    } as MessageInitShape<DescMessage>;
  }
}

/** How long a call is repeated. */
class Patience {
  readonly #signal: AbortSignal | undefined;
  readonly #started = performance.now();
  readonly #timeoutMs: number | undefined;
  #delayMs: number = READ_RETRY.firstDelayMs;

  constructor(signal: AbortSignal | undefined, timeoutMs: number | undefined) {
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
  }

  timeLeft(): number | undefined {
    if (this.#timeoutMs === undefined) return undefined;
    return Math.max(1, this.#timeoutMs - (performance.now() - this.#started));
  }

  /** Waits; whether there is time for another attempt. */
  async pause(closing: AbortSignal): Promise<boolean> {
    const limit = Math.min(READ_RETRY.totalMs, this.#timeoutMs ?? Infinity);
    const delay = this.#delayMs;
    if (performance.now() - this.#started + delay > limit) return false;
    this.#delayMs = Math.min(delay * 2, READ_RETRY.maxDelayMs);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, delay);
    const end = () => resolve();
    this.#signal?.addEventListener("abort", end);
    closing.addEventListener("abort", end);
    await promise;
    clearTimeout(timer);
    this.#signal?.removeEventListener("abort", end);
    closing.removeEventListener("abort", end);
    return !this.#signal?.aborted && !closing.aborted;
  }
}

function isRepeatable(method: DescMethod): boolean {
  return !NOT_REPEATED.has(method.name) &&
    isRead({ service: method.parent.typeName, method: method.name });
}

function isFromDaemon(error: unknown): boolean {
  return error instanceof Error && "isWireError" in error && error.isWireError === true;
}

/** Lost, or refused by nobody listening; not one that the system or Deno forbids. */
function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || error.code !== UNAVAILABLE) return false;
  const { cause } = error;
  return !isFromDaemon(error) && !(cause instanceof Deno.errors.PermissionDenied) &&
    !(cause instanceof Deno.errors.NotCapable);
}
