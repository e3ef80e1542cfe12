/**
 * Runs a program on a terminal, types, and tells what is to be seen. The terminal is that of
 * `script`, which every Debian has.
 *
 * @module
 */
import { Screen } from "./screen.ts";

/** Deno's prompt says so when it begins to read a line, and when it has one. */
// deno-lint-ignore no-control-regex
const READING = /\x1b\[\?2004([hl])/g;

/** How to run the program. */
export interface TerminalOptions {
  /** Its width in cells. Default: 80. */
  readonly columns?: number;
  /** Variables to set. */
  readonly env?: Record<string, string>;
  /** Where it runs. */
  readonly cwd?: string;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** A program on a terminal. */
export class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #signal: AbortSignal;
  readonly #screen: Screen;
  readonly #waiting = new Set<() => void>();
  readonly #reading: Promise<void>;
  #raw = "";
  #ended = false;

  /** Starts a program: words of a command, which need no quotes. */
  constructor(command: readonly string[], options: TerminalOptions) {
    const columns = options.columns ?? 80;
    const line = `stty cols ${columns} rows 24; exec ${command.join(" ")}`;
    this.#child = new Deno.Command("script", {
      args: ["-qfec", line, "/dev/null"],
      ...(options.cwd ? { cwd: options.cwd } : {}),
      env: { TERM: "xterm-256color", ...options.env },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#signal = options.signal;
    this.#screen = new Screen(columns);
    this.#input = this.#child.stdin.getWriter();
    this.#reading = this.#read();
    this.#signal.addEventListener("abort", this.#wake);
  }

  readonly #wake = () => this.#waiting.forEach((wake) => wake());

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.#child.stdout) {
      const text = decoder.decode(chunk, { stream: true });
      this.#raw += text;
      this.#screen.write(text);
      this.#wake();
    }
    this.#ended = true;
    this.#wake();
  }

  /** What is to be seen, with all that scrolled by. */
  get text(): string {
    return this.#screen.text;
  }

  /** What came, with the colours. */
  get raw(): string {
    return this.#raw;
  }

  /** Whether a line is being read. */
  get #ready(): boolean {
    return [...this.#raw.matchAll(READING)].at(-1)?.[1] === "h";
  }

  /** Waits until something is so. */
  async until(what: string, test: (text: string) => boolean): Promise<void> {
    while (!test(this.text)) {
      if (this.#ended || this.#signal.aborted) {
        const why = this.#ended ? "it ended" : "it took too long";
        throw new Error(`waited for ${what}, but ${why}; there is:\n${this.text}`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  /** Waits for the prompt. */
  async prompt(): Promise<void> {
    await this.until("the prompt", () => this.#ready);
  }

  /** Types. */
  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Types a line, and returns what it prints, up to the next prompt. */
  async line(text: string): Promise<string> {
    await this.enter(text);
    await this.prompt();
    return this.text.slice(this.#screen.entered).replace(/\n>$/, "").trim();
  }

  /** Types a line that will not end by itself. */
  async enter(text: string): Promise<void> {
    const at = this.#raw.length;
    await this.type(`${text}\r`);
    await this.until("the line to be read", () => this.#raw.indexOf("\x1b[?2004l", at) >= 0);
  }

  /** Waits for the end of the program. Returns its exit code. */
  async end(): Promise<number> {
    await this.until("the end", () => this.#ended);
    return (await this.#child.status).code;
  }

  /** Takes the terminal away, as the closing of its window does. */
  async hangUp(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended */ }
    await this.#reading;
  }

  /** Ends what is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener("abort", this.#wake);
    if (!this.#ended) await this.hangUp();
    await this.#input.close().catch(() => {});
    await this.#reading;
    await this.#child.status;
  }
}
