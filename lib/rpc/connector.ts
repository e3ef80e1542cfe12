/**
 * Connections on demand: one at a time, made by the call that needs it, again after it is lost.
 *
 * @module
 */

import { Connection, type ConnectionOwner } from "./connection.ts";
import { startDeadline } from "./deadline.ts";
import type { ByteConn, Dial } from "./dial.ts";
import type { Stream, StreamHolder } from "./stream.ts";
import { StatusCode, WireError } from "./wire_error.ts";

/** The pause after the first failed attempt; it doubles with each further one. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/** How often a stream that was not sent may go to another connection. */
const MAX_MOVES = 2;

/** Holds streams until there is a connection, and makes connections. */
export class Connector implements ConnectionOwner, StreamHolder {
  readonly #dial: Dial;
  readonly #address: string;
  readonly #timeoutMs: number;
  readonly #connections = new Set<Connection>();
  #current: Connection | undefined;
  readonly #waiting = new Set<Stream>();
  #attempt: AbortController | undefined;
  #failures = 0;
  #pauseUntil = 0;
  #closed = false;

  /**
   * @param dial Opens the bytes' way.
   * @param address For messages.
   * @param timeoutMs How long connecting may take, up to the peer's first frame.
   */
  constructor(dial: Dial, address: string, timeoutMs: number) {
    this.#dial = dial;
    this.#address = address;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends a stream over the present connection or the next one. */
  start(stream: Stream): void {
    if (this.#closed) {
      stream.lost(this.#closedError());
    } else if (this.#current !== undefined) {
      this.#current.open(stream);
    } else {
      stream.holder = this;
      this.#waiting.add(stream);
      if (this.#attempt === undefined) void this.#connect();
    }
  }

  /** Ends all calls and connections. Resolves once everything is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#attempt?.abort(this.#closedError());
    this.#failWaiting(() => this.#closedError());
    const connections = [...this.#connections];
    for (const connection of connections) {
      connection.close(StatusCode.Unavailable, this.#closedError().rawMessage);
    }
    await Promise.all(connections.map((connection) => connection.closed));
  }

  send(): void {}

  grant(): void {}

  release(stream: Stream): void {
    this.#waiting.delete(stream);
    if (this.#waiting.size === 0) this.#attempt?.abort();
  }

  onReady(): void {
    this.#failures = 0;
    this.#pauseUntil = 0;
  }

  onDraining(connection: Connection): void {
    if (this.#current === connection) this.#current = undefined;
  }

  adopt(stream: Stream): void {
    if (stream.done) return;
    if (++stream.moves > MAX_MOVES) {
      stream.lost(
        new WireError(
          StatusCode.Unavailable,
          `"${this.#address}" closed every connection before it took the call`,
        ),
      );
    } else {
      this.start(stream);
    }
  }

  onClosed(connection: Connection, failed: boolean): void {
    this.onDraining(connection);
    if (failed) this.#countFailure();
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  async #connect(): Promise<void> {
    const attempt = new AbortController();
    this.#attempt = attempt;
    try {
      await this.#pause(attempt.signal);
      const conn = await this.#dialInTime(attempt);
      this.#attempt = undefined;
      this.#use(conn);
    } catch (error) {
      this.#attempt = undefined;
      if (attempt.signal.aborted && this.#waiting.size === 0) return;
      if (this.#isOwnAbort(attempt)) {
        // The calls that this attempt was for are gone; those that came since need a new one.
        void this.#connect();
        return;
      }
      this.#countFailure();
      this.#failWaiting(() => this.#connectError(error));
    }
  }

  /** The attempt was given up because nobody waited, not because of its deadline. */
  #isOwnAbort(attempt: AbortController): boolean {
    const { aborted, reason } = attempt.signal;
    return aborted && !(reason instanceof WireError);
  }

  #use(conn: ByteConn): void {
    const connection = new Connection(conn, this.#address, this.#timeoutMs, this);
    this.#connections.add(connection);
    this.#current = connection;
    for (const stream of this.#waiting) {
      this.#waiting.delete(stream);
      this.start(stream);
    }
  }

  async #dialInTime(attempt: AbortController): Promise<ByteConn> {
    const { signal } = attempt;
    const cancel = startDeadline(this.#timeoutMs, () => {
      attempt.abort(
        new WireError(
          StatusCode.Unavailable,
          `cannot connect to "${this.#address}": no connection within ${this.#timeoutMs} ms`,
        ),
      );
    });
    try {
      const dialed = this.#dial(signal);
      // A dial that does not look at its signal must neither hold up the calls nor leak.
      return await Promise.race([aborted(signal), dialed]).catch((error) => {
        dialed.then((conn) => conn.close(), () => {});
        throw error;
      });
    } finally {
      cancel();
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const left = this.#pauseUntil - performance.now();
    if (left <= 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pause = new Promise<void>((resolve) => timer = setTimeout(resolve, left));
    try {
      await Promise.race([pause, aborted(signal)]);
    } finally {
      clearTimeout(timer);
    }
  }

  #countFailure(): void {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures = Math.min(this.#failures + 1, 16);
    this.#pauseUntil = performance.now() + pause;
  }

  #failWaiting(makeError: () => WireError): void {
    for (const stream of this.#waiting) {
      this.#waiting.delete(stream);
      stream.lost(makeError());
    }
  }

  #connectError(error: unknown): WireError {
    if (error instanceof WireError) return error;
    const why = error instanceof Error ? error.message : String(error);
    return new WireError(
      StatusCode.Unavailable,
      `cannot connect to "${this.#address}": ${why}`,
      { cause: error },
    );
  }

  #closedError(): WireError {
    return new WireError(
      StatusCode.Unavailable,
      `the connection to "${this.#address}" was closed by this program`,
    );
  }
}

/** Rejects with the signal's reason. Never resolves, and never counts as unhandled. */
function aborted(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  promise.catch(() => {});
  return promise;
}
