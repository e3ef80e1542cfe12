/**
 * The output of a process line by line, as it comes.
 *
 * @module
 */
import { CanceledError } from "../../errors/errors.ts";
import type { OutputStream } from "../../io/capture.ts";
import { readLines } from "../../io/lines.ts";
import type { RunResult } from "../run/result.ts";

/** A line that a process wrote. */
export interface OutputLine {
  /** When it came to this script. */
  readonly time: Date;
  /** Which stream it was written to; `"stdout"` for all with a terminal. */
  readonly stream: OutputStream;
  /** The line, without its end. */
  readonly text: string;
}

/** Where the streams of the process go. */
type Streams = Readonly<Record<OutputStream, WritableStream<Uint8Array>>>;

/**
 * Runs a process and hands out its lines. The reader's pace is that of the streams.
 *
 * @param run Runs it, until `signal` aborts.
 */
export async function* followLines(
  run: (streams: Streams, signal: AbortSignal) => Promise<RunResult>,
): AsyncGenerator<OutputLine, RunResult, undefined> {
  const left = new AbortController();
  const handover = new Handover();
  const split = (stream: OutputStream) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const lines = (async () => {
      for await (const text of readLines(readable)) {
        await handover.give({ time: new Date(), stream, text });
      }
    })();
    return { writable, lines };
  };
  const stdout = split("stdout");
  const stderr = split("stderr");
  const streams = { stdout: stdout.writable, stderr: stderr.writable };
  const result = run(streams, left.signal);
  const over = (async () => {
    await result.catch(() => {/* the reader is told, after the last line */});
    // Those of a process that was not started were closed by nobody.
    await Promise.all([end(stdout.writable), end(stderr.writable)]);
    await Promise.all([stdout.lines, stderr.lines]).finally(() => handover.end());
  })();
  let complete = false;
  try {
    yield* handover.taken();
    complete = true;
    return await result;
  } finally {
    if (!complete) {
      left.abort(new CanceledError("Nobody follows the output any more"));
      handover.drop();
      await over;
    }
  }
}

async function end(writable: WritableStream<Uint8Array>): Promise<void> {
  try {
    await writable.close();
  } catch { /* it is closed, or has failed */ }
}

/** Lines on their way to a reader; who gives one waits until it was taken. */
class Handover {
  readonly #lines: { line: OutputLine; taken: () => void }[] = [];
  #wake = () => {};
  #over = false;
  #dropping = false;

  /** Resolves when the line was taken. */
  give(line: OutputLine): Promise<void> {
    if (this.#dropping) return Promise.resolve();
    return new Promise((taken) => {
      this.#lines.push({ line, taken });
      this.#wake();
    });
  }

  /** There will be no more. */
  end(): void {
    this.#over = true;
    this.#wake();
  }

  /** Takes all that is given from now on, for nobody. */
  drop(): void {
    this.#dropping = true;
    for (const { taken } of this.#lines.splice(0)) taken();
  }

  /** The lines, one by one. */
  async *taken(): AsyncGenerator<OutputLine, void, undefined> {
    for (;;) {
      const next = this.#lines.shift();
      if (next) {
        next.taken();
        yield next.line;
      } else if (this.#over) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
