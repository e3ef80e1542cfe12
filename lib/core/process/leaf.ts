/**
 * What builders of processes have in common: how to run them, and in which form to get what they
 * write.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { type ShellValue, shTemplate } from "../../oci/quote.ts";
import { parseSize, type Size } from "../../oci/sizes.ts";
import type { Context } from "../context.ts";
import type { OutputLine } from "./follow.ts";
import { type SpawnedProcess, spawnProcess } from "./process.ts";
import { execute } from "./execute.ts";
import {
  inputOf,
  type InputSource,
  type OutputDestination,
  type ProcessOptions,
  resolveDestination,
} from "./options.ts";
import type { ProcessMaker } from "./target.ts";
import type { RunResult } from "../run/result.ts";
import { interact, type InteractiveEnd, type InteractiveOptions } from "./terminal.ts";

/** The key of what a builder tells {@linkcode ProcessLeaf} of itself. */
export const PROCESS: unique symbol = Symbol("process");

/** What {@linkcode ProcessLeaf} knows of the builder that it is part of. */
export interface LeafParts<Self> {
  /** Where the process runs. */
  readonly context: Context;
  /** How the process is made. */
  readonly maker: ProcessMaker;
  /** How it is made with a terminal. */
  readonly terminalMaker: ProcessMaker;
  /** How it is run. */
  readonly options: ProcessOptions;
  /** A copy of the builder with other options. */
  withOptions(options: ProcessOptions): Self;
  /** A copy of the builder with another command. */
  withWords(words: readonly string[]): Self;
}

/**
 * A builder of a process. Every method that describes returns a new builder; awaiting one runs the
 * process. One that ends with another code than 0 throws an `ExitError`, unless
 * {@linkcode ProcessLeaf.noThrow} says otherwise.
 *
 * @typeParam Self The builder itself, so that chains keep their type.
 */
