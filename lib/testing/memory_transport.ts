/**
 * Calls that never leave the process: Connect's `Transport` over plain functions.
 *
 * `createRouterTransport` of Connect was tried first (2.2.0) and does not do for this: `break` in a
 * `for await` does not tell the handler, so that subscriptions pile up; a call made after
 * `subscribe()` overtakes it; `AbortSignal.timeout` arrives as Canceled without its cause; and a
 * `next()` that waits during `return()` never settles.
 *
 * @module
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type {
  DescMessage,
  DescMethodStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { StreamResponse, UnaryResponse } from "@connectrpc/connect";
import type { ClosableTransport } from "../core/session/session.ts";
import { StatusCode, WireError } from "../rpc/wire_error.ts";
import { AnswerStream } from "./answer_stream.ts";
import { LocalCall } from "./local_call.ts";
import { CallInfo, type MethodFinder } from "./router.ts";
import { breathe } from "./breathe.ts";

/** A method that answers once. */
type UnaryHandler<I extends DescMessage, O extends DescMessage> = (
  request: MessageShape<I>,
  call: CallInfo,
) => MessageInitShape<O> | Promise<MessageInitShape<O>>;

/** A method that answers as often as it likes; its request is one, or a stream of them. */
type StreamHandler<O extends DescMessage> = (
  request: unknown,
  call: CallInfo,
) => AsyncIterable<MessageInitShape<O>>;

/** A transport to functions of this process. Calls are taken in the order in which they are made. */
export class MemoryTransport implements ClosableTransport {
  readonly #router: MethodFinder;
  readonly #open = new Set<LocalCall>();
  #closed = false;
  /** Resolves when the call before has been taken. */
  #turn: Promise<void> = Promise.resolve();

  /** @param router The functions. */
  constructor(router: MethodFinder) {
    this.#router = router;
  }

  /** Makes a call with one answer. */
  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: MessageInitShape<I>,
  ): Promise<UnaryResponse<I, O>> {
    const request = copy(method.input, input);
    using call = this.#begin(signal, timeoutMs);
    const info = new CallInfo(new Headers(header), call.signal);
    const [turn, pass] = this.#queue();
    try {
      await call.race(turn);
      await breathe();
    } finally {
      pass();
    }
    const handler = this.#router.find(method) as UnaryHandler<I, O>;
    // The handler begins before the next call is taken, and may go on beside it.
    const answer = await call.race((async () => await handler(request, info))());
    return {
      stream: false,
      service: method.parent,
      method,
      header: new Headers(),
      trailer: new Headers(),
      message: copy(method.output, answer),
    };
  }

  /** Makes a call with a stream of answers, and perhaps of requests. */
  stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodStreaming<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: AsyncIterable<MessageInitShape<I>>,
  ): Promise<StreamResponse<I, O>> {
    let call: LocalCall;
    try {
      call = this.#begin(signal, timeoutMs);
    } catch (error) {
      return Promise.reject(error);
    }
    const info = new CallInfo(new Headers(header), call.signal);
    const requests = copies(method.input, input, call);
    const [turn, pass] = this.#queue();
    const start = async (): Promise<AsyncIterator<MessageInitShape<O>>> => {
      try {
        await call.race(turn);
        await breathe();
        const handler = this.#router.find(method) as StreamHandler<O>;
        let request: unknown = requests;
        if (method.methodKind === "server_streaming") {
          const { done, value } = await call.race(requests.next());
          if (done) throw new WireError(StatusCode.Internal, "there was no request");
          request = value;
        }
        return handler(request, info)[Symbol.asyncIterator]();
      } finally {
        pass();
      }
    };
    const message = new AnswerStream<MessageShape<O>>(call, start(), (answer) => {
      return copy(method.output, answer as MessageInitShape<O>);
    });
    return Promise.resolve({
      stream: true,
      service: method.parent,
      method,
      header: new Headers(),
      trailer: new Headers(),
      message,
    });
  }

  /** Ends all calls; later ones fail. */
  close(): Promise<void> {
    this.#closed = true;
    for (const call of [...this.#open]) {
      call.end(new WireError(StatusCode.Unavailable, "the connection was closed"));
    }
    return Promise.resolve();
  }

  #begin(signal: AbortSignal | undefined, timeoutMs: number | undefined): LocalCall {
    if (this.#closed) throw new WireError(StatusCode.Unavailable, "the connection was closed");
    const call: LocalCall = new LocalCall(signal, timeoutMs, () => this.#open.delete(call));
    this.#open.add(call);
    return call;
  }

  #queue(): [turn: Promise<void>, pass: () => void] {
    const turn = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    return [turn, resolve];
  }
}

/** A message as the other side would receive it: nothing is shared. */
function copy<D extends DescMessage>(schema: D, init: MessageInitShape<D>): MessageShape<D> {
  try {
    return fromBinary(schema, toBinary(schema, create(schema, init)));
  } catch (cause) {
    throw new WireError(StatusCode.Internal, `cannot encode the message: ${cause}`, { cause });
  }
}

async function* copies<D extends DescMessage>(
  schema: D,
  input: AsyncIterable<MessageInitShape<D>>,
  call: LocalCall,
): AsyncGenerator<MessageShape<D>, void, undefined> {
  const source = input[Symbol.asyncIterator]();
  try {
    while (true) {
      const { done, value } = await call.race(Promise.resolve(source.next()));
      if (done) return;
      yield copy(schema, value);
    }
  } finally {
    // One that waits for something of its own returns when that has come.
    void Promise.resolve(source.return?.()).catch(() => {});
  }
}
