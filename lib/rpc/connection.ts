/**
 * One HTTP/2 connection as a client (RFC 9113), for peers that cannot be trusted.
 *
 * @module
 */

import { ProtocolError } from "../errors/errors.ts";
import { broken, type ConnectionEnd, lost, silent, unhandled } from "./connection_end.ts";
import { startDeadline } from "./deadline.ts";
import type { ByteConn } from "./dial.ts";
import { ReceiveWindow } from "./flow.ts";
import { FrameReader, type FrameSink } from "./frame_reader.ts";
import {
  ConnectionFault,
  DEFAULT_WINDOW,
  FrameType,
  H2Code,
  MAX_WINDOW,
  wordFrame,
} from "./frames.ts";
import { HpackDecoder, HpackError } from "./hpack/decode.ts";
import { Outbox } from "./outbox.ts";
import { Sender } from "./sender.ts";
import { CONNECTION_WINDOW, MAX_HEADER_LIST_BYTES, opening, readSettings } from "./settings.ts";
import type { Stream, StreamHolder } from "./stream.ts";
import { StatusCode, WireError } from "./wire_error.ts";

/** Streams at once until the peer's SETTINGS say how many it takes; more might be refused. */
const INITIAL_MAX_STREAMS = 10;

const NO_BYTES = new Uint8Array(0);

/** How long closing waits for the last frames to be written. */
const CLOSE_FLUSH_MS = 250;

/** How long reading goes on after a write failed: the peer may have said why. */
const AFTER_WRITE_ERROR_MS = 1000;

/** What a connection tells its owner. */
export interface ConnectionOwner {
  /** The peer's SETTINGS came: it speaks HTTP/2. */
  onReady(connection: Connection): void;
  /** No new streams may be opened here any more. */
  onDraining(connection: Connection): void;
  /** A stream that was not sent needs another connection. */
  adopt(stream: Stream): void;
  /** The connection is closed. `failed`: it never became ready. */
  onClosed(connection: Connection, failed: boolean): void;
}

/** A connection and the streams on it. */
export class Connection implements StreamHolder, FrameSink {
  readonly #conn: ByteConn;
  readonly #address: string;
  readonly #owner: ConnectionOwner;
  readonly #outbox: Outbox;
  readonly #hpack = new HpackDecoder(MAX_HEADER_LIST_BYTES);
  readonly #streams = new Map<number, Stream>();
  /** Streams without a number yet, since the peer takes no more at once. */
  readonly #queue = new Set<Stream>();
  readonly #sender: Sender;
  readonly #receiveWindow = new ReceiveWindow(CONNECTION_WINDOW);
  #nextId = 1;
  #ready = false;
  #draining = false;
  #closed = false;
  #referenced = true;
  #maxStreams = INITIAL_MAX_STREAMS;
  #peerWindow = DEFAULT_WINDOW;
  readonly #readyBy: number;
  readonly #readyTimeoutMs: number;
  #stopAwaitingReady: (() => void) | undefined;
  #cancelAfterWriteError: (() => void) | undefined;
  #writeError: unknown;

  /** Resolves once the underlying connection is closed. Never rejects. */
  readonly closed: Promise<void>;
  #resolveClosed!: () => void;

  /**
   * Starts to speak; streams may be opened at once.
   *
   * @param conn A fresh connection, owned by this object from now on.
   * @param address For messages.
   * @param readyTimeoutMs How long to wait for the peer's SETTINGS.
   */
  constructor(conn: ByteConn, address: string, readyTimeoutMs: number, owner: ConnectionOwner) {
    this.#conn = conn;
    this.#address = address;
    this.#owner = owner;
    this.closed = new Promise((resolve) => this.#resolveClosed = resolve);
    this.#outbox = new Outbox(
      conn,
      () => this.#onDrained(),
      (error) => this.#onWriteError(error),
    );
    this.#sender = new Sender(this.#outbox);
    for (const bytes of opening()) this.#outbox.push(bytes);
    this.#readyBy = performance.now() + readyTimeoutMs;
    this.#readyTimeoutMs = readyTimeoutMs;
    this.#awaitReady();
    void this.#read();
  }

  /** True while new streams may be opened. */
  get usable(): boolean {
    return !this.#draining && !this.#closed;
  }

  get stopped(): boolean {
    return this.#closed;
  }

