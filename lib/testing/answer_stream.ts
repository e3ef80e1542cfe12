/**
 * The answers of a streaming call.
 *
 * @module
 */
import { StatusCode, WireError } from "../rpc/wire_error.ts";
import type { LocalCall } from "./local_call.ts";

/** How many answers may wait to be read before the one who answers has to wait. */
const HIGH_WATER = 16;

/** An iterator over answers, which arrive whether they are read or not. `return()` cancels. */
export class AnswerStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #call: LocalCall;
  readonly #decode: (answer: unknown) => T;
  readonly #queue: T[] = [];
  readonly #waiters: PromiseWithResolvers<IteratorResult<T, undefined>>[] = [];
  #error: unknown;
  #done = false;
  #wake: (() => void) | undefined;

  /**
   * @param call The call, which this ends.
   * @param answers Comes when the call was taken.
   * @param decode Makes an answer of what is yielded.
   */
  constructor(
    call: LocalCall,
    answers: Promise<AsyncIterator<unknown>>,
    decode: (answer: unknown) => T,
  ) {
    this.#call = call;
    this.#decode = decode;
    void this.#pump(answers);
  }

  async #pump(answers: Promise<AsyncIterator<unknown>>): Promise<void> {
    let source: AsyncIterator<unknown> | undefined;
    try {
      source = await answers;
      while (true) {
        const { done, value } = await this.#call.race(Promise.resolve(source.next()));
        if (done) break;
        this.#push(this.#decode(value));
        if (this.#queue.length >= HIGH_WATER) {
          const { promise, resolve } = Promise.withResolvers<void>();
          this.#wake = resolve;
          await this.#call.race(promise);
        }
      }
      this.#finish(undefined);
    } catch (error) {
      this.#finish(error);
      void Promise.resolve(source?.return?.()).catch(() => {});
    }
  }

  #push(answer: T): void {
    const waiter = this.#waiters.shift();
    if (waiter) waiter.resolve({ done: false, value: answer });
    else this.#queue.push(answer);
  }

  #finish(error: unknown): void {
    if (this.#done) return;
    this.#done = true;
    this.#error = error;
    this.#call.end();
    for (const waiter of this.#waiters.splice(0)) this.#settle(waiter);
  }

  /** The error once, as generators do; then the end. */
  #settle(waiter: PromiseWithResolvers<IteratorResult<T, undefined>>): void {
    const error = this.#error;
    this.#error = undefined;
    if (error === undefined) waiter.resolve({ done: true, value: undefined });
    else waiter.reject(error);
  }

  /** The next answer. */
  next(): Promise<IteratorResult<T, undefined>> {
    const waiter = Promise.withResolvers<IteratorResult<T, undefined>>();
    const answer = this.#queue.shift();
    if (answer !== undefined) waiter.resolve({ done: false, value: answer });
    else if (this.#done) this.#settle(waiter);
    else this.#waiters.push(waiter);
    if (this.#queue.length < HIGH_WATER) this.#wake?.();
    return waiter.promise;
  }

  /** Cancels the call, where it has not ended. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#queue.length = 0;
    this.#call.end(new WireError(StatusCode.Canceled, "the answers are no longer read"));
    this.#finish(undefined);
    this.#error = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The iterator itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }
}
