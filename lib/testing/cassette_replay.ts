/**
 * Replays a recorded session, without a daemon.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import type { DescMessage, DescMethod, MessageInitShape } from "@bufbuild/protobuf";
import { Client } from "../client/client.ts";
import type { WireError } from "../rpc/wire_error.ts";
import { shortened } from "./cassette_bytes.ts";
import {
  type Cassette,
  type CassetteCall,
  decodeMessageJson,
  encodeMessageJson,
  type Json,
  parseCassette,
} from "./cassette_format.ts";
import { hostOf } from "./cassette_host.ts";
import { isProbe, isRead, methodName } from "./cassette_methods.ts";
import { OutputReplayer } from "./cassette_output.ts";
import { ReplayedTokens } from "./cassette_tokens.ts";
import { MemoryTransport } from "./memory_transport.ts";
import type { CallInfo, MethodFinder } from "./router.ts";
import { status, unknown } from "./status.ts";

/** How long an answer waits for calls that came before it in the recording, in milliseconds. */
const HOLD_MS = 10_000;

/** How to replay. */
export interface ReplayOptions {
  /** Texts that were kept out of the file. */
  readonly redact?: readonly string[];
}

/** A session that is being replayed. */
export interface Replay extends AsyncDisposable {
  /** A client whose calls are answered from the recording. */
  readonly client: Client;
  /** The recorded calls that were not made, as methods; empty when all were. */
  readonly unused: readonly string[];
}

/**
 * Replays what {@linkcode recordCassette} recorded. A call is answered as the first one of the same
 * method, namespace and request that has not been used; the order of calls is free. One that only
 * reads may be repeated. A call that was not recorded fails, and says so.
 *
 * Images are chosen for the platform of the machine that replays: it must be that of the recording.
 *
 * @example
 * ```ts
 * import { replayCassette } from "@davit/sdk/testing";
 *
 * await using session = await replayCassette("testdata/uname.json");
 * await session.client.namespace("ci").run("alpine:3.20").command("uname");
 * ```
 *
 * @param path The file.
 * @throws {InvalidArgumentError} when it is no cassette.
 */
export async function replayCassette(path: string, options: ReplayOptions = {}): Promise<Replay> {
  return replay(parseCassette(await Deno.readTextFile(path), path), path, options);
}

