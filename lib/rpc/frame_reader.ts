/**
 * From bytes to checked frames.
 *
 * @module
 */

import {
  ConnectionFault,
  Flag,
  FRAME_HEADER_LENGTH,
  FrameType,
  H2Code,
  MAX_FRAME_PAYLOAD,
  readUint32,
} from "./frames.ts";

/** Holds the largest frame; it becomes larger as soon as a read fills it. */
const FIRST_BUFFER_BYTES = 32_768;
const BUFFER_BYTES = 262_144;

/** A header block may take this many bytes and frames, as large lists are refused anyway. */
const MAX_BLOCK_BYTES = 65_536;
const MAX_BLOCK_FRAMES = 64;

/** Frames in a row that carry nothing; servers have no reason to send more. */
const MAX_EMPTY_FRAMES = 1000;

/** Takes frames whose lengths and places are right. Bytes are only valid during the call. */
export interface FrameSink {
  /** True once no more frames are wanted. */
  readonly stopped: boolean;
  onSettings(from: Uint8Array, start: number, end: number): void;
  onSettingsAck(): void;
  onPing(from: Uint8Array, start: number): void;
  onGoAway(lastId: number, h2Code: number, debug: string): void;
  onWindowUpdate(streamId: number, increment: number): void;
  onHeaders(
    streamId: number,
    from: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
  ): void;
  /** @param length What the frame counts in flow control. */
  onData(
    streamId: number,
    from: Uint8Array,
    start: number,
    end: number,
    length: number,
    endStream: boolean,
  ): void;
  onReset(streamId: number, h2Code: number): void;
}

interface PartialBlock {
  readonly streamId: number;
  readonly endStream: boolean;
  bytes: Uint8Array;
  frames: number;
}

/** Cuts a byte stream into frames; what breaks RFC 9113 is thrown as {@linkcode ConnectionFault}. */
export class FrameReader {
  readonly #sink: FrameSink;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #filled = 0;
  #first = true;
  #block: PartialBlock | undefined;
  #emptyFrames = 0;

  /** @param sink Takes the frames; what it throws ends {@linkcode FrameReader.consume}. */
  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Bytes of a frame that is not complete, and of a header block that goes on. */
  get pending(): number {
    return this.#filled + (this.#block?.bytes.length ?? 0);
  }

  /** Where to read the next bytes to; never empty. */
  space(): Uint8Array {
    return this.#filled === 0 ? this.#buffer : this.#buffer.subarray(this.#filled);
  }

  /** Handles the frames that `count` more bytes in {@linkcode FrameReader.space} complete. */
  consume(count: number): void {
    const buffer = this.#buffer;
    const end = this.#filled + count;
    this.#filled = end;
    let at = 0;
    while (end - at >= FRAME_HEADER_LENGTH && !this.#sink.stopped) {
      const length = (buffer[at]! << 16) | (buffer[at + 1]! << 8) | buffer[at + 2]!;
      const type = buffer[at + 3]!;
      const flags = buffer[at + 4]!;
      if (this.#first) this.#checkFirst(length, type, flags);
      if (length > MAX_FRAME_PAYLOAD) {
        throw new ConnectionFault(H2Code.FRAME_SIZE_ERROR, `a frame of ${length} bytes`);
      }
      const start = at + FRAME_HEADER_LENGTH;
      if (end - start < length) break;
      const streamId = readUint32(buffer, at + 5) & 0x7fff_ffff;
      at = start + length;
      this.#first = false;
      this.#frame(type, flags, streamId, start, at);
    }
    this.#filled = end - at;
    if (end === buffer.length && end < BUFFER_BYTES) {
      this.#buffer = new Uint8Array(BUFFER_BYTES);
      this.#buffer.set(buffer.subarray(at, end));
    } else if (at > 0) {
      buffer.copyWithin(0, at, end);
    }
  }

  /** What to say about a peer that does not start with SETTINGS. */
  strange(): ConnectionFault {
    const start = new TextDecoder().decode(this.#buffer.subarray(0, Math.min(32, this.#filled)));
    return new ConnectionFault(
      H2Code.PROTOCOL_ERROR,
      /^[\t\r\n\x20-\x7e]+$/.test(start) ? JSON.stringify(start) : "something else than HTTP/2",
    );
  }

  #checkFirst(length: number, type: number, flags: number): void {
    if (type === FrameType.SETTINGS && (flags & Flag.ACK) === 0 && length <= MAX_FRAME_PAYLOAD) {
      return;
    }
    throw this.strange();
  }

  #frame(type: number, flags: number, streamId: number, start: number, end: number): void {
    if (this.#block !== undefined && type !== FrameType.CONTINUATION) {
      throw protocolFault("another frame in the middle of a header block");
    }
    const length = end - start;
    if (length > 0) this.#emptyFrames = 0;
    else if (++this.#emptyFrames > MAX_EMPTY_FRAMES) {
      throw new ConnectionFault(H2Code.ENHANCE_YOUR_CALM, "a flood of empty frames");
    }
    const sink = this.#sink;
    const buffer = this.#buffer;
    switch (type) {
      case FrameType.DATA: {
        onStream("DATA", streamId);
        let dataEnd = end;
        if (flags & Flag.PADDED) {
          dataEnd = unpad("DATA", buffer, start, end);
          start++;
        }
        const endStream = (flags & Flag.END_STREAM) !== 0;
        sink.onData(streamId, buffer, start, dataEnd, length, endStream);
        return;
      }
      case FrameType.HEADERS:
        this.#headers(flags, streamId, start, end);
        return;
      case FrameType.CONTINUATION:
        this.#continuation(flags, streamId, start, end);
        return;
      case FrameType.RST_STREAM:
        onStream("RST_STREAM", streamId);
        ofLength("RST_STREAM", length, 4);
        sink.onReset(streamId, readUint32(buffer, start));
        return;
      case FrameType.WINDOW_UPDATE:
        ofLength("WINDOW_UPDATE", length, 4);
        sink.onWindowUpdate(streamId, readUint32(buffer, start) & 0x7fff_ffff);
        return;
      case FrameType.SETTINGS:
        onConnection("SETTINGS", streamId);
        if (flags & Flag.ACK) {
          ofLength("SETTINGS acknowledgement", length, 0);
          sink.onSettingsAck();
        } else {
          if (length % 6 !== 0) sizeFault("SETTINGS", length);
          sink.onSettings(buffer, start, end);
        }
        return;
      case FrameType.PING:
        onConnection("PING", streamId);
        ofLength("PING", length, 8);
        if ((flags & Flag.ACK) === 0) sink.onPing(buffer, start);
        return;
      case FrameType.GOAWAY: {
        onConnection("GOAWAY", streamId);
        if (length < 8) sizeFault("GOAWAY", length);
        const debug = new TextDecoder().decode(
          buffer.subarray(start + 8, Math.min(end, start + 264)),
        );
        sink.onGoAway(
          readUint32(buffer, start) & 0x7fff_ffff,
          readUint32(buffer, start + 4),
          debug,
        );
        return;
      }
      case FrameType.PRIORITY:
        onStream("PRIORITY", streamId);
        ofLength("PRIORITY", length, 5);
        return;
      case FrameType.PUSH_PROMISE:
        throw protocolFault("a PUSH_PROMISE, which was switched off");
      default:
        // Unknown types are ignored (section 4.1).
        return;
    }
  }

