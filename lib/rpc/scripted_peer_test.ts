/** An HTTP/2 server in memory that does what a test says, frame by frame; and calls to it. */

import { assertEquals, assertRejects } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { Content, ReadContentResponseSchema } from "../gen/containerd/services/content_pb.ts";
import { Version, VersionResponseSchema } from "../gen/containerd/services/version_pb.ts";
import type { ByteConn } from "./dial.ts";
import {
  Flag,
  FRAME_HEADER_LENGTH,
  FrameType,
  PREFACE,
  putFrameHeader,
  putUint32,
  readUint32,
  settingsFrame,
} from "./frames.ts";
import { HpackDecoder } from "./hpack/decode.ts";
import { encodeHeaders } from "./hpack/encode.ts";
import { createGrpcTransport, type GrpcTransport, type TransportOptions } from "./transport.ts";

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Uint8Array;
}

/** A whole frame. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_LENGTH + payload.length);
  putFrameHeader(bytes, 0, payload.length, type, flags, streamId);
  bytes.set(payload, FRAME_HEADER_LENGTH);
  return bytes;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A message with gRPC's prefix. */
export function grpcMessage(body: Uint8Array, flags = 0): Uint8Array {
  const bytes = new Uint8Array(5 + body.length);
  bytes[0] = flags;
  putUint32(bytes, 1, body.length);
  bytes.set(body, 5);
  return bytes;
}

export function headersFrame(streamId: number, fields: string[], flags: number): Uint8Array {
  return frame(FrameType.HEADERS, flags, streamId, encodeHeaders(fields));
}

/** The headers of an answer. */
export function responseHeaders(streamId: number, ...more: string[]): Uint8Array {
  const fields = [":status", "200", "content-type", "application/grpc", ...more];
  return headersFrame(streamId, fields, Flag.END_HEADERS);
}

/** The trailers of an answer. */
export function responseTrailers(streamId: number, status: string, ...more: string[]): Uint8Array {
  return headersFrame(
    streamId,
    ["grpc-status", status, ...more],
    Flag.END_HEADERS | Flag.END_STREAM,
  );
}

export function dataFrame(streamId: number, payload: Uint8Array, flags = 0): Uint8Array {
  return frame(FrameType.DATA, flags, streamId, payload);
}

/** A whole successful answer. */
export function response(streamId: number, ...bodies: Uint8Array[]): Uint8Array {
  return concat(
    responseHeaders(streamId),
    ...bodies.map((body) => dataFrame(streamId, grpcMessage(body))),
    responseTrailers(streamId, "0"),
  );
}

export const EMPTY_SETTINGS: Uint8Array = settingsFrame([]);

/** The server's end of a connection in memory. */
export class ScriptedPeer {
  /** What the transport uses. */
  readonly conn: ByteConn;
  /** Every call of ref() and unref(), in order. */
  readonly references: string[] = [];
  closed = false;
  /** What writes of the client throw. */
  writeError: Error | undefined;
  /** Number of writes. */
  writes = 0;
  #allowedWrites = Infinity;
  #wakeWriter: (() => void) | undefined;
  readonly #hpack = new HpackDecoder(1 << 20);
  #toClient: (Uint8Array | null | Error)[] = [];
  #wakeClient: (() => void) | undefined;
  #fromClient: Uint8Array = new Uint8Array(0);
  #wakePeer: (() => void) | undefined;
  #seenPreface = false;

  constructor() {
    this.conn = {
      read: (into) => this.#read(into),
      write: (bytes) => this.#write(bytes),
      close: () => {
        this.closed = true;
        this.#wakeClient?.();
        this.#wakePeer?.();
      },
      ref: () => void this.references.push("ref"),
      unref: () => void this.references.push("unref"),
    };
  }

  async #read(into: Uint8Array): Promise<number | null> {
    for (;;) {
      if (this.closed) throw new Error("closed");
      const next = this.#toClient.shift();
      if (next === null) return null;
      if (next instanceof Error) throw next;
      if (next !== undefined) {
        const count = Math.min(next.length, into.length);
        into.set(next.subarray(0, count));
        if (count < next.length) this.#toClient.unshift(next.subarray(count));
        return count;
      }
      await new Promise<void>((resolve) => this.#wakeClient = resolve);
    }
  }

  async #write(bytes: Uint8Array): Promise<number> {
    while (this.writes >= this.#allowedWrites) {
      await new Promise<void>((resolve) => this.#wakeWriter = resolve);
    }
    if (this.writeError !== undefined) throw this.writeError;
    this.writes++;
    this.#fromClient = concat(this.#fromClient, bytes);
    this.#wakePeer?.();
    return bytes.length;
  }

  /** Takes so many more writes; further ones wait until this is called again. */
  allowWrites(more: number): void {
    this.#allowedWrites = this.writes + more;
    this.#wakeWriter?.();
  }

  /** Sends bytes to the client in one piece. */
  send(...parts: readonly Uint8Array[]): void {
    this.#toClient.push(concat(...parts));
    this.#wakeClient?.();
  }

