/**
 * Reads the log of a container, as it was and as it is written.
 *
 * @module
 */
import {
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  PermissionError,
} from "../../errors/errors.ts";
import type { Host } from "../../host/host.ts";
import type { OutputStream } from "../../io/capture.ts";
import { readLines } from "../../io/lines.ts";
import { WatchPool } from "../../io/watch_pool.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { LogCursor, type LogMark, type LogPosition, markedPosition, tailStart } from "./files.ts";
import { logFile, stateFolder } from "./place.ts";
import { type LogEntry, type LogRecord, parseRecord, RecordJoiner } from "./record.ts";
import { WRITER_MARK } from "./writer.ts";
import type { Session } from "../session/session.ts";
import { waitTask } from "../task/task.ts";

/** Which part of a log to read. */
export interface LogOptions {
  /**
   * Whether to wait for what is yet to be written. It ends when the container's process has ended
   * and all that it wrote was read, and not before.
   */
  readonly follow?: boolean;
  /** Only what was written then or later: a date, or a duration ago such as `"10m"`. */
  readonly since?: Date | Duration;
  /** Only what was written before then: a date, or a duration ago. Following ends there too. */
  readonly until?: Date | Duration;
  /** Only the last lines, that many. All by default; 0 with `follow` means from now on. */
  readonly tail?: number;
  /** Ends it, by an error. */
  readonly signal?: AbortSignal;
}

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

/**
 * Reads the log of a container, whoever of us or nerdctl made it.
 *
 * @param options What to read; `mark`: only what follows that place.
 * @throws {FailedPreconditionError} when the container has no log.
 * @throws {PermissionError} when its log cannot be read.
 */
export async function* readLogs(
  context: Context,
  id: string,
  options: LogOptions & { readonly mark?: LogMark } = {},
): AsyncGenerator<LogEntry, void, undefined> {
  const { tail, signal, mark } = options;
  if (tail !== undefined && !(Number.isSafeInteger(tail) && tail >= 0)) {
    throw new InvalidArgumentError(`Cannot read the last ${tail} lines: use a whole number from 0`);
  }
  const since = timeOf(options.since, "since");
  const until = timeOf(options.until, "until");
  const { host } = context.session;
  const base = await readableLog(context, id);
  const position = tail === undefined
    ? await markedPosition(host, base, mark)
    : await tailStart(host, base, tail);
  const records = readRecords(
    context,
    id,
    position,
    options.follow ? { until, signal } : undefined,
  );
  const joiner = new RecordJoiner();
  const wanted = ({ time }: LogEntry) => since === undefined || time.getTime() >= since;
  for await (const record of records) {
    throwIfAborted(signal, `reading the log of container "${id}"`);
    if (until !== undefined && record.time.getTime() >= until) return;
    const entry = joiner.add(record);
    if (entry && wanted(entry)) yield entry;
  }
  throwIfAborted(signal, `reading the log of container "${id}"`);
  yield* joiner.rest().filter(wanted);
}

/**
 * What a container writes from now on, as it was written.
 *
 * @param signal Ends it, without an error.
 */
export async function followOutput(
  context: Context,
  id: string,
  stream: OutputStream,
  signal: AbortSignal,
): Promise<AsyncGenerator<Uint8Array, void, undefined>> {
  const base = await readableLog(context, id);
  const position = await tailStart(context.session.host, base, 0);
  const encoder = new TextEncoder();
  return (async function* () {
    for await (const record of readRecords(context, id, position, { signal })) {
      if (record.stream === stream) yield encoder.encode(record.raw);
    }
  })();
}

/** The records from a place on; with `follow`, those that are yet to come too. */
async function* readRecords(
  context: Context,
  id: string,
  position: LogPosition,
  follow: { readonly until?: number; readonly signal?: AbortSignal } | undefined,
): AsyncGenerator<LogRecord, void, undefined> {
  const folder = await stateFolder(context, id);
  using follower = follow && new Follower(context, { id, folder, ...follow });
  using cursor = new LogCursor(context.session.host, logFile(folder, id));
  await cursor.seek(position);
  async function* bytes() {
    for (;;) {
      // Both before the read, so that nothing written in between is missed.
      follower?.prepare();
      const last = !follower || await follower.ended();
      yield* cursor.read();
      if (last) return;
      await follower.changed();
    }
  }
  for await (const line of readLines(bytes())) {
    const record = parseRecord(line);
    if (record) yield record;
  }
}

function timeOf(value: Date | Duration | undefined, what: string): number | undefined {
  if (value === undefined) return undefined;
  if (!(value instanceof Date)) return Date.now() - parseDuration(value, what);
  if (Number.isNaN(value.getTime())) {
    throw new InvalidArgumentError(`Cannot use an invalid date as "${what}"`);
  }
  return value.getTime();
}

/** The path of a log that is there and can be read. */
async function readableLog(context: Context, id: string): Promise<string> {
  const base = logFile(await stateFolder(context, id), id);
  try {
    (await context.session.host.open(base)).close();
    return base;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new FailedPreconditionError(
        `Cannot read the log of container "${id}": there is none at "${base}"; it was made with ` +
          "logs(false), by another program, or never started",
        { cause },
      );
    }
    if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
      throw new PermissionError(
        `Cannot read the log of container "${id}" at "${base}": run as the user of the daemon, ` +
          "and grant --allow-read for that folder",
        { cause },
      );
    }
    throw cause;
  }
}

/** Knows when there is more to read, and when there will be nothing more. */
class Follower implements Disposable {
  readonly #host: Host;
  readonly #mark: string;
  readonly #base: string;
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

  constructor(
    context: Context,
    what: { id: string; folder: string; until?: number; signal?: AbortSignal },
  ) {
    const { id, folder, until, signal } = what;
    this.#host = context.session.host;
    this.#mark = `${folder}/${WRITER_MARK}`;
    this.#base = logFile(folder, id);
    this.#signal = signal;
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
    if (!await this.#host.lstat(this.#mark)) return true;
    const info = await this.#host.lstat(this.#base);
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

  [Symbol.dispose](): void {
    clearTimeout(this.#look);
    clearTimeout(this.#until);
    this.#waiting.abort();
    this.#unwatch();
  }
}
