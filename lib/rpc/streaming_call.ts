/**
 * Calls with streams of messages, one way or both.
 *
 * @module
 */

import { type CallLimits, Stream } from "./stream.ts";
import { PREFIX_LENGTH } from "./grpc_frame.ts";
import type { EncodedMessage } from "./message.ts";
import { StatusCode, WireError } from "./wire_error.ts";

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** How a streaming call encodes, decodes, and reports. */
export interface StreamingHandlers<T> {
  /** Decodes an answer; what it throws ends the call. */
  decode(message: Uint8Array): T;
  /** The headers are on the wire. */
  onOpen(): void;
  /** The response headers came. */
  onHeaders(headers: readonly string[]): void;
  /** The call has ended; called once. */
  onEnd(
    error: WireError | undefined,
    headers: readonly string[],
    trailers: readonly string[],
  ): void;
}

/** A streaming call, and the iterator over its answers. `return()` cancels it. */
export class StreamingCall<T> extends Stream implements AsyncIterableIterator<T, undefined> {
  readonly #handlers: StreamingHandlers<T>;
  readonly #queue: Uint8Array[] = [];
  readonly #waiters: Waiter<T>[] = [];
  #error: WireError | undefined;
  /** Received bytes that the server has not been granted anew. */
  #held = 0;
  #wakeSender: (() => void) | undefined;

  /** @param block Encoded request headers. @param limits When to give up. */
  constructor(block: Uint8Array, limits: CallLimits, handlers: StreamingHandlers<T>) {
    super(block, limits);
    this.#handlers = handlers;
  }

  /**
   * Sends a message. To be called after {@linkcode StreamingHandlers.onOpen}, or once before the
   * call is started; and then only when the promise of the message before has resolved.
   *
   * @returns Resolves once flow control has let it go, or the call has ended.
   */
  write({ head, rest }: EncodedMessage, last = false): Promise<void> {
    if (this.done) return Promise.resolve();
    this.body = head;
    this.bodyRest = rest;
    this.bodyAt = 0;
    this.endAfterBody = last;
    if (this.id === 0) return Promise.resolve();
    this.holder?.send(this);
    if (this.body === undefined) return Promise.resolve();
    return new Promise((resolve) => this.#wakeSender = resolve);
  }

  /** Half-closes: no more messages will be sent. */
  closeSend(): void {
    if (this.done || this.sendClosed) return;
    this.endAfterBody = true;
    this.holder?.send(this);
  }

  override onOpen(): void {
    this.holder?.send(this);
    this.#handlers.onOpen();
  }

  override onSent(): void {
    const wake = this.#wakeSender;
    this.#wakeSender = undefined;
    wake?.();
  }

  protected override onHeaders(headers: readonly string[]): void {
    this.#handlers.onHeaders(headers);
  }

  protected override onMessage(message: Uint8Array): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#queue.push(message);
    else this.#deliver(waiter, message);
  }

  protected override onReceived(bytes: number): void {
    this.#held += bytes;
    // What belongs to a message that is not complete must be granted, or it would never complete.
    if (this.#queue.length === 0) this.#grant(this.#held);
  }

  protected override onEnd(error: WireError | undefined, local: boolean): void {
    this.#error = error;
    if (local) this.#queue.length = 0;
    this.onSent();
    for (const waiter of this.#waiters.splice(0)) this.#finish(waiter);
    this.#handlers.onEnd(error, this.headers ?? [], this.trailers ?? []);
  }

  /** The next answer. */
  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = { resolve, reject };
      const message = this.#queue.shift();
      if (message !== undefined) {
        this.#deliver(waiter, message);
        const bytes = message.length + PREFIX_LENGTH;
        this.#grant(this.#queue.length === 0 ? this.#held : Math.min(bytes, this.#held));
      } else if (this.done) {
        this.#finish(waiter);
      } else {
        this.#waiters.push(waiter);
      }
    });
  }

  /** Cancels the call, where it has not ended. */
  return(): Promise<IteratorResult<T, undefined>> {
    const waiters = this.#waiters.splice(0);
    this.#queue.length = 0;
    this.fail(new WireError(StatusCode.Canceled, "the answers are no longer read"));
    this.#error = undefined;
    for (const waiter of waiters) this.#finish(waiter);
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Cancels the call and fails with the given error. */
  async throw(error?: unknown): Promise<IteratorResult<T, undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(waiter: Waiter<T>, message: Uint8Array): void {
    let value: T;
    try {
      value = this.#handlers.decode(message);
    } catch (cause) {
      const error = new WireError(StatusCode.Internal, "cannot decode the answer", { cause });
      this.#queue.length = 0;
      if (this.done) {
        waiter.reject(error);
      } else {
        this.#waiters.unshift(waiter);
        this.fail(error);
      }
      return;
    }
    waiter.resolve({ done: false, value });
  }

  #finish(waiter: Waiter<T>): void {
    const error = this.#error;
    // As with generators, the error is thrown once; after that the iterator is done.
    this.#error = undefined;
    if (error === undefined) waiter.resolve({ done: true, value: undefined });
    else waiter.reject(error);
  }

  #grant(bytes: number): void {
    this.#held -= bytes;
    if (bytes > 0) this.holder?.grant(this, bytes);
  }
}
