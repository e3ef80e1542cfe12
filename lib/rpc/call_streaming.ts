/**
 * Streaming calls, from messages to messages.
 *
 * @module
 */

import type { StreamResponse } from "@connectrpc/connect";
import type {
  DescMessage,
  DescMethodStreaming,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { Connector } from "./connector.ts";
import { decodeMessage, type EncodedMessage, encodeInPieces } from "./message.ts";
import { requestHead } from "./request_head.ts";
import type { CallLimits } from "./stream.ts";
import { StreamingCall } from "./streaming_call.ts";
import { StatusCode, toHeaders, WireError } from "./wire_error.ts";

/**
 * Makes a streaming call.
 *
 * @param header The caller's metadata.
 * @param input The requests; it is read as fast as the server takes them, and returned when the
 * call ends. What it throws ends the call.
 * @param onEnd Called when the call has ended.
 * @returns Resolves once the request is on its way; rejects with a WireError where it never was.
 */
export function callStreaming<I extends DescMessage, O extends DescMessage>(
  connector: Connector,
  method: DescMethodStreaming<I, O>,
  limits: CallLimits,
  header: HeadersInit | undefined,
  input: AsyncIterable<MessageInitShape<I>>,
  onEnd?: () => void,
): Promise<StreamResponse<I, O>> {
  return new Promise((resolve, reject) => {
    const responseHeader = new Headers();
    const responseTrailer = new Headers();
    const requests = input[Symbol.asyncIterator]();
    let open = false;
    const call = new StreamingCall<MessageShape<O>>(
      requestHead(method, header, limits.timeoutMs),
      limits,
      {
        decode: (message) => decodeMessage(method.output, message),
        onOpen: () => {
          open = true;
          resolve({
            stream: true,
            service: method.parent,
            method,
            header: responseHeader,
            trailer: responseTrailer,
            message: call,
          });
          if (method.methodKind !== "server_streaming") void pump();
        },
        onHeaders: (headers) => toHeaders(headers, responseHeader),
        onEnd: (error, headers, trailers) => {
          // An answer of trailers alone has them in the place of headers.
          if (headers === trailers) toHeaders(headers, responseHeader);
          toHeaders(trailers, responseTrailer);
          if (!open && error !== undefined) reject(error);
          // A generator that waits for something of its own returns when that has come.
          void Promise.resolve(requests.return?.()).catch(() => {});
          onEnd?.();
        },
      },
    );
    const encode = (init: MessageInitShape<I>): EncodedMessage =>
      encodeInPieces(method.input, init, limits.maxMessageBytes);
    const pump = async (): Promise<void> => {
      try {
        while (!call.done) {
          const request = await requests.next();
          if (request.done) {
            call.closeSend();
            return;
          }
          await call.write(encode(request.value));
        }
      } catch (error) {
        call.fail(requestError(error));
      }
    };
    /** The only request goes out together with the headers. */
    const start = async (): Promise<void> => {
      try {
        const request = await requests.next();
        if (call.done) return;
        if (request.done) {
          throw new WireError(StatusCode.Unimplemented, "a server-streaming call needs a request");
        }
        void call.write(encode(request.value), true);
        connector.start(call);
      } catch (error) {
        call.fail(requestError(error));
      }
    };
    if (!call.watch()) return;
    if (method.methodKind === "server_streaming") void start();
    else connector.start(call);
  });
}

/** The error of a call whose requests failed. */
function requestError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new WireError(StatusCode.Unknown, message, { cause: error });
}
