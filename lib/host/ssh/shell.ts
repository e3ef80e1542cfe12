/**
 * A shell on the other machine that runs small scripts, one after the other.
 *
 * It is the machine's `/bin/sh`, told what to do by its standard input. Each script is answered with
 * its exit code and its output, of known length. It ends when its standard input does.
 *
 * @module
 */
import { shellQuote } from "../../oci/quote.ts";
import type { ByteReader } from "./byte_reader.ts";
import { ConnectionLostError } from "./failure.ts";

/** What a script has come to. */
export interface ShellResult {
  /** Its exit code. */
  readonly code: number;
  /** What it printed on both streams, without line ends at the end. */
  readonly text: string;
}

interface Waiting {
  readonly resolve: (result: ShellResult) => void;
  readonly reject: (error: unknown) => void;
}

/** A running shell. */
export class Shell {
  readonly #reader: ByteReader;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #name: string;
  readonly #waiting: Waiting[] = [];
  #lost = false;
  readonly #busy: (busy: boolean) => void;

  /**
   * @param streams Its streams.
   * @param name Where it runs, for messages.
   * @param busy Told when it has something to do and when it has nothing more.
   * @param start What it runs first; it prints {@linkcode ready}'s mark.
   */
  constructor(
    streams: { reader: ByteReader; stdin: WritableStream<Uint8Array> },
    name: string,
    busy: (busy: boolean) => void,
    start: string,
  ) {
    this.#reader = streams.reader;
    this.#writer = streams.stdin.getWriter();
    this.#writer.closed.catch(() => {});
    this.#name = name;
    this.#busy = busy;
    this.#send(start);
  }

  /**
   * Waits until it is there, and takes what it says from then on for answers. What comes before is
   * the user's own: a greeting of their start-up files.
   *
   * @returns What follows the mark on its line; `undefined` when it has ended.
   */
  async ready(mark: string): Promise<string | undefined> {
    for (;;) {
      const line = await this.#reader.line();
      if (line === undefined) {
        this.#writer.abort().catch(() => {/* it is closed */});
        return undefined;
      }
      if (!line.startsWith(`${mark} `)) continue;
      void this.#read();
      if (this.#waiting.length === 0) this.#busy(false);
      return line.slice(mark.length + 1);
    }
  }

  #send(text: string): void {
    this.#writer.write(new TextEncoder().encode(text)).catch(() => {/* told by the reader */});
  }

  /**
   * Runs a script.
   *
   * @param script Commands. They read nothing, and may not last: others wait for them.
   * @param args Its `$1` and so on.
   * @throws {ConnectionLostError} when the connection is lost meanwhile.
   */
  run(script: string, ...args: readonly string[]): Promise<ShellResult> {
    if (this.#lost) return Promise.reject(this.#lostError());
    const { promise, resolve, reject } = Promise.withResolvers<ShellResult>();
    if (this.#waiting.push({ resolve, reject }) === 1) this.#busy(true);
    const set = `set -- ${args.map(shellQuote).join(" ")}`;
    // The length is in bytes in the C locale, which the shell was given at its start.
    const text = `r=$(${set}\n{ ${script}\n} 2>&1 </dev/null)\n` +
      `printf '%s %s\\n%s' "$?" "\${#r}" "$r"\n`;
    this.#send(text);
    return promise;
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const line = await this.#reader.line(64);
        const [code, length] = /^(\d+) (\d+)$/.exec(line ?? "")?.slice(1).map(Number) ?? [];
        if (code === undefined || length === undefined) break;
        const bytes = await this.#reader.exactly(length);
        if (!bytes) break;
        this.#waiting.shift()?.resolve({ code, text: new TextDecoder().decode(bytes) });
        if (this.#waiting.length === 0) this.#busy(false);
      }
    } catch { /* it was killed */ }
    this.#lost = true;
    this.#writer.abort().catch(() => {/* it is closed */});
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lostError());
  }

  #lostError(): ConnectionLostError {
    return new ConnectionLostError(`Cannot reach "${this.#name}": the connection was lost`);
  }

  /** Ends its input, and so the shell. Twice is fine. */
  async close(): Promise<void> {
    await this.#writer.close().catch(() => {/* it has ended */});
  }
}
