/**
 * What a connection sends: frames, within the windows and limits that the peer sets.
 *
 * @module
 */

import { SendWindow } from "./flow.ts";
import {
  ConnectionFault,
  DEFAULT_WINDOW,
  Flag,
  FRAME_HEADER_LENGTH,
  FrameType,
  H2Code,
  MAX_FRAME_PAYLOAD,
  putFrameHeader,
  putUint32,
} from "./frames.ts";
import { PREFIX_LENGTH } from "./grpc_frame.ts";
import { NOTHING } from "./message.ts";
import { HIGH_WATER_BYTES, type Outbox } from "./outbox.ts";
import type { Stream } from "./stream.ts";

/** Answers to PING and SETTINGS that may wait to be written: a peer that causes more is flooding. */
const MAX_CONTROL_BYTES = 65_536;

/** How much one stream may write before the others get their turn. */
const TURN_BYTES = 131_072;

/** Writes the frames of one connection to its outbox. */
export class Sender {
  readonly #outbox: Outbox;
  /** Streams that wait for the connection's window or for the outbox. */
  readonly #blocked = new Set<Stream>();
  readonly #window = new SendWindow(DEFAULT_WINDOW);
  #controlBytes = 0;
  #streamWindow = DEFAULT_WINDOW;

  /** The largest payload that the peer takes. */
  maxFrame: number = MAX_FRAME_PAYLOAD;

  /** @param outbox Where frames go. */
  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** The outbox holds so much that new calls should wait. */
  get full(): boolean {
    return this.#outbox.pending >= HIGH_WATER_BYTES;
  }

