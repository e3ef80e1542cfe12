/**
 * Records of logs: in Docker's json-file format, and in that of Kubernetes.
 *
 * @module
 */
import type { OutputStream } from "../../io/capture.ts";

/** A line that a container wrote. */
export interface LogEntry {
  /** When it was written, as the writer of the log saw it. */
  readonly time: Date;
  /** Which stream it was written to; `"stdout"` for all with a terminal. */
  readonly stream: OutputStream;
  /** The line, without its end. */
  readonly text: string;
}

/** One record: a line, or a piece of one. */
export interface LogRecord extends LogEntry {
  /** Whether the line ends here. */
  readonly last: boolean;
  /** All of it, with the line's end. */
  readonly raw: string;
}

/** Reads one line of a log file; `undefined` for what is no record, such as one cut in two. */
export function parseRecord(line: string): LogRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { log, stream, time } = value as Record<string, unknown>;
  if (typeof log !== "string" || typeof time !== "string") return undefined;
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return undefined;
  return {
    time: date,
    stream: stream === "stderr" ? "stderr" : "stdout",
    text: log.replace(/\r?\n$/, ""),
    last: log.endsWith("\n"),
    raw: log,
  };
}

/**
 * Reads one line of a log of Kubernetes (CRI): time, stream, tags, and the line or a piece of it.
 * `undefined` for what is no record.
 */
export function parseCriRecord(line: string): LogRecord | undefined {
  const [, time, stream, tags, text = ""] =
    /^(\S+) (stdout|stderr) ([^ \n]+)(?: ([^\n]*))?\n?$/.exec(line) ?? [];
  if (time === undefined || tags === undefined) return undefined;
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return undefined;
  // "P" for a piece that the line goes on after, "F" for its end; more tags may follow.
  const last = tags.split(":")[0] !== "P";
  return {
    time: date,
    stream: stream === "stderr" ? "stderr" : "stdout",
    text,
    last,
    raw: last ? `${text}\n` : text,
  };
}

/** Puts pieces of long lines together again. */
export class RecordJoiner {
  readonly #pending = new Map<OutputStream, { time: Date; pieces: string[] }>();

  /** The line that ends with this record, if one does. Its time is that of its first piece. */
  add(record: LogRecord): LogEntry | undefined {
    const { time, stream, text } = record;
    const begun = this.#pending.get(stream);
    if (record.last) {
      this.#pending.delete(stream);
      if (!begun) return { time, stream, text };
      return { time: begun.time, stream, text: begun.pieces.join("") + text };
    }
    if (begun) begun.pieces.push(text);
    else this.#pending.set(stream, { time, pieces: [text] });
  }

  /** Lines that were begun and never ended. */
  rest(): LogEntry[] {
    const entries = [...this.#pending].map(([stream, { time, pieces }]) => ({
      time,
      stream,
      text: pieces.join(""),
    }));
    this.#pending.clear();
    return entries;
  }
}
