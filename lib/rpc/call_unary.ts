/**
 * Unary calls, from message to message.
 *
 * @module
 */

import type { UnaryResponse } from "@connectrpc/connect";
import type {
  DescMessage,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { Connector } from "./connector.ts";
import { decodeMessage, encodeMessage } from "./message.ts";
import { requestHead } from "./request_head.ts";
import type { CallLimits } from "./stream.ts";
import { type UnaryAnswer, UnaryCall } from "./unary_call.ts";
import { toHeaders } from "./wire_error.ts";

/** A response whose headers become `Headers` only when somebody asks for them. */
class LazyUnaryResponse<I extends DescMessage, O extends DescMessage>
  implements UnaryResponse<I, O> {
  readonly stream = false as const;
  readonly method: DescMethodUnary<I, O>;
  readonly message: MessageShape<O>;
  readonly #answer: UnaryAnswer;
  #header: Headers | undefined;
  #trailer: Headers | undefined;

  constructor(method: DescMethodUnary<I, O>, message: MessageShape<O>, answer: UnaryAnswer) {
    this.method = method;
    this.message = message;
    this.#answer = answer;
  }

  get service(): DescService {
    return this.method.parent;
  }

  get header(): Headers {
    return this.#header ??= toHeaders(this.#answer.headers);
  }

  get trailer(): Headers {
    return this.#trailer ??= toHeaders(this.#answer.trailers);
  }
}

/**
 * Makes a unary call.
 *
 * @param header The caller's metadata.
 * @returns The response; rejects with a WireError.
 */
export function callUnary<I extends DescMessage, O extends DescMessage>(
  connector: Connector,
  method: DescMethodUnary<I, O>,
  limits: CallLimits,
  header: HeadersInit | undefined,
  input: MessageInitShape<I>,
): Promise<UnaryResponse<I, O>> {
  return new Promise((resolve, reject) => {
    const call = new UnaryCall(
      requestHead(method, header, limits.timeoutMs),
      encodeMessage(method.input, input, limits.maxMessageBytes),
      limits,
      (answer) => {
        try {
          const message = decodeMessage(method.output, answer.message);
          resolve(new LazyUnaryResponse(method, message, answer));
        } catch (error) {
          reject(error);
        }
      },
      reject,
    );
    if (call.watch()) connector.start(call);
  });
}