  /** A window for a new stream. */
  newWindow(): SendWindow {
    return new SendWindow(this.#streamWindow);
  }

  /** Writes a header block, in as many frames as the peer's limit makes of it. */
  writeHeaders(streamId: number, block: Uint8Array): void {
    for (let start = 0, type: number = FrameType.HEADERS;; type = FrameType.CONTINUATION) {
      const length = Math.min(block.length - start, this.maxFrame);
      const last = start + length === block.length;
      const at = this.#outbox.reserve(FRAME_HEADER_LENGTH + length);
      const into = this.#outbox.buffer;
      putFrameHeader(into, at, length, type, last ? Flag.END_HEADERS : 0, streamId);
      const part = length === block.length ? block : block.subarray(start, start + length);
      into.set(part, at + FRAME_HEADER_LENGTH);
      start += length;
      if (last) return;
    }
  }

  /** Writes what the stream has to send, as far as the windows let it. */
  send(stream: Stream): void {
    this.#blocked.delete(stream);
    if (this.#write(stream)) this.#blocked.add(stream);
  }

  /** Forgets a stream that has ended. */
  drop(stream: Stream): void {
    this.#blocked.delete(stream);
  }

  /** Forgets all streams. */
  dropAll(): void {
    this.#blocked.clear();
  }

  /** Everything was written: floods are counted anew, and streams go on. */
  onDrained(): void {
    this.#controlBytes = 0;
    this.resume();
  }

  /** The peer grants more on the connection. @throws {ConnectionFault} Where it is too much. */
  grow(increment: number): void {
    if (!this.#window.grow(increment)) {
      throw new ConnectionFault(H2Code.FLOW_CONTROL_ERROR, "a window above 2^31-1");
    }
    this.resume();
  }

  /** A stream's window has grown. */
  retry(stream: Stream): void {
    if (stream.body === undefined) return;
    this.#blocked.add(stream);
    this.resume();
  }

  /** The peer sets another window for all streams. @throws {ConnectionFault} On an overflow. */
  setStreamWindow(window: number, streams: Iterable<Stream>): void {
    const change = window - this.#streamWindow;
    if (change === 0) return;
    this.#streamWindow = window;
    for (const stream of streams) {
      if (!stream.sendWindow!.grow(change)) {
        throw new ConnectionFault(H2Code.FLOW_CONTROL_ERROR, "SETTINGS that overflow a window");
      }
      if (stream.body !== undefined) this.#blocked.add(stream);
    }
    this.resume();
  }

  /** Writes a frame of one 32-bit word. */
  sendWord(type: number, streamId: number, word: number): void {
    const at = this.#outbox.reserve(FRAME_HEADER_LENGTH + 4);
    putFrameHeader(this.#outbox.buffer, at, 4, type, 0, streamId);
    putUint32(this.#outbox.buffer, at + FRAME_HEADER_LENGTH, word);
  }

  /**
   * Acknowledges SETTINGS or PING.
   *
   * @param payload What to send back.
   * @throws {ConnectionFault} Where the peer asks for more than it reads.
   */
  acknowledge(type: number, payload: Uint8Array): void {
    this.#controlBytes += FRAME_HEADER_LENGTH + payload.length;
    if (this.#controlBytes > MAX_CONTROL_BYTES) {
      throw new ConnectionFault(H2Code.ENHANCE_YOUR_CALM, "a flood of PING or SETTINGS frames");
    }
    const at = this.#outbox.reserve(FRAME_HEADER_LENGTH + payload.length);
    putFrameHeader(this.#outbox.buffer, at, payload.length, type, Flag.ACK, 0);
    this.#outbox.buffer.set(payload, at + FRAME_HEADER_LENGTH);
  }

  /**
   * Writes what the stream has, as far as the windows let it.
   *
   * @returns True where the stream must be tried again once the connection can take more; a stream
   * that waits for its own window is tried when that grows.
   */
  #write(stream: Stream): boolean {
    const { body, sendWindow } = stream;
    if (sendWindow === undefined || stream.sendClosed) return false;
    if (body === undefined) {
      if (!stream.endAfterBody) return false;
      stream.sendClosed = true;
      const at = this.#outbox.reserve(FRAME_HEADER_LENGTH);
      putFrameHeader(this.#outbox.buffer, at, 0, FrameType.DATA, Flag.END_STREAM, stream.id);
      return false;
    }
    const total = PREFIX_LENGTH + body.length + stream.bodyRest.length;
    let turn = TURN_BYTES;
    while (stream.bodyAt < total) {
      if (sendWindow.available <= 0) return false;
      if (this.#window.available <= 0 || turn <= 0) return true;
      if (total > this.maxFrame && this.full) return true;
      const length = Math.min(
        total - stream.bodyAt,
        sendWindow.available,
        this.#window.available,
        this.maxFrame,
        TURN_BYTES,
      );
      const last = stream.endAfterBody && stream.bodyAt + length === total;
      this.#writeData(stream, body, length, last);
      sendWindow.available -= length;
      this.#window.available -= length;
      turn -= length;
    }
    stream.body = undefined;
    stream.bodyRest = NOTHING;
    stream.bodyAt = 0;
    stream.onSent();
    return false;
  }

  #writeData(stream: Stream, body: Uint8Array, length: number, last: boolean): void {
    const { bodyRest } = stream;
    let at = this.#outbox.reserve(FRAME_HEADER_LENGTH + length);
    const into = this.#outbox.buffer;
    const flags = last ? Flag.END_STREAM : 0;
    putFrameHeader(into, at, length, FrameType.DATA, flags, stream.id);
    at += FRAME_HEADER_LENGTH;
    const end = stream.bodyAt + length;
    const size = body.length + bodyRest.length;
    if (stream.bodyAt === 0 && length >= PREFIX_LENGTH) {
      into[at] = 0;
      putUint32(into, at + 1, size);
      stream.bodyAt = PREFIX_LENGTH;
      at += PREFIX_LENGTH;
    }
    // A window of a few bytes cuts the prefix itself.
    for (; stream.bodyAt < Math.min(end, PREFIX_LENGTH); stream.bodyAt++) {
      into[at++] = stream.bodyAt === 0 ? 0 : size >>> (8 * (PREFIX_LENGTH - 1 - stream.bodyAt));
    }
    const from = stream.bodyAt - PREFIX_LENGTH;
    const to = end - PREFIX_LENGTH;
    if (from < body.length && to > from) {
      const until = Math.min(to, body.length);
      into.set(from === 0 && until === body.length ? body : body.subarray(from, until), at);
      at += until - from;
    }
    if (to > body.length) {
      into.set(bodyRest.subarray(Math.max(0, from - body.length), to - body.length), at);
    }
    stream.bodyAt = end;
    if (last) stream.sendClosed = true;
  }

  /** Gives streams that wait for the connection their turns. */
  resume(): void {
    for (const stream of this.#blocked) {
      if (this.#window.available <= 0 || this.full) return;
      this.#blocked.delete(stream);
      if (this.#write(stream)) this.#blocked.add(stream);
    }
  }
}
