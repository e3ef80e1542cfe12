/**
 * Calls with one message each way.
 *
 * @module
 */

import { type CallLimits, Stream } from "./stream.ts";
import { StatusCode, WireError } from "./wire_error.ts";

/** What came back: one message, with the lists of headers and trailers. */
export interface UnaryAnswer {
  readonly message: Uint8Array;
  readonly headers: readonly string[];
  readonly trailers: readonly string[];
}

/** A unary call. */
export class UnaryCall extends Stream {
  #message: Uint8Array | undefined;
  readonly #resolve: (answer: UnaryAnswer) => void;
  readonly #reject: (error: WireError) => void;

  /**
   * @param block Encoded request headers.
   * @param body The encoded request.
   * @param limits When to give up.
   * @param resolve Takes the answer.
   * @param reject Takes the error.
   */
  constructor(
    block: Uint8Array,
    body: Uint8Array,
    limits: CallLimits,
    resolve: (answer: UnaryAnswer) => void,
    reject: (error: WireError) => void,
  ) {
    super(block, limits);
    this.body = body;
    this.endAfterBody = true;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override onOpen(): void {
    this.holder?.send(this);
  }

  override onSent(): void {}

  protected override onHeaders(): void {}

  protected override onMessage(message: Uint8Array): void {
    if (this.#message !== undefined) {
      throw new WireError(
        StatusCode.Unimplemented,
        "the server sent more than one message in answer to a unary call",
      );
    }
    this.#message = message;
  }

  protected override onReceived(bytes: number): void {
    this.holder?.grant(this, bytes);
  }

  protected override onEnd(error: WireError | undefined): void {
    if (error !== undefined) {
      this.#reject(error);
    } else if (this.#message === undefined) {
      this.#reject(
        new WireError(StatusCode.Unimplemented, "the server sent no message in answer", {
          fields: this.trailers ?? [],
        }),
      );
    } else {
      this.#resolve({
        message: this.#message,
        headers: this.headers ?? [],
        trailers: this.trailers ?? [],
      });
    }
  }
}
