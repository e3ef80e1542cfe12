/**
 * One call on the wire: an HTTP/2 stream with gRPC's messages and status, from waiting for a
 * connection to its end.
 *
 * @module
 */

import { callAfter } from "./deadline.ts";
import { H2Code } from "./frames.ts";
import { ReceiveWindow, type SendWindow } from "./flow.ts";
import { MessageReader } from "./grpc_frame.ts";
import { NOTHING } from "./message.ts";
import type { HeaderBlock } from "./hpack/decode.ts";
import { checkResponse, findField, resetError, trailerError } from "./trailers.ts";
import { StatusCode, WireError } from "./wire_error.ts";

/**
 * How much the server may send ahead on one stream. It bounds what a slow consumer makes us keep,
 * together with one message.
 */
export const STREAM_WINDOW = 4_194_304;

/** Whatever a stream is with at the moment: a connector that dials, or a connection. */
export interface StreamHolder {
  /** Writes what the stream has to send, as far as flow control lets it. */
  send(stream: Stream): void;
  /** Lets the server send more. */
  grant(stream: Stream, bytes: number): void;
  /** Forgets a stream that has ended; with a code, the server is told by RST_STREAM. */
  release(stream: Stream, h2Code: number | undefined): void;
}

/** When a call must end at the latest, and by whose will before that. */
export interface CallLimits {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds from now. */
  readonly timeoutMs: number | undefined;
  /** The largest message in bytes, both ways. */
  readonly maxMessageBytes: number;
}

/** The error of a call that its signal ended; the signal's reason is the cause. */
export function abortError(signal: AbortSignal): WireError {
  const reason: unknown = signal.reason;
  const timeout = reason instanceof Error && reason.name === "TimeoutError";
  return new WireError(
    timeout ? StatusCode.DeadlineExceeded : StatusCode.Canceled,
    reason instanceof Error && reason.message !== "" ? reason.message : "the call was aborted",
    { cause: reason },
  );
}

/** A call. Subclasses say what to send and what becomes of what comes back. */
export abstract class Stream {
  /** The stream's number on its connection; 0 before it has one. */
  id = 0;
  /** The encoded request headers. */
  readonly block: Uint8Array;
  /** Who has the stream now; `undefined` before and after. */
  holder: StreamHolder | undefined;
  /** True once the call has ended, for whatever reason. */
  done = false;
  /** How often the stream was handed to another connection before it was sent. */
  moves = 0;

  /** What may be sent; set by the connection. */
  sendWindow: SendWindow | undefined;
  /** The message to send, without its prefix: all of it, or how it begins. */
  body: Uint8Array | undefined;
  /** How the message goes on. */
  bodyRest: Uint8Array = NOTHING;
  /** How much of prefix, body and rest has been written. */
  bodyAt = 0;
  /** Nothing follows the body. */
  endAfterBody = false;
  /** END_STREAM has been written. */
  sendClosed = false;

  /** What the server may send. */
  readonly receiveWindow = new ReceiveWindow(STREAM_WINDOW);
  /** The response headers, or the trailers of an answer that has nothing else. */
  headers: readonly string[] | undefined;
  /** The trailers. */
  trailers: readonly string[] | undefined;

  protected readonly limits: CallLimits;
  readonly #reader: MessageReader;
  #cancelDeadline: (() => void) | undefined;
  #deadline: number | undefined;
  #onAbort: (() => void) | undefined;