/** Replays a cassette that is in memory. @param label Its name, for messages. */
export function replay(cassette: Cassette, label: string, options: ReplayOptions): Replay {
  const host = hostOf(cassette);
  const player = new Player(cassette, label, new OutputReplayer(host), options.redact ?? []);
  const { address } = cassette;
  const client = new Client({ transport: new MemoryTransport(player), address, host });
  return {
    client,
    get unused() {
      return player.unused;
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

class Player implements MethodFinder {
  readonly #calls: readonly CassetteCall[];
  readonly #label: string;
  readonly #outputs: OutputReplayer;
  readonly #tokens: ReplayedTokens;
  readonly #used = new Set<CassetteCall>();
  readonly #waiting = new Set<() => void>();
  /** The script has left the recording: what is left of it has no order to keep. */
  #astray = false;

  constructor(
    cassette: Cassette,
    label: string,
    outputs: OutputReplayer,
    redact: readonly string[],
  ) {
    this.#calls = cassette.calls;
    this.#label = label;
    this.#outputs = outputs;
    this.#tokens = new ReplayedTokens(redact);
  }

  get unused(): string[] {
    return this.#calls.filter((call) => !this.#used.has(call)).map(({ method }) => method);
  }

  find(method: DescMethod): unknown {
    switch (method.methodKind) {
      case "unary":
        return (request: object, info: CallInfo) => this.#unary(method, request, info);
      case "server_streaming":
        return (request: object, info: CallInfo) => this.#stream(method, once(request), info);
      default:
        return (requests: AsyncIterable<object>, info: CallInfo) =>
          this.#stream(method, requests, info);
    }
  }

  async #unary(
    method: DescMethod,
    request: object,
    info: CallInfo,
  ): Promise<MessageInitShape<DescMessage>> {
    if (isProbe(method, request)) return {};
    const call = this.#take(method, encodeMessageJson(request) ?? {}, info);
    const answer = call.frames.find(({ out }) => out !== undefined);
    // A process has not ended before what ended it was done.
    if (method.name === "Wait") await this.#until(answer?.after ?? 0, info);
    if (call.end?.error) throw status(call.end.error.code, call.end.error.text);
    if (answer?.out === undefined) {
      if (call.end?.left) await aborted(info);
      throw unknown(`Cannot replay ${this.#label}: its call of ${call.method} has no answer`);
    }
    await this.#outputs.answers(call, method, request, info.header("containerd-namespace"));
    return this.#message(method, answer.out);
  }

  async *#stream(
    method: DescMethod,
    requests: AsyncIterable<object>,
    info: CallInfo,
  ): AsyncGenerator<MessageInitShape<DescMessage>> {
    const source = requests[Symbol.asyncIterator]();
    const next = async (): Promise<Json | undefined> => {
      const { done, value } = await source.next();
      return done ? undefined : await shortened(encodeMessageJson(value) ?? {});
    };
    const first = await next();
    const call = this.#take(method, first, info);
    let begun = false;
    for (const frame of call.frames) {
      if (frame.in !== undefined) {
        const request = begun ? await next() : first;
        if (begun && (request === undefined || !this.#tokens.matches(frame.in, request))) {
          throw this.#notRecorded(method, request, info);
        }
        begun = true;
      } else if (frame.out !== undefined) {
        await this.#until(frame.after ?? 0, info);
        yield this.#message(method, frame.out);
      }
    }
    if (call.end?.error) throw status(call.end.error.code, call.end.error.text);
    // Who left in the recording, or never saw the end, leaves now as well.
    if (!call.end || call.end.left) await aborted(info);
  }

  #message(method: DescMethod, json: Json): MessageInitShape<DescMessage> {
    const init = decodeMessageJson(this.#tokens.answer(json));
    return create(method.output, init as MessageInitShape<DescMessage>);
  }

  /** The call of the recording that a call of the replay is. */
  #take(method: DescMethod, request: Json | undefined, info: CallInfo): CassetteCall {
    const name = methodName(method);
    const scope = (call: CassetteCall) => [call.namespace ?? null, call.lease ?? null];
    const live = [
      info.header("containerd-namespace") ?? null,
      info.header("containerd-lease") ?? null,
      request ?? null,
    ];
    const same = this.#calls.filter((call) => call.method === name);
    const fits = (call: CassetteCall) =>
      this.#tokens.matches([...scope(call), call.frames[0]?.in ?? null], live);
    const found = same.find((call) => !this.#used.has(call) && fits(call)) ??
      (isRead(name) ? same.findLast(fits) : undefined);
    if (!found) throw this.#notRecorded(method, request, info);
    this.#used.add(found);
    for (const wake of [...this.#waiting]) wake();
    return found;
  }

  #notRecorded(method: DescMethod, request: Json | undefined, info: CallInfo): WireError {
    this.#astray = true;
    for (const wake of [...this.#waiting]) wake();
    const name = methodName(method);
    const left = this.#calls.filter((call) => call.method === name && !this.#used.has(call));
    const namespace = info.header("containerd-namespace");
    const shown = JSON.stringify(request ?? null);
    const cut = (text: string) => text.length > 300 ? `${text.slice(0, 300)}…` : text;
    const others = left.length === 0
      ? "all recorded calls of this method have been used"
      : `recorded and not used: ${
        cut(left.map(({ frames }) => JSON.stringify(frames[0]?.in)).join(", "))
      }`;
    return unknown(
      `"${this.#label}" has no such call: ${name}${
        namespace === undefined ? "" : ` in namespace "${namespace}"`
      } with ${cut(shown)}; ${others}; record it again if the script has changed`,
    );
  }

  /** Resolves when the calls were made that the recording had before. */
  async #until(count: number, info: CallInfo): Promise<void> {
    const missing = () =>
      this.#calls.slice(0, count).filter((call) => !this.#used.has(call) && !isRead(call.method));
    const deadline = AbortSignal.timeout(HOLD_MS);
    while (!this.#astray && missing().length > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      deadline.addEventListener("abort", () => resolve());
      info.signal.addEventListener("abort", () => resolve());
      await promise;
      this.#waiting.delete(resolve);
      if (info.signal.aborted) return;
      if (deadline.aborted) {
        throw unknown(
          `Cannot replay "${this.#label}": an answer waits for calls that were recorded before ` +
            `it, and have not been made: ${missing().map(({ method }) => method).join(", ")}`,
        );
      }
    }
  }
}

async function* once(request: object): AsyncGenerator<object> {
  yield await Promise.resolve(request);
}

/** Resolves when the call is over. */
async function aborted({ signal }: CallInfo): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}
