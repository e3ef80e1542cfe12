/**
 * Reads the log of a container, as it was and as it is written.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { OutputStream } from "../../io/capture.ts";
import { readLines } from "../../io/lines.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { LogCursor, type LogMark, type LogPosition, markedPosition, tailStart } from "./files.ts";
import { Follower } from "./follower.ts";
import { type OpenedLog, openLog } from "./open.ts";
import { type LogEntry, type LogRecord, RecordJoiner } from "./record.ts";

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
 * Reads the log of a container, whoever keeps it.
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
  const { follow = false } = options;
  const log = await openLog(context, id, { follow });
  const position = tail === undefined
    ? await markedPosition(log, mark)
    : await tailStart(log, tail);
  const records = readRecords(
    context,
    id,
    { log, position },
    follow ? { until, signal } : undefined,
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
  const log = await openLog(context, id, { follow: true });
  const position = await tailStart(log, 0);
  const encoder = new TextEncoder();
  return (async function* () {
    for await (const record of readRecords(context, id, { log, position }, { signal })) {
      if (record.stream === stream) yield encoder.encode(record.raw);
    }
  })();
}

/** The records from a place on; with `follow`, those that are yet to come too. */
async function* readRecords(
  context: Context,
  id: string,
  { log, position }: { readonly log: OpenedLog; readonly position: LogPosition },
  follow: { readonly until?: number; readonly signal?: AbortSignal } | undefined,
): AsyncGenerator<LogRecord, void, undefined> {
  using follower = follow && new Follower(context, { id, log, ...follow });
  using cursor = new LogCursor(log);
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
    const record = log.format.parse(line);
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
