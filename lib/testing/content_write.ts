/**
 * One stream that writes a blob.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { ContentCreateSchema } from "../gen/containerd/events/content_pb.ts";
import {
  WriteAction,
  type WriteContentRequest,
  type WriteContentResponseSchema,
} from "../gen/containerd/services/content_pb.ts";
import { digestOf } from "../oci/digest.ts";
import { StatusCode } from "../rpc/wire_error.ts";
import type { CallInfo } from "./router.ts";
import { type FakeState, type Ingest, type NamespaceState, now } from "./state.ts";
import { alreadyExists, failedPrecondition, status, unknown } from "./status.ts";
import { checkLabelSizes, withoutEmpty } from "./validate.ts";

type Response = MessageInitShape<typeof WriteContentResponseSchema>;

/** A stream of Content.Write. It holds its ref until it ends. */
export class ContentWrite implements Disposable {
  readonly #state: FakeState;
  readonly #call: CallInfo;
  #ingest: Ingest | undefined;
  #namespace: NamespaceState | undefined;
  #total = 0n;
  #expected = "";

  /** @param state The daemon. @param call The stream's metadata. */
  constructor(state: FakeState, call: CallInfo) {
    this.#state = state;
    this.#call = call;
  }

  /** The answers to the requests, one each; the last one is repeated, as the daemon does. */
  async *answer(requests: AsyncIterable<WriteContentRequest>): AsyncGenerator<Response> {
    void this.#call.namespace;
    let last: Response | undefined;
    for await (const request of requests) {
      const ingest = this.#ingest ?? this.#open(request);
      if (request.total > 0n) this.#total = request.total;
      if (request.expected !== "") this.#expected = request.expected;
      if (request.action === WriteAction.COMMIT) {
        last = await this.#commit(ingest, request);
        yield last;
        break;
      }
      last = request.action === WriteAction.WRITE
        ? await this.#write(ingest, request)
        : await this.#progress(ingest, request.action);
      yield last;
    }
    if (!last) throw unknown("EOF");
    yield last;
  }

  #open({ ref, expected, total }: WriteContentRequest): Ingest {
    if (ref === "") throw status(StatusCode.InvalidArgument, "first message must have a reference");
    const { namespace: name, lease } = this.#call;
    const namespace = this.#state.open(name);
    if (expected !== "" && namespace.content.has(expected)) {
      throw alreadyExists(`content ${expected}`);
    }
    let ingest = namespace.ingests.get(ref);
    if (ingest?.lockedAt !== undefined) {
      const since = new Date(ingest.lockedAt).toISOString();
      const held = Date.now() - ingest.lockedAt;
      const text = `ref ${name}/1/${ref} locked for ${held}ms (since ${since}): unavailable`;
      throw status(StatusCode.Unavailable, text);
    }
    namespace.lease(lease, "ingests", ref);
    if (!ingest) {
      const at = now();
      ingest = {
        ref,
        startedAt: at,
        updatedAt: at,
        total,
        data: new Uint8Array(),
        shared: undefined,
        lockedAt: undefined,
        leased: lease !== undefined,
      };
      namespace.ingests.set(ref, ingest);
    }
    const known = this.#state.blobs.get(expected);
    if (known && ingest.data.length === 0 && (total === 0n || total === BigInt(known.length))) {
      ingest.shared = expected;
      ingest.data = known.slice();
    }
    ingest.lockedAt = Date.now();
    this.#namespace = namespace;
    this.#ingest = ingest;
    return ingest;
  }

  async #write(ingest: Ingest, request: WriteContentRequest): Promise<Response> {
    this.#append(ingest, request);
    return await this.#progress(ingest, WriteAction.WRITE);
  }

  #append(ingest: Ingest, { offset, data, action }: WriteContentRequest): void {
    const at = BigInt(ingest.data.length);
    if (offset !== at) {
      // A blob that another namespace has is complete; 0 in a commit need not mean the start.
      if (offset !== 0n) {
        const text = `write @${offset} must occur at current offset ${at}`;
        throw status(StatusCode.OutOfRange, text);
      }
      if (ingest.shared !== undefined && action === WriteAction.COMMIT && data.length === 0) return;
      ingest.data = new Uint8Array();
      ingest.shared = undefined;
    }
    if (data.length === 0) return;
    const whole = new Uint8Array(ingest.data.length + data.length);
    whole.set(ingest.data);
    whole.set(data, ingest.data.length);
    ingest.data = whole;
    ingest.updatedAt = now();
  }

  async #progress(ingest: Ingest, action: WriteAction): Promise<Response> {
    const { startedAt, updatedAt, data } = ingest;
    return {
      action,
      startedAt,
      updatedAt,
      offset: BigInt(data.length),
      total: this.#total,
      digest: await digestOf(data),
    };
  }

  async #commit(ingest: Ingest, request: WriteContentRequest): Promise<Response> {
    const { namespace: name, lease } = this.#call;
    const namespace = this.#namespace ?? this.#state.open(name);
    checkLabelSizes(request.labels, "info.Labels");
    this.#append(ingest, request);
    const { data } = ingest;
    if (this.#total > 0n && BigInt(data.length) !== this.#total) {
      throw failedPrecondition(
        `"${ingest.ref}" failed size validation: ${data.length} != ${this.#total}`,
      );
    }
    const digest = await digestOf(data);
    if (this.#expected !== "" && digest !== this.#expected) {
      throw failedPrecondition(`unexpected commit digest ${digest}, expected ${this.#expected}`);
    }
    namespace.ingests.delete(ingest.ref);
    namespace.unlease(lease, "ingests", ingest.ref);
    namespace.lease(lease, "content", digest);
    if (namespace.content.has(digest)) throw alreadyExists(`content ${digest}`);
    const at = now();
    const labels = withoutEmpty(request.labels);
    namespace.content.set(digest, { createdAt: at, updatedAt: at, labels });
    this.#state.blobs.set(digest, data);
    if (this.#state.atLeast(2, 1)) {
      const event = { digest, size: BigInt(data.length) };
      this.#state.events.publish(name, "/content/create", ContentCreateSchema, event);
    }
    return { action: WriteAction.COMMIT, offset: BigInt(data.length), digest };
  }

  /** Lets the ref go. */
  [Symbol.dispose](): void {
    if (this.#ingest) this.#ingest.lockedAt = undefined;
  }
}
