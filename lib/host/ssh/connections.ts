/**
 * The connections to one machine: the first for nearly everything, further ones where many processes
 * have pipes at once, since sshd limits the sessions of each (`MaxSessions`, 10 by default).
 *
 * What was lost is made anew by whoever needs it next.
 *
 * @module
 */
import { FailedPreconditionError, UnavailableError } from "../../errors/errors.ts";
import { connectFailure, ConnectionLostError } from "./failure.ts";
import { Master, type SshPlace } from "./master.ts";
import type { SshProcess, SshProcessStreams } from "./process.ts";

/** What ssh says when the far side has no room for another session. */
const FULL = /session open refused by peer|session request failed/i;
/** How often a session is tried. */
const ATTEMPTS = 4;

/** A session that was started. */
export interface StartedSession<T> {
  /** Its process. */
  readonly process: SshProcess;
  /** The connection it goes over. */
  readonly master: Master;
  /** What it began with. */
  readonly first: T;
}

/** All connections to one machine. */
export class Connections implements AsyncDisposable {
  readonly #place: SshPlace;
  readonly #masters = new Set<Master>();
  readonly #closing = new AbortController();
  #opening: Promise<Master> | undefined;
  #next = 0;

  /** @param place Where they go. */
  constructor(place: SshPlace) {
    this.#place = place;
  }

  /** Where they go, for messages. */
  get name(): string {
    return this.#place.name;
  }

  /** The first that is alive; opened if there is none. */
  async primary(signal?: AbortSignal): Promise<Master> {
    for (const master of this.#masters) if (master.alive) return master;
    return await this.#open(signal);
  }

  /** Only one is opened at a time: sshd limits those that have not logged in yet. */
  async #open(signal?: AbortSignal): Promise<Master> {
    if (this.#closing.signal.aborted) {
      throw new UnavailableError(
        `Cannot connect to "${this.name}": the connection was closed by this program`,
      );
    }
    this.#opening ??= this.#openOne().finally(() => this.#opening = undefined);
    return await abortable(this.#opening, signal);
  }

  async #openOne(): Promise<Master> {
    const master = await Master.open(this.#place, this.#next++, this.#closing.signal);
    this.#masters.add(master);
    void master.ended.then(() => this.#masters.delete(master));
    return master;
  }

  async #withRoom(): Promise<Master> {
    for (;;) {
      for (const master of this.#masters) if (master.hasRoom) return master;
      await this.#open();
    }
  }

  /**
   * Starts a session on a connection that has room for it.
   *
   * @param command What runs there.
   * @param streams Which of its streams are pipes besides its output.
   * @param begin Reads how it begins, from its output; `undefined` when it ended before.
   * @param explain The error for what ssh said then, where it is known.
   */
  async start<T>(
    command: ((master: Master) => string) | { readonly subsystem: string },
    streams: SshProcessStreams,
    begin: (process: SshProcess) => Promise<T | undefined>,
    explain: (text: string) => Error | undefined = () => undefined,
  ): Promise<StartedSession<T>> {
    for (let left = ATTEMPTS; left > 0; left--) {
      const master = await this.#withRoom();
      const mark = master.mark;
      const process = master.startSession(
        typeof command === "function" ? command(master) : command,
        streams,
      );
      const first = await begin(process).catch(async (error) => {
        process.kill();
        await process.ended;
        throw error;
      });
      if (first !== undefined) return { process, master, first };
      process.kill();
      await process.listen();
      await process.ended;
      if (streams.stdin) await process.stdin.abort().catch(() => {/* it is closed */});
      // The connection itself tells some of it.
      const text = process.text() + master.text(mark);
      if (FULL.test(text) && master.alive) {
        // It had fewer than it was thought to have; this one has gone.
        master.limit = Math.max(1, Math.min(master.limit, master.sessions));
        if (master.limit === 1 && this.#masters.size > 1) throw this.#noSessions();
      } else if (master.alive) {
        throw explain(text) ?? connectFailure(`start a session at "${this.name}"`, text);
      }
    }
    throw new ConnectionLostError(`Cannot start a session at "${this.name}": it was cut off`);
  }

  #noSessions(): FailedPreconditionError {
    return new FailedPreconditionError(
      `Cannot start a session at "${this.name}": its sshd allows one for each connection; set ` +
        "MaxSessions to 2 at least in its sshd_config (10 by default)",
    );
  }

  /** Ends all of them, and what was started for them. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new ConnectionLostError(`The connection to "${this.name}" was closed`));
    await this.#opening?.catch(() => {/* it was not to be */});
    await Promise.all([...this.#masters].map((master) => master.close()));
  }
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
    work.catch(() => {/* told to those who wait */});
  }
}
