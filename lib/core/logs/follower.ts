/**
 * Follows a log while it is written.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { Host } from "../../host/host.ts";
import { WatchPool } from "../../io/watch_pool.ts";
import type { Context } from "../context.ts";
import type { Session } from "../session/session.ts";
import { waitTask } from "../task/task.ts";
import type { OpenedLog } from "./open.ts";

/**
 * How long a log must not grow after the process has ended to be taken for complete, in
 * milliseconds, where its writer cannot tell: it was killed, or is nerdctl's or awk.
 */
const QUIET_MS = 1000;

const pools = new WeakMap<Session, WatchPool>();

function poolOf(session: Session): WatchPool {
  let pool = pools.get(session);
  if (!pool) pools.set(session, pool = new WatchPool(session.host));
  return pool;
}

/** Knows when there is more to read, and when there will be nothing more. */
export class Follower implements Disposable {
  readonly #host: Host;
  readonly #log: OpenedLog;
  readonly #unwatch: () => void;
  readonly #waiting = new AbortController();
  readonly #until: ReturnType<typeof setTimeout> | undefined;
  #look: ReturnType<typeof setTimeout> | undefined;
  #changed = Promise.withResolvers<void>();
  #quietSize = "";
  #quietSince = 0;
  #taskEnded = false;
  readonly #signal: AbortSignal | undefined;
  #late = false;
  #failure: { error: unknown } | undefined;

  /** @param what The container, its log, and what ends the following early. */
  constructor(
    context: Context,
    what: { id: string; log: OpenedLog; until?: number; signal?: AbortSignal },
  ) {
    const { id, log, until, signal } = what;
    this.#host = log.host;
    this.#log = log;
    this.#signal = signal;
    const folder = log.format.path.slice(0, log.format.path.lastIndexOf("/"));
    const wake = () => this.#changed.resolve();
    this.#unwatch = poolOf(context.session).watch(folder, wake);
    const signals = [this.#waiting.signal, context.session.closing, ...(signal ? [signal] : [])];
    const stopped = AbortSignal.any(signals);
    stopped.addEventListener("abort", wake);
    waitTask(context, id, { signal: stopped }).then(() => {}, (error) => {
      if (!(error instanceof NotFoundError) && !signal?.aborted) this.#failure = { error };
    }).finally(() => {
      this.#taskEnded = true;
      wake();
    });
    if (until !== undefined) {
      this.#until = setTimeout(() => {
        this.#late = true;
        wake();
      }, Math.max(0, until - Date.now()));
    }
  }

  /** What happens from now on is told by {@linkcode changed}. */
  prepare(): void {
    this.#changed = Promise.withResolvers<void>();
    if (this.#failure) throw this.#failure.error;
  }

  /** Whether nothing more will be written. */
  async ended(): Promise<boolean> {
    if (this.#late || this.#signal?.aborted) return true;
    if (!this.#taskEnded) return false;
    const { mark, format } = this.#log;
    if (mark !== undefined && !await this.#host.lstat(mark)) return true;
    const info = await this.#host.lstat(format.path, { inode: true });
    const size = `${info?.inode} ${info?.size}`;
    if (size === this.#quietSize && performance.now() - this.#quietSince >= QUIET_MS) return true;
    if (size !== this.#quietSize) {
      this.#quietSize = size;
      this.#quietSince = performance.now();
    }
    clearTimeout(this.#look);
    this.#look = setTimeout(() => this.#changed.resolve(), QUIET_MS);
    return false;
  }

  /** Resolves when there may be something new. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    clearTimeout(this.#look);
    clearTimeout(this.#until);
    this.#waiting.abort();
    this.#unwatch();
  }
}