  /** @param block Encoded request headers. @param limits When to give up. */
  constructor(block: Uint8Array, limits: CallLimits) {
    this.block = block;
    this.limits = limits;
    this.#reader = new MessageReader(
      limits.maxMessageBytes,
      (message) => this.onMessage(message),
    );
  }

  /** The stream has a number and its headers are written: time to send. */
  abstract onOpen(): void;
  /** The body has been written. */
  abstract onSent(): void;
  /** A message came. */
  protected abstract onMessage(message: Uint8Array): void;
  /** DATA of this length came and has been handed out as messages. */
  protected abstract onReceived(bytes: number): void;
  /** The response headers came. */
  protected abstract onHeaders(headers: readonly string[]): void;
  /**
   * The call has ended; called once.
   *
   * @param error Why; `undefined` where the status is OK.
   * @param local The end came from this side, so that nothing received counts any more.
   */
  protected abstract onEnd(error: WireError | undefined, local: boolean): void;

  /** Watches signal and deadline from now on. @returns False where the call has ended already. */
  watch(): boolean {
    const { signal, timeoutMs } = this.limits;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.fail(abortError(signal));
        return false;
      }
      this.#onAbort = () => this.fail(abortError(signal));
      signal.addEventListener("abort", this.#onAbort);
    }
    if (timeoutMs !== undefined) {
      if (!(timeoutMs > 0)) {
        this.fail(deadlineError(timeoutMs));
        return false;
      }
      this.#deadline = performance.now() + timeoutMs;
      this.#cancelDeadline = callAfter(timeoutMs, () => this.fail(deadlineError(timeoutMs)));
    }
    return true;
  }

  /** Ends the call from this side, wherever it is. Does nothing once it has ended. */
  fail(error: WireError, h2Code: number = H2Code.CANCEL): void {
    this.#end(error, true, h2Code);
  }

  /** The connection ended, or the server gave the stream up. */
  lost(error: WireError): void {
    this.#end(error, false, undefined);
  }

  /** RST_STREAM came. */
  reset(h2Code: number): void {
    const late = this.#deadline !== undefined && performance.now() >= this.#deadline;
    this.lost(
      late && h2Code === H2Code.CANCEL ? deadlineError(this.limits.timeoutMs!) : resetError(h2Code),
    );
  }

  /** HEADERS came. */
  receiveHeaders({ fields, oversized }: HeaderBlock, endStream: boolean): void {
    if (oversized) {
      this.fail(new WireError(StatusCode.ResourceExhausted, "the server sent too many headers"));
    } else if (this.headers !== undefined) {
      if (endStream) this.#complete(fields);
      else this.#breach("headers in the middle of the answer");
    } else if (/^1\d\d$/.test(findField(fields, ":status") ?? "")) {
      if (endStream) this.#breach("an interim answer that ends the stream");
    } else {
      this.headers = fields;
      const wrong = checkResponse(fields);
      // A server that speaks gRPC may send a status with any kind of headers: it knows better.
      if (wrong !== undefined && findField(fields, "grpc-status") === undefined) this.fail(wrong);
      else if (endStream) this.#complete(fields);
      else this.onHeaders(fields);
    }
  }

  /** DATA came. @param length What it counts in flow control, padding included. */
  receiveData(from: Uint8Array, start: number, end: number, length: number): void {
    if (this.headers === undefined) {
      this.#breach("data before the headers");
      return;
    }
    try {
      this.#reader.push(from, start, end);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.fail(error);
      return;
    }
    if (!this.done) this.onReceived(length);
  }

  /** DATA with END_STREAM came: an answer must end with trailers. */
  receiveEnd(): void {
    if (this.done) return;
    this.fail(new WireError(StatusCode.Internal, "the server ended the call without trailers"));
  }

  #complete(trailers: readonly string[]): void {
    this.trailers = trailers;
    let error = trailerError(trailers);
    if (error === undefined && this.#reader.partialBytes > 0) {
      error = new WireError(StatusCode.Internal, "the answer ends in the middle of a message");
    }
    // A server that answers early does not want the rest of the request.
    this.#end(error, false, this.sendClosed ? undefined : H2Code.CANCEL);
  }

  #breach(what: string): void {
    this.fail(
      new WireError(StatusCode.Internal, `the server sent ${what}`),
      H2Code.PROTOCOL_ERROR,
    );
  }

  #end(error: WireError | undefined, local: boolean, h2Code: number | undefined): void {
    if (this.done) return;
    this.done = true;
    this.body = undefined;
    this.bodyRest = NOTHING;
    this.#cancelDeadline?.();
    if (this.#onAbort !== undefined) {
      this.limits.signal?.removeEventListener("abort", this.#onAbort);
    }
    const holder = this.holder;
    this.holder = undefined;
    holder?.release(this, h2Code);
    this.onEnd(error, local);
  }
}

function deadlineError(timeoutMs: number): WireError {
  return new WireError(
    StatusCode.DeadlineExceeded,
    `the call did not end within ${Math.ceil(timeoutMs)} ms`,
  );
}
