/**
 * Values that are worth keeping, up to a limit; those that were not used for longest go first.
 *
 * @module
 */
import type { Session } from "../session/session.ts";

/** A cache with a limit. */
export class Cache<T> {
  readonly #limit: number;
  readonly #cost: (value: T) => number;
  readonly #values = new Map<string, T>();
  readonly #pending = new Map<string, Promise<T>>();
  #used = 0;

  /** @param limit How much there may be. @param cost How much a value counts. */
  constructor(limit: number, cost: (value: T) => number) {
    this.#limit = limit;
    this.#cost = cost;
  }

  /** The value, if it is kept. */
  get(key: string): T | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** Keeps a value, unless it is larger than the cache. */
  set(key: string, value: T): void {
    this.delete(key);
    const cost = this.#cost(value);
    if (cost > this.#limit) return;
    this.#values.set(key, value);
    this.#used += cost;
    for (const oldest of this.#values.keys()) {
      if (this.#used <= this.#limit) break;
      this.delete(oldest);
    }
  }

  /** Forgets a value. */
  delete(key: string): void {
    const value = this.#values.get(key);
    if (value === undefined) return;
    this.#values.delete(key);
    this.#used -= this.#cost(value);
  }

  /** The value, computed where it is not kept; once for all that ask meanwhile. */
  compute(key: string, work: () => Promise<T>): Promise<T> {
    const known = this.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const pending = this.#pending.get(key);
    if (pending) return pending;
    const promise = work().then((value) => {
      this.set(key, value);
      return value;
    }).finally(() => this.#pending.delete(key));
    this.#pending.set(key, promise);
    return promise;
  }
}

/** A cache for each session: what {@linkcode Cache} is made with. */
export class SessionCache<T> {
  readonly #limit: number;
  readonly #cost: (value: T) => number;
  readonly #caches = new WeakMap<Session, Cache<T>>();

  /** @param limit How much there may be in a session. @param cost How much a value counts. */
  constructor(limit: number, cost: (value: T) => number) {
    this.#limit = limit;
    this.#cost = cost;
  }

  /** The cache of a session. */
  of(session: Session): Cache<T> {
    let cache = this.#caches.get(session);
    if (!cache) this.#caches.set(session, cache = new Cache(this.#limit, this.#cost));
    return cache;
  }
}