  /** Takes a stream: it is sent at once, or when the peer takes one more. */
  open(stream: Stream): void {
    stream.holder = this;
    if (this.#queue.size > 0 || !this.#hasRoom) this.#queue.add(stream);
    else this.#begin(stream);
    this.#updateReference();
  }

  /** Ends all streams with an error and closes the connection. */
  close(code: number, message: string): void {
    this.#terminate({ code, message, cause: undefined, h2Code: H2Code.NO_ERROR });
  }

  // What streams ask for.

  send(stream: Stream): void {
    this.#sender.send(stream);
  }

  grant(stream: Stream, bytes: number): void {
    const increment = stream.receiveWindow.release(bytes);
    if (increment > 0) this.#sender.sendWord(FrameType.WINDOW_UPDATE, stream.id, increment);
  }

  release(stream: Stream, h2Code: number | undefined): void {
    if (!this.#queue.delete(stream)) {
      this.#sender.drop(stream);
      this.#streams.delete(stream.id);
      if (h2Code !== undefined) this.#sender.sendWord(FrameType.RST_STREAM, stream.id, h2Code);
      this.#admit();
    }
    this.#updateReference();
    this.#closeIfDrained();
  }

  // Sending.

  #begin(stream: Stream): void {
    const id = this.#nextId;
    this.#nextId += 2;
    if (this.#nextId > MAX_WINDOW) this.#drain();
    stream.id = id;
    stream.sendWindow = this.#sender.newWindow();
    this.#streams.set(id, stream);
    this.#sender.writeHeaders(id, stream.block);
    stream.onOpen();
  }

  /** The peer takes one more stream, and what was sent to it is mostly written. */
  get #hasRoom(): boolean {
    return this.#streams.size < this.#maxStreams && !this.#sender.full;
  }

  /** Opens queued streams while the peer takes them. */
  #admit(): void {
    for (const stream of this.#queue) {
      if (!this.#hasRoom || !this.usable) return;
      this.#queue.delete(stream);
      this.#begin(stream);
    }
  }