export abstract class ProcessLeaf<Self extends PromiseLike<RunResult>>
  implements PromiseLike<RunResult> {
  /**
   * What this class knows of the builder that it is part of.
   *
   * @ignore
   */
  abstract readonly [PROCESS]: LeafParts<Self>;

  /**
   * Runs a script with `/bin/sh`. What is interpolated is quoted, always: it arrives as one word,
   * whatever is in it; an array arrives as several.
   */
  sh(strings: TemplateStringsArray, ...values: ShellValue[]): Self {
    return this[PROCESS].withWords(["/bin/sh", "-c", shTemplate(strings, ...values)]);
  }

  /**
   * What the process reads from standard input, then end of file. Nothing by default.
   *
   * Text and bytes are the same for every run of this builder. A stream is read once, no faster
   * than the process reads; when it fails, the process is killed and the run throws that error.
   * What the process leaves unread is given up.
   */
  stdin(source: InputSource): Self {
    return withOptions(this, { stdin: inputOf(source) });
  }

  /**
   * Sends standard output elsewhere; the result has none of it then. A slow destination does not
   * hold the process up: what it has not taken yet waits in a file. See `spawn()` for the opposite.
   */
  stdout(destination: OutputDestination): Self {
    resolveDestination(destination, "stdout");
    return withOptions(this, { stdout: destination });
  }

  /** Sends standard error elsewhere, as {@linkcode ProcessLeaf.stdout} does. */
  stderr(destination: OutputDestination): Self {
    resolveDestination(destination, "stderr");
    return withOptions(this, { stderr: destination });
  }

  /**
   * Feeds the standard output of this process to another one: what is returned is that other one,
   * and running it runs both. Both run at once, and this one waits while the other does not read.
   *
   * When the other one ends first, this one is killed at its next output, which is no error. When
   * this one fails, so does the whole, unless it is told not to by {@linkcode ProcessLeaf.noThrow}.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const alpine = davit.namespace().run("alpine:3.20");
   * const dump = alpine.command("tar", "-c", "/etc");
   * const size = await dump.pipeTo(alpine.command("wc", "-c")).text();
   * ```
   */
  pipeTo<Next extends PromiseLike<RunResult>>(next: ProcessLeaf<Next>): Next {
    const { context, maker, options } = this[PROCESS];
    if (options.stdout) {
      throw new InvalidArgumentError(
        "Cannot pipe the output of a process to another one: stdout() sends it elsewhere",
      );
    }
    const parts = next[PROCESS];
    return parts.withOptions({
      ...parts.options,
      stdin: {
        upstream: {
          run: (output, signal) => {
            const signals = options.signal ? [options.signal, signal] : [signal];
            const combined = { ...options, signal: AbortSignal.any(signals) };
            return execute(context, maker, combined, output);
          },
        },
      },
    });
  }

  /** How long the process may run, such as `"30s"` or milliseconds. Then it is killed. */
  timeout(limit: Duration): Self {
    const timeoutMs = parseDuration(limit);
    if (timeoutMs <= 0) throw new InvalidArgumentError(`Cannot use "${limit}" as timeout`);
    return withOptions(this, { timeoutMs });
  }

  /**
   * How much of each stream the result may hold, `"500MiB"` by default. A process that writes more is
   * killed, and the run throws a `DavitError` of the code `resource_exhausted`. What is sent
   * elsewhere by `stdout()` or `stderr()` has no limit.
   */
  maxOutput(size: Size): Self {
    return withOptions(this, { maxOutputBytes: parseSize(size) });
  }

  /** Kills the process and cleans up when `signal` aborts. */
  signal(signal: AbortSignal): Self {
    const before = this[PROCESS].options.signal;
    return withOptions(this, { signal: before ? AbortSignal.any([before, signal]) : signal });
  }

  /** Returns results with any exit code, rather than throwing. */
  noThrow(): Self {
    return withOptions(this, { check: false });
  }

  /** Runs it: what `await` calls. */
  then<A = RunResult, B = never>(
    fulfilled?: ((result: RunResult) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const { context, maker, options } = this[PROCESS];
    return execute(context, maker, options).then(fulfilled, rejected);
  }

  /**
   * Starts it, and returns it while it runs, with live streams: pipes that make the process wait
   * when nobody reads. Needs `--allow-run=sleep`, for the process that makes the pipes.
   *
   * @throws {StartError} when it cannot be started.
   *
   * @example
   * ```ts
   * import { connect, readLines } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using bc = await davit.namespace().run("alpine:3.20").command("bc").spawn();
   * const input = bc.stdin.getWriter();
   * await input.write(new TextEncoder().encode("2 ^ 64\n"));
   * for await (const line of readLines(bc.stdout)) {
   *   console.log(line);
   *   break;
   * }
   * ```
   */
  spawn(): Promise<SpawnedProcess> {
    const { context, maker, options } = this[PROCESS];
    return spawnProcess(context, maker, options);
  }

  /**
   * Runs it with this script's own terminal: every key goes to the process, its output is shown as
   * it comes, the size follows the window's, and signals that this script gets are passed on. The
   * terminal is as before when this returns, throws, or the script ends.
   *
   * Needs `--allow-run=sleep`. Ends with the process, whatever its exit code; or by the detach keys
   * (`ctrl-p ctrl-q`): then the process goes on without anybody watching until it ends or the
   * client is closed.
   *
   * @throws {FailedPreconditionError} when this script's input or output is no terminal.
   * @throws {StartError} when the process cannot be started.
   */
  interactive(options: InteractiveOptions = {}): Promise<InteractiveEnd> {
    const { context, terminalMaker, options: how } = this[PROCESS];
    if (how.stdin || how.stdout) {
      throw new InvalidArgumentError(
        "Cannot be interactive: stdin() or stdout() on the builder took the stream",
      );
    }
    return interact(() => spawnProcess(context, terminalMaker, how), options);
  }

  /**
   * Runs it, and hands out the lines of both streams as they come, with the time at which each came.
   * A slow reader does not hold the process up, and takes no memory: what it has not read waits in
   * files. Leaving early kills the process.
   *
   * @throws {ExitError} at the end, as awaiting it does.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const build = davit.namespace().run("alpine:3.20").sh`apk add nodejs`;
   * for await (const { time, stream, text } of build.follow()) {
   *   console.log(time.toISOString(), stream, text);
   * }
   * ```
   */
  async *follow(): AsyncGenerator<OutputLine, RunResult, undefined> {
    const { context, maker, options } = this[PROCESS];
    if (options.stdout || options.stderr) {
      throw new InvalidArgumentError(
        "Cannot follow the output of a process: stdout() or stderr() sends it elsewhere",
      );
    }
    const { followLines } = await import("./follow.ts");
    return yield* followLines((streams, signal) => {
      const signals = options.signal ? [options.signal, signal] : [signal];
      return execute(context, maker, { ...options, ...streams, signal: AbortSignal.any(signals) });
    });
  }

  /** Runs it. Standard output as text, without line ends at its end. */
  async text(): Promise<string> {
    return (await this).stdout.replace(/(\r?\n)+$/, "");
  }

  /** Runs it. Standard output line by line. */
  async lines(): Promise<string[]> {
    const text = (await this).stdout;
    return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  }

  /**
   * Runs it. Standard output as JSON.
   *
   * @typeParam T What the caller expects; nothing checks it.
   * @throws {InvalidArgumentError} when the output is not JSON.
   */
  async json<T = unknown>(): Promise<T> {
    const { stdout, argv } = await this;
    try {
      return JSON.parse(stdout);
    } catch (cause) {
      const start = JSON.stringify(stdout.slice(0, 80));
      throw new InvalidArgumentError(
        `Cannot read the output of ${JSON.stringify(argv)} as JSON: it starts with ${start}`,
        { cause },
      );
    }
  }

  /** Runs it. Standard output as it came. */
  async bytes(): Promise<Uint8Array> {
    return (await this).stdoutBytes;
  }

  /** Runs it. The exit code, whatever it is. */
  async exitCode(): Promise<number> {
    return (await this.noThrow()).exitCode;
  }
}

/** A copy of a builder with some options changed. Not a private method, which mixing in would lose. */
function withOptions<Self extends PromiseLike<RunResult>>(
  leaf: ProcessLeaf<Self>,
  options: Partial<ProcessOptions>,
): Self {
  const parts = leaf[PROCESS];
  return parts.withOptions({ ...parts.options, ...options });
}

/**
 * Gives a class the methods of {@linkcode ProcessLeaf}, for builders that extend another class; the
 * type says so by an interface of the same name.
 */
export function mixProcessLeaf(prototype: object): void {
  for (const name of Object.getOwnPropertyNames(ProcessLeaf.prototype)) {
    const method = Object.getOwnPropertyDescriptor(ProcessLeaf.prototype, name);
    if (name !== "constructor" && method) Object.defineProperty(prototype, name, method);
  }
}
