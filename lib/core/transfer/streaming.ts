/**
 * Streams beside calls (Streaming service, containerd 1.7): a transfer's bytes, its progress, and
 * its questions for credentials each travel on a stream that the call names by id.
 *
 * @module
 */
import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { EmptySchema } from "../../gen/google/protobuf/empty_pb.ts";
import { packMessage, unpackMessage } from "../../api/any.ts";
import { RequestQueue } from "../../api/request_queue.ts";
import { AlreadyExistsError, DavitError, ProtocolError } from "../../errors/errors.ts";
import { StreamInitSchema } from "../../gen/containerd/services/streaming_pb.ts";
import type { Context } from "../context.ts";
import { requireFeature } from "../features/features.ts";

/** A stream of messages between this script and the daemon. Dispose of it. */
export class MessageStream implements AsyncDisposable {
  /** What a call names it by. */
  readonly id: string;
  readonly #requests: RequestQueue<Any>;
  readonly #responses: AsyncIterator<Any>;

  /** For {@linkcode openStream}. */
  constructor(id: string, requests: RequestQueue<Any>, responses: AsyncIterator<Any>) {
    this.id = id;
    this.#requests = requests;
    this.#responses = responses;
  }

  /** Sends a message. What is sent is kept until the daemon takes it: mind the protocol's windows. */
  send<S extends DescMessage>(schema: S, message: MessageInitShape<S>): void {
    this.#requests.push(packMessage(schema, message));
  }

  /** Ends this side; the daemon's may go on. */
  end(): void {
    this.#requests.end();
  }

  /**
   * Waits for the next message.
   *
   * @param schema What it is.
   * @returns The message; `undefined` at the end.
   * @throws {ProtocolError} when another one comes.
   */
  async receive<S extends DescMessage>(schema: S): Promise<MessageShape<S> | undefined> {
    const next = await this.#responses.next();
    if (next.done) return undefined;
    const message = unpackMessage(schema, next.value);
    if (message) return message;
    throw new ProtocolError(
      `Cannot read stream "${this.id}": "${next.value.typeUrl}" came instead of ` +
        `"${schema.typeName}"`,
    );
  }

  /** Ends both sides. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#requests.end();
    await this.#responses.return?.();
  }
}

/**
 * Opens a stream. When this returns, the daemon knows it, and calls may name it.
 *
 * @param context The namespace; only calls in the same one find the stream.
 * @param id Its name, random by default.
 * @throws {UnsupportedError} before containerd 1.7.
 * @throws {AlreadyExistsError} when there is a stream of that id.
 */
export async function openStream(
  context: Context,
  id: string = `davit-${crypto.randomUUID()}`,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<MessageStream> {
  await requireFeature(context.session, "streaming", "open a stream");
  const requests = new RequestQueue<Any>();
  requests.push(packMessage(StreamInitSchema, { id }));
  const responses = context.api.streaming.stream(requests, options);
  const stream = new MessageStream(id, requests, responses);
  try {
    const answer = await stream.receive(EmptySchema);
    if (!answer) throw new ProtocolError(`Cannot open stream "${id}": the daemon ended it at once`);
    return stream;
  } catch (error) {
    await stream[Symbol.asyncDispose]();
    // It comes with the code for unknown errors.
    if (!(error instanceof DavitError) || !/already exists/.test(error.message)) throw error;
    throw new AlreadyExistsError(
      `Cannot open stream "${id}" in namespace "${context.namespace}": there is one of that name`,
      { cause: error },
    );
  }
}