  #headers(flags: number, streamId: number, start: number, end: number): void {
    onStream("HEADERS", streamId);
    if (flags & Flag.PADDED) {
      end = unpad("HEADERS", this.#buffer, start, end);
      start++;
    }
    if (flags & Flag.PRIORITY) start += 5;
    if (start > end) throw protocolFault("HEADERS that are too short");
    const endStream = (flags & Flag.END_STREAM) !== 0;
    if (flags & Flag.END_HEADERS) {
      this.#sink.onHeaders(streamId, this.#buffer, start, end, endStream);
    } else {
      this.#block = { streamId, endStream, bytes: this.#buffer.slice(start, end), frames: 1 };
    }
  }

  #continuation(flags: number, streamId: number, start: number, end: number): void {
    const block = this.#block;
    if (block === undefined || block.streamId !== streamId) {
      throw protocolFault("a CONTINUATION of nothing");
    }
    const length = block.bytes.length + end - start;
    if (++block.frames > MAX_BLOCK_FRAMES || length > MAX_BLOCK_BYTES) {
      throw new ConnectionFault(H2Code.ENHANCE_YOUR_CALM, "a header block that is too large");
    }
    const bytes = new Uint8Array(length);
    bytes.set(block.bytes);
    bytes.set(this.#buffer.subarray(start, end), block.bytes.length);
    block.bytes = bytes;
    if (flags & Flag.END_HEADERS) {
      this.#block = undefined;
      this.#sink.onHeaders(streamId, bytes, 0, length, block.endStream);
    }
  }
}

/** Where the content of a padded frame ends; it begins one byte later than the payload. */
function unpad(name: string, buffer: Uint8Array, start: number, end: number): number {
  if (start === end || buffer[start]! >= end - start) {
    throw protocolFault(`${name} with more padding than payload`);
  }
  return end - buffer[start]!;
}

function onStream(name: string, streamId: number): void {
  if (streamId === 0) throw protocolFault(`${name} on stream 0`);
}

function onConnection(name: string, streamId: number): void {
  if (streamId !== 0) throw protocolFault(`${name} on stream ${streamId}`);
}

function ofLength(name: string, length: number, expected: number): void {
  if (length !== expected) sizeFault(name, length);
}

function sizeFault(name: string, length: number): never {
  throw new ConnectionFault(H2Code.FRAME_SIZE_ERROR, `${name} of ${length} bytes`);
}

function protocolFault(what: string): ConnectionFault {
  return new ConnectionFault(H2Code.PROTOCOL_ERROR, what);
}