  #onDrained(): void {
    // New calls first: they are small, and what is blocked would fill the outbox again.
    this.#admit();
    this.#sender.onDrained();
  }

  #onWriteError(error: unknown): void {
    if (this.#closed) return;
    this.#writeError = error;
    this.#cancelAfterWriteError = startDeadline(AFTER_WRITE_ERROR_MS, () => this.#lose(error));
  }

  // Receiving.

  async #read(): Promise<void> {
    try {
      const reader = new FrameReader(this);
      for (;;) {
        const space = reader.space();
        const count = await this.#conn.read(space);
        if (this.#closed) return;
        if (count === null) {
          this.#onEof(reader);
          return;
        }
        if (!(count > 0 && count <= space.length)) throw new Error("a read gave a wrong count");
        reader.consume(count);
        if (this.#closed) return;
      }
    } catch (error) {
      const fault = error instanceof HpackError
        ? new ConnectionFault(H2Code.COMPRESSION_ERROR, `a header block with ${error.message}`)
        : error;
      if (fault instanceof ConnectionFault) this.#fault(fault);
      else this.#lose(error);
    }
  }

  #onEof(reader: FrameReader): void {
    if (!this.#ready && reader.pending > 0) {
      this.#fault(reader.strange());
    } else if (reader.pending > 0) {
      this.#lose(new ProtocolError(`"${this.#address}" ended in the middle of a frame`));
    } else {
      this.#lose(this.#writeError);
    }
  }

  #fault(fault: ConnectionFault): void {
    this.#terminate(broken(this.#address, this.#ready, fault));
  }

  #lose(cause: unknown): void {
    this.#terminate(lost(this.#address, this.#ready, cause));
  }

  // Frames; FrameReader has checked their lengths.

  onSettings(from: Uint8Array, start: number, end: number): void {
    this.#sender.acknowledge(FrameType.SETTINGS, NO_BYTES);
    const settings = readSettings(from, start, end);
    // Without the setting there is no limit.
    this.#maxStreams = settings.maxStreams ?? (this.#ready ? this.#maxStreams : MAX_WINDOW);
    this.#peerWindow = settings.window ?? this.#peerWindow;
    if (settings.maxFrame !== undefined) this.#sender.maxFrame = settings.maxFrame;
    if (!this.#ready) {
      this.#ready = true;
      this.#stopAwaitingReady?.();
      this.#owner.onReady(this);
    }
    this.#sender.setStreamWindow(this.#peerWindow, this.#streams.values());
    this.#admit();
  }

  onSettingsAck(): void {
    this.#hpack.allowTableSize(0);
  }

  onPing(from: Uint8Array, start: number): void {
    this.#sender.acknowledge(FrameType.PING, from.subarray(start, start + 8));
  }

  onGoAway(lastId: number, h2Code: number, debug: string): void {
    this.#drain();
    for (const stream of [...this.#streams.values()]) {
      if (stream.id > lastId) stream.lost(unhandled(this.#address, h2Code, debug));
    }
    this.#closeIfDrained();
  }

  onWindowUpdate(streamId: number, increment: number): void {
    if (increment === 0) throw protocolFault("a WINDOW_UPDATE of 0");
    if (streamId === 0) {
      this.#sender.grow(increment);
      return;
    }
    const stream = this.#find(streamId);
    if (stream === undefined) return;
    if (!stream.sendWindow!.grow(increment)) {
      stream.fail(
        new WireError(StatusCode.Internal, "the server granted a window above 2^31-1"),
        H2Code.FLOW_CONTROL_ERROR,
      );
    } else {
      this.#sender.retry(stream);
    }
  }

  onHeaders(
    streamId: number,
    from: Uint8Array,
    start: number,
    end: number,
    endStream: boolean,
  ): void {
    const block = this.#hpack.decode(from, start, end);
    this.#find(streamId)?.receiveHeaders(block, endStream);
  }

  onData(
    streamId: number,
    from: Uint8Array,
    start: number,
    end: number,
    length: number,
    endStream: boolean,
  ): void {
    // Granted anew at once, so that a slow reader of one stream never holds up the others; what a
    // stream holds is bounded by its own window.
    const increment = this.#receiveWindow.release(length);
    if (increment > 0) this.#sender.sendWord(FrameType.WINDOW_UPDATE, 0, increment);
    const stream = this.#find(streamId);
    if (stream === undefined) return;
    if (!stream.receiveWindow.receive(length)) throw overrunFault();
    stream.receiveData(from, start, end, length);
    if (endStream) stream.receiveEnd();
  }

  onReset(streamId: number, h2Code: number): void {
    this.#find(streamId)?.reset(h2Code);
  }

  /** The stream, or nothing where it has ended; a stream that never was ends the connection. */
  #find(streamId: number): Stream | undefined {
    if ((streamId & 1) === 0 || streamId >= this.#nextId) {
      throw protocolFault(`a frame on stream ${streamId}, which does not exist`);
    }
    return this.#streams.get(streamId);
  }

  // The end.

  #updateReference(): void {
    const active = this.#streams.size + this.#queue.size > 0;
    if (active === this.#referenced || this.#closed) return;
    this.#referenced = active;
    if (active) {
      this.#conn.ref?.();
      if (!this.#ready) this.#awaitReady();
    } else {
      this.#conn.unref?.();
      this.#stopAwaitingReady?.();
    }
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#owner.onDraining(this);
    this.#disown();
  }

  /** Gives up when the peer's SETTINGS do not come; only calls keep the process alive for that. */
  #awaitReady(): void {
    const left = Math.max(0, Math.ceil(this.#readyBy - performance.now()));
    this.#stopAwaitingReady = startDeadline(
      left,
      () => this.#terminate(silent(this.#address, this.#readyTimeoutMs)),
    );
  }

  /** Gives streams that were not sent to another connection. */
  #disown(): void {
    for (const stream of this.#queue) {
      this.#queue.delete(stream);
      stream.holder = undefined;
      this.#owner.adopt(stream);
    }
  }

  #closeIfDrained(): void {
    if (this.#draining && !this.#closed && this.#streams.size === 0) {
      const message = "the connection is drained";
      this.close(StatusCode.Unavailable, message);
    }
  }

  #terminate({ code, message, cause, h2Code }: ConnectionEnd): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopAwaitingReady?.();
    this.#cancelAfterWriteError?.();
    this.#sender.dropAll();
    if (h2Code !== undefined && this.#writeError === undefined) {
      this.#outbox.push(wordFrame(FrameType.GOAWAY, 0, 0, h2Code));
      const cancel = startDeadline(CLOSE_FLUSH_MS, () => this.#shut());
      void this.#outbox.flushed().then(() => {
        cancel();
        this.#shut();
      });
    } else {
      this.#shut();
    }
    this.#owner.onClosed(this, !this.#ready);
    for (const stream of [...this.#streams.values()]) {
      stream.lost(new WireError(code, message, { cause }));
    }
    if (this.#ready) {
      this.#disown();
    } else {
      for (const stream of [...this.#queue]) stream.lost(new WireError(code, message, { cause }));
    }
  }

  #shut(): void {
    try {
      this.#conn.close();
    } catch {
      // It was closed already: by the peer or by whoever made it.
    }
    this.#resolveClosed();
  }
}

function protocolFault(what: string): ConnectionFault {
  return new ConnectionFault(H2Code.PROTOCOL_ERROR, what);
}

function overrunFault(): ConnectionFault {
  return new ConnectionFault(H2Code.FLOW_CONTROL_ERROR, "more data than it was allowed to");
}