  /** Ends the connection, with an error or without. */
  end(error?: Error): void {
    this.#toClient.push(error ?? null);
    this.#wakeClient?.();
  }

  /** The next frame of the client; `undefined` once the client has closed the connection. */
  async next(): Promise<Frame | undefined> {
    for (;;) {
      const taken = this.#take();
      if (taken !== undefined) return taken;
      if (this.closed) return undefined;
      await new Promise<void>((resolve) => this.#wakePeer = resolve);
    }
  }

  /** The next frame of a type, skipping others. */
  async nextOf(type: number): Promise<Frame> {
    for (;;) {
      const next = await this.next();
      if (next === undefined) throw new Error(`closed before a frame of type ${type}`);
      if (next.type === type) return next;
    }
  }

  /** The next request headers. */
  async nextRequest(): Promise<{ streamId: number; fields: Record<string, string> }> {
    const { streamId, payload } = await this.nextOf(FrameType.HEADERS);
    const list = this.#hpack.decode(payload, 0, payload.length).fields;
    const fields: Record<string, string> = {};
    for (let i = 0; i < list.length; i += 2) fields[list[i]!] = list[i + 1]!;
    return { streamId, fields };
  }

  #take(): Frame | undefined {
    const bytes = this.#fromClient;
    if (!this.#seenPreface) {
      if (bytes.length < PREFACE.length) return undefined;
      assertEquals(bytes.subarray(0, PREFACE.length), PREFACE);
      this.#seenPreface = true;
      this.#fromClient = bytes.subarray(PREFACE.length);
      return this.#take();
    }
    if (bytes.length < FRAME_HEADER_LENGTH) return undefined;
    const end = FRAME_HEADER_LENGTH + (readUint32(bytes, 0) >>> 8);
    if (bytes.length < end) return undefined;
    this.#fromClient = bytes.subarray(end);
    return {
      type: bytes[3]!,
      flags: bytes[4]!,
      streamId: readUint32(bytes, 5),
      payload: bytes.slice(FRAME_HEADER_LENGTH, end),
    };
  }
}

const { version } = Version.method;
const { read } = Content.method;

export function versionBody(text: string): Uint8Array {
  return toBinary(VersionResponseSchema, create(VersionResponseSchema, { version: text }));
}

export function readBody(data: Uint8Array): Uint8Array {
  return toBinary(ReadContentResponseSchema, create(ReadContentResponseSchema, { data }));
}

export async function* only<T>(value: T): AsyncIterableIterator<T> {
  yield await Promise.resolve(value);
}

/** A transport whose dials give the peers one by one. */
export function connectTo(
  peers: readonly ScriptedPeer[],
  options: Partial<TransportOptions> = {},
): GrpcTransport {
  let next = 0;
  return createGrpcTransport({
    address: "/test.sock",
    dial: () => {
      const peer = peers[next++];
      if (peer === undefined) throw new Error("no peer left");
      return Promise.resolve(peer.conn);
    },
    ...options,
  });
}

export function getVersion(
  transport: GrpcTransport,
  options: { signal?: AbortSignal; timeoutMs?: number; headers?: HeadersInit } = {},
): Promise<string> {
  return transport.unary(version, options.signal, options.timeoutMs, options.headers, {})
    .then(({ message }) => message.version);
}

export async function readContent(
  transport: GrpcTransport,
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<AsyncIterableIterator<{ data: Uint8Array }>> {
  const { signal, timeoutMs } = options;
  const answer = await transport.stream(read, signal, timeoutMs, undefined, only({}));
  return answer.message[Symbol.asyncIterator]() as AsyncIterableIterator<{ data: Uint8Array }>;
}

export async function fails(
  promise: Promise<unknown>,
  code: number,
  text = "",
): Promise<ConnectError> {
  const error = await assertRejects(() => promise, ConnectError, text);
  assertEquals(error.code, code, error.message);
  return error;
}

/** Starts a call and lets the peer see its headers. */
export async function startVersion(
  peer: ScriptedPeer,
  transport: GrpcTransport,
  options: Parameters<typeof getVersion>[1] = {},
): Promise<{ call: Promise<string>; streamId: number }> {
  const call = getVersion(transport, options);
  call.catch(() => {});
  const { streamId } = await peer.nextRequest();
  return { call, streamId };
}

Deno.test("ScriptedPeer hands over bytes both ways", async () => {
  const peer = new ScriptedPeer();
  peer.send(Uint8Array.of(1, 2, 3));
  const into = new Uint8Array(2);
  assertEquals([await peer.conn.read(into), into[1]], [2, 2]);
  assertEquals([await peer.conn.read(into), into[0]], [1, 3]);
  await peer.conn.write(concat(PREFACE, frame(FrameType.PING, 0, 0, new Uint8Array(8))));
  assertEquals((await peer.next())?.type, FrameType.PING);
  peer.end();
  assertEquals(await peer.conn.read(into), null);
});
