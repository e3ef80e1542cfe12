/**
 * What all objects of one client share: the connection, the daemon's host, the folder of captured
 * output, and the work that goes on behind a finished call.
 *
 * @module
 */
import type { Transport } from "@connectrpc/connect";
import { Api } from "../../api/api.ts";
import { CanceledError } from "../../errors/errors.ts";
import type { Host } from "../../host/host.ts";
import { CaptureFolder } from "../../io/capture.ts";
import { hostPlatform, type Platform } from "../../oci/platform.ts";
import { callAfter } from "../../rpc/deadline.ts";
import { folderPrefix, formatOwner, remoteFolderPrefix, thisOwner } from "./owner.ts";

/** How long clean-up may take, in milliseconds: it has its own deadline, not the caller's. */
export const TEARDOWN_TIMEOUT_MS = 30_000;

/** How long work that the client's end breaks off may take to end, in milliseconds. */
const BREAK_OFF_MS = 15_000;

/** A connection that can be closed. */
export interface ClosableTransport extends Transport {
  /** Ends the connection; calls under way fail. */
  close(): Promise<void>;
}

/** The shared state of a client. */
export class Session {
  /** The connection. */
  readonly transport: ClosableTransport;
  /** The daemon's address, for messages. */
  readonly address: string;
  /** The daemon's machine. */
  readonly host: Host;
  /** Where output is captured. */
  readonly captures: CaptureFolder;
  /** The daemon's platform: images for it can run. */
  readonly platform: Platform;
  /** The value of the owner's label. */
  readonly owner: string = formatOwner(thisOwner());
  readonly #underway = new Set<Promise<unknown>>();
  readonly #work = new Set<Promise<unknown>>();
  readonly #failures: unknown[] = [];
  readonly #byKey = new Map<string, Promise<unknown>>();
  readonly #promises = new Map<string, Promise<unknown>>();
  readonly #values = new Map<string, unknown>();
  readonly #removeFolder = (): void => {
    // A script that never closes its client still leaves no folder behind when it ends.
    const path = this.captures.path;
    if (!path || this.host.remote) return;
    try {
      Deno.removeSync(path, { recursive: true });
    } catch { /* the next script's sweep finds it */ }
  };
  /** The connection, with calls waiting for what {@linkcode holdCalls} was given. */
  readonly #calls: Transport = {
    unary: (...call) =>
      this.#held
        ? this.#held.then(() => this.transport.unary(...call))
        : this.transport.unary(...call),
    stream: (...call) =>
      this.#held
        ? this.#held.then(() => this.transport.stream(...call))
        : this.transport.stream(...call),
  };
  #held: Promise<unknown> | undefined;
  readonly #closing = new AbortController();
  readonly #owned = new Set<AsyncDisposable>();
  #closed: Promise<void> | undefined;

  /** @param parts The connection, its address, and the daemon's machine. */
  constructor(parts: { transport: ClosableTransport; address: string; host: Host }) {
    this.transport = parts.transport;
    this.address = parts.address;
    this.host = parts.host;
    this.platform = parts.host.platform ?? hostPlatform();
    const prefix = parts.host.remote ? remoteFolderPrefix() : folderPrefix();
    this.captures = new CaptureFolder(parts.host, prefix);
    globalThis.addEventListener("unload", this.#removeFolder);
  }

  /** The API with the metadata of a namespace and a lease. */
  api(namespace?: string, lease?: string): Api {
    return new Api({
      transport: this.#calls,
      address: this.address,
      headers: {
        ...(namespace === undefined ? {} : { "containerd-namespace": namespace }),
        ...(lease === undefined ? {} : { "containerd-lease": lease }),
      },
    });
  }

  /**
   * Lets calls that are made from now on wait until `work` is over, however it ends: what they
   * cause must not come before it.
   */
  holdCalls(work: Promise<unknown>): void {
    const held: Promise<unknown> = Promise.allSettled([this.#held, work]).then(() => {
      if (this.#held === held) this.#held = undefined;
    });
    this.#held = held;
  }

  /** Aborts when the client is being closed: what runs then is to end. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Has `thing` disposed of when the client is closed, unless it is gone by then. */
  own(thing: AsyncDisposable): void {
    this.#owned.add(thing);
  }

  /** Says that `thing` is gone. */
  disown(thing: AsyncDisposable): void {
    this.#owned.delete(thing);
  }

  /**
   * Work that makes something: {@linkcode close} waits until it has ended, so that it can take back
   * what it has made by then. Its caller gets to see its failure.
   */
  underway<T>(work: Promise<T>): Promise<T> {
    const tracked: Promise<unknown> = work.catch(() => {}).finally(
      () => this.#underway.delete(tracked),
    );
    this.#underway.add(tracked);
    return work;
  }

  /**
   * The same for work that takes long: it is broken off when the client is closed.
   *
   * @param options The caller's. The work gets them with a signal that aborts at the client's end,
   * too.
   */
  whileOpen<O extends { readonly signal?: AbortSignal }, T>(
    options: O,
    work: (options: O & { readonly signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const { closing } = this;
    if (closing.aborted) {
      return Promise.reject(new CanceledError("Gave up: the client was closed"));
    }
    const signal = options.signal ? AbortSignal.any([options.signal, closing]) : closing;
    return this.underway(work({ ...options, signal }));
  }

  /**
   * Lets `work` go on after the call that began it has returned; {@linkcode close} waits for it and
   * reports its failure.
   */
  background(work: Promise<unknown>): void {
    const tracked: Promise<unknown> = work.catch((error) => this.#failures.push(error)).finally(
      () => this.#work.delete(tracked),
    );
    this.#work.add(tracked);
  }

  /** The same for the clean-up of what `key` names, which {@linkcode settled} waits for. */
  cleaning(key: string, work: Promise<unknown>): void {
    this.background(work);
    const over = work.catch(() => {/* reported when the client closes */}).finally(() => {
      if (this.#byKey.get(key) === over) this.#byKey.delete(key);
    });
    this.#byKey.set(key, over);
  }

  /** Resolves when the clean-ups of what the keys name, as far as any are under way, are over. */
  async settled(...keys: readonly string[]): Promise<void> {
    await Promise.all(keys.flatMap((key) => this.#byKey.get(key) ?? []));
  }

  /** A value that is computed once for each key, such as what an immutable blob says. */
  memo<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#promises.get(key) as Promise<T> | undefined;
    if (known) return known;
    const promise = compute();
    this.#promises.set(key, promise);
    promise.then(
      (value) => this.#values.set(key, value),
      () => this.#promises.delete(key),
    );
    return promise;
  }

  /** Has {@linkcode memo} compute what it knows of this key again: it has changed. */
  forget(key: string): void {
    this.#promises.delete(key);
    this.#values.delete(key);
  }

  /** What {@linkcode memo} computed for this key, if it has. */
  known<T>(key: string): T | undefined {
    return this.#values.get(key) as T | undefined;
  }

  /** Ends what runs, removes what is owned, waits for clean-up and ends the connection. */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#closing.abort(new DOMException("The client was closed", "AbortError"));
    // Before what is owned goes: what is being made may be owned in the end.
    await this.#brokenOff();
    for (const thing of this.#owned) {
      this.background(Promise.resolve(thing[Symbol.asyncDispose]()));
    }
    while (this.#work.size > 0) await Promise.all(this.#work);
    globalThis.removeEventListener("unload", this.#removeFolder);
    await this.captures[Symbol.asyncDispose]();
    await this.transport.close();
    if (this.#failures.length === 1) throw this.#failures[0];
    if (this.#failures.length > 1) {
      throw new AggregateError(this.#failures, `${this.#failures.length} clean-ups failed`);
    }
  }

  /** Waits for what is under way, but not for ever. */
  async #brokenOff(): Promise<void> {
    if (this.#underway.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = callAfter(BREAK_OFF_MS, resolve);
    const ended = (async () => {
      while (this.#underway.size > 0) await Promise.all(this.#underway);
    })();
    await Promise.race([ended, promise]);
    cancel();
  }
}
